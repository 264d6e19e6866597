//! One cache's database reads in flight, and who waits for them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::block::Request;
use super::observer::Outcome;
use super::queue::Queue;
use crate::cache::{Row, Ticket, TicketId};
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
    /// The replica that it reached.
    pub(super) replica: u32,
    /// What names it where something about it is left to chance.
    pub(super) draw: u64,
}

/// A read in flight.
#[derive(Debug)]
pub(super) struct Fetch<T> {
    /// The right to fill.
    pub(super) ticket: T,
    /// What was committed when it was issued.
    pub(super) row: Row<RoleId>,
    /// When that was.
    pub(super) issued_us: u64,
    /// Who issued it.
    pub(super) leader: Waiter,
    /// Who joined, in order.
    pub(super) joined: Vec<Waiter>,
}

/// All reads in flight: those that the database serves, and those that queue for it.
#[derive(Debug)]
pub(super) struct Fetches<T> {
    slots: Vec<Option<Fetch<T>>>,
    free: Vec<usize>,
    /// When which slot is answered, with the position at which that was scheduled.
    answers: Queue<(u64, usize)>,
    queued: VecDeque<usize>,
    joinable: FxHashMap<TicketId, usize>,
    waiting: u64,
}

impl<T> Default for Fetches<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            answers: Queue::default(),
            queued: VecDeque::new(),
            joinable: FxHashMap::default(),
            waiting: 0,
        }
    }
}

impl<T: Joinable> Fetches<T> {
    /// Takes in a read that was issued; gives the slot by which it is served or queued.
    pub(super) fn issue(&mut self, fetch: Fetch<T>) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        if let Some(ticket) = fetch.ticket.joinable() {
            self.joinable.insert(ticket, slot);
        }
        self.waiting += 1 + fetch.joined.len() as u64;
        self.slots[slot] = Some(fetch);
        slot
    }

    /// How many requests wait, those included that issued a read.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting
    }

    /// The read of a slot.
    pub(super) fn get(&self, slot: usize) -> Option<&Fetch<T>> {
        self.slots.get(slot).and_then(Option::as_ref)
    }

    /// Serves a read: it is answered then, which was scheduled at a position.
    pub(super) fn serve(&mut self, slot: usize, position: u64, answered_us: u64) {
        self.answers.push(answered_us, (position, slot));
    }

    /// Lets a read wait until another has been served.
    pub(super) fn queue(&mut self, slot: usize) {
        self.queued.push_back(slot);
    }

    /// The read that has waited longest.
    pub(super) fn next_queued(&mut self) -> Option<usize> {
        self.queued.pop_front()
    }

    /// How many reads the database serves.
    pub(super) fn serving(&self) -> usize {
        self.answers.len()
    }

    /// Joins a read; gives the waiter back where there is no such read.
    pub(super) fn join(&mut self, ticket: TicketId, waiter: Waiter) -> Result<(), Waiter> {
        let slot = self.joinable.get(&ticket).copied();
        match slot.and_then(|slot| self.slots[slot].as_mut()) {
            Some(fetch) => {
                fetch.joined.push(waiter);
                self.waiting += 1;
                Ok(())
            }
            None => Err(waiter),
        }
    }

    /// When the next read is answered, and the position at which that was scheduled.
    pub(super) fn next_answer(&self) -> Option<(u64, u64)> {
        self.answers.peek().map(|(at_us, (position, _))| (at_us, *position))
    }

    /// Takes the next answer.
    pub(super) fn land(&mut self) -> Option<(u64, Fetch<T>)> {
        let (at_us, (_, slot)) = self.answers.pop()?;
        self.take(slot).map(|fetch| (at_us, fetch))
    }

    /// Takes all reads of one replica, or of all: first those that are served, in the order of their answers.
    pub(super) fn cancel(&mut self, replica: Option<u32>) -> Vec<Fetch<T>> {
        let mut canceled = Vec::new();
        let is_of = |fetch: &Fetch<T>| replica.is_none_or(|replica| fetch.leader.replica == replica);
        let mut kept = Queue::default();
        while let Some((at_us, (position, slot))) = self.answers.pop() {
            if self.get(slot).is_some_and(is_of) {
                canceled.extend(self.take(slot));
            } else {
                kept.push(at_us, (position, slot));
            }
        }
        self.answers = kept;
        for slot in std::mem::take(&mut self.queued) {
            if self.get(slot).is_some_and(is_of) {
                canceled.extend(self.take(slot));
            } else {
                self.queued.push_back(slot);
            }
        }
        canceled
    }

    fn take(&mut self, slot: usize) -> Option<Fetch<T>> {
        let fetch = self.slots[slot].take()?;
        self.free.push(slot);
        self.waiting -= 1 + fetch.joined.len() as u64;
        if let Some(ticket) = fetch.ticket.joinable() {
            self.joinable.remove(&ticket);
        }
        Some(fetch)
    }
}

/// A right to fill that others may wait for.
pub trait Joinable {
    /// The number by which it can be joined; `None` if it cannot.
    fn joinable(&self) -> Option<TicketId> {
        None
    }
}

/// Nobody joins a read that fills nothing.
impl Joinable for () {}

/// Nor one of a cache that somebody else wrote, which is known by its user.
impl Joinable for u32 {}

impl Joinable for Ticket<u32> {
    fn joinable(&self) -> Option<TicketId> {
        Some(self.id())
    }
}
