//! The box with the day's totals of one cache.
//!
//! Lines that would say nothing, as a latency where every answer is instant, are left out. It does not
//! know what was expected, nor of any other cache.

use super::layout;
use super::words::{Arg, Words};
use super::{CacheResult, ScenarioInfo};
use crate::metrics::{Measured, Metric, Value};
use crate::model::escape;

/// A section of the box: names and values.
pub(super) type Lines = Vec<(String, String)>;

/// The box of one cache.
pub(super) fn summary(scenario: &ScenarioInfo, result: &CacheResult, words: &Words) -> String {
    let metrics = &result.metrics;
    let mut title = format!(
        "{}\n{}\n{}",
        escape(&scenario.name),
        words.with("box-title", &[("cache", Arg::Text(&escape(&result.label)))]),
        words.with("box-seed", &[("seed", Arg::Text(&scenario.seed.to_string()))]),
    );
    if metrics.get(Metric::Requests) == Value::Count(0) {
        title = format!("{title}\n{}", words.text("box-no-requests"));
    }
    layout::sections(&title, &groups(metrics, words))
}

/// The lines of the box in their sections, those that say something.
pub(super) fn groups(metrics: &Measured, words: &Words) -> Vec<Lines> {
    let sections = [
        totals(metrics, words),
        database(metrics, words),
        truth(metrics, words),
        background(metrics, words),
        latency(metrics, words),
        trouble(metrics, words),
    ];
    sections.into_iter().filter(|lines| !lines.is_empty()).collect()
}

/// The figures that everybody asks for first.
fn totals(metrics: &Measured, words: &Words) -> Lines {
    let mut lines = vec![
        line(metrics, words, "box-requests", Metric::Requests),
        line(metrics, words, "box-hits", Metric::Hits),
        line(metrics, words, "box-misses", Metric::Misses),
    ];
    for (key, metric) in [("box-coalesced", Metric::Coalesced), ("box-failed", Metric::Failed)] {
        if says_something(metrics.get(metric)) {
            lines.push(part(metrics, words, key, metric));
        }
    }
    lines.push(line(metrics, words, "box-hit-ratio", Metric::HitRatio));
    lines.push(line(metrics, words, "box-events", Metric::Events));
    let size = match metrics.get(Metric::CacheSize) {
        Value::Count(users) => words.with("box-users", &[("n", Arg::Count(users))]),
        other => words.value(other, "number-undefined"),
    };
    lines.push((words.text("box-size"), size));
    lines
}

fn database(metrics: &Measured, words: &Words) -> Lines {
    vec![
        line(metrics, words, "box-reads", Metric::DbReads),
        part(metrics, words, "box-peak", Metric::DbReadsPeak1s),
        line(metrics, words, "box-writes", Metric::DbWrites),
    ]
}

fn truth(metrics: &Measured, words: &Words) -> Lines {
    vec![
        line(metrics, words, "box-freshness", Metric::Freshness),
        line(metrics, words, "box-stale", Metric::StaleReads),
        part(metrics, words, "box-grants", Metric::StaleGrants),
        part(metrics, words, "box-denials", Metric::StaleDenials),
        line(metrics, words, "box-window", Metric::WindowMax),
    ]
}

fn background(metrics: &Measured, words: &Words) -> Lines {
    let all = [Metric::BackgroundRuns, Metric::BackgroundChecks, Metric::BackgroundRemoved];
    if !all.iter().any(|metric| says_something(metrics.get(*metric))) {
        return vec![(words.text("box-no-sweeps"), String::new())];
    }
    vec![
        line(metrics, words, "box-sweeps", Metric::BackgroundRuns),
        part(metrics, words, "box-checks", Metric::BackgroundChecks),
        part(metrics, words, "box-removed", Metric::BackgroundRemoved),
    ]
}

fn latency(metrics: &Measured, words: &Words) -> Lines {
    if !says_something(metrics.get(Metric::LatencyMax)) {
        return Lines::new();
    }
    vec![
        line(metrics, words, "box-latency-median", Metric::LatencyP50),
        part(metrics, words, "box-latency-p95", Metric::LatencyP95),
        part(metrics, words, "box-latency-p99", Metric::LatencyP99),
        part(metrics, words, "box-latency-max", Metric::LatencyMax),
    ]
}

/// What went wrong on the way, so far as anything did.
fn trouble(metrics: &Measured, words: &Words) -> Lines {
    [
        ("box-overtaken", Metric::FillsRejected),
        ("box-lost", Metric::EventsLost),
        ("box-updates-failed", Metric::UpdatesFailed),
        ("box-updates-rejected", Metric::UpdatesRejected),
    ]
    .into_iter()
    .filter(|(_, metric)| says_something(metrics.get(*metric)))
    .map(|(key, metric)| line(metrics, words, key, metric))
    .collect()
}

fn line(metrics: &Measured, words: &Words, key: &str, metric: Metric) -> (String, String) {
    (words.text(key), shown(metrics.get(metric), metric, words))
}

/// A line that belongs to the one above it.
fn part(metrics: &Measured, words: &Words, key: &str, metric: Metric) -> (String, String) {
    let (name, value) = line(metrics, words, key, metric);
    (format!("  {name}"), value)
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

fn says_something(value: Value) -> bool {
    !matches!(value, Value::Undefined | Value::Count(0) | Value::Micros(0))
}
