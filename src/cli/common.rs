//! What the commands that run a day have in common: from what was typed to a report that is written.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::failure::{Exit, Failure};
use super::machine;
use super::options::{Common, CommonOptions, Costs, LangArg, When};
use super::output::{colours, say};
use crate::gate::Verdict;
use crate::model::escape;
use crate::report::{Arg, FormatError, OutputFormat, Style, Words};
use crate::run::accepted;
use crate::run::load::Patch;
use crate::run::replications::Effort;
use crate::scenario::{Faults, Limits, Vary, Written, vary};

/// What was typed about the scenario, as patches of its text.
pub(super) fn patches(shared: &CommonOptions) -> Vec<Patch> {
    let own =
        |option: &str, path, value: String| Patch::Field { option: format!("{option} {value}"), path, value };
    let cache = shared.cache.clone().map(|spec| own("--cache", "cache", spec));
    let seed = shared.seed.map(|seed| own("--seed", "seed", seed.to_string()));
    cache.into_iter().chain(shared.sets.iter().cloned().map(Patch::Set)).chain(seed).collect()
}

/// What all runs together may cost, and what is made of their results.
pub(super) fn limits(common: &Common) -> Limits {
    let of_files = common.outputs.iter().filter_map(|path| OutputFormat::of_path(path));
    let made_in = |form: OutputFormat| form.by(common.rows()).made_in();
    // One file is made after the other, while what is to be printed is kept.
    let [(hours, figures), (hours_printed, figures_printed)] = [
        of_files.map(made_in).fold((0, 0), |most, one| (most.0.max(one.0), most.1.max(one.1))),
        common.format.form().map_or((0, 0), made_in),
    ];
    let written = Written {
        hour_bytes: hours + hours_printed,
        figures_bytes: figures + figures_printed,
        change_bytes: if common.verbose { CALL_BYTES } else { 0 },
    };
    Limits { written, ..affordable(common.costs, effort(common, common.runs)) }
}

/// What a role change takes until its line of the log is said.
const CALL_BYTES: u64 = 256;

/// The same of what is only validated.
pub(super) fn affordable(costs: Costs, effort: Effort) -> Limits {
    let Costs { max_events, max_memory } = costs;
    let usual = Limits::default();
    let wanted = max_memory.map_or(usual.memory_bytes, |mebibytes| mebibytes.saturating_mul(1 << 20));
    Limits {
        events: max_events.unwrap_or(usual.events),
        memory_bytes: machine::room(effort.jobs).memory_bytes.map_or(wanted, |bytes| bytes.min(wanted)),
        runs: effort.runs,
        at_once: effort.runs.min(effort.jobs as u64),
        threads: effort.jobs,
        ..usual
    }
}

/// The scenarios among files that a pattern such as `*.json` may have named: accepted results lie next to them, and
/// are left out where they are not all there is. Behind them, what is to be said of those that were left out.
///
/// # Errors
/// When standard input is among them twice.
pub(super) fn scenarios_among(
    paths: &[PathBuf],
    lang: LangArg,
) -> Result<(Vec<&Path>, Vec<String>), Failure> {
    if paths.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Failure::usage("-: standard input can be read once; name it once"));
    }
    let is_accepted = |path: &&PathBuf| accepted::is_named_so(path);
    if paths.iter().all(|path| is_accepted(&path)) {
        return Ok((paths.iter().map(PathBuf::as_path).collect(), Vec::new()));
    }
    let left_out = |path: &PathBuf| {
        let file = escape(&path.display().to_string());
        Words::new(lang.into()).with("remark-left-out", &[("file", Arg::Text(&file))])
    };
    let remarks = paths.iter().filter(is_accepted).map(left_out).collect();
    Ok((paths.iter().filter(|path| !is_accepted(path)).map(PathBuf::as_path).collect(), remarks))
}

/// Reads all of `--vary`.
pub(super) fn varied(typed: &[String], scenario: &Path) -> Result<Vec<Vary>, Failure> {
    let (mut fields, mut faults) = (Vec::new(), Vec::new());
    for text in typed {
        match vary(text) {
            Ok(field) => fields.push(field),
            Err(fault) => faults.push(fault),
        }
    }
    match faults.is_empty() {
        true => Ok(fields),
        false => Err(Faults::new(&scenario.display().to_string(), faults).into()),
    }
}

/// The number of threads: those that were asked for, else one for each core, and never more than there is room for.
pub(super) fn jobs(wanted: Option<u64>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let wanted = wanted.map_or_else(cores, |jobs| usize::try_from(jobs).unwrap_or(usize::MAX));
    machine::room(wanted).threads
}

/// How often, and on how many threads.
pub(super) fn effort(shared: &CommonOptions, runs: u64) -> Effort {
    Effort { runs, jobs: jobs(shared.jobs) }
}

/// Refuses to run several times what can only be told of one run.
pub(super) fn once(common: &Common, option: &str, tells: &str) -> Result<(), Failure> {
    if common.runs == 1 {
        return Ok(());
    }
    let line = format!(
        "{option} tells {tells} of one run, and --runs {} has several; leave one of the two out",
        common.runs
    );
    Err(Failure::usage(line))
}

pub(super) fn style(shared: &CommonOptions) -> Style {
    let colour = match shared.color {
        When::Always => true,
        When::Never => false,
        When::Auto => colours(),
    };
    Style { lang: shared.lang.into(), colour }
}

/// Says remarks on standard error, unless only errors are wanted there.
pub(super) fn say_all(remarks: &[String], shared: &CommonOptions) {
    remarks.iter().filter(|_| !shared.quiet).for_each(|remark| say(remark));
}

/// How long it took, and how often the day was run.
pub(super) fn took(started: Instant, runs: u64, shared: &CommonOptions) {
    if shared.quiet {
        return;
    }
    let words = Words::new(shared.lang.into());
    let seconds = words.lang().seconds(started.elapsed().as_secs_f64());
    let key = if runs == 1 { "remark-done" } else { "remark-done-runs" };
    say(&words.with(key, &[("seconds", Arg::Text(&seconds)), ("n", Arg::Count(runs))]));
}

/// The exit code of a verdict.
pub(super) fn exit_of(verdict: Verdict) -> Exit {
    if verdict == Verdict::Pass { Exit::Done } else { Exit::Failed }
}

/// A report in some form; if that fails, it is an internal error.
pub(super) fn fallible(written: Result<String, FormatError>) -> Result<String, Failure> {
    written.map_err(|error| Failure::new(Exit::Internal, format!("failed to write the report: {error}")))
}
