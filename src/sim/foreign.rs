//! A cache that somebody else wrote, in a lane like every other.
//!
//! It is asked by users' ids, not by the numbers that a run gives them. Of its inside the engine knows
//! nothing: every miss reads for itself and nobody joins, and a row that it refuses to keep is answered all
//! the same to the request that read it.

use super::block::Event;
use super::observer::Contents;
use super::subject::{Asked, Subject};
use crate::cache::{Applied, Fill, Row, Timestamp};
use crate::model::{RoleId, UserId};
use crate::workload::Users;

/// What the engine asks of a cache that somebody else wrote.
pub trait Foreign {
    /// The row in memory, if a request would be answered from memory now.
    fn get(&mut self, user: &UserId, now: Timestamp) -> Option<Row<RoleId>>;

    /// The row that a request read after it found nothing.
    fn fill(&mut self, user: &UserId, row: Row<RoleId>, now: Timestamp);

    /// Whether events are sent here.
    fn hears(&self) -> bool;

    /// An event arrives.
    fn apply(&mut self, user: &UserId, row: Row<RoleId>, now: Timestamp);

    /// An event arrives, and the update fails.
    fn fail_update(&mut self, user: &UserId, now: Timestamp);

    /// One entry is dropped.
    fn invalidate(&mut self, user: &UserId);

    /// All entries are dropped.
    fn clear(&mut self);

    /// The process starts again, with an empty cache.
    fn restart(&mut self);

    /// How many entries it holds.
    fn entries(&self) -> usize;
}

/// Such a cache, and the ids of the users whom the world has named so far.
pub(super) struct Guest<'f> {
    cache: Box<dyn Foreign + 'f>,
    ids: Vec<UserId>,
}

impl<'f> Guest<'f> {
    pub(super) fn new(cache: Box<dyn Foreign + 'f>) -> Self {
        Self { cache, ids: Vec::new() }
    }
}

impl Contents for Guest<'_> {
    fn len(&self) -> usize {
        self.cache.entries()
    }

    /// Nobody but the cache knows them.
    fn entries(&self) -> Vec<(u32, RoleId)> {
        Vec::new()
    }
}

impl Subject for Guest<'_> {
    /// Whose row is read.
    type Ticket = u32;

    fn meet(&mut self, users: &Users) {
        let known = self.ids.len();
        self.ids.extend((known..users.len()).map(|number| users.id(number as u32).clone()));
    }

    fn ask(&mut self, user: u32, now: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Asked<u32> {
        self.cache.get(&self.ids[user as usize], now).map_or(Asked::Miss(user), Asked::Hit)
    }

    fn fill(&mut self, user: u32, row: Row<RoleId>, now: Timestamp, _: impl Fn() -> u64) -> Fill {
        self.cache.fill(&self.ids[user as usize], row, now);
        Fill::Stored
    }

    fn hears(&self) -> bool {
        self.cache.hears()
    }

    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        let user = &self.ids[event.user as usize];
        if event.fails {
            self.cache.fail_update(user, now);
            return Applied::Unwritten;
        }
        self.cache.apply(user, event.row, now);
        Applied::Written
    }

    fn invalidate(&mut self, user: u32) {
        self.cache.invalidate(&self.ids[user as usize]);
    }

    fn clear(&mut self) {
        self.cache.clear();
    }

    fn restart(&mut self) -> bool {
        self.cache.restart();
        true
    }
}
