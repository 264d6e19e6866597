//! Every interleaving of every small program, by loom.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use super::control::Control;
use super::kit::Loom;
use super::program::Program;
use super::random::{nightly, reason};
use super::run::{Subject, run};
use super::scaffold::{Right, Scaffold};

/// Runs a program in every order that its threads can come; gives the number of runs, or what went wrong.
pub(crate) fn explore<S: Subject>(program: &Program, make: fn() -> S) -> Result<u64, String> {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = None;
    model.max_branches = 10_000;
    let (runs, program) = (std::sync::Arc::new(AtomicU64::new(0)), program.clone());
    let counted = std::sync::Arc::clone(&runs);
    let explored = catch_unwind(AssertUnwindSafe(|| {
        model.check(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            run::<Loom, S>(&program, make);
        });
    }));
    explored.map(|()| runs.load(Ordering::Relaxed)).map_err(|panic| reason(panic.as_ref()))
}

/// Explores all programs on all processors.
pub(crate) fn explore_all<S: Subject>(name: &str, make: fn() -> S) {
    let programs = if nightly() { Program::all_pairs() } else { Program::some_pairs() };
    let (next, runs, faults) = (AtomicUsize::new(0), AtomicU64::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match explore(program, make) {
                        Ok(more) => _ = runs.fetch_add(more, Ordering::Relaxed),
                        Err(fault) => faults.lock().unwrap().push(format!("{program}: {fault}")),
                    }
                }
            });
        }
    });
    let (runs, seconds) = (runs.into_inner(), began.elapsed().as_secs_f64());
    eprintln!("{name}: {} programs, {runs} interleavings, {seconds:.1} s", programs.len());
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{name}: {} programs fail, the first: {}", faults.len(), faults[0]);
}

#[test]
fn the_state_machine_under_one_lock_keeps_its_promises_in_every_small_program() {
    explore_all("state machine under one lock", Control::<Loom>::new);
}

#[test]
fn the_scaffold_of_the_wrong_caches_is_right_where_no_rule_is_replaced() {
    explore_all("scaffold", Scaffold::<Loom, Right>::new);
}
