//! A request that no script names, as every source of them gives it.

/// A request that no script names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// The user who asks.
    pub user: u32,
}
