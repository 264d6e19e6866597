//! Which fetches this thread is polling just now, one inside the other: a reader who would wait for one of
//! them waits for itself.
//!
//! Knows only what is polled on its own thread. A fetch that hands its question to another task or thread
//! is not seen.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use super::super::TicketId;
use super::super::sync::thread_local;

thread_local! {
    // A model checker's thread-locals know no constants.
    #[allow(clippy::missing_const_for_thread_local)]
    static POLLED: RefCell<Vec<TicketId>> = RefCell::new(Vec::new());
}

/// While it lives, the ticket's fetch is being polled on this thread.
struct Polled;

impl Polled {
    fn enter(ticket: TicketId) -> Self {
        // A thread that is ending has no stack any more; its fetches are merely not recognised.
        let _ = POLLED.try_with(|polled| polled.borrow_mut().push(ticket));
        Self
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        let _ = POLLED.try_with(|polled| polled.borrow_mut().pop());
    }
}

/// Whether the ticket's fetch is being polled on this thread.
pub(super) fn is_polled_here(ticket: TicketId) -> bool {
    POLLED.try_with(|polled| polled.borrow().contains(&ticket)).unwrap_or(false)
}

/// Runs a ticket's fetch, so that what it asks can be recognised as asked by it.
pub(super) async fn fetching<F: Future>(ticket: TicketId, fetch: impl FnOnce() -> F) -> F::Output {
    let future = {
        let _polled = Polled::enter(ticket);
        fetch()
    };
    let mut future = pin!(future);
    poll_fn(|context| {
        let _polled = Polled::enter(ticket);
        future.as_mut().poll(context)
    })
    .await
}
