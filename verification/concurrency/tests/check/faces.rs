//! The crate's own caches, with whatever locks they were built with.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rolesim::cache::{AsyncRoleCache, GetError, Options, RoleCache, Row, Version};

#[cfg(checker = "loom")]
use super::program::{Numbering, Op, Program};
use super::run::{Failed, Subject};

const USER: u8 = 1;
/// A user whose arrival evicts the first, since there is room for one.
const OTHER: u8 = 2;

fn options() -> Options {
    Options { capacity: Some(std::num::NonZeroUsize::MIN), ..Options::default() }
}

fn failed(error: GetError<Failed>) -> Failed {
    match error {
        GetError::Fetch(Failed) | GetError::Joined => Failed,
        GetError::Overtaken | GetError::Reentrant => panic!("{error:?}"),
    }
}

/// The face for threads.
pub(crate) struct Threads(RoleCache<u8, u64>);

pub(crate) fn threads() -> Threads {
    Threads(RoleCache::new(options()))
}

impl Subject for Threads {
    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        self.0.get_role(&USER, fetch).map_err(failed)
    }

    fn update(&self, row: Row<u64>) {
        let _ = self.0.update_role(USER, row);
    }

    fn degrade(&self, version: Version) {
        let _ = self.0.degrade(&USER, version, &"the update failed");
    }

    fn invalidate(&self) {
        self.0.invalidate(&USER);
    }

    fn evict(&self) {
        let _ = self.0.update_role(OTHER, Row::from(0));
    }
}

/// The face for tasks, each of them on a thread of its own.
pub(crate) struct Tasks(AsyncRoleCache<u8, u64>);

pub(crate) fn tasks() -> Tasks {
    Tasks(AsyncRoleCache::new(options()))
}

#[cfg(checker = "loom")]
use loom::future::block_on;
#[cfg(checker = "shuttle")]
use shuttle::future::block_on;
#[cfg(not(any(checker = "loom", checker = "shuttle")))]
fn block_on<X>(future: impl Future<Output = X>) -> X {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Polls a future once, and blocks on it only where it has to wait: a checker has less to vary then.
fn run_to_end<X>(future: impl Future<Output = X>) -> X {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => block_on(future),
    }
}

impl Subject for Tasks {
    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        run_to_end(self.0.get_role(&USER, || async { fetch() })).map_err(failed)
    }

    fn update(&self, row: Row<u64>) {
        let _ = self.0.update_role(USER, row);
    }

    fn degrade(&self, version: Version) {
        let _ = self.0.degrade(&USER, version, &"the update failed");
    }

    fn invalidate(&self) {
        self.0.invalidate(&USER);
    }

    fn evict(&self) {
        let _ = self.0.update_role(OTHER, Row::from(0));
    }
}

/// The face for tasks where no fetch fails, but a task gives up and is dropped in its midst.
pub(crate) struct Dropped(Tasks);

pub(crate) fn dropped() -> Dropped {
    Dropped(tasks())
}

impl Subject for Dropped {
    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        let gives_up = Cell::new(false);
        let role = self.0.0.get_role(&USER, || async {
            match fetch() {
                Ok(row) => Ok::<_, Failed>(row),
                Err(Failed) => {
                    gives_up.set(true);
                    std::future::pending().await
                }
            }
        });
        let mut role = pin!(role);
        run_to_end(poll_fn(|context| match role.as_mut().poll(context) {
            Poll::Pending if gives_up.get() => Poll::Ready(Err(Failed)),
            polled => polled.map_err(failed),
        }))
    }

    fn update(&self, row: Row<u64>) {
        self.0.update(row);
    }

    fn degrade(&self, version: Version) {
        self.0.degrade(version);
    }

    fn invalidate(&self) {
        self.0.invalidate();
    }

    fn evict(&self) {
        self.0.evict();
    }
}

/// Explores all programs, one share of them in each process.
#[cfg(checker = "loom")]
fn explore_all<S: Subject>(test: &str, programs: &[Program], make: fn() -> S) {
    use super::exhaustive::explore;
    use super::subprocess::{parts, processes};

    let shares = processes();
    let outcomes = parts(test, shares, |share| {
        let own = programs.iter().skip(share).step_by(shares);
        own.map(|program| explore(program, make)).sum::<u64>().to_string()
    });
    let counts: Result<Vec<u64>, String> =
        outcomes.into_iter().map(|outcome| outcome.map(|count| count.parse().unwrap())).collect();
    match counts {
        Ok(counts) => {
            println!("{test}: {} programs, {} interleavings", programs.len(), counts.iter().sum::<u64>());
        }
        Err(fault) => panic!("{fault}"),
    }
}

/// The programs for the face for tasks, whose locks and wakers leave more to vary: by night all.
#[cfg(checker = "loom")]
fn pairs_for_tasks() -> Vec<Program> {
    if super::run::nightly() {
        return Program::all_pairs();
    }
    [Program::pairs(Numbering::Numbered, false), Program::pairs(Numbering::Serial, true)].concat()
}

/// Plays all seeds, or the one that is asked for.
#[cfg(checker = "shuttle")]
fn play_all<S: Subject>(test: &str, make: fn() -> S) {
    use super::random::{PER_SEED, play_seed};
    use super::run::nightly;
    use super::subprocess::parts;

    // A seed is played under two schedulers.
    let schedules = if nightly() { 1_000_000 } else { 10_000 };
    let asked_for = std::env::var("ROLESIM_SEED").ok().map(|seed| seed.parse().expect("a whole number"));
    let seeds: Vec<u64> =
        asked_for.map_or_else(|| (0..schedules / (2 * PER_SEED as u64)).collect(), |seed| vec![seed]);
    let outcomes = parts(test, seeds.len(), |part| {
        play_seed(seeds[part], make);
        String::new()
    });
    for (seed, outcome) in seeds.iter().zip(outcomes) {
        if let Err(fault) = outcome {
            panic!("{fault}\nplay it again with ROLESIM_SEED={seed}");
        }
    }
    println!("{test}: {} seeds of {} schedules each", seeds.len(), 2 * PER_SEED);
}

/// The face for threads.
#[cfg(checker = "loom")]
#[test]
fn threads_keep_their_promises_in_every_small_program() {
    let test = "faces::threads_keep_their_promises_in_every_small_program";
    explore_all(test, &Program::all_pairs(), threads);
}

#[cfg(checker = "loom")]
#[test]
fn the_face_for_tasks_keeps_its_promises_in_every_small_program() {
    let test = "faces::the_face_for_tasks_keeps_its_promises_in_every_small_program";
    explore_all(test, &pairs_for_tasks(), tasks);
}

#[cfg(checker = "shuttle")]
#[test]
fn the_face_for_threads_keeps_its_promises_in_random_schedules() {
    let test = "faces::the_face_for_threads_keeps_its_promises_in_random_schedules";
    play_all(test, threads);
}

#[cfg(checker = "shuttle")]
#[test]
fn the_face_for_tasks_keeps_its_promises_in_random_schedules() {
    let test = "faces::the_face_for_tasks_keeps_its_promises_in_random_schedules";
    play_all(test, tasks);
}

/// The face for tasks, whose tasks are dropped amid their fetch.
#[cfg(checker = "loom")]
#[test]
fn dropped_tasks_break_no_promise_in_every_small_program() {
    let test = "faces::dropped_tasks_break_no_promise_in_every_small_program";
    let nightly = super::run::nightly();
    let mut programs =
        if nightly { Program::all_pairs() } else { Program::pairs(Numbering::Numbered, false) };
    programs.retain(|program| program.has(Op::FailingGet));
    explore_all(test, &programs, dropped);
}

/// The face for tasks, whose tasks are dropped amid their fetch.
#[cfg(checker = "shuttle")]
#[test]
fn dropped_tasks_break_no_promise_in_random_schedules() {
    let test = "faces::dropped_tasks_break_no_promise_in_random_schedules";
    play_all(test, dropped);
}
