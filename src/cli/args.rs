//! What was typed.

use std::ops::{Deref, RangeInclusive};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::check::CheckArgs;
use super::compare::CompareArgs;
use super::completions::CompletionsArgs;
use super::explain::ExplainArgs;
use super::init::InitArgs;
use super::run::RunArgs;
use super::schema::SchemaArgs;
use super::sweep::SweepArgs;
use super::trace::TraceArgs;
use super::validate::ValidateArgs;
use crate::model::shown;
use crate::report::{Form, Lang};

/// Replay a day of role lookups against an event-driven cache and TTL caches, and see whether each answer
/// was still true.
#[derive(Debug, Parser)]
#[command(name = "rolesim", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replay the day against the cache it names, and print the daily summary
    Run(RunArgs),
    /// Replay the same day for several caches, side by side
    Compare(CompareArgs),
    /// Hold scenarios to their expectations and to accepted results: the gate of a CI
    Check(CheckArgs),
    /// Run a grid of variations, and print their table and curve
    Sweep(SweepArgs),
    /// Tell one user's story, and why answers were stale
    Explain(ExplainArgs),
    /// Look at a recorded day, or write one anew
    Trace(TraceArgs),
    /// List every fault of scenarios; nothing is run
    Validate(ValidateArgs),
    /// Write a commented scenario to start from; nothing is overwritten
    Init(InitArgs),
    /// Print the JSON Schema of scenarios or of reports
    Schema(SchemaArgs),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArgs),
}

/// More runs make no interval better that is worth waiting for: its width falls with their root.
const RUNS_MOST: u64 = 10_000;

/// More threads than this are a slip of the finger.
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
    /// Decide every draw by this number instead of the scenario's
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(0..=u64::MAX))]
    pub(super) seed: Option<u64>,
    /// Set any field of the scenario, as in traffic.requests=5000 (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(super) sets: Vec<String>,
    /// Use this cache instead of the scenario's, as in event, event+guard=none, ttl:5m+sweep=1m
    #[arg(long, value_name = "SPEC", allow_hyphen_values = true)]
    pub(super) cache: Option<String>,
    /// Run on at most this many threads; by default one for each core. No result depends on it
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(1..=JOBS_MOST))]
    pub(super) jobs: Option<u64>,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    pub(super) lang: LangArg,
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Say more on standard error: the log lines of role changes
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Whether verdicts are coloured
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
    /// Run the day this many times, each with draws of its own, and show means with 95 % intervals
    #[arg(long, value_name = "N", default_value_t = 1, allow_hyphen_values = true, value_parser = whole(1..=RUNS_MOST))]
    pub(super) runs: u64,
    /// What standard output carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Write the report to a file as well; .json, .csv, .md or .html says the format, for check also .xml (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
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
    /// Refuse a run that would need more events [default: 100000000000]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = whole(0..=u64::MAX))]
    pub(super) max_events: Option<u64>,
    /// Refuse a run that would need more memory, in MiB [default: 4096, or what there may be]
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
    pub(super) fn form(self) -> Option<Form> {
        match self {
            Self::Table => None,
            Self::Json => Some(Form::Json),
            Self::Csv => Some(Form::Csv),
            Self::Markdown => Some(Form::Markdown),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}
