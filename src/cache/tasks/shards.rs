//! The cache cut into shards, each a state machine behind its own lock, with those who wait for its fetches.
//!
//! Knows nothing of how anybody waits (`W`), and runs no fetch.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard};

use super::super::{Applied, Clock, Core, Options, Row, Stats, Swept, TicketId, Timestamp, Updated, Version};

/// So many shards at the most: more than the threads that are likely to meet.
const SHARDS: usize = 16;

/// A bounded shard has room for so many entries at least, lest chance fill one while others are empty.
const ROOM: usize = 64;

/// One part of the users.
#[derive(Debug)]
pub(super) struct Shard<U, R, W> {
    pub(super) core: Core<U, R>,
    /// By the ticket of the fetch that they wait for.
    pub(super) waiting: HashMap<TicketId, W>,
}

/// A shard behind its lock.
#[derive(Debug)]
pub(super) struct Locked<U, R, W>(Mutex<Shard<U, R, W>>);

/// All shards.
#[derive(Debug)]
pub(super) struct Shards<U, R, W, C> {
    shards: Box<[Locked<U, R, W>]>,
    hasher: RandomState,
    clock: C,
}

impl<U: Eq + Hash + Clone, R: Clone, W> Locked<U, R, W> {
    /// Locks the shard, briefly. Only a key or a role whose own code panics can poison it; what it then left
    /// half done is forgotten, and what is in flight may not be stored.
    pub(super) fn lock(&self) -> MutexGuard<'_, Shard<U, R, W>> {
        self.0.lock().unwrap_or_else(|poisoned| {
            let mut shard = poisoned.into_inner();
            shard.core.clear();
            self.0.clear_poison();
            shard
        })
    }
}

impl<U: Eq + Hash + Clone, R: Clone, W, C: Clock> Shards<U, R, W, C> {
    pub(super) fn new(options: Options, clock: C) -> Self {
        let shards = shares(options.capacity).map(|capacity| {
            let core = Core::new(Options { capacity, ..options });
            Locked(Mutex::new(Shard { core, waiting: HashMap::new() }))
        });
        Self { shards: shards.collect(), hasher: RandomState::new(), clock }
    }

    /// The shard of a user.
    pub(super) fn of(&self, user: &U) -> &Locked<U, R, W> {
        let hash = self.hasher.hash_one(user);
        &self.shards[(hash % self.shards.len() as u64) as usize]
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn update(&self, user: U, row: Row<R>) -> Updated {
        let now = self.now();
        let shard = self.of(&user);
        match shard.lock().core.apply(user, row, now) {
            Applied::Written | Applied::Unwritten => Updated::Applied,
            Applied::Older => Updated::Older,
        }
    }

    pub(super) fn degrade(&self, user: &U, version: Version) {
        self.of(user).lock().core.fail_update(user, version);
    }

    pub(super) fn invalidate(&self, user: &U) {
        self.of(user).lock().core.invalidate(user);
    }

    pub(super) fn clear(&self) {
        for shard in &self.shards {
            shard.lock().core.clear();
        }
    }

    pub(super) fn sweep(&self) -> Swept {
        let now = self.now();
        self.shards.iter().fold(Swept::default(), |all, shard| {
            let one = shard.lock().core.sweep(now);
            Swept { checked: all.checked + one.checked, removed: all.removed + one.removed }
        })
    }

    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().core.len()).sum()
    }

    pub(super) fn stats(&self) -> Stats {
        self.shards.iter().fold(Stats::default(), |all, shard| sum(all, shard.lock().core.stats()))
    }
}

/// The bound of each shard, which together are the bound of the cache.
fn shares(capacity: Option<NonZeroUsize>) -> impl Iterator<Item = Option<NonZeroUsize>> {
    let count = capacity.map_or(SHARDS, |capacity| (capacity.get() / ROOM).clamp(1, SHARDS));
    (0..count).map(move |shard| {
        let capacity = capacity?.get();
        NonZeroUsize::new(capacity / count + usize::from(shard < capacity % count))
    })
}

fn sum(one: Stats, other: Stats) -> Stats {
    Stats {
        hits: one.hits + other.hits,
        loads: one.loads + other.loads,
        coalesced: one.coalesced + other.coalesced,
        fills: one.fills + other.fills,
        fills_refused: one.fills_refused + other.fills_refused,
        fetches_failed: one.fetches_failed + other.fetches_failed,
        updates: one.updates + other.updates,
        updates_older: one.updates_older + other.updates_older,
        updates_failed: one.updates_failed + other.updates_failed,
        evictions: one.evictions + other.evictions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shards_bounds_add_up_to_the_caches() {
        for capacity in [1, 63, 64, 127, 128, 1_000, 1_024, 1_025, 99_999] {
            let parts: Vec<usize> =
                shares(NonZeroUsize::new(capacity)).map(|part| part.map_or(0, NonZeroUsize::get)).collect();
            assert_eq!(parts.iter().sum::<usize>(), capacity);
            assert!(parts.len() == 1 || parts.iter().all(|part| *part >= ROOM), "{parts:?}");
        }
        assert_eq!(shares(None).collect::<Vec<_>>(), vec![None; SHARDS]);
    }
}
