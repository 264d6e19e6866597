//! The cache cut into shards, each a state machine behind a lock of its own, with those who wait for its
//! fetches.
//!
//! What is fresh, and who may join whom, is the core's to say. This knows nothing of how anybody waits (`W`) and
//! runs no fetch. Nothing of the caller's runs under a lock but `Hash`, `Eq`, `Clone` and `Drop` of users and
//! roles.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};

use super::shard_index::{self, ShardIndex};
use super::sync::{Mutex, MutexGuard, lock, parallelism};
use super::warnings::{Handler, Warnings};
use super::{Applied, Clock, Core, Options, Row, Stats, Swept, TicketId, Timestamp, Updated, Version};

/// One part of the users, alone on its cache lines so that threads at different shards do not slow each other
/// down.
#[repr(align(128))]
#[derive(Debug)]
pub(super) struct Shard<U, R, W, S> {
    state: Mutex<State<U, R, W, S>>,
}

/// What the lock guards.
#[derive(Debug)]
pub(super) struct State<U, R, W, S> {
    pub(super) core: Core<U, R, S>,
    /// The readers that wait for a fetch, by its ticket.
    pub(super) waiting: HashMap<TicketId, W>,
}

impl<U: Eq + Hash + Clone, R: Clone, W, S: BuildHasher + Clone> Shard<U, R, W, S> {
    /// Locks the shard. A panic under the lock came from the caller's types and may have left a step half
    /// done, so the shard then forgets its entries and revokes its fetches: whatever happened, what is
    /// asked for next is fetched.
    #[inline]
    pub(super) fn lock(&self) -> MutexGuard<'_, State<U, R, W, S>> {
        lock(&self.state, |state| state.core.clear())
    }
}

/// All shards, and what they share.
#[derive(Debug)]
pub(super) struct Shards<U, R, W, C, S> {
    shards: Box<[Shard<U, R, W, S>]>,
    index: ShardIndex,
    options: Options,
    clock: C,
    hasher: S,
    warnings: Warnings,
}

impl<U: Eq + Hash + Clone, R: Clone, W, C: Clock, S: BuildHasher + Clone> Shards<U, R, W, C, S> {
    /// As many shards as this machine's threads can use.
    pub(super) fn new(options: Options, clock: C, hasher: S) -> Self {
        let shards = shard_index::default_shards(parallelism(), options.capacity);
        Self::build(options, shards, clock, hasher, Warnings::new(None))
    }

    fn build(options: Options, shards: usize, clock: C, hasher: S, warnings: Warnings) -> Self {
        let capacities = shard_index::capacities(shards, options.capacity);
        let index = ShardIndex::new(capacities.len(), &hasher);
        let shard = |capacity| {
            let core = Core::with_hasher(Options { capacity, ..options }, hasher.clone());
            Shard { state: Mutex::new(State { core, waiting: HashMap::new() }) }
        };
        let shards = capacities.into_iter().map(shard).collect();
        Self { shards, index, options, clock, hasher, warnings }
    }

    /// The same, empty, over another number of shards.
    pub(super) fn with_shards(self, shards: usize) -> Self {
        Self::build(self.options, shards, self.clock, self.hasher, self.warnings)
    }

    /// The same, empty, with another hasher.
    pub(super) fn with_hasher<T: BuildHasher + Clone>(self, hasher: T) -> Shards<U, R, W, C, T> {
        Shards::build(self.options, self.shards.len(), self.clock, hasher, self.warnings)
    }

    /// The same, with a handler of warnings.
    pub(super) fn on_warning(mut self, handler: Handler) -> Self {
        self.warnings = Warnings::new(Some(handler));
        self
    }

    /// The shard of a user.
    #[inline]
    pub(super) fn of(&self, user: &U) -> &Shard<U, R, W, S> {
        &self.shards[self.index.shard(user)]
    }

    /// Now; without a lifetime nobody needs to know, and reading a clock costs more than a hit.
    #[inline]
    pub(super) fn now(&self) -> Timestamp {
        if self.options.ttl.is_some() { self.clock.now() } else { Timestamp::ZERO }
    }

    pub(super) fn update(&self, user: U, row: Row<R>) -> Updated {
        let now = self.now();
        let applied = self.of(&user).lock().core.apply(user, row, now);
        match applied {
            Applied::Written | Applied::Unwritten => Updated::Applied,
            Applied::Older => Updated::Older,
        }
    }

    pub(super) fn degrade(&self, user: &U, version: Version, cause: &dyn Display) -> Updated
    where
        U: Display,
    {
        self.of(user).lock().core.fail_update(user, version);
        if self.warnings.are_wanted() {
            self.warnings.warn(user, cause, self.clock.now());
        }
        Updated::Degraded
    }

    pub(super) fn invalidate(&self, user: &U) {
        self.of(user).lock().core.invalidate(user);
    }

    pub(super) fn clear(&self) {
        self.shards.iter().for_each(|shard| shard.lock().core.clear());
    }

    pub(super) fn sweep(&self) -> Swept {
        let mut all = Swept::default();
        for shard in &self.shards {
            let swept = shard.lock().core.sweep(self.now());
            all.checked += swept.checked;
            all.removed += swept.removed;
        }
        all
    }

    pub(super) fn stats(&self) -> Stats {
        let mut all = Stats::default();
        self.shards.iter().for_each(|shard| all += shard.lock().core.stats());
        all
    }

    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().core.len()).sum()
    }
}
