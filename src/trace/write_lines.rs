//! Rows as lines of other programs: a web server's log, and Twitter's cache traces.
//!
//! Both say more than a recorded day knows; the rest of a line is placeholders. Both have whole seconds only. A log
//! holds requests alone; Twitter's traces have operations, but no roles.

use std::io::Write;

use super::convert::{Converted, RowError};
use super::rows::{Row, Says};
use super::write::{WriteRow, named, put, unfit};
use super::{combined, twitter};
use crate::model::TraceFormat;

/// Writes a web server's log in the combined format; each line has a remote user, a date in UTC, and a request that
/// stands for any.
pub(super) struct LogWriter<'o> {
    out: &'o mut dyn Write,
    /// The last line's second and how it was written: the next one is often the same.
    last: (u64, String),
    line: Vec<u8>,
    converted: Converted,
}

impl<'o> LogWriter<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, last: (0, combined::written(0)), line: Vec::new(), converted: Converted::default() }
    }
}

impl WriteRow for LogWriter<'_> {
    fn write(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        const FORMAT: TraceFormat = TraceFormat::Combined;
        if row.says != Says::Request {
            self.converted.left_out += 1;
            return Ok(());
        }
        let mut number = String::new();
        let user = named(row.user, &mut number);
        if !combined::holds(user) {
            return Err(unfit(user, FORMAT));
        }
        let second = self.converted.whole_second(row.epoch_us);
        if second != self.last.0 {
            self.last = (second, combined::written(row.epoch_us));
        }
        self.line.clear();
        let time = &self.last.1;
        writeln!(self.line, "- - {user} [{time}] \"GET / HTTP/1.1\" 200 0 \"-\" \"-\"")?;
        put(self.out, &self.line, FORMAT, &mut self.converted)
    }

    fn finish(self: Box<Self>) -> std::io::Result<Converted> {
        self.out.flush()?;
        Ok(self.converted)
    }
}

/// Writes `timestamp,key,key size,value size,client id,operation,TTL`; the size of a value, the client and the TTL are 0.
pub(super) struct TwitterWriter<'o> {
    out: &'o mut dyn Write,
    line: Vec<u8>,
    converted: Converted,
}

impl<'o> TwitterWriter<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, line: Vec::new(), converted: Converted::default() }
    }
}

impl WriteRow for TwitterWriter<'_> {
    fn write(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        const FORMAT: TraceFormat = TraceFormat::Twitter;
        let (op, role) = row.says.words();
        if !role.is_empty() {
            self.converted.left_out += 1;
            return Ok(());
        }
        let mut number = String::new();
        let key = named(row.user, &mut number);
        if !twitter::holds(key) {
            return Err(unfit(key, FORMAT));
        }
        let second = self.converted.whole_second(row.epoch_us);
        self.line.clear();
        writeln!(self.line, "{second},{key},{},0,0,{op},0", key.len())?;
        put(self.out, &self.line, FORMAT, &mut self.converted)
    }

    fn finish(self: Box<Self>) -> std::io::Result<Converted> {
        self.out.flush()?;
        Ok(self.converted)
    }
}
