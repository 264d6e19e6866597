//! `rolesim sweep`: a grid of runs, its table and its curve.

use std::time::Instant;

use clap::Args;

use super::common::{effort, fallible, limits, patches, style, varied};
use super::failure::{Exit, Failure};
use super::options::{Common, One};
use super::output::{self, say};
use super::progress::Bar;
use super::session::deliver;
use crate::gate::Verdict;
use crate::report::{Arg, OutputFormat, Words, sweep_text, sweep_written};
use crate::run::{load, sweep};
use crate::scenario::{Limits, Written};

#[derive(Args, Debug)]
pub(super) struct SweepArgs {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) scenario: One,
    /// Give a field several values, as in cache.ttl=30s,1m,5m or cache.ttl=30s..=1h*2 (repeatable: a grid).
    /// Without it the life of a TTL cache goes from 1s to 1d
    #[arg(long = "vary", value_name = "PATH=VALUES", allow_hyphen_values = true)]
    pub(super) vary: Vec<String>,
}

pub(super) fn run(args: &SweepArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let fields = varied(&args.vary, &args.scenario.path)?;
    let effort = effort(common, common.runs);
    // Points run at once as runs do. Their results have no hours.
    let points = fields.iter().map(|field| field.values.len() as u64).fold(1, u64::saturating_mul);
    let points = if fields.is_empty() { u64::MAX } else { points };
    let at_once = points.saturating_mul(effort.runs).min(effort.jobs as u64);
    let limits = limits(common);
    let limits = Limits { at_once, written: Written { hour_bytes: 0, ..limits.written }, ..limits };
    let files = output::prepare(&common.outputs)?;
    let mut source = load::open(&args.scenario.path, &patches(common), &limits)?;
    let ready = sweep::ready(&mut source, fields, effort)?;
    output::distinct(source.files(&args.scenario.path), &common.outputs)?;
    let bar = Bar::of_parts(common);
    let swept = ready.run(&source, &|done, all| bar.done(done, all))?;
    drop(bar);
    let write = |form: OutputFormat| sweep_written(&swept, form.by(common.rows()), common.lang.into());
    let text = match common.format.form() {
        None => sweep_text(&swept, &style(common)),
        Some(form) => fallible(write(form))?,
    };
    let exit = deliver(write, Verdict::Pass, files, Vec::new(), &text)?;
    if !common.quiet {
        let words = Words::new(common.lang.into());
        let seconds = words.lang().seconds(started.elapsed().as_secs_f64());
        let gaps = [("seconds", Arg::Text(&seconds)), ("n", Arg::Count(swept.points.len() as u64))];
        say(&words.with("remark-done-points", &gaps));
    }
    Ok(exit)
}
