//! The command line: arguments, files, streams, exit codes and the wall clock.
//!
//! Everything that decides a result is below; here it is only fetched, shown and written.

mod args;
mod explain;
mod log;
mod output;
mod usage;
mod watch;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::time::Instant;

use clap::Parser;

use args::{Cli, Command, Common, CompareArgs, Format, RunArgs, ValidateArgs, When};
use exit::Failure;
use load::{Loaded, Patch};
use output::{ReportFile, print, say};

use crate::gate::Verdict;
use crate::metrics::{Metric, Value};
use crate::model::CacheSpec;
use crate::model::escape;
use crate::report::{self, Report, StepStories, Style};
pub use crate::run::exit::Exit;
use crate::run::{day, exit, load};
use crate::scenario::described;
use crate::sim::{Callback, Outcome};
use watch::Watch;

/// Runs the command that the arguments name, the program's own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, usage::wants_json(&arguments)),
    };
    let (as_json, result) = match &cli.command {
        Command::Run(args) => (args.common.format == Format::Json, run(args)),
        Command::Compare(args) => (args.common.format == Format::Json, compare(args)),
        Command::Explain(args) => (args.common.format == Format::Json, explain::run(args)),
        Command::Validate(args) => (args.format == "json", validate(args)),
    };
    result.unwrap_or_else(|failure| {
        complain(&failure, as_json);
        failure.exit
    })
}

/// Says what went wrong: in lines, or as one JSON object for who asked for JSON.
fn complain(failure: &Failure, as_json: bool) {
    if as_json {
        let object = serde_json::json!({"error": {"exit": failure.exit as u8, "messages": failure.lines}});
        return say(&object.to_string());
    }
    for (index, line) in failure.lines.iter().enumerate() {
        say(&if index == 0 { format!("error: {line}") } else { format!("       {line}") });
    }
}

/// What was typed about the scenario, as patches of its text.
fn patches(common: &Common) -> Vec<Patch> {
    let own =
        |option: &str, path, value: String| Patch::Field { option: format!("{option} {value}"), path, value };
    let cache = common.cache.clone().map(|spec| own("--cache", "cache", spec));
    let seed = common.seed.map(|seed| own("--seed", "seed", seed.to_string()));
    cache.into_iter().chain(common.sets.iter().cloned().map(Patch::Set)).chain(seed).collect()
}

fn run(args: &RunArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    if args.steps && common.format != Format::Table {
        return Err(Failure::new(
            Exit::Wrong,
            "--steps narrates in words; leave out --format, or take --log for data",
        ));
    }
    let started = Instant::now();
    let loaded = load::load(&common.scenario, &patches(common))?;
    output::distinct(loaded.files(&common.scenario), common.outputs.iter().chain(&args.log))?;
    let files = output::prepare(&common.outputs)?;
    let log = args.log.as_deref().map(output::Pending::create).transpose()?;
    let own = [loaded.scenario.system.cache.clone()];
    let mut calls: Calls = Vec::new();
    let replicas = loaded.scenario.system.replicas.count.get();
    let mut watch = Watch {
        steps: args.steps.then(|| StepStories::new(&loaded.scenario.day, replicas)),
        log: log.map(|file| log::Log::new(file, &loaded.scenario.day, replicas)),
    };
    let run = if watch.looks() {
        day::run(&loaded, &own, &mut watch, &mut calls)?
    } else {
        unwatched(&loaded, &own, common, &mut calls)?
    };
    let style = style(common);
    let narrated = watch.steps.map(|steps| steps.text(&calls, &style)).unwrap_or_default();
    let text = rendered(&run.0, common, |report| narrated + &report::run_text(report, &style, args.hourly))?;
    if let Some(log) = watch.log {
        log.finish()?;
    }
    remark(&loaded, &run, &calls, started, common);
    deliver(&run.0, files, &text)
}

fn compare(args: &CompareArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let loaded = load::load(&common.scenario, &patches(common))?;
    let added = args.with.iter().map(|text| {
        let wrong =
            |error| Failure::new(Exit::Wrong, format!("--with {}: {}", escape(text), described(&error)));
        text.parse::<CacheSpec>().map_err(wrong)
    });
    let added = added.collect::<Result<Vec<_>, _>>()?;
    let compared = loaded.scenario.compare.iter().cloned().chain(added);
    let listed = day::side_by_side(&loaded.scenario.system.cache, compared)?;
    output::distinct(loaded.files(&common.scenario), &common.outputs)?;
    let files = output::prepare(&common.outputs)?;
    let mut calls: Calls = Vec::new();
    let run = unwatched(&loaded, &listed, common, &mut calls)?;
    let text = rendered(&run.0, common, |report| report::compare_text(report, &style(common)))?;
    remark(&loaded, &run, &calls, started, common);
    deliver(&run.0, files, &text)
}

/// The tracker's calls, with their steps and times.
type Calls = Vec<(u32, u64, Callback)>;

/// Runs the day without looking on; the tracker's calls are kept only where somebody wants to read them.
fn unwatched(
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
fn rendered(
    report: &Report,
    common: &Common,
    in_words: impl FnOnce(&Report) -> String,
) -> Result<String, Failure> {
    match common.format {
        Format::Table => Ok(in_words(report)),
        Format::Json => Ok(report::json(report)),
        Format::Csv => csv(report),
    }
}

fn validate(args: &ValidateArgs) -> Result<Exit, Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let patches: Vec<Patch> = args.sets.iter().cloned().map(Patch::Set).collect();
    for path in &args.scenarios {
        match load::load(path, &patches).and_then(|loaded| day::check(&loaded)) {
            Ok(()) if !args.quiet => say(&format!("{}: no fault found", escape(&path.display().to_string()))),
            Ok(()) => {}
            Err(failure) => failures.push(failure),
        }
    }
    match failures.iter().map(|failure| failure.exit).min_by_key(|exit| *exit as u8) {
        None => Ok(Exit::Done),
        Some(exit) => {
            Err(Failure { exit, lines: failures.into_iter().flat_map(|failure| failure.lines).collect() })
        }
    }
}

fn style(common: &Common) -> Style {
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
fn remark(loaded: &Loaded, run: &(Report, Outcome), calls: &Calls, started: Instant, common: &Common) {
    let (report, Outcome { skipped_rows, .. }) = run;
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
    if let Some(trace) = &loaded.trace {
        let rows = trace.scan.rows;
        say(&format!(
            "trace: rows read {rows}, used {}, outside the clock {skipped_rows}",
            rows - skipped_rows
        ));
    }
    say(&format!("done in {:.3} s", started.elapsed().as_secs_f64()));
}

/// Writes the files first, so that a reader who closes standard output early loses none of them.
fn deliver(report: &Report, files: Vec<ReportFile>, text: &str) -> Result<Exit, Failure> {
    for ReportFile { format, pending } in files {
        let content = if format == Format::Csv { csv(report)? } else { report::json(report) };
        pending.finish(content.as_bytes())?;
    }
    print(text)?;
    Ok(if report.verdict == Verdict::Pass { Exit::Done } else { Exit::Failed })
}

fn csv(report: &Report) -> Result<String, Failure> {
    report::csv(report)
        .map_err(|error| Failure::new(Exit::Internal, format!("the table cannot be written: {error}")))
}
