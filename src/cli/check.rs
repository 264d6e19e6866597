//! `rolesim check`: the gate of a CI. Every scenario is held to its expectations and to what was accepted.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::common::{exit_of, fallible, limits, patches, say_all, scenarios_among, style, took};
use super::failure::{Exit, Failure};
use super::github;
use super::options::Common;
use super::output::{self, Pending, ReportFile, Whole, print, put_in_place};
use super::remarks::remarks;
use super::session::simulate;
use super::watch::Watched;
use crate::gate::{Amount, GateRules, Tolerances};
use crate::metrics::{Metric, Unit};
use crate::model::{escape, shown};
use crate::policy::CacheSpec;
use crate::report::{
    self, Accepted, Against, Arg, Checked, Checks, OutputFormat, Unchecked, Words, accepted_json, checks_text,
};
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
    /// Accept the figures of scenarios that have no accepted results yet, and compare the others
    #[arg(long, conflicts_with_all = ["expectations_only", "accept"])]
    accept_missing: bool,
    /// Compare with this file instead of NAME.accepted.json next to the scenario (for one scenario)
    #[arg(long, value_name = "FILE", conflicts_with = "expectations_only")]
    accepted: Option<PathBuf>,
    /// Judge the expectations, and compare with nothing
    #[arg(long)]
    expectations_only: bool,
    /// Let a metric move so far, as in hit_ratio=0.5pp, db_reads=2%, window_us.max=5m; default=2% is for all others
    /// (repeatable)
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
    /// They go into this file, if they could pass, in the place of these.
    File(PathBuf, Option<Accepted>),
}

/// What became of the scenarios.
#[derive(Default)]
struct Found {
    checked: Vec<Checked>,
    /// Files of accepted figures, whole.
    accepted: Vec<Whole>,
    unchecked: Vec<Unchecked>,
    /// Why something could not be checked.
    failures: Vec<Failure>,
    /// What is to be said next to the result.
    remarks: Vec<String>,
}

impl Found {
    fn fail(&mut self, scenario: Option<&Path>, failure: Failure) {
        self.unchecked.push(failure.unchecked(scenario));
        self.failures.push(failure);
    }

    fn checks(&self) -> Checks<'_> {
        Checks { checked: &self.checked, unchecked: &self.unchecked }
    }
}

pub(super) fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let started = Instant::now();
    // Where not even the outputs are possible, annotations are all that can tell why.
    let files = match outputs(args) {
        Ok(files) => files,
        Err(failure) => {
            github::tell(Checks { checked: &[], unchecked: &[failure.unchecked(None)] }, &args.common);
            return Err(failure);
        }
    };
    let mut found = Found::default();
    if let Err(failure) = find(args, &mut found) {
        found.fail(None, failure);
    }
    deliver(args, found, files, started)
}

/// Prepares the outputs, none of which may be a scenario.
fn outputs(args: &CheckArgs) -> Result<Vec<ReportFile>, Failure> {
    output::distinct(args.scenarios.clone(), &args.common.outputs)?;
    output::prepare_checks(&args.common.outputs)
}

/// Checks every scenario. What is wrong with one of them keeps none of the others from its verdict.
///
/// # Errors
/// What is wrong with the command as a whole.
fn find(args: &CheckArgs, found: &mut Found) -> Result<(), Failure> {
    let common = &args.common;
    let typed = tolerances(&args.tolerances)?;
    let cases = cases(args, found)?;
    let read = cases.iter().flat_map(Case::read);
    let written = cases.iter().filter_map(|case| case.file());
    output::distinct(read.collect(), common.outputs.iter().chain(written))?;
    let pending = cases.iter().map(|case| case.file().map(|file| Pending::create(file)).transpose());
    let pending: Vec<Option<Pending>> = pending.collect::<Result<_, _>>()?;
    for (case, pending) in cases.iter().zip(pending) {
        let checked = match case.check(&typed, args, &mut found.remarks) {
            Ok(checked) => checked,
            Err(failure) => {
                found.fail(Some(case.path), failure);
                continue;
            }
        };
        // What cannot pass is not accepted: its file stays as it was.
        if let (Against::Written { .. }, Some(pending)) = (&checked.against, pending) {
            found.accepted.push(pending.complete(accepted_json(&checked.report).as_bytes())?);
        }
        found.checked.push(checked);
    }
    Ok(())
}

/// Writes what was found. Where nothing was checked, standard output stays empty, and of the files only those that can
/// tell errors are written.
fn deliver(
    args: &CheckArgs,
    found: Found,
    files: Vec<ReportFile>,
    started: Instant,
) -> Result<Exit, Failure> {
    let common = &args.common;
    let any = !found.checked.is_empty();
    let mut whole = Vec::new();
    for ReportFile { form, pending } in files {
        if any || form == OutputFormat::Junit {
            let text =
                fallible(report::checks_written(found.checks(), form.by(common.rows()), common.lang.into()))?;
            whole.push(pending.complete(text.as_bytes())?);
        }
    }
    let text = match common.format.form() {
        _ if !any => String::new(),
        None => checks_text(found.checks(), &style(common)),
        Some(form) => {
            fallible(report::checks_written(found.checks(), form.by(common.rows()), common.lang.into()))?
        }
    };
    github::tell(found.checks(), common);
    let exit = exit_of(found.checks().verdict());
    whole.extend(found.accepted);
    put_in_place(whole)?;
    print(&text)?;
    // Only now, so that an error of any output stands alone on standard error.
    if any {
        say_all(&found.remarks, common);
    }
    if let Some(failure) = Failure::together(found.failures) {
        return Err(failure);
    }
    took(started, common.runs, common);
    Ok(exit)
}

/// Reads all there is to read, so that everything wrong with any of it is known before anything runs.
fn cases<'a>(args: &'a CheckArgs, found: &mut Found) -> Result<Vec<Case<'a>>, Failure> {
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
    found.remarks = left_out;
    let mut cases = Vec::new();
    for path in scenarios {
        match case(path, args) {
            Ok(case) => cases.push(case),
            Err(failure) => found.fail(Some(path), failure),
        }
    }
    Ok(cases)
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
        // What cannot be read is replaced all the same.
        false if args.accept => With::File(file.clone(), accepted::read(&file).ok()),
        false if args.accept_missing && accepted::is_missing(&file) => With::File(file, None),
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
            With::File(file, _) => Some(file),
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
        let GateRules { tolerances, scope } = &self.loaded.scenario.gate;
        let rules = GateRules { tolerances: typed.over(tolerances), scope: scope.clone() };
        let against = match &self.with {
            With::Nothing => Against::Nothing,
            With::Accepted(file, accepted) => {
                accepted::comparable(file, accepted, &report.scenario)?;
                accepted::compare(file, report, accepted, &rules, args.strict)?;
                Against::Accepted
            }
            With::File(file, before) if accepted::could_pass(report, &rules) => {
                let before = before.as_ref().and_then(|before| accepted::before(report, before));
                Against::Written { file: file.display().to_string(), before: before.map(Box::new) }
            }
            With::File(..) => Against::Refused,
        };
        if against == Against::Nothing && report.expectations.is_empty() {
            let words = Words::new(common.lang.into());
            said.push(words.with("remark-nothing-checked", &[("file", Arg::Text(&escape(&file)))]));
        }
        let accepted = args.accepted.as_ref().map(|file| file.display().to_string());
        Ok(Checked { file, options: typed_options(common), accepted, against, report: run.0 })
    }
}

/// What was typed that makes the day or the system another one.
fn typed_options(common: &Common) -> Vec<String> {
    let seed = common.seed.map(|seed| ["--seed".to_owned(), seed.to_string()]);
    let sets = common.sets.iter().map(|set| ["--set".to_owned(), set.clone()]);
    let cache = common.cache.iter().map(|cache| ["--cache".to_owned(), cache.clone()]);
    seed.into_iter().chain(sets).chain(cache).flatten().collect()
}

/// Reads all of `--tolerance`; of two for one metric the later one holds.
pub(super) fn tolerances(typed: &[String]) -> Result<Tolerances, Failure> {
    let mut all = Tolerances::default();
    let mut failures = Vec::new();
    for text in typed {
        match tolerance(text) {
            Ok((Some(metric), amount)) => drop(all.set(metric, amount)),
            Ok((None, amount)) => all.set_default(amount),
            Err(what) => failures.push(Failure::usage(format!("--tolerance {}: {what}", escape(text)))),
        }
    }
    Failure::together(failures).map_or(Ok(all), Err)
}

/// A metric, or `None` for every other one, and how far it may move.
fn tolerance(text: &str) -> Result<(Option<Metric>, Amount), String> {
    let Some((name, amount)) = text.split_once('=') else {
        return Err("no amount is given; write METRIC=AMOUNT, as in hit_ratio=0.5pp".to_owned());
    };
    let name = name.trim();
    let metric = match name {
        "default" => None,
        name => Some(Metric::find(name).ok_or_else(|| no_metric(name))?),
    };
    match Amount::parse(amount, metric.map_or(Unit::Count, Metric::unit)) {
        Ok(Amount::Absolute(_)) if metric.is_none() => Err(format!(
            "goes for metrics of every unit, found {}; write per cent, as in `2%`",
            shown(amount)
        )),
        Ok(amount) => Ok((metric, amount)),
        Err(error) => Err(format!("{}, found {}; {}", error.what(), shown(amount), error.remedy())),
    }
}
