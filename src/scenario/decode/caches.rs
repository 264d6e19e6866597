//! `cache` and `compare`: caches as specs or as mappings.

use super::field::Field;
use crate::model::shown;
use crate::policy::{CacheSpec, CacheSpecError, POLICIES, PolicySpec, policy_names};
use crate::scenario::node::NodeKind;
use crate::scenario::suggest::nearest;

/// The caches that `compare` names where a scenario does not.
pub(in crate::scenario) const DEFAULT_COMPARE: [&str; 2] = ["ttl:5m+sweep=1m", "none"];

/// At most this many caches can be compared; nobody reads a table of more.
const MOST_CACHES: usize = 256;
/// No cache has as many options.
const MOST_OPTIONS: usize = 16;

/// The scenario's own cache.
pub(super) fn own(field: Option<Field<'_>>) -> Option<CacheSpec> {
    field.map_or_else(|| Some(PolicySpec::default().into()), |field| cache(&field))
}

/// The caches to compare with. One that is there already is left out; two caches under one label are a
/// fault.
pub(super) fn compare(
    root: &Field<'_>,
    field: Option<Field<'_>>,
    own: Option<&CacheSpec>,
) -> Option<Vec<CacheSpec>> {
    let read: Vec<(Field<'_>, CacheSpec)> = match field {
        // Without a list, a label that is taken can only be the own cache's.
        None => {
            let place = root.at("cache").at("label");
            DEFAULT_COMPARE.iter().filter_map(|spec| Some((place.clone(), spec.parse().ok()?))).collect()
        }
        Some(field) if matches!(&field.node.kind, NodeKind::List(items) if items.len() > MOST_CACHES) => {
            return field.fault(format!("holds too many caches; at most {MOST_CACHES} can be compared"));
        }
        Some(field) => field.each(|field| cache(&field).map(|spec| (field, spec)))?,
    };
    let mut all = vec![own?.clone()];
    let mut whole = true;
    for (field, spec) in read {
        let there = |other: &CacheSpec| {
            other.policy == spec.policy && (spec.label.is_none() || other.title() == spec.title())
        };
        if all.iter().any(there) {
            continue;
        }
        if all.iter().any(|other| other.title() == spec.title()) {
            field.fault::<()>(format!(
                "two caches are called {}; give each a `label` of its own",
                shown(&spec.title())
            ));
            whole = false;
        }
        all.push(spec);
    }
    all.remove(0);
    whole.then_some(all)
}

/// The scenario's own cache and those to compare with, where all of them could be read.
pub(super) fn all(own: Option<&CacheSpec>, others: Option<&[CacheSpec]>) -> Option<Vec<CacheSpec>> {
    Some(std::iter::once(own?).chain(others?).cloned().collect())
}

fn cache(field: &Field<'_>) -> Option<CacheSpec> {
    match field.scalar() {
        Some((text, _)) => text.parse().map_or_else(|error| refuse(field, &error), Some),
        None if field.node.is_null() => field.wrong("is not a cache", "write one, as in `ttl:5m` or `event`"),
        None => from_mapping(field),
    }
}

fn from_mapping(field: &Field<'_>) -> Option<CacheSpec> {
    let mut map = field.mapping()?;
    let right = format!("write one of {}", policy_names());
    let kind = map.need("kind", &right, |field| field.text().map(|kind| (field, kind)));
    let label = map.maybe("label", |field| field.text());
    let mut whole = true;
    let mut options: Vec<(&str, Field<'_>, &str)> = Vec::new();
    for (entry, value) in map.all().filter(|(entry, _)| !matches!(entry.key.as_str(), "kind" | "label")) {
        match value.scalar() {
            Some((text, _)) => options.push((&entry.key, value, text)),
            None => {
                whole = false;
                value.wrong::<()>(
                    "is not a value of a cache's option",
                    "write a word, a number or a duration",
                );
            }
        }
    }
    let Some((kind_field, kind)) = kind else {
        // Without a kind, only keys that are no cache's can be told.
        let options = POLICIES.iter().flat_map(|policy| policy.options);
        options.for_each(|option| drop(map.take(option.name)));
        map.finish();
        return None;
    };
    if options.len() > MOST_OPTIONS {
        return field.fault(format!("has {} options; no cache has as many", options.len()));
    }
    // Each round reports one faulty option and goes on without it.
    loop {
        let pairs: Vec<(&str, &str)> = options.iter().map(|(name, _, text)| (*name, *text)).collect();
        let error = match PolicySpec::from_parts(&kind, &pairs) {
            Ok(policy) => return whole.then_some(CacheSpec { policy, label: label? }),
            Err(error) => error,
        };
        let faulty = error.option().and_then(|name| options.iter().position(|(own, ..)| *own == name));
        let Some(index) = faulty else {
            let no_life = matches!(error, CacheSpecError::NoLife(_));
            let unfit = if no_life { field } else { &kind_field };
            // A life that is there and cannot be read has been reported already.
            return if whole || !no_life { refuse(unfit, &error) } else { None };
        };
        whole = false;
        refuse::<()>(&options.remove(index).1, &error);
    }
}

fn refuse<T>(field: &Field<'_>, error: &CacheSpecError) -> Option<T> {
    let text = described(error);
    match (field.scalar(), right(error)) {
        (Some((found, _)), Some(right)) if !text.contains(&shown(found)) => {
            field.fault(format!("{}, found {}; {right}", error.what(), shown(found)))
        }
        _ => field.fault(text),
    }
}

/// The error, and what was probably meant.
#[must_use]
pub fn described(error: &CacheSpecError) -> String {
    match right(error) {
        Some(right) => format!("{}; {right}", error.what()),
        None => error.what(),
    }
}

/// What would be right, and what was probably meant.
fn right(error: &CacheSpecError) -> Option<String> {
    let meant = nearest(error.word(), error.known()).map(|meant| format!("did you mean `{meant}`?"));
    let parts: Vec<String> = error.remedy().into_iter().chain(meant).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
