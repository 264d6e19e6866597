//! Where results go: standard output, and files that are either whole or untouched.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::args::Format;
use super::exit::{Exit, Failure};
use crate::model::escape;

/// A file that will be written: a temporary one in the target's folder until it is whole.
pub(super) struct Pending {
    target: PathBuf,
    file: NamedTempFile,
}

impl Pending {
    /// Prepares a file, so that a path that cannot be written is found before anything runs.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| unwritable(path, &error);
        // A link is followed: what it points to is replaced, and the link stays.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if target.is_dir() {
            return Err(unwritable(path, "it is a folder"));
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
        if let Ok(old) = fs::metadata(&target) {
            fs::set_permissions(file.path(), old.permissions()).map_err(failed)?;
        }
        Ok(Self { target, file })
    }

    /// Writes the whole and puts it in place.
    pub(super) fn finish(mut self, content: &[u8]) -> Result<(), Failure> {
        let write = |file: &mut NamedTempFile| {
            file.write_all(content)?;
            file.flush()?;
            file.as_file().sync_all()
        };
        write(&mut self.file).map_err(|error| unwritable(&self.target, &error))?;
        self.file.persist(&self.target).map_err(|error| unwritable(&self.target, &error.error))?;
        Ok(())
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn unwritable(path: &Path, why: impl ToString) -> Failure {
    let name = escape(&path.display().to_string());
    Failure::new(Exit::Unreadable, format!("{name}: cannot be written: {}", why.to_string()))
}

/// A report file and its format.
pub(super) struct ReportFile {
    pub(super) format: Format,
    pub(super) pending: Pending,
}

/// Prepares the files that `-o` names; the extension says the format.
pub(super) fn prepare(paths: &[PathBuf]) -> Result<Vec<ReportFile>, Failure> {
    paths
        .iter()
        .map(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            let format = match extension.map(str::to_ascii_lowercase).as_deref() {
                Some("json") => Format::Json,
                Some("csv") => Format::Csv,
                _ => {
                    let name = escape(&path.display().to_string());
                    let line =
                        format!("{name}: the extension says no format of a report; write .json or .csv");
                    return Err(Failure::new(Exit::Wrong, line));
                }
            };
            Ok(ReportFile { format, pending: Pending::create(path)? })
        })
        .collect()
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
