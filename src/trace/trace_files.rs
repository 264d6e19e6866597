//! The files of a recorded day, in their order: those of its rows, and behind them those of its role changes.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{Located, TraceError};
use super::fault::TraceFault;
use super::row_files::{OpenFile, opened_on};
use super::steady::{FileState, SteadyFile, changed};
use crate::model::TraceSpec;

/// How standard input is called.
pub const STANDARD_INPUT: &str = "-";

/// Whether standard input was opened. A process has one, and what was read of it is gone.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The files of a recorded day, and what they were when they were first looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceFiles {
    paths: Vec<PathBuf>,
    /// `None` for standard input.
    states: Vec<Option<FileState>>,
}

/// The first and the last piece of a file.
pub(super) type EndPieces<const N: usize> = ([u8; N], [u8; N]);

/// A file's bytes.
pub(super) type FileBytes = Box<dyn Read + Send>;

impl TraceFiles {
    /// The files that a recorded day names, relative to a folder.
    #[must_use]
    pub fn of(folder: &Path, spec: &TraceSpec) -> Self {
        let changes = spec.changes.iter().flat_map(|changes| &changes.files);
        let path = |file: &String| match file.as_str() {
            STANDARD_INPUT => PathBuf::from(STANDARD_INPUT),
            file => folder.join(file),
        };
        Self { paths: spec.files.iter().chain(changes).map(path).collect(), states: Vec::new() }
    }

    /// One file.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn one(path: &Path) -> Self {
        Self { paths: vec![path.to_owned()], states: Vec::new() }
    }

    /// Their paths.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// A fault in its file; in the first where it is of none.
    pub(super) fn error(&self, fault: Located) -> TraceError {
        let path = self.paths.get(usize::from(fault.file().unwrap_or(0)));
        fault.in_file(path.map_or(Path::new(""), PathBuf::as_path))
    }

    /// Whether it comes from standard input.
    #[must_use]
    pub fn is_standard_input(&self) -> bool {
        self.paths.iter().any(|path| path == Path::new(STANDARD_INPUT))
    }

    /// Notes what the files are now, or makes sure that they are what they were.
    pub(super) fn look(&mut self) -> Result<(), Located> {
        let state = |(file, path): (usize, &PathBuf)| match path == Path::new(STANDARD_INPUT) {
            true => Ok(None),
            false => regular(path)
                .and_then(|()| FileState::of_path(path).map_err(|error| unreadable(&error)))
                .map(Some)
                .map_err(|fault| fault.in_nth(file as u16)),
        };
        let states = self.paths.iter().enumerate().map(state).collect::<Result<Vec<_>, _>>()?;
        let other = self.states.iter().zip(&states).position(|(earlier, now)| earlier != now);
        if let Some(file) = other {
            return Err(Located::from(TraceFault::of_io(&changed())).in_nth(file as u16));
        }
        self.states = states;
        Ok(())
    }

    /// Opens the first of them, or another.
    pub(super) fn open(&self, file: usize) -> Result<FileBytes, Located> {
        let path = self.paths.get(file).map_or(Path::new(""), PathBuf::as_path);
        if path == Path::new(STANDARD_INPUT) {
            return if TAKEN.swap(true, Ordering::Relaxed) {
                Err(TraceFault::ReadTwice.into())
            } else {
                Ok(Box::new(io::stdin()))
            };
        }
        regular(path)?;
        let opened = File::open(path).and_then(SteadyFile::new).map_err(|error| unreadable(&error))?;
        match self.states.get(file) {
            Some(Some(state)) if *state != opened.state() => Err(TraceFault::of_io(&changed()).into()),
            _ => Ok(Box::new(opened)),
        }
    }

    /// Opens those from a number on as a trace is written; `first` is what the first of them holds, if that was opened
    /// already.
    pub(super) fn opener(
        &self,
        threads: usize,
        mut first: Option<FileBytes>,
        from: usize,
        spec: &TraceSpec,
    ) -> OpenFile<'static> {
        let (files, spec) = (self.clone(), spec.clone());
        Box::new(move |at| {
            let bytes = first.take().map_or_else(|| files.open(from + at), Ok)?;
            opened_on(threads, bytes, &spec)
        })
    }

    /// The first and the last piece of this many bytes, if there is one file, it is made of such pieces, and may be read twice.
    pub(super) fn ends<const N: usize>(&self) -> Result<Option<EndPieces<N>>, Located> {
        let [path] = self.paths.as_slice() else { return Ok(None) };
        regular(path)?;
        let file = File::open(path).and_then(SteadyFile::new).map_err(|error| unreadable(&error))?;
        Ok(file.ends().map_err(|error| TraceFault::of_io(&error))?)
    }
}

fn unreadable(error: &io::Error) -> Located {
    TraceFault::Unreadable(error.to_string()).into()
}

/// Makes sure that a file is a regular one. Anything else could be read only once, or has no end. Asked before opening:
/// opening a pipe to which nobody writes would wait for ever.
fn regular(path: &Path) -> Result<(), Located> {
    match std::fs::metadata(path).map_err(|error| unreadable(&error))?.is_file() {
        true => Ok(()),
        false => Err(TraceFault::NotAFile.into()),
    }
}
