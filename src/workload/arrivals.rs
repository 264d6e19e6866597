//! The requests that no script names, merged into one stream: owed to single users, drawn, recorded.

use super::sessions::Generated;
use super::{Recorded, RecordedError, RecordedRow, RowKind, Users};
use crate::model::Clock;

/// A request that no script names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// Who asks.
    pub user: u32,
}

/// A stream of which the next element is known.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    buffer: Vec<Arrival>,
    next: usize,
}

impl Ahead {
    /// The next element, where there is one at hand.
    pub(super) fn peek(&self) -> Option<Arrival> {
        self.buffer.get(self.next).copied()
    }

    /// Goes on to the element after it.
    pub(super) fn skip(&mut self) {
        self.next += 1;
    }

    /// Fills the buffer anew; gives on what `fill` says.
    pub(super) fn refill(&mut self, fill: impl FnOnce(&mut Vec<Arrival>) -> bool) -> bool {
        self.buffer.clear();
        self.next = 0;
        fill(&mut self.buffer)
    }
}

/// Rows of a recorded day, of which the next is known.
struct Reading<'a> {
    source: &'a mut dyn Recorded,
    rows: Vec<RecordedRow>,
    next: usize,
}

/// All requests that no script names, and the recorded role changes, in order of time; at one instant those owed to
/// single users come first, then the drawn ones, then the recorded rows.
pub struct Arrivals<'a> {
    planned: Ahead,
    generated: Option<Generated>,
    drawn: Ahead,
    recorded: Option<Reading<'a>>,
    read: u64,
    skipped: u64,
}

impl<'a> Arrivals<'a> {
    pub(super) fn new(
        planned: Vec<Arrival>,
        generated: Option<Generated>,
        recorded: Option<&'a mut dyn Recorded>,
    ) -> Self {
        Self {
            planned: Ahead { buffer: planned, next: 0 },
            generated,
            drawn: Ahead::default(),
            recorded: recorded.map(|source| Reading { source, rows: Vec::new(), next: 0 }),
            read: 0,
            skipped: 0,
        }
    }

    /// When the next one comes.
    ///
    /// # Errors
    /// When a recorded day cannot be read on.
    pub fn peek_us(&mut self, users: &mut Users, clock: &Clock) -> Result<Option<u64>, RecordedError> {
        self.look_ahead(users, clock)?;
        let at_us = |arrival: Option<Arrival>| arrival.map(|arrival| arrival.at_us);
        let recorded = self.row().map(|row| row.at_us - clock.start.0);
        Ok([at_us(self.planned.peek()), at_us(self.drawn.peek()), recorded].into_iter().flatten().min())
    }

    /// Takes the one that comes at the instant that [`peek_us`](Self::peek_us) just gave.
    pub fn take(&mut self, at_us: u64) -> Option<(u32, RowKind)> {
        for ahead in [&mut self.planned, &mut self.drawn] {
            if let Some(arrival) = ahead.peek().filter(|arrival| arrival.at_us == at_us) {
                ahead.skip();
                return Some((arrival.user, RowKind::Request));
            }
        }
        let row = self.row()?;
        if let Some(reading) = &mut self.recorded {
            reading.next += 1;
        }
        Some((row.user, row.kind))
    }

    /// Recorded rows so far.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Those of them that lie outside the clock.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The next recorded row, where there is one at hand.
    fn row(&self) -> Option<RecordedRow> {
        self.recorded.as_ref().and_then(|reading| reading.rows.get(reading.next)).copied()
    }

    fn look_ahead(&mut self, users: &mut Users, clock: &Clock) -> Result<(), RecordedError> {
        while self.drawn.peek().is_none() {
            let Some(generated) = &mut self.generated else { break };
            if !self.drawn.refill(|buffer| generated.next_block(buffer)) {
                self.generated = None;
            }
        }
        while self.row().is_none() {
            let Some(reading) = &mut self.recorded else { break };
            reading.rows.clear();
            reading.next = 0;
            reading.source.next_rows(users, &mut reading.rows)?;
            let count = reading.rows.len() as u64;
            reading.rows.retain(|row| (clock.start.0..clock.end.0).contains(&row.at_us));
            self.read += count;
            self.skipped += count - reading.rows.len() as u64;
            if count == 0 {
                self.recorded = None;
            }
        }
        Ok(())
    }
}
