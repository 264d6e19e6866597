//! Wrong in how a change reaches the cache.

use rolesim::cache::{Row, Version};

use super::super::reference_cache::{Landed, Look, Right, Rules, State};
use super::{Suspect, suspect};

pub(super) fn suspects() -> Vec<Suspect> {
    vec![
        suspect::<ToldBeforeCommit>(),
        suspect::<OlderOverNewer>(),
        suspect::<EventComparedBackwards>(),
        suspect::<FillComparedBackwards>(),
        suspect::<VersionOnEventOnly>(),
        suspect::<AbsentUserIgnored>(),
        suspect::<FlagThatFlips>(),
        suspect::<FlagThatAFetchResets>(),
        suspect::<ChangeKeepsFetch>(),
    ]
}

/// Tells a change before the database has it: a fetch then reads the old role, and nobody corrects it.
struct ToldBeforeCommit;

impl Rules for ToldBeforeCommit {
    const NAME: &str = "update before commit";
    const TELLS_FIRST: bool = true;
}

/// Writes each event as it comes.
struct OlderOverNewer;

impl Rules for OlderOverNewer {
    const NAME: &str = "older event over newer entry";

    fn update(state: &mut State, row: Row<u64>) {
        state.overtake(row.version);
        state.entry = Some(row);
    }
}

/// Takes the smaller version for the newer one.
struct EventComparedBackwards;

impl Rules for EventComparedBackwards {
    const NAME: &str = "event's version compared the wrong way round";

    fn update(state: &mut State, row: Row<u64>) {
        state.overtake(row.version);
        if state.entry.is_none_or(|entry| row.version <= entry.version) {
            state.entry = Some(row);
        }
    }
}

/// Stores what is older than the change that overtook it, and refuses what is not.
struct FillComparedBackwards;

impl Rules for FillComparedBackwards {
    const NAME: &str = "fetched version compared the wrong way round";

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        if state
            .end(id)
            .is_some_and(|flight| flight.applied != Version::UNKNOWN && row.version >= flight.applied)
        {
            return Landed::Again;
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// Knows the versions of events but not those of rows, so that a late event looks newer than a fetched role.
struct VersionOnEventOnly;

impl Rules for VersionOnEventOnly {
    const NAME: &str = "version on the event only";

    fn fetched(row: Row<u64>) -> Row<u64> {
        Row::from(row.role)
    }
}

/// A change of a user who is not cached is nothing to it, though a fetch may be under way.
struct AbsentUserIgnored;

impl Rules for AbsentUserIgnored {
    const NAME: &str = "change of an absent user ignored";

    fn update(state: &mut State, row: Row<u64>) {
        if state.entry.is_some() && state.may_write(row) {
            state.overtake(row.version);
            state.entry = Some(row);
        }
    }
}

/// Two changes during one fetch undo each other.
struct FlagThatFlips;

impl Rules for FlagThatFlips {
    const NAME: &str = "overtaken flag that flips";

    fn update(state: &mut State, row: Row<u64>) {
        state.current = None;
        for flight in &mut state.flights {
            flight.revoked = !flight.revoked;
        }
        state.entry = Some(row);
    }

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        if state.end(id).is_some_and(|flight| flight.revoked) {
            return Landed::Again;
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// One flag for all fetches of a user, which the next fetch clears while the overtaken one is still under way.
struct FlagThatAFetchResets;

impl Rules for FlagThatAFetchResets {
    const NAME: &str = "overtaken flag that the next fetch resets";

    fn look(state: &mut State) -> Look {
        if state.current.is_none() {
            state.flag = false;
        }
        Right::look(state)
    }

    fn degrade(state: &mut State, _: Version) {
        state.flag = true;
        state.current = None;
        state.drop_entry();
    }

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        state.end(id);
        if state.flag {
            return Landed::Again;
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// Writes the entry, and lets the fetch under way go on as if nothing had happened.
struct ChangeKeepsFetch;

impl Rules for ChangeKeepsFetch {
    const NAME: &str = "event that does not overtake the fetch";

    fn update(state: &mut State, row: Row<u64>) {
        if state.may_write(row) {
            state.entry = Some(row);
        }
    }
}
