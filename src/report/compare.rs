//! Several caches side by side, and what the figures mean in plain words.
//!
//! Tables of what a cache saved, whether it was true and, if any request waited, how soon it answered. The words are
//! computed from the values and compare each cache with the first. It knows nothing of how a cache works, so it cannot
//! say *why* one does better.

use super::columns::{table, tables};
use super::document::{Document, Element};
use super::expectations::expectations;
use super::runs::{difference_tables, over};
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::metrics::{Metric, Value};
use crate::model::escape;

/// Title, tables, words and expectations.
pub(super) fn compare(report: &Report, words: &Words) -> Document {
    let scenario = &report.scenario;
    let requests = report.results.first().map_or(0, |own| count(own, Metric::Requests));
    let several = scenario.runs > 1;
    let seed = scenario.seed.to_string();
    let size = match several {
        false => words.with("compare-title", &[("n", Arg::Count(requests)), ("seed", Arg::Text(&seed))]),
        true => over(scenario, words),
    };
    let mut document = Document::about(&scenario.name, scenario.description.as_deref(), vec![size]);
    for (title, columns) in tables(report) {
        document.push(Some(words.text(title)), vec![Element::Table(table(&report.results, columns, words))]);
    }
    if several {
        for (title, table) in difference_tables(report, words) {
            document.push(Some(title), vec![Element::Table(table)]);
        }
    }
    let says = match report.results.split_first() {
        _ if several => {
            let pairs = (report.results.len() > 1).then_some("runs-about-pairs");
            std::iter::once("runs-about").chain(pairs).map(|key| words.text(key)).collect()
        }
        _ if requests == 0 => vec![words.text("compare-says-no-requests")],
        Some((own, others)) => {
            let others = others.iter().map(|other| compared(own, other, words));
            std::iter::once(about_own(own, words)).chain(others).collect()
        }
        None => Vec::new(),
    };
    document.push(None, says.into_iter().map(Element::Paragraph).collect());
    document.parts.extend(expectations(report, words));
    document
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

/// What another cache did, compared with the first.
fn compared(own: &CacheResult, other: &CacheResult, words: &Words) -> String {
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
