//! How many users a recorded day may name.
//!
//! A file does not say beforehand, so the limit is met while it is read.

use super::fault::TraceFault;
use crate::workload::Users;

/// As many as a scenario may have.
const MOST_USERS: usize = 100_000_000;
/// As many as a look at a day holds in the memory that a run may use without being asked.
const LOOKED_AT: usize = 25_000_000;

/// A limit of users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    most: usize,
    /// Whether more memory would be room for more.
    by_memory: bool,
}

impl Default for Room {
    fn default() -> Self {
        Self { most: LOOKED_AT, by_memory: false }
    }
}

impl Room {
    /// As many users with short names as the memory holds that a run may use.
    pub(super) fn in_memory(most: usize) -> Self {
        Self { most: most.min(MOST_USERS), by_memory: most < MOST_USERS }
    }

    /// Checks the users whom so many rows have named.
    pub(super) fn holds(self, users: &Users, rows: u64) -> Result<(), TraceFault> {
        let Self { most, by_memory } = self;
        if users.room() <= most {
            return Ok(());
        }
        Err(TraceFault::TooManyUsers { limit: most as u64, rows, by_memory })
    }
}
