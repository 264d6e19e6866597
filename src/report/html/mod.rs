//! The report as one page for a browser: figures, pictures, expectations, and the JSON report inside.
//!
//! It needs nothing from anywhere: no script, no picture, no font, and its security policy allows its own styles and
//! nothing else. Texts from a scenario are escaped twice: invisible characters by `model::escape`, markup by the
//! template. It does not know where the page goes.

mod choice_table;
pub(super) mod drawn;
mod ends;
pub(super) mod lines;
mod scatter;
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
use super::compare::compare;
use super::day_totals::run;
use super::document::{Document, Element};
use super::expectations::capitalised;
use super::json::{checks_page_json as checks_json, page_json};
use super::prose::{escape_lines, pieces};
use super::words::{Arg, Lang, Words};
use super::{CacheResult, Checked, CsvRows, OWN_VERSION, Report, csv, csv_of};
use crate::gate::Verdict;
use crate::metrics::{Metric, Value};
use crate::model::escape;

const STYLE: &str = concat!(include_str!("style.css"), include_str!("scatter.css"));
const SCATTER_STYLE: &str = include_str!("scatter.css");
/// The page, behind the pieces of it that stand elsewhere too.
const PAGE: &str = concat!(include_str!("scatter.html"), include_str!("page.html"));
const PICTURE: &str = concat!(include_str!("scatter.html"), include_str!("picture.svg"));

/// Caches in a table of all figures: more would be too wide for paper.
const FIGURES_MOST: usize = 5;

/// Words of the page without gaps.
const FIXED: [&str; 9] = [
    "html-all-figures",
    "html-by-the-hour",
    "html-digest",
    "html-fails",
    "html-figure",
    "html-holds",
    "html-key",
    "html-save",
    "html-sections",
];

/// What the page shows of one report: its document, and pictures before it.
#[derive(Serialize)]
pub(super) struct Section {
    document: Document,
    /// `None` if nothing was judged.
    passes: Option<bool>,
    pub(super) caches: Vec<Cache>,
    /// What a gate says.
    gate: Option<Gate>,
    scatter: Option<scatter::Scatter>,
    choice: Option<choice_table::ChoiceTable>,
    pub(super) lines: Vec<lines::Lines>,
    /// What the lines are over, if not hours.
    lines_title: Option<String>,
    /// What is marked in them.
    incidents: Option<String>,
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
            scatter: None,
            choice: None,
            lines,
            lines_title: None,
            incidents: None,
            notes: Vec::new(),
            figures: Vec::new(),
        }
    }
}

impl Section {
    /// The same with lines over something else than hours.
    pub(super) fn over(self, lines_title: Option<String>) -> Self {
        Self { lines_title, ..self }
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
    let saved =
        Downloads::new(&page_json(report), csv(report, CsvRows::Caches).ok(), &report.scenario.digest);
    page(&escape(&report.scenario.name), &[section(report, &words)], &saved, &words)
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
    let mut sections: Vec<Section> = checks.iter().map(of_one).collect();
    // What fails comes first.
    sections.sort_by_key(|section| section.passes == Some(true));
    let title = match checks {
        [one] => escape(&one.report.scenario.name),
        _ => words.with("html-checked", &[("n", Arg::Count(checks.len() as u64))]),
    };
    let digests: Vec<&str> = checks.iter().map(|one| one.report.scenario.digest.as_str()).collect();
    let table = csv_of(checks.iter().map(|one| &one.report), CsvRows::Caches).ok();
    page(&title, &sections, &Downloads::new(&checks_json(checks), table, &digests.join(", ")), &words)
}

pub(super) fn page(
    title: &str,
    sections: &[Section],
    saved: &Downloads,
    words: &Words,
) -> Result<String, minijinja::Error> {
    let mut environment = environment()?;
    environment.add_filter("pieces", |name: &str| pieces(name));
    environment.add_filter("lines", |text: &str| escape_lines(text));
    let name = |key: &str| key.split_once('-').map_or(key, |(_, name)| name).replace('-', "_");
    let fixed: BTreeMap<String, String> = FIXED.map(|key| (name(key), words.text(key))).into();
    environment.render_str(
        PAGE,
        context! {
            lang => match words.lang() { Lang::En => "en", Lang::Ru => "ru" },
            style => STYLE,
            style_hash => BASE64_STANDARD.encode(Sha256::digest(STYLE)),
            json => inert(&saved.json),
            saved => Serde(saved),
            version => OWN_VERSION,
            title,
            sections => Serde(sections),
            words => fixed,
        },
    )
}

/// What a reader can take away from the page.
#[derive(Serialize)]
pub(super) struct Downloads {
    json: String,
    /// The same and the table of cells as addresses of data, each with the name of its format.
    links: Vec<[String; 2]>,
    /// Identifies the days.
    digest: String,
}

impl Downloads {
    pub(super) fn new(json: &str, csv: Option<String>, digest: &str) -> Self {
        let data = |name: &str, kind: &str, text: &str| {
            [name.to_owned(), format!("data:{kind};base64,{}", BASE64_STANDARD.encode(text))]
        };
        let csv = csv.map(|csv| data("csv", "text/csv", &csv));
        let links = csv.into_iter().chain([data("json", "application/json", json)]).collect();
        Self { json: json.to_owned(), links, digest: digest.to_owned() }
    }
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    Ok(environment)
}

/// In which light a picture is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Dark on white.
    Light,
    /// Light on black.
    Dark,
    /// As the reader's screen is.
    Auto,
}

/// The trade-off of a comparison as a picture of its own, in SVG; `None` of a single cache.
///
/// # Errors
/// As for [`html`].
pub fn picture(report: &Report, lang: Lang, shade: Shade) -> Result<Option<String>, minijinja::Error> {
    const LIGHT: &str = "--page: #fff; --ink: #1c2330; --soft: #5a6577; --edge: #d9dfe7; --pass: #116b41;";
    const DARK: &str = "--page: #12161d; --ink: #e6eaf0; --soft: #9aa6b8; --edge: #2f3846; --pass: #5fce98;";
    let Some(scatter) = scatter::scatter(report, &Words::new(lang)) else { return Ok(None) };
    let colours = match shade {
        Shade::Light => format!("svg {{ {LIGHT} }}"),
        Shade::Dark => format!("svg {{ {DARK} }}"),
        Shade::Auto => {
            format!("svg {{ {LIGHT} }}\n@media (prefers-color-scheme: dark) {{ svg {{ {DARK} }} }}")
        }
    };
    let style = format!("{colours}\n.page {{ fill: var(--page); }}\n{SCATTER_STYLE}");
    environment()?.render_str(PICTURE, context! { it => Serde(&scatter), style }).map(Some)
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
    let lines =
        if several { Vec::new() } else { lines::lines(results, &caches, &report.scenario.incidents, words) };
    let document = match results.as_slice() {
        [_] => run(report, false, words),
        _ => compare(report, None, words),
    };
    Section {
        passes: (!report.expectations.is_empty()).then_some(report.verdict == Verdict::Pass),
        scatter: scatter::scatter(report, words),
        choice: choice_table::choice(report, words),
        notes: several.then(|| words.text("html-runs-hours")).into_iter().collect(),
        incidents: (!lines.is_empty()).then(|| incidents(report, words)).flatten(),
        figures: results.chunks(FIGURES_MOST).map(|some| figures(some, words)).collect(),
        ..Section::new(document, caches, lines)
    }
}

/// What is marked in pictures over the day; `None` if nothing is.
fn incidents(report: &Report, words: &Words) -> Option<String> {
    let said: Vec<String> = report.scenario.incidents.iter().map(|one| one.said(words)).collect();
    (!said.is_empty()).then(|| words.with("html-marked", &[("all", Arg::Text(&said.join("; ")))]))
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
