//! What threads did and saw, and whether that is the history of a register.

use std::collections::HashSet;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What an operation did to the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Read(u64),
    Write(u64),
}

/// A finished operation and its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) thread: usize,
    pub(crate) effect: Effect,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thread, start, end, .. } = self;
        match self.effect {
            Effect::Read(role) => write!(f, "{start}–{end} thread {thread} reads {role}"),
            Effect::Write(role) => write!(f, "{start}–{end} thread {thread} writes {role}"),
        }
    }
}

/// Records events. Its own lock is no scheduling point: a checker runs one thread at a time.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    now: Mutex<usize>,
    events: Mutex<Vec<Event>>,
    failed: AtomicBool,
    overtaken: AtomicBool,
}

impl Recorder {
    pub(crate) fn now(&self) -> usize {
        let mut now = self.now.lock().unwrap();
        *now += 1;
        *now
    }

    pub(crate) fn ended(&self, thread: usize, effect: Effect, start: usize) {
        let event = Event { thread, effect, start, end: self.now() };
        self.events.lock().unwrap().push(event);
    }

    /// A get gave no role.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// A get gave what its overtaken fetch had read.
    pub(crate) fn overtaken(&self) {
        self.overtaken.store(true, Ordering::SeqCst);
    }

    pub(crate) fn was_overtaken(&self) -> bool {
        self.overtaken.load(Ordering::SeqCst)
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }
}

/// What is wrong with a history, if anything is.
pub(crate) fn judge(initial: u64, events: &[Event]) -> Result<(), String> {
    let reason = stale_read(events)
        .or_else(|| (!is_linearizable(initial, events)).then(|| "no order explains the answers".to_owned()));
    match reason {
        None => Ok(()),
        Some(reason) => {
            let events: Vec<String> = events.iter().map(ToString::to_string).collect();
            Err(format!("{reason} ({})", events.join("; ")))
        }
    }
}

/// After a change has been told, no read that starts later gives an older role.
fn stale_read(events: &[Event]) -> Option<String> {
    events.iter().find_map(|write| match write.effect {
        Effect::Read(_) => None,
        Effect::Write(told) => events.iter().find_map(|read| match read.effect {
            Effect::Read(role) if read.start > write.end && role < told => {
                Some(format!("{role} was read after {told} had been told"))
            }
            _ => None,
        }),
    })
}

/// Whether the operations can be put in one order that respects time and in which each read gives the last
/// write. Tries them all, remembering which sets of operations led nowhere.
fn is_linearizable(initial: u64, events: &[Event]) -> bool {
    fn extend(events: &[Event], done: u32, role: u64, tried: &mut HashSet<(u32, u64)>) -> bool {
        if done.count_ones() as usize == events.len() {
            return true;
        }
        if !tried.insert((done, role)) {
            return false;
        }
        let open = |at: &usize| done & (1 << at) == 0;
        let first_end = (0..events.len()).filter(open).map(|at| events[at].end).min();
        (0..events.len()).filter(open).any(|at| {
            let event = &events[at];
            let next = match event.effect {
                Effect::Read(seen) if seen != role => return false,
                Effect::Read(_) => role,
                Effect::Write(written) => written,
            };
            Some(event.start) < first_end && extend(events, done | 1 << at, next, tried)
        })
    }
    extend(events, 0, initial, &mut HashSet::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(effect: Effect, start: usize, end: usize) -> Event {
        Event { thread: 0, effect, start, end }
    }

    #[test]
    fn reads_beside_a_write_may_see_either_role() {
        for role in [1, 2] {
            let history = [event(Effect::Write(2), 1, 4), event(Effect::Read(role), 2, 3)];
            assert_eq!(judge(1, &history), Ok(()));
        }
    }

    #[test]
    fn a_read_after_a_write_sees_it() {
        let history = [event(Effect::Write(2), 1, 2), event(Effect::Read(1), 3, 4)];
        assert!(judge(1, &history).is_err());
    }

    #[test]
    fn a_role_that_was_seen_is_not_unseen() {
        let history =
            [event(Effect::Write(2), 1, 6), event(Effect::Read(2), 2, 3), event(Effect::Read(1), 4, 5)];
        assert!(stale_read(&history).is_none(), "the write has not ended");
        assert!(judge(1, &history).is_err());
    }

    #[test]
    fn a_role_that_nobody_wrote_is_not_read() {
        assert!(judge(1, &[event(Effect::Read(7), 1, 2)]).is_err());
    }
}
