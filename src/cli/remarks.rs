//! What is worth saying on standard error next to a result.

use super::options::Common;
use super::watch::Calls;
use crate::metrics::{Measured, Metric, Value};
use crate::model::escape;
use crate::report::{Arg, CacheResult, Report, Words};
use crate::run::load::Loaded;
use crate::sim::{Outcome, Undivided};

/// This many caches are warned of by name.
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
        Undivided::Polls => "undivided-polls",
        Undivided::AllUsers => "undivided-all-users",
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
