//! Recorded days: streams of "this user asked then" and "this user has that role now".
//!
//! Bytes of `trace_files` go through `source` (gzip and zstd) to one of the formats, whose rows `reader` gives in order and in
//! the vocabulary of `trace_row`;
//! [`Replay`] makes of them what a run wants. Nothing keeps more than a block of rows, so a trace may be larger than memory;
//! users are kept.
//!
//! Does *not* know the simulated clock (rows outside it are the caller's business), nor what asking a cache means.

mod calendar;
mod convert;
mod counts;
mod digest;
mod error;
mod fault;
mod format;
mod guess;
mod json_items;
mod json_paths;
mod oddities;
mod opening;
mod operations;
mod parallel_reader;
mod piece_cutter;
mod reader;
mod replay;
mod row_checks;
mod row_files;
mod row_limit;
mod row_order;
mod row_window;
mod source;
mod steady;
mod survey;
#[cfg(test)]
mod tests;
mod text_lines;
mod timestamp;
mod trace_files;
mod trace_row;
mod user_limit;
mod write;
mod zone;

#[cfg(any(test, feature = "fuzzing"))]
use std::path::Path;

pub use convert::{ConvertError, Target};
pub use counts::Counts;
pub use error::TraceError;
pub use fault::{Place, TimeForm, TraceFault, WrongColumn, WrongTime};
pub use guess::Known;
pub use oddities::{civil, odd_beginning, odd_days};
pub use opening::Opening;
pub use replay::Replay;
pub use source::Packing;
pub use steady::SteadyFile;
pub use survey::Survey;
pub use trace_files::{STANDARD_INPUT, TraceFiles};
pub use write::Converted;

use crate::model::{TraceFormat, TraceSpec};
use error::Located;
#[cfg(any(test, feature = "fuzzing"))]
use reader::Rows;
use zone::zone_of;

/// Reads and checks a recorded day in memory, alone and by two threads, for fuzzing.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn check_bytes(
    bytes: &[u8],
    spec: &TraceSpec,
    roles: &crate::model::Roles,
) -> Result<Counts, TraceError> {
    let path = Path::new("fuzz");
    let read = |threads| {
        let rows = || Rows::open_on(threads, std::io::Cursor::new(bytes.to_vec()), spec);
        let mut replay =
            Replay::of(rows, TraceFiles::one(path), spec, roles).map_err(|fault| fault.in_file(path))?;
        replay.run_through().map(|()| (replay.counts(), replay.digest()))
    };
    let alone = read(1);
    assert_eq!(read(2), alone, "two threads read the same");
    alone.map(|(counts, _)| counts)
}

/// Reads and checks a whole recorded day.
///
/// # Errors
/// When a file cannot be read, or something in it is wrong: the first fault.
pub fn survey(files: &TraceFiles, spec: &TraceSpec) -> Result<Survey, TraceError> {
    let rows = reader::Rows::open_files(1, files, None, spec, true);
    rows.and_then(|mut rows| survey::look(&mut rows, spec)).map_err(|fault| files.error(fault))
}

/// The end of the last row's day since the first midnight, in microseconds, if two records say it without reading all: in
/// a trace of records that is not compressed. `None` too if those two cannot be the ends of a day; reading all of it says
/// what is wrong.
///
/// # Errors
/// When the file cannot be read.
pub fn records_end_us(files: &TraceFiles, spec: &TraceSpec) -> Result<Option<u64>, TraceError> {
    records_end(files, spec).map_err(|fault| files.error(fault))
}

fn records_end(files: &TraceFiles, spec: &TraceSpec) -> Result<Option<u64>, Located> {
    if spec.format != TraceFormat::OracleGeneral || spec.reorder_us > 0 {
        return Ok(None);
    }
    let ends = files.ends::<{ format::RECORD }>()?;
    let Some((first, last)) = ends.filter(|(first, _)| Packing::of(first) == Packing::Plain) else {
        return Ok(None);
    };
    let us =
        |record| timestamp::in_us(format::oracle_general::parse(record).time.into(), spec.unit_or_seconds());
    let Some((first_us, last_us)) = us(&first).zip(us(&last)) else { return Ok(None) };
    let is_a_day = last_us.checked_sub(first_us).is_some_and(|span_us| span_us <= row_order::MAX_SPAN_US);
    let zone = zone_of(spec)?;
    let midnight = || timestamp::midnight(first_us, &zone);
    let since = || {
        let midnight_us = midnight()?;
        let last_us = u64::try_from(i64::try_from(last_us).ok()? - midnight_us).ok()?;
        Some(timestamp::day_end(midnight_us, last_us, &zone))
    };
    Ok(if is_a_day { since() } else { None })
}
