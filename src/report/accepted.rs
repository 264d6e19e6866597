//! Accepted results: a report that somebody looked at and kept, as it is written and read again.
//!
//! What is written is the report without the hours and without expectations, so that a change of it is small to
//! review. What is read is that, or any whole report. Unknown fields are skipped without being kept; what is needed
//! is needed. Nothing is judged here, and no file is opened.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde_json::error::Category;

use super::OWN_VERSION;
use super::json::{VERSION, accepted_result, object, text};
use super::saved_figures::{Fingerprint, Metrics};
use super::{CacheResult, Report, ScenarioInfo};
use crate::gate::{Figures, OtherVersion, Run};
use crate::model::shown;

/// Accepted results, as they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The scenario's name then.
    pub name: String,
    /// Identifies the day, in hex.
    pub digest: String,
    /// What decided the draws.
    pub seed: u64,
    /// How often it was run.
    pub runs: u64,
    /// Each cache, the scenario's own first; at least one.
    pub results: Vec<Figures>,
    /// What another version of rolesim did otherwise; `None` if this one wrote them.
    pub other_version: Option<OtherVersion>,
}

/// Why a text cannot be read as accepted results. Reads as "what is wrong; what to do".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptedError {
    /// There is nothing in it.
    Empty,
    /// It ends amid a value.
    Cut(Spot),
    /// A merge left its markers.
    Conflict {
        /// The line of the first one.
        line: usize,
    },
    /// It is not valid JSON.
    NoJson(Spot, String),
    /// It is JSON and no report.
    Foreign,
    /// It is a report of another version.
    OtherVersion(u64),
    /// It is a report, and something that is needed is missing or wrong.
    NotWhole(Spot, String),
}

/// A line and a column, both from 1; 0 where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The column, in bytes.
    pub column: usize,
}

impl AcceptedError {
    /// Line and column, both from 1; `None` if the whole text is meant.
    #[must_use]
    pub fn place(&self) -> Option<(u64, u64)> {
        match self {
            Self::Cut(spot) | Self::NoJson(spot, _) | Self::NotWhole(spot, _) if spot.line > 0 => {
                Some((spot.line as u64, spot.column as u64))
            }
            Self::Conflict { line } => Some((*line as u64, 1)),
            _ => None,
        }
    }
}

impl AcceptedError {
    /// The whole sentence about such results: accepted ones, or saved ones.
    #[must_use]
    pub fn told_of(&self, results: &str) -> String {
        match self {
            Self::Empty => format!("the {results} results are empty"),
            Self::Cut(_) => format!("the {results} results end amid a value: the file is cut"),
            Self::Conflict { .. } => format!("the {results} results hold the markers of a merge conflict"),
            Self::NoJson(_, what) => format!("the {results} results are not valid JSON: {what}"),
            Self::Foreign => "this is valid JSON, but not a rolesim report".to_owned(),
            Self::OtherVersion(version) => format!(
                "the {results} results are a report of version {version}, and this rolesim reads version {VERSION}"
            ),
            Self::NotWhole(_, what) => format!("the {results} results are not whole: {what}"),
        }
    }
}

impl fmt::Display for AcceptedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told_of("accepted"))
    }
}

impl std::error::Error for AcceptedError {}

/// The accepted results that a report gives, as JSON with a line end at its end.
#[must_use]
pub fn accepted_json(report: &Report) -> String {
    let ScenarioInfo { name, digest, seed, runs, .. } = &report.scenario;
    let scenario = object([
        ("name", name.as_str().into()),
        ("digest", digest.as_str().into()),
        ("seed", (*seed).into()),
        ("runs", (*runs).into()),
    ]);
    text(&object([
        ("report", VERSION.into()),
        ("rolesim", OWN_VERSION.into()),
        ("scenario", scenario),
        ("results", report.results.iter().map(accepted_result).collect()),
    ]))
}

/// The figures of a report, as a gate compares them.
#[must_use]
pub fn figures(report: &Report) -> Vec<Figures> {
    let of = |result: &CacheResult| {
        let own = || Run {
            seed: report.scenario.seed,
            fingerprint: result.fingerprint,
            metrics: result.metrics.clone(),
        };
        let several = result.runs.iter().map(|run| Run {
            seed: run.seed,
            fingerprint: run.fingerprint,
            metrics: run.metrics.clone(),
        });
        let mut runs: Vec<Run> = several.collect();
        if runs.is_empty() {
            runs.push(own());
        }
        Figures { cache: result.cache.clone(), label: result.label.clone(), runs }
    };
    report.results.iter().map(of).collect()
}

impl Accepted {
    /// Reads accepted results from JSON.
    ///
    /// # Errors
    /// When the text is none.
    pub fn read(bytes: &[u8]) -> Result<Self, AcceptedError> {
        let whole: Whole = claimed(bytes)?;
        whole.accepted().map_err(|what| AcceptedError::NotWhole(Spot { line: 0, column: 0 }, what))
    }
}

/// Reads a report of this version, or what is needed of it.
///
/// # Errors
/// When the text is none.
pub(super) fn claimed<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, AcceptedError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(AcceptedError::Empty);
    }
    // What it claims to be comes before what it holds: a later version may hold something else.
    let claim: Claim = serde_json::from_slice(bytes).map_err(|error| syntax(&error, bytes))?;
    match claim.report {
        Some(VERSION) => {}
        Some(version) => return Err(AcceptedError::OtherVersion(version)),
        None => return Err(AcceptedError::Foreign),
    }
    serde_json::from_slice(bytes).map_err(|error| AcceptedError::NotWhole(spot(&error), bare(&error)))
}

fn spot(error: &serde_json::Error) -> Spot {
    Spot { line: error.line(), column: error.column() }
}

/// The error without its place.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

fn syntax(error: &serde_json::Error, bytes: &[u8]) -> AcceptedError {
    const BEGIN: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];
    // An editor may have indented the markers or joined their lines: these two are found wherever they stand.
    let anywhere = |line: &[u8]| line.windows(7).any(|part| part == BEGIN[0] || part == BEGIN[3]);
    let marked =
        |line: &[u8]| BEGIN.iter().any(|mark| line.trim_ascii_start().starts_with(mark)) || anywhere(line);
    let conflict = bytes.split(|byte| *byte == b'\n').position(marked);
    match (conflict, error.classify()) {
        (Some(index), _) => AcceptedError::Conflict { line: index + 1 },
        (None, Category::Eof) => AcceptedError::Cut(spot(error)),
        (None, Category::Data) => AcceptedError::Foreign,
        (None, _) => AcceptedError::NoJson(spot(error), bare(error)),
    }
}

/// The version of a report; nothing of other JSON.
#[derive(Deserialize)]
struct Claim {
    report: Option<u64>,
}

#[derive(Deserialize)]
struct Whole {
    rolesim: Option<String>,
    scenario: Scenario,
    results: Vec<CacheFigures>,
}

#[derive(Deserialize)]
struct Scenario {
    name: String,
    digest: String,
    seed: u64,
    runs: u64,
}

#[derive(Deserialize)]
struct CacheFigures {
    cache: String,
    label: String,
    fingerprint: Fingerprint,
    metrics: Metrics,
    #[serde(default)]
    runs: Vec<RunOf>,
}

#[derive(Deserialize)]
struct RunOf {
    seed: u64,
    fingerprint: Fingerprint,
    metrics: Metrics,
}

impl Whole {
    fn accepted(self) -> Result<Accepted, String> {
        let Scenario { name, digest, seed, runs } = self.scenario;
        if self.results.is_empty() {
            return Err("`results` is empty".to_owned());
        }
        let mut results: Vec<Figures> = Vec::new();
        let mut labels = BTreeSet::new();
        let mut other_version = self.rolesim.filter(|version| version != OWN_VERSION).map(OtherVersion::new);
        for CacheFigures { cache, label, fingerprint, metrics, runs: several } in self.results {
            let mut all: Vec<RunOf> = several;
            if all.is_empty() {
                all.push(RunOf { seed, fingerprint, metrics });
            }
            if all.len() as u64 != runs {
                return Err(format!("`scenario.runs` is {runs}, and a result has {} of them", all.len()));
            }
            if !labels.insert(label.clone()) {
                return Err("two results have one label".to_owned());
            }
            for RunOf { metrics, .. } in &all {
                match (&mut other_version, metrics.absent.first()) {
                    (Some(other), _) => other.note(&metrics.absent, &metrics.unknown),
                    (None, Some(metric)) => {
                        return Err(format!("the metric `{metric}` is missing in {}", shown(&label)));
                    }
                    (None, None) => {}
                }
            }
            let runs = all.into_iter().map(|RunOf { seed, fingerprint, metrics }| Run {
                seed,
                fingerprint: fingerprint.0,
                metrics: metrics.measured,
            });
            results.push(Figures { cache, label, runs: runs.collect() });
        }
        Ok(Accepted { name, digest, seed, runs, results, other_version })
    }
}

#[cfg(test)]
mod tests;
