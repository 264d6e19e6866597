//! Where results go: standard output, and files that are either whole or untouched.

mod disk;
mod pending;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::complaint;
use super::failure::{Exit, Failure};
use crate::report::OutputFormat;
pub(super) use pending::{Pending, Whole, put_in_place, unwritable};

/// Makes sure that each output is a file of its own: a second one of the same name would replace the first,
/// and one of an input's name what was just read.
pub(super) fn distinct<'p>(
    inputs: Vec<PathBuf>,
    outputs: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
    let file = |path: &Path| {
        let path = disk::followed(path).unwrap_or_else(|_| path.to_owned());
        let resolved = || Some(fs::canonicalize(disk::folder_of(&path)).ok()?.join(path.file_name()?));
        resolved().unwrap_or(path)
    };
    let mut seen: BTreeSet<PathBuf> = inputs.iter().map(|path| file(path)).collect();
    for path in outputs {
        if disk::is_standard_output(path) {
            let message = "is where standard output goes already, and one would overwrite the other; leave one of them out";
            return Err(Failure::of_file(Exit::Wrong, path, message));
        }
        if !seen.insert(file(path)) {
            let message = "is an input or another output already; name a file of its own";
            return Err(Failure::of_file(Exit::Wrong, path, message));
        }
    }
    Ok(())
}

/// A report file and its form.
pub(super) struct ReportFile {
    pub(super) form: OutputFormat,
    pub(super) pending: Pending,
}

/// Prepares the files that `-o` names; the extension says the format.
pub(super) fn prepare(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    prepare_forms(paths, OutputFormat::is_of_every_report)
}

/// The same for what was checked, which has more forms.
pub(super) fn prepare_checks(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    prepare_forms(paths, |form| !matches!(form, OutputFormat::Svg(_)))
}

/// The same for what was compared, which has a picture.
pub(super) fn prepare_compared(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    prepare_forms(paths, |form| form != OutputFormat::Junit)
}

fn prepare_forms(paths: &[PathBuf], fits: impl Fn(OutputFormat) -> bool) -> Result<Vec<ReportFile>, Failure> {
    let one = |path: &PathBuf| {
        let form = OutputFormat::of_path(path);
        let Some(form) = form.filter(|form| fits(*form)) else {
            let what = match form {
                Some(OutputFormat::Svg(_)) => "this form is for what `rolesim compare` finds",
                Some(_) => "this form is for what `rolesim check` finds",
                None => "the extension says no form of a report",
            };
            let known = OutputFormat::extensions(&fits).join(" or ");
            return Err(Failure::of_file(Exit::Wrong, path, format!("{what}; write {known}")));
        };
        Ok(ReportFile { form, pending: Pending::create(path)? })
    };
    paths.iter().map(one).collect()
}

/// Whether standard output shows colours, as far as nothing else is asked for.
pub(super) fn colours() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Writes a result to standard output. A reader that stops reading early is not an error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Unreadable, format!("standard output: cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something next to the result. That nobody may be there to read it changes nothing.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Says what went wrong: in lines, broken to the width of a terminal if there is one, or as one JSON object if JSON was asked for.
pub(super) fn complain(failure: &Failure, as_json: bool) {
    if as_json {
        let Failure { exit, faults } = failure;
        let error = serde_json::json!({"exit": *exit as u8, "messages": failure.lines(), "faults": faults});
        return say(&serde_json::json!({"error": error}).to_string());
    }
    let terminal =
        io::stderr().is_terminal().then(|| terminal_size::terminal_size_of(io::stderr())).flatten();
    if let Some((terminal_size::Width(width), _)) = terminal {
        let lines = complaint::shown(failure, usize::from(width), complaint::line_of);
        return lines.iter().for_each(|line| say(line));
    }
    for (index, line) in failure.lines().iter().enumerate() {
        say(&if index == 0 { format!("error: {line}") } else { format!("       {line}") });
    }
}
