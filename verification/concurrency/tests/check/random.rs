//! Larger programs in random orders, by shuttle.

use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner};

use super::program::Program;
use super::run::{Subject, run};
use super::runtime::Shuttle;
use super::subprocess::doing;

const THREADS: usize = 4;
const OPS: usize = 4;
/// How many schedules one seed stands for under each scheduler; few, so that a failing seed is soon played again.
pub(crate) const PER_SEED: usize = 250;
/// How many changes of the running thread the PCT scheduler makes.
const PCT_DEPTH: usize = 3;

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
