//! Several caches side by side, and what the figures mean in plain words.
//!
//! Tables of what a cache saved, whether it was true and, where anybody waited, how soon it answered. The words are computed from the values and
//! compare each cache with the first. It knows nothing of how a cache works, so it cannot say *why* one
//! does better.

use super::escape::escape_prose;
use super::layout::{figures, wrapped};
use super::means::NOTHING;
use super::runs::{beside_the_first, mean_cell, over};
use super::summary::says_something;
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::metrics::{Measured, Metric, Value};
use crate::model::escape;

const LOAD: [(&str, Metric); 5] = [
    ("compare-hit-ratio", Metric::HitRatio),
    ("compare-reads", Metric::DbReads),
    ("compare-peak", Metric::DbReadsPeak1s),
    ("compare-checks", Metric::BackgroundChecks),
    ("compare-size", Metric::CacheSize),
];

const TRUTH: [(&str, Metric); 4] = [
    ("compare-freshness", Metric::Freshness),
    ("compare-stale", Metric::StaleReads),
    ("compare-grants", Metric::StaleGrants),
    ("compare-window", Metric::WindowMax),
];

const SPEED: [(&str, Metric); 5] = [
    ("compare-failed", Metric::Failed),
    ("compare-joined", Metric::Coalesced),
    ("compare-median", Metric::LatencyP50),
    ("compare-p99", Metric::LatencyP99),
    ("compare-longest", Metric::LatencyMax),
];

/// Title, tables and words.
pub(super) fn compare(report: &Report, words: &Words) -> String {
    let requests = report.results.first().map_or(0, |own| count(own, Metric::Requests));
    let several = report.scenario.runs > 1;
    let seed = report.scenario.seed.to_string();
    let size = match several {
        false => words.with("compare-title", &[("n", Arg::Count(requests)), ("seed", Arg::Text(&seed))]),
        true => over(&report.scenario, words),
    };
    let mut out = wrapped("", 0, &escape(&report.scenario.name));
    if let Some(description) = &report.scenario.description {
        out.push_str(&wrapped("", 0, &escape_prose(description)));
    }
    out.push_str(&wrapped("", 0, &size));
    for (title, columns) in tables(report) {
        out.push('\n');
        out.push_str(&wrapped("", 0, &words.text(title)));
        let (header, rows) = cells(&report.results, columns, words);
        out.push_str(&figures(header, rows));
    }
    out.push('\n');
    if several {
        out.push_str(&beside_the_first(report, words));
    } else if requests == 0 {
        out.push_str(&wrapped("", 0, &words.text("compare-says-no-requests")));
    } else if let Some((own, others)) = report.results.split_first() {
        out.push_str(&wrapped("", 0, &about_own(own, words)));
        out.extend(others.iter().map(|other| wrapped("", 0, &beside(own, other, words))));
    }
    out
}

/// Whether any request waited for its answer, or got none.
fn waits_or_fails(report: &Report) -> bool {
    let of_one = |metrics: &Measured| {
        [Metric::LatencyMax, Metric::Failed].iter().any(|metric| says_something(metrics.get(*metric)))
    };
    report
        .results
        .iter()
        .any(|result| of_one(&result.metrics) || result.runs.iter().any(|run| of_one(&run.metrics)))
}

/// The tables with their titles; how soon caches answered is one only where anybody waited.
pub(super) fn tables(report: &Report) -> Vec<(&'static str, &'static [(&'static str, Metric)])> {
    let mut tables = vec![("compare-load", &LOAD[..]), ("compare-truth", &TRUTH[..])];
    if waits_or_fails(report) {
        tables.push(("compare-speed", &SPEED[..]));
    }
    tables
}

/// A table's header and rows.
pub(super) fn cells(
    results: &[CacheResult],
    columns: &[(&str, Metric)],
    words: &Words,
) -> (Vec<String>, Vec<Vec<String>>) {
    let names = columns.iter().map(|(key, _)| words.text(key));
    let header = std::iter::once(words.text("compare-cache")).chain(names).collect();
    let labels = results.iter().map(|result| vec![escape(&result.label)]);
    let mut rows: Vec<Vec<String>> = labels.collect();
    for (_, metric) in columns {
        for (row, cell) in rows.iter_mut().zip(column(results.iter(), *metric, words)) {
            row.push(cell);
        }
    }
    (header, rows)
}

/// A metric of several caches: values that look different where they are, or means of several runs above their
/// half-widths.
pub(super) fn column<'r>(
    results: impl Iterator<Item = &'r CacheResult> + Clone,
    metric: Metric,
    words: &Words,
) -> Vec<String> {
    let values: Vec<Value> = results.clone().map(|result| result.metrics.get(metric)).collect();
    let cell = |(result, value): (&CacheResult, Option<String>)| match result.runs.is_empty() {
        true => value.unwrap_or_else(|| NOTHING.to_owned()),
        false => mean_cell(result.spread(metric).as_ref(), metric, words),
    };
    results.zip(words.values(&values)).map(cell).collect()
}

/// What the first cache did, by itself.
fn about_own(own: &CacheResult, words: &Words) -> String {
    let reads = words.with(
        "compare-says-own",
        &[
            ("cache", Arg::Text(&escape(&own.label))),
            ("n", Arg::Count(count(own, Metric::DbReads))),
            ("requests", Arg::Count(count(own, Metric::Requests))),
        ],
    );
    sentence(reads, own, words)
}

/// What another cache did, beside the first.
fn beside(own: &CacheResult, other: &CacheResult, words: &Words) -> String {
    let (few, many) = (count(own, Metric::DbReads), count(other, Metric::DbReads));
    let key = match many.cmp(&few) {
        std::cmp::Ordering::Greater => "compare-says-more",
        std::cmp::Ordering::Less => "compare-says-fewer",
        std::cmp::Ordering::Equal => "compare-says-same",
    };
    let mut reads = words.with(
        key,
        &[
            ("base", Arg::Text(&escape(&own.label))),
            ("cache", Arg::Text(&escape(&other.label))),
            ("n", Arg::Count(many.abs_diff(few))),
        ],
    );
    if count(other, Metric::Hits) == 0 && many == count(other, Metric::Requests) {
        reads = words.with("compare-says-every", &[("reads", Arg::Text(&reads))]);
    }
    sentence(reads, other, words)
}

/// A sentence from what is said of the reads, and what there is to say of truth and of sweeps.
fn sentence(reads: String, result: &CacheResult, words: &Words) -> String {
    let mut parts = vec![reads, truth(result, words)];
    let checks = count(result, Metric::BackgroundChecks);
    if checks > 0 {
        parts.push(words.with("compare-says-checks", &[("n", Arg::Count(checks))]));
    }
    let failed = count(result, Metric::Failed);
    if failed > 0 && result.metrics.get(Metric::Freshness) != Value::Undefined {
        parts.push(words.with("compare-says-failed", &[("n", Arg::Count(failed))]));
    }
    format!("{}.", parts.join("; "))
}

fn truth(result: &CacheResult, words: &Words) -> String {
    let (stale, grants) = (count(result, Metric::StaleReads), count(result, Metric::StaleGrants));
    if result.metrics.get(Metric::Freshness) == Value::Undefined {
        return words.text("compare-says-no-answers");
    }
    if stale == 0 {
        return words.text("compare-says-never-stale");
    }
    let key = match grants {
        0 => "compare-says-no-grants",
        _ if grants == stale => "compare-says-all-grants",
        _ => "compare-says-grants",
    };
    let mut parts = vec![
        words.with("compare-says-stale", &[("n", Arg::Count(stale))]),
        words.with(key, &[("n", Arg::Count(if grants == 0 { stale } else { grants }))]),
    ];
    // A grant may be charged to a change that raised a role again; then nothing was honoured for long.
    if let Value::Micros(longest @ 1..) = result.metrics.get(Metric::WindowMax)
        && grants > 0
    {
        let time = words.lang().duration(longest);
        parts.push(words.with("compare-says-window", &[("time", Arg::Text(&time))]));
    }
    parts.join(", ")
}

/// A count; what is undefined counts nothing.
fn count(result: &CacheResult, metric: Metric) -> u64 {
    match result.metrics.get(metric) {
        Value::Count(count) => count,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
