//! What a team's cache must be able to do, and how the engine's questions reach it.

use std::fmt;
use std::time::Duration;

use crate::cache::{Row, Timestamp, Version};
use crate::model::{RoleId, UserId};
use crate::sim::ExternalCache;

/// A user's id as the scenario has it: `123` and `"123"` are one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum User<'a> {
    /// A plain decimal whole number.
    Number(u64),
    /// Any other text.
    Name(&'a str),
}

impl User<'_> {
    /// The number, for a cache that knows its users by numbers.
    #[must_use]
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Name(_) => None,
        }
    }
}

impl fmt::Display for User<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// A row of the database: what a cache keeps, and gives back as it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Held {
    /// The role's place in the scenario's list of roles; 0 is the lowest.
    pub role: u8,
    /// The number of the commit that the row comes from; later commits have larger numbers, and a row that
    /// nobody changed has 0. By it an answer is judged, so a cache keeps it next to the role, and may use it
    /// to refuse what is older.
    pub version: u64,
}

/// A cache of a team's own. `now` is the simulated time since the clock's start.
///
/// A verb that a cache does not have is written as an empty function, deliberately: the report then shows
/// what its absence costs.
pub trait OwnCache {
    /// The row in memory, where a request would be answered from memory now; otherwise the request reads the
    /// database, and [`fill`](Self::fill) follows when the answer has arrived.
    fn get(&mut self, user: User<'_>, now: Duration) -> Option<Held>;

    /// The row that a request read; it is answered to that request whether the cache keeps it or not.
    fn fill(&mut self, user: User<'_>, row: Held, now: Duration);

    /// The event of a role change arrives.
    fn role_changed(&mut self, user: User<'_>, row: Held, now: Duration);

    /// One entry is dropped.
    fn remove(&mut self, user: User<'_>);

    /// All entries are dropped.
    fn clear(&mut self);

    /// How many entries it holds now, expired ones that nobody removed included.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The event of a role change arrives, and the update fails. Unless said otherwise the entry is dropped, so
    /// that the next request reads the database.
    fn update_failed(&mut self, user: User<'_>, now: Duration) {
        let _ = now;
        self.remove(user);
    }

    /// Whether events are sent to it at all; a cache that is deaf to them counts none as delivered or lost.
    fn listens(&self) -> bool {
        true
    }
}

/// A team's cache as the engine asks it, and how a process that starts again makes a new one.
pub(super) struct Adapter<C, F> {
    make: F,
    cache: C,
}

impl<C: OwnCache, F: Fn() -> C> Adapter<C, F> {
    pub(super) fn new(make: F) -> Self {
        let cache = make();
        Self { make, cache }
    }
}

impl<C: OwnCache, F: Fn() -> C> ExternalCache for Adapter<C, F> {
    fn get(&mut self, id: &UserId, now: Timestamp) -> Option<Row<RoleId>> {
        let Held { role, version } = self.cache.get(user(id), since_start(now))?;
        Some(Row { role: RoleId(role), version: Version(version) })
    }

    fn fill(&mut self, id: &UserId, row: Row<RoleId>, now: Timestamp) {
        self.cache.fill(user(id), held(row), since_start(now));
    }

    fn hears(&self) -> bool {
        self.cache.listens()
    }

    fn apply(&mut self, id: &UserId, row: Row<RoleId>, now: Timestamp) {
        self.cache.role_changed(user(id), held(row), since_start(now));
    }

    fn fail_update(&mut self, id: &UserId, now: Timestamp) {
        self.cache.update_failed(user(id), since_start(now));
    }

    fn invalidate(&mut self, id: &UserId) {
        self.cache.remove(user(id));
    }

    fn clear(&mut self) {
        self.cache.clear();
    }

    fn restart(&mut self) {
        self.cache = (self.make)();
    }

    fn entries(&self) -> usize {
        self.cache.len()
    }
}

fn user(id: &UserId) -> User<'_> {
    match id {
        UserId::Number(number) => User::Number(*number),
        UserId::Name(name) => User::Name(name),
    }
}

fn held(row: Row<RoleId>) -> Held {
    Held { role: row.role.0, version: row.version.0 }
}

fn since_start(now: Timestamp) -> Duration {
    Duration::from_micros(now.as_micros())
}
