//! The table by the hour of one cache.
//!
//! One row for each hour that the report has. It does not know which hours a day has.

use super::layout::{figures, wrapped};
use super::words::{Arg, Words};
use super::{CacheResult, ScenarioInfo};
use crate::metrics::Value;
use crate::model::escape;
use crate::model::{DAY_US, DayTime};

/// The table of one cache, of several runs the first; nothing where the report has no hours.
pub(super) fn hourly(scenario: &ScenarioInfo, result: &CacheResult, words: &Words) -> String {
    if result.hourly.is_empty() {
        return String::new();
    }
    let header = [
        "hour-from",
        "hour-requests",
        "hour-hits",
        "hour-misses",
        "hour-hit-ratio",
        "hour-reads",
        "hour-stale",
        "hour-size",
    ];
    let rows = result.hourly.iter().map(|hour| {
        let count = |count| words.lang().count(count);
        vec![
            hour_name(hour.from),
            count(hour.requests),
            count(hour.hits),
            count(hour.misses()),
            // An hour without requests is ordinary; a word in each such row would only be in the way.
            match hour.hit_ratio() {
                Value::Undefined => "–".to_owned(),
                ratio => words.value(ratio, "number-no-requests"),
            },
            count(hour.db_reads),
            count(hour.stale_reads),
            count(hour.cache_size),
        ]
    });
    let cache = escape(&result.label);
    let key = if scenario.runs > 1 { "runs-hour-title" } else { "hour-title" };
    let title = words.with(key, &[("cache", Arg::Text(&cache)), ("n", Arg::Count(scenario.runs))]);
    let table = figures(header.iter().map(|key| words.text(key)).collect(), rows.collect());
    format!("{}{table}", wrapped("", 0, &title))
}

/// The hour as `08:00`, or `1d 00:00` for the first of the second day; seconds only where it has any.
pub(super) fn hour_name(from: DayTime) -> String {
    // An hour that begins at midnight belongs to the day that it opens, not to the one that ends there.
    let full = if from.0 == DAY_US { "1d 00:00:00".to_owned() } else { from.to_string() };
    match full.strip_suffix(":00") {
        Some(short) => short.to_owned(),
        None => full,
    }
}
