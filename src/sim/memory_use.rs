//! How much memory a run takes for what nobody can tell beforehand: commits that recorded rows bring, events that are
//! late, and requests that wait for a slow database.
//!
//! Looked at once a block. Users and entries are not counted here; they are estimated before a run.

use std::fmt;

use crate::model::DayTime;

/// Bytes that were measured, rounded up: a commit, an event or a write under way, and a request that waits.
const COMMIT_BYTES: u64 = 48;
const UNDER_WAY_BYTES: u64 = 96;
const WAITING_BYTES: u64 = 144;

/// What is held at some time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    /// When.
    pub at: DayTime,
    /// Commits so far.
    pub commits: u64,
    /// Writes and events under way.
    pub under_way: u64,
    /// Requests that wait for an answer, of all caches.
    pub waiting: u64,
}

impl MemoryUse {
    /// What it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let Self { commits, under_way, waiting, .. } = *self;
        let parts = [(commits, COMMIT_BYTES), (under_way, UNDER_WAY_BYTES), (waiting, WAITING_BYTES)];
        parts.iter().map(|(count, bytes)| count.saturating_mul(*bytes)).fold(0, u64::saturating_add)
    }

    /// Checks it against a limit.
    ///
    /// # Errors
    /// What is held, if that is more.
    pub(super) fn within(self, bytes: u64) -> Result<(), Self> {
        if self.bytes() <= bytes { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for MemoryUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, commits, under_way, waiting, .. } = self;
        write!(
            f,
            "at {at} the run holds {commits} role changes, {under_way} writes and events under way and {waiting} requests that \
             wait, about {} MiB; no more memory is used, unless --max-memory says more",
            self.bytes() >> 20
        )
    }
}
