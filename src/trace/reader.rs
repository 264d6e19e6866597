//! The rows of a recorded day in their order, whatever its format and packing.

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

/// The rows of a trace.
pub(super) struct Rows<'i> {
    format: Box<dyn FormatReader + 'i>,
    packing: Packing,
    has_header: bool,
    may_write: bool,
    checks: RowChecks,
}

impl<'i> Rows<'i> {
    /// Reads the header, if the format has one. With `sorted`, times must not go backwards.
    pub(super) fn open(
        input: impl Read + Send + 'i,
        spec: &TraceSpec,
        sorted: bool,
    ) -> Result<Self, Located> {
        let source = TraceSource::new(input).map_err(|error| TraceFault::of_io(&error))?;
        let packing = source.packing();
        let format = (format::descriptor(spec.format).open)(Box::new(source), spec)?;
        Self::new(format, packing, spec, sorted)
    }

    fn new(
        format: Box<dyn FormatReader + 'i>,
        packing: Packing,
        spec: &TraceSpec,
        sorted: bool,
    ) -> Result<Self, Located> {
        let (has_header, may_write) = (spec.format.is_table(), format.may_write());
        Ok(Self { format, packing, has_header, may_write, checks: RowChecks::new(spec, sorted)? })
    }

    /// Whether rows may say something else than a request.
    pub(super) fn may_write(&self) -> bool {
        self.may_write
    }

    /// How the file is compressed.
    pub(super) fn packing(&self) -> Packing {
        self.packing
    }

    /// What times count; `None` if they are dates, and before the first row.
    pub(super) fn unit(&self) -> Option<TimeUnit> {
        match self.checks.form() {
            Some(TimeForm::Since(unit)) => Some(unit),
            _ => None,
        }
    }

    /// Whether the first line names columns.
    pub(super) fn has_header(&self) -> bool {
        self.has_header
    }

    /// The next records of a binary trace, none of them at the end, and what checks their times; `None` if it is a text.
    pub(super) fn block(&mut self) -> Result<Option<(RecordBlock<'_>, &mut RowOrder)>, Located> {
        let Self { format, checks, .. } = self;
        let block = format.block().transpose()?;
        Ok(block.map(|block| (block, checks.order())))
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<NextRow<'_>>, Located> {
        self.format.next(&mut self.checks)
    }
}

impl Rows<'static> {
    /// The same for a text that several threads may read, whose times must not go backwards.
    pub(super) fn open_on(
        threads: usize,
        input: impl Read + Send + 'static,
        spec: &TraceSpec,
    ) -> Result<Self, Located> {
        if threads < 2 {
            return Self::open(input, spec, true);
        }
        let source = TraceSource::new(input).map_err(|error| TraceFault::of_io(&error))?;
        let packing = source.packing();
        let format = match parallel_reader::open(source, spec, threads)? {
            Text::Shared(reader) => Box::new(reader),
            Text::Whole(bytes) => (format::descriptor(spec.format).open)(bytes, spec)?,
        };
        Self::new(format, packing, spec, true)
    }
}
