//! The system under test: what a team could build otherwise on the same day.

use super::{CacheSpec, Micros};

/// The cache, and how fast the database and the channel are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// The scenario's own cache.
    pub cache: CacheSpec,
    /// From a read's issue to its answer.
    pub read_latency: Micros,
    /// From a write's step to its commit.
    pub write_latency: Micros,
    /// From a commit to the arrival of its event.
    pub channel_delay: Micros,
}
