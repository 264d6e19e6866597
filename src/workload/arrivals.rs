//! The requests that no script names, merged into one stream: owed to single users, drawn, recorded.

use super::arrival::Arrival;
use super::recorded::{RecordedDay, RecordedError};
use super::recorded_rows::{RecordedRows, RowKind, before};
use super::sessions::SessionRequests;
use super::shared_draws::SharedDraws;
use super::traffic::{Blocks, RandomRequests};
use super::users::Users;
use crate::model::Clock;

/// The generated requests of a day, or those of one part of its users, in order of time.
#[derive(Debug)]
pub(super) enum Generated {
    /// Each for itself.
    Single(RandomRequests),
    /// In bursts.
    InSessions(Box<SessionRequests>),
    /// A part of the users', drawn together with the other parts.
    Shared(SharedDraws),
}

impl Generated {
    /// Draws some more into `out`; false when there are none left.
    pub(super) fn next_block(&mut self, out: &mut Vec<Arrival>) -> bool {
        match self {
            Self::Single(requests) => requests.next_block(out),
            Self::InSessions(requests) => requests.next_block(out),
            Self::Shared(requests) => requests.next_draws(out),
        }
    }
}

/// A stream of which the next element is known.
#[derive(Debug, Default)]
struct Ahead {
    buffer: Vec<Arrival>,
    next: usize,
}

impl Ahead {
    /// The next element, if there is one at hand.
    fn peek(&self) -> Option<Arrival> {
        self.buffer.get(self.next).copied()
    }

    /// Goes on to the element after it.
    fn skip(&mut self) {
        self.next += 1;
    }

    /// Takes the next elements before an instant, at most `most`.
    fn run(&mut self, before_us: u64, most: usize) -> &[Arrival] {
        let ahead = &self.buffer[self.next..];
        let ahead = &ahead[..ahead.len().min(most)];
        let count = before(ahead, before_us, |arrival| arrival.at_us);
        self.next += count;
        &ahead[..count]
    }

    /// Fills the buffer again; gives on what `fill` says.
    fn refill(&mut self, fill: impl FnOnce(&mut Vec<Arrival>) -> bool) -> bool {
        self.buffer.clear();
        self.next = 0;
        fill(&mut self.buffer)
    }
}

/// Requests that come one after the other, with nothing in between.
#[derive(Clone, Copy, Debug)]
pub enum RequestRun<'r> {
    /// As they were drawn.
    Arrivals(&'r [Arrival]),
    /// As they were recorded.
    Rows {
        /// The times, in microseconds since the first midnight.
        at_us: &'r [u64],
        /// The users.
        users: &'r [u32],
        /// Their words.
        words: &'r [u64],
        /// The clock's start.
        start_us: u64,
    },
}

/// Rows of a recorded day, of which the next is known.
struct Reading<'a> {
    source: &'a mut dyn RecordedDay,
    rows: RecordedRows,
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
        recorded: Option<&'a mut dyn RecordedDay>,
    ) -> Self {
        Self {
            planned: Ahead { buffer: planned, next: 0 },
            generated,
            drawn: Ahead::default(),
            recorded: recorded.map(|source| Reading { source, rows: RecordedRows::default(), next: 0 }),
            read: 0,
            skipped: 0,
        }
    }

    /// How many requests are owed to single users, those that have passed included.
    pub(super) fn planned(&self) -> usize {
        self.planned.buffer.len()
    }

    /// The requests owed to single users, and the blocks from which the others can be drawn. Itself if those come one
    /// after the other, or any was taken.
    pub(super) fn into_blocks(self) -> Result<(Vec<Arrival>, Option<Blocks>), Box<Self>> {
        let untouched = self.planned.next == 0 && self.drawn.buffer.is_empty() && self.recorded.is_none();
        match self.generated {
            Some(Generated::Single(requests)) if untouched => {
                Ok((self.planned.buffer, Some(requests.into_blocks())))
            }
            None if untouched => Ok((self.planned.buffer, None)),
            generated => Err(Box::new(Self { generated, ..self })),
        }
    }

    /// When the next one comes.
    ///
    /// # Errors
    /// When a recorded day cannot be read on.
    pub fn peek_us(&mut self, users: &mut Users, clock: &Clock) -> Result<Option<u64>, RecordedError> {
        self.look_ahead(users, clock)?;
        let at_us = |arrival: Option<Arrival>| arrival.map(|arrival| arrival.at_us);
        let recorded = self.row_us().map(|at_us| at_us - clock.start.0);
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
        let Reading { rows, next, .. } = self.recorded.as_mut()?;
        let user = *rows.users().get(*next)?;
        let kind = rows.kind(*next);
        *next += 1;
        Some((user, kind))
    }

    /// Takes requests as they lie ahead: those of one source before an instant, and at most `most`. It stops where it is
    /// another source's turn, at a row that is not a request, and at the end of what is known, so there may be none;
    /// [`peek_us`](Self::peek_us) makes more known.
    pub fn run(&mut self, clock: &Clock, before_us: u64, most: usize) -> RequestRun<'_> {
        let start_us = clock.start.0;
        let head_us = |ahead: &Ahead| ahead.peek().map_or(u64::MAX, |arrival| arrival.at_us);
        let recorded_us = self.row_us().map_or(u64::MAX, |at_us| at_us - start_us);
        let (planned_us, drawn_us) = (head_us(&self.planned), head_us(&self.drawn));
        // At one instant an earlier source goes first.
        if planned_us <= drawn_us.min(recorded_us) {
            let end_us = drawn_us.min(recorded_us).saturating_add(1);
            RequestRun::Arrivals(self.planned.run(before_us.min(end_us), most))
        } else if drawn_us <= recorded_us {
            let end_us = planned_us.min(recorded_us.saturating_add(1));
            RequestRun::Arrivals(self.drawn.run(before_us.min(end_us), most))
        } else {
            let Some(reading) = &mut self.recorded else { return RequestRun::Arrivals(&[]) };
            let end_us = before_us.min(planned_us).min(drawn_us).saturating_add(start_us);
            let run = reading.rows.requests(reading.next, end_us, most);
            reading.next = run.end;
            let rows = &reading.rows;
            let (at_us, users, words) =
                (&rows.at_us()[run.clone()], &rows.users()[run.clone()], &rows.words()[run]);
            RequestRun::Rows { at_us, users, words, start_us }
        }
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

    /// When the next recorded row is, where there is one at hand, in microseconds since the first midnight.
    fn row_us(&self) -> Option<u64> {
        self.recorded.as_ref().and_then(|reading| reading.rows.at_us().get(reading.next)).copied()
    }

    fn look_ahead(&mut self, users: &mut Users, clock: &Clock) -> Result<(), RecordedError> {
        while self.drawn.peek().is_none() {
            let Some(generated) = &mut self.generated else { break };
            if !self.drawn.refill(|buffer| generated.next_block(buffer)) {
                self.generated = None;
            }
        }
        while self.row_us().is_none() {
            let Some(reading) = &mut self.recorded else { break };
            reading.rows.clear();
            reading.next = 0;
            reading.source.next_rows(users, &mut reading.rows)?;
            let count = reading.rows.len() as u64;
            let within = |at_us: &u64| (clock.start.0..clock.end.0).contains(at_us);
            // They come in order.
            let at_us = reading.rows.at_us();
            if !at_us.first().is_none_or(within) || !at_us.last().is_none_or(within) {
                reading.rows.cut(clock.start.0..clock.end.0);
            }
            self.read += count;
            self.skipped += count - reading.rows.len() as u64;
            if count == 0 {
                self.recorded = None;
            }
        }
        Ok(())
    }
}
