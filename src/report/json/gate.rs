//! The gate as JSON: what is not as it was accepted, cache by cache.

use super::tree::{Json, number, object, some, verdict};
use crate::gate::{Amount, Change, Comparison, OtherVersion, Pair, Paired, Standing};
use crate::metrics::Value;

pub(super) fn comparison(gate: &Comparison) -> Json {
    some([
        Some(("strict", gate.strict.into())),
        Some(("caches", gate.pairs.iter().map(pair).collect())),
        Some(("missing", gate.missing.as_slice().into())),
        Some(("unaccepted", gate.unaccepted.as_slice().into())),
        gate.other_version.as_ref().map(|other| ("accepted_by", accepted_by(other))),
        Some(("verdict", verdict(gate.verdict()).into())),
    ])
}

/// Another version of rolesim, and what of its figures is not compared.
fn accepted_by(other: &OtherVersion) -> Json {
    object([
        ("rolesim", other.version.as_str().into()),
        ("absent", other.absent.iter().map(|metric| Json::from(metric.name().into_owned())).collect()),
        ("unknown", other.unknown.iter().map(|name| Json::from(name.as_str())).collect()),
    ])
}

fn pair(pair: &Pair) -> Json {
    let differing = pair.changes.iter().filter(|change| change.standing != Standing::Same);
    object([
        ("label", pair.label.as_str().into()),
        ("accepted_label", pair.accepted_label.as_str().into()),
        ("own", pair.own.into()),
        ("same_cache", pair.same_cache.into()),
        ("same_answers", pair.same_answers.into()),
        ("compared", pair.changes.len().into()),
        ("changes", differing.map(change).collect()),
    ])
}

fn change(change: &Change) -> Json {
    some([
        Some(("metric", change.metric.name().into_owned().into())),
        Some(("accepted", number(Some(change.accepted)))),
        Some(("actual", number(Some(change.actual)))),
        Some(("change", difference(change.accepted, change.actual))),
        Some(("tolerance", change.tolerance.map_or(Json::Null, tolerance))),
        change.seed.map(|seed| ("seed", seed.into())),
        change.paired.as_ref().map(|interval| ("paired", paired(interval))),
        Some(("verdict", change.standing.name().into())),
    ])
}

/// How far the value moved, in its unit.
fn difference(accepted: Value, actual: Value) -> Json {
    match (accepted, actual) {
        (Value::Ratio(old), Value::Ratio(new)) => (new - old).into(),
        _ => match accepted.whole().zip(actual.whole()) {
            Some((old, new)) if new < old => Json::Minus(old - new),
            difference => difference.map(|(old, new)| new - old).into(),
        },
    }
}

fn tolerance(amount: Amount) -> Json {
    match amount {
        Amount::Absolute(most) => number(Some(most)),
        Amount::Percent(parts) => format!("{}%", Amount::percent_text(parts)).into(),
    }
}

fn paired(paired: &Paired) -> Json {
    object([
        ("accepted_mean", paired.accepted.mean.into()),
        ("actual_mean", paired.actual.mean.into()),
        ("mean", paired.difference.mean.into()),
        ("half_width", paired.difference.half_width.into()),
    ])
}
