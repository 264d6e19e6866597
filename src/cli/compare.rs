//! `rolesim compare`: the same day for several caches, side by side.

use std::time::Instant;

use clap::Args;

use super::args::{Common, One};
use super::common::{Calls, deliver, patches, remark, rendered, style, took, unwatched};
use super::exit::{Exit, Failure};
use super::output;
use crate::model::{CacheSpec, escape};
use crate::report;
use crate::run::{day, load};
use crate::scenario::described;

#[derive(Args, Debug)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    pub(super) scenario: One,
    #[command(flatten)]
    pub(super) common: Common,
    /// Add a cache to the scenario's list (repeatable)
    #[arg(long = "with", value_name = "SPEC")]
    pub(super) with: Vec<String>,
}

pub(super) fn run(args: &CompareArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let loaded = load::load(&args.scenario.path, &patches(common))?;
    let added = args.with.iter().map(|text| {
        let wrong =
            |error| Failure::new(Exit::Wrong, format!("--with {}: {}", escape(text), described(&error)));
        text.parse::<CacheSpec>().map_err(wrong)
    });
    let added = added.collect::<Result<Vec<_>, _>>()?;
    let compared = loaded.scenario.compare.iter().cloned().chain(added);
    let listed = day::side_by_side(&loaded.scenario.system.cache, compared)?;
    output::distinct(loaded.files(&args.scenario.path), &common.outputs)?;
    let files = output::prepare(&common.outputs)?;
    let mut calls: Calls = Vec::new();
    let run = unwatched(&loaded, &listed, common, &mut calls)?;
    let text = rendered(&run.0, common, |report| report::compare_text(report, &style(common)))?;
    let write = |form| report::written(&run.0, form, common.lang.into());
    let exit = deliver(write, run.0.verdict, files, Vec::new(), &text)?;
    remark(&loaded, &run, &calls, common);
    took(started, common.runs, common);
    Ok(exit)
}
