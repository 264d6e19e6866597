//! Larger programs in random orders, by shuttle.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, take_hook};
use std::time::Instant;

use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use super::control::Control;
use super::kit::Shuttle;
use super::program::{Numbering, Op, Program};
use super::run::{Subject, run};
use super::scaffold::{Right, Scaffold};

const THREADS: usize = 4;
const OPS: usize = 4;
/// How many schedules one seed stands for; few, so that a failing seed is soon played again.
const PER_SEED: usize = 250;
/// How many changes of the running thread the PCT scheduler makes.
const PCT_DEPTH: usize = 3;

/// What a panic said.
pub(crate) fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    text.unwrap_or_else(|| "a panic without words".to_owned())
}

/// Whether there is time for everything.
pub(crate) fn nightly() -> bool {
    std::env::var_os("ROLESIM_NIGHTLY").is_some()
}

/// The seeds of a test: the one that is asked for, or as many as make up the schedules.
fn seeds() -> std::ops::Range<u64> {
    if let Some(seed) = std::env::var("ROLESIM_SEED").ok().and_then(|seed| seed.parse().ok()) {
        return seed..seed + 1;
    }
    let schedules = if nightly() { 1_000_000 } else { 10_000 };
    // Each seed is played under two schedulers.
    0..schedules / (2 * PER_SEED as u64)
}

/// A program for this schedule. It comes from the schedule's own randomness, so a seed replays it too.
fn draw() -> Program {
    let mut random = shuttle::rand::thread_rng();
    let numbering = if random.gen_bool(0.5) { Numbering::Numbered } else { Numbering::Serial };
    let warm = random.gen_bool(0.5);
    let mut thread = || (0..OPS).map(|_| Op::ALL[random.gen_range(0..Op::ALL.len())]).collect();
    let threads = (0..THREADS).map(|_| thread()).collect();
    Program { numbering, warm, threads }
}

fn play<S: Subject>(scheduler: impl Scheduler + 'static, make: fn() -> S) -> Result<(), String> {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    let runner = Runner::new(scheduler, config);
    let played = catch_unwind(AssertUnwindSafe(|| {
        runner.run(move || run::<Shuttle, S>(&draw(), make));
    }));
    // Shuttle puts a panic hook of its own over the last one in each run; they would all speak at the next fault.
    drop(take_hook());
    played.map(drop).map_err(|panic| reason(panic.as_ref()))
}

/// Plays the schedules of a seed.
pub(crate) fn play_seed<S: Subject>(seed: u64, make: fn() -> S) -> Result<(), String> {
    play(RandomScheduler::new_from_seed(seed, PER_SEED), make).map_err(|fault| format!("random: {fault}"))?;
    play(PctScheduler::new_from_seed(seed, PCT_DEPTH, PER_SEED), make)
        .map_err(|fault| format!("PCT: {fault}"))
}

/// Plays all seeds.
pub(crate) fn play_all<S: Subject>(name: &str, make: fn() -> S) {
    let (seeds, began) = (seeds(), Instant::now());
    let schedules = 2 * PER_SEED as u64 * (seeds.end - seeds.start);
    println!("{name}: seeds {}..{}, {schedules} schedules", seeds.start, seeds.end);
    for seed in seeds {
        if let Err(fault) = play_seed(seed, make) {
            panic!("{name}: ROLESIM_SEED={seed}: {fault}");
        }
    }
    println!("{name}: {:.1} s", began.elapsed().as_secs_f64());
}

#[test]
fn the_state_machine_under_one_lock_keeps_its_promises_in_random_schedules() {
    play_all("state machine under one lock", Control::<Shuttle>::new);
}

#[test]
fn the_scaffold_keeps_its_promises_in_random_schedules() {
    play_all("scaffold", Scaffold::<Shuttle, Right>::new);
}
