//! The report as JSON, for programs.
//!
//! Keys have a fixed order and nothing depends on time or place, so the same report has the same bytes.
//! It does not know how a report is compared with an accepted one.

use serde_json::{Map, Value as Json};

use super::hourly::hour_name;
use super::{CacheResult, HourRow, Report};
use crate::gate::{Judged, Level, Verdict};
use crate::metrics::{Measured, Metric, Value};

/// The version of this form.
const VERSION: u64 = 1;

/// The whole report, indented, with a line end at the end.
#[must_use]
pub fn json(report: &Report) -> String {
    let own = report.results.first().map(|result| result.label.as_str());
    let scenario = object([
        ("name", report.scenario.name.as_str().into()),
        ("digest", report.scenario.digest.as_str().into()),
        ("seed", report.scenario.seed.into()),
        ("runs", report.scenario.runs.into()),
    ]);
    let whole = object([
        ("report", VERSION.into()),
        ("rolesim", env!("CARGO_PKG_VERSION").into()),
        ("scenario", scenario),
        ("results", report.results.iter().map(result).collect()),
        ("expectations", report.expectations.iter().map(|one| judged(one, own)).collect()),
        ("verdict", verdict(report.verdict).into()),
    ]);
    format!("{whole:#}\n")
}

fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn result(result: &CacheResult) -> Json {
    object([
        ("cache", result.cache.as_str().into()),
        ("label", result.label.as_str().into()),
        ("fingerprint", result.fingerprint_hex().into()),
        ("metrics", metrics(&result.metrics)),
        ("hourly", result.hourly.iter().map(hour).collect()),
    ])
}

/// All metrics; those with a dot in their name are gathered under what stands before it.
fn metrics(measured: &Measured) -> Json {
    let mut all = Map::new();
    for metric in Metric::ALL {
        let value = number(Some(measured.get(*metric)));
        match metric.name().split_once('.') {
            None => {
                all.insert(metric.name().to_owned(), value);
            }
            Some((group, part)) => {
                let group = all.entry(group).or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(parts) = group {
                    parts.insert(part.to_owned(), value);
                }
            }
        }
    }
    Json::Object(all)
}

fn hour(hour: &HourRow) -> Json {
    object([
        ("from", hour_name(hour.from).into()),
        ("requests", hour.requests.into()),
        ("hits", hour.hits.into()),
        ("misses", hour.misses().into()),
        ("hit_ratio", number(Some(hour.hit_ratio()))),
        ("db_reads", hour.db_reads.into()),
        ("stale_reads", hour.stale_reads.into()),
        ("cache_size", hour.cache_size.into()),
    ])
}

fn judged(judged: &Judged, own: Option<&str>) -> Json {
    let expectation = &judged.expectation;
    let bounds = &expectation.bounds;
    object([
        ("metric", expectation.metric.name().into()),
        ("cache", expectation.cache.as_deref().or(own).into()),
        ("at", expectation.at.map(|at| at.to_string()).into()),
        ("min", number(bounds.min)),
        ("max", number(bounds.max)),
        ("equals", number(bounds.equals)),
        ("within", number(bounds.within)),
        ("actual", number(Some(judged.actual))),
        ("level", level(expectation.level).into()),
        ("verdict", verdict(judged.verdict).into()),
        ("because", expectation.because.as_deref().into()),
    ])
}

/// A number in its own unit; null where there is none.
fn number(value: Option<Value>) -> Json {
    match value {
        Some(Value::Count(count) | Value::Micros(count)) => count.into(),
        Some(Value::Ratio(share)) => share.into(),
        Some(Value::Undefined) | None => Json::Null,
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Note => "note",
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Undefined => "undefined",
    }
}
