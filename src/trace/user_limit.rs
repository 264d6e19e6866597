//! How many users a recorded day may name.
//!
//! A file does not say beforehand, so the limit is met while it is read.

use super::fault::TraceFault;
use crate::workload::Users;

/// Maximum number of users, as many as a scenario may have.
const MOST_USERS: usize = 100_000_000;
/// Default maximum, as many as fit in the memory that a run may use without being asked.
const DEFAULT_MOST: usize = 25_000_000;

/// A limit on the number of users.
#[derive(Clone, Copy, Debug)]
pub(super) struct UserLimit {
    most: usize,
    /// Whether more memory would hold more of them.
    by_memory: bool,
}

impl Default for UserLimit {
    fn default() -> Self {
        Self { most: DEFAULT_MOST, by_memory: false }
    }
}

impl UserLimit {
    /// A limit of this many users with short names, as many as the memory holds that a run may use.
    pub(super) fn of_memory(most: usize) -> Self {
        Self { most: most.min(MOST_USERS), by_memory: most < MOST_USERS }
    }

    /// Checks the users whom this many rows have named.
    pub(super) fn holds(self, users: &Users, rows: u64) -> Result<(), TraceFault> {
        let Self { most, by_memory } = self;
        if users.room() <= most {
            return Ok(());
        }
        Err(TraceFault::TooManyUsers { limit: most as u64, rows, by_memory })
    }
}
