//! `gate`: how far metrics may move from their accepted values, and what is compared at all.

use std::collections::BTreeSet;

use super::expect::in_slo;
use super::field::Field;
use crate::gate::{Amount, GateRules};
use crate::metrics::{FRESH_WITHIN, Metric, Unit};
use crate::model::Span;
use crate::scenario::node::{NodeKind, Place};

/// Reads a mapping from metrics to tolerances, with keys for what is compared. The parts of a metric may also be keys
/// inside: an option that sets `gate.window_us.max` makes them so.
pub(super) fn rules(field: &Field<'_>, slo: Option<&[Span]>) -> Option<GateRules> {
    let mut rules = GateRules::default();
    gather(field, "", slo, &mut rules).then_some(())?;
    rules.tolerances.metrics().try_for_each(|metric| in_slo(field, metric, slo).ok_or(())).ok()?;
    Some(rules)
}

/// Whether all of it could be read.
fn gather(field: &Field<'_>, group: &str, slo: Option<&[Span]>, all: &mut GateRules) -> bool {
    let Some(map) = field.mapping() else { return false };
    let mut whole = true;
    for (entry, value) in map.all() {
        let name = format!("{group}{}", entry.key);
        let parts = matches!(value.node.kind, NodeKind::Mapping(_)) && group.is_empty() && is_group(&name);
        whole &= match name.as_str() {
            "default" => percent(&value, all).is_some(),
            "only" => {
                let only = metrics(&value, slo);
                let read = only.is_some();
                all.scope.only = only;
                read
            }
            "ignore" => metrics(&value, slo).map(|ignored| all.scope.ignored = ignored).is_some(),
            "ignore_caches" => {
                let labels = value.each(|label| label.text());
                labels.map(|labels| all.scope.ignored_caches = labels.into_iter().collect()).is_some()
            }
            _ if parts => gather(&value, &format!("{name}."), slo, all),
            _ => one(&value, &entry.key_place, &name, all).is_some(),
        };
    }
    whole
}

fn is_group(name: &str) -> bool {
    name == FRESH_WITHIN
        || Metric::NAMES.iter().any(|known| known.split_once('.').is_some_and(|(group, _)| group == name))
}

/// Reads names of metrics; that of a group stands for all its parts.
fn metrics(field: &Field<'_>, slo: Option<&[Span]>) -> Option<BTreeSet<Metric>> {
    let named = |field: Field<'_>| {
        let name = field.text()?;
        if name == FRESH_WITHIN {
            return Some(slo.unwrap_or_default().iter().copied().map(Metric::FreshWithin).collect());
        }
        if is_group(&name) {
            let inside = format!("{name}.");
            let parts = Metric::ALL.iter().copied().filter(|metric| metric.name().starts_with(&inside));
            return Some(parts.collect());
        }
        let metric = field.metric_named(&name, &field.node.place)?;
        in_slo(&field, metric, slo).map(|()| vec![metric])
    };
    let lists: Vec<Vec<Metric>> = field.each(named)?;
    if lists.is_empty() {
        return field.wrong("names no metric", "write one or more, as in [stale_grants, db_reads]");
    }
    Some(lists.into_iter().flatten().collect())
}

/// The tolerance of all metrics that have none of their own: per cent, since nothing else goes for every unit.
fn percent(field: &Field<'_>, all: &mut GateRules) -> Option<()> {
    let text = field.scalar().map_or("", |(text, _)| text);
    match Amount::parse(text, Unit::Count) {
        Ok(amount @ Amount::Percent(_)) => {
            all.tolerances.set_default(amount);
            Some(())
        }
        _ => field
            .wrong("is not a tolerance of every metric", "write per cent of the accepted value, as in `2%`"),
    }
}

fn one(field: &Field<'_>, key_place: &Place, name: &str, all: &mut GateRules) -> Option<()> {
    let metric = field.metric_named(name, key_place)?;
    let Some((text, _)) = field.scalar() else {
        return field.wrong("is not a tolerance", "write one, as in `0.5pp`, `2%`, `3` or `5m`");
    };
    let amount = Amount::parse(text, metric.unit())
        .map_or_else(|error| field.wrong(&error.what(), &error.remedy()), Some)?;
    match all.tolerances.set(metric, amount) {
        None => Some(()),
        Some(_) => field.fault(format!("`{metric}` has a tolerance already; leave one out")),
    }
}
