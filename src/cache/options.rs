//! How a cache behaves.

use std::num::NonZeroUsize;
use std::time::Duration;

/// What an event does to its user's entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnEvent {
    /// Writes the new role, also for a user who is not cached.
    #[default]
    Update,
    /// Writes the new role only where the user is cached.
    UpdateIfPresent,
    /// Drops the entry; the next read fetches.
    Invalidate,
}

/// What protects a fetch in flight from a role change that overtakes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Versions: a fetch that a newer change overtook stores nothing and asks again; a change older
    /// than the entry is rejected.
    #[default]
    Version,
    /// One fetch per user at a time, and nothing more: it stores what it read, whatever happened since.
    SingleFlight,
    /// Nothing: every miss reads for itself and stores what it read.
    None,
}

/// The behaviour of a [`Core`](super::Core).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What an event does.
    pub on_event: OnEvent,
    /// What protects a fetch in flight.
    pub guard: Guard,
    /// The life of an entry from the moment it is stored; none lives for ever. An entry stored at `t`
    /// is present while `now < t + ttl`.
    pub ttl: Option<Duration>,
    /// What removes an expired entry: with `false` the read that finds it, with `true` only
    /// [`sweep`](super::Core::sweep) and the next answer, as a cache with a cleaning task does.
    pub swept: bool,
    /// Maximum number of entries; `None` if there is no bound. Every hit and every write is a use, and
    /// the least recently used entry goes first, expired or not.
    pub capacity: Option<NonZeroUsize>,
}
