//! Several runs in words: means with their intervals, and caches compared with the first one day by day.
//!
//! It does not say which of two caches is better, only whether the runs show a difference. Every cache saw the same
//! days, so differences are taken day by day: what the days have in common cancels out. A metric that is undefined in
//! any run has neither, since a mean over the rest would be one of other days.

use super::columns::tables;
use super::document::Table;
use super::format::interval::NOTHING;
use super::summary::{Row, rows, says_something};
use super::words::{Arg, Words};
use super::{CacheResult, Report, ScenarioInfo};
use crate::metrics::{Metric, Spread, Unit, Value};
use crate::model::escape;

/// How often the day was run, and with which seed first.
pub(super) fn over(scenario: &ScenarioInfo, words: &Words) -> String {
    let seed = scenario.seed.to_string();
    words.with("runs-over", &[("n", Arg::Count(scenario.runs)), ("seed", Arg::Text(&seed))])
}

/// A table of the totals of one cache.
pub(super) fn spreads(result: &CacheResult, words: &Words) -> Table {
    let matters = |metric| result.runs.iter().any(|run| says_something(run.metrics.get(metric)));
    let header = ["runs-figure", "runs-mean", "runs-half-width", "runs-least", "runs-most"];
    let row = |row: Row| {
        let mut cells = vec![row.name(words)];
        cells.extend(match result.spread(row.metric) {
            Some(spread) => of_spread(&spread, row.metric, words),
            None => [NOTHING; 4].map(str::to_owned),
        });
        cells
    };
    let rows = rows(matters).into_iter().flatten().map(row).collect();
    Table::new(header.iter().map(|key| words.text(key)).collect(), rows)
}

fn of_spread(spread: &Spread, metric: Metric, words: &Words) -> [String; 4] {
    let (lang, unit) = (words.lang(), metric.unit());
    let own = |figure: f64| match unit {
        Unit::Count => Value::Count(figure as u64),
        Unit::Micros => Value::Micros(figure as u128),
        Unit::Ratio => Value::Ratio(figure),
    };
    let extreme = |figure| words.value(own(figure), "number-undefined");
    [lang.mean(spread, unit), lang.half_width(spread, unit), extreme(spread.min), extreme(spread.max)]
}

/// For each cache but the first a title, and a table of its differences to that one.
pub(super) fn difference_tables(report: &Report, words: &Words) -> Vec<(String, Table)> {
    let Some(own) = report.results.first() else { return Vec::new() };
    let columns = tables(report).into_iter().flat_map(|(_, columns)| columns);
    let columns: Vec<(&str, Metric)> = columns.copied().collect();
    let header = ["runs-figure", "runs-difference", "runs-half-width", "runs-shown"];
    let of_one = |difference: super::Difference<'_>| {
        let (cache, base) = (escape(&difference.other.label), escape(&own.label));
        let title = words.with("runs-compared", &[("cache", Arg::Text(&cache)), ("base", Arg::Text(&base))]);
        let row = |(key, metric): &(&str, Metric)| {
            let (lang, unit) = (words.lang(), metric.unit());
            let name = match unit {
                Unit::Ratio => words.with("runs-points", &[("name", Arg::Text(&words.text(key)))]),
                _ => words.text(key),
            };
            let Some(spread) = difference.spread(*metric) else {
                return vec![name, NOTHING.to_owned(), NOTHING.to_owned(), String::new()];
            };
            let shown = if spread.holds(0.0) { words.text("runs-none-shown") } else { String::new() };
            vec![name, lang.change(&spread, unit), lang.half_width(&spread, unit), shown]
        };
        let header = header.iter().map(|key| words.text(key)).collect();
        (title, Table::new(header, columns.iter().map(row).collect()))
    };
    report.differences().map(of_one).collect()
}
