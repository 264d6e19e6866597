//! What the commands that run a day have in common: from what was typed to a report that is written.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{Common, CommonOptions, Costs, LangArg, When};
use super::exit::{Exit, Failure};
use super::machine;
use super::output::{ReportFile, Whole, colours, print, put_in_place, say};
use super::progress::Bar;
use crate::gate::Verdict;
use crate::metrics::{Measured, Metric, Value};
use crate::model::escape;
use crate::policy::CacheSpec;
use crate::report::{self, Arg, CacheResult, Form, FormError, Report, Style, Words};
use crate::run::accepted;
use crate::run::load::{Loaded, Patch};
use crate::run::parallel::Progress;
use crate::run::runs::{self, Effort};
use crate::scenario::{Limits, Written};
use crate::sim::{Callback, Outcome, Tracker, Undivided};

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
    let of_files = common.outputs.iter().filter_map(|path| Form::of_extension(path.extension()?.to_str()?));
    // One file is made after the other, while what is to be printed is kept.
    let [(hours, figures), (hours_printed, figures_printed)] = [
        of_files.map(Form::made_in).fold((0, 0), |most, one| (most.0.max(one.0), most.1.max(one.1))),
        common.format.form().map_or((0, 0), Form::made_in),
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

/// The scenarios among files that a pattern such as `*.json` may have named: accepted results lie beside them, and
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

/// The tracker's calls, with their steps and times.
pub(super) type Calls = Vec<(u32, u64, Callback)>;

/// Runs the day, once or more often, without looking on; the first run's outcome stands beside the report. The tracker's calls are kept only where somebody wants to read them.
pub(super) fn unwatched(
    loaded: &Loaded,
    listed: &[CacheSpec],
    common: &Common,
    calls: &mut Calls,
) -> Result<(Report, Outcome), Failure> {
    let bar = Bar::new(common, common.runs, &loaded.scenario.day.clock);
    let mut nobody = ();
    let told: &mut (dyn Tracker + Send) = if common.verbose { calls } else { &mut nobody };
    let mut tracking = bar.tracking(told);
    // A single run counts its own time; of several, each is one step.
    let progress: &dyn Progress = if common.runs > 1 { &bar } else { &() };
    runs::run(loaded, listed, effort(common, common.runs), progress, &mut tracking)
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

/// The report as standard output shall carry it.
pub(super) fn rendered(
    report: &Report,
    common: &Common,
    in_words: impl FnOnce(&Report) -> String,
) -> Result<String, Failure> {
    match common.format.form() {
        None => Ok(in_words(report)),
        Some(form) => fallible(report::written(report, form, common.lang.into())),
    }
}

pub(super) fn style(shared: &CommonOptions) -> Style {
    let colour = match shared.color {
        When::Always => true,
        When::Never => false,
        When::Auto => colours(),
    };
    Style { lang: shared.lang.into(), colour }
}

/// So many caches are warned of by name.
const NAMED_MOST: usize = 3;

/// What is worth saying next to the result: the log's lines, caches that could not be updated, and rows that were left
/// out. `of` says which scenario it is about, where there are several. To be said once everything is written: where that
/// fails, the error stands alone.
pub(super) fn remarks(
    loaded: &Loaded,
    run: &(Report, Outcome),
    calls: &Calls,
    of: Option<&str>,
    common: &Common,
) -> Vec<String> {
    let (report, _) = run;
    let words = Words::new(common.lang.into());
    let of = of.map_or_else(String::new, |of| format!("{}: ", escape(of)));
    let remark =
        |key: &str, gaps: &[(&str, Arg<'_>)]| words.with(key, &[&[("of", Arg::Text(&of))], gaps].concat());
    let mut remarks = Vec::new();
    if !calls.is_empty() && report.scenario.runs > 1 {
        remarks.push(remark("remark-first-run", &[("n", Arg::Count(report.scenario.runs))]));
    }
    let logged = calls.iter().filter(|_| common.verbose).filter_map(|(_, at_us, call)| {
        let at = loaded.scenario.day.clock.time_of(*at_us);
        call.log_line().map(|line| format!("{of}{at} {}", escape(&line)))
    });
    remarks.extend(logged);
    let failed: Vec<(&str, u64)> =
        report.results.iter().map(updates_failed).filter(|(_, n)| *n > 0).collect();
    let (named, others) = failed.split_at(failed.len().min(NAMED_MOST));
    for (cache, n) in named {
        remarks.push(remark(
            "remark-update-failed",
            &[("cache", Arg::Text(&escape(cache))), ("n", Arg::Count(*n))],
        ));
    }
    if !others.is_empty() {
        let (caches, n) = (others.len() as u64, others.iter().map(|(_, n)| n).sum());
        remarks
            .push(remark("remark-updates-failed", &[("caches", Arg::Count(caches)), ("n", Arg::Count(n))]));
    }
    if let Some(replayed) = &report.scenario.trace {
        remarks.push(remark("remark-trace", &[("line", Arg::Text(&replayed.line(&words)))]));
        remarks.extend(replayed.doubts(&of, &words));
    }
    if let Some(why) = run.1.undivided.filter(|_| common.jobs.is_some() || common.verbose) {
        remarks.push(remark("remark-undivided", &[("why", Arg::Text(&words.text(undivided_key(why))))]));
    }
    remarks
}

/// The key of the words that say why a day is not cut into parts.
fn undivided_key(why: Undivided) -> &'static str {
    match why {
        Undivided::Capacity => "undivided-capacity",
        Undivided::Concurrency => "undivided-concurrency",
        Undivided::RoundRobin => "undivided-round-robin",
        Undivided::LateEvents => "undivided-late-events",
        Undivided::Recorded => "undivided-recorded",
        Undivided::Sessions => "undivided-sessions",
        Undivided::External => "undivided-external",
        Undivided::Memory => "undivided-memory",
        Undivided::Threads => "undivided-threads",
    }
}

/// Says remarks on standard error, unless only errors are wanted there.
pub(super) fn say_all(remarks: &[String], shared: &CommonOptions) {
    remarks.iter().filter(|_| !shared.quiet).for_each(|remark| say(remark));
}

/// A cache, and how many updates of it failed in all runs.
fn updates_failed(result: &CacheResult) -> (&str, u64) {
    let failed = |metrics: &Measured| match metrics.get(Metric::UpdatesFailed) {
        Value::Count(failed) => failed,
        _ => 0,
    };
    let failed = match result.runs.is_empty() {
        true => failed(&result.metrics),
        false => result.runs.iter().map(|run| failed(&run.metrics)).sum(),
    };
    (&result.label, failed)
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

/// Writes the files first, so that a reader who closes standard output early loses none of them. `others` are written
/// already; none of the files is replaced before all of them are whole.
pub(super) fn deliver(
    write: impl Fn(Form) -> Result<String, FormError>,
    verdict: Verdict,
    files: Vec<ReportFile>,
    others: Vec<Whole>,
    text: &str,
) -> Result<Exit, Failure> {
    let mut whole = others;
    for ReportFile { form, pending } in files {
        whole.push(pending.complete(fallible(write(form))?.as_bytes())?);
    }
    put_in_place(whole)?;
    print(text)?;
    Ok(exit_of(verdict))
}

/// The exit code of a verdict.
pub(super) fn exit_of(verdict: Verdict) -> Exit {
    if verdict == Verdict::Pass { Exit::Done } else { Exit::Failed }
}

/// What a form gave, whose failing is nobody's fault but ours.
pub(super) fn fallible(written: Result<String, FormError>) -> Result<String, Failure> {
    written.map_err(|error| Failure::new(Exit::Internal, format!("failed to write the report: {error}")))
}
