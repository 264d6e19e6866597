//! The task that fetches for all who ask: whatever happens to it, its ticket goes back, and they hear of it.

use std::hash::{Hash, RandomState};
use std::sync::Arc;

use super::super::shards::Shard;
use super::super::{Core, Ticket, TicketId};
use super::waiters::{Notified, Waiters};

/// The shard of a cache for tasks.
pub(super) type TaskShard<U, R> = Shard<U, R, Arc<Waiters<R>>, RandomState>;

/// A ticket in the hands of the task that fetches. Dropped before it landed, it abandons the fetch.
pub(super) struct FetchGuard<'a, U: Eq + Hash + Clone, R: Clone> {
    shard: &'a TaskShard<U, R>,
    id: TicketId,
    ticket: Option<Ticket<U>>,
    landed: bool,
}

impl<'a, U: Eq + Hash + Clone, R: Clone> FetchGuard<'a, U, R> {
    pub(super) fn new(shard: &'a TaskShard<U, R>, ticket: Ticket<U>) -> Self {
        Self { shard, id: ticket.id(), ticket: Some(ticket), landed: false }
    }

    pub(super) fn ticket(&self) -> TicketId {
        self.id
    }

    /// Hands the ticket in under the lock, and tells those who wait without it.
    pub(super) fn land(mut self, hand_in: impl FnOnce(&mut Core<U, R>, Ticket<U>) -> Notified<R>) {
        self.end(hand_in);
    }

    fn end(&mut self, hand_in: impl FnOnce(&mut Core<U, R>, Ticket<U>) -> Notified<R>) {
        let mut shard = self.shard.lock();
        let told = match self.ticket.take() {
            Some(ticket) => hand_in(&mut shard.core, ticket),
            // Handing in panicked before: the ticket is lost, but nobody may wait for it.
            None => Notified::Abandoned,
        };
        let wait = shard.waiting.remove(&self.id);
        drop(shard);
        self.landed = true;
        if let Some(wait) = wait {
            wait.tell(told);
        }
    }
}

impl<U: Eq + Hash + Clone, R: Clone> Drop for FetchGuard<'_, U, R> {
    fn drop(&mut self) {
        if !self.landed {
            self.end(|core, ticket| {
                core.fail(ticket);
                Notified::Abandoned
            });
        }
    }
}
