//! Every interleaving of every small program, by loom.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::program::Program;
use super::run::{Subject, run};
use super::runtime::Loom;
use super::subprocess::doing;

/// Runs a program in every order that its threads can come, preempted as often as may be; gives the number of runs.
///
/// # Panics
/// At the first fault.
pub(crate) fn explore<S: Subject>(program: &Program, make: fn() -> S) -> u64 {
    doing(format!(" [every interleaving of {program}]"));
    let mut model = loom::model::Builder::new();
    model.preemption_bound = None;
    model.max_branches = 10_000;
    let (runs, program) = (Arc::new(AtomicU64::new(0)), program.clone());
    let counted = Arc::clone(&runs);
    model.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        run::<Loom, S>(&program, make);
    });
    runs.load(Ordering::Relaxed)
}
