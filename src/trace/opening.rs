//! A recorded day of which nobody has said how it is written: its first bytes are looked at, and all of it is read once.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use super::convert::{ConvertError, Failed, Target, rewrite};
use super::error::{Located, TraceError};
use super::fault::TraceFault;
use super::guess::{HEAD, Known, guessed};
use super::reader::Rows;
use super::source::TraceSource;
use super::survey::{Survey, look};
use super::trace_files::{FileBytes, TraceFiles};
use super::write::Converted;
use crate::model::{TraceFormat, TraceSpec};

/// A recorded day that was begun.
pub struct Opening {
    files: TraceFiles,
    spec: TraceSpec,
    /// The first file, with the bytes that were looked at.
    first: FileBytes,
}

impl Opening {
    /// Opens the first of some files, or standard input, and guesses by its content what is not known.
    ///
    /// # Errors
    /// When one of the files cannot be read, or nothing about the first can be guessed.
    pub fn new(names: &[String], known: &Known) -> Result<Self, TraceError> {
        // Which format it is does not matter to where the files are.
        let mut spec = TraceSpec::new(names.first().cloned().unwrap_or_default(), TraceFormat::Csv);
        spec.files = names.to_vec();
        let mut files = TraceFiles::of(Path::new(""), &spec);
        let begun = files.look().and_then(|()| {
            let (plain, first) = begun(files.open(0)?)?;
            Ok((guessed(&plain, &names.join(" "), known)?, first))
        });
        let (guessed, first) = begun.map_err(|fault| files.error(fault))?;
        Ok(Self { spec: TraceSpec { files: spec.files, ..guessed }, files, first })
    }

    /// How it is written.
    #[must_use]
    pub fn spec(&self) -> &TraceSpec {
        &self.spec
    }

    /// Reads and checks all of it.
    ///
    /// # Errors
    /// When a file cannot be read, or something in it is wrong: the first fault.
    pub fn survey(self) -> Result<Survey, TraceError> {
        let Self { files, spec, first } = self;
        let rows = Rows::open_files(1, &files, Some(first), &spec, true);
        rows.and_then(|mut rows| look(&mut rows, &spec)).map_err(|fault| files.error(fault))
    }

    /// Reads it and writes it in a format.
    ///
    /// # Errors
    /// When something in it is wrong or cannot be held by the format, or the output cannot be written.
    pub fn convert(self, target: Target, out: &mut dyn Write) -> Result<Converted, ConvertError> {
        let Self { files, spec, first } = self;
        let rows = Rows::open_files(1, &files, Some(first), &spec, !target.sorted).map_err(Failed::from);
        rows.and_then(|mut rows| rewrite(&mut rows, target, out)).map_err(|failed| match failed {
            Failed::Read(fault) => ConvertError::Trace(files.error(fault)),
            Failed::Write(error) => ConvertError::Write(error),
        })
    }
}

/// The first plain bytes of a file, and the file as if nothing had been read of it.
fn begun(mut bytes: FileBytes) -> Result<(Vec<u8>, FileBytes), Located> {
    let failed = |error: std::io::Error| TraceFault::of_io(&error);
    let (mut head, mut plain) = (Vec::new(), Vec::new());
    bytes.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
    let unpacked =
        TraceSource::new(Cursor::new(&head)).and_then(|source| source.take(HEAD).read_to_end(&mut plain));
    // Of a longer file the cut is only that of the head.
    if let Err(error) = unpacked
        && (head.len() as u64) < HEAD
    {
        return Err(failed(error).into());
    }
    Ok((plain, Box::new(Cursor::new(head).chain(bytes))))
}
