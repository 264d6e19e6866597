//! A cache that somebody else wrote, in a lane like every other.
//!
//! It is asked by users' ids, not by the numbers that a run gives them. Of its inside the engine knows
//! nothing: every miss reads for itself and nobody joins, and a row that it refuses to keep is answered all
//! the same to the request that read it.

use super::block::Event;
use super::candidate::{Candidate, CandidateLane};
use super::coupling::Coupling;
use super::lane::LaneSetting;
use super::observer::Contents;
use super::policy::{Joinable, Policy, Reply};
use crate::cache::{Applied, Fill, Row, Timestamp};
use crate::model::{RoleId, UserId};
use crate::workload::Users;

/// What the engine asks of a cache that somebody else wrote.
pub trait ExternalCache {
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

/// Makes an empty cache that lives no longer than the plan.
type Make<'c> = Box<dyn Fn() -> Box<dyn ExternalCache + 'c> + 'c>;

/// A cache that somebody else wrote, as a candidate of a plan.
pub struct External<'c> {
    name: String,
    make: Make<'c>,
}

impl<'c> External<'c> {
    /// `make` makes an empty cache, which is called once for each replica; `name` is what errors call it.
    pub fn new(name: impl Into<String>, make: impl Fn() -> Box<dyn ExternalCache + 'c> + 'c) -> Self {
        Self { name: name.into(), make: Box::new(make) }
    }
}

impl Candidate for External<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn coupling(&self) -> Coupling {
        Coupling::default()
    }

    fn divisible(&self) -> Option<&(dyn Candidate + Sync)> {
        None
    }

    fn lane<'l>(&'l self, setting: &LaneSetting) -> CandidateLane<'l> {
        CandidateLane::new(setting, || ExternalPolicy { cache: (self.make)(), ids: Vec::new() })
    }
}

/// The cache of one replica, and the ids of the users whom the world has named so far.
struct ExternalPolicy<'c> {
    cache: Box<dyn ExternalCache + 'c>,
    ids: Vec<UserId>,
}

/// The user whose row is read. Nobody joins such a read: only the cache itself would know.
struct ReadOf(u32);

impl Joinable for ReadOf {}

impl Contents for ExternalPolicy<'_> {
    fn len(&self) -> usize {
        self.cache.entries()
    }

    /// Nobody but the cache knows them.
    fn entries(&self) -> Vec<(u32, RoleId)> {
        Vec::new()
    }
}

impl Policy for ExternalPolicy<'_> {
    type Ticket = ReadOf;

    const SHOWS_CONTENTS: bool = false;

    fn meet(&mut self, users: &Users) {
        let known = self.ids.len();
        self.ids.extend((known..users.len()).map(|number| users.id(number as u32).clone()));
    }

    fn ask(&mut self, user: u32, now: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Reply<ReadOf> {
        self.cache.get(&self.ids[user as usize], now).map_or(Reply::Miss(ReadOf(user)), Reply::Hit)
    }

    fn fill(
        &mut self,
        ReadOf(user): ReadOf,
        row: Row<RoleId>,
        _: Timestamp,
        now: Timestamp,
        _: impl Fn() -> u64,
    ) -> Fill {
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

    fn invalidate(&mut self, user: u32, _: Timestamp) {
        self.cache.invalidate(&self.ids[user as usize]);
    }

    fn clear(&mut self, _: Timestamp) {
        self.cache.clear();
    }

    fn restart(&mut self, _: Timestamp) -> bool {
        self.cache.restart();
        true
    }
}
