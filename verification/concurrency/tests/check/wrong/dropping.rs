//! Wrong in how an entry goes: failed updates, invalidations, evictions.

use rolesim::cache::{Row, Version};

use super::super::reference_cache::{Landed, Right, Rules, State};
use super::{Suspect, suspect};

pub(super) fn suspects() -> Vec<Suspect> {
    vec![
        suspect::<FailureKeepsEntry>(),
        suspect::<FailureKeepsFetch>(),
        suspect::<FailureDropsOnlyPresent>(),
        suspect::<InvalidationKeepsFetch>(),
        suspect::<EvictionForgetsFloor>(),
        suspect::<FailureForgetsFloor>(),
        suspect::<EvictionDropsTicket>(),
        suspect::<StaleOnError>(),
        suspect::<ExpiredComesBack>(),
    ]
}

/// A failed update revokes the fetch, and leaves the old entry where it is.
struct FailureKeepsEntry;

impl Rules for FailureKeepsEntry {
    const NAME: &str = "failed update keeps the entry";

    fn degrade(state: &mut State, version: Version) {
        state.overtake(version);
    }
}

/// A failed update drops the entry, and the fetch under way brings it back.
struct FailureKeepsFetch;

impl Rules for FailureKeepsFetch {
    const NAME: &str = "failed update keeps the fetch in flight";

    fn degrade(state: &mut State, version: Version) {
        state.drop_entry();
        state.floor = state.floor.max(version);
    }
}

/// A failed update does something only where there is an entry.
struct FailureDropsOnlyPresent;

impl Rules for FailureDropsOnlyPresent {
    const NAME: &str = "failed update drops only a present entry";

    fn degrade(state: &mut State, version: Version) {
        if state.entry.is_some() {
            Right::degrade(state, version);
        }
    }
}

/// An invalidation drops the entry, and the fetch under way brings it back.
struct InvalidationKeepsFetch;

impl Rules for InvalidationKeepsFetch {
    const NAME: &str = "invalidation that does not revoke";

    fn invalidate(state: &mut State) {
        state.drop_entry();
    }
}

/// What was evicted is as good as never known, so that an older event is written.
struct EvictionForgetsFloor;

impl Rules for EvictionForgetsFloor {
    const NAME: &str = "eviction forgets the floor";

    fn evict(state: &mut State) {
        state.entry = None;
    }
}

/// The version of a failed update is forgotten, so that an older event is written.
struct FailureForgetsFloor;

impl Rules for FailureForgetsFloor {
    const NAME: &str = "failed update forgets the floor";

    fn degrade(state: &mut State, version: Version) {
        state.overtake(version);
        state.drop_entry();
    }
}

/// What is evicted takes along what was known of the fetch under way, which is then stored unchecked.
struct EvictionDropsTicket;

impl Rules for EvictionDropsTicket {
    const NAME: &str = "eviction drops the live ticket";

    fn evict(state: &mut State) {
        state.drop_entry();
        state.flights.clear();
        state.current = None;
    }

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        if state.is_open(id) {
            return Right::land(state, id, row);
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// Where the fetch fails, the last role that was fetched is better than none.
struct StaleOnError;

impl Rules for StaleOnError {
    const NAME: &str = "stale role on a failed fetch";

    fn land_failed(state: &mut State, id: u64) -> Landed {
        state.end(id);
        state.last.map_or(Landed::Failed, |(_, row)| Landed::Answer(row.role))
    }
}

/// What was dropped is kept aside, and comes back when the fetch that should replace it fails.
struct ExpiredComesBack;

impl Rules for ExpiredComesBack {
    const NAME: &str = "expired entry comes back";

    fn land_failed(state: &mut State, id: u64) -> Landed {
        state.end(id);
        state.entry = state.entry.or(state.last.map(|(_, row)| row));
        Landed::Failed
    }
}
