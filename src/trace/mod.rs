//! Recorded days: streams of "this user asked then" and "this user has that role now".
//!
//! Bytes go through [`source`](self) (gzip and zstd), a reader for each format, `rows` (what cells mean, and checks)
//! and [`Replay`] (what a run wants). Nothing keeps more than a block of rows, so a trace may be larger than memory;
//! users are kept.
//!
//! Does *not* know the simulated clock (rows outside it are the caller's business), nor what asking a cache means.

mod combined;
mod convert;
mod digest;
mod error;
mod fault;
mod format;
mod guard;
mod guess;
mod jsonl;
mod lines;
mod oracle;
mod pieces;
mod replay;
mod room;
mod rows;
mod source;
mod stamp;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod twitter;
mod words;
mod write;
mod write_lines;
mod write_records;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

pub use convert::{ConvertError, Converted, Target, convert};
pub use error::{Place, TraceError};
pub use fault::{TimeForm, TraceFault, WrongColumn, WrongTime};
pub use guess::{Known, guess};
pub use replay::{Counts, Replay};
pub use source::Packing;
pub use survey::{Survey, survey};

use crate::model::{TraceFormat, TraceSpec};
use error::Located;
#[cfg(any(test, feature = "fuzzing"))]
use rows::Rows;

/// A time in the words of a time zone, as `1995-08-01 06:00:00`, to the second; empty where there is no such time.
#[must_use]
pub fn civil(epoch_us: i64, timezone: &str) -> String {
    let zone = stamp::timezone(timezone);
    let instant = jiff::Timestamp::from_microsecond(epoch_us).ok();
    zone.zip(instant).map_or_else(String::new, |(zone, instant)| {
        instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// Reads and checks a recorded day in memory, alone and by two threads, for fuzzing.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn check_bytes(
    bytes: &[u8],
    spec: &TraceSpec,
    roles: &crate::model::Roles,
) -> Result<Counts, TraceError> {
    let path = Path::new("fuzz");
    let read = |threads| {
        let rows = || Rows::open_on(threads, io::Cursor::new(bytes.to_vec()), spec);
        let mut replay = Replay::of(rows, path, spec, roles).map_err(|fault| fault.in_file(path))?;
        replay.run_through().map(|()| (replay.counts(), replay.digest()))
    };
    let alone = read(1);
    assert_eq!(read(2), alone, "two threads read the same");
    alone.map(|(counts, _)| counts)
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

/// The last row's time since the first midnight, where two records say it without reading all: in a trace of records
/// that is not compressed.
///
/// # Errors
/// When the file cannot be read.
pub fn last_record_us(path: &Path, spec: &TraceSpec) -> Result<Option<u64>, TraceError> {
    ends(path, spec).map_err(|fault| fault.in_file(path))
}

fn ends(path: &Path, spec: &TraceSpec) -> Result<Option<u64>, Located> {
    if spec.format != TraceFormat::OracleGeneral {
        return Ok(None);
    }
    let unreadable = |error: io::Error| TraceFault::of_io(&error);
    let mut file = open(path)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut record = [0; oracle::RECORD];
    if size < oracle::RECORD as u64 || !size.is_multiple_of(oracle::RECORD as u64) {
        return Ok(None);
    }
    file.read_exact(&mut record).map_err(unreadable)?;
    if Packing::of(&record) != Packing::Plain {
        return Ok(None);
    }
    let us = |record: &[u8; oracle::RECORD]| stamp::in_us(oracle::parse(record).time.into(), spec.unit);
    let first = us(&record);
    file.seek(SeekFrom::End(-(oracle::RECORD as i64))).map_err(unreadable)?;
    file.read_exact(&mut record).map_err(unreadable)?;
    let midnight = |first| stamp::midnight(first, &stamp::timezone(&spec.timezone)?);
    let since = |(first, last): (u64, u64)| u64::try_from(i64::try_from(last).ok()? - midnight(first)?).ok();
    Ok(first.zip(us(&record)).and_then(since))
}
