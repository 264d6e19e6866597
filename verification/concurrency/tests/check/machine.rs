//! Real threads, as the machine happens to run them: the crate's caches, and other crates', whose locks no checker
//! drives.

use moka::sync::Cache as Moka;
use quick_cache::sync::{Cache as Quick, GuardResult};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rolesim::cache::{Row, Version};

use super::program::{Numbering, Program};
use super::run::{Failed, Subject, nightly, run};
use super::runtime::Machine;
use super::subprocess::{Outcome, doing, parts, processes};
use super::{faces, reference_cache};

const THREADS: usize = 4;
const OPS: usize = 4;
const USER: u8 = 1;

/// Runs many programs, half of them in each process; gives the first fault.
fn stress<S: Subject>(test: &str, make: fn() -> S) -> Outcome {
    let programs = if nightly() { 400_000 } else { 4_000 };
    let outcomes = parts(test, processes(), |process| {
        for seed in (process..programs).step_by(processes()) {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed as u64);
            let mut program = Program::draw(THREADS, OPS, |below| random.random_range(0..below));
            if !S::KNOWS_VERSIONS {
                program.numbering = Numbering::Serial;
            }
            doing(format!(" [real threads: {program}]"));
            run::<Machine, S>(&program, make);
        }
        String::new()
    });
    outcomes.into_iter().collect::<Result<Vec<_>, _>>().map(|_| format!("{programs} programs"))
}

/// moka, used as its documentation says: a loader for what is missing, `insert` and `invalidate` for what changed.
struct MokaRoles(Moka<u8, u64>);

impl Subject for MokaRoles {
    const KNOWS_VERSIONS: bool = false;

    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        let fetched = self.0.try_get_with(USER, || fetch().map(|row| row.role));
        fetched.map_err(|failed| *failed)
    }

    fn update(&self, row: Row<u64>) {
        self.0.insert(USER, row.role);
    }

    fn degrade(&self, _: Version) {
        self.0.invalidate(&USER);
    }

    fn invalidate(&self) {
        self.0.invalidate(&USER);
    }

    /// It evicts when it wants to.
    fn evict(&self) {}
}

/// quick_cache by its guards: a placeholder that a change has replaced refuses the loaded value.
struct QuickRoles(Quick<u8, u64>);

impl Subject for QuickRoles {
    const KNOWS_VERSIONS: bool = false;

    fn get(&self, fetch: &dyn Fn() -> Result<Row<u64>, Failed>) -> Result<u64, Failed> {
        loop {
            match self.0.get_value_or_guard(&USER, None) {
                GuardResult::Value(role) => return Ok(role),
                GuardResult::Timeout => unreachable!("none was asked for"),
                GuardResult::Guard(guard) => {
                    let role = fetch()?.role;
                    if guard.insert(role).is_ok() {
                        return Ok(role);
                    }
                }
            }
        }
    }

    fn update(&self, row: Row<u64>) {
        self.0.insert(USER, row.role);
    }

    fn degrade(&self, _: Version) {
        self.0.remove(&USER);
    }

    fn invalidate(&self) {
        self.0.remove(&USER);
    }

    /// It evicts when it wants to.
    fn evict(&self) {}
}

#[test]
fn the_face_for_threads_keeps_its_promises_under_stress() {
    let test = "machine::the_face_for_threads_keeps_its_promises_under_stress";
    assert_eq!(stress(test, faces::threads).err(), None);
}

#[test]
fn the_face_for_tasks_keeps_its_promises_under_stress() {
    let test = "machine::the_face_for_tasks_keeps_its_promises_under_stress";
    assert_eq!(stress(test, faces::tasks).err(), None);
}

/// The face for tasks, whose tasks are dropped amid their fetch.
#[test]
fn dropped_tasks_break_no_promise_under_stress() {
    let test = "machine::dropped_tasks_break_no_promise_under_stress";
    assert_eq!(stress(test, faces::dropped).err(), None);
}

#[test]
fn stress_finds_a_single_flight_that_nobody_checks() {
    let test = "machine::stress_finds_a_single_flight_that_nobody_checks";
    let make = reference_cache::ReferenceCache::<Machine, super::wrong::SingleFlightUnchecked>::new;
    println!("single flight: {}", stress(test, make).unwrap_err());
}

#[test]
fn stress_finds_the_role_that_moka_puts_back() {
    let test = "machine::stress_finds_the_role_that_moka_puts_back";
    let fault = stress(test, || MokaRoles(Moka::new(8))).unwrap_err();
    println!("moka 0.12.16: {fault}");
}

#[test]
fn stress_finds_nothing_in_quick_cache() {
    let test = "machine::stress_finds_nothing_in_quick_cache";
    let found = stress(test, || QuickRoles(Quick::new(8)));
    println!("quick_cache 0.7.0: {found:?}");
    assert_eq!(found.err(), None);
}
