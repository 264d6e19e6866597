//! What a run says: the report as plain data, and its forms.
//!
//! Knows nothing of files, streams and exit codes, nor of how the values came about.

mod accepted;
mod answer;
mod check;
mod choice;
mod columns;
mod compare;
mod csv;
mod day_totals;
mod differences;
mod document;
mod expectations;
pub mod explain;
mod format;
mod front;
mod github;
mod hourly;
mod html;
mod incidents;
mod json;
mod junit;
mod likeness;
mod mark;
mod output_format;
mod prose;
mod render;
mod replayed;
mod runs;
mod saved;
mod saved_figures;
mod steps;
mod summary;
mod sweep;
#[cfg(test)]
mod test_reports;
mod trace;
mod trace_distributions;
mod views;
mod words;

pub use accepted::{Accepted, AcceptedError, Spot, accepted_json, figures};
pub use check::{Against, CheckTrouble, Checked, Checks, Unchecked};
pub use compare::Tables;
pub use csv::{CsvRows, csv, csv_of};
pub use differences::Difference;
pub use github::Annotations;
pub use hourly::HOURLY_BYTES;
pub use html::{Shade, checks_html, html, picture};
pub use incidents::{Incident, IncidentKind};
pub use json::{checks_json, json};
pub use junit::junit;
pub use likeness::{DaySide, Likeness};
pub use output_format::{FormatError, OutputFormat, checks_written, written};
pub use prose::escape_prose;
pub use render::text::Style;
pub use replayed::Replayed;
pub use saved::Saved;
pub use steps::StepStories;
pub use sweep::{AsFresh, Point, Sweep, Varied, sweep_written};
pub use trace::TraceReport;
pub use views::{
    checks_markdown, checks_summary, checks_text, choice_text, compare_text, list_text, markdown, run_text,
    sweep_text,
};
pub use words::{Arg, Lang, Words};

use crate::gate::{Choice, Comparison, Judged, Verdict};
use crate::metrics::{HourRow, Measured};

/// The version of this rolesim.
pub const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The JSON form as a JSON Schema (2020-12), for programs that read it.
pub const SCHEMA: &str = include_str!("../../docs/report.schema.json");

/// A whole report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What was run.
    pub scenario: ScenarioInfo,
    /// One for each cache, the scenario's own first.
    pub results: Vec<CacheResult>,
    /// What was expected, with what was measured.
    pub expectations: Vec<Judged>,
    /// What was measured compared with what was accepted, if that was asked for.
    pub gate: Option<Comparison>,
    /// What was chosen among the caches, if that was asked for.
    pub choice: Option<Choice>,
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
    /// What became of the rows of its recorded day, if it has one.
    pub trace: Option<Replayed>,
    /// What went wrong or was changed by hand, and when.
    pub incidents: Vec<Incident>,
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
