//! A choice as JSON: which cache, under which limits, and what the others break.

use super::tree::{Json, number, object};
use crate::gate::{Break, Choice, UpperLimit};
use crate::metrics::Metric;
use crate::report::CacheResult;

pub(super) fn choice(choice: &Choice, candidates: &[CacheResult]) -> Json {
    let chosen = choice.chosen.and_then(|place| candidates.get(place));
    let time = |metric| number(chosen.map(|one| one.metrics.get(metric)));
    let rejected = candidates.iter().zip(&choice.broken).filter(|(_, broken)| !broken.is_empty());
    let rejected = rejected.map(|(one, broken)| {
        object([("label", one.label.as_str().into()), ("breaks", broken.iter().map(a_break).collect())])
    });
    object([
        ("label", chosen.map(|one| one.label.as_str()).into()),
        ("cache", chosen.map(|one| one.cache.as_str()).into()),
        ("limits", choice.limits.iter().map(limit).collect()),
        ("window_us", time(Metric::WindowMax)),
        ("guaranteed_window_us", time(Metric::GuaranteedWindow)),
        ("rejected", rejected.collect()),
    ])
}

fn limit(limit: &UpperLimit) -> Json {
    object([("metric", limit.metric.name().into_owned().into()), ("value", number(Some(limit.most)))])
}

fn a_break(one: &Break) -> Json {
    object([
        ("metric", one.limit.metric.name().into_owned().into()),
        ("value", number(Some(one.value))),
        ("limit", number(Some(one.limit.most))),
    ])
}
