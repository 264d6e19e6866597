//! Wrong in how readers wait for another's fetch.

use rolesim::cache::{Row, Version};

use super::super::reference_cache::{Landed, Rules, State, Woken};
use super::super::runtime::Wake;
use super::{Suspect, suspect};

pub(super) fn suspects() -> Vec<Suspect> {
    vec![
        suspect::<LostWakeUp>(),
        suspect::<WakesOne>(),
        suspect::<NoGuardOnFailure>(),
        suspect::<LateJoiner>(),
        suspect::<TakesAnyResult>(),
    ]
}

/// Tells nobody that the fetch has ended.
struct LostWakeUp;

impl Rules for LostWakeUp {
    const NAME: &str = "lost wake-up";
    const WAKES: Wake = Wake::Nobody;
}

/// Tells one of those who wait.
struct WakesOne;

impl Rules for WakesOne {
    const NAME: &str = "one waiter woken instead of all";
    const WAKES: Wake = Wake::One;
}

/// A failed fetch leaves its ticket behind, and everybody waits for it.
struct NoGuardOnFailure;

impl Rules for NoGuardOnFailure {
    const NAME: &str = "no guard on a failing fetch";

    fn land_failed(_: &mut State, _: u64) -> Landed {
        Landed::Failed
    }
}

/// Readers who come after a failed update still join the fetch that it revoked, and take what that brings.
struct LateJoiner;

impl Rules for LateJoiner {
    const NAME: &str = "late joiner";

    fn degrade(state: &mut State, version: Version) {
        let current = state.current;
        state.overtake(version);
        state.current = current;
        state.drop_entry();
        state.floor = state.floor.max(version);
    }

    fn woken(state: &State, id: u64) -> Woken {
        match state.last {
            _ if state.is_open(id) => Woken::Wait,
            Some((fetched, Row { role, .. })) if fetched == id => Woken::Take(role),
            _ => Woken::LookAgain,
        }
    }
}

/// A waiting reader takes the next result that comes, without asking whose it is and whether it was overtaken.
struct TakesAnyResult;

impl Rules for TakesAnyResult {
    const NAME: &str = "waiter takes a result unchecked";

    fn woken(state: &State, id: u64) -> Woken {
        match state.last {
            Some((_, row)) => Woken::Take(row.role),
            None if state.is_open(id) => Woken::Wait,
            None => Woken::LookAgain,
        }
    }
}
