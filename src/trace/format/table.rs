//! From bytes to rows: tables of cells with a header, csv and tsv.
//!
//! Finds the named columns and hands out their cells as bytes. Does not know what a time or a user looks
//! like. Holds one row at a time, and no row of more than [`MAX_ROW`] bytes.

use std::io::{self, Read, Write};
use std::sync::Arc;

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::interface::{FormatDescriptor, FormatReader, Input, Resume};
use crate::model::{Column, TimeUnit, TraceFormat, TraceSpec};
use crate::trace::error::Located;
use crate::trace::fault::{TraceFault, WrongColumn};
use crate::trace::row_checks::RowChecks;
use crate::trace::row_limit::{MAX_ROW, RowLimit};
use crate::trace::text_lines::{not_text, without_returns};
use crate::trace::timestamp;
use crate::trace::trace_row::{NextRow, RawRow, TraceRow, one_of, text};
use crate::trace::write::{Converted, LineFormat, LineWriter, READABLE, RowError, RowWriter, named, unfit};

/// Bytes that are read ahead.
const BUFFER: usize = 64 << 10;

/// Comma-separated values, with quotes.
pub(super) const CSV: FormatDescriptor =
    FormatDescriptor { open, has_lines: |_| true, writer: Some(csv_writer) };
/// Tab-separated values, without quotes.
pub(super) const TSV: FormatDescriptor =
    FormatDescriptor { open, has_lines: |_| true, writer: Some(tsv_writer) };

fn open<'i>(input: Input<'i>, spec: &TraceSpec) -> Result<Box<dyn FormatReader + 'i>, Located> {
    Ok(Box::new(TableRows::open(input, spec)?))
}

/// A table, read row by row.
struct TableRows<R> {
    csv: csv::Reader<RowLimit<R>>,
    record: ByteRecord,
    layout: Layout,
    /// Lines before those that are read here.
    lines_before: u64,
}

/// What stands between cells, how many a row has, and which of them mean something.
#[derive(Clone, Debug)]
struct Layout {
    delimiter: u8,
    has_quotes: bool,
    width: usize,
    time: usize,
    user: usize,
    op: Option<usize>,
    role: Option<usize>,
    /// Cells by whose values rows are kept.
    keep: Vec<(usize, Vec<String>)>,
}

impl<R: Read> TableRows<R> {
    /// Reads the header and finds the columns in it.
    fn open(input: R, spec: &TraceSpec) -> Result<Self, Located> {
        let (delimiter, has_quotes) = (spec.delimiter, spec.format == TraceFormat::Csv);
        let keep = Vec::new();
        let unknown =
            Layout { delimiter, has_quotes, width: 0, time: 0, user: 0, op: None, role: None, keep };
        let mut table = Self::resume(input, unknown.clone(), 0);
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
        let keep = spec.keep.iter().map(|keep| Ok((need(&keep.column)?, keep.values.clone())));
        table.layout = Layout {
            width,
            time: found.0.map_err(here)?,
            user: found.1.map_err(here)?,
            op: found.2.map_err(here)?,
            role: found.3.map_err(here)?,
            keep: keep.collect::<Result<_, TraceFault>>().map_err(here)?,
            ..unknown
        };
        Ok(table)
    }

    /// Reads rows that follow this many lines, of which one was the header.
    fn resume(input: R, layout: Layout, lines_before: u64) -> Self {
        let csv = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(layout.delimiter)
            .quoting(layout.has_quotes)
            // Carriage returns are dropped here, because taken as ends they would upset the count of lines.
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(RowLimit::new(input, BUFFER));
        Self { csv, record: ByteRecord::new(), layout, lines_before }
    }

    /// The cells of the next row.
    fn next_cells(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Some(line) = self.read_row()? else {
            return Ok(None);
        };
        let Layout { width, time, user, op, role, keep, .. } = &self.layout;
        if self.record.len() != *width {
            let fault = TraceFault::Ragged { cells: self.record.len(), expected: *width, header: true };
            return Err(Located::at(line, fault));
        }
        let maybe = |place: &Option<usize>| place.map_or(&b""[..], |place| self.cell(place));
        Ok(Some(RawRow {
            line,
            time: self.cell(*time),
            user: self.cell(*user),
            op: maybe(op),
            role: maybe(role),
            is_kept: keep.iter().all(|(place, values)| one_of(values, self.cell(*place))),
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

impl<R: Read> FormatReader for TableRows<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        self.next_cells()?.map(|cells| checks.cells(cells)).transpose()
    }

    fn may_write(&self) -> bool {
        self.layout.op.is_some() || self.layout.role.is_some()
    }

    fn resume(&self) -> Option<Resume> {
        let layout = self.layout.clone();
        Some(Arc::new(move |input, before| Box::new(TableRows::resume(input, layout.clone(), before))))
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

fn csv_writer(out: &mut dyn Write, writes: bool) -> io::Result<Box<dyn RowWriter + '_>> {
    writer(out, TraceFormat::Csv, writes)
}

fn tsv_writer(out: &mut dyn Write, writes: bool) -> io::Result<Box<dyn RowWriter + '_>> {
    writer(out, TraceFormat::Tsv, writes)
}

/// Writes the header, with the column names that a scenario looks for by itself.
fn writer(out: &mut dyn Write, format: TraceFormat, writes: bool) -> io::Result<Box<dyn RowWriter + '_>> {
    let names: &[&str] = if writes { &["time", "user", "op", "role"] } else { &["time", "user"] };
    let delimiter = format.delimiter();
    writeln!(out, "{}", names.join(char::from(delimiter).encode_utf8(&mut [0; 4])))?;
    Ok(Box::new(LineWriter::new(out, format, TableLines { format, delimiter, count: names.len() })))
}

/// Rows as lines of a table.
struct TableLines {
    format: TraceFormat,
    delimiter: u8,
    /// Columns.
    count: usize,
}

impl TableLines {
    /// Whether a text can stand in a cell and be read again as it is.
    fn fits(&self, text: &str) -> bool {
        match self.format {
            TraceFormat::Tsv => !text.contains(['\t', '\n', '\r']),
            // A carriage return at the end of the last cell is taken for that of the line.
            _ => !text.ends_with('\r'),
        }
    }
}

impl LineFormat for TableLines {
    fn line(&mut self, row: &TraceRow<'_>, line: &mut Vec<u8>, _: &mut Converted) -> Result<bool, RowError> {
        let (op, role) = row.says.words();
        let time = timestamp::written(row.epoch_us, TimeUnit::Seconds);
        let mut number = String::new();
        let user = named(row.user, &mut number);
        if let Some(text) = [user, role].into_iter().find(|text| !self.fits(text)) {
            return Err(unfit(text, self.format, READABLE));
        }
        for (index, text) in [&time, user, op, role].into_iter().take(self.count).enumerate() {
            if index > 0 {
                line.push(self.delimiter);
            }
            if self.format == TraceFormat::Csv && text.contains([',', '"', '\n', '\r']) {
                write!(line, "\"{}\"", text.replace('"', "\"\""))?;
            } else {
                line.extend_from_slice(text.as_bytes());
            }
        }
        Ok(true)
    }
}
