//! The names of what is measured, and values with their units.

use std::borrow::Cow;
use std::fmt;

use crate::model::Span;

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// A share between 0 and 1.
    Ratio,
    /// Microseconds.
    Micros,
}

/// A measured or expected value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Things.
    Count(u64),
    /// A share; always finite.
    Ratio(f64),
    /// Microseconds. A sum over many users may take more than 64 bits.
    Micros(u128),
    /// There was nothing to measure, as the hit ratio of no requests.
    Undefined,
}

impl Value {
    /// `part / whole`, undefined where the whole is 0.
    #[must_use]
    pub fn ratio(part: u64, whole: u64) -> Self {
        if whole == 0 { Self::Undefined } else { Self::Ratio(part as f64 / whole as f64) }
    }

    /// A time; undefined where there is none.
    #[must_use]
    pub fn time(us: Option<u64>) -> Self {
        us.map_or(Self::Undefined, |us| Self::Micros(us.into()))
    }

    /// The value as a number in its own unit; `None` if it is undefined.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Count(value) => Some(value as f64),
            Self::Micros(value) => Some(value as f64),
            Self::Ratio(value) => Some(value),
            Self::Undefined => None,
        }
    }

    /// A count or a time as a whole number; `None` if it is a share or undefined.
    #[must_use]
    pub fn whole(self) -> Option<u128> {
        match self {
            Self::Count(value) => Some(value.into()),
            Self::Micros(value) => Some(value),
            Self::Ratio(_) | Self::Undefined => None,
        }
    }
}

macro_rules! metrics {
    ($($variant:ident, $name:literal, $unit:ident, $doc:literal;)*) => {
        /// Something that is measured, one for each number of a report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $(#[doc = $doc] $variant,)*
            /// Share of answers whose role was the true one at some instant of a span before the request's start.
            FreshWithin(Span),
        }

        impl Metric {
            /// All that every report has, in its order; [`Metric::FreshWithin`] follows for the spans of the scenario.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The names of those, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The name in JSON; a dot separates a nested part, as in `window_us.max`.
            #[must_use]
            pub fn name(self) -> Cow<'static, str> {
                match self {
                    $(Self::$variant => Cow::Borrowed($name),)*
                    Self::FreshWithin(span) => Cow::Owned(format!("{FRESH_WITHIN}.{span}")),
                }
            }

            /// The unit of its values.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self {
                    $(Self::$variant => Unit::$unit,)*
                    Self::FreshWithin(_) => Unit::Ratio,
                }
            }
        }
    };
}

/// The group of the metrics that scenarios choose spans for.
pub const FRESH_WITHIN: &str = "fresh_within";

metrics! {
    Requests, "requests", Count, "Calls of `get_role`.";
    Hits, "hits", Count, "Requests answered from memory.";
    Misses, "misses", Count, "Requests not answered from memory: loads, coalesced and failed.";
    Loads, "loads", Count, "Requests that led a database read.";
    Coalesced, "coalesced", Count, "Requests that joined a read in flight.";
    Failed, "failed", Count, "Requests that got an error.";
    HitRatio, "hit_ratio", Ratio, "Hits per request.";
    DbReads, "db_reads", Count, "Reads that the database was asked for, failed and repeated ones included.";
    DbWrites, "db_writes", Count, "Writes that the database was asked for.";
    DbReadsPeak1s, "db_reads_peak_1s", Count, "Most reads issued in one second, aligned to the start.";
    DbReadsPeak60s, "db_reads_peak_60s", Count, "Most reads issued in one minute, aligned to the start.";
    Events, "events", Count, "Role changes processed.";
    EventsDelivered, "events_delivered", Count, "Events that arrived, failed and rejected ones included.";
    EventsLost, "events_lost", Count, "Events that never arrived.";
    UpdatesFailed, "updates_failed", Count, "Arrived events whose update failed.";
    UpdatesRejected, "updates_rejected", Count, "Arrived events rejected as older.";
    FillsRejected, "fills_rejected", Count, "Fetches that a change overtook and that stored nothing.";
    OutdatedReads, "outdated_reads", Count, "Answers older than what was committed when the request started.";
    StaleReads, "stale_reads", Count, "Outdated answers whose role was no longer true.";
    StaleGrants, "stale_grants", Count, "Stale answers with a higher role than the true one.";
    StaleDenials, "stale_denials", Count, "Stale answers with a lower role than the true one.";
    Freshness, "freshness", Ratio, "Share of answered requests that were not stale.";
    StaleAgeP50, "stale_age_us.p50", Micros, "Median age of the oldest change that a stale answer missed.";
    StaleAgeP95, "stale_age_us.p95", Micros, "95th percentile of that age.";
    StaleAgeP99, "stale_age_us.p99", Micros, "99th percentile of that age.";
    StaleAgeMax, "stale_age_us.max", Micros, "Largest such age.";
    ExposedChanges, "exposed_changes", Count, "Changes of role charged with at least one stale answer.";
    ExposedRevocations, "exposed_revocations", Count, "Reductions charged with at least one stale grant.";
    WindowSum, "window_us.sum", Micros, "Time for which reduced roles were still honoured, summed.";
    WindowP50, "window_us.p50", Micros, "Median of that time over reductions.";
    WindowP95, "window_us.p95", Micros, "95th percentile of that time.";
    WindowMax, "window_us.max", Micros, "Longest such time.";
    BackgroundRuns, "background_runs", Count, "Sweeps.";
    BackgroundChecks, "background_checks", Count, "Entries examined by sweeps.";
    BackgroundRemoved, "background_removed", Count, "Entries removed by sweeps.";
    CacheSize, "cache_size", Count, "Entries at the end of the day.";
    CacheSizePeak, "cache_size_peak", Count, "Most entries at any minute's end.";
    LatencyP50, "latency_us.p50", Micros, "Median time from request to answer.";
    LatencyP95, "latency_us.p95", Micros, "95th percentile of that time.";
    LatencyP99, "latency_us.p99", Micros, "99th percentile of that time.";
    LatencyMax, "latency_us.max", Micros, "Longest such time.";
    Refreshes, "refreshes", Count, "Reads that a hit of an ageing entry started in the background.";
    Polls, "polls", Count, "Questions to a feed of changes.";
    DbRows, "db_rows", Count, "Rows read by loads of whole copies and by polls.";
    DbChecks, "db_checks", Count, "Version checks that the database was asked for.";
    StaleServed, "stale_served", Count, "Hits of an entry past its life, because the read failed.";
    L2Hits, "l2_hits", Count, "Questions that the second level answered.";
    L2Misses, "l2_misses", Count, "Questions that it passed on to the database.";
    Regressions, "regressions", Count, "Answers with an older version than an earlier answer to the same user had.";
    SettledP50, "settled_us.p50", Micros, "Median time from a reduction to the last instant at which any replica would still have given a higher role.";
    SettledP95, "settled_us.p95", Micros, "95th percentile of that time.";
    SettledMax, "settled_us.max", Micros, "Longest such time.";
    GuaranteedWindow, "guaranteed_window_us", Micros, "The longest for which the cache's rules let a revoked role be honoured on this system.";
    RevocationsAsked, "revocations_asked", Count, "Reductions followed by a request of that user within the guaranteed window, or an hour if there is none.";
}

impl Metric {
    /// The metric of this name; in CSV the dot is an underscore, and that is understood too.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let fixed =
            Self::ALL.iter().copied().find(|metric| metric.name() == name || metric.csv_name() == name);
        let span = || name.strip_prefix(FRESH_WITHIN)?.strip_prefix(['.', '_'])?.parse().ok();
        fixed.or_else(|| span().map(Self::FreshWithin))
    }

    /// Where it stands in [`Metric::ALL`]; `None` if it is of a scenario's own span.
    fn place(self) -> Option<usize> {
        // They are declared in this order.
        Self::ALL.binary_search(&self).ok()
    }

    /// The name in CSV.
    #[must_use]
    pub fn csv_name(self) -> String {
        self.name().replace('.', "_")
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// A value for every metric, and for the spans of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    values: Vec<Value>,
    fresh_within: Vec<(Span, Value)>,
}

impl Measured {
    /// Asks for the value of every metric.
    pub fn collect(spans: &[Span], mut value: impl FnMut(Metric) -> Value) -> Self {
        Self {
            values: Metric::ALL.iter().map(|metric| value(*metric)).collect(),
            fresh_within: spans.iter().map(|span| (*span, value(Metric::FreshWithin(*span)))).collect(),
        }
    }

    /// The metrics that have a place here, in the order of a report.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> + Clone + '_ {
        let spans = self.fresh_within.iter().map(|(span, _)| Metric::FreshWithin(*span));
        Metric::ALL.iter().copied().chain(spans)
    }

    /// The value of one metric; undefined for a span that is none of the scenario's.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Value {
        match metric {
            Metric::FreshWithin(wanted) => {
                let found = self.fresh_within.iter().find(|(span, _)| *span == wanted);
                found.map_or(Value::Undefined, |(_, value)| *value)
            }
            _ => metric.place().map_or(Value::Undefined, |place| self.values[place]),
        }
    }
}
