//! Caches that are wrong in one way each. A check that does not catch them all is not worth much.

mod changes;
mod dropping;
mod fetches;
mod waiting;

use std::time::{Duration, Instant};

use super::exhaustive::explore;
use super::kit::{Loom, Shuttle};
use super::program::Program;
use super::random::play_seed;
use super::scaffold::{Rules, Scaffold};

/// What each layer said of a wrong cache; nothing where it found no fault.
struct Verdict {
    name: &'static str,
    exhaustive: Option<String>,
    random: Option<String>,
}

const PATIENCE: Duration = Duration::from_secs(8);
/// Schedules in the random layer are 500 for each seed.
const SEEDS: u64 = 20;

fn random<R: Rules>() -> Option<String> {
    (0..SEEDS).find_map(|seed| {
        let fault = play_seed(seed, Scaffold::<Shuttle, R>::new).err()?;
        Some(format!("seed {seed}, {fault}"))
    })
}

/// Runs on a thread of its own, since a checker that found a fault leaves things behind on its thread.
fn apart<X: Send + 'static>(check: fn() -> X) -> X {
    std::thread::spawn(check).join().unwrap()
}

/// Tries the exhaustive layer for a while, and then the random one.
fn suspect<R: Rules>() -> Verdict {
    eprintln!("suspect: {}", R::NAME);
    let exhaustive = apart(|| {
        let began = Instant::now();
        Program::all_pairs().iter().take_while(|_| began.elapsed() < PATIENCE).find_map(|program| {
            let fault = explore(program, Scaffold::<Loom, R>::new).err()?;
            Some(format!("{program}: {fault}"))
        })
    });
    let random = if exhaustive.is_some() { None } else { apart(random::<R>) };
    Verdict { name: R::NAME, exhaustive, random }
}

fn verdicts() -> Vec<Verdict> {
    let mut verdicts = changes::verdicts();
    verdicts.extend(dropping::verdicts());
    verdicts.extend(fetches::verdicts());
    verdicts.extend(waiting::verdicts());
    verdicts
}

/// The beginning of a text's first line, for a table.
fn brief(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(150).collect()
}

#[test]
fn every_wrong_cache_is_caught() {
    let verdicts = verdicts();
    for Verdict { name, exhaustive, random } in &verdicts {
        let (layer, found) = match (exhaustive, random) {
            (Some(found), _) => ("exhaustive", brief(found)),
            (None, Some(found)) => ("random", brief(found)),
            (None, None) => ("NONE", String::new()),
        };
        println!("| {name} | {layer} | {found} |");
    }
    assert!(verdicts.len() >= 20, "there are {} wrong caches", verdicts.len());
    let escaped: Vec<_> =
        verdicts.iter().filter(|one| one.exhaustive.is_none() && one.random.is_none()).collect();
    let names: Vec<_> = escaped.iter().map(|one| one.name).collect();
    assert!(names.is_empty(), "not caught: {}", names.join(", "));
}
