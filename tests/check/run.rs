//! Runs one program over one cache under a checker, once, and judges what happened.

use std::cell::Cell;
use std::sync::Arc;

use rolesim::cache::{Row, Version};

use super::database::{Database, INITIAL};
use super::history::{Effect, Recorder, judge};
use super::kit::{Job, Kit, Monitor};
use super::program::{Numbering, Op, Program};

/// A fetch that failed, the caller's own or one that it had joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// A cache under check, holding one user.
pub(crate) trait Subject: Send + Sync + 'static {
    /// Whether a change is told before it is committed, against the rules.
    const TELLS_FIRST: bool = false;

    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed>;
    fn update(&self, row: Row<u64>);
    fn degrade(&self, version: Version);
    fn invalidate(&self);
    fn evict(&self);
}

/// What the threads share.
struct Stage<K: Kit, S> {
    cache: S,
    database: Database<K>,
    recorder: Recorder,
    numbering: Numbering,
    /// Held during each change where changes must come one after the other.
    changes: K::Monitor<()>,
}

/// Runs the program.
///
/// # Panics
/// Where a promise is broken, with the history; the checker turns that into a failure of the schedule.
pub(crate) fn run<K: Kit, S: Subject>(program: &Program, make: fn() -> S) {
    let stage = Arc::new(Stage::<K, S> {
        cache: make(),
        database: Database::new(program.numbering),
        recorder: Recorder::default(),
        numbering: program.numbering,
        changes: K::Monitor::new(()),
    });
    if program.warm {
        stage.get(0, false);
    }
    let jobs = program.threads.iter().cloned().enumerate().map(|(thread, ops)| -> Job {
        let stage = Arc::clone(&stage);
        Box::new(move || ops.iter().for_each(|&op| stage.perform(thread, op)))
    });
    let fails = program.has(Op::FailingGet);
    K::run(jobs.collect());
    stage.get(0, false);
    // Judged only here: a panic amid the run would leave the checker with threads that it cannot end.
    assert!(!stage.database.has_doubled(), "two current fetches of one user");
    assert!(!stage.recorder.was_overtaken(), "what an overtaken fetch had read was the answer");
    assert!(fails || !stage.recorder.failed(), "a get failed though no fetch did");
    if let Err(reason) = judge(INITIAL, &stage.recorder.events()) {
        panic!("{reason}");
    }
}

impl<K: Kit, S: Subject> Stage<K, S> {
    fn perform(&self, thread: usize, op: Op) {
        match op {
            Op::Get => self.get(thread, false),
            Op::FailingGet => self.get(thread, true),
            Op::Evict => self.cache.evict(),
            Op::Update | Op::FailingUpdate | Op::Invalidate => {
                let start = self.recorder.now();
                let written = match self.numbering {
                    Numbering::Numbered => self.change(op),
                    Numbering::Serial => self.changes.with(|()| self.change(op)),
                };
                if let Some(role) = written {
                    self.recorder.ended(thread, Effect::Write(role), start);
                }
            }
        }
    }

    fn get(&self, thread: usize, fails: bool) {
        self.database.enter();
        let start = self.recorder.now();
        let (told, before) = (Cell::new(0), Cell::new(self.database.changes()));
        let answer = self.cache.get(&|| {
            let fetched = self.database.fetch(before.get());
            told.set(fetched.told);
            before.set(self.database.changes());
            if fails { Err(Failed) } else { Ok(fetched.row) }
        });
        match answer {
            Err(Failed) => self.recorder.fail(),
            Ok(role) => {
                let told = told.get();
                if role < told {
                    self.recorder.overtaken();
                }
                self.recorder.ended(thread, Effect::Read(role), start);
            }
        }
    }

    /// Makes a change; gives the role that it committed, if it did.
    fn change(&self, op: Op) -> Option<u64> {
        self.database.begin();
        if op == Op::Invalidate && self.numbering == Numbering::Numbered {
            self.cache.invalidate();
            self.database.end();
            return None;
        }
        let role = if S::TELLS_FIRST { self.database.announce() } else { self.database.commit() };
        match op {
            Op::Update => self.cache.update(self.database.row(role)),
            Op::FailingUpdate => self.cache.degrade(self.database.version(role)),
            _ => self.cache.invalidate(),
        }
        if S::TELLS_FIRST {
            self.database.commit();
        }
        self.database.told(role);
        Some(role)
    }
}
