//! Scenarios: from text in JSON or YAML to what it means, with every fault and its place.
//!
//! Three steps, each a plain value: [`parse`] turns bytes into a tree of [`Node`]s that know their places,
//! [`set`] and [`assign`] change fields of the tree, and [`decode`] reads the tree as a [`Scenario`]. It
//! opens no files; the rows of a recorded day are asked of the caller.

mod decode;
mod digest;
mod fault;
mod json;
mod node;
mod patch;
mod suggest;
mod syntax_limits;
mod text;
mod vary;
mod yaml;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;

pub use decode::{
    Limits, Probe, ProbeError, Question, Recorded, Written, decode, decode_within, described, limit,
};
pub use digest::digest;
pub use fault::{Fault, FaultKind, Faults};
pub use node::{Entry, Node, NodeKind, Place};
pub use patch::{add_cache, assign, set};
pub use suggest::{nearest, no_metric};
pub use text::parse;
pub use vary::{VALUES_MOST, Vary, vary};

use crate::gate::{Expectation, GateRules};
use crate::model::{Day, Span, System};
use crate::policy::CacheSpec;

/// The language as a JSON Schema (2020-12), for editors. The tests of `verification/schema` hold it and [`decode`] together.
pub const SCHEMA: &str = include_str!("../../docs/scenario.schema.json");

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
    /// Its own cache.
    pub cache: CacheSpec,
    /// The caches to compare it with.
    pub compare: Vec<CacheSpec>,
    /// What is expected.
    pub expect: Vec<Expectation>,
    /// The spans within which a role that was true is told as fresh: what the service promises.
    pub slo: Vec<Span>,
    /// How far metrics may move from their accepted values, and what is compared.
    pub gate: GateRules,
    /// Identifies the day, in hex. Of a recorded day it knows the name alone, since its rows are read when it is run:
    /// then [`digest`] says more.
    pub digest: String,
}
