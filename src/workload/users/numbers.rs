//! Users' numbers by ids that are numbers: a table for small ids, a hash table for all others.
//!
//! Most of those who make a trace number what they name from 0 or 1 on, so a small id needs no hash. Knows no names,
//! and keeps no ids.

use super::index::Index;

/// Ids below are small, and so are those below four times as many as there are users.
const SMALL: usize = 1 << 20;

/// Numbers by id.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// At the place of a small id: the user's number and one, or 0.
    small: Vec<u32>,
    /// Those whose ids are large, or were when they came.
    large: Index,
}

impl Numbers {
    /// Stands for the number of somebody who is not known.
    pub(super) const NOBODY: u32 = u32::MAX;

    /// The number of an id; `words` are all users' ids.
    pub(super) fn find(&self, id: u64, words: &[u64]) -> Option<u32> {
        let small = self.find_small(id);
        if small == Self::NOBODY { self.find_large(id, words) } else { Some(small) }
    }

    /// The same, and who has become small is found more easily from now on.
    pub(super) fn settle(&mut self, id: u64, words: &[u64]) -> Option<u32> {
        let small = self.find_small(id);
        if small != Self::NOBODY {
            return Some(small);
        }
        let user = self.find_large(id, words)?;
        if let Some(place) = self.place(id, words.len()) {
            *place = user + 1;
        }
        Some(user)
    }

    /// Adds somebody who is not there.
    pub(super) fn add(&mut self, id: u64, user: u32, words: &[u64]) {
        match self.place(id, words.len()) {
            Some(place) => *place = user + 1,
            None => self.large.add(id, user, words),
        }
    }

    /// The numbers of many, appended to `out`, with [`NOBODY`](Self::NOBODY) for who is not known or not found at once;
    /// whether it found all. Nothing here depends on where another's number lies, so that a processor can look for many
    /// at once.
    #[inline]
    pub(super) fn guess(&self, ids: &[u64], words: &[u64], out: &mut Vec<u32>) -> bool {
        let mut found = true;
        let mut note = |user| {
            found &= user != Self::NOBODY;
            user
        };
        if ids.first().is_some_and(|id| *id < self.small.len() as u64) {
            out.extend(ids.iter().map(|id| note(self.find_small(*id))));
        } else {
            let first = out.len();
            self.large.guess(ids, out);
            for (id, user) in ids.iter().zip(&mut out[first..]) {
                let right = words.get(*user as usize) == Some(id);
                *user = note(if right { *user } else { Self::NOBODY });
            }
        }
        found
    }

    #[inline]
    fn find_small(&self, id: u64) -> u32 {
        let place = usize::try_from(id).ok().and_then(|place| self.small.get(place));
        place.copied().unwrap_or(0).wrapping_sub(1)
    }

    fn find_large(&self, id: u64, words: &[u64]) -> Option<u32> {
        self.large.find(id, |user| words[user as usize] == id)
    }

    /// The place of a small id.
    fn place(&mut self, id: u64, users: usize) -> Option<&mut u32> {
        let place = usize::try_from(id).ok().filter(|place| *place < SMALL.max(4 * users))?;
        if place >= self.small.len() {
            let places = (place + 1).next_power_of_two();
            self.small.reserve_exact(places - self.small.len());
            self.small.resize(places, 0);
        }
        Some(&mut self.small[place])
    }
}
