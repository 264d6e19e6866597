//! What the reader and the writer ask of a format.
//!
//! A format gives rows in the vocabulary of `trace_row`. It does not know where its bytes come from, which
//! other formats there are, nor what rows are for.

use std::io::{self, Read, Write};
use std::sync::Arc;

use crate::model::TraceSpec;
use crate::trace::error::Located;
use crate::trace::row_checks::RowChecks;
use crate::trace::trace_row::NextRow;
use crate::trace::write::RowWriter;

/// The plain bytes of a trace.
pub(in crate::trace) type Input<'i> = Box<dyn Read + Send + 'i>;

/// Opens bytes that follow the given number of lines of a text that was opened before.
pub(in crate::trace) type Resume =
    Arc<dyn for<'i> Fn(Input<'i>, u64) -> Box<dyn FormatReader + 'i> + Send + Sync>;

/// Bytes of a binary record.
pub(in crate::trace) const RECORD: usize = 24;

/// Binary records, and how many came before them.
pub(in crate::trace) type RecordBlock<'a> = (u64, &'a [[u8; RECORD]]);

/// A trace in some format, read from its beginning or from some line on.
pub(in crate::trace) trait FormatReader {
    /// The next row, checked; `None` at the end.
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located>;

    /// Whether rows may say something else than a request.
    fn may_write(&self) -> bool;

    /// What reads the same text from any line on, if lines can be told apart without reading those before.
    fn resume(&self) -> Option<Resume> {
        None
    }

    /// The next records, unchecked and none of them at the end; `None` if rows are not records of this kind.
    fn block(&mut self) -> Option<Result<RecordBlock<'_>, Located>> {
        None
    }
}

/// A reader of a format that has read its header, or why there is none.
pub(in crate::trace) type Opened<'i> = Result<Box<dyn FormatReader + 'i>, Located>;

/// A format of recorded days: how it is read, and how it is written.
pub(in crate::trace) struct FormatDescriptor {
    /// Reads the header, if the format has one.
    pub(in crate::trace) open: for<'i> fn(Input<'i>, &TraceSpec) -> Opened<'i>,
    /// Whether a text that begins so is made of lines, which threads may share.
    pub(in crate::trace) has_lines: fn(&[u8]) -> bool,
    /// Writes the header, if the format has one; the flag says whether rows may be something else than requests. `None` if
    /// the format is only read.
    pub(in crate::trace) writer: Option<Writer>,
}

/// Begins to write a trace.
pub(in crate::trace) type Writer = for<'o> fn(&'o mut dyn Write, bool) -> io::Result<Box<dyn RowWriter + 'o>>;
