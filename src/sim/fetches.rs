//! One cache's database reads in flight, and who waits for them.

use rustc_hash::FxHashMap;

use super::block::Request;
use super::observer::Outcome;
use super::queue::Queue;
use crate::cache::{Row, TicketId};
use crate::model::RoleId;

/// A request that waits for an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiter {
    /// The request.
    pub(super) request: Request,
    /// Its position in the order of things.
    pub(super) position: u64,
    /// A hash of its user and start.
    pub(super) key: u64,
    /// What was committed when it started.
    pub(super) truth: Row<RoleId>,
    /// How it counts.
    pub(super) outcome: Outcome,
    /// How often it asked again.
    pub(super) asked_again: u8,
}

/// A read in flight.
#[derive(Debug)]
pub(super) struct Fetch<T> {
    /// The right to fill.
    pub(super) ticket: T,
    /// What was committed when it was issued.
    pub(super) row: Row<RoleId>,
    /// Who issued it.
    pub(super) leader: Waiter,
    /// Who joined, in order.
    pub(super) joined: Vec<Waiter>,
}

/// All reads in flight.
#[derive(Debug)]
pub(super) struct Fetches<T> {
    slots: Vec<Option<Fetch<T>>>,
    free: Vec<usize>,
    /// When which slot is answered, with the position at which its read was issued.
    answers: Queue<(u64, usize)>,
    joinable: FxHashMap<TicketId, usize>,
}

impl<T> Default for Fetches<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            answers: Queue::default(),
            joinable: FxHashMap::default(),
        }
    }
}

impl<T> Fetches<T> {
    /// Sends a read on its way.
    pub(super) fn issue(
        &mut self,
        fetch: Fetch<T>,
        joinable: Option<TicketId>,
        position: u64,
        answered_us: u64,
    ) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(fetch);
        if let Some(ticket) = joinable {
            self.joinable.insert(ticket, slot);
        }
        self.answers.push(answered_us, (position, slot));
    }

    /// Joins a read; gives the waiter back where there is no such read.
    pub(super) fn join(&mut self, ticket: TicketId, waiter: Waiter) -> Result<(), Waiter> {
        let slot = self.joinable.get(&ticket).copied();
        match slot.and_then(|slot| self.slots[slot].as_mut()) {
            Some(fetch) => {
                fetch.joined.push(waiter);
                Ok(())
            }
            None => Err(waiter),
        }
    }

    /// When the next read is answered, and the position at which it was issued.
    pub(super) fn next_answer(&self) -> Option<(u64, u64)> {
        self.answers.peek().map(|(at_us, (position, _))| (at_us, *position))
    }

    /// Takes the next answer.
    pub(super) fn land(&mut self, joinable: impl Fn(&T) -> Option<TicketId>) -> Option<(u64, Fetch<T>)> {
        let (at_us, (_, slot)) = self.answers.pop()?;
        let fetch = self.slots[slot].take()?;
        self.free.push(slot);
        if let Some(ticket) = joinable(&fetch.ticket) {
            self.joinable.remove(&ticket);
        }
        Some((at_us, fetch))
    }
}
