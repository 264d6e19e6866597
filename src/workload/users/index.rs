//! A hash table of users' numbers by their words: eight bytes a slot, at most half of the slots in use.
//!
//! It holds no ids; whether a number is the one that is looked for its caller says. Open addressing with linear
//! probing; nothing is ever removed.

use crate::workload::mix;

/// Half of a slot: the number, plus one so that no slot in use is 0. The other half is the hash's lower half.
const NUMBER: u64 = u32::MAX as u64;
/// Slots at first.
const FEWEST: usize = 64;

/// Numbers by hash.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Vec<u64>,
    len: usize,
}

impl Index {
    /// The number that each word most likely has, appended: in the first place where it may be, or else in the second.
    /// Whether it is the right one is to be seen; the largest stands for a free place. Nothing here depends on where a
    /// number lies, so that a processor can look for many at once.
    #[inline]
    pub(super) fn guess(&self, words: &[u64], numbers: &mut Vec<u32>) {
        let mask = self.slots.len().wrapping_sub(1);
        if self.slots.is_empty() {
            return numbers.extend(words.iter().map(|_| u32::MAX));
        }
        numbers.extend(words.iter().map(|word| {
            let hash = mix(*word);
            let place = (hash >> 32) as usize;
            let (first, second) = (self.slots[place & mask], self.slots[(place + 1) & mask]);
            let slot = if first >> 32 == hash & NUMBER { first } else { second };
            (slot as u32).wrapping_sub(1)
        }));
    }

    /// The number with this word that is the right one.
    #[inline]
    pub(super) fn find(&self, word: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = mix(word);
        let mut place = self.place(hash);
        loop {
            let slot = *self.slots.get(place)?;
            if slot == 0 {
                return None;
            }
            let number = (slot as u32).wrapping_sub(1);
            if slot >> 32 == hash & NUMBER && is_it(number) {
                return Some(number);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds a number that is not there. `words` are those of all numbers before it.
    pub(super) fn add(&mut self, word: u64, number: u32, words: &[u64]) {
        if self.slots.len() < 2 * (self.len + 1) {
            let slots = vec![0; (self.slots.len() * 2).max(FEWEST)];
            let old = std::mem::replace(&mut self.slots, slots);
            for slot in old.into_iter().filter(|slot| *slot != 0) {
                self.put(mix(words[(slot & NUMBER) as usize - 1]), slot);
            }
        }
        let hash = mix(word);
        self.put(hash, hash << 32 | (u64::from(number) + 1));
        self.len += 1;
    }

    fn put(&mut self, hash: u64, slot: u64) {
        let mut place = self.place(hash);
        while self.slots[place] != 0 {
            place = (place + 1) & (self.slots.len() - 1);
        }
        self.slots[place] = slot;
    }

    /// By the upper bits, of which a slot holds none.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        ((hash >> 32) as usize) & self.slots.len().wrapping_sub(1)
    }
}
