//! libCacheSim's oracleGeneral: records of 24 bytes, little endian.
//!
//! Time in 4 bytes, the object's number in 8, its size in 4, and the place of its next request in 8, of which the
//! last two are not looked at. Every record is a request. <https://github.com/1a1a11a/libCacheSim>

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use super::interface::{FormatDescriptor, FormatReader, RECORD, RecordBlock};
use crate::model::{TraceFormat, UserId};
use crate::trace::error::Located;
use crate::trace::fault::{Place, TraceFault};
use crate::trace::row_checks::RowChecks;
use crate::trace::trace_row::{NextRow, Says, TraceRow, UserRef};
use crate::trace::write::{Converted, RowError, RowWriter, unfit};

/// libCacheSim's records.
pub(super) const ORACLE_GENERAL: FormatDescriptor = FormatDescriptor {
    open: |input, _| Ok(Box::new(Records::new(input))),
    has_lines: |_| false,
    writer: Some(|out, _| Ok(Box::new(RecordWriter::new(out)?))),
};

/// What records can hold.
const HOLDS: &str =
    ", which holds whole numbers and seconds up to the year 2106; number the users with --number-users";
/// Records that are read at once: a call of the system costs as much as some hundred of them.
const READ_AT_ONCE: usize = 16 << 10;
/// Records that are handed on at once: few enough for what is made of them to stay near the processor.
const AT_ONCE: usize = 4096;

/// A request of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::trace) struct Record {
    /// In the trace's unit.
    pub(in crate::trace) time: u32,
    /// The user.
    pub(in crate::trace) number: u64,
}

/// The records of a file.
struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    /// Bytes of whole records in the buffer, and where the next begins.
    end: usize,
    next: usize,
    /// Records before those in the buffer.
    before: u64,
    /// Bytes of a record behind them that the end of the file cuts off.
    cut: usize,
}

impl<R: Read> Records<R> {
    fn new(input: R) -> Self {
        Self { input, buffer: vec![0; RECORD * READ_AT_ONCE], end: 0, next: 0, before: 0, cut: 0 }
    }

    /// Reads on; false at the end.
    fn read_on(&mut self) -> Result<bool, Located> {
        self.before += (self.end / RECORD) as u64;
        self.next = 0;
        self.end = 0;
        let mut filled = 0;
        while filled < self.buffer.len() && self.cut == 0 {
            let count =
                self.input.read(&mut self.buffer[filled..]).map_err(|error| TraceFault::of_io(&error))?;
            if count == 0 {
                break;
            }
            filled += count;
        }
        self.end = filled - filled % RECORD;
        // What is wrong with the records before it is told first.
        self.cut = self.cut.max(filled - self.end);
        if self.end == 0 && self.cut > 0 {
            let fault = TraceFault::CutRecord { bytes: self.cut };
            return Err(Located::of(Place::Record(self.before + 1), fault));
        }
        Ok(self.end > 0)
    }
}

impl<R: Read> FormatReader for Records<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        if self.next == self.end && !self.read_on()? {
            return Ok(None);
        }
        let place = Place::Record(self.before + (self.next / RECORD) as u64 + 1);
        let record = self.buffer[self.next..].first_chunk().map(parse);
        self.next += RECORD;
        record.map(|record| checks.record(place, record.time.into(), record.number)).transpose()
    }

    fn may_write(&self) -> bool {
        false
    }

    fn block(&mut self) -> Option<Result<RecordBlock<'_>, Located>> {
        if self.next == self.end
            && let Err(fault) = self.read_on()
        {
            return Some(Err(fault));
        }
        let start = self.next;
        self.next = self.end.min(start + RECORD * AT_ONCE);
        let (records, _) = self.buffer[start..self.next].as_chunks();
        Some(Ok((self.before + (start / RECORD) as u64, records)))
    }
}

/// Reads one record.
#[inline]
pub(in crate::trace) fn parse(bytes: &[u8; RECORD]) -> Record {
    let &[a, b, c, d, e, f, g, h, i, j, k, l, ..] = bytes;
    Record { time: u32::from_le_bytes([a, b, c, d]), number: u64::from_le_bytes([e, f, g, h, i, j, k, l]) }
}

/// Whether bytes begin with records, as far as that can be seen: there is one, and times do not go backwards. Those of
/// other binary data do, within a few records.
pub(in crate::trace) fn looks_like(head: &[u8]) -> bool {
    let (records, _) = head.as_chunks::<RECORD>();
    !records.is_empty() && records.is_sorted_by_key(|record| parse(record).time)
}

/// How many records, from the first on, have this time.
pub(in crate::trace) fn leading(time: u32, records: &[[u8; RECORD]]) -> usize {
    // Eight at once, and one question of all.
    let differs =
        |eight: &[[u8; RECORD]; 8]| eight.iter().fold(0, |bits, one| bits | (parse(one).time ^ time)) != 0;
    let (eights, _) = records.as_chunks();
    let whole = 8 * eights.iter().position(differs).unwrap_or(eights.len());
    whole + records[whole..].iter().take_while(|one| parse(one).time == time).count()
}

/// Records that are gone through at once.
const WRITTEN_AT_ONCE: u64 = 64 << 10;
/// The place of the next request if there is none.
const NEVER: i64 = i64::MAX;

/// Writes records, each with the place of its object's next request.
///
/// Those places are known only from behind, so the records go to a nameless file first, which is gone through backwards.
/// Memory depends on users.
struct RecordWriter<'o> {
    out: &'o mut dyn Write,
    draft: BufWriter<File>,
    converted: Converted,
}

impl<'o> RecordWriter<'o> {
    fn new(out: &'o mut dyn Write) -> io::Result<Self> {
        let draft = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        Ok(Self { out, draft, converted: Converted::default() })
    }
}

impl RowWriter for RecordWriter<'_> {
    fn write(&mut self, row: &TraceRow<'_>) -> Result<(), RowError> {
        if row.says != Says::Request {
            self.converted.left_out += 1;
            return Ok(());
        }
        let number = match row.user {
            UserRef::Number(number) => number,
            UserRef::Text(text) => match UserId::new(text) {
                UserId::Number(number) => number,
                UserId::Name(_) => return Err(unfit(text, TraceFormat::OracleGeneral, HOLDS)),
            },
        };
        let second = self.converted.whole_second(row.epoch_us);
        let time = u32::try_from(second)
            .map_err(|_| unfit(&second.to_string(), TraceFormat::OracleGeneral, HOLDS))?;
        let mut record = [0; RECORD];
        record[..4].copy_from_slice(&time.to_le_bytes());
        record[4..12].copy_from_slice(&number.to_le_bytes());
        // Every object is one unit large.
        record[12..16].copy_from_slice(&1u32.to_le_bytes());
        self.draft.write_all(&record)?;
        self.converted.written += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<Converted> {
        let Self { out, draft, converted } = *self;
        let mut file = draft.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut next: FxHashMap<u64, i64> = FxHashMap::default();
        let mut buffer = Vec::new();
        let mut end = converted.written;
        while end > 0 {
            let from = end.saturating_sub(WRITTEN_AT_ONCE);
            read(&mut file, from, end, &mut buffer)?;
            for (index, record) in buffer.chunks_exact_mut(RECORD).enumerate().rev() {
                let mut number = [0; 8];
                number.copy_from_slice(&record[4..12]);
                // Places count from 1.
                let place = (from + index as u64 + 1) as i64;
                let later = next.insert(u64::from_le_bytes(number), place).unwrap_or(NEVER);
                record[16..].copy_from_slice(&later.to_le_bytes());
            }
            file.seek(SeekFrom::Start(from * RECORD as u64))?;
            file.write_all(&buffer)?;
            end = from;
        }
        while end < converted.written {
            let to = (end + WRITTEN_AT_ONCE).min(converted.written);
            read(&mut file, end, to, &mut buffer)?;
            out.write_all(&buffer)?;
            end = to;
        }
        out.flush()?;
        Ok(converted)
    }
}

/// Reads the records from one place to another.
fn read(file: &mut File, from: u64, to: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.resize((to - from) as usize * RECORD, 0);
    file.seek(SeekFrom::Start(from * RECORD as u64))?;
    file.read_exact(buffer)
}
