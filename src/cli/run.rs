//! `rolesim run`: the day against the cache that the scenario names.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::args::{Common, Format, One};
use super::common::{
    Calls, deliver, limits, once, patches, remarks, rendered, say_all, style, took, unwatched,
};
use super::exit::{Exit, Failure};
use super::log::Log;
use super::output;
use super::progress::Bar;
use super::watch::Watch;
use crate::report::{self, StepStories};
use crate::run::{day, load};

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) common: Common,
    /// Narrate every scripted step
    #[arg(long)]
    pub(super) steps: bool,
    /// Add the table by the hour
    #[arg(long)]
    pub(super) hourly: bool,
    /// Write one JSON line for each request and role change
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
    let started = Instant::now();
    let files = output::prepare(&common.outputs)?;
    let log = args.log.as_deref().map(output::Pending::create).transpose()?;
    let mut limits = limits(common);
    if args.hourly {
        limits.written.hour_bytes += report::HOURLY_BYTES;
    }
    let loaded = load::load(&args.scenario.path, &patches(common), &limits)?;
    output::distinct(loaded.files(&args.scenario.path), common.outputs.iter().chain(&args.log))?;
    let own = [loaded.scenario.cache.clone()];
    let mut calls: Calls = Vec::new();
    let replicas = loaded.scenario.system.replicas.count.get();
    let mut watch = Watch {
        steps: args.steps.then(|| StepStories::new(&loaded.scenario.day, replicas)),
        log: log.map(|file| Log::new(file, &loaded.scenario.day, replicas)),
    };
    let run = if watch.looks() {
        let bar = Bar::new(common, common.runs, &loaded.scenario.day.clock);
        day::run(&loaded, &own, &mut watch, &mut bar.tracking(&mut calls))?
    } else {
        unwatched(&loaded, &own, common, &mut calls)?
    };
    let style = style(common);
    let narrated = watch.steps.map(|steps| steps.text(&calls, &style)).unwrap_or_default();
    let text = rendered(&run.0, common, |report| narrated + &report::run_text(report, &style, args.hourly))?;
    let log = watch.log.map(Log::finish).transpose()?;
    let write = |form| report::written(&run.0, form, common.lang.into());
    let exit = deliver(write, run.0.verdict, files, log.into_iter().collect(), &text)?;
    say_all(&remarks(&loaded, &run, &calls, None, common), common);
    took(started, common.runs, common);
    Ok(exit)
}
