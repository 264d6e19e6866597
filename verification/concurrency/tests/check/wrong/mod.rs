//! Caches that are wrong in one way each. A check that does not catch them all is not worth much.

mod changes;
mod dropping;
mod fetches;
mod waiting;

#[cfg(not(any(checker = "loom", checker = "shuttle")))]
pub(super) use fetches::SingleFlightUnchecked;

use super::exhaustive::explore;
use super::program::Program;
use super::random::play_seed;
use super::reference_cache::{ReferenceCache, Right, Rules};
use super::runtime::{Loom, Shuttle};
use super::subprocess::parts;

/// A wrong cache: its name, and a search for a fault in it, which panics when it finds one.
struct Suspect {
    name: &'static str,
    search: fn(),
}

/// Interleavings after which the exhaustive layer gives up on a suspect. Most need a few.
const INTERLEAVINGS_MOST: u64 = 100_000;
/// Seeds that are then tried in the random layer.
const SEEDS: u64 = 200;

/// A suspect that follows these rules.
fn suspect<R: Rules>() -> Suspect {
    Suspect { name: R::NAME, search: search::<R> }
}

fn search<R: Rules>() {
    let mut interleavings = 0;
    for program in Program::all_pairs() {
        interleavings += explore(&program, ReferenceCache::<Loom, R>::new);
        if interleavings > INTERLEAVINGS_MOST {
            break;
        }
    }
    for seed in 0..SEEDS {
        play_seed(seed, ReferenceCache::<Shuttle, R>::new);
    }
}

fn suspects() -> Vec<Suspect> {
    [changes::suspects(), dropping::suspects(), fetches::suspects(), waiting::suspects()]
        .into_iter()
        .flatten()
        .collect()
}

/// The beginning of a text, for a table.
fn brief(text: &str) -> String {
    text.chars().take(150).collect()
}

#[test]
fn every_wrong_cache_is_caught() {
    let suspects = suspects();
    let outcomes = parts("wrong::every_wrong_cache_is_caught", suspects.len(), |part| {
        (suspects[part].search)();
        "nothing found".to_owned()
    });
    let mut escaped = Vec::new();
    for (suspect, outcome) in suspects.iter().zip(&outcomes) {
        match outcome {
            Err(fault) => println!("caught  {:<48} {}", suspect.name, brief(fault)),
            Ok(_) => {
                println!("ESCAPED {}", suspect.name);
                escaped.push(suspect.name);
            }
        }
    }
    println!("{} wrong caches, {} caught", suspects.len(), suspects.len() - escaped.len());
    assert!(suspects.len() >= 20, "there are {} wrong caches", suspects.len());
    assert!(escaped.is_empty(), "not caught: {}", escaped.join(", "));
}

/// A search that finds a fault in a right cache would find one in anything.
#[test]
fn the_rules_that_wrong_caches_break_are_right() {
    let outcomes = parts("wrong::the_rules_that_wrong_caches_break_are_right", 1, |_| {
        search::<Right>();
        "nothing found".to_owned()
    });
    assert_eq!(outcomes, [Ok("nothing found".to_owned())]);
}
