//! From cells to meaning: when each row happened and who it was.
//!
//! Every row is checked here, whoever reads and however often. Does not know how a trace is written, nor
//! when its day begins.

use std::io::Read;

use super::error::{Located, SHOWN_CHARS, TraceFault, WrongTime};
use super::stamp::{self, StampError};
use super::table::{RawRow, Table, text, text_in};
use crate::model::{DAY_US, TimeUnit, TraceSpec, escape_cut};

/// A recorded day that spans more is taken for a mistake in the unit.
const MAX_SPAN_DAYS: u64 = 3660;

/// A row that has been checked.
pub(super) struct Row<'a> {
    /// Microseconds since the epoch.
    pub(super) epoch_us: u64,
    /// Who.
    pub(super) user: &'a str,
}

/// The rows of a trace in order.
pub(super) struct Rows<R> {
    table: Table<R>,
    time_column: String,
    user_column: String,
    unit: TimeUnit,
    first: Option<Seen>,
    previous: Option<Seen>,
    spare: String,
}

/// What is remembered of a row.
#[derive(Clone, Copy)]
struct Seen {
    line: u64,
    epoch_us: u64,
}

impl<R: Read> Rows<R> {
    /// Reads the header.
    pub(super) fn open(input: R, spec: &TraceSpec) -> Result<Self, Located> {
        Ok(Self {
            table: Table::open(input, spec.format, &spec.columns)?,
            time_column: spec.columns.time.clone(),
            user_column: spec.columns.user.clone(),
            unit: spec.unit,
            first: None,
            previous: None,
            spare: String::new(),
        })
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Located> {
        let Some(raw) = self.table.next()? else {
            return Ok(None);
        };
        let wrong = || WrongTime::new(&self.time_column, &text(raw.time), self.unit);
        let epoch_us = stamp::parse(raw.time, self.unit).map_err(|error| {
            let fault = match error {
                StampError::Negative => TraceFault::NegativeTime(wrong()),
                StampError::NotANumber => TraceFault::NotATime(wrong()),
                StampError::TooLarge => TraceFault::FarFuture(wrong()),
            };
            Located::at(raw.line, fault)
        })?;
        let seen = Seen { line: raw.line, epoch_us };
        if let Some(fault) = out_of_order(seen, self.first, self.previous, self.unit, wrong) {
            return Err(Located::at(raw.line, fault));
        }
        self.first.get_or_insert(seen);
        self.previous = Some(seen);
        let RawRow { line, user, .. } = raw;
        if user.is_empty() {
            return Err(Located::at(line, TraceFault::EmptyUser(escape_cut(&self.user_column, SHOWN_CHARS))));
        }
        Ok(Some(Row { epoch_us, user: text_in(user, &mut self.spare) }))
    }
}

/// What is wrong with a row's time beside the rows before it.
fn out_of_order(
    row: Seen,
    first: Option<Seen>,
    previous: Option<Seen>,
    unit: TimeUnit,
    wrong: impl Fn() -> WrongTime,
) -> Option<TraceFault> {
    if let Some(previous) = previous.filter(|previous| row.epoch_us < previous.epoch_us) {
        let found = Box::new((wrong(), written(previous.epoch_us, unit)));
        return Some(TraceFault::Backwards { found, previous_line: previous.line });
    }
    let first = first?;
    (row.epoch_us - first.epoch_us > MAX_SPAN_DAYS * DAY_US).then(|| TraceFault::LongSpan {
        found: wrong(),
        first_line: first.line,
        days: MAX_SPAN_DAYS,
    })
}

/// A time in the trace's own unit; the cell it came from is gone.
fn written(epoch_us: u64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Seconds => {
            let fraction = format!(".{:06}", epoch_us % 1_000_000);
            let kept = fraction.trim_end_matches('0').trim_end_matches('.');
            format!("{}{kept}", epoch_us / 1_000_000)
        }
        TimeUnit::Millis => (epoch_us / 1_000).to_string(),
        TimeUnit::Micros => epoch_us.to_string(),
        TimeUnit::Nanos => format!("{}000", epoch_us),
    }
}
