//! A row in eight bytes, so that the rows of many users are near.

use crate::cache::{Row, Version};
use crate::model::RoleId;

/// A row in eight bytes: the lower 56 bits of its version, and its role. Two are equal if and only if the rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packed(u64);

impl Packed {
    /// No row.
    pub const NONE: Self = Self(u64::MAX);

    /// Packs a row. Its version lies below 2^56 − 1, which a commit each nanosecond reaches in two years.
    #[inline]
    #[must_use]
    pub fn new(row: Row<RoleId>) -> Self {
        Self(row.version.0 << 8 | u64::from(row.role.0))
    }

    /// The row.
    #[inline]
    #[must_use]
    pub fn row(self) -> Row<RoleId> {
        Row { role: RoleId(self.0 as u8), version: self.version() }
    }

    /// Its version.
    #[inline]
    #[must_use]
    pub fn version(self) -> Version {
        Version(self.0 >> 8)
    }
}
