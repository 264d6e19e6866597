//! One hour of one cache.

use crate::model::DayTime;

/// What an hour of the clock saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourRow {
    /// The hour's beginning.
    pub from: DayTime,
    /// Requests that started in it.
    pub requests: u64,
    /// Those answered from memory.
    pub hits: u64,
    /// Database reads issued in it.
    pub db_reads: u64,
    /// Stale answers to requests that started in it.
    pub stale_reads: u64,
    /// Entries at its end.
    pub cache_size: u64,
}
