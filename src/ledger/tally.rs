//! The counters of one cache over a day.
//!
//! Counters only grow, so what an hour saw is a difference of two readings. Ratios and percentiles are
//! formed on reading.

use serde::{Deserialize, Serialize};

use super::Exposure;
use crate::metrics::{Measured, Metric, Rates, Samples, Sizes, Value};
use crate::model::{HOUR_US, Span};

/// All that is counted of one cache.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Answered from memory.
    pub hits: u64,
    /// Led a database read.
    pub loads: u64,
    /// Joined a read in flight.
    pub coalesced: u64,
    /// Got an error.
    pub failed: u64,
    /// Got a role.
    pub answered: u64,
    /// Reads issued.
    pub db_reads: u64,
    /// When they were issued.
    pub read_rates: Rates,
    /// Writes.
    pub db_writes: u64,
    /// Role changes processed.
    pub events: u64,
    /// Events arrived.
    pub events_delivered: u64,
    /// Events lost.
    pub events_lost: u64,
    /// Arrived events whose update failed.
    pub updates_failed: u64,
    /// Arrived events rejected as older.
    pub updates_rejected: u64,
    /// Fetches overtaken by a change.
    pub fills_rejected: u64,
    /// Answers older than the truth at the request's start.
    pub outdated_reads: u64,
    /// Stale answers above the true role.
    pub stale_grants: u64,
    /// Stale answers below it.
    pub stale_denials: u64,
    /// Ages of what stale answers missed.
    pub stale_age_us: Samples,
    /// Changes that stale answers were charged to.
    pub exposure: Exposure,
    /// Sweeps.
    pub background_runs: u64,
    /// Entries examined.
    pub background_checks: u64,
    /// Entries removed.
    pub background_removed: u64,
    /// Entries now.
    pub cache_size: u64,
    /// Entries at each minute's end so far.
    pub sizes: Sizes,
    /// From request to answer.
    pub latency_us: Samples,
    /// Reads in the background that a hit started.
    pub refreshes: u64,
    /// Questions to a feed.
    pub polls: u64,
    /// Rows read by whole copies and polls.
    pub db_rows: u64,
    /// Version checks.
    pub db_checks: u64,
    /// Hits past an entry's life, because the read failed.
    pub stale_served: u64,
    /// Questions that the second level answered.
    pub l2_hits: u64,
    /// Questions that it passed on.
    pub l2_misses: u64,
    /// Answers older than an earlier answer to the same user.
    pub regressions: u64,
    /// Answers whose role was not true within the spans of [`Terms`], by span.
    pub unfresh: Vec<u64>,
    /// For how long after each reduction a replica would still have given a higher role.
    pub settled_us: Samples,
    /// Reductions that were followed by a request in time.
    pub revocations_asked: u64,
}

/// What a cache is measured by, beyond what is counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Terms {
    /// The spans of `fresh_within`.
    pub spans: Vec<Span>,
    /// The longest for which the cache may honour a revoked role, in microseconds; `None` without a bound.
    pub guaranteed_us: Option<u64>,
}

impl Terms {
    /// For how long after a reduction a request says something about it: while the cache may honour the role, and an hour
    /// if that has no bound.
    #[must_use]
    pub fn asked_within_us(&self) -> u64 {
        self.guaranteed_us.unwrap_or(HOUR_US)
    }
}

/// Adds one tally to another, field by field. All fields are named, so that a new one cannot be forgotten.
macro_rules! add {
    ($own:ident, $other:ident; counters: $($counter:ident),*; samples: $($sample:ident),*; others: $($rest:ident),*) => {
        let Self { $($counter,)* $($sample,)* $($rest: _,)* } = $other;
        $($own.$counter += $counter;)*
        $($own.$sample.absorb($sample);)*
    };
}

impl Tally {
    /// Nothing counted yet, and all kept that adding needs.
    #[must_use]
    pub fn of_part() -> Self {
        Self { read_rates: Rates::all(), sizes: Sizes::all(), ..Self::default() }
    }

    /// Adds what was counted of other users in the same time.
    pub fn absorb(&mut self, other: &Self) {
        add!(self, other;
            counters: hits, loads, coalesced, failed, answered, db_reads, db_writes, events, events_delivered, events_lost,
                updates_failed, updates_rejected, fills_rejected, outdated_reads, stale_grants, stale_denials,
                background_checks, background_removed, cache_size, refreshes, polls, db_rows, db_checks, stale_served,
                l2_hits, l2_misses, regressions, revocations_asked;
            samples: read_rates, stale_age_us, exposure, sizes, latency_us, settled_us;
            // One sweep examines the entries of all.
            others: background_runs, unfresh
        );
        self.unfresh.resize(self.unfresh.len().max(other.unfresh.len()), 0);
        self.unfresh.iter_mut().zip(&other.unfresh).for_each(|(sum, more)| *sum += more);
    }

    /// Calls of `get_role`.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.hits + self.misses()
    }

    /// Requests not answered from memory.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.loads + self.coalesced + self.failed
    }

    /// Answers that were no longer true.
    #[must_use]
    pub fn stale_reads(&self) -> u64 {
        self.stale_grants + self.stale_denials
    }

    /// Whether the books balance: every request that was counted is answered or failed but for those
    /// `in_flight`, and no more answers are stale than outdated, or outdated than given.
    #[must_use]
    pub fn balances(&self, in_flight: u64) -> bool {
        self.answered + self.failed + in_flight == self.requests()
            && self.latency_us.count() == self.answered
            && self.stale_age_us.count() <= self.stale_reads()
            && self.stale_reads() <= self.outdated_reads
            && self.outdated_reads <= self.answered
            && self.updates_failed + self.updates_rejected <= self.events_delivered
    }

    /// The memory that it takes beyond its fields, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let samples = self.stale_age_us.held_bytes() + self.latency_us.held_bytes();
        samples
            + self.settled_us.held_bytes()
            + self.exposure.held_bytes()
            + self.read_rates.held_bytes()
            + self.sizes.held_bytes()
    }

    /// The value of every metric.
    #[must_use]
    pub fn measure(&self, terms: &Terms) -> Measured {
        let (windows, window_sum_us) = self.exposure.windows();
        let time = |samples: &Samples, percent| Value::time(samples.percentile(percent));
        let fresh_within = |span: Span| {
            let place = terms.spans.iter().position(|one| *one == span)?;
            let unfresh = self.unfresh.get(place).copied().unwrap_or(0);
            (self.answered > 0).then(|| Value::Ratio(1.0 - unfresh as f64 / self.answered as f64))
        };
        Measured::collect(&terms.spans, |metric| match metric {
            Metric::Requests => Value::Count(self.requests()),
            Metric::Hits => Value::Count(self.hits),
            Metric::Misses => Value::Count(self.misses()),
            Metric::Loads => Value::Count(self.loads),
            Metric::Coalesced => Value::Count(self.coalesced),
            Metric::Failed => Value::Count(self.failed),
            Metric::HitRatio => Value::ratio(self.hits, self.requests()),
            Metric::DbReads => Value::Count(self.db_reads),
            Metric::DbWrites => Value::Count(self.db_writes),
            Metric::DbReadsPeak1s => Value::Count(self.read_rates.peak_1s()),
            Metric::DbReadsPeak60s => Value::Count(self.read_rates.peak_60s()),
            Metric::Events => Value::Count(self.events),
            Metric::EventsDelivered => Value::Count(self.events_delivered),
            Metric::EventsLost => Value::Count(self.events_lost),
            Metric::UpdatesFailed => Value::Count(self.updates_failed),
            Metric::UpdatesRejected => Value::Count(self.updates_rejected),
            Metric::FillsRejected => Value::Count(self.fills_rejected),
            Metric::OutdatedReads => Value::Count(self.outdated_reads),
            Metric::StaleReads => Value::Count(self.stale_reads()),
            Metric::StaleGrants => Value::Count(self.stale_grants),
            Metric::StaleDenials => Value::Count(self.stale_denials),
            Metric::Freshness => match Value::ratio(self.stale_reads(), self.answered) {
                Value::Ratio(stale) => Value::Ratio(1.0 - stale),
                other => other,
            },
            Metric::StaleAgeP50 => time(&self.stale_age_us, 50),
            Metric::StaleAgeP95 => time(&self.stale_age_us, 95),
            Metric::StaleAgeP99 => time(&self.stale_age_us, 99),
            Metric::StaleAgeMax => time(&self.stale_age_us, 100),
            Metric::ExposedChanges => Value::Count(self.exposure.changes()),
            Metric::ExposedRevocations => Value::Count(self.exposure.revocations()),
            Metric::WindowSum => Value::Micros(window_sum_us),
            Metric::WindowP50 => time(&windows, 50),
            Metric::WindowP95 => time(&windows, 95),
            Metric::WindowMax => time(&windows, 100),
            Metric::BackgroundRuns => Value::Count(self.background_runs),
            Metric::BackgroundChecks => Value::Count(self.background_checks),
            Metric::BackgroundRemoved => Value::Count(self.background_removed),
            Metric::CacheSize => Value::Count(self.cache_size),
            Metric::CacheSizePeak => Value::Count(self.sizes.peak()),
            Metric::LatencyP50 => time(&self.latency_us, 50),
            Metric::LatencyP95 => time(&self.latency_us, 95),
            Metric::LatencyP99 => time(&self.latency_us, 99),
            Metric::LatencyMax => time(&self.latency_us, 100),
            Metric::Refreshes => Value::Count(self.refreshes),
            Metric::Polls => Value::Count(self.polls),
            Metric::DbRows => Value::Count(self.db_rows),
            Metric::DbChecks => Value::Count(self.db_checks),
            Metric::StaleServed => Value::Count(self.stale_served),
            Metric::L2Hits => Value::Count(self.l2_hits),
            Metric::L2Misses => Value::Count(self.l2_misses),
            Metric::Regressions => Value::Count(self.regressions),
            Metric::SettledP50 => time(&self.settled_us, 50),
            Metric::SettledP95 => time(&self.settled_us, 95),
            Metric::SettledMax => time(&self.settled_us, 100),
            Metric::GuaranteedWindow => Value::time(terms.guaranteed_us),
            Metric::RevocationsAsked => Value::Count(self.revocations_asked),
            Metric::FreshWithin(span) => fresh_within(span).unwrap_or(Value::Undefined),
        })
    }
}
