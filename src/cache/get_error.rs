//! Why a face could not answer.

use std::error::Error;
use std::fmt;

/// Why `get_role` has no role. Completes "failed to get the role: …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GetError<E> {
    /// The caller's own fetch failed.
    Fetch(E),
    /// The fetch that the caller had joined failed; its leader has the reason.
    Joined,
    /// Every answer was overtaken by a role change before it could be stored, sixteen times in a row.
    Overtaken,
    /// The fetch for a user asked the cache for the same user, which could only wait for itself.
    Reentrant,
}

impl<E: fmt::Display> fmt::Display for GetError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetch(error) => write!(f, "the database could not be read: {error}"),
            Self::Joined => write!(f, "the read that was waited for failed"),
            Self::Overtaken => write!(f, "role changes overtook every read, sixteen times in a row"),
            Self::Reentrant => write!(f, "the read for a user asked the cache for the same user"),
        }
    }
}

impl<E: Error + 'static> Error for GetError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Fetch(error) => Some(error),
            _ => None,
        }
    }
}

/// What became of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a degraded update is worth a log line"]
pub enum Updated {
    /// The cache has the new role, or knows that the next read must fetch it.
    Applied,
    /// The change is older than what the cache knows, and changed nothing.
    Older,
    /// The change could not be applied: the entry is gone, and the next read asks the database.
    Degraded,
}
