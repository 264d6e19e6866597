//! `rolesim compare`: the same day for several caches, side by side.

use std::time::Instant;

use clap::Args;

use super::args::{Common, One};
use super::common::{Calls, deliver, limits, patches, remarks, rendered, say_all, style, took, unwatched};
use super::exit::{Exit, Failure};
use super::output;
use crate::report;
use crate::run::day;
use crate::run::load::{self, Patch};

#[derive(Args, Debug)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) common: Common,
    /// Add a cache to the scenario's list (repeatable)
    #[arg(long = "with", value_name = "SPEC", allow_hyphen_values = true)]
    pub(super) with: Vec<String>,
}

pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let files = output::prepare(&common.outputs)?;
    let with = |spec: &String| Patch::Compare { option: format!("--with {spec}"), spec: spec.clone() };
    let patches: Vec<_> = patches(common).into_iter().chain(args.with.iter().map(with)).collect();
    let loaded = load::load(&args.scenario.path, &patches, &limits(common))?;
    let listed = day::side_by_side(&loaded.scenario.cache, loaded.scenario.compare.iter().cloned())?;
    output::distinct(loaded.files(&args.scenario.path), &common.outputs)?;
    let mut calls: Calls = Vec::new();
    let run = unwatched(&loaded, &listed, common, &mut calls)?;
    let text = rendered(&run.0, common, |report| report::compare_text(report, &style(common)))?;
    let write = |form| report::written(&run.0, form, common.lang.into());
    let exit = deliver(write, run.0.verdict, files, Vec::new(), &text)?;
    say_all(&remarks(&loaded, &run, &calls, None, common), common);
    took(started, common.runs, common);
    Ok(exit)
}
