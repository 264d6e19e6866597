//! What GitHub's runner reads: annotations on standard error, and the summary of the step.
//!
//! Both stand next to the result. That a summary cannot be written is said, and changes no verdict: nobody asked for
//! it by an option.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::options::Common;
use super::output::say;
use crate::model::escape;
use crate::report::{Annotations, Checks, checks_summary};

/// A step's summary is refused as a whole when it is larger.
const SUMMARY_BYTES_MOST: u64 = 1 << 20;

/// Tells the runner, where one is listening.
pub(super) fn tell(checks: Checks<'_>, common: &Common) {
    if env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return;
    }
    let annotations = Annotations::of(checks, common.lang.into());
    let lines = if common.quiet { annotations.errors() } else { annotations.all() };
    lines.iter().for_each(|line| say(line));
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from)
    else {
        return;
    };
    if let Err(error) = append(&path, checks, common) {
        let name = escape(&path.display().to_string());
        say(&format!("warning: {name}: the step's summary cannot be written: {error}"));
    }
}

fn append(path: &PathBuf, checks: Checks<'_>, common: &Common) -> io::Result<()> {
    let seen = fs::metadata(path);
    // Opening a pipe would wait for a reader, perhaps for ever.
    if seen.as_ref().is_ok_and(|seen| !seen.is_file()) {
        return Err(io::Error::other("it is not a regular file"));
    }
    let before = seen.map_or(0, |seen| seen.len());
    let room = usize::try_from(SUMMARY_BYTES_MOST.saturating_sub(before)).unwrap_or(0);
    let summary = checks_summary(checks, common.lang.into(), room);
    File::options().create(true).append(true).open(path)?.write_all(summary.as_bytes())
}
