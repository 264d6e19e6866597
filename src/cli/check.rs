//! `rolesim check`: the gate of a CI. Every scenario is held to its expectations and to what was accepted.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::common::{exit_of, fallible, limits, patches, say_all, scenarios_among, style, took};
use super::failure::{Exit, Failure};
use super::github;
use super::options::Common;
use super::output::{self, Pending, ReportFile, print, put_in_place};
use super::remarks::remarks;
use super::session::simulate;
use super::watch::Watched;
use crate::gate::{Amount, Tolerances};
use crate::metrics::Metric;
use crate::model::{escape, shown};
use crate::policy::CacheSpec;
use crate::report::{self, Accepted, Against, Arg, Checked, Words, accepted_json, checks_text};
use crate::run::load::{self, Loaded};
use crate::run::{accepted, day};
use crate::scenario::no_metric;

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// The scenarios: .json, .yaml or .yml files, or - for standard input
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) common: Common,
    /// Accept the figures of now: write them, where no expectation is broken, instead of comparing
    #[arg(long, conflicts_with = "expectations_only")]
    accept: bool,
    /// Compare with this file instead of NAME.accepted.json next to the scenario (for one scenario)
    #[arg(long, value_name = "FILE", conflicts_with = "expectations_only")]
    accepted: Option<PathBuf>,
    /// Judge the expectations, and compare with nothing
    #[arg(long)]
    expectations_only: bool,
    /// Let a metric move so far, as in hit_ratio=0.5pp, db_reads=2%, window_us.max=5m (repeatable)
    #[arg(long = "tolerance", value_name = "METRIC=AMOUNT", allow_hyphen_values = true)]
    tolerances: Vec<String>,
    /// Fail where several runs cannot tell whether a figure is within its tolerance
    #[arg(long)]
    strict: bool,
}

/// A scenario that is ready to run.
struct Case<'a> {
    path: &'a Path,
    loaded: Loaded,
    listed: Vec<CacheSpec>,
    with: With,
}

/// What its figures meet.
enum With {
    Nothing,
    Accepted(PathBuf, Accepted),
    /// They go into this file, if they could pass.
    File(PathBuf),
}

pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let common = &args.common;
    let started = Instant::now();
    let typed = tolerances(&args.tolerances)?;
    let files = output::prepare_checks(&common.outputs)?;
    let (cases, mut said) = cases(args)?;
    let read = cases.iter().flat_map(Case::read);
    let written = cases.iter().filter_map(|case| case.file());
    output::distinct(read.collect(), common.outputs.iter().chain(written))?;
    let pending = cases.iter().map(|case| case.file().map(|file| Pending::create(file)).transpose());
    let pending: Vec<Option<Pending>> = pending.collect::<Result<_, _>>()?;
    let mut checks = Vec::new();
    for case in &cases {
        checks.push(case.check(&typed, args, &mut said)?);
    }
    let text = match common.format.form() {
        None => checks_text(&checks, &style(common)),
        Some(form) => fallible(report::checks_written(&checks, form, common.lang.into()))?,
    };
    let mut whole = Vec::new();
    for ReportFile { form, pending } in files {
        let text = fallible(report::checks_written(&checks, form, common.lang.into()))?;
        whole.push(pending.complete(text.as_bytes())?);
    }
    // What cannot pass is not accepted: its file stays as it was.
    for (checked, pending) in checks.iter().zip(pending) {
        if let (Against::Written(_), Some(pending)) = (&checked.against, pending) {
            whole.push(pending.complete(accepted_json(&checked.report).as_bytes())?);
        }
    }
    put_in_place(whole)?;
    print(&text)?;
    // Only now, so that an error of any output stands alone on standard error.
    say_all(&said, common);
    github::tell(&checks, common);
    took(started, common.runs, common);
    Ok(exit_of(Checked::verdict(&checks)))
}

/// Reads all there is to read, so that everything wrong with any of it is said before anything runs. Behind the cases,
/// what is to be said of files that were left out.
fn cases(args: &CheckArgs) -> Result<(Vec<Case<'_>>, Vec<String>), Failure> {
    let (scenarios, left_out) = scenarios_among(&args.scenarios, args.common.lang)?;
    if args.accepted.is_some() && scenarios.len() > 1 {
        let line = "--accepted FILE is for one scenario; the others have theirs next to them";
        return Err(Failure::usage(line));
    }
    let stdin = scenarios.iter().any(|path| *path == Path::new("-"));
    if stdin && args.accepted.is_none() && !args.expectations_only {
        let line =
            "-: no accepted file lies next to standard input; give --accepted FILE, or --expectations-only";
        return Err(Failure::usage(line));
    }
    let (mut cases, mut failures) = (Vec::new(), Vec::new());
    for path in scenarios {
        match case(path, args) {
            Ok(case) => cases.push(case),
            Err(failure) => failures.push(failure),
        }
    }
    Failure::together(failures).map_or(Ok((cases, left_out)), Err)
}

fn case<'a>(path: &'a Path, args: &CheckArgs) -> Result<Case<'a>, Failure> {
    let loaded = load::load(path, &patches(&args.common), &limits(&args.common))?;
    if args.scenarios.len() > 1 {
        // With the rows of its recorded day, which else are read when it is run.
        day::check(&loaded)?;
    }
    let listed = day::side_by_side(&loaded.scenario.cache, loaded.scenario.compare.iter().cloned())?;
    let file = args.accepted.clone().unwrap_or_else(|| accepted::beside(path));
    let with = match args.expectations_only {
        true => With::Nothing,
        false if args.accept => With::File(file),
        false => {
            let accepted = accepted::read(&file)?;
            // What a recorded day is, only its rows can tell.
            if loaded.trace.is_none() {
                accepted::comparable(
                    &file,
                    &accepted,
                    &day::scenario_info(&loaded.scenario, args.common.runs, None),
                )?;
            }
            With::Accepted(file, accepted)
        }
    };
    Ok(Case { path, loaded, listed, with })
}

impl Case<'_> {
    /// The file that the figures are to be written into.
    fn file(&self) -> Option<&PathBuf> {
        match &self.with {
            With::File(file) => Some(file),
            With::Nothing | With::Accepted(..) => None,
        }
    }

    /// All files that were read, which no output may replace.
    fn read(&self) -> Vec<PathBuf> {
        let mut files = self.loaded.files(self.path);
        if let With::Accepted(file, _) = &self.with {
            files.push(file.clone());
        }
        files
    }

    /// Runs and judges it; what is worth saying of that goes behind what was said already.
    fn check(
        &self,
        typed: &Tolerances,
        args: &CheckArgs,
        said: &mut Vec<String>,
    ) -> Result<Checked, Failure> {
        let common = &args.common;
        let mut watched = Watched::default();
        let mut run = simulate(&self.loaded, &self.listed, common, &mut watched)?;
        let file = self.path.display().to_string();
        let of = (args.scenarios.len() > 1).then_some(file.as_str());
        said.extend(remarks(&self.loaded, &run, &watched.calls, of, common));
        let report = &mut run.0;
        let tolerances = typed.over(&self.loaded.scenario.gate);
        let against = match &self.with {
            With::Nothing => Against::Nothing,
            With::Accepted(file, accepted) => {
                accepted::comparable(file, accepted, &report.scenario)?;
                accepted::compare(file, report, accepted, &tolerances, args.strict)?;
                Against::Accepted
            }
            With::File(file) if accepted::could_pass(report, &tolerances) => {
                Against::Written(file.display().to_string())
            }
            With::File(_) => Against::Refused,
        };
        if against == Against::Nothing && report.expectations.is_empty() {
            let words = Words::new(common.lang.into());
            said.push(words.with("remark-nothing-checked", &[("file", Arg::Text(&escape(&file)))]));
        }
        Ok(Checked { file, against, report: run.0 })
    }
}

/// Reads all of `--tolerance`; of two for one metric the later one holds.
fn tolerances(typed: &[String]) -> Result<Tolerances, Failure> {
    let mut all = Tolerances::default();
    let mut failures = Vec::new();
    for text in typed {
        match tolerance(text) {
            Ok((metric, amount)) => drop(all.set(metric, amount)),
            Err(what) => failures.push(Failure::usage(format!("--tolerance {}: {what}", escape(text)))),
        }
    }
    Failure::together(failures).map_or(Ok(all), Err)
}

fn tolerance(text: &str) -> Result<(Metric, Amount), String> {
    let Some((name, amount)) = text.split_once('=') else {
        return Err("no amount is given; write METRIC=AMOUNT, as in hit_ratio=0.5pp".to_owned());
    };
    let name = name.trim();
    let metric = Metric::find(name).ok_or_else(|| no_metric(name))?;
    match Amount::parse(amount, metric.unit()) {
        Ok(amount) => Ok((metric, amount)),
        Err(error) => Err(format!("{}, found {}; {}", error.what(), shown(amount), error.remedy())),
    }
}
