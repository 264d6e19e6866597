//! The crate's state machine under one coarse lock: the plainest face that can be right.

use rolesim::cache::{Core, Fill, Lookup, Options, Row, TicketId, Timestamp, Version};

use super::kit::{Kit, Monitor, Wake};
use super::run::{Failed, Subject};

/// The user under check, and one whose arrival evicts the first.
const USER: u8 = 1;
const OTHER: u8 = 2;
const NOW: Timestamp = Timestamp::ZERO;

struct State {
    core: Core<u8, u64>,
    /// Tickets whose fetches are under way.
    open: Vec<TicketId>,
}

pub(crate) struct Control<K: Kit> {
    state: K::Monitor<State>,
}

impl<K: Kit> Control<K> {
    pub(crate) fn new() -> Self {
        let options = Options { capacity: Some(std::num::NonZeroUsize::MIN), ..Options::default() };
        Self { state: K::Monitor::new(State { core: Core::new(options), open: Vec::new() }) }
    }

    fn lookup(&self) -> Lookup<u8, u64> {
        self.state.with(|state| {
            let lookup = state.core.lookup(&USER, NOW);
            if let Lookup::Miss(ticket) = &lookup {
                state.open.push(ticket.id());
            }
            lookup
        })
    }
}

impl<K: Kit> Subject for Control<K> {
    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        loop {
            let ticket = match self.lookup() {
                Lookup::Hit(row) => return Ok(row.role),
                Lookup::Pending(id) => {
                    self.state.wait(|state| (!state.open.contains(&id)).then_some(()));
                    continue;
                }
                Lookup::Miss(ticket) => ticket,
            };
            let fetched = fetch();
            let stored = self.state.with(|state| {
                state.open.retain(|&open| open != ticket.id());
                match fetched {
                    Ok(row) => state.core.fill(ticket, row, NOW) == Fill::Stored,
                    Err(Failed) => {
                        state.core.fail(ticket);
                        false
                    }
                }
            });
            self.state.wake(Wake::All);
            match fetched {
                Ok(row) if stored => return Ok(row.role),
                Ok(_) => {}
                Err(failed) => return Err(failed),
            }
        }
    }

    fn update(&self, row: Row<u64>) {
        self.state.with(|state| state.core.apply(USER, row, NOW));
    }

    fn degrade(&self, version: Version) {
        self.state.with(|state| state.core.fail_update(&USER, version));
    }

    fn invalidate(&self) {
        self.state.with(|state| state.core.invalidate(&USER));
    }

    fn evict(&self) {
        self.state.with(|state| state.core.apply(OTHER, Row::from(0), NOW));
    }
}
