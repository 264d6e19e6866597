//! What a cache counts of itself.

use std::ops::AddAssign;

/// Counters since the cache was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Lookups answered from memory.
    pub hits: u64,
    /// Lookups that were given a ticket.
    pub loads: u64,
    /// Lookups that were told to wait for another's.
    pub coalesced: u64,
    /// Fetched rows stored.
    pub fills: u64,
    /// Fetched rows refused as overtaken or revoked.
    pub fills_refused: u64,
    /// Tickets handed back without a row.
    pub fetches_failed: u64,
    /// Events taken, whether they wrote or dropped an entry or found none.
    pub updates: u64,
    /// Events refused as older.
    pub updates_older: u64,
    /// Events whose update failed.
    pub updates_failed: u64,
    /// Entries that went because the cache was full.
    pub evictions: u64,
}

impl AddAssign for Stats {
    fn add_assign(&mut self, other: Self) {
        // Taken apart, so that a new counter cannot be forgotten here.
        let Self {
            hits,
            loads,
            coalesced,
            fills,
            fills_refused,
            fetches_failed,
            updates,
            updates_older,
            updates_failed,
            evictions,
        } = other;
        self.hits += hits;
        self.loads += loads;
        self.coalesced += coalesced;
        self.fills += fills;
        self.fills_refused += fills_refused;
        self.fetches_failed += fetches_failed;
        self.updates += updates;
        self.updates_older += updates_older;
        self.updates_failed += updates_failed;
        self.evictions += evictions;
    }
}
