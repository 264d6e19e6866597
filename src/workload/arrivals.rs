//! The requests that no script names, merged into one stream: owed to single users, drawn, recorded.

use super::sessions::Generated;
use super::{Recorded, RecordedError, Users};
use crate::model::{Clock, UserId};

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

/// All requests that no script names, in order of time; at one instant those owed to single users come
/// first, then the drawn ones, then the recorded ones.
pub struct Arrivals<'a> {
    planned: Ahead,
    generated: Option<Generated>,
    drawn: Ahead,
    recorded: Option<&'a mut dyn Recorded>,
    read: Option<Arrival>,
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
            recorded,
            read: None,
            skipped: 0,
        }
    }

    /// The next request, without taking it.
    ///
    /// # Errors
    /// When a recorded day cannot be read on.
    pub fn peek(&mut self, users: &mut Users, clock: &Clock) -> Result<Option<Arrival>, RecordedError> {
        self.look_ahead(users, clock)?;
        let earlier = |a: Option<Arrival>, b: Option<Arrival>| match (a, b) {
            (Some(a), Some(b)) if b.at_us < a.at_us => Some(b),
            (a, b) => a.or(b),
        };
        Ok(earlier(earlier(self.planned.peek(), self.drawn.peek()), self.read))
    }

    /// Takes what [`peek`](Self::peek) just gave.
    pub fn take(&mut self, arrival: Arrival) {
        if self.planned.peek() == Some(arrival) {
            self.planned.skip();
        } else if self.drawn.peek() == Some(arrival) {
            self.drawn.skip();
        } else {
            self.read = None;
        }
    }

    /// Recorded rows outside the clock so far.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    fn look_ahead(&mut self, users: &mut Users, clock: &Clock) -> Result<(), RecordedError> {
        while self.drawn.peek().is_none() {
            let Some(generated) = &mut self.generated else { break };
            if !self.drawn.refill(|buffer| generated.next_block(buffer)) {
                self.generated = None;
            }
        }
        while self.read.is_none() {
            let Some(recorded) = &mut self.recorded else { break };
            match recorded.next_row()? {
                None => self.recorded = None,
                Some((at_us, user)) if (clock.start.0..clock.end.0).contains(&at_us) => {
                    let user = users.intern(&UserId::new(user));
                    self.read = Some(Arrival { at_us: at_us - clock.start.0, user });
                }
                Some(_) => self.skipped += 1,
            }
        }
        Ok(())
    }
}
