//! Options that commands share.

use std::ops::{Deref, RangeInclusive};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model::shown;
use crate::report::{CsvRows, Lang, OutputFormat};

/// Maximum of `--runs`: the width of an interval falls with the root of their number, so more are not worth the wait.
const RUNS_MOST: u64 = 10_000;

/// Maximum of `--jobs`; a larger number is a typing error.
const JOBS_MOST: u64 = 1_024;

/// The scenario of a command that takes one.
#[derive(Args, Debug)]
pub(super) struct One {
    /// The scenario: a .json, .yaml or .yml file, or - for standard input
    #[arg(value_name = "SCENARIO")]
    pub(super) path: PathBuf,
}

/// What every command that runs a day takes, and `explain` as well.
#[derive(Args, Debug)]
pub(super) struct CommonOptions {
    /// Random seed, instead of the scenario's
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(0..=u64::MAX))]
    pub(super) seed: Option<u64>,
    /// Set any field of the scenario, as in traffic.requests=5000 (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(super) sets: Vec<String>,
    /// Cache to run instead of the scenario's, as in event, event+guard=none, ttl:5m+sweep=1m
    #[arg(long, value_name = "SPEC", allow_hyphen_values = true)]
    pub(super) cache: Option<String>,
    /// Maximum number of threads [default: one per core]. Results do not depend on it
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(1..=JOBS_MOST))]
    pub(super) jobs: Option<u64>,
    /// Language of text and messages
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    pub(super) lang: LangArg,
    /// Print only errors on standard error
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print more on standard error: the log lines of role changes
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// When to colour verdicts
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub(super) color: When,
    #[command(flatten)]
    pub(super) costs: Costs,
}

/// What every command takes that runs a day and makes a report.
#[derive(Args, Debug)]
pub(super) struct Common {
    #[command(flatten)]
    pub(super) shared: CommonOptions,
    /// Number of runs, each with its own random draws; reports then show means with 95 % confidence intervals
    #[arg(long, value_name = "N", default_value_t = 1, allow_hyphen_values = true, value_parser = whole(1..=RUNS_MOST))]
    pub(super) runs: u64,
    /// Format of standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// With several runs, give CSV a row per cache and run instead of one per cache
    #[arg(long)]
    pub(super) long: bool,
    /// Also write the report to a file, in the format of its extension: .json, .csv, .md or .html, for check also .xml, for compare also .svg (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
}

impl Common {
    /// What a row of CSV is about.
    pub(super) fn rows(&self) -> CsvRows {
        if self.long { CsvRows::Runs } else { CsvRows::Caches }
    }
}

/// A report's options are the shared ones and its own.
impl Deref for Common {
    type Target = CommonOptions;

    fn deref(&self) -> &CommonOptions {
        &self.shared
    }
}

/// Reads a whole number of a range; the error says what was found and what would be right.
fn whole(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync {
    move |text| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && range.contains(number));
        let what = if digits { "is out of range" } else { "is not a whole number" };
        let (least, most) = range.clone().into_inner();
        number.ok_or_else(|| format!("{what}, found {}; write a number from {least} to {most}", shown(text)))
    }
}

/// What a run may cost; more is refused, with an estimate, before it starts.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Refuse a run that needs more events than this [default: 100000000000]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(0..=u64::MAX))]
    pub(super) max_events: Option<u64>,
    /// Refuse a run that needs more memory than this, in MiB [default: 4096, or less if the machine has less]
    #[arg(long, value_name = "MIB", allow_hyphen_values = true, value_parser = whole(0..=u64::MAX))]
    pub(super) max_memory: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    En,
    Ru,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Self {
        match arg {
            LangArg::En => Self::En,
            LangArg::Ru => Self::Ru,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
    Csv,
    Markdown,
}

impl Format {
    /// The form of a report that standard output carries; none where it carries words.
    pub(super) fn form(self) -> Option<OutputFormat> {
        match self {
            Self::Table => None,
            Self::Json => Some(OutputFormat::Json),
            Self::Csv => Some(OutputFormat::Csv(CsvRows::Caches)),
            Self::Markdown => Some(OutputFormat::Markdown),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}
