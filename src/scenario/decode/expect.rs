//! `expect`: what a scenario expects of its metrics.

use super::caches::described;
use super::context::Words;
use super::field::{Field, Sink};
use crate::gate::{Bounds, Expectation, Level, UpperLimit};
use crate::metrics::{Metric, Unit, Value};
use crate::model::Span;
use crate::policy::CacheSpec;
use crate::scenario::fault::Fault;
use crate::scenario::node::{Node, Place};
use crate::scenario::suggest::nearest;

/// Reads all expectations; `caches` are the scenario's own and those to compare with.
pub(super) fn expect(
    field: &Field<'_>,
    words: &Words,
    caches: Option<&[CacheSpec]>,
    slo: Option<&[Span]>,
) -> Option<Vec<Expectation>> {
    field.each(|field| one(&field, words, caches, slo))
}

/// Reads the spans of `slo`.
pub(super) fn spans(field: &Field<'_>) -> Option<Vec<Span>> {
    let mut known = Vec::new();
    field.each(|field| {
        let span = span(&field)?;
        if known.contains(&span) {
            return field.fault(format!("the span `{span}` is there already; leave one out"));
        }
        known.push(span);
        Some(span)
    })
}

fn span(field: &Field<'_>) -> Option<Span> {
    // Read as a duration, so that every message about durations holds here too.
    field.duration()?;
    field.text()?.parse().ok()
}

fn one(
    field: &Field<'_>,
    words: &Words,
    caches: Option<&[CacheSpec]>,
    slo: Option<&[Span]>,
) -> Option<Expectation> {
    if field.scalar().is_some() {
        return field
            .wrong("is not an expectation", "write keys with values, as in `{metric: hit_ratio, min: 0.9}`");
    }
    let mut map = field.mapping()?;
    let metric =
        map.need("metric", "name what is expected, as in `metric: hit_ratio`", |field| metric(&field, slo));
    let mut bound = |key| map.take(key);
    let given = [bound("min"), bound("max"), bound("equals"), bound("within")];
    let cache = map.maybe("cache", |field| cache(&field, caches));
    let at = map.maybe("at", |field| words.instant_or_end(&field));
    let levels = [("error", Level::Error), ("warn", Level::Warn), ("note", Level::Note)];
    let level = map.or("level", Level::default(), |field| field.one_of(&levels));
    let because = map.maybe("because", |field| field.text());
    let misspelt = map.has_unknown_keys();
    map.finish();
    let bounds = bounds(field, &given, misspelt, metric);
    Some(Expectation {
        metric: metric?,
        cache: cache?,
        at: at?,
        bounds: bounds?,
        level: level?,
        because: because?,
        line: field.line(),
    })
}

fn metric(field: &Field<'_>, slo: Option<&[Span]>) -> Option<Metric> {
    let metric = field.metric_named(&field.text()?, &field.node.place)?;
    in_slo(field, metric, slo).map(|()| metric)
}

/// Whether a metric's span is one of the scenario's.
pub(super) fn in_slo(field: &Field<'_>, metric: Metric, slo: Option<&[Span]>) -> Option<()> {
    match (metric, slo) {
        (Metric::FreshWithin(span), Some(spans)) if !spans.contains(&span) => {
            let known: Vec<String> = spans.iter().map(|span| format!("`{span}`")).collect();
            field.fault(format!(
                "`{metric}` needs the span `{span}` in `slo`, which has {}; add it there",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            ))
        }
        _ => Some(()),
    }
}

fn bounds(
    field: &Field<'_>,
    given: &[Option<Field<'_>>; 4],
    misspelt: bool,
    metric: Option<Metric>,
) -> Option<Bounds> {
    let [min, max, equals, within] = given;
    if min.is_none() && max.is_none() && equals.is_none() {
        let silent = misspelt && within.is_none();
        return if silent { None } else { field.fault("expects nothing; write `min`, `max` or `equals`") };
    }
    if let (Some(within), None) = (within, equals) {
        return within.fault("`within` goes only with `equals`; leave it out or add `equals`");
    }
    let unit = metric?.unit();
    let mut read =
        given.iter().map(|field| field.as_ref().map_or(Some(None), |field| value(field, unit).map(Some)));
    let mut next = || read.next().flatten();
    let (low, high, equals, within) = (next(), next(), next(), next());
    let bounds = Bounds { min: low?, max: high?, equals: equals?, within: within? };
    if let (Some(low), Some(high), Some(max)) = (bounds.min, bounds.max, max)
        && low.number() > high.number()
    {
        return max.wrong("is smaller than `min`", "then nothing passes; exchange the two");
    }
    Some(bounds)
}

/// Reads the limit of an option, as in `window_us.max=1h`; the metric's unit says how its value is written. `option` is what
/// was typed, for messages.
///
/// # Errors
/// When there is no `=`, no such metric, or the value is not one of the metric's unit.
pub fn limit(option: &str, text: &str) -> Result<UpperLimit, Vec<Fault>> {
    let place = Place::Option(option.into());
    let Some((name, value)) = text.split_once('=') else {
        let message = "no value is given; write METRIC=VALUE, as in window_us.max=1h";
        return Err(vec![Fault::new(place, "", message)]);
    };
    let (name, sink) = (name.trim(), Sink::default());
    let node = Node::plain(value.trim(), place.clone());
    let root = Field::root(&node, &sink);
    let read = root.metric_named(name, &place).and_then(|metric| {
        let most = self::value(&Field { path: name.to_owned(), ..root }, metric.unit())?;
        Some(UpperLimit { metric, most })
    });
    read.ok_or_else(|| sink.into_inner().of_file("").map_or_else(Vec::new, |faults| faults.list))
}

/// A value in the unit of its metric.
fn value(field: &Field<'_>, unit: Unit) -> Option<Value> {
    match unit {
        Unit::Count => field.whole(0, u64::MAX).map(Value::Count),
        Unit::Micros => field.duration().map(|duration| Value::Micros(duration.0.into())),
        Unit::Ratio => field.share().map(Value::Ratio),
    }
}

/// The cache that is meant: a label as it is, a spec in normal form.
fn cache(field: &Field<'_>, caches: Option<&[CacheSpec]>) -> Option<String> {
    let name = field.text()?;
    let caches = caches?;
    if caches.iter().any(|cache| cache.title() == name) {
        return Some(name);
    }
    match name.parse::<CacheSpec>() {
        Ok(spec) => Some(spec.policy.to_string()),
        Err(error) => {
            let titles: Vec<String> = caches.iter().map(CacheSpec::title).collect();
            let known: Vec<&str> = titles.iter().map(String::as_str).collect();
            match nearest(&name, known.iter().copied()) {
                Some(_) => field.misnamed("is not a cache of this scenario", &name, &known),
                None => field.fault(described(&error)),
            }
        }
    }
}
