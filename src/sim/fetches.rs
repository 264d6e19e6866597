//! One cache's database reads in flight, and who waits for them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::block::Request;
use super::observer::RequestOutcome;
use super::policy::{Joinable, Scope, Timer};
use super::queue::Queue;
use crate::cache::Row;
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
    pub(super) outcome: RequestOutcome,
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
    /// What is read, and from where.
    pub(super) scope: Scope,
    pub(super) tier: Tier,
    /// The user's row as it sees it; no row if all are read.
    pub(super) row: Row<RoleId>,
    /// When it was issued, and the position up to which it sees what was committed.
    pub(super) issued_us: u64,
    pub(super) seen_position: u64,
    /// The replica that reads.
    pub(super) replica: u32,
    /// What names it where something about it is left to chance, with the number of the attempt.
    pub(super) draw: u64,
    pub(super) attempt: u32,
    /// The request that issued it; `None` if the policy did on its own.
    pub(super) leader: Option<Waiter>,
    /// The requests that joined it, in order.
    pub(super) joined: Vec<Waiter>,
}

/// Where a read goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// To the database, with its latency, its errors, its outages and its queue.
    Database,
    /// To another level of the cache, which answers after this many microseconds.
    Level(u64),
}

impl<T> Fetch<T> {
    /// How many requests wait for it.
    fn waiting(&self) -> u64 {
        u64::from(self.leader.is_some()) + self.joined.len() as u64
    }
}

/// What takes its turn among what is under way in a lane.
#[derive(Debug)]
pub(super) enum Due<T> {
    /// A read is answered.
    Answer(Fetch<T>),
    /// A replica's policy wants to be told of something.
    Timer(u32, Timer),
}

/// The same, while it is under way.
#[derive(Clone, Copy, Debug)]
enum Scheduled {
    Answer(usize),
    Timer(u32, Timer),
}

/// All reads in flight: those that the database serves, and those that queue for it.
#[derive(Debug)]
pub(super) struct Fetches<T> {
    slots: Vec<Option<Fetch<T>>>,
    free: Vec<usize>,
    /// When which slot is answered, with the position at which that was scheduled.
    answers: Queue<(u64, Scheduled)>,
    queued: VecDeque<usize>,
    /// How many the database serves.
    serving: usize,
    /// By replica, or 0 if they share their entries, and number of the ticket.
    joinable: FxHashMap<(u32, u64), usize>,
    shares_entries: bool,
    waiting: u64,
}

impl<T> Default for Fetches<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            answers: Queue::default(),
            queued: VecDeque::new(),
            serving: 0,
            joinable: FxHashMap::default(),
            shares_entries: false,
            waiting: 0,
        }
    }
}

impl<T: Joinable> Fetches<T> {
    /// None in flight; of replicas that share their entries, requests join any one's reads.
    pub(super) fn new(shares_entries: bool) -> Self {
        Self { shares_entries, ..Self::default() }
    }

    /// Where a replica's reads can be joined.
    fn home(&self, replica: u32) -> u32 {
        if self.shares_entries { 0 } else { replica }
    }

    /// Takes in a read that was issued; gives the slot by which it is served or queued.
    pub(super) fn issue(&mut self, fetch: Fetch<T>) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        if let Some(ticket) = fetch.ticket.joinable() {
            self.joinable.insert((self.home(fetch.replica), ticket), slot);
        }
        self.waiting += fetch.waiting();
        self.slots[slot] = Some(fetch);
        slot
    }

    /// How many requests wait, those included that issued a read, and for how many more there is room by now.
    pub(super) fn held(&self) -> u64 {
        self.waiting + self.free.len() as u64
    }

    /// When the earliest of the requests that wait started; `None` if none waits.
    pub(super) fn earliest_us(&self) -> Option<u64> {
        let fetches = self.slots.iter().flatten();
        let waiting = fetches.flat_map(|fetch| fetch.leader.iter().chain(&fetch.joined));
        waiting.map(|waiter| waiter.request.at_us).min()
    }

    /// The read of a slot.
    pub(super) fn get(&self, slot: usize) -> Option<&Fetch<T>> {
        self.slots.get(slot).and_then(Option::as_ref)
    }

    /// Serves a read: it is answered then, which was scheduled at a position.
    pub(super) fn serve(&mut self, slot: usize, position: u64, answered_us: u64) {
        self.serving += self.at_database(slot);
        self.answers.push(answered_us, (position, Scheduled::Answer(slot)));
    }

    /// Schedules what a replica's policy wants to be told, at a position.
    pub(super) fn schedule(&mut self, replica: u32, timer: Timer, position: u64, due_us: u64) {
        self.answers.push(due_us, (position, Scheduled::Timer(replica, timer)));
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
        self.serving
    }

    /// 1 if the read of a slot goes to the database.
    fn at_database(&self, slot: usize) -> usize {
        usize::from(self.get(slot).is_some_and(|fetch| fetch.tier == Tier::Database))
    }

    /// Joins a read that a replica issued; gives the waiter back where there is no such read.
    pub(super) fn join(&mut self, replica: u32, ticket: u64, waiter: Waiter) -> Result<(), Waiter> {
        let slot = self.joinable.get(&(self.home(replica), ticket)).copied();
        match slot.and_then(|slot| self.slots[slot].as_mut()) {
            Some(fetch) => {
                fetch.joined.push(waiter);
                self.waiting += 1;
                Ok(())
            }
            None => Err(waiter),
        }
    }

    /// When the next thing is due, and the position at which that was scheduled.
    pub(super) fn next_due(&self) -> Option<(u64, u64)> {
        self.answers.peek().map(|(at_us, (position, _))| (at_us, *position))
    }

    /// Takes the next thing that is due.
    pub(super) fn take_due(&mut self) -> Option<(u64, Due<T>)> {
        let (at_us, (_, scheduled)) = self.answers.pop()?;
        match scheduled {
            Scheduled::Timer(replica, timer) => Some((at_us, Due::Timer(replica, timer))),
            Scheduled::Answer(slot) => {
                self.serving -= self.at_database(slot);
                self.take(slot).map(|fetch| (at_us, Due::Answer(fetch)))
            }
        }
    }

    /// Takes all reads of which something holds: first those that are served, in the order of their answers.
    pub(super) fn cancel(&mut self, holds: impl Fn(&Fetch<T>) -> bool) -> Vec<Fetch<T>> {
        let mut canceled = Vec::new();
        let mut kept = Queue::default();
        while let Some((at_us, (position, scheduled))) = self.answers.pop() {
            match scheduled {
                Scheduled::Answer(slot) if self.get(slot).is_some_and(&holds) => {
                    self.serving -= self.at_database(slot);
                    canceled.extend(self.take(slot));
                }
                _ => kept.push(at_us, (position, scheduled)),
            }
        }
        self.answers = kept;
        for slot in std::mem::take(&mut self.queued) {
            if self.get(slot).is_some_and(&holds) {
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
        self.waiting -= fetch.waiting();
        if let Some(ticket) = fetch.ticket.joinable() {
            self.joinable.remove(&(self.home(fetch.replica), ticket));
        }
        Some(fetch)
    }
}
