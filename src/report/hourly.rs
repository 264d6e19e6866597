//! The table by the hour of one cache.
//!
//! One row for each hour that the report has. It does not know which hours a day has.

use super::document::{Chapter, Element, Table};
use super::words::{Arg, Words};
use super::{CacheResult, ScenarioInfo};
use crate::metrics::{HourRow, Value};
use crate::model::escape;
use crate::model::{DAY_US, DayTime};

/// The memory in which the table is made, in bytes for each hour. Measured, rounded up.
pub const HOURLY_BYTES: u64 = 4_096;

/// The columns behind the hour's name, in their order.
const COLUMNS: [&str; 7] =
    ["hour-requests", "hour-hits", "hour-misses", "hour-hit-ratio", "hour-reads", "hour-stale", "hour-size"];

/// Columns that go, one after the other, where the figures are too wide for the page: misses and hits follow from the
/// others, and a day of billions is not looked at for its cache's size.
const DISPENSABLE: [usize; 3] = [3, 2, 7];

/// The table of one cache, of several runs the first, with a line between days and a sum; `None` if the report has no
/// hours.
pub(super) fn hourly(scenario: &ScenarioInfo, result: &CacheResult, words: &Words) -> Option<Chapter> {
    let hours = &result.hourly;
    if hours.is_empty() {
        return None;
    }
    let row = |name: String, hour: &HourRow| {
        std::iter::once(name)
            .chain(COLUMNS.iter().map(|column| figure(column, hour, words)))
            .collect::<Vec<_>>()
    };
    let days = hours.chunk_by(|hour, next| hour.from.0 / DAY_US == next.from.0 / DAY_US);
    let mut groups: Vec<Vec<_>> =
        days.map(|day| day.iter().map(|hour| row(hour_name(hour.from), hour)).collect()).collect();
    if hours.len() > 1 {
        groups.push(vec![row(words.text("hour-all"), &sum(hours))]);
    }
    let header = std::iter::once("hour-from").chain(COLUMNS).map(|key| words.text(key)).collect();
    let cache = escape(&result.label);
    let key = if scenario.runs > 1 { "runs-hour-title" } else { "hour-title" };
    let title = words.with(key, &[("cache", Arg::Text(&cache)), ("n", Arg::Count(scenario.runs))]);
    let table = Table { header, groups, dispensable: DISPENSABLE.to_vec(), ..Table::default() };
    Some(Chapter { title: Some(title), blocks: vec![Element::Table(table)] })
}

fn figure(column: &str, hour: &HourRow, words: &Words) -> String {
    let count = |count| words.lang().count(count);
    match column {
        "hour-requests" => count(hour.requests),
        "hour-hits" => count(hour.hits),
        "hour-misses" => count(hour.misses()),
        "hour-reads" => count(hour.db_reads),
        "hour-stale" => count(hour.stale_reads),
        "hour-size" => count(hour.cache_size),
        // An hour without requests is ordinary; a word in each such row would only be in the way.
        _ => match hour.hit_ratio() {
            Value::Undefined => "–".to_owned(),
            ratio => words.value(ratio, "number-no-requests"),
        },
    }
}

/// All hours together; the size is that at the end.
pub(super) fn sum(hours: &[HourRow]) -> HourRow {
    let of = |count: fn(&HourRow) -> u64| hours.iter().map(count).fold(0, u64::saturating_add);
    HourRow {
        from: hours.first().map_or(DayTime(0), |hour| hour.from),
        requests: of(|hour| hour.requests),
        hits: of(|hour| hour.hits),
        db_reads: of(|hour| hour.db_reads),
        failed: of(|hour| hour.failed),
        stale_reads: of(|hour| hour.stale_reads),
        stale_grants: of(|hour| hour.stale_grants),
        cache_size: hours.last().map_or(0, |hour| hour.cache_size),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HOUR_US;
    use crate::report::document::Document;
    use crate::report::render::text::text;
    use crate::report::test_reports::{event, report};
    use crate::report::words::Lang;

    fn table(hours: Vec<HourRow>, lang: Lang) -> String {
        let scenario = report(Vec::new()).scenario;
        let part = hourly(&scenario, &CacheResult { hourly: hours, ..event() }, &Words::new(lang));
        text(&Document { parts: part.into_iter().collect(), ..Document::default() }, false)
    }

    fn hours(count: u64, each: u64) -> Vec<HourRow> {
        let hour = |index| HourRow {
            from: DayTime(index * HOUR_US),
            requests: each,
            hits: each / 2,
            db_reads: each,
            stale_reads: each / 3,
            cache_size: each.min(100_000_000),
            ..HourRow::default()
        };
        (0..count).map(hour).collect()
    }

    #[test]
    fn days_are_told_apart_and_summed_up() {
        let text = table(hours(26, 10), Lang::En);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.iter().any(|line| line.contains("1d 01:00")));
        assert_eq!(lines.iter().filter(|line| line.starts_with('├')).count(), 3, "{text}");
        assert!(
            lines[lines.len() - 2].starts_with("│ All") && lines[lines.len() - 2].contains("260"),
            "{text}"
        );
    }

    #[test]
    fn figures_too_wide_for_the_page_leave_out_what_is_missed_least() {
        use unicode_width::UnicodeWidthStr;
        for lang in [Lang::En, Lang::Ru] {
            for each in [10, 9_999_999, 2_000_000_000] {
                let text = table(hours(50, each), lang);
                assert!(text.lines().all(|line| line.width() <= 80), "{text}");
                let hours: Vec<&str> = text.lines().filter(|line| line.contains(":00 ")).collect();
                assert_eq!(hours.len(), 50);
                assert!(hours.iter().all(|line| line.contains(&lang.count(each))), "{text}");
            }
        }
    }

    #[test]
    fn one_hour_needs_no_sum() {
        assert!(!table(hours(1, 10), Lang::En).contains("All"));
    }
}
