//! What a sweep measured: the points of a grid, the cache that they are compared with, and the life that would be as
//! fresh. Plain data, as with a report.

use crate::model::Micros;
use crate::report::{CacheResult, ScenarioInfo};

/// A whole sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// What was run, before anything was varied.
    pub scenario: ScenarioInfo,
    /// What was varied; the first field varies slowest.
    pub vary: Vec<Varied>,
    /// Each combination of values.
    pub points: Vec<Point>,
    /// The event-driven cache on the same day and system: the scenario's own, if it is one. `None` if more than the
    /// cache was varied.
    pub reference: Option<CacheResult>,
    /// What life of a TTL cache would be as fresh as the reference; `None` if lives were not what was varied.
    pub as_fresh: Option<AsFresh>,
}

impl Sweep {
    /// Whether the draws of the points are decided by seeds of their own.
    pub(super) fn varies_the_seed(&self) -> bool {
        self.vary.iter().any(|one| one.path == "seed")
    }
}

/// A field that was varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varied {
    /// Its path in the scenario.
    pub path: String,
    /// What it was set to.
    pub values: Vec<String>,
}

/// One combination of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// A value for each varied field.
    pub values: Vec<String>,
    /// Identifies the day, in hex.
    pub digest: String,
    /// What was measured; without hours.
    pub result: CacheResult,
}

/// The longest life of an entry with which a TTL cache gave no more stale answers than the reference, and no more
/// with a revoked role.
#[derive(Clone, Debug, PartialEq)]
pub struct AsFresh {
    /// That life, up to which every tried one was as fresh, and what was measured with it; `None` if not even the
    /// shortest was.
    pub longest: Option<(Micros, CacheResult)>,
    /// The shortest life that was tried.
    pub shortest: Micros,
    /// The shortest life that was tried and not as fresh; `None` if all were.
    pub stale_from: Option<Micros>,
}
