//! Wrong in what becomes of a fetched row.

use rolesim::cache::Row;

use super::super::reference_cache::{Landed, Look, ReferenceCache, Right, Rules, State};
use super::super::run::Subject;
use super::super::runtime::Loom;
use super::{Suspect, suspect};

pub(super) fn suspects() -> Vec<Suspect> {
    vec![
        suspect::<NaiveInsert>(),
        suspect::<SingleFlightUnchecked>(),
        suspect::<TwoLeaders>(),
        suspect::<ReturnsOvertaken>(),
        suspect::<SlotReused>(),
        suspect::<ChecksThenStores>(),
        asks_inside::<FetchesInsideLock>(),
    ]
}

/// A fetch that asks the cache for something else. No program of threads does that.
fn asks_inside<R: Rules>() -> Suspect {
    Suspect { name: R::NAME, search: || loom::model(ask_inside::<R>) }
}

fn ask_inside<R: Rules>() {
    let cache = ReferenceCache::<Loom, R>::new();
    let answer = cache.get(&|| {
        cache.evict();
        Ok(Row::from(1))
    });
    assert_eq!(answer, Ok(1));
}

#[test]
fn a_fetch_may_ask_a_right_cache() {
    loom::model(ask_inside::<Right>);
}

/// Every reader who misses fetches and stores, whatever happened since.
struct NaiveInsert;

impl Rules for NaiveInsert {
    const NAME: &str = "naive insert after the fetch";

    fn look(state: &mut State) -> Look {
        state.entry.map_or_else(|| Look::Lead(state.lead()), |row| Look::Hit(row.role))
    }

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        SingleFlightUnchecked::land(state, id, row)
    }
}

/// One fetch for each user at a time, which is stored whatever happened since.
pub(in super::super) struct SingleFlightUnchecked;

impl Rules for SingleFlightUnchecked {
    const NAME: &str = "single flight without a check";

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        state.end(id);
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// Checks all that is stored, but lets every reader fetch.
struct TwoLeaders;

impl Rules for TwoLeaders {
    const NAME: &str = "two fetches at once";

    fn look(state: &mut State) -> Look {
        state.entry.map_or_else(|| Look::Lead(state.lead()), |row| Look::Hit(row.role))
    }
}

/// What a change overtook is not stored, but answered.
struct ReturnsOvertaken;

impl Rules for ReturnsOvertaken {
    const NAME: &str = "overtaken role returned without storing it";

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        let flight = state.end(id);
        if state.may_store(flight, row) {
            state.entry = Some(row);
        }
        Landed::Answer(row.role)
    }
}

/// A completion belongs to whatever fetch is current, be it another one.
struct SlotReused;

impl Rules for SlotReused {
    const NAME: &str = "completion that hits a successor's slot";

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        let slot = state.current.and_then(|current| state.end(current));
        state.end(id);
        if !state.may_store(slot, row) {
            return Landed::Again;
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }
}

/// Checks under the lock, lets it go, and stores under the next hold of it.
struct ChecksThenStores;

impl Rules for ChecksThenStores {
    const NAME: &str = "check and store under two locks";

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        let flight = state.end(id);
        if state.may_store(flight, row) { Landed::StoreLater(row) } else { Landed::Again }
    }
}

/// Holds the lock during the fetch, so that a fetch which asks the cache waits for itself.
struct FetchesInsideLock;

impl Rules for FetchesInsideLock {
    const NAME: &str = "fetch inside the lock";
    const FETCHES_INSIDE: bool = true;
}
