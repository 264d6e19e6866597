//! What writing rows takes, whatever the format: the writer's interface, what it counts, and why it refuses a row.

use std::io::{self, Write};

use super::fault::{SHOWN_CHARS, TraceFault};
use super::row_limit::MAX_ROW;
use super::trace_row::{TraceRow, UserRef};
use crate::model::{SECOND_US, TraceFormat, escape_cut};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were written.
    pub written: u64,
    /// Rows that `skip` and `where` left out.
    pub skipped: u64,
    /// Rows whose time lost its fraction of a second.
    pub cut_times: u64,
    /// Rows that the format cannot say: all but requests, or changes to a named role.
    pub left_out: u64,
}

impl Converted {
    /// The second in which a time lies, for formats that have no fractions; counts what is cut.
    pub(super) fn whole_second(&mut self, epoch_us: u64) -> u64 {
        self.cut_times += u64::from(!epoch_us.is_multiple_of(SECOND_US));
        epoch_us / SECOND_US
    }
}

/// Why a row could not be written.
#[derive(Debug)]
pub(super) enum RowError {
    /// The format cannot hold it.
    Unfit(TraceFault),
    /// The file could not be written.
    Write(io::Error),
}

impl From<io::Error> for RowError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Writes rows, one after the other.
pub(super) trait RowWriter {
    /// Writes a row.
    fn write(&mut self, row: &TraceRow<'_>) -> Result<(), RowError>;

    /// Writes what is left, and says what was written.
    fn finish(self: Box<Self>) -> io::Result<Converted>;
}

/// The text of a user; `spare` has room for that of a number.
pub(super) fn named<'a>(user: UserRef<'a>, spare: &'a mut String) -> &'a str {
    match user {
        UserRef::Text(text) => text,
        UserRef::Number(number) => {
            *spare = number.to_string();
            spare
        }
    }
}

/// The error that a format cannot hold this text; `holds` says what it can, and completes "cannot be written as csv".
pub(super) fn unfit(text: &str, format: TraceFormat, holds: &'static str) -> RowError {
    RowError::Unfit(TraceFault::Unfit { found: escape_cut(text, SHOWN_CHARS), format, holds })
}

/// What formats hold whose texts must only be read as they were written.
pub(super) const READABLE: &str = " and be read again";

/// A format whose rows are lines.
pub(super) trait LineFormat {
    /// Appends a row's line without its end; false if the format cannot say what the row says.
    fn line(
        &mut self,
        row: &TraceRow<'_>,
        line: &mut Vec<u8>,
        converted: &mut Converted,
    ) -> Result<bool, RowError>;
}

/// Writes rows as lines.
pub(super) struct LineWriter<'o, F> {
    out: &'o mut dyn Write,
    format: TraceFormat,
    lines: F,
    line: Vec<u8>,
    converted: Converted,
}

impl<'o, F> LineWriter<'o, F> {
    pub(super) fn new(out: &'o mut dyn Write, format: TraceFormat, lines: F) -> Self {
        Self { out, format, lines, line: Vec::new(), converted: Converted::default() }
    }
}

impl<F: LineFormat> RowWriter for LineWriter<'_, F> {
    fn write(&mut self, row: &TraceRow<'_>) -> Result<(), RowError> {
        let Self { out, format, lines, line, converted } = self;
        line.clear();
        if !lines.line(row, line, converted)? {
            converted.left_out += 1;
            return Ok(());
        }
        line.push(b'\n');
        if line.len() as u64 > MAX_ROW {
            // It could not be read again.
            return Err(RowError::Unfit(TraceFault::TooLongWritten { limit: MAX_ROW, format: *format }));
        }
        out.write_all(line)?;
        converted.written += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Converted> {
        self.out.flush()?;
        Ok(self.converted)
    }
}
