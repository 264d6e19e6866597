//! Accepted results as files: where they lie, whether they can be compared with a run, and what to say if not.

use std::io;
use std::path::{Path, PathBuf};

use super::failure::{Exit, Failure};
use super::files::{open_file, read_up_to};
use crate::gate::{Comparison, Figures, GateRules, OtherVersion, Tolerances, Verdict, verdict};
use crate::model::{escape, shown};
use crate::report::{Accepted, OWN_VERSION, Report, ScenarioInfo, figures};

/// Larger files are refused; accepted results take a few kilobytes for each cache and run.
const BYTES_MOST: u64 = 64 << 20;

/// What the files end in, after the scenario's name.
const ENDING: &str = ".accepted.json";

/// What to do where there is nothing to compare with.
const ACCEPT: &str = "look at the figures, and accept them by the same command with --accept";

/// The file next to a scenario: `day.accepted.json` for `day.json`.
pub(crate) fn beside(scenario: &Path) -> PathBuf {
    let mut file = scenario.file_stem().unwrap_or_default().to_owned();
    file.push(ENDING);
    scenario.with_file_name(file)
}

/// Whether a file's name says that it holds accepted results.
pub(crate) fn is_named_so(path: &Path) -> bool {
    path.file_name().is_some_and(|file| file.to_string_lossy().ends_with(ENDING))
}

/// Whether there is nothing of this name.
pub(crate) fn is_missing(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Reads accepted results.
///
/// # Errors
/// When there are none, or they are not whole.
pub(crate) fn read(path: &Path) -> Result<Accepted, Failure> {
    let opened = match open_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let message = format!("there are no accepted results yet; {ACCEPT}");
            return Err(Failure::of_file(Exit::Wrong, path, message));
        }
        opened => opened,
    };
    let bytes = read_up_to(opened, path, "the accepted file", BYTES_MOST)?;
    Accepted::read(&bytes).map_err(|error| {
        let failure = Failure::of_file(Exit::Wrong, path, format!("{error}; mend the file, or {ACCEPT}"));
        match error.place() {
            Some((line, column)) => failure.in_line(line, column),
            None => failure,
        }
    })
}

/// Whether accepted results compare with a run of the scenario.
///
/// # Errors
/// When they are of another day or of another number of runs.
pub(crate) fn comparable(path: &Path, accepted: &Accepted, now: &ScenarioInfo) -> Result<(), Failure> {
    match unlike(accepted, now) {
        None => Ok(()),
        Some(what) => Err(Failure::of_file(Exit::Wrong, path, format!("{what}; {ACCEPT}"))),
    }
}

pub(super) fn unlike(accepted: &Accepted, now: &ScenarioInfo) -> Option<String> {
    if accepted.digest != now.digest {
        let mut why = Vec::new();
        if accepted.name != now.name {
            why.push(format!("they are of {}, and this is {}", shown(&accepted.name), shown(&now.name)));
        }
        if accepted.seed != now.seed {
            why.push(format!("the seed was {} and is {}", accepted.seed, now.seed));
        }
        if why.is_empty() {
            why.push(
                "clock, roles, users, traffic, role changes, script or recorded rows are others".to_owned(),
            );
        }
        let why = why.join(", and ");
        let version = other_version(accepted);
        return Some(format!(
            "the accepted results are of another day, whose figures do not compare: {why}{version}"
        ));
    }
    if accepted.seed != now.seed {
        let (then, now) = (accepted.seed, now.seed);
        return Some(format!("the accepted results say that their seed is {then}, and it is {now}"));
    }
    (accepted.runs != now.runs).then(|| {
        let times = |runs| if runs == 1 { "once".to_owned() } else { format!("{runs} times") };
        format!(
            "the accepted results are of a day that was run {}, and now it is run {}; give --runs {}, or else",
            times(accepted.runs),
            times(now.runs),
            accepted.runs
        )
    })
}

/// The version that accepted the results, if it was another one: it may have made another day of the same scenario.
fn other_version(accepted: &Accepted) -> String {
    let by = |other: &OtherVersion| {
        format!(" (they were accepted by rolesim {}, and this is {OWN_VERSION})", escape(&other.version))
    };
    accepted.other_version.as_ref().map(by).unwrap_or_default()
}

/// Compares a report with accepted results and gives it its verdict.
///
/// # Errors
/// When the accepted results are of other runs of the day.
pub(crate) fn compare(
    path: &Path,
    report: &mut Report,
    accepted: &Accepted,
    rules: &GateRules,
    strict: bool,
) -> Result<(), Failure> {
    let own = figures(report);
    if let Some(what) = other_runs(&own, &accepted.results) {
        return Err(Failure::of_file(Exit::Wrong, path, format!("{what}; {ACCEPT}")));
    }
    let comparison = Comparison::of(&own, &accepted.results, &rules.tolerances, strict)
        .accepted_by(accepted.other_version.clone())
        .within(&rules.scope);
    report.verdict = verdict(&report.expectations, Some(&comparison));
    report.gate = Some(comparison);
    Ok(())
}

/// Which accepted run has another seed than the run that it is to be compared with. All caches of a report have the same
/// runs.
fn other_runs(own: &[Figures], accepted: &[Figures]) -> Option<String> {
    let now = own.first()?;
    accepted.iter().find_map(|then| {
        let mut runs = then.runs.iter().zip(&now.runs).enumerate();
        let (index, (then_run, run)) = runs.find(|(_, (then, now))| then.seed != now.seed)?;
        Some(format!(
            "the accepted results are of other runs: run {} of {} says that its seed is {}, and it is {}",
            index + 1,
            shown(&then.label),
            then_run.seed,
            run.seed
        ))
    })
}

/// What the figures of a report are next to accepted ones that they will replace, exactly; `None` if those are of another
/// day.
pub(crate) fn before(report: &Report, accepted: &Accepted) -> Option<Comparison> {
    let own = figures(report);
    let unlike =
        unlike(accepted, &report.scenario).is_some() || other_runs(&own, &accepted.results).is_some();
    let compared = || Comparison::of(&own, &accepted.results, &Tolerances::default(), false);
    (!unlike).then(|| compared().accepted_by(accepted.other_version.clone()))
}

/// Whether a report could pass if it were accepted: figures without data never would. If not, it gets that verdict.
pub(crate) fn could_pass(report: &mut Report, rules: &GateRules) -> bool {
    let own = figures(report);
    let comparison = Comparison::of(&own, &own, &rules.tolerances, true).within(&rules.scope);
    report.verdict = verdict(&report.expectations, Some(&comparison));
    report.gate = (comparison.verdict() != Verdict::Pass).then_some(comparison);
    report.verdict == Verdict::Pass
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_results_lie_beside_their_scenario() {
        for (scenario, file) in [
            ("day.json", "day.accepted.json"),
            ("scenarios/day.yaml", "scenarios/day.accepted.json"),
            ("/x/my.day.yml", "/x/my.day.accepted.json"),
        ] {
            assert_eq!(beside(Path::new(scenario)), Path::new(file));
            assert!(is_named_so(Path::new(file)) && !is_named_so(Path::new(scenario)));
        }
    }
}
