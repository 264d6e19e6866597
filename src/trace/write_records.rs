//! Rows as libCacheSim's records, each with the place of its object's next request.
//!
//! Those places are known only from behind, so the records go to a nameless file first, which is gone through backwards.
//! Memory depends on users.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use rustc_hash::FxHashMap;

use super::convert::{Converted, RowError};
use super::oracle_general::RECORD;
use super::rows::{Row, Says, Who};
use super::write::{WriteRow, unfit};
use crate::model::{TraceFormat, UserId};

/// Records that are gone through at once.
const AT_ONCE: u64 = 64 << 10;
/// Stands for the next request where there is none.
const NEVER: i64 = i64::MAX;

/// Writes records.
pub(super) struct RecordWriter<'o> {
    out: &'o mut dyn Write,
    draft: BufWriter<File>,
    converted: Converted,
}

impl<'o> RecordWriter<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> std::io::Result<Self> {
        let draft = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
        Ok(Self { out, draft, converted: Converted::default() })
    }
}

impl WriteRow for RecordWriter<'_> {
    fn write(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        const FORMAT: TraceFormat = TraceFormat::OracleGeneral;
        if row.says != Says::Request {
            self.converted.left_out += 1;
            return Ok(());
        }
        let number = match row.user {
            Who::Number(number) => number,
            Who::Text(text) => match UserId::new(text) {
                UserId::Number(number) => number,
                UserId::Name(_) => return Err(unfit(text, FORMAT)),
            },
        };
        let second = self.converted.whole_second(row.epoch_us);
        let time = u32::try_from(second).map_err(|_| unfit(&second.to_string(), FORMAT))?;
        let mut record = [0; RECORD];
        record[..4].copy_from_slice(&time.to_le_bytes());
        record[4..12].copy_from_slice(&number.to_le_bytes());
        // Every object is one unit large.
        record[12..16].copy_from_slice(&1u32.to_le_bytes());
        self.draft.write_all(&record)?;
        self.converted.written += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> std::io::Result<Converted> {
        let Self { out, draft, converted } = *self;
        let mut file = draft.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        let mut next: FxHashMap<u64, i64> = FxHashMap::default();
        let mut buffer = Vec::new();
        let mut end = converted.written;
        while end > 0 {
            let from = end.saturating_sub(AT_ONCE);
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
            let to = (end + AT_ONCE).min(converted.written);
            read(&mut file, end, to, &mut buffer)?;
            out.write_all(&buffer)?;
            end = to;
        }
        out.flush()?;
        Ok(converted)
    }
}

/// Reads the records from one place to another.
fn read(file: &mut File, from: u64, to: u64, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    buffer.resize((to - from) as usize * RECORD, 0);
    file.seek(SeekFrom::Start(from * RECORD as u64))?;
    file.read_exact(buffer)
}
