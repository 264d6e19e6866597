//! `rolesim compare`: the same day for several caches, side by side.

use clap::{Args, ValueEnum};

use super::common::limits;
use super::failure::{Exit, Failure};
use super::options::{Common, One};
use super::session::Session;
use crate::report::{self, Tables};
use crate::run::day;
use crate::run::load::Patch;

#[derive(Args, Debug)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) common: Common,
    /// Add a cache to the scenario's list (repeatable)
    #[arg(long = "with", value_name = "SPEC", allow_hyphen_values = true)]
    pub(super) with: Vec<String>,
    /// Which tables to print: the one that a choice needs, or all
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = TablesArg::Main)]
    pub(super) tables: TablesArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TablesArg {
    Main,
    All,
}

impl From<TablesArg> for Tables {
    fn from(arg: TablesArg) -> Self {
        match arg {
            TablesArg::Main => Self::Main,
            TablesArg::All => Self::All,
        }
    }
}

/// A cache of `--with` as a patch of the scenario.
pub(super) fn with(spec: &str) -> Patch {
    Patch::Compare { option: format!("--with {spec}"), spec: spec.to_owned() }
}

pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let with = args.with.iter().map(|spec| with(spec));
    let mut session =
        Session::open_comparison(&args.scenario.path, &args.common, with, &limits(&args.common))?;
    let scenario = &session.loaded.scenario;
    let listed = day::side_by_side(&scenario.cache, scenario.compare.iter().cloned())?;
    let run = session.simulate(&listed)?;
    let rows = args.common.rows();
    session.deliver(&run, rows, |report, style| report::compare_text(report, style, args.tables.into()))
}
