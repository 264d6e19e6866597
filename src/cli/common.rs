//! What the commands that run a day have in common: from what was typed to a report that is written.

use std::io::IsTerminal;
use std::time::Instant;

use super::args::{Common, When};
use super::exit::{Exit, Failure};
use super::output::{ReportFile, print, say};
use crate::gate::Verdict;
use crate::metrics::{Metric, Value};
use crate::model::{CacheSpec, escape};
use crate::report::{self, Form, Report, Style};
use crate::run::day;
use crate::run::load::{Loaded, Patch};
use crate::sim::{Callback, Outcome};

/// What was typed about the scenario, as patches of its text.
pub(super) fn patches(common: &Common) -> Vec<Patch> {
    let own =
        |option: &str, path, value: String| Patch::Field { option: format!("{option} {value}"), path, value };
    let cache = common.cache.clone().map(|spec| own("--cache", "cache", spec));
    let seed = common.seed.map(|seed| own("--seed", "seed", seed.to_string()));
    cache.into_iter().chain(common.sets.iter().cloned().map(Patch::Set)).chain(seed).collect()
}

/// The tracker's calls, with their steps and times.
pub(super) type Calls = Vec<(u32, u64, Callback)>;

/// Runs the day without looking on; the tracker's calls are kept only where somebody wants to read them.
pub(super) fn unwatched(
    loaded: &Loaded,
    listed: &[CacheSpec],
    common: &Common,
    calls: &mut Calls,
) -> Result<(Report, Outcome), Failure> {
    if common.verbose {
        day::run(loaded, listed, &mut (), calls)
    } else {
        day::run(loaded, listed, &mut (), &mut ())
    }
}

/// The report as standard output shall carry it.
pub(super) fn rendered(
    report: &Report,
    common: &Common,
    in_words: impl FnOnce(&Report) -> String,
) -> Result<String, Failure> {
    match common.format.form() {
        None => Ok(in_words(report)),
        Some(form) => written(report, form),
    }
}

pub(super) fn style(common: &Common) -> Style {
    let terminal = || {
        std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    };
    let colour = match common.color {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal(),
    };
    Style { lang: common.lang.into(), colour }
}

/// What is worth saying beside the result: the log's lines, rows that were left out, how long it took.
pub(super) fn remark(
    loaded: &Loaded,
    run: &(Report, Outcome),
    calls: &Calls,
    started: Instant,
    common: &Common,
) {
    let (report, _) = run;
    if common.quiet {
        return;
    }
    for (_, at_us, call) in calls.iter().filter(|_| common.verbose) {
        if let Some(line) = call.log_line() {
            say(&format!("{} {}", loaded.scenario.day.clock.time_of(*at_us), escape(&line)));
        }
    }
    for result in &report.results {
        if let Value::Count(failed @ 1..) = result.metrics.get(Metric::UpdatesFailed) {
            let cache = escape(&result.label);
            say(&format!(
                "warning: failed to update cache `{cache}`, {failed} in all; the entries were dropped"
            ));
        }
    }
    if let Some(replayed) = &report.scenario.trace {
        say(&format!("trace: {}", replayed.line()));
    }
    say(&format!("done in {:.3} s", started.elapsed().as_secs_f64()));
}

/// Writes the files first, so that a reader who closes standard output early loses none of them.
pub(super) fn deliver(report: &Report, files: Vec<ReportFile>, text: &str) -> Result<Exit, Failure> {
    for ReportFile { form, pending } in files {
        pending.finish(written(report, form)?.as_bytes())?;
    }
    print(text)?;
    Ok(if report.verdict == Verdict::Pass { Exit::Done } else { Exit::Failed })
}

fn written(report: &Report, form: Form) -> Result<String, Failure> {
    report::written(report, form)
        .map_err(|error| Failure::new(Exit::Internal, format!("failed to write the report: {error}")))
}
