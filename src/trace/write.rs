//! Rows as text: csv, tsv and JSON lines, with the column names that a scenario looks for by itself.

use std::io::Write;

use super::convert::{Converted, RowError};
use super::error::SHOWN_CHARS;
use super::fault::TraceFault;
use super::guard::MAX_ROW;
use super::rows::{Row, Who};
use super::stamp;
use crate::model::{TimeUnit, TraceFormat, escape_cut};

/// Writes rows, one after the other.
pub(super) trait WriteRow {
    /// Writes a row.
    fn write(&mut self, row: &Row<'_>) -> Result<(), RowError>;

    /// Writes what is left, and says what was written.
    fn finish(self: Box<Self>) -> std::io::Result<Converted>;
}

/// The text of a user; `spare` has room for that of a number.
pub(super) fn named<'a>(user: Who<'a>, spare: &'a mut String) -> &'a str {
    match user {
        Who::Text(text) => text,
        Who::Number(number) => {
            *spare = number.to_string();
            spare
        }
    }
}

/// A format cannot hold this text.
pub(super) fn unfit(text: &str, format: TraceFormat) -> RowError {
    RowError::Unfit(TraceFault::Unfit { found: escape_cut(text, SHOWN_CHARS), format })
}

/// What a format can hold, for who had something else; completes "cannot be written as csv".
pub(super) fn held(format: TraceFormat) -> &'static str {
    match format {
        TraceFormat::OracleGeneral => {
            ", which holds whole numbers and seconds up to the year 2106; number the users with --number-users"
        }
        TraceFormat::Combined => {
            ", whose users have no blank, quote or control character and are not `-`; number the users with \
             --number-users"
        }
        _ => " and be read again",
    }
}

/// Writes a line of text, its newline included, which nobody could read again were it longer than a row may be.
pub(super) fn put(
    out: &mut dyn Write,
    line: &[u8],
    format: TraceFormat,
    converted: &mut Converted,
) -> Result<(), RowError> {
    if line.len() as u64 > MAX_ROW {
        return Err(RowError::Unfit(TraceFault::TooLongWritten { limit: MAX_ROW, format }));
    }
    out.write_all(line)?;
    converted.written += 1;
    Ok(())
}

/// Writes tables and JSON lines.
pub(super) struct TableWriter<'o> {
    out: &'o mut dyn Write,
    format: TraceFormat,
    /// Whether there are columns for operations and roles.
    writes: bool,
    line: Vec<u8>,
    converted: Converted,
}

impl<'o> TableWriter<'o> {
    /// Writes the header, where the format has one; `writes` says whether rows may be something else than requests.
    pub(super) fn new(out: &'o mut dyn Write, format: TraceFormat, writes: bool) -> std::io::Result<Self> {
        let writer = Self { out, format, writes, line: Vec::new(), converted: Converted::default() };
        if format.is_table() {
            let names: &[&str] = if writes { &["time", "user", "op", "role"] } else { &["time", "user"] };
            let line = names.join(if format == TraceFormat::Tsv { "\t" } else { "," });
            writeln!(writer.out, "{line}")?;
        }
        Ok(writer)
    }

    fn cell(&mut self, text: &str) {
        if self.format == TraceFormat::Csv && text.contains([',', '"', '\n', '\r']) {
            self.line.extend_from_slice(format!("\"{}\"", text.replace('"', "\"\"")).as_bytes());
        } else {
            self.line.extend_from_slice(text.as_bytes());
        }
    }

    fn table_row(&mut self, time: &str, user: &str, op: &str, role: &str) {
        let cells = [time, user, op, role];
        let count = if self.writes { 4 } else { 2 };
        for (index, cell) in cells.into_iter().take(count).enumerate() {
            if index > 0 {
                self.line.push(if self.format == TraceFormat::Tsv { b'\t' } else { b',' });
            }
            self.cell(cell);
        }
    }

    fn json_row(&mut self, time: &str, user: Who<'_>, op: &str, role: &str) -> std::io::Result<()> {
        write!(self.line, "{{\"time\":{time},\"user\":")?;
        match user {
            Who::Number(number) => write!(self.line, "{number}")?,
            Who::Text(text) => serde_json::to_writer(&mut self.line, text)?,
        }
        // What says nothing is a request.
        let op = if op == "get" { "" } else { op };
        for (key, value) in [("op", op), ("role", role)] {
            if !value.is_empty() {
                write!(self.line, ",\"{key}\":")?;
                serde_json::to_writer(&mut self.line, value)?;
            }
        }
        self.line.push(b'}');
        Ok(())
    }

    /// Whether a text can stand in a cell and be read again as it is.
    fn fits(&self, text: &str) -> bool {
        match self.format {
            TraceFormat::Tsv => !text.contains(['\t', '\n', '\r']),
            // A carriage return at the end of the last cell is taken for that of the line.
            TraceFormat::Csv => !text.ends_with('\r'),
            _ => true,
        }
    }
}

impl WriteRow for TableWriter<'_> {
    fn write(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        let (op, role) = row.says.words();
        let time = stamp::written(row.epoch_us, TimeUnit::Seconds);
        self.line.clear();
        let mut number = String::new();
        let user = named(row.user, &mut number);
        if let Some(text) = [user, role].into_iter().find(|text| !self.fits(text)) {
            return Err(unfit(text, self.format));
        }
        match self.format {
            TraceFormat::Jsonl => self.json_row(&time, row.user, op, role)?,
            _ => self.table_row(&time, user, op, role),
        }
        self.line.push(b'\n');
        put(self.out, &self.line, self.format, &mut self.converted)
    }

    fn finish(self: Box<Self>) -> std::io::Result<Converted> {
        self.out.flush()?;
        Ok(self.converted)
    }
}
