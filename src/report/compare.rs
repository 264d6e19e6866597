//! Several caches side by side: the answer, one table in the order of the front, and the expectations.
//!
//! It knows nothing of how a cache works, so it cannot say *why* one does better.

use super::answer::{answer, longest_us, times};
use super::columns::{column, table, tables};
use super::document::{Document, Element, Table};
use super::expectations::expectations;
use super::format::interval::NOTHING;
use super::front::{Rank, Ranked, ranked};
use super::runs::{differences, over};
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::metrics::{Metric, Value};
use crate::model::escape;

/// Which tables a comparison has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tables {
    /// The one that a choice needs.
    #[default]
    Main,
    /// Also those of what each cache saved, whether it was true and how soon it answered.
    All,
}

/// Answer, tables and expectations.
/// The page draws the table of the choice itself and wants none.
pub(super) fn compare(report: &Report, wanted: Option<Tables>, words: &Words) -> Document {
    let scenario = &report.scenario;
    let several = scenario.runs > 1;
    let seed = scenario.seed.to_string();
    let requests = match report.results.first().map(|own| own.metrics.get(Metric::Requests)) {
        Some(Value::Count(count)) => count,
        _ => 0,
    };
    let size = match several {
        false => words.with("compare-title", &[("n", Arg::Count(requests)), ("seed", Arg::Text(&seed))]),
        true => over(scenario, words),
    };
    let mut document = Document::about(&scenario.name, scenario.description.as_deref(), vec![size]);
    document.answer = answer(report, words);
    if document.answer.is_none() {
        document.push(None, vec![Element::Paragraph(words.text("compare-no-requests"))]);
    }
    if report.results.len() > 1 {
        let tables = match several {
            false => wanted.map(|_| choice(report, words)).into_iter().collect(),
            true => differences(report, words),
        };
        let remarks = ["runs-about", "runs-about-pairs"].map(|key| words.text(key)).join(" ");
        let remarks = several.then_some(Element::Paragraph(remarks));
        let blocks = tables.into_iter().map(Element::Table).chain(remarks).collect();
        let title = if several { "runs-paired" } else { "compare-choice" };
        document.push(Some(words.text(title)), blocks);
    }
    if wanted == Some(Tables::All) {
        for (title, columns) in tables(report) {
            let table = table(&report.results, columns, words);
            document.push(Some(words.text(title)), vec![Element::Table(table)]);
        }
    }
    document.parts.extend(expectations(report, words));
    document
}

/// The columns of [`choice`] between a cache's name and its verdict.
const COSTS: [(&str, Metric); 4] = [
    ("compare-let-in", Metric::StaleGrants),
    ("compare-for", Metric::WindowMax),
    ("compare-failed", Metric::Failed),
    ("compare-hit-ratio", Metric::HitRatio),
];

/// A row for each cache in the order of the front, with what it costs and what beats it.
fn choice(report: &Report, words: &Words) -> Table {
    let Some(own) = report.results.first() else { return Table::default() };
    let ranked = ranked(&report.results);
    let results = || ranked.iter().map(|one| one.result);
    let fails = results().any(|result| result.any(Metric::Failed));
    let mut header = vec![
        words.text("compare-cache"),
        words.text("compare-reads"),
        words.with("compare-times", &[("own", Arg::Text(&escape(&own.label)))]),
    ];
    let reads = column(results(), Metric::DbReads, words);
    let row = |(result, reads): (&CacheResult, String)| {
        vec![escape(&result.label), reads, times(result, own, words).unwrap_or_else(|| NOTHING.to_owned())]
    };
    let mut rows: Vec<Vec<String>> = results().zip(reads).map(row).collect();
    for (key, metric) in COSTS.into_iter().filter(|(_, metric)| fails || *metric != Metric::Failed) {
        header.push(words.text(key));
        for (row, cell) in rows.iter_mut().zip(column(results(), metric, words)) {
            row.push(cell);
        }
    }
    header.push(words.text("compare-verdict"));
    for (row, one) in rows.iter_mut().zip(&ranked) {
        row.push(verdict(one.rank, words));
    }
    let last = header.len() - 1;
    let alarms = ranked.iter().enumerate().flat_map(|(row, one)| {
        let is_long = longest_us(one.result).is_some_and(|us| us > 0);
        let of_row = [(3, one.result.any(Metric::StaleGrants)), (4, is_long)];
        of_row.into_iter().filter(|(_, is_bad)| *is_bad).map(move |(column, _)| (row, column))
    });
    Table {
        own: ranked.iter().position(|one: &Ranked<'_>| one.place == 0),
        alarms: alarms.collect(),
        // The share answered from memory is the reads told another way.
        dispensable: vec![last - 1, 2, last],
        ..Table::new(header, rows)
    }
}

/// What is to be said of a cache next to the others.
pub(super) fn verdict(rank: Rank<'_>, words: &Words) -> String {
    let about =
        |key: &str, other: &CacheResult| words.with(key, &[("cache", Arg::Text(&escape(&other.label)))]);
    match rank {
        Rank::Front => words.text("compare-front"),
        Rank::Same(other) => about("compare-same", other),
        Rank::Beaten(other) => about("compare-beaten", other),
        Rank::Baseline => words.text("compare-baseline"),
        Rank::Bound => words.text("compare-bound"),
    }
}

#[cfg(test)]
mod tests;
