//! Twitter's cache traces: `timestamp,key,key size,value size,client id,operation,TTL`, without a header.
//!
//! Nothing is quoted, and a key may hold commas: one cell is counted from the left and five from the right.
//! <https://github.com/twitter/cache-trace>

use std::io::{Read, Write};
use std::sync::Arc;

use super::interface::{FormatDescriptor, FormatReader, Resume};
use crate::model::TraceFormat;
use crate::trace::error::Located;
use crate::trace::fault::TraceFault;
use crate::trace::row_checks::RowChecks;
use crate::trace::text_lines::TextLines;
use crate::trace::trace_row::{NextRow, RawRow, TraceRow};
use crate::trace::write::{Converted, LineFormat, LineWriter, READABLE, RowError, named, unfit};

/// Twitter's traces.
pub(super) const TWITTER: FormatDescriptor = FormatDescriptor {
    open: |input, _| Ok(Box::new(Twitter(TextLines::new(input, 0)))),
    has_lines: |_| true,
    writer: Some(|out, _| Ok(Box::new(LineWriter::new(out, TraceFormat::Twitter, TwitterLines)))),
};

/// Cells of a line.
const CELLS: usize = 7;

/// The lines of a trace.
struct Twitter<R>(TextLines<R>);

impl<R: Read> FormatReader for Twitter<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        let Some((line, bytes)) = self.0.next()? else { return Ok(None) };
        let Some((time, key, op)) = split(bytes) else {
            let cells = bytes.iter().filter(|byte| **byte == b',').count() + 1;
            return Err(Located::at(line, TraceFault::Ragged { cells, expected: CELLS, header: false }));
        };
        checks.cells(RawRow { line, time, user: key, op, role: b"", is_kept: true }).map(Some)
    }

    fn may_write(&self) -> bool {
        true
    }

    fn resume(&self) -> Option<Resume> {
        Some(Arc::new(|input, before| Box::new(Twitter(TextLines::new(input, before)))))
    }
}

/// Rows as lines of a trace without roles, in whole seconds; the size of a value, the client and the TTL are 0.
struct TwitterLines;

impl LineFormat for TwitterLines {
    fn line(
        &mut self,
        row: &TraceRow<'_>,
        line: &mut Vec<u8>,
        converted: &mut Converted,
    ) -> Result<bool, RowError> {
        let (op, role) = row.says.words();
        if !role.is_empty() {
            return Ok(false);
        }
        let mut number = String::new();
        let key = named(row.user, &mut number);
        if key.contains(['\n', '\r']) {
            return Err(unfit(key, TraceFormat::Twitter, READABLE));
        }
        let second = converted.whole_second(row.epoch_us);
        write!(line, "{second},{key},{},0,0,{op},0", key.len())?;
        Ok(true)
    }
}

/// Time, key and operation.
pub(in crate::trace) fn split(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let time_end = memchr::memchr(b',', line)?;
    let mut commas = memchr::memrchr_iter(b',', line);
    let ttl = commas.next()?;
    let op = commas.next()?;
    let key_end = commas.nth(2).filter(|end| *end > time_end)?;
    Some((&line[..time_end], &line[time_end + 1..key_end], &line[op + 1..ttl]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_commas() {
        let cells = |line: &'static str| {
            split(line.as_bytes())
                .map(|(time, key, op)| [time, key, op].map(|cell| std::str::from_utf8(cell).unwrap()))
        };
        assert_eq!(
            cells("0,nz:u:eeW511W3dcH3de3d15ec,22,304,5,get,0"),
            Some(["0", "nz:u:eeW511W3dcH3de3d15ec", "get"])
        );
        assert_eq!(cells("7,a,b,,c,6,1,2,set,60"), Some(["7", "a,b,,c", "set"]));
        assert_eq!(cells("7,,0,1,2,get,0"), Some(["7", "", "get"]));
        assert_eq!(cells("7,a,1,2,get,0"), None);
        assert_eq!(cells("7"), None);
    }
}
