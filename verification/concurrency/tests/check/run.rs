//! Runs one program over one cache under a checker, once, and judges what happened.

use std::cell::Cell;
use std::sync::Arc;

use rolesim::cache::{Row, Version};

use super::database::{Database, INITIAL};
use super::history::{Effect, Recorder, judge};
use super::program::{Numbering, Op, Program};
use super::runtime::{Job, Monitor, Runtime};

/// A fetch that failed, the caller's own or one that it had joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// A cache under check, holding one user.
pub(crate) trait Subject: Send + Sync + 'static {
    /// Whether a change is told before it is committed, against the rules.
    const TELLS_FIRST: bool = false;
    /// Whether its rows and events carry versions; changes come one after the other where not.
    const KNOWS_VERSIONS: bool = true;

    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed>;
    fn update(&self, row: Row<u64>);
    fn degrade(&self, version: Version);
    fn invalidate(&self);
    fn evict(&self);
}

/// Whether there is time for everything.
pub(crate) fn nightly() -> bool {
    std::env::var_os("ROLESIM_NIGHTLY").is_some()
}

/// What the threads share.
struct Stage<K: Runtime, S> {
    cache: S,
    database: Database<K>,
    recorder: Recorder,
    program: Program,
    /// Held during each change where changes must come one after the other.
    changes: K::Monitor<()>,
}

/// Runs the program.
///
/// # Panics
/// Where a promise is broken, with the history; the checker turns that into a failure of the schedule.
pub(crate) fn run<K: Runtime, S: Subject>(program: &Program, make: fn() -> S) {
    let stage = Arc::new(Stage::<K, S> {
        cache: make(),
        database: Database::new(program.numbering),
        recorder: Recorder::default(),
        program: program.clone(),
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
    if let Err(fault) = stage.judge(fails) {
        panic!("{fault}");
    }
}

impl<K: Runtime, S: Subject> Stage<K, S> {
    fn judge(&self, fails: bool) -> Result<(), String> {
        if self.database.has_doubled() {
            return Err("two current fetches of one user".to_owned());
        }
        if self.recorder.was_overtaken() {
            return Err("what an overtaken fetch had read was the answer".to_owned());
        }
        if self.recorder.failed() && !fails {
            return Err("a get failed though no fetch did".to_owned());
        }
        judge(INITIAL, &self.recorder.events())
    }

    fn perform(&self, thread: usize, op: Op) {
        match op {
            Op::Get => self.get(thread, false),
            Op::FailingGet => self.get(thread, true),
            Op::Evict => self.cache.evict(),
            Op::Update | Op::FailingUpdate | Op::Invalidate => {
                let start = self.recorder.now();
                let written = match self.program.numbering {
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
        let varies = self.program.others_change(thread);
        if varies {
            self.database.enter();
        }
        let start = self.recorder.now();
        let (told, before) = (Cell::new(0), Cell::new(self.database.changes()));
        let answer = self.cache.get(&|| {
            let fetched = self.database.fetch(before.get(), varies);
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
        if op == Op::Invalidate && self.program.numbering == Numbering::Numbered {
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
