//! Where results go: standard output, and files that are either whole or untouched.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::exit::{Exit, Failure};
use crate::model::escape;
use crate::report::Form;

/// A file that will be written.
pub(super) struct Pending {
    target: PathBuf,
    place: Place,
}

/// Where the bytes go until the file is whole.
enum Place {
    /// A temporary file in the target's folder, which takes the target's name at the end.
    Beside(NamedTempFile),
    /// The target itself, where it is a device or a pipe, which nothing must replace.
    There(File),
}

impl Pending {
    /// Prepares a file, so that a path that cannot be written is found before anything runs.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| unwritable(path, &error);
        // A link is followed: what it points to is replaced, and the link stays.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(unwritable(path, "it is a folder"));
        }
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let place = Place::There(File::options().write(true).open(&target).map_err(failed)?);
            return Ok(Self { target, place });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // Asked first, because the error of the temporary file would name a path that nobody typed.
        fs::metadata(folder).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".rolesim-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        if let Some(old) = old {
            fs::set_permissions(file.path(), old.permissions()).map_err(failed)?;
        }
        Ok(Self { target, place: Place::Beside(file) })
    }

    /// Writes the rest and puts the whole in place.
    pub(super) fn finish(mut self, content: &[u8]) -> Result<(), Failure> {
        let written = self.write_all(content).and_then(|()| self.flush());
        let Self { target, place } = self;
        let finished = written.and_then(|()| match place {
            Place::There(_) => Ok(()),
            Place::Beside(file) => {
                file.as_file().sync_all()?;
                file.persist(&target).map(drop).map_err(|error| error.error)
            }
        });
        finished.map_err(|error| unwritable(&target, &error))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside(file) => file.write(bytes),
            Place::There(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(file) => file.flush(),
            Place::There(file) => file.flush(),
        }
    }
}

fn unwritable(path: &Path, why: impl ToString) -> Failure {
    let name = escape(&path.display().to_string());
    Failure::new(Exit::Unreadable, format!("{name}: cannot be written: {}", why.to_string()))
}

/// Makes sure that each output is a file of its own: a second one of the same name would replace the first,
/// and one of an input's name what was just read.
pub(super) fn distinct<'p>(
    inputs: Vec<PathBuf>,
    outputs: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
    let file = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let beside = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
        fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_owned())
    };
    let mut seen: BTreeSet<PathBuf> = inputs.iter().map(|path| file(path)).collect();
    for path in outputs {
        if !seen.insert(file(path)) {
            let name = escape(&path.display().to_string());
            let line = format!("{name}: is an input or another output already; name a file of its own");
            return Err(Failure::new(Exit::Wrong, line));
        }
    }
    Ok(())
}

/// A report file and its form.
pub(super) struct ReportFile {
    pub(super) form: Form,
    pub(super) pending: Pending,
}

/// Prepares the files that `-o` names; the extension says the format.
pub(super) fn prepare(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    prepare_forms(paths, Form::is_of_every_report)
}

/// The same for what was checked, which has more forms.
pub(super) fn prepare_checks(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    prepare_forms(paths, |_| true)
}

fn prepare_forms(paths: &[PathBuf], fits: impl Fn(Form) -> bool) -> Result<Vec<ReportFile>, Failure> {
    let one = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let form = extension.and_then(Form::of_extension);
        let Some(form) = form.filter(|form| fits(*form)) else {
            let name = escape(&path.display().to_string());
            let what = match form {
                Some(_) => "this form is for what `rolesim check` finds",
                None => "the extension says no form of a report",
            };
            let known = Form::extensions(&fits).join(" or ");
            return Err(Failure::new(Exit::Wrong, format!("{name}: {what}; write {known}")));
        };
        Ok(ReportFile { form, pending: Pending::create(path)? })
    };
    paths.iter().map(one).collect()
}

/// Writes a result to standard output. A reader who has seen enough is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Unreadable, format!("standard output: cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something beside the result. That nobody may be there to read it changes nothing.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
