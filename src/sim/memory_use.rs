//! How much memory a run holds: one measure for what is known of a day beforehand and for what only the run can tell
//! (users and commits of recorded rows, late events, requests that wait for a slow database, counters).
//!
//! The estimate before a run fills it in, and so does a look at the running one, once a block. A run that was estimated
//! is never found to hold more than that, but for what nobody could estimate.

use std::fmt;

/// Bytes that were measured where tables have just grown, rounded up: a user with the database's row and a name of up to
/// 64 letters, and a process with an empty cache.
const USER_BYTES: u64 = 144;
const PROCESS_BYTES: u64 = 4 << 10;
/// A request, a step or a drawn role change that is held until its time.
const PLANNED_BYTES: u64 = 16;
/// A commit, an event or a write under way, and a request that waits.
const COMMIT_BYTES: u64 = 48;
const UNDER_WAY_BYTES: u64 = 96;
const WAITING_BYTES: u64 = 232;
/// An hour of a cache, in its lane and in the report.
const HOUR_BYTES: u64 = 144;

/// What a run holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryUse {
    /// Users; each 64 bytes of a name count as one more.
    pub users: u64,
    /// Bytes of all caches' entries, as their policies measure them.
    pub entry_bytes: u64,
    /// Processes with a cache.
    pub processes: u64,
    /// Requests, steps and drawn role changes that are held until their time.
    pub planned: u64,
    /// Commits.
    pub commits: u64,
    /// Writes and events under way.
    pub under_way: u64,
    /// Requests that wait for an answer, of all caches.
    pub waiting: u64,
    /// Hours, for each cache.
    pub hours: u64,
    /// Bytes of all caches' counters.
    pub counter_bytes: u64,
}

impl MemoryUse {
    /// What it takes, in bytes; the largest number if that is more.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let Self {
            users,
            entry_bytes,
            processes,
            planned,
            commits,
            under_way,
            waiting,
            hours,
            counter_bytes,
        } = *self;
        let parts = [
            (users, USER_BYTES),
            (entry_bytes, 1),
            (processes, PROCESS_BYTES),
            (planned, PLANNED_BYTES),
            (commits, COMMIT_BYTES),
            (under_way, UNDER_WAY_BYTES),
            (waiting, WAITING_BYTES),
            (hours, HOUR_BYTES),
            (counter_bytes, 1),
        ];
        parts.iter().map(|(count, bytes)| count.saturating_mul(*bytes)).fold(0, u64::saturating_add)
    }

    /// With what another part of the run holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            users: self.users.saturating_add(other.users),
            entry_bytes: self.entry_bytes.saturating_add(other.entry_bytes),
            processes: self.processes.saturating_add(other.processes),
            planned: self.planned.saturating_add(other.planned),
            commits: self.commits.saturating_add(other.commits),
            under_way: self.under_way.saturating_add(other.under_way),
            waiting: self.waiting.saturating_add(other.waiting),
            hours: self.hours.saturating_add(other.hours),
            counter_bytes: self.counter_bytes.saturating_add(other.counter_bytes),
        }
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
        let Self { users, commits, under_way, waiting, .. } = self;
        write!(
            f,
            "the run holds {users} users, {commits} role changes, {under_way} writes and events under way and {waiting} \
             requests that wait, about {} MiB; no more memory is used, unless --max-memory says more and the \
             machine has it",
            self.bytes().div_ceil(1 << 20)
        )
    }
}
