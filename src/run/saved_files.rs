//! Saved reports as files: what they hold, and whether two of them compare.

use std::path::Path;

use super::accepted::unlike;
use super::failure::{Exit, Failure};
use super::files::{open_file, read_up_to};
use crate::gate::{Comparison, GateRules, verdict};
use crate::report::{Accepted, AcceptedError, Report, Saved, figures};

/// Larger files are refused.
const BYTES_MOST: u64 = 1 << 30;

/// Reads a saved report.
///
/// # Errors
/// When it cannot be read, or is none.
pub(crate) fn read(path: &Path) -> Result<Saved, Failure> {
    Saved::read(&bytes(path)?).map_err(|error| wrong(path, &error))
}

/// Reads one report of a scenario and holds it to an older one of the same day.
///
/// # Errors
/// When one cannot be read, or they are of different days.
pub(crate) fn differing(old: &Path, new: &Path, rules: &GateRules) -> Result<Report, Failure> {
    let read_old = || {
        let bytes = bytes(old)?;
        Accepted::read(&bytes).map_err(|error| wrong(old, &error))
    };
    let read_new = || match read(new)? {
        Saved::Report(report) => Ok(*report),
        Saved::Checks(mut checks) if checks.len() == 1 => Ok(checks.remove(0).report),
        Saved::Checks(_) => {
            let what = "holds the reports of several scenarios; two reports of one scenario can be compared";
            Err(Failure::of_file(Exit::Wrong, new, what))
        }
    };
    let (accepted, mut report) = match (read_old(), read_new()) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let failures = old.err().into_iter().chain(new.err()).collect();
            return Err(Failure::together(failures).unwrap_or_else(|| Failure::usage("nothing to compare")));
        }
    };
    if let Some(what) = unlike(&accepted, &report.scenario) {
        let what = what.replace("the accepted results", "the saved results");
        return Err(Failure::of_file(Exit::Wrong, old, format!("{what}; name two reports of one day")));
    }
    let comparison = Comparison::of(&figures(&report), &accepted.results, &rules.tolerances, false)
        .accepted_by(accepted.other_version)
        .within(&rules.scope);
    report.expectations.clear();
    report.verdict = verdict(&[], Some(&comparison));
    report.gate = Some(comparison);
    Ok(report)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    read_up_to(open_file(path), path, "the report", BYTES_MOST)
}

fn wrong(path: &Path, error: &AcceptedError) -> Failure {
    let failure = Failure::of_file(
        Exit::Wrong,
        path,
        format!("{}; name a report that rolesim wrote as JSON", error.told_of("saved")),
    );
    match error.place() {
        Some((line, column)) => failure.in_line(line, column),
        None => failure,
    }
}
