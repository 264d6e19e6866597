//! Which shard a user belongs to, and what part of the capacity a shard has.
//!
//! A shard's map hashes the key with the caller's hasher. Choosing the shard takes a second, much cheaper
//! hash: somebody who could fill one shard on purpose would slow it down, but could not degrade its map.

use std::hash::{BuildHasher, Hash, Hasher};
use std::num::NonZeroUsize;

/// Shards for each thread that can run at once, so that two threads rarely meet at a lock.
const SHARDS_PER_THREAD: usize = 4;

/// Entries that a shard holds at the least, where nobody asked for a number of shards: the smaller a shard
/// is, the further it is from evicting the user who was used least recently of all.
const ENTRIES_PER_SHARD: usize = 64;

/// More shards than this spread no further.
const SHARDS_MOST: usize = 1 << 16;

/// How many shards a cache has of itself.
pub(super) fn default_shards(parallelism: usize, capacity: Option<NonZeroUsize>) -> usize {
    let wanted = parallelism.saturating_mul(SHARDS_PER_THREAD);
    let worthwhile = capacity.map_or(wanted, |capacity| capacity.get() / ENTRIES_PER_SHARD);
    wanted.min(worthwhile)
}

/// The capacities of the shards: a power of two of them, not more than entries may be held. They differ by at most one
/// and add up to the whole.
pub(super) fn capacities(shards: usize, whole: Option<NonZeroUsize>) -> Vec<Option<NonZeroUsize>> {
    let shards = shards.clamp(1, SHARDS_MOST).next_power_of_two();
    let Some(whole) = whole else { return vec![None; shards] };
    let shards = shards.min(1 << whole.ilog2());
    let (each, over) = (whole.get() / shards, whole.get() % shards);
    (0..shards).map(|shard| NonZeroUsize::new(each + usize::from(shard < over))).collect()
}

/// Spreads users over shards.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShardIndex {
    seed: u64,
    mask: usize,
}

impl ShardIndex {
    /// Over `shards` shards, a power of two; as unpredictable as the hasher is.
    pub(super) fn new(shards: usize, hasher: &impl BuildHasher) -> Self {
        Self { seed: hasher.hash_one(shards), mask: shards - 1 }
    }

    /// The number of the user's shard.
    #[inline]
    pub(super) fn shard<U: Hash>(&self, user: &U) -> usize {
        let mut folded = Folded(self.seed);
        user.hash(&mut folded);
        folded.finish() as usize & self.mask
    }
}

/// Multiplies each word in and folds the product's halves, so that each bit of a key reaches the low bits.
struct Folded(u64);

impl Folded {
    #[inline]
    fn add(&mut self, word: u64) {
        // 2^64 divided by the golden ratio: an odd number without a pattern in its bits.
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Folded {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u8(&mut self, word: u8) {
        self.add(word.into());
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.add(word.into());
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.add(word);
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.add(word as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    use super::*;

    #[test]
    fn the_shards_capacities_are_the_wholes_together() {
        for shards in [0, 1, 2, 3, 4, 7, 16, usize::MAX] {
            for whole in [1, 2, 3, 5, 64, 1_000, 100_003] {
                let parts = capacities(shards, NonZeroUsize::new(whole));
                assert!(parts.len().is_power_of_two());
                let held: usize = parts.iter().map(|part| part.unwrap().get()).sum();
                assert_eq!(held, whole, "{shards} shards");
            }
        }
        assert_eq!(capacities(5, None), vec![None; 8]);
    }

    #[test]
    fn a_small_cache_has_few_shards_of_itself() {
        assert_eq!(default_shards(8, None), 32);
        assert_eq!(default_shards(8, NonZeroUsize::new(1_000_000)), 32);
        assert_eq!(default_shards(8, NonZeroUsize::new(200)), 3);
        assert_eq!(default_shards(8, NonZeroUsize::new(10)), 0, "which is made one");
    }

    #[test]
    fn keys_of_any_pattern_spread_over_all_shards() {
        let spread = ShardIndex::new(16, &BuildHasherDefault::<DefaultHasher>::default());
        let patterns: [fn(u64) -> u64; 4] = [|n| n, |n| n << 22, |n| n << 48, |n| n * 1_000];
        for pattern in patterns {
            let mut users = [0; 16];
            (0..1_600).for_each(|n| users[spread.shard(&pattern(n))] += 1);
            assert!(users.iter().all(|users| (40..250).contains(users)), "{users:?}");
        }
        let mut users = [0; 16];
        (0..1_600).for_each(|n| users[spread.shard(&format!("user-{n:05}"))] += 1);
        assert!(users.iter().all(|users| (40..250).contains(users)), "{users:?}");
    }
}
