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

/// A role of one byte, so that a row can be [packed](Packed).
pub trait ByteRole: Copy {
    /// The role as a byte.
    fn to_byte(self) -> u8;
    /// The role of a byte that [`to_byte`](Self::to_byte) gave.
    fn from_byte(byte: u8) -> Self;
}

impl ByteRole for u8 {
    fn to_byte(self) -> u8 {
        self
    }

    fn from_byte(byte: u8) -> Self {
        byte
    }
}

/// A row in eight bytes: the lower 56 bits of its version, and its role. Two are equal where the rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed(u64);

impl Packed {
    /// No row.
    pub const NONE: Self = Self(u64::MAX);

    /// Packs a row. Its version lies below 2^56 − 1, which a commit each nanosecond reaches in two years.
    #[inline]
    pub fn new<R: ByteRole>(row: Row<R>) -> Self {
        Self(row.version.0 << 8 | u64::from(row.role.to_byte()))
    }

    /// The row.
    #[inline]
    pub fn row<R: ByteRole>(self) -> Row<R> {
        Row { role: R::from_byte(self.0 as u8), version: self.version() }
    }

    /// Its version.
    #[inline]
    #[must_use]
    pub fn version(self) -> Version {
        Version(self.0 >> 8)
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

    /// The instant so many microseconds after the origin.
    #[must_use]
    pub const fn from_micros(us: u64) -> Self {
        Self(us)
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The instant so many microseconds later.
    #[must_use]
    pub const fn after_us(self, us: u64) -> Self {
        Self(self.0.saturating_add(us))
    }
}

/// Whole microseconds of a duration, saturating.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
