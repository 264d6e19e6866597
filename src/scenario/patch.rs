//! Changing one field of a tree before it is read, as `--set PATH=VALUE` does.
//!
//! A path is dotted, with numbers for the items of a list. Knows of a scenario only that its caches may be
//! written as one word: to change an option of such a cache, its word becomes a mapping.

use super::decode::DEFAULT_COMPARE;
use super::fault::Fault;
use super::node::{DEPTH_LIMIT, Entry, Node, NodeKind, Place, Size};
use super::syntax_limits::too_deep;
use super::yaml;
use crate::model::shown;
use crate::policy::{PolicySpec, life_option};

/// Applies `PATH=VALUE`; `option` is the option's name in messages, as in `--set`.
///
/// # Errors
/// When there is no `=`, the value cannot be read, or the path leads nowhere.
pub fn assign(tree: &mut Node, option: &str, assignment: &str) -> Result<(), Fault> {
    let as_typed = format!("{option} {assignment}");
    match assignment.split_once('=') {
        Some((path, value)) => set(tree, &as_typed, path.trim(), value),
        None => Err(Fault::new(
            Place::Option(as_typed.into()),
            "",
            "no value is given; write PATH=VALUE, as in traffic.requests=5000",
        )),
    }
}

/// Sets the field at `path` to `value`, which is read as YAML; `option` names the cause in messages, as in
/// `--cache ttl:5m`.
///
/// # Errors
/// When the value cannot be read or the path leads nowhere; the tree is then as it was, but for mappings
/// that were added or written out on the way.
pub fn set(tree: &mut Node, option: &str, path: &str, value: &str) -> Result<(), Fault> {
    let place = Place::Option(option.into());
    let value =
        yaml::parse_option(value, place.clone()).map_err(|fault| Fault { path: path.to_owned(), ..fault })?;
    let parts = path_parts(path, &place)?;
    if parts.len() + Size::of(&value).depth > DEPTH_LIMIT {
        return Err(too_deep(place));
    }
    let mut here = tree;
    for (depth, part) in parts.iter().enumerate() {
        open_cache(here, &parts[..depth]);
        here = step_into(here, part, &parts[..depth], &place)?;
    }
    *here = value;
    Ok(())
}

/// The parts of a dotted path, at most as many as a file has levels.
///
/// # Errors
/// When a part is empty, or there are too many; `place` is the option's.
pub(super) fn path_parts<'p>(path: &'p str, place: &Place) -> Result<Vec<&'p str>, Fault> {
    let parts: Vec<&str> = path.split('.').take(DEPTH_LIMIT + 1).collect();
    if parts.len() > DEPTH_LIMIT {
        return Err(too_deep(place.clone()));
    }
    if parts.iter().any(|part| part.is_empty()) {
        let message = "the path has an empty part; write it as in traffic.requests";
        return Err(Fault::new(place.clone(), path, message));
    }
    Ok(parts)
}

/// Adds a cache to those to compare with; `option` names the cause in messages, as in `--with ttl:5m`.
///
/// # Errors
/// When the text cannot be read as a value.
pub fn add_cache(tree: &mut Node, option: &str, spec: &str) -> Result<(), Fault> {
    let place = Place::Option(option.into());
    let value = yaml::parse_option(spec, place.clone())?;
    let list = step_into(tree, "compare", &[], &place)?;
    open_cache(list, &["compare"]);
    // A value that is not a list is reported as a fault of the file.
    if let NodeKind::List(caches) = &mut list.kind {
        caches.push(value);
    }
    Ok(())
}

/// Writes out a cache that is one word, and the caches to compare with where there are none, so that the
/// path can go on inside.
fn open_cache(node: &mut Node, path: &[&str]) {
    let opened = match (path, &node.kind) {
        (["cache"], _) if node.is_null() => spec_as_mapping(&PolicySpec::default().to_string(), &node.place),
        (["compare"], _) if node.is_null() => {
            let specs = DEFAULT_COMPARE.iter().map(|spec| Node::plain(spec, node.place.clone()));
            Node { place: node.place.clone(), kind: NodeKind::List(specs.collect()) }
        }
        (["cache"] | ["compare", _], NodeKind::Scalar { text, .. }) => spec_as_mapping(text, &node.place),
        _ => return,
    };
    *node = opened;
}

/// `ttl:5m+sweep=1m` as `{kind: ttl, ttl: 5m, sweep: 1m}`. Judges nothing: what is wrong with the spec is
/// wrong with the mapping.
fn spec_as_mapping(spec: &str, place: &Place) -> Node {
    let entry = |key: &str, text: &str| Entry {
        key: key.to_owned(),
        key_place: place.clone(),
        value: Node::plain(text, place.clone()),
    };
    let mut parts = spec.trim().split('+');
    let head = parts.next().unwrap_or_default();
    let (kind, life) = head.split_once(':').map_or((head, None), |(kind, life)| (kind, Some(life)));
    let mut entries = vec![entry("kind", kind)];
    entries.extend(life.map(|life| entry(life_option(kind), life)));
    entries.extend(parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        entry(name, value)
    }));
    Node { place: place.clone(), kind: NodeKind::Mapping(entries) }
}

/// The node behind one part of a path, made where a mapping lacks it.
fn step_into<'n>(
    node: &'n mut Node,
    part: &str,
    before: &[&str],
    place: &Place,
) -> Result<&'n mut Node, Fault> {
    let path = before.iter().chain([&part]).copied().collect::<Vec<_>>().join(".");
    let fault = |message: String| Err(Fault::new(place.clone(), path.clone(), message));
    if node.is_null() {
        *node = Node::empty_mapping(place.clone());
    }
    match &mut node.kind {
        NodeKind::List(items) => {
            let count = items.len();
            // Written in one way alone, so that two paths that differ lead to two places.
            let index =
                part.parse::<usize>().ok().filter(|index| *index < count && index.to_string() == part);
            match index.and_then(|index| items.get_mut(index)) {
                Some(item) => Ok(item),
                None if count == 0 => {
                    fault(format!("the list is empty, found {}; add items in the file", shown(part)))
                }
                None => fault(format!(
                    "the list has no such item, found {}; write a number from 0 to {}",
                    shown(part),
                    count - 1
                )),
            }
        }
        NodeKind::Mapping(entries) => {
            let index = entries.iter().position(|entry| entry.key == part).unwrap_or_else(|| {
                let value = Node::plain("", place.clone());
                entries.push(Entry { key: part.to_owned(), key_place: place.clone(), value });
                entries.len() - 1
            });
            Ok(&mut entries[index].value)
        }
        NodeKind::Scalar { text, .. } => {
            let message = format!(
                "the path goes through a single value, found {}; end the path at {}",
                shown(text),
                shown(&before.join("."))
            );
            fault(message)
        }
    }
}
