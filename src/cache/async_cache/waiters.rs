//! Where tasks wait for another task's fetch, and how they hear of its end.
//!
//! Knows nothing of the cache and its lock. No waker is cloned, woken or dropped under the lock in here
//! either, since any of these may run a task's own code, and that may wait here as well.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::super::TicketId;
use super::super::sync::{Mutex, MutexGuard, lock};
use super::reentry;

/// How a fetch ended, as its waiters are notified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notified<R> {
    /// The role.
    Answer(R),
    /// What was read was overtaken or revoked.
    AskAgain,
    /// The fetch failed.
    Failed,
    /// The fetch was dropped, or panicked, before it ended.
    Abandoned,
    /// The fetch is being polled around the very poll that would wait for it.
    Reentrant,
}

/// All who wait for one fetch.
#[derive(Debug)]
pub(super) struct Waiters<R> {
    state: Mutex<State<R>>,
}

#[derive(Debug)]
struct State<R> {
    told: Option<Notified<R>>,
    /// By order of arrival; each waiter has one waker at most, its last.
    wakers: BTreeMap<u64, Waker>,
    arrived: u64,
}

impl<R> Waiters<R> {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { told: None, wakers: BTreeMap::new(), arrived: 0 }) }
    }

    /// Tells everybody. What was told first stands.
    pub(super) fn tell(&self, told: Notified<R>) {
        let wakers = {
            let mut state = self.lock();
            state.told.get_or_insert(told);
            std::mem::take(&mut state.wakers)
        };
        for waker in wakers.into_values() {
            waker.wake();
        }
    }

    /// Wakers registered.
    #[cfg(test)]
    pub(super) fn registered(&self) -> usize {
        self.lock().wakers.len()
    }

    /// A role whose `clone` panics leaves nothing half done in here.
    fn lock(&self) -> MutexGuard<'_, State<R>> {
        lock(&self.state, |_| {})
    }
}

/// One who waits. Dropping it takes its waker back.
#[derive(Debug)]
pub(super) struct Waiting<R> {
    wait: Arc<Waiters<R>>,
    ticket: TicketId,
    place: Option<u64>,
}

impl<R> Waiting<R> {
    pub(super) fn new(wait: Arc<Waiters<R>>, ticket: TicketId) -> Self {
        Self { wait, ticket, place: None }
    }
}

impl<R: Clone> Future for Waiting<R> {
    type Output = Notified<R>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Notified<R>> {
        let this = self.get_mut();
        if reentry::is_polled_here(this.ticket) {
            return Poll::Ready(Notified::Reentrant);
        }
        let waker = context.waker().clone();
        let mut state = this.wait.lock();
        if let Some(told) = &state.told {
            return Poll::Ready(told.clone());
        }
        let place = *this.place.get_or_insert(state.arrived);
        state.arrived = state.arrived.max(place + 1);
        // A task that moved to another executor is woken there and nowhere else.
        let replaced = state.wakers.insert(place, waker);
        drop(state);
        drop(replaced);
        Poll::Pending
    }
}

impl<R> Drop for Waiting<R> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            // The lock is let go before the waker is.
            let _waker = self.wait.lock().wakers.remove(&place);
        }
    }
}
