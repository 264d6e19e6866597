//! Recorded days: streams of "this user asked then", read from csv and tsv files.
//!
//! A trace is read twice. [`scan`] reads all of it, checks every row and says what the day is like;
//! [`Reader`] then replays it. Neither keeps more than one row, so a trace may be larger than memory. Of
//! bytes becoming rows knows `table`, of what the cells mean `rows`, of times and midnights `stamp`.
//!
//! Does *not* know the simulated clock (rows outside it are the caller's business), nor what asking a cache
//! means.

mod error;
mod guard;
mod rows;
mod stamp;
mod table;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use error::{TraceError, TraceFault, WrongColumn, WrongTime};

use crate::model::{TraceSpec, escape, escape_cut};
use error::{Located, SHOWN_CHARS};
use rows::Rows;

/// One row of a recorded day. Borrows from the reader until the next one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedRow<'a> {
    /// Microseconds since the midnight that begins the trace's day, as they really passed: an hour that a
    /// clock change skips is not counted, one that it repeats is counted twice.
    pub at_us: u64,
    /// Who asked; never empty.
    pub user: &'a str,
}

/// What a whole trace is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// How many rows it has; at least one.
    pub rows: u64,
    /// The first row's time, counted as in [`RecordedRow::at_us`].
    pub first_us: u64,
    /// The last row's time, counted alike.
    pub last_us: u64,
    /// The midnight that begins the day, in microseconds since the Unix epoch.
    pub midnight_us: i64,
    /// Identifies the rows as they are replayed (times from midnight, and users), in hex. How they were
    /// written does not matter.
    pub digest: String,
}

/// Reads a whole trace and checks every row.
///
/// # Errors
/// When the file cannot be read, or something in it is wrong: the first fault.
pub fn scan(path: &Path, spec: &TraceSpec) -> Result<Scan, TraceError> {
    open(path).and_then(|file| scan_rows(file, spec)).map_err(|fault| TraceError::new(&named(path), fault))
}

/// The same of a trace in memory, for fuzzing.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn scan_bytes(bytes: &[u8], spec: &TraceSpec) -> Result<Scan, TraceError> {
    scan_rows(bytes, spec).map_err(|fault| TraceError::new("fuzz", fault))
}

fn scan_rows(input: impl std::io::Read, spec: &TraceSpec) -> Result<Scan, Located> {
    let zone = stamp::timezone(&spec.timezone)
        .ok_or_else(|| TraceFault::UnknownTimezone(escape_cut(&spec.timezone, SHOWN_CHARS)))?;
    let mut rows = Rows::open(input, spec)?;
    let mut digest = Sha256::new();
    let mut scan: Option<Scan> = None;
    while let Some(row) = rows.next()? {
        let midnight_us = match &scan {
            Some(scan) => scan.midnight_us,
            None => stamp::midnight(row.epoch_us, &zone).ok_or(TraceFault::NoMidnight)?,
        };
        let at_us = since(midnight_us, row.epoch_us).ok_or(TraceFault::NoMidnight)?;
        digest.update(at_us.to_le_bytes());
        digest.update((row.user.len() as u64).to_le_bytes());
        digest.update(row.user);
        let scan = scan.get_or_insert_with(|| Scan {
            rows: 0,
            first_us: at_us,
            last_us: at_us,
            midnight_us,
            digest: String::new(),
        });
        scan.rows += 1;
        scan.last_us = at_us;
    }
    let scan = scan.ok_or(TraceFault::NoRows)?;
    Ok(Scan { digest: hex(&digest.finalize()), ..scan })
}

/// Replays a trace that has been scanned.
pub struct Reader {
    rows: Rows<File>,
    file: String,
    midnight_us: i64,
    left: u64,
}

impl Reader {
    /// Opens the trace of which `scan` speaks.
    ///
    /// # Errors
    /// When the file cannot be read or has no usable header any more.
    pub fn open(path: &Path, spec: &TraceSpec, scan: &Scan) -> Result<Self, TraceError> {
        let file = named(path);
        match open(path).and_then(|input| Rows::open(input, spec)) {
            Ok(rows) => Ok(Self { rows, file, midnight_us: scan.midnight_us, left: scan.rows }),
            Err(fault) => Err(TraceError::new(&file, fault)),
        }
    }

    /// The next row, in the order of the file; nothing after the last.
    ///
    /// # Errors
    /// When the file cannot be read, or is no longer the one that was scanned.
    pub fn next_row(&mut self) -> Result<Option<RecordedRow<'_>>, TraceError> {
        let changed = |file: &str| TraceError::new(file, TraceFault::Changed.into());
        let row = self.rows.next().map_err(|fault| TraceError::new(&self.file, fault))?;
        let Some(row) = row else {
            return if self.left == 0 { Ok(None) } else { Err(changed(&self.file)) };
        };
        let at_us = since(self.midnight_us, row.epoch_us);
        match (at_us, self.left.checked_sub(1)) {
            (Some(at_us), Some(left)) => {
                self.left = left;
                Ok(Some(RecordedRow { at_us, user: row.user }))
            }
            _ => Err(changed(&self.file)),
        }
    }
}

/// Opens a regular file. Anything else could be read only once, or has no end.
fn open(path: &Path) -> Result<File, Located> {
    let unreadable = |error: std::io::Error| TraceFault::Unreadable(error.to_string());
    // Asked before opening: opening a pipe to which nobody writes would wait for ever.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(TraceFault::NotAFile.into());
    }
    Ok(File::open(path).map_err(unreadable)?)
}

/// A path as messages show it; unlike a found value it is not cut.
fn named(path: &Path) -> String {
    escape(&path.to_string_lossy())
}

fn since(midnight_us: i64, epoch_us: u64) -> Option<u64> {
    u64::try_from(i64::try_from(epoch_us).ok()?.checked_sub(midnight_us)?).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
