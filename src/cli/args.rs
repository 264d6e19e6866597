//! What was typed.

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
use crate::report::{Form, Lang};

/// Replay a day of role lookups against an event-driven cache and TTL caches, and see whether each answer
/// was still true.
#[derive(Debug, Parser)]
#[command(name = "rolesim", version, disable_help_subcommand = true, max_term_width = 100)]
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
    #[command(
        after_help = "--format is table (words) or json (JSON lines); a file of -o ends in .txt or .jsonl"
    )]
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
const JOBS_MOST: i64 = 1_024;

/// The scenario of a command that takes one.
#[derive(Args, Debug)]
pub(super) struct One {
    /// The scenario: a .json, .yaml or .yml file, or - for standard input
    #[arg(value_name = "SCENARIO")]
    pub(super) path: PathBuf,
}

/// What every command that runs a day takes.
#[derive(Args, Debug)]
pub(super) struct Common {
    /// Decide every draw by this number instead of the scenario's
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Set any field of the scenario, as in traffic.requests=5000 (repeatable)
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) sets: Vec<String>,
    /// Use this cache instead of the scenario's, as in event, event+guard=none, ttl:5m+sweep=1m
    #[arg(long, value_name = "SPEC")]
    pub(super) cache: Option<String>,
    /// Run the day so often, each time with draws of its own, and show means with 95 % intervals
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=RUNS_MOST))]
    pub(super) runs: u64,
    /// Run on so many threads at the most; by default one for each core. No result depends on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=JOBS_MOST))]
    pub(super) jobs: Option<u16>,
    /// The language of what a person reads
    #[arg(long, value_name = "LANG", value_enum, default_value_t = LangArg::En)]
    pub(super) lang: LangArg,
    /// What standard output carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Write the report to a file as well; .json, .csv, .md or .html says the format, for check also .xml (repeatable)
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<PathBuf>,
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

/// What a run may cost; more is refused, with an estimate, before it starts.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Refuse a run that would need more events [default: 100000000000]
    #[arg(long, value_name = "N")]
    pub(super) max_events: Option<u64>,
    /// Refuse a run that would need more memory, in MiB [default: 4096, or what there may be]
    #[arg(long, value_name = "MIB")]
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
