//! `rolesim run`: the day against the cache that the scenario names.

use std::path::PathBuf;

use clap::Args;

use super::common::{limits, once};
use super::failure::{Exit, Failure};
use super::log::Log;
use super::options::{Common, Format, One};
use super::output::{self, Pending};
use super::session::Session;
use super::watch::Watched;
use crate::report::{self, CsvRows, StepStories};

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) common: Common,
    /// Narrate every scripted step
    #[arg(long)]
    pub(super) steps: bool,
    /// Add the table by the hour; of CSV, it is the rows
    #[arg(long, conflicts_with = "long")]
    pub(super) hourly: bool,
    /// Write one JSON line for each request and role change; .gz or .zst behind the name compresses it
    #[arg(long, value_name = "FILE.jsonl")]
    pub(super) log: Option<PathBuf>,
}

pub(super) fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    if args.steps && common.format != Format::Table {
        return Err(Failure::usage("--steps narrates in words; leave out --format, or take --log for data"));
    }
    for (asked, option, tells) in
        [(args.steps, "--steps", "the script"), (args.log.is_some(), "--log", "every request")]
    {
        if asked {
            once(common, option, tells)?;
        }
    }
    let log = args.log.as_deref().map(Pending::create).transpose()?;
    let mut limits = limits(common);
    if args.hourly {
        limits.written.hour_bytes += report::HOURLY_BYTES;
    }
    let session = Session::open(&args.scenario.path, common, [], &limits)?;
    output::distinct(session.loaded.files(&args.scenario.path), common.outputs.iter().chain(&args.log))?;
    let scenario = &session.loaded.scenario;
    let (day, own, replicas) = (&scenario.day, scenario.cache.clone(), scenario.system.replicas.count.get());
    let steps = args.steps.then(|| StepStories::new(day, replicas));
    let log =
        log.zip(args.log.as_deref()).map(|(file, path)| Log::new(file, path, day, replicas)).transpose()?;
    let mut session = session.watched(Watched { steps, log, ..Watched::default() });
    let run = session.simulate(&[own])?;
    let rows = if args.hourly { CsvRows::Hours } else { common.rows() };
    session.deliver(&run, rows, |report, style| report::run_text(report, style, args.hourly))
}
