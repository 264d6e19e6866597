//! A small cache of one user whose every decision is a rule, right by default. A wrong cache is this one with a
//! rule or two replaced.

use rolesim::cache::{Row, Version};

use super::run::{Failed, Subject};
use super::runtime::{Monitor, Runtime, Wake};

/// A fetch that is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    pub(crate) id: u64,
    /// The newest numbered change since it began.
    pub(crate) applied: Version,
    /// Whether an unnumbered change or an invalidation came since.
    pub(crate) revoked: bool,
}

/// What the cache knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) entry: Option<Row<u64>>,
    /// All fetches under way, the overtaken ones included.
    pub(crate) flights: Vec<Flight>,
    /// The fetch that readers may join.
    pub(crate) current: Option<u64>,
    /// The newest version that was dropped.
    pub(crate) floor: Version,
    pub(crate) next: u64,
    /// For wrong caches: the last row that any fetch brought, and two flags.
    pub(crate) last: Option<(u64, Row<u64>)>,
    pub(crate) flag: bool,
}

/// What a reader does next.
pub(crate) enum Look {
    Hit(u64),
    Join(u64),
    Lead(u64),
}

/// What a reader does whose fetch came back.
pub(crate) enum Landed {
    Answer(u64),
    /// Store it under another hold of the lock, and answer.
    StoreLater(Row<u64>),
    Again,
    Failed,
}

/// What a reader who joined does at a wake-up.
pub(crate) enum Woken {
    Wait,
    LookAgain,
    Take(u64),
}

impl State {
    pub(crate) fn is_open(&self, id: u64) -> bool {
        self.flights.iter().any(|flight| flight.id == id)
    }

    pub(crate) fn lead(&mut self) -> u64 {
        self.next += 1;
        self.flights.push(Flight { id: self.next, applied: Version::UNKNOWN, revoked: false });
        self.current = Some(self.next);
        self.next
    }

    /// Ends a flight; nobody joins it any more.
    pub(crate) fn end(&mut self, id: u64) -> Option<Flight> {
        if self.current == Some(id) {
            self.current = None;
        }
        let at = self.flights.iter().position(|flight| flight.id == id)?;
        Some(self.flights.remove(at))
    }

    /// Keeps what is under way from being stored or joined.
    pub(crate) fn overtake(&mut self, version: Version) {
        self.current = None;
        for flight in &mut self.flights {
            flight.revoked |= version == Version::UNKNOWN;
            flight.applied = flight.applied.max(version);
        }
    }

    /// Drops the entry and remembers its version.
    pub(crate) fn drop_entry(&mut self) {
        if let Some(row) = self.entry.take() {
            self.floor = self.floor.max(row.version);
        }
    }

    /// Whether a flight's row may be stored.
    pub(crate) fn may_store(&self, flight: Option<Flight>, row: Row<u64>) -> bool {
        let newer_entry = self.entry.is_some_and(|entry| entry.version > row.version);
        !newer_entry && flight.is_some_and(|flight| !flight.revoked && row.version >= flight.applied)
    }

    /// Whether an event's row may be written.
    pub(crate) fn may_write(&self, row: Row<u64>) -> bool {
        let known = self.entry.map_or(self.floor, |entry| entry.version);
        row.version == Version::UNKNOWN || row.version >= known
    }
}

/// A cache's decisions, each taken under the lock.
pub(crate) trait Rules: Send + Sync + 'static {
    const NAME: &str;
    const TELLS_FIRST: bool = false;
    /// Whether a fetch keeps the lock.
    const FETCHES_INSIDE: bool = false;
    /// Which waiting readers the end of a fetch wakes.
    const WAKES: Wake = Wake::All;

    fn look(state: &mut State) -> Look {
        match (state.entry, state.current) {
            (Some(row), _) => Look::Hit(row.role),
            (None, Some(id)) => Look::Join(id),
            (None, None) => Look::Lead(state.lead()),
        }
    }

    fn woken(state: &State, id: u64) -> Woken {
        if state.is_open(id) { Woken::Wait } else { Woken::LookAgain }
    }

    fn land(state: &mut State, id: u64, row: Row<u64>) -> Landed {
        let flight = state.end(id);
        if !state.may_store(flight, row) {
            return Landed::Again;
        }
        state.entry = Some(row);
        Landed::Answer(row.role)
    }

    fn land_failed(state: &mut State, id: u64) -> Landed {
        state.end(id);
        Landed::Failed
    }

    fn update(state: &mut State, row: Row<u64>) {
        state.overtake(row.version);
        if state.may_write(row) {
            state.entry = Some(row);
        }
    }

    fn degrade(state: &mut State, version: Version) {
        state.overtake(version);
        state.drop_entry();
        state.floor = state.floor.max(version);
    }

    fn invalidate(state: &mut State) {
        state.overtake(Version::UNKNOWN);
        state.drop_entry();
    }

    fn evict(state: &mut State) {
        state.drop_entry();
    }

    /// A row as the cache takes it from the database.
    fn fetched(row: Row<u64>) -> Row<u64> {
        row
    }
}

/// Every rule as it should be.
pub(crate) struct Right;

impl Rules for Right {
    const NAME: &str = "right";
}

/// The cache that follows the rules.
pub(crate) struct ReferenceCache<K: Runtime, R> {
    state: K::Monitor<State>,
    rules: std::marker::PhantomData<fn() -> R>,
}

impl<K: Runtime, R: Rules> ReferenceCache<K, R> {
    pub(crate) fn new() -> Self {
        Self { state: K::Monitor::new(State::default()), rules: std::marker::PhantomData }
    }

    fn land(state: &mut State, id: u64, fetched: Result<Row<u64>, Failed>) -> Landed {
        match fetched {
            Err(Failed) => R::land_failed(state, id),
            Ok(row) => {
                state.last = Some((id, row));
                R::land(state, id, R::fetched(row))
            }
        }
    }

    fn join(&self, id: u64) -> Option<u64> {
        self.state.wait(|state| match R::woken(state, id) {
            Woken::Wait => None,
            Woken::LookAgain => Some(None),
            Woken::Take(role) => Some(Some(role)),
        })
    }
}

impl<K: Runtime, R: Rules> Subject for ReferenceCache<K, R> {
    const TELLS_FIRST: bool = R::TELLS_FIRST;

    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        loop {
            let id = match self.state.with(R::look) {
                Look::Hit(role) => return Ok(role),
                Look::Join(id) => match self.join(id) {
                    Some(role) => return Ok(role),
                    None => continue,
                },
                Look::Lead(id) => id,
            };
            let landed = if R::FETCHES_INSIDE {
                self.state.with(|state| Self::land(state, id, fetch()))
            } else {
                let fetched = fetch();
                self.state.with(|state| Self::land(state, id, fetched))
            };
            if let Landed::StoreLater(row) = landed {
                self.state.with(|state| state.entry = Some(row));
            }
            self.state.wake(R::WAKES);
            match landed {
                Landed::Answer(role) | Landed::StoreLater(Row { role, .. }) => return Ok(role),
                Landed::Failed => return Err(Failed),
                Landed::Again => {}
            }
        }
    }

    fn update(&self, row: Row<u64>) {
        self.state.with(|state| R::update(state, row));
    }

    fn degrade(&self, version: Version) {
        self.state.with(|state| R::degrade(state, version));
    }

    fn invalidate(&self) {
        self.state.with(R::invalidate);
    }

    fn evict(&self) {
        self.state.with(R::evict);
    }
}
