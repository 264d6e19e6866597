//! `gate`: how far metrics may move from their accepted values.

use super::expect::in_slo;
use super::field::Field;
use crate::gate::{Amount, Tolerances};
use crate::metrics::{FRESH_WITHIN, Metric};
use crate::model::Span;
use crate::scenario::node::{NodeKind, Place};

/// Reads a mapping from metrics to tolerances. The parts of a metric may also be keys inside: an option that sets
/// `gate.window_us.max` makes them so.
pub(super) fn tolerances(field: &Field<'_>, slo: Option<&[Span]>) -> Option<Tolerances> {
    let mut all = Tolerances::default();
    gather(field, "", &mut all).then_some(())?;
    all.metrics().try_for_each(|metric| in_slo(field, metric, slo).ok_or(())).ok()?;
    Some(all)
}

/// Whether all of it could be read.
fn gather(field: &Field<'_>, group: &str, all: &mut Tolerances) -> bool {
    let Some(map) = field.mapping() else { return false };
    let mut whole = true;
    for (entry, value) in map.all() {
        let name = format!("{group}{}", entry.key);
        let parts = matches!(value.node.kind, NodeKind::Mapping(_)) && group.is_empty() && is_group(&name);
        whole &= if parts {
            gather(&value, &format!("{name}."), all)
        } else {
            one(&value, &entry.key_place, &name, all).is_some()
        };
    }
    whole
}

fn is_group(name: &str) -> bool {
    name == FRESH_WITHIN
        || Metric::NAMES.iter().any(|known| known.split_once('.').is_some_and(|(group, _)| group == name))
}

fn one(field: &Field<'_>, key_place: &Place, name: &str, all: &mut Tolerances) -> Option<()> {
    let metric = field.metric_named(name, key_place)?;
    let Some((text, _)) = field.scalar() else {
        return field.wrong("is not a tolerance", "write one, as in `0.5pp`, `2%`, `3` or `5m`");
    };
    let amount = Amount::parse(text, metric.unit())
        .map_or_else(|error| field.wrong(&error.what(), error.remedy()), Some)?;
    match all.set(metric, amount) {
        None => Some(()),
        Some(_) => field.fault(format!("`{metric}` has a tolerance already; leave one out")),
    }
}
