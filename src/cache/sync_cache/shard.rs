//! What a thread does at a shard: it asks, and where it has to fetch, it leads those who wait for it.
//!
//! What is fresh, and who may join whom, is the core's to say. This adds that readers sleep and are woken.

use std::hash::{BuildHasher, Hash};

use super::super::shards::{Shard, State};
use super::super::sync::{Arc, MutexGuard, ThreadId, current};
use super::super::{Lookup, Row, Ticket, TicketId, Timestamp};
use super::waiting_room::{FetchOutcome, WaitingRoom};

/// A fetch that a thread is making.
#[derive(Debug)]
pub(super) struct Led<R> {
    leader: ThreadId,
    /// Where its readers wait, if it has any.
    wait: Option<Arc<WaitingRoom<R>>>,
}

/// A shard's lock, held.
pub(super) type Locked<'a, U, R, S> = MutexGuard<'a, State<U, R, Led<R>, S>>;

/// What a reader is to do.
pub(super) enum Ask<'a, U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> {
    /// Return this role.
    Answer(R),
    /// Fetch.
    Lead(FetchLead<'a, U, R, S>),
    /// Wait for another thread's fetch.
    Join(Arc<WaitingRoom<R>>),
    /// Give up: the fetch to wait for is this thread's own.
    Reentrant,
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> Shard<U, R, Led<R>, S> {
    /// Asks for a user's role, under the lock.
    pub(super) fn ask<'a>(
        &'a self,
        mut state: Locked<'_, U, R, S>,
        user: &U,
        now: Timestamp,
    ) -> Ask<'a, U, R, S> {
        match state.core.lookup(user, now) {
            Lookup::Hit(row) | Lookup::Stale(row) => Ask::Answer(row.role),
            Lookup::Miss(ticket) => {
                state.waiting.insert(ticket.id(), Led { leader: current().id(), wait: None });
                Ask::Lead(FetchLead { shard: self, id: ticket.id(), ticket: Some(ticket), wait: None })
            }
            Lookup::Pending(id) => state.join(id),
        }
    }
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> State<U, R, Led<R>, S> {
    fn join<'a>(&mut self, id: TicketId) -> Ask<'a, U, R, S> {
        // A ticket is registered under the lock that it is drawn under. One that is not belongs to a thread
        // that panicked in between.
        let Some(led) = self.waiting.get_mut(&id) else {
            let nobody = WaitingRoom::new();
            nobody.tell(FetchOutcome::Failed);
            return Ask::Join(Arc::new(nobody));
        };
        if led.leader == current().id() {
            return Ask::Reentrant;
        }
        Ask::Join(Arc::clone(led.wait.get_or_insert_with(|| Arc::new(WaitingRoom::new()))))
    }

    /// Lets nobody join a fetch any more; gives who did.
    fn close(&mut self, id: TicketId) -> Option<Arc<WaitingRoom<R>>> {
        self.waiting.remove(&id)?.wait
    }
}

/// The right and the duty to fetch. Dropped without an answer, because the fetch failed or panicked, it
/// stores nothing and wakes those who joined it.
pub(super) struct FetchLead<'a, U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> {
    shard: &'a Shard<U, R, Led<R>, S>,
    id: TicketId,
    ticket: Option<Ticket<U>>,
    /// Those who joined, once nobody can join any more.
    wait: Option<Arc<WaitingRoom<R>>>,
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> FetchLead<'_, U, R, S> {
    /// Hands in what was read. Gives it back where it is the answer; where it was overtaken, the reader is
    /// to ask again, and so is everybody who joined.
    pub(super) fn land(mut self, row: Row<R>, now: Timestamp) -> Option<R> {
        let role = row.role.clone();
        let ticket = self.ticket.take()?;
        let mut state = self.shard.lock();
        self.wait = state.close(self.id);
        let fill = state.core.fill(ticket, row, now);
        drop(state);
        let stored = fill.answers();
        if let Some(wait) = &self.wait {
            wait.tell(if stored { FetchOutcome::Role(role.clone()) } else { FetchOutcome::AskAgain });
            // Until here, a panic would have told them that the fetch failed.
            self.wait = None;
        }
        stored.then_some(role)
    }
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> Drop for FetchLead<'_, U, R, S> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            let mut state = self.shard.lock();
            self.wait = state.close(self.id);
            state.core.fail(ticket);
        }
        if let Some(wait) = &self.wait {
            wait.tell(FetchOutcome::Failed);
        }
    }
}
