//! What the cache holds and how it counts time.

use std::time::Duration;

/// The number of the commit that a row's role comes from; later commits have larger numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// Of an event: nobody numbered it, so it overtakes every fetch in flight and is written whatever the entry
    /// says; changes of one user must then come one after the other. Of a row: older than every numbered commit.
    pub const UNKNOWN: Self = Self(0);
}

/// A role together with the version of the database row that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Row<R> {
    /// The role.
    pub role: R,
    /// The commit that it comes from.
    pub version: Version,
}

impl<R> From<R> for Row<R> {
    /// A role whose commit nobody numbered.
    fn from(role: R) -> Self {
        Self { role, version: Version::UNKNOWN }
    }
}

/// An instant in whole microseconds since an origin of the caller's choice. Arithmetic saturates, and
/// the largest value means "never".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The origin.
    pub const ZERO: Self = Self(0);
    /// Later than every instant.
    pub const NEVER: Self = Self(u64::MAX);

    /// The instant `us` microseconds after the origin.
    #[must_use]
    pub const fn from_micros(us: u64) -> Self {
        Self(us)
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The instant `us` microseconds later.
    #[must_use]
    pub const fn after_us(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }
}

/// Whole microseconds of a duration, saturating.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
