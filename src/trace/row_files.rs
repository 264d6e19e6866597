//! Rows of one file, or of several that are read one after the other: one format, one set of columns, one order.
//!
//! Each file is plain or packed by its own content, and has its own header. Does not put rows in order.

use std::io::Read;

use super::error::Located;
use super::fault::{TimeForm, TraceFault};
use super::format::{self, FormatReader, RecordBlock};
use super::parallel_reader::{self, Text};
use super::row_checks::RowChecks;
use super::row_order::RowOrder;
use super::source::{Packing, TraceSource};
use super::trace_row::NextRow;
use crate::model::{TimeUnit, TraceSpec};

/// A file that was opened, and how it is packed.
pub(super) type OpenedFile<'i> = (Box<dyn FormatReader + 'i>, Packing);

/// Opens a file, counted from 0.
pub(super) type OpenFile<'i> = Box<dyn FnMut(usize) -> Result<OpenedFile<'i>, Located> + 'i>;

/// The rows of some files.
pub(super) struct RowFiles<'i> {
    open: OpenFile<'i>,
    count: usize,
    /// The one that is read, and its number among all files of the trace.
    at: usize,
    file: u16,
    /// Whether it was read to its end.
    ended: bool,
    format: Box<dyn FormatReader + 'i>,
    packings: Vec<Packing>,
    may_write: bool,
    checks: RowChecks,
}

/// Opens bytes that one thread reads.
pub(super) fn opened<'i>(input: impl Read + Send + 'i, spec: &TraceSpec) -> Result<OpenedFile<'i>, Located> {
    let source = TraceSource::new(input).map_err(|error| TraceFault::of_io(&error))?;
    let packing = source.packing();
    Ok(((format::descriptor(spec.format).open)(Box::new(source), spec)?, packing))
}

/// Opens bytes that several threads may read, if they are a text; times must not go backwards then.
pub(super) fn opened_on(
    threads: usize,
    input: impl Read + Send + 'static,
    spec: &TraceSpec,
) -> Result<OpenedFile<'static>, Located> {
    if threads < 2 {
        return opened(input, spec);
    }
    let source = TraceSource::new(input).map_err(|error| TraceFault::of_io(&error))?;
    let packing = source.packing();
    let format = match parallel_reader::open(source, spec, threads)? {
        Text::Shared(reader) => reader,
        Text::Whole(bytes) => (format::descriptor(spec.format).open)(bytes, spec)?,
    };
    Ok((format, packing))
}

impl<'i> RowFiles<'i> {
    /// Opens the first of `count` files; the trace has `before` others before them. With `sorted`, times must not go
    /// backwards further than they may.
    pub(super) fn new(
        mut open: OpenFile<'i>,
        count: usize,
        before: usize,
        spec: &TraceSpec,
        sorted: bool,
    ) -> Result<Self, Located> {
        let mut checks = RowChecks::new(spec, sorted)?;
        let file = before as u16;
        checks.set_file(file);
        let (format, packing) = open(0).map_err(|fault| fault.in_nth(file))?;
        let may_write = format.may_write();
        Ok(Self {
            open,
            count,
            at: 0,
            file,
            ended: false,
            format,
            packings: vec![packing],
            may_write,
            checks,
        })
    }

    /// How many files.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        self.may_write
    }

    /// How the files are packed that were opened so far, each way once.
    pub(super) fn packings(&self) -> &[Packing] {
        &self.packings
    }

    /// What times count; `None` if they are dates, and before the first row.
    pub(super) fn unit(&self) -> Option<TimeUnit> {
        match self.checks.form() {
            Some(TimeForm::Since(unit)) => Some(unit),
            _ => None,
        }
    }

    /// The next records of a binary trace, none of them at the end, and what checks their times; `None` if it is not one,
    /// or has several files.
    pub(super) fn block(&mut self) -> Result<Option<(RecordBlock<'_>, &mut RowOrder)>, Located> {
        if self.count > 1 {
            return Ok(None);
        }
        let Self { format, checks, .. } = self;
        let block = format.block().transpose()?;
        Ok(block.map(|block| (block, checks.order())))
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<NextRow<'_>>, Located> {
        if self.ended {
            self.open_next()?;
        }
        let Self { format, checks, ended, file, at, count, .. } = self;
        match format.next(checks) {
            Ok(None) if *at + 1 < *count => {
                *ended = true;
                Ok(Some(NextRow::FileEnds))
            }
            Ok(other) => Ok(other),
            Err(fault) => Err(fault.in_nth(*file)),
        }
    }

    fn open_next(&mut self) -> Result<(), Located> {
        self.at += 1;
        self.file += 1;
        self.ended = false;
        self.checks.order().leave_file();
        self.checks.set_file(self.file);
        let (format, packing) = (self.open)(self.at).map_err(|fault| fault.in_nth(self.file))?;
        self.format = format;
        if !self.packings.contains(&packing) {
            self.packings.push(packing);
        }
        Ok(())
    }

    /// By how much the row is late that comes latest, from here to the end or to what cannot be read.
    pub(super) fn measure_lateness(&mut self) -> u64 {
        self.checks.order().measure();
        while let Ok(Some(_)) = self.next() {}
        self.checks.order().latest_by_us()
    }
}
