//! What threads did and saw, and whether that is the history of a register.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use stateright::semantics::register::{Register, RegisterOp, RegisterRet};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

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

/// Records events. Its own locks are no scheduling points: a checker runs one thread at a time.
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
    if is_linearizable(initial, events) {
        return Ok(());
    }
    let reason = stale_read(events).unwrap_or_else(|| "no order explains the answers".to_owned());
    let events: Vec<String> = events.iter().map(ToString::to_string).collect();
    Err(format!("{reason} ({})", events.join("; ")))
}

/// A read that started after a newer role had been told: the plainest way in which a history goes wrong.
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

/// Whether the operations can be put in one order that respects time and in which each read gives the last write.
fn is_linearizable(initial: u64, events: &[Event]) -> bool {
    let mut moments: Vec<(usize, &Event)> =
        events.iter().flat_map(|event| [(event.start, event), (event.end, event)]).collect();
    moments.sort_by_key(|(time, _)| *time);
    let mut tester = LinearizabilityTester::new(Register(initial));
    for (time, event) in moments {
        let (op, answer) = match event.effect {
            Effect::Read(role) => (RegisterOp::Read, RegisterRet::ReadOk(role)),
            Effect::Write(role) => (RegisterOp::Write(role), RegisterRet::WriteOk),
        };
        let told = if time == event.start {
            tester.on_invoke(event.thread, op).map(drop)
        } else {
            tester.on_return(event.thread, answer).map(drop)
        };
        told.expect("a thread does one thing at a time");
    }
    tester.is_consistent()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(thread: usize, effect: Effect, start: usize, end: usize) -> Event {
        Event { thread, effect, start, end }
    }

    #[test]
    fn reads_beside_a_write_may_see_either_role() {
        for role in [1, 2] {
            let history = [event(0, Effect::Write(2), 1, 4), event(1, Effect::Read(role), 2, 3)];
            assert_eq!(judge(1, &history), Ok(()));
        }
    }

    #[test]
    fn a_read_after_a_write_sees_it() {
        let history = [event(0, Effect::Write(2), 1, 2), event(1, Effect::Read(1), 3, 4)];
        assert!(judge(1, &history).is_err_and(|fault| fault.starts_with("1 was read after 2")));
    }

    #[test]
    fn a_role_that_was_seen_is_not_unseen() {
        let history = [
            event(0, Effect::Write(2), 1, 6),
            event(1, Effect::Read(2), 2, 3),
            event(1, Effect::Read(1), 4, 5),
        ];
        assert!(stale_read(&history).is_none(), "the write has not ended");
        assert!(judge(1, &history).is_err());
    }

    #[test]
    fn a_role_that_nobody_wrote_is_not_read() {
        assert!(judge(1, &[event(0, Effect::Read(7), 1, 2)]).is_err());
    }
}
