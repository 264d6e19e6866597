//! Where readers wait for a fetch that another thread makes.
//!
//! Knows nothing of users and entries.

use super::super::sync::{Condvar, Mutex, lock, wait};

/// How a fetch ended, for those who joined it.
#[derive(Clone, Debug)]
pub(super) enum FetchOutcome<R> {
    /// It was stored, and this is the answer.
    Role(R),
    /// It was overtaken or revoked: what it read may be out of date.
    AskAgain,
    /// It failed; its leader has the reason.
    Failed,
}

/// One fetch's waiting room. What was told stays, so that a reader who comes late is answered at once.
#[derive(Debug)]
pub(super) struct WaitingRoom<R> {
    told: Mutex<Option<FetchOutcome<R>>>,
    changed: Condvar,
}

impl<R: Clone> WaitingRoom<R> {
    pub(super) fn new() -> Self {
        Self { told: Mutex::new(None), changed: Condvar::new() }
    }

    /// Sleeps until the fetch has ended.
    pub(super) fn until_told(&self) -> FetchOutcome<R> {
        // What a panic interrupts here is a reader's copying of the role, which changes nothing.
        let mut told = lock(&self.told, |_| {});
        loop {
            if let Some(told) = told.as_ref() {
                return told.clone();
            }
            told = wait(&self.changed, told);
        }
    }

    /// Wakes everybody who waits.
    pub(super) fn tell(&self, how: FetchOutcome<R>) {
        *lock(&self.told, |_| {}) = Some(how);
        self.changed.notify_all();
    }
}
