//! What the language has and this release cannot simulate. All of it is refused here, in one sentence, and
//! nothing of it is read: taking a word away from this file is the first step of adding it.

use super::field::{Field, decimal};
use super::mapping::Mapping;
use crate::model::{CacheSpecError, Micros};
use crate::scenario::fault::FaultKind;
use crate::scenario::node::{Entry, NodeKind};

/// Parts of a scenario.
const SCENARIO: [&str; 2] = ["role_changes", "gate"];
/// Options of the database; errors with probability 0 are none.
const DATABASE: [&str; 1] = ["concurrency"];
/// Options of the traffic.
const TRAFFIC: [&str; 1] = ["sessions"];
/// Columns of a recorded day.
const COLUMNS: [&str; 2] = ["op", "role"];
/// Distributions of a delay.
const DELAYS: [&str; 3] = ["exponential", "uniform", "lognormal"];
/// Formats of a recorded day.
const FORMATS: [&str; 4] = ["jsonl", "combined", "twitter", "oracle-general"];

fn refuse<T>(field: &Field<'_>, what: &'static str) -> Option<T> {
    field.fault(CacheSpecError::Later(what).to_string())
}

fn refuse_keys(map: &mut Mapping<'_>, keys: &[&'static str]) {
    for key in keys {
        if let Some(field) = map.take(key) {
            let place = map.key_place(key).unwrap_or(&field.node.place);
            field.fault_at::<()>(place, FaultKind::Content, CacheSpecError::Later(key).to_string());
        }
    }
}

pub(super) fn of_scenario(map: &mut Mapping<'_>) {
    refuse_keys(map, &SCENARIO);
    if let Some(replicas) = map.take("replicas")
        && !is_one_replica(&replicas)
    {
        refuse::<()>(&replicas, "replicas");
    }
    if let Some(faults) = map.take("faults")
        && !matches!(&faults.node.kind, NodeKind::List(items) if items.is_empty())
    {
        refuse::<()>(&faults, "faults");
    }
}

fn is_one_replica(field: &Field<'_>) -> bool {
    let NodeKind::Mapping(entries) = &field.node.kind else { return false };
    let known = |entry: &Entry| match entry.key.as_str() {
        "count" => entry.value.kind == plain("1"),
        // One replica gets every request, however they are routed.
        "routing" => ["sticky", "random", "round-robin"]
            .iter()
            .any(|way| matches!(&entry.value.kind, NodeKind::Scalar { text, .. } if text == way)),
        _ => false,
    };
    entries.iter().all(known)
}

fn plain(text: &str) -> NodeKind {
    NodeKind::Scalar { text: text.to_owned(), quoted: false }
}

pub(super) fn of_database(map: &mut Mapping<'_>) {
    refuse_keys(map, &DATABASE);
    refuse_unless_zero(map, "read_errors");
}

pub(super) fn of_traffic(map: &mut Mapping<'_>) {
    refuse_keys(map, &TRAFFIC);
}

/// Without a column of operations there are no sets to obey.
pub(super) fn of_trace(map: &mut Mapping<'_>) {
    if let Some(field) = map.take("sets")
        && field.one_of(&[("ignore", false), ("changes", true)]) == Some(true)
    {
        refuse::<()>(&field, "sets: changes");
    }
}

pub(super) fn of_columns(map: &mut Mapping<'_>) {
    refuse_keys(map, &COLUMNS);
}

/// A probability that changes nothing as long as it is 0.
fn refuse_unless_zero(map: &mut Mapping<'_>, key: &'static str) {
    if let Some(field) = map.take(key)
        && !matches!(field.scalar(), Some((text, false)) if decimal(text) == Some(0.0))
    {
        refuse::<()>(&field, key);
    }
}

/// A channel that loses and duplicates nothing and reaches all is what this release simulates.
pub(super) fn of_channel(map: &mut Mapping<'_>) {
    refuse_unless_zero(map, "loss");
    refuse_unless_zero(map, "duplicate");
    if let Some(field) = map.take("reach")
        && field.one_of(&[("all", false), ("local", true)]) == Some(true)
    {
        refuse::<()>(&field, "reach: local");
    }
}

/// A delay: here always the same.
pub(super) fn delay(field: Field<'_>) -> Option<Micros> {
    match &field.node.kind {
        NodeKind::Mapping(_) => match DELAYS.into_iter().find(|name| field.node.get(name).is_some()) {
            Some(name) => refuse(&field, name),
            None => field.wrong("is no delay", "write a duration, as in \"5ms\""),
        },
        _ => field.duration(),
    }
}

/// Notes the format of a trace that cannot be replayed yet; whether it was one of those.
pub(super) fn is_later_format(field: &Field<'_>, format: &str) -> bool {
    let known = FORMATS.into_iter().find(|name| *name == format);
    if let Some(name) = known {
        refuse::<()>(field, name);
    }
    known.is_some()
}
