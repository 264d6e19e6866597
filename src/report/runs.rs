//! Several runs in words: means with their intervals, and caches beside the first one day by day.
//!
//! It does not say which of two caches is better, only whether the runs show a difference.

use super::compare::tables;
use super::layout::{figures, wrapped};
use super::means::NOTHING;
use super::summary::{Row, rows, says_something};
use super::words::{Arg, Words};
use super::{CacheResult, Difference, Report, ScenarioInfo};
use crate::metrics::{Metric, Spread, Unit, Value};
use crate::model::escape;

/// How often the day was run, and with which seed first.
pub(super) fn over(scenario: &ScenarioInfo, words: &Words) -> String {
    let seed = scenario.seed.to_string();
    words.with("runs-over", &[("n", Arg::Count(scenario.runs)), ("seed", Arg::Text(&seed))])
}

/// The totals of one cache over all runs.
pub(super) fn of_runs(scenario: &ScenarioInfo, result: &CacheResult, words: &Words) -> String {
    let mut out = wrapped("", 0, &escape(&scenario.name));
    out.push_str(&wrapped("", 0, &words.with("box-title", &[("cache", Arg::Text(&escape(&result.label)))])));
    out.push_str(&wrapped("", 0, &over(scenario, words)));
    let (header, rows) = spreads(result, words);
    out.push_str(&figures(header, rows));
    out.push_str(&wrapped("", 0, &words.text("runs-about")));
    out
}

/// A table of the totals of one cache: its header and its rows.
pub(super) fn spreads(result: &CacheResult, words: &Words) -> (Vec<String>, Vec<Vec<String>>) {
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
    (header.iter().map(|key| words.text(key)).collect(), rows)
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

/// For each cache but the first a table of its differences to that one, and what the intervals mean.
pub(super) fn beside_the_first(report: &Report, words: &Words) -> String {
    let mut out = String::new();
    for (title, header, rows) in differences(report, words) {
        out.push_str(&wrapped("", 0, &title));
        out.push_str(&figures(header, rows));
        out.push('\n');
    }
    out.push_str(&wrapped("", 0, &words.text("runs-about")));
    if report.results.len() > 1 {
        out.push_str(&wrapped("", 0, &words.text("runs-about-pairs")));
    }
    out
}

/// For each cache but the first its title, and the header and rows of a table of its differences to that one.
pub(super) fn differences(report: &Report, words: &Words) -> Vec<(String, Vec<String>, Vec<Vec<String>>)> {
    let Some(own) = report.results.first() else { return Vec::new() };
    let columns = tables(report).into_iter().flat_map(|(_, columns)| columns);
    let columns: Vec<(&str, Metric)> = columns.copied().collect();
    let header = ["runs-figure", "runs-difference", "runs-half-width", "runs-shown"];
    let of_one = |difference: Difference<'_>| {
        let (cache, base) = (escape(&difference.other.label), escape(&own.label));
        let title = words.with("runs-beside", &[("cache", Arg::Text(&cache)), ("base", Arg::Text(&base))]);
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
        (title, header.iter().map(|key| words.text(key)).collect(), columns.iter().map(row).collect())
    };
    report.differences().map(of_one).collect()
}
