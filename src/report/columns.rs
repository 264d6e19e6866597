//! Columns of metrics, a row for each cache: which there are, and what is in their cells.

use super::document::Table;
use super::format::interval::NOTHING;
use super::summary::says_something;
use super::words::Words;
use super::{CacheResult, Report};
use crate::metrics::{Measured, Metric, Spread, Value};
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

/// A table of these columns, with a row for each cache.
pub(super) fn table(results: &[CacheResult], columns: &[(&str, Metric)], words: &Words) -> Table {
    let names = columns.iter().map(|(key, _)| words.text(key));
    let header = std::iter::once(words.text("compare-cache")).chain(names).collect();
    let labels = results.iter().map(|result| vec![escape(&result.label)]);
    let mut rows: Vec<Vec<String>> = labels.collect();
    for (_, metric) in columns {
        for (row, cell) in rows.iter_mut().zip(column(results.iter(), *metric, words)) {
            row.push(cell);
        }
    }
    Table::new(header, rows)
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

/// A mean above its half-width, for a cell of a table.
pub(super) fn mean_cell(spread: Option<&Spread>, metric: Metric, words: &Words) -> String {
    let Some(spread) = spread else { return NOTHING.to_owned() };
    let (lang, unit) = (words.lang(), metric.unit());
    let mean = lang.mean(spread, unit);
    match spread.half_width {
        Some(half_width) if half_width > 0.0 => format!("{mean}\n± {}", lang.half_width(spread, unit)),
        _ => mean,
    }
}

/// A value, or the mean of several runs before its half-width.
pub(super) fn said(result: &CacheResult, metric: Metric, words: &Words) -> String {
    column(std::iter::once(result), metric, words).concat().replace('\n', " ")
}
