//! Scenarios: from text in JSON or YAML to what it means, with every fault and its place.

use crate::gate::Expectation;
use crate::model::{CacheSpec, Day, System};

/// A whole scenario, complete and valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name; the file's where none is given.
    pub name: String,
    /// What question it asks.
    pub description: Option<String>,
    /// The day.
    pub day: Day,
    /// The system under test.
    pub system: System,
    /// The caches to compare it with.
    pub compare: Vec<CacheSpec>,
    /// What is expected.
    pub expect: Vec<Expectation>,
}
