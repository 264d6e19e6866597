//! The lines of a day's totals: which there are, and which say something.
//!
//! Lines that would say nothing, as a latency where every answer is instant, are left out.

use super::words::Words;
use crate::metrics::{Metric, Value};

/// A line of the box.
pub(super) struct Row {
    /// Its words.
    key: &'static str,
    pub(super) metric: Metric,
    /// Whether it belongs to the line above it.
    part: bool,
}

impl Row {
    pub(super) fn name(&self, words: &Words) -> String {
        let name = words.text(self.key);
        if self.part { format!("  {name}") } else { name }
    }
}

const fn line(key: &'static str, metric: Metric) -> Row {
    Row { key, metric, part: false }
}

const fn part(key: &'static str, metric: Metric) -> Row {
    Row { key, metric, part: true }
}

/// The lines of the box by section. Those that say nothing are left out: the metric of some matters only where it
/// is anything but 0.
pub(super) fn rows(matters: impl Fn(Metric) -> bool) -> [Vec<Row>; 6] {
    let where_it_matters = |rows: Vec<Row>| rows.into_iter().filter(|row| matters(row.metric));
    let mut totals = vec![
        line("box-requests", Metric::Requests),
        line("box-hits", Metric::Hits),
        line("box-misses", Metric::Misses),
    ];
    let unanswered = vec![part("box-coalesced", Metric::Coalesced), part("box-failed", Metric::Failed)];
    totals.extend(where_it_matters(unanswered));
    totals.extend([
        line("box-hit-ratio", Metric::HitRatio),
        line("box-events", Metric::Events),
        line("box-size", Metric::CacheSize),
    ]);
    let database = vec![
        line("box-reads", Metric::DbReads),
        part("box-peak", Metric::DbReadsPeak1s),
        line("box-writes", Metric::DbWrites),
    ];
    let truth = vec![
        line("box-freshness", Metric::Freshness),
        line("box-stale", Metric::StaleReads),
        part("box-grants", Metric::StaleGrants),
        part("box-denials", Metric::StaleDenials),
        line("box-window", Metric::WindowMax),
    ];
    let mut background = vec![
        line("box-sweeps", Metric::BackgroundRuns),
        part("box-checks", Metric::BackgroundChecks),
        part("box-removed", Metric::BackgroundRemoved),
    ];
    if !background.iter().any(|row| matters(row.metric)) {
        background.clear();
    }
    let mut latency = vec![
        line("box-latency-median", Metric::LatencyP50),
        part("box-latency-p95", Metric::LatencyP95),
        part("box-latency-p99", Metric::LatencyP99),
        part("box-latency-max", Metric::LatencyMax),
    ];
    if !matters(Metric::LatencyMax) {
        latency.clear();
    }
    let trouble = vec![
        line("box-overtaken", Metric::FillsRejected),
        line("box-lost", Metric::EventsLost),
        line("box-updates-failed", Metric::UpdatesFailed),
        line("box-updates-rejected", Metric::UpdatesRejected),
    ];
    [totals, database, truth, background, latency, where_it_matters(trouble).collect()]
}

/// A value with the reason why there is none, where there is none.
pub(super) fn shown(value: Value, metric: Metric, words: &Words) -> String {
    let reason = match metric {
        Metric::HitRatio => "number-no-requests",
        Metric::Freshness => "number-no-answers",
        Metric::WindowMax => "number-no-reductions",
        _ => "number-undefined",
    };
    words.value(value, reason)
}

/// Whether a value is anything but nothing and 0.
pub(super) fn says_something(value: Value) -> bool {
    !matches!(value, Value::Undefined | Value::Count(0) | Value::Micros(0))
}
