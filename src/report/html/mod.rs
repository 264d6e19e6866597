//! The report as one page for a browser: figures, pictures, expectations, and the JSON report inside.
//!
//! It needs nothing from anywhere: no script, no picture, no font, and its security policy allows its own styles and
//! nothing else. Texts from a scenario are escaped twice: invisible characters by `model::escape`, markup by the
//! template. It does not know where the page goes.

mod bars;
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
use super::compare::{cells, tables};
use super::expectations::{self, bounds, capitalised, measured, outcome};
use super::json::OWN_VERSION;
use super::words::{Arg, Lang, Words};
use super::{CacheResult, Checked, Report, ScenarioInfo, checks_json, escape_prose, json};
use crate::gate::{Judged, Verdict};
use crate::metrics::{Metric, Value};
use crate::model::escape;

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");

/// So many caches differ by their looks; further ones begin again.
pub(super) const LOOKS: usize = 8;

/// Words of the page without gaps.
const FIXED: [&str; 9] = [
    "html-all-figures",
    "html-expected",
    "html-fails",
    "html-figure",
    "html-holds",
    "html-json",
    "html-key",
    "html-measured",
    "html-table",
];

/// What the page shows of one report.
#[derive(Default, Serialize)]
pub(super) struct Section {
    name: String,
    description: Option<String>,
    /// Nothing where nothing was judged.
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
    pub(super) about_runs: Option<String>,
    expected: Option<Expected>,
    figures: Vec<Figure>,
}

impl Section {
    /// A section that has a head and nothing else.
    pub(super) fn new(scenario: &ScenarioInfo, meta: Vec<String>) -> Self {
        let name = escape(&scenario.name);
        let description = scenario.description.as_deref().map(escape_prose);
        Self { name, description, meta, ..Self::default() }
    }
}

/// A line in the key: a cache, or what else a line stands for.
#[derive(Serialize)]
pub(super) struct Cache {
    pub(super) look: usize,
    pub(super) label: String,
    /// The spec, where the label is another.
    pub(super) spec: Option<String>,
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

/// A metric of every cache: as people read it, and as it stands in the JSON report.
#[derive(Serialize)]
struct Figure {
    metric: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    text: String,
    /// Nothing where it is undefined.
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
    let mut meta = vec![words.with("compare-title", &title)];
    let several = report.scenario.runs > 1;
    if several {
        meta.push(words.with("html-runs", &[("n", Arg::Count(report.scenario.runs))]));
    }
    let tables = tables(report).into_iter().map(|(title, columns)| {
        let (header, rows) = cells(results, columns, words);
        Table { title: words.text(title), header, rows }
    });
    Section {
        passes: (!report.expectations.is_empty()).then_some(report.verdict == Verdict::Pass),
        caches: results.iter().enumerate().map(|(index, result)| cache(index, result)).collect(),
        bars: bars::bars(results, words),
        lines: lines::lines(results, words),
        tables: tables.collect(),
        about_runs: several.then(|| words.text("runs-about")),
        expected: expected(report, words),
        figures: Metric::ALL.iter().map(|metric| figure(*metric, results, words)).collect(),
        ..Section::new(&report.scenario, meta)
    }
}

fn cache(index: usize, result: &CacheResult) -> Cache {
    Cache {
        look: index % LOOKS,
        label: escape(&result.label),
        spec: (result.cache != result.label).then(|| escape(&result.cache)),
    }
}

fn figure(metric: Metric, results: &[CacheResult], words: &Words) -> Figure {
    let values: Vec<Value> = results.iter().map(|result| result.metrics.get(metric)).collect();
    let cell = |(value, text): (&Value, Option<String>)| {
        let exact = match value {
            Value::Ratio(share) => Some(share.to_string()),
            value => value.whole().map(|whole| whole.to_string()),
        };
        Cell { text: text.unwrap_or_else(|| words.text("html-undefined")), value: exact }
    };
    Figure { metric: metric.name(), cells: values.iter().zip(words.values(&values)).map(cell).collect() }
}

fn expected(report: &Report, words: &Words) -> Option<Expected> {
    if report.expectations.is_empty() {
        return None;
    }
    let row = |judged: &Judged| {
        let (mark, class) = match judged.verdict {
            Verdict::Pass => ("✓", "pass"),
            Verdict::Fail => ("✗", "fail"),
            Verdict::Undefined => ("?", "fail"),
        };
        Expectation {
            mark,
            class,
            subject: expectations::subject(judged, words),
            bounds: bounds(&judged.expectation.bounds, words),
            measured: measured(judged, words),
            outcome: outcome(judged, report.scenario.runs, words),
            because: judged.expectation.because.as_deref().map(escape_prose),
        }
    };
    Some(Expected {
        sum: expectations::summed(&report.expectations, report.verdict, words),
        rows: report.expectations.iter().map(row).collect(),
    })
}
