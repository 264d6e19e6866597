//! Larger programs in random orders, by shuttle.

use std::ops::Range;

use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use super::apart::{doing, parts};
use super::kit::Shuttle;
use super::program::Program;
use super::run::{Subject, nightly, run};

const THREADS: usize = 4;
const OPS: usize = 4;
/// How many schedules one seed stands for under each scheduler; few, so that a failing seed is soon played again.
const PER_SEED: usize = 250;
/// How many changes of the running thread the PCT scheduler makes.
const PCT_DEPTH: usize = 3;

/// Schedules that a seed stands for.
pub(crate) const SCHEDULES_PER_SEED: u64 = 2 * PER_SEED as u64;

/// The seeds of a test: the one that is asked for, or as many as make up the schedules.
pub(crate) fn seeds() -> Range<u64> {
    if let Some(seed) = std::env::var("ROLESIM_SEED").ok().and_then(|seed| seed.parse().ok()) {
        return seed..seed + 1;
    }
    let schedules = if nightly() { 1_000_000 } else { 10_000 };
    0..schedules / SCHEDULES_PER_SEED
}

/// A program for this schedule. It comes from the schedule's own randomness, so a seed replays it too.
fn draw() -> Program {
    let mut random = shuttle::rand::thread_rng();
    Program::draw(THREADS, OPS, |below| random.gen_range(0..below))
}

fn play<S: Subject>(scheduler: impl Scheduler + 'static, make: fn() -> S) {
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    Runner::new(scheduler, config).run(move || {
        let program = draw();
        doing(format!(" [random: {program}]"));
        run::<Shuttle, S>(&program, make);
    });
}

/// Plays the schedules of a seed.
///
/// # Panics
/// At the first fault.
pub(crate) fn play_seed<S: Subject>(seed: u64, make: fn() -> S) {
    play(RandomScheduler::new_from_seed(seed, PER_SEED), make);
    play(PctScheduler::new_from_seed(seed, PCT_DEPTH, PER_SEED), make);
}

/// Plays all seeds.
#[cfg_attr(not(checker = "shuttle"), expect(dead_code, reason = "the faces are played with shuttle's locks"))]
pub(crate) fn play_all<S: Subject>(test: &str, make: fn() -> S) {
    let seeds: Vec<u64> = seeds().collect();
    let outcomes = parts(test, seeds.len(), |part| {
        play_seed(seeds[part], make);
        String::new()
    });
    for (seed, outcome) in seeds.iter().zip(outcomes) {
        if let Err(fault) = outcome {
            panic!("{fault}\nplay it again with ROLESIM_SEED={seed}");
        }
    }
    println!("{test}: seeds {:?}, {} schedules", seeds, seeds.len() as u64 * SCHEDULES_PER_SEED);
}
