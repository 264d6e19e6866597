//! A run as a document: the day's totals of each cache, as facts of one run or as means of several.

use super::answer::answer;
use super::document::{Document, Element, Table};
use super::expectations::expectations;
use super::hourly::hourly;
use super::runs::{over, spreads};
use super::summary::{Row, rows, says_something, shown};
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::metrics::{Metric, Value};
use crate::model::escape;

/// The totals of each cache, the tables by the hour if wanted, and the expectations.
pub(super) fn run(report: &Report, by_the_hour: bool, words: &Words) -> Document {
    let scenario = &report.scenario;
    let seed = scenario.seed.to_string();
    let meta = match scenario.runs {
        1 => words.with("box-seed", &[("seed", Arg::Text(&seed))]),
        _ => over(scenario, words),
    };
    let mut document = Document::about(&scenario.name, scenario.description.as_deref(), vec![meta]);
    document.answer = answer(report, words);
    for result in &report.results {
        let title = words.with("box-title", &[("cache", Arg::Text(&escape(&result.label)))]);
        document.push(Some(title), totals(result, words));
        document.parts.extend(by_the_hour.then(|| hourly(scenario, result, words)).flatten());
    }
    document.parts.extend(expectations(report, words));
    document
}

/// The totals of one cache, or their means over several runs.
fn totals(result: &CacheResult, words: &Words) -> Vec<Element> {
    if !result.runs.is_empty() {
        return vec![Element::Table(spreads(result, words)), Element::Paragraph(words.text("runs-about"))];
    }
    let quiet = result.metrics.get(Metric::Requests) == Value::Count(0);
    let remark = quiet.then(|| Element::Paragraph(words.text("box-no-requests")));
    let header = ["check-md-metric", "check-md-value"].map(|key| words.text(key)).to_vec();
    let facts = Table { header, groups: groups(result, words), is_facts: true, ..Table::default() };
    remark.into_iter().chain([Element::Table(facts)]).collect()
}

/// The lines of the box in their sections, those that say something.
fn groups(result: &CacheResult, words: &Words) -> Vec<Vec<Vec<String>>> {
    let metrics = &result.metrics;
    let lines = |rows: Vec<Row>| -> Vec<Vec<String>> {
        rows.into_iter()
            .map(|row| vec![row.name(words), value(metrics.get(row.metric), row.metric, words)])
            .collect()
    };
    let mut sections = rows(|metric| says_something(metrics.get(metric))).map(lines);
    let [_, _, _, background, ..] = &mut sections;
    if background.is_empty() {
        background.push(vec![words.text("box-no-sweeps"), String::new()]);
    }
    sections.into_iter().filter(|lines| !lines.is_empty()).collect()
}

fn value(value: Value, metric: Metric, words: &Words) -> String {
    match (metric, value) {
        (Metric::CacheSize, Value::Count(users)) => words.with("box-users", &[("n", Arg::Count(users))]),
        _ => shown(value, metric, words),
    }
}
