//! What a run says: the report as plain data, and its forms.
//!
//! Knows nothing of files, streams and exit codes, nor of how the values came about.

mod compare;
mod csv;
mod escape;
mod expectations;
pub mod explain;
mod form;
mod hourly;
mod json;
mod layout;
mod numbers;
#[cfg(test)]
mod samples;
mod spread;
mod steps;
mod summary;
mod text;
mod words;

pub use csv::csv;
pub use escape::escape_prose;
pub use form::{Form, FormError, written};
pub use json::json;
pub use spread::Difference;
pub use steps::StepStories;
pub use text::{Style, compare_text, run_text};
pub use words::{Arg, Lang, Words};

use crate::gate::{Judged, Verdict};
use crate::metrics::{HourRow, Measured};

/// A whole report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What was run.
    pub scenario: ScenarioInfo,
    /// One for each cache, the scenario's own first.
    pub results: Vec<CacheResult>,
    /// What was expected, beside what was measured.
    pub expectations: Vec<Judged>,
    /// Whether all that must hold does.
    pub verdict: Verdict,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// Its name.
    pub name: String,
    /// What question it asks.
    pub description: Option<String>,
    /// Identifies the day, in hex.
    pub digest: String,
    /// What decided the draws.
    pub seed: u64,
    /// How often it was run.
    pub runs: u64,
}

/// What was measured of one cache.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheResult {
    /// The cache's spec in normal form.
    pub cache: String,
    /// What reports call it.
    pub label: String,
    /// A commutative hash of what every request was answered.
    pub fingerprint: u64,
    /// All metrics.
    pub metrics: Measured,
    /// One row for each hour of the clock, empty ones included.
    pub hourly: Vec<HourRow>,
    /// Each run, the first one's figures being those above; empty where the day was run once.
    pub runs: Vec<RunFigures>,
}

/// What was measured of one cache in one of several runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFigures {
    /// What decided the run's draws.
    pub seed: u64,
    /// A commutative hash of what every request was answered.
    pub fingerprint: u64,
    /// All metrics.
    pub metrics: Measured,
}

impl CacheResult {
    /// The fingerprint as 16 digits.
    #[must_use]
    pub fn fingerprint_hex(&self) -> String {
        hex(self.fingerprint)
    }
}

fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}
