//! The locks and thread-locals of both faces: std's, or a model checker's under `--cfg checker="loom"` or `"shuttle"`.
//!
//! Under a model checker the very code that a bot runs is driven through its interleavings. Knows nothing
//! of caches.

#[cfg(checker = "loom")]
pub(super) use loom::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::{ThreadId, current},
    thread_local,
};
#[cfg(checker = "shuttle")]
pub(super) use shuttle::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::{ThreadId, current},
    thread_local,
};
#[cfg(not(any(checker = "loom", checker = "shuttle")))]
pub(super) use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread::{ThreadId, current},
    thread_local,
};

/// Locks. Where a panic interrupted an earlier holder, `repair` has the first look at what it left behind.
#[inline]
pub(super) fn lock<'a, T>(mutex: &'a Mutex<T>, repair: impl FnOnce(&mut T)) -> MutexGuard<'a, T> {
    mutex.lock().unwrap_or_else(|poisoned| {
        let mut guard = poisoned.into_inner();
        rarely(|| repair(&mut guard));
        // Loom has no poisoning, so there it never comes to this.
        #[cfg(not(checker = "loom"))]
        mutex.clear_poison();
        guard
    })
}

/// Keeps a step out of the code around it, which runs at every hit.
#[cold]
#[inline(never)]
fn rarely(step: impl FnOnce()) {
    step();
}

/// Waits for a condition; a panic of another waiter does not end it.
pub(super) fn wait<'a, T>(changed: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    changed.wait(guard).unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// How many threads run at once. Under a model checker one, so that a schedule can be played again anywhere.
pub(super) fn parallelism() -> usize {
    if cfg!(any(checker = "loom", checker = "shuttle")) {
        return 1;
    }
    std::thread::available_parallelism().map_or(1, |threads| threads.get())
}
