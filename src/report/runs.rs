//! Several runs in words: means with their intervals, and caches compared with the first one day by day.
//!
//! It does not say which of two caches is better, only whether the runs show a difference. Every cache saw the same
//! days, so differences are taken day by day: what the days have in common cancels out. A metric that is undefined in
//! any run has neither, since a mean over the rest would be one of other days.

use unicode_width::UnicodeWidthStr;

use super::document::Table;
use super::format::interval::NOTHING;
use super::prose::pieces;
use super::render::layout::fits;
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

/// What is compared over several runs, where any run has any of it.
const COMPARED: [(&str, Metric); 7] = [
    ("compare-reads", Metric::DbReads),
    ("compare-let-in", Metric::StaleGrants),
    ("runs-longest", Metric::WindowMax),
    ("compare-failed", Metric::Failed),
    ("compare-stale", Metric::StaleReads),
    ("compare-peak", Metric::DbReadsPeak1s),
    ("compare-p99", Metric::LatencyP99),
];

/// What the runs do not tell apart.
const NOT_TOLD_APART: &str = "≈";

/// How wide a name is above its column, where it can be broken.
const NAME_MOST: usize = 12;

/// Metrics and caches: the first cache's means, and how the others differ from it. As few tables as have room for all
/// caches.
pub(super) fn differences(report: &Report, words: &Words) -> Vec<Table> {
    let Some(own) = report.results.first() else { return Vec::new() };
    let matters = |metric: Metric| {
        let some =
            |result: &CacheResult| result.runs.iter().any(|run| says_something(run.metrics.get(metric)));
        report.results.iter().any(some)
    };
    let metrics: Vec<(&str, Metric)> = COMPARED.into_iter().filter(|(_, metric)| matters(*metric)).collect();
    let name = |(key, _): &(&str, Metric)| words.text(key);
    let own_column = column_of(
        own,
        metrics
            .iter()
            .map(|(_, metric)| super::columns::mean_cell(own.spread(*metric).as_ref(), *metric, words)),
    );
    let others: Vec<Vec<String>> = report
        .differences()
        .map(|difference| {
            column_of(difference.other, metrics.iter().map(|(_, metric)| differs(difference, *metric, words)))
        })
        .collect();
    let names = std::iter::once(words.text("runs-figure")).chain(metrics.iter().map(name));
    let names: Vec<String> = names.collect();
    let table = |some: &[Vec<String>]| {
        let columns: Vec<&Vec<String>> = [&names, &own_column].into_iter().chain(some).collect();
        let row = |row: usize| columns.iter().map(|column| column[row].clone()).collect::<Vec<_>>();
        Table::new(row(0), (1..names.len()).map(row).collect())
    };
    let has_room = |some: &[Vec<String>]| fits(&table(some).header, &table(some).groups.concat());
    let most = (1..=others.len()).rev().find(|count| others.chunks(*count).all(has_room)).unwrap_or(1);
    others.chunks(most).map(table).collect()
}

/// A cache's name, broken before a `+` where it is long, above its cells.
fn column_of(result: &CacheResult, cells: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(&escape(&result.label)) {
        match lines.last_mut() {
            Some(last) if last.is_empty() || last.width() + piece.width() <= NAME_MOST => {
                last.push_str(&piece)
            }
            _ => lines.push(piece),
        }
    }
    std::iter::once(lines.join("\n")).chain(cells).collect()
}

/// How much a cache's metric differs from the first one's, above the half-width of that.
fn differs(difference: Difference<'_>, metric: Metric, words: &Words) -> String {
    let (lang, unit) = (words.lang(), metric.unit());
    match difference.spread(metric) {
        None => NOTHING.to_owned(),
        Some(spread) if spread.holds(0.0) => NOT_TOLD_APART.to_owned(),
        Some(spread) => match spread.half_width {
            Some(half) if half > 0.0 => {
                format!("{}\n± {}", lang.change(&spread, unit), lang.half_width(&spread, unit))
            }
            _ => lang.change(&spread, unit),
        },
    }
}
