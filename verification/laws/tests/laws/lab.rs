//! Experiments: what a run measures, and many runs on all cores.
//!
//! Does *not* know what is measured. Each run depends on its seed alone, so the table is the same however many
//! threads there are.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::table::{Line, Reading, Row};

/// The seeds of every experiment.
pub(crate) const SEEDS: u64 = 20;

/// The first seed: from another one on, chance gives another table.
fn first_seed() -> u64 {
    std::env::var("ROLESIM_FIRST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Whether the full grid is wanted, and not the quick one.
pub(crate) fn nightly() -> bool {
    std::env::var_os("ROLESIM_NIGHTLY").is_some_and(|value| value == "1")
}

/// Requests that a run measures: the quick set has a million over its seeds, the full one ten millions.
pub(crate) fn requests() -> f64 {
    if nightly() { 500_000.0 } else { 50_000.0 }
}

/// Users in days that are about users, or role changes, one by one: 40,000 over the seeds, 400,000 by night.
pub(crate) fn crowd() -> u64 {
    if nightly() { 20_000 } else { 2_000 }
}

/// The quick grid, and what the full one has beyond it.
pub(crate) fn grid<T: Clone>(quick: &[T], beyond: &[T]) -> Vec<T> {
    let beyond = if nightly() { beyond } else { &[] };
    quick.iter().chain(beyond).cloned().collect()
}

type Run = dyn Fn(u64) -> Vec<Reading> + Send + Sync;

/// Lines that one run gives readings for, in their order.
pub(crate) struct Experiment {
    lines: Vec<Line>,
    run: Box<Run>,
}

impl Experiment {
    pub(crate) fn new(lines: Vec<Line>, run: impl Fn(u64) -> Vec<Reading> + Send + Sync + 'static) -> Self {
        Self { lines, run: Box::new(run) }
    }

    /// Of a single line.
    pub(crate) fn one(line: Line, run: impl Fn(u64) -> Reading + Send + Sync + 'static) -> Self {
        Self::new(vec![line], move |seed| vec![run(seed)])
    }
}

/// The laws that are wanted, where not all are, by the start of their names.
fn wanted(experiment: &&Experiment) -> bool {
    let only = std::env::var("ROLESIM_LAW").unwrap_or_default();
    experiment.lines.iter().any(|line| line.law.starts_with(&only))
}

/// Runs all experiments for all seeds.
pub(crate) fn measure(experiments: &[Experiment]) -> Vec<Row> {
    let experiments: Vec<&Experiment> = experiments.iter().filter(wanted).collect();
    let first = first_seed();
    let jobs: Vec<(usize, u64)> =
        (0..experiments.len()).flat_map(|index| (0..SEEDS).map(move |run| (index, run))).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![vec![Vec::new(); SEEDS as usize]; experiments.len()]);
    let work = || {
        while let Some((index, run)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let readings = (experiments[*index].run)(first + run);
            assert_eq!(readings.len(), experiments[*index].lines.len());
            done.lock().unwrap()[*index][*run as usize] = readings;
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZeroUsize::get) {
            scope.spawn(work);
        }
    });
    let done = done.into_inner().unwrap();
    let rows = experiments.iter().zip(done).flat_map(|(experiment, runs)| {
        experiment.lines.iter().enumerate().map(move |(line, head)| {
            let of_line: Vec<Reading> = runs.iter().map(|readings| readings[line]).collect();
            Row::new(head.clone(), &of_line)
        })
    });
    rows.collect()
}
