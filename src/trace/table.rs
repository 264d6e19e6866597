//! From bytes to rows: tables of cells with a header, csv and tsv.
//!
//! Finds the named columns and hands out their cells as bytes. Does not know what a time or a user looks
//! like. Holds one row at a time, and no row of more than [`MAX_ROW`] bytes.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::error::Located;
use super::fault::{TraceFault, WrongColumn};
use super::guard::{Guard, MAX_ROW};
use super::lines::without_returns;
use super::rows::{RawRow, not_text};
use crate::model::{Column, TraceFormat, TraceSpec};

/// Bytes that are read ahead.
const BUFFER: usize = 64 << 10;

/// A table, read row by row.
pub(super) struct Table<R> {
    csv: csv::Reader<Guard<R>>,
    record: ByteRecord,
    cells: Cells,
    /// Lines before those that are read here.
    lines_before: u64,
}

/// How many cells a row has, and which of them mean something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    width: usize,
    time: usize,
    user: usize,
    op: Option<usize>,
    role: Option<usize>,
}

impl Cells {
    /// Whether there is a column of operations or of roles.
    pub(super) fn may_write(self) -> bool {
        self.op.is_some() || self.role.is_some()
    }
}

impl<R: Read> Table<R> {
    /// Reads the header and finds the columns in it.
    pub(super) fn open(input: R, spec: &TraceSpec) -> Result<Self, Located> {
        let mut table = Self::resume(input, spec, Cells::default(), 0);
        let line = table.read_row()?.ok_or(TraceFault::NoHeader)?;
        if let Some(fault) = not_text(table.record.as_slice()) {
            return Err(fault.into());
        }
        let width = table.record.len();
        let header: Vec<String> = (0..width).map(|at| text(table.cell(at))).collect();
        let need = |name: &str| {
            find(name, &header, spec.delimiter).and_then(|place| {
                place
                    .ok_or_else(|| TraceFault::MissingColumn(WrongColumn::new(name, &header, spec.delimiter)))
            })
        };
        let maybe = |column: &Column| match column {
            Column::Unused => Ok(None),
            Column::Maybe(name) => find(name, &header, spec.delimiter),
            Column::Named(name) => need(name).map(Some),
        };
        let columns = &spec.columns;
        let found = (need(&columns.time), need(&columns.user), maybe(&columns.op), maybe(&columns.role));
        let here = |fault| Located::at(line, fault);
        table.cells = Cells {
            width,
            time: found.0.map_err(here)?,
            user: found.1.map_err(here)?,
            op: found.2.map_err(here)?,
            role: found.3.map_err(here)?,
        };
        Ok(table)
    }

    /// Reads rows behind so many lines, of which one was the header.
    pub(super) fn resume(input: R, spec: &TraceSpec, cells: Cells, lines_before: u64) -> Self {
        let csv = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(spec.delimiter)
            .quoting(spec.format == TraceFormat::Csv)
            // Carriage returns are dropped here, because taken as ends they would upset the count of lines.
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(Guard::new(input, BUFFER));
        Self { csv, record: ByteRecord::new(), cells, lines_before }
    }

    /// Which cells a row has.
    pub(super) fn cells(&self) -> Cells {
        self.cells
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Some(line) = self.read_row()? else {
            return Ok(None);
        };
        let Cells { width, time, user, op, role } = self.cells;
        if self.record.len() != width {
            let fault = TraceFault::Ragged { cells: self.record.len(), expected: width, header: true };
            return Err(Located::at(line, fault));
        }
        let maybe = |place: Option<usize>| place.map_or(&b""[..], |place| self.cell(place));
        Ok(Some(RawRow {
            line,
            time: self.cell(time),
            user: self.cell(user),
            op: maybe(op),
            role: maybe(role),
        }))
    }

    /// Reads the next row that is not blank, and says on which line it begins.
    fn read_row(&mut self) -> Result<Option<u64>, Located> {
        loop {
            let begin = self.csv.position().clone();
            self.csv.get_mut().row_begins();
            let more = self.csv.read_byte_record(&mut self.record);
            if self.csv.get_ref().too_long() {
                return Err(Located::at(
                    self.lines_before + begin.line(),
                    TraceFault::TooLong { limit: MAX_ROW },
                ));
            }
            if !more.map_err(|error| unreadable(&error))? {
                return Ok(None);
            }
            let line = self.lines_before + self.first_line(begin.line());
            if self.csv.position().byte() - begin.byte() > MAX_ROW {
                return Err(Located::at(line, TraceFault::TooLong { limit: MAX_ROW }));
            }
            // All input ends in a newline, so a row that only the end of the file ends has a quote open.
            if self.csv.get_ref().at_end() {
                return Err(Located::at(line, TraceFault::OpenQuote));
            }
            if self.record.len() != 1 || !without_returns(self.record.as_slice()).is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// The line on which the row just read begins; the reader started looking for it on `from`.
    fn first_line(&self, from: u64) -> u64 {
        let now = self.csv.position().line();
        if now <= from + 1 {
            return from;
        }
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let ended = u64::from(!self.csv.get_ref().at_end());
        now.saturating_sub(inside + ended)
    }

    /// A cell of the row just read, without the carriage returns of the line's end.
    fn cell(&self, at: usize) -> &[u8] {
        let cell = self.record.get(at).unwrap_or_default();
        if at + 1 == self.record.len() { without_returns(cell) } else { cell }
    }
}

/// The position of a column that must not be there more than once.
fn find(name: &str, header: &[String], delimiter: u8) -> Result<Option<usize>, TraceFault> {
    let mut places = header.iter().enumerate().filter(|(_, column)| *column == name);
    match (places.next(), places.next()) {
        (Some(_), Some(_)) => Err(TraceFault::DoubleColumn(WrongColumn::new(name, header, delimiter))),
        (first, _) => Ok(first.map(|(place, _)| place)),
    }
}

fn unreadable(error: &csv::Error) -> TraceFault {
    match error.kind() {
        csv::ErrorKind::Io(error) => TraceFault::of_io(error),
        _ => TraceFault::Unreadable(error.to_string()),
    }
}

/// A cell as text: UTF-8, and Latin-1 where it is not.
pub(super) fn text(cell: &[u8]) -> String {
    let mut spare = String::new();
    text_in(cell, &mut spare).to_owned()
}

/// As [`text`], without allocating where `spare` is large enough.
pub(super) fn text_in<'a>(cell: &'a [u8], spare: &'a mut String) -> &'a str {
    if let Ok(utf8) = std::str::from_utf8(cell) {
        return utf8;
    }
    spare.clear();
    // The 256 characters of Latin-1 are the first of Unicode.
    spare.extend(cell.iter().map(|byte| char::from(*byte)));
    spare
}
