//! The report as one page for a browser: figures, pictures, expectations, and the JSON report inside.
//!
//! It needs nothing from anywhere: no script, no picture, no font, and its security policy allows its own styles and
//! nothing else. Texts from a scenario are escaped twice: invisible characters by `model::escape`, markup by the
//! template. It does not know where the page goes.

mod bars;
mod ends;
pub(super) mod lines;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::check::{Finding, Weight, findings, sum};
use super::compare::{cells, column, tables};
use super::escape::escape_lines;
use super::expectations::{self, bounds, capitalised, measured, outcome};
use super::mark::Mark;
use super::runs::{differences, mean_cell, over};
use super::words::{Arg, Lang, Words};
use super::{CacheResult, Checked, OWN_VERSION, Report, ScenarioInfo, checks_json, json};
use crate::gate::{Judged, Verdict};
use crate::metrics::{Metric, Value};
use crate::model::escape;

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");

/// The look of caches beyond those that have a colour of their own. Numbers at their lines' ends tell them apart.
const REST: usize = 5;

/// Caches in a table of all figures: more would be too wide for paper.
const FIGURES_MOST: usize = 5;

/// Words of the page without gaps.
const FIXED: [&str; 8] = [
    "html-all-figures",
    "html-expected",
    "html-fails",
    "html-figure",
    "html-holds",
    "html-json",
    "html-key",
    "html-measured",
];

/// What the page shows of one report.
#[derive(Default, Serialize)]
pub(super) struct Section {
    name: String,
    description: Option<String>,
    /// `None` if nothing was judged.
    passes: Option<bool>,
    meta: Vec<String>,
    pub(super) caches: Vec<Cache>,
    /// What a gate says.
    gate: Option<Gate>,
    /// A sentence above the pictures.
    pub(super) says: Option<String>,
    bars: Vec<bars::Bars>,
    pub(super) lines: Vec<lines::Lines>,
    pub(super) tables: Vec<Table>,
    /// What the figures of several runs are.
    pub(super) notes: Vec<String>,
    /// Each cache's differences to the first one over several runs, and what they are.
    differences: Vec<Table>,
    about_differences: Option<String>,
    expected: Option<Expected>,
    /// All metrics, of a few caches at a time.
    figures: Vec<Figures>,
}

impl Section {
    /// A section that has a head and nothing else.
    pub(super) fn new(scenario: &ScenarioInfo, meta: Vec<String>) -> Self {
        let name = escape(&scenario.name);
        let description = scenario.description.as_deref().map(escape_lines);
        Self { name, description, meta, ..Self::default() }
    }
}

/// A line in the key: a cache, or what else a line stands for.
#[derive(Clone, Serialize)]
pub(super) struct Cache {
    /// Counts from 1.
    number: usize,
    look: usize,
    label: String,
    /// The spec, where the label is another.
    spec: Option<String>,
}

impl Cache {
    /// The one at this place among all, with the look of a place in the order of who is given a colour.
    pub(super) fn new(at: usize, coloured: usize, label: String, spec: Option<String>) -> Self {
        Self { number: at + 1, look: coloured.min(REST), label, spec }
    }
}

/// A figure as it is drawn and shown: of several runs the mean with its interval.
#[derive(Clone)]
pub(super) struct Reading {
    pub(super) number: Option<f64>,
    /// Half the interval of the mean; 0 without one.
    pub(super) half_width: f64,
    pub(super) text: String,
}

impl Reading {
    pub(super) fn of(result: &CacheResult, metric: Metric, words: &Words) -> Self {
        if result.runs.is_empty() {
            return Self::of_value(result.metrics.get(metric), words);
        }
        let spread = result.spread(metric);
        Self {
            number: spread.map(|spread| spread.mean),
            half_width: spread.and_then(|spread| spread.half_width).unwrap_or(0.0),
            text: mean_cell(spread.as_ref(), metric, words).replace('\n', " "),
        }
    }

    /// Those of one column, told apart as in a table.
    pub(super) fn column(results: &[CacheResult], metric: Metric, words: &Words) -> Vec<Self> {
        let texts = column(results.iter(), metric, words).into_iter().map(|text| text.replace('\n', " "));
        let reading = |(result, text): (&CacheResult, String)| {
            let reading = Self::of(result, metric, words);
            if reading.number.is_some() { Self { text, ..reading } } else { reading }
        };
        results.iter().zip(texts).map(reading).collect()
    }

    pub(super) fn of_value(value: Value, words: &Words) -> Self {
        Self { number: value.number(), half_width: 0.0, text: words.value(value, "html-undefined") }
    }
}

#[derive(Serialize)]
pub(super) struct Table {
    pub(super) title: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// What a gate says of a scenario.
#[derive(Serialize)]
struct Gate {
    sum: String,
    findings: Vec<Said>,
}

#[derive(Serialize)]
struct Said {
    mark: &'static str,
    class: &'static str,
    sentence: String,
}

#[derive(Serialize)]
struct Expected {
    sum: String,
    rows: Vec<Expectation>,
}

#[derive(Serialize)]
struct Expectation {
    mark: &'static str,
    class: &'static str,
    subject: String,
    bounds: String,
    measured: String,
    outcome: String,
    because: Option<String>,
}

/// All metrics of a few caches.
#[derive(Serialize)]
struct Figures {
    caches: Vec<String>,
    rows: Vec<Figure>,
}

/// A metric of each cache: as people read it, and as it stands in the JSON report.
#[derive(Serialize)]
struct Figure {
    metric: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    /// `None` if it is undefined.
    value: Option<String>,
}

/// The report as a page.
///
/// # Errors
/// When the template fails, which it has no reason to.
pub fn html(report: &Report, lang: Lang) -> Result<String, minijinja::Error> {
    let words = Words::new(lang);
    page(&escape(&report.scenario.name), &[section(report, &words)], &json(report), &words)
}

/// What was checked as a page, a section for each scenario.
///
/// # Errors
/// As for [`html`].
pub fn checks_html(checks: &[Checked], lang: Lang) -> Result<String, minijinja::Error> {
    let words = Words::new(lang);
    let sections: Vec<Section> = checks
        .iter()
        .map(|one| {
            let mut section = section(&one.report, &words);
            section.meta.insert(0, escape(&one.file));
            section.passes = Some(one.report.verdict == Verdict::Pass);
            section.gate = Some(Gate {
                sum: capitalised(&sum(one, &words)),
                findings: findings(one, &words).into_iter().map(said).collect(),
            });
            section
        })
        .collect();
    let title = match sections.as_slice() {
        [one] => one.name.clone(),
        _ => words.with("html-checked", &[("n", Arg::Count(checks.len() as u64))]),
    };
    page(&title, &sections, &checks_json(checks), &words)
}

fn said(finding: Finding) -> Said {
    let (mark, class) = match finding.weight {
        Weight::Error => ("✗", "fail"),
        Weight::Warning => ("!", "fail"),
        Weight::Notice => ("·", "note"),
    };
    Said { mark, class, sentence: finding.sentence }
}

pub(super) fn page(
    title: &str,
    sections: &[Section],
    json: &str,
    words: &Words,
) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("pieces", pieces);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    let name = |key: &str| key.split_once('-').map_or(key, |(_, name)| name).replace('-', "_");
    let fixed: BTreeMap<String, String> = FIXED.map(|key| (name(key), words.text(key))).into();
    environment.render_str(
        PAGE,
        context! {
            lang => match words.lang() { Lang::En => "en", Lang::Ru => "ru" },
            style => STYLE,
            style_hash => BASE64_STANDARD.encode(Sha256::digest(STYLE)),
            json => inert(json),
            version => OWN_VERSION,
            title,
            sections => Serde(sections),
            words => fixed,
        },
    )
}

/// The pieces of a name between which a line may break: before a `+` and behind a blank.
fn pieces(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in name.chars() {
        let begins = c == '+' || out.last().is_some_and(|last| last.ends_with(' '));
        match out.last_mut() {
            Some(last) if !begins || last.is_empty() => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

/// JSON in which nothing can end its element or begin a comment: such characters can only stand in strings, where an
/// escape means the same.
fn inert(json: &str) -> String {
    json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

fn section(report: &Report, words: &Words) -> Section {
    let results = &report.results;
    let requests = match results.first().map(|own| own.metrics.get(Metric::Requests)) {
        Some(Value::Count(requests)) => requests,
        _ => 0,
    };
    let seed = report.scenario.seed.to_string();
    let title = [("n", Arg::Count(requests)), ("seed", Arg::Text(&seed))];
    let several = report.scenario.runs > 1;
    let meta = match several {
        false => words.with("compare-title", &title),
        true => over(&report.scenario, words),
    };
    let tables = tables(report).into_iter().map(|(title, columns)| {
        let (header, rows) = cells(results, columns, words);
        Table { title: words.text(title), header, rows }
    });
    let differences: Vec<Table> = differences(report, words)
        .into_iter()
        .map(|(title, header, rows)| Table { title, header, rows })
        .collect();
    let notes = ["runs-about", "html-runs-hours"].into_iter().filter(|_| several);
    let caches: Vec<Cache> = results.iter().enumerate().map(|(at, result)| cache(at, result)).collect();
    Section {
        passes: (!report.expectations.is_empty()).then_some(report.verdict == Verdict::Pass),
        bars: bars::bars(results, &caches, words),
        // Hours are kept of the first run alone, which would contradict the means of all.
        lines: if several { Vec::new() } else { lines::lines(results, &caches, words) },
        caches,
        tables: tables.collect(),
        notes: notes.map(|key| words.text(key)).collect(),
        about_differences: (!differences.is_empty()).then(|| words.text("runs-about-pairs")),
        differences,
        expected: expected(report, words),
        figures: results.chunks(FIGURES_MOST).map(|some| figures(some, words)).collect(),
        ..Section::new(&report.scenario, vec![meta])
    }
}

fn cache(at: usize, result: &CacheResult) -> Cache {
    Cache::new(at, at, escape(&result.label), (result.cache != result.label).then(|| escape(&result.cache)))
}

fn figures(results: &[CacheResult], words: &Words) -> Figures {
    Figures {
        caches: results.iter().map(|result| escape(&result.label)).collect(),
        rows: Metric::ALL.iter().map(|metric| figure(*metric, results, words)).collect(),
    }
}

fn figure(metric: Metric, results: &[CacheResult], words: &Words) -> Figure {
    let values: Vec<Value> = results.iter().map(|result| result.metrics.get(metric)).collect();
    let cell = |((result, value), text): ((&CacheResult, &Value), Option<String>)| {
        if !result.runs.is_empty() {
            let spread = result.spread(metric);
            let mean = spread.map(|spread| spread.mean.to_string());
            return Cell { text: mean_cell(spread.as_ref(), metric, words), value: mean };
        }
        let exact = match value {
            Value::Ratio(share) => Some(share.to_string()),
            value => value.whole().map(|whole| whole.to_string()),
        };
        Cell { text: text.unwrap_or_else(|| words.text("html-undefined")), value: exact }
    };
    Figure {
        metric: metric.name(),
        cells: results.iter().zip(&values).zip(words.values(&values)).map(cell).collect(),
    }
}

fn expected(report: &Report, words: &Words) -> Option<Expected> {
    if report.expectations.is_empty() {
        return None;
    }
    let row = |judged: &Judged| {
        let mark = Mark::of_judged(judged);
        Expectation {
            mark: mark.sign,
            class: mark.weight,
            subject: expectations::subject(judged, words),
            bounds: bounds(&judged.expectation.bounds, words),
            measured: measured(judged, words),
            outcome: outcome(judged, report.scenario.runs, words),
            because: judged.expectation.because.as_deref().map(escape_lines),
        }
    };
    Some(Expected {
        sum: expectations::summed(&report.expectations, report.verdict, words),
        rows: report.expectations.iter().map(row).collect(),
    })
}
