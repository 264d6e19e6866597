//! `rolesim choose`: the cheapest cache that keeps all limits.

use std::time::Instant;

use clap::Args;

use super::common::{effort, fallible, limits, patches, style, varied};
use super::compare::with;
use super::failure::{Exit, Failure};
use super::options::{Common, One};
use super::output::{self, say};
use super::progress::Bar;
use super::session::deliver;
use crate::gate::UpperLimit;
use crate::report::{Arg, OutputFormat, Words, choice_text, written};
use crate::run::candidates;
use crate::run::load::{self, Patch};
use crate::scenario::{Faults, Limits, Written, limit};

#[derive(Args, Debug)]
pub(super) struct ChooseArgs {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    pub(super) scenario: One,
    /// The most that a metric may be, as in stale_grants=3, failed=0, latency_us.p99=200ms (repeatable)
    #[arg(long = "at-most", value_name = "METRIC=VALUE", allow_hyphen_values = true)]
    at_most: Vec<String>,
    /// The longest for which a revoked role may be honoured: --at-most window_us.max=DURATION
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    revoked_within: Option<String>,
    /// Add a cache to the candidates (repeatable)
    #[arg(long = "with", value_name = "SPEC", allow_hyphen_values = true)]
    with: Vec<String>,
    /// Add caches with several values of a field, as in cache.ttl=30s..=1h*2 (repeatable: a grid). Without it ttl and
    /// event+ttl are candidates with lives from 1s to 1d
    #[arg(long = "vary", value_name = "PATH=VALUES", allow_hyphen_values = true)]
    vary: Vec<String>,
}

pub(super) fn run(args: &ChooseArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let path = &args.scenario.path;
    let most = bounds(args)?;
    let vary = varied(&args.vary, path)?;
    let effort = effort(common, common.runs);
    // Candidates run at once as runs do. Their results have no hours.
    let limits = limits(common);
    let written_of = Written { hour_bytes: 0, ..limits.written };
    let limits = Limits { at_once: effort.jobs as u64, written: written_of, ..limits };
    let files = output::prepare(&common.outputs)?;
    let patches: Vec<Patch> =
        patches(common).into_iter().chain(args.with.iter().map(|spec| with(spec))).collect();
    let mut source = load::open(path, &patches, &limits)?;
    let tried = candidates::candidates(&mut source, vary, effort)?;
    output::distinct(source.files(path), &common.outputs)?;
    let bar = Bar::of_parts(common);
    let report = candidates::run(&source, &tried, most, effort, &|done, all| bar.done(done, all))?;
    drop(bar);
    let write = |form: OutputFormat| written(&report, form.by(common.rows()), common.lang.into());
    let text = match common.format.form() {
        None => choice_text(&report, &style(common)),
        Some(form) => fallible(write(form))?,
    };
    let exit = deliver(write, report.verdict, files, Vec::new(), &text)?;
    if !common.quiet {
        let words = Words::new(common.lang.into());
        let seconds = words.lang().seconds(started.elapsed().as_secs_f64());
        let gaps = [("seconds", Arg::Text(&seconds)), ("n", Arg::Count(tried.len() as u64))];
        say(&words.with("remark-done-caches", &gaps));
    }
    Ok(exit)
}

/// All limits that were typed.
fn bounds(args: &ChooseArgs) -> Result<Vec<UpperLimit>, Failure> {
    let typed = args.at_most.iter().map(|text| (format!("--at-most {text}"), text.clone()));
    let revoked = args.revoked_within.iter();
    let revoked = revoked.map(|text| (format!("--revoked-within {text}"), format!("window_us.max={text}")));
    let (mut limits, mut faults) = (Vec::new(), Vec::new());
    for (option, text) in typed.chain(revoked) {
        match limit(&option, &text) {
            Ok(limit) => limits.push(limit),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        return Ok(limits);
    }
    Err(Faults::new(&args.scenario.path.display().to_string(), faults).into())
}
