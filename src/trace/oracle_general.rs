//! libCacheSim's oracleGeneral: records of 24 bytes, little endian.
//!
//! Time in 4 bytes, the object's number in 8, its size in 4, and the place of its next request in 8, of which the
//! last two are not looked at. Every record is a request. <https://github.com/1a1a11a/libCacheSim>

use std::io::Read;

use super::error::{Located, Place};
use super::fault::TraceFault;

/// Bytes of a record.
pub(super) const RECORD: usize = 24;
/// Records that are read at once: a call of the system costs as much as some hundred of them.
const READ_AT_ONCE: usize = 16 << 10;
/// Records that are handed on at once: few enough for what is made of them to stay near the processor.
const AT_ONCE: usize = 4096;

/// A record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// In the trace's unit.
    pub(super) time: u32,
    /// Who.
    pub(super) number: u64,
}

/// The records of a file.
pub(super) struct Records<R> {
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
    pub(super) fn new(input: R) -> Self {
        Self { input, buffer: vec![0; RECORD * READ_AT_ONCE], end: 0, next: 0, before: 0, cut: 0 }
    }

    /// The next record and its place.
    pub(super) fn next(&mut self) -> Result<Option<(Place, Record)>, Located> {
        if self.next == self.end && !self.read_on()? {
            return Ok(None);
        }
        let place = self.before + (self.next / RECORD) as u64 + 1;
        let record = self.buffer[self.next..].first_chunk().map(parse);
        self.next += RECORD;
        Ok(record.map(|record| (Place::Record(place), record)))
    }

    /// Some more records, and how many came before them; none at the end.
    pub(super) fn block(&mut self) -> Result<(u64, &[[u8; RECORD]]), Located> {
        if self.next == self.end {
            self.read_on()?;
        }
        let start = self.next;
        self.next = self.end.min(start + RECORD * AT_ONCE);
        let (records, _) = self.buffer[start..self.next].as_chunks();
        Ok((self.before + (start / RECORD) as u64, records))
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

/// Reads one record.
#[inline]
pub(super) fn parse(bytes: &[u8; RECORD]) -> Record {
    let &[a, b, c, d, e, f, g, h, i, j, k, l, ..] = bytes;
    Record { time: u32::from_le_bytes([a, b, c, d]), number: u64::from_le_bytes([e, f, g, h, i, j, k, l]) }
}

/// Whether bytes begin with records, as far as that can be seen: there is one, and times do not go backwards. Those of
/// other binary data do, within a few records.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let (records, _) = head.as_chunks::<RECORD>();
    !records.is_empty() && records.is_sorted_by_key(|record| parse(record).time)
}

/// How many records, from the first on, have this time.
pub(super) fn leading(time: u32, records: &[[u8; RECORD]]) -> usize {
    // Eight at once, and one question of all.
    let differs =
        |eight: &[[u8; RECORD]; 8]| eight.iter().fold(0, |bits, one| bits | (parse(one).time ^ time)) != 0;
    let (eights, _) = records.as_chunks();
    let whole = 8 * eights.iter().position(differs).unwrap_or(eights.len());
    whole + records[whole..].iter().take_while(|one| parse(one).time == time).count()
}
