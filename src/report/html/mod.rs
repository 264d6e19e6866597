//! The report as one page for a browser: figures, pictures, expectations, and the JSON report inside.
//!
//! It needs nothing from anywhere: no script, no picture, no font, and its security policy allows its own styles and
//! nothing else. Texts from a scenario are escaped twice: invisible characters by `model::escape`, markup by the
//! template. It does not know where the page goes.

mod bars;
pub(super) mod drawn;
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

use drawn::Cache;

use super::check::{details, sum};
use super::columns::mean_cell;
use super::compare::{Tables, compare};
use super::document::{Document, Element};
use super::expectations::capitalised;
use super::prose::{escape_lines, pieces};
use super::words::{Arg, Lang, Words};
use super::{CacheResult, Checked, OWN_VERSION, Report, checks_json, json};
use crate::gate::Verdict;
use crate::metrics::{Metric, Value};
use crate::model::escape;

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");

/// Caches in a table of all figures: more would be too wide for paper.
const FIGURES_MOST: usize = 5;

/// Words of the page without gaps.
const FIXED: [&str; 6] =
    ["html-all-figures", "html-fails", "html-figure", "html-holds", "html-json", "html-key"];

/// What the page shows of one report: its document, and pictures before it.
#[derive(Serialize)]
pub(super) struct Section {
    document: Document,
    /// `None` if nothing was judged.
    passes: Option<bool>,
    pub(super) caches: Vec<Cache>,
    /// What a gate says.
    gate: Option<Gate>,
    bars: Vec<bars::Bars>,
    pub(super) lines: Vec<lines::Lines>,
    /// What to know before looking at the pictures.
    notes: Vec<String>,
    /// All metrics, of a few caches at a time.
    figures: Vec<Figures>,
}

impl Section {
    /// A section that has a document and lines with their key.
    pub(super) fn new(document: Document, caches: Vec<Cache>, lines: Vec<lines::Lines>) -> Self {
        Self {
            document,
            passes: None,
            caches,
            gate: None,
            bars: Vec::new(),
            lines,
            notes: Vec::new(),
            figures: Vec::new(),
        }
    }
}

/// What a gate says of a scenario.
#[derive(Serialize)]
struct Gate {
    sum: String,
    details: Vec<Element>,
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
    metric: String,
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
    let of_one = |one: &Checked| {
        let mut section = section(&one.report, &words);
        section.document.meta.insert(0, escape(&one.file));
        section.passes = Some(one.report.verdict == Verdict::Pass);
        section.gate = Some(Gate { sum: capitalised(&sum(one, &words)), details: details(one, &words) });
        section
    };
    let sections: Vec<Section> = checks.iter().map(of_one).collect();
    let title = match checks {
        [one] => escape(&one.report.scenario.name),
        _ => words.with("html-checked", &[("n", Arg::Count(checks.len() as u64))]),
    };
    page(&title, &sections, &checks_json(checks), &words)
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
    environment.add_filter("pieces", |name: &str| pieces(name));
    environment.add_filter("lines", |text: &str| escape_lines(text));
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
    let several = report.scenario.runs > 1;
    let caches: Vec<Cache> = results.iter().enumerate().map(|(at, result)| cache(at, result)).collect();
    // Hours are kept of the first run alone, which would contradict the means of all.
    let lines = if several { Vec::new() } else { lines::lines(results, &caches, words) };
    Section {
        passes: (!report.expectations.is_empty()).then_some(report.verdict == Verdict::Pass),
        bars: bars::bars(results, &caches, words),
        notes: several.then(|| words.text("html-runs-hours")).into_iter().collect(),
        figures: results.chunks(FIGURES_MOST).map(|some| figures(some, words)).collect(),
        ..Section::new(compare(report, Tables::Main, words), caches, lines)
    }
}

fn cache(at: usize, result: &CacheResult) -> Cache {
    Cache::new(at, at, escape(&result.label), (result.cache != result.label).then(|| escape(&result.cache)))
}

fn figures(results: &[CacheResult], words: &Words) -> Figures {
    let metrics = results.first().into_iter().flat_map(|result| result.metrics.metrics());
    Figures {
        caches: results.iter().map(|result| escape(&result.label)).collect(),
        rows: metrics.map(|metric| figure(metric, results, words)).collect(),
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
        metric: metric.to_string(),
        cells: results.iter().zip(&values).zip(words.values(&values)).map(cell).collect(),
    }
}
