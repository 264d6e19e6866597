//! The keys of what is left to chance: a user's n-th request, a user's n-th change.
//!
//! A key names what is decided and not when it is asked for, so that no draw depends on another. Knows nothing of
//! what is drawn.

use crate::workload::{Users, mix};

/// What names reads of all rows.
const LOADS: u64 = 0x4c4f_4144;

/// Counts each user's requests and changes.
#[derive(Debug, Default)]
pub struct DrawKeys {
    requests: Vec<u32>,
    changes: Vec<u32>,
}

impl DrawKeys {
    /// The key of the user's next request.
    pub(super) fn request(&mut self, user: u32, users: &Users) -> u64 {
        next(&mut self.requests, user, users)
    }

    /// The key of what a user's request of this instant brings about, whichever of the user's it is.
    pub(super) fn asked(users: &Users, user: u32, at_us: u64) -> u64 {
        mix(users.key(user) ^ mix(at_us))
    }

    /// The key of a replica's reads of all rows, which their numbers tell apart.
    #[must_use]
    pub fn loads(replica: u32) -> u64 {
        Self::part(LOADS, replica.into())
    }

    /// The key of the user's next write.
    pub(super) fn change(&mut self, user: u32, users: &Users) -> u64 {
        next(&mut self.changes, user, users)
    }

    /// The key of what becomes of something at one of several places or attempts.
    #[must_use]
    pub fn part(key: u64, part: u64) -> u64 {
        mix(key ^ mix(part))
    }
}

/// Counts one more of a user's, and gives its key.
fn next(counts: &mut Vec<u32>, user: u32, users: &Users) -> u64 {
    let index = user as usize;
    if index >= counts.len() {
        counts.resize(users.len().max(index + 1), 0);
    }
    counts[index] = counts[index].wrapping_add(1);
    mix(users.key(user) ^ mix(u64::from(counts[index])))
}
