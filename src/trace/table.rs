//! From bytes to rows: tables of cells with a header, csv and tsv.
//!
//! Finds the named columns and hands out their cells as bytes. Does not know what a time or a user looks
//! like. Holds one row at a time, and no row of more than [`MAX_ROW`] bytes.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::error::{Located, TraceFault, WrongColumn};
use super::guard::{Guard, MAX_ROW};
use crate::model::{Columns, TraceFormat};

/// Bytes that are read ahead.
const BUFFER: usize = 64 << 10;

/// How the kinds of file begin that people mistake for plain text.
const MAGICS: [(&[u8], &str); 4] = [
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\xff\xfe", "in UTF-16"),
    (b"\xfe\xff", "in UTF-16"),
];

/// The cells of one row that mean something.
pub(super) struct RawRow<'a> {
    /// The line on which the row begins.
    pub(super) line: u64,
    /// When.
    pub(super) time: &'a [u8],
    /// Who.
    pub(super) user: &'a [u8],
}

/// A table, read row by row.
pub(super) struct Table<R> {
    csv: csv::Reader<Guard<R>>,
    record: ByteRecord,
    width: usize,
    time: usize,
    user: usize,
}

impl<R: Read> Table<R> {
    /// Reads the header and finds the columns in it.
    pub(super) fn open(input: R, format: TraceFormat, columns: &Columns) -> Result<Self, Located> {
        let csv = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(match format {
                TraceFormat::Csv => b',',
                TraceFormat::Tsv => b'\t',
            })
            .quoting(format == TraceFormat::Csv)
            // Carriage returns are dropped here, because taken as ends they would upset the count of lines.
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(Guard::new(input, BUFFER));
        let mut table = Self { csv, record: ByteRecord::new(), width: 0, time: 0, user: 0 };
        let line = table.read_row()?.ok_or(TraceFault::NoHeader)?;
        for (magic, kind) in MAGICS {
            if table.record.as_slice().starts_with(magic) {
                return Err(TraceFault::NotText(kind).into());
            }
        }
        table.width = table.record.len();
        let header: Vec<String> = (0..table.width).map(|at| text(table.cell(at))).collect();
        table.time = find(&columns.time, &header, format).map_err(|fault| Located::at(line, fault))?;
        table.user = find(&columns.user, &header, format).map_err(|fault| Located::at(line, fault))?;
        Ok(table)
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Some(line) = self.read_row()? else {
            return Ok(None);
        };
        if self.record.len() != self.width {
            let fault = TraceFault::Ragged { cells: self.record.len(), header: self.width };
            return Err(Located::at(line, fault));
        }
        Ok(Some(RawRow { line, time: self.cell(self.time), user: self.cell(self.user) }))
    }

    /// Reads the next row that is not blank, and says on which line it begins.
    fn read_row(&mut self) -> Result<Option<u64>, Located> {
        loop {
            let begin = self.csv.position().clone();
            self.csv.get_mut().row_begins();
            let more = self.csv.read_byte_record(&mut self.record);
            if self.csv.get_ref().too_long() {
                return Err(Located::at(begin.line(), TraceFault::TooLong { limit: MAX_ROW }));
            }
            if !more.map_err(|error| unreadable(&error))? {
                return Ok(None);
            }
            let line = self.first_line(begin.line());
            if self.csv.position().byte() - begin.byte() > MAX_ROW {
                return Err(Located::at(line, TraceFault::TooLong { limit: MAX_ROW }));
            }
            // All input ends in a newline, so a row that only the end of the file ends has a quote open.
            if self.csv.get_ref().at_end() {
                return Err(Located::at(line, TraceFault::OpenQuote));
            }
            if self.record.len() != 1 || self.record.as_slice() != b"\r" {
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

    /// A cell of the row just read, without the carriage return of the line's end.
    fn cell(&self, at: usize) -> &[u8] {
        let cell = self.record.get(at).unwrap_or_default();
        match cell.strip_suffix(b"\r") {
            Some(inner) if at + 1 == self.record.len() => inner,
            _ => cell,
        }
    }
}

/// The position of a column that must be there exactly once.
fn find(name: &str, header: &[String], format: TraceFormat) -> Result<usize, TraceFault> {
    let mut places = header.iter().enumerate().filter(|(_, column)| *column == name);
    match (places.next(), places.next()) {
        (Some((place, _)), None) => Ok(place),
        (None, _) => Err(TraceFault::MissingColumn(WrongColumn::new(name, header, format))),
        _ => Err(TraceFault::DoubleColumn(WrongColumn::new(name, header, format))),
    }
}

fn unreadable(error: &csv::Error) -> TraceFault {
    TraceFault::Unreadable(match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    })
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
