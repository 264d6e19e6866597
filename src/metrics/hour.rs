//! One hour of one cache.

use serde::{Deserialize, Serialize};

use super::Value;
use crate::model::DayTime;

/// What an hour of the clock saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourRow {
    /// The hour's beginning.
    pub from: DayTime,
    /// Requests that started in it.
    pub requests: u64,
    /// Those answered from memory.
    pub hits: u64,
    /// Database reads issued in it.
    pub db_reads: u64,
    /// Those that got an error.
    pub failed: u64,
    /// Stale answers to requests that started in it.
    pub stale_reads: u64,
    /// Those of them with a higher role than the true one.
    pub stale_grants: u64,
    /// Entries at its end.
    pub cache_size: u64,
}

impl HourRow {
    /// Adds what the same hour saw of other users.
    pub fn absorb(&mut self, other: &Self) {
        let Self { from: _, requests, hits, db_reads, failed, stale_reads, stale_grants, cache_size } = other;
        self.requests += requests;
        self.hits += hits;
        self.db_reads += db_reads;
        self.failed += failed;
        self.stale_reads += stale_reads;
        self.stale_grants += stale_grants;
        self.cache_size += cache_size;
    }

    /// Requests not answered from memory.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.requests.saturating_sub(self.hits)
    }

    /// Hits per request.
    #[must_use]
    pub fn hit_ratio(&self) -> Value {
        Value::ratio(self.hits, self.requests)
    }
}
