//! The values under some paths of a JSON object, as text.
//!
//! A path is a key, or keys from the top with dots between them. Other keys may hold anything. A number is handed out as it
//! is written: a float would lose digits of a time.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fault::{SHOWN_CHARS, TraceFault};
use crate::model::{column_path, escape_cut};

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text or a number.
    Number,
    /// A text or a whole number.
    Whole,
    /// Anything that is not an object or a list.
    Plain,
    /// Anything, and handed out as JSON.
    Json,
}

/// Paths that are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct JsonPaths {
    names: Vec<(String, Kind)>,
    top: Vec<Branch>,
}

/// A key, and what is behind it: a value that is looked for, or more keys.
#[derive(Clone, Debug)]
struct Branch {
    key: String,
    wanted: Option<usize>,
    inner: Vec<Branch>,
}

/// The values of one object, in the order of the paths.
#[derive(Debug, Default)]
pub(super) struct Picked {
    values: Vec<String>,
    seen: Vec<bool>,
    wrong: Option<TraceFault>,
}

impl JsonPaths {
    /// Looks for one more; gives its place among the values.
    pub(super) fn add(&mut self, name: &str, kind: Kind) -> usize {
        let place = self.names.len();
        self.names.push((name.to_owned(), kind));
        let keys = column_path(name).unwrap_or_else(|| vec![name.to_owned()]);
        let mut branches = &mut self.top;
        for (depth, key) in keys.iter().enumerate() {
            let at = match branches.iter().position(|branch| branch.key == *key) {
                Some(at) => at,
                None => {
                    branches.push(Branch { key: key.clone(), wanted: None, inner: Vec::new() });
                    branches.len() - 1
                }
            };
            if depth + 1 == keys.len() {
                // A path that is looked for twice has one value.
                return *branches[at].wanted.get_or_insert(place);
            }
            branches = &mut branches[at].inner;
        }
        place
    }

    /// The name of a path.
    pub(super) fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", |(name, _)| name)
    }

    /// Reads an object.
    pub(super) fn pick(&self, text: &[u8], picked: &mut Picked) -> Result<(), TraceFault> {
        picked.values.resize_with(self.names.len(), String::new);
        picked.values.iter_mut().for_each(String::clear);
        picked.seen.clear();
        picked.seen.resize(self.names.len(), false);
        picked.wrong = None;
        let mut json = serde_json::Deserializer::from_slice(text);
        let read = json.deserialize_map(Pick { paths: self, branches: &self.top, picked });
        if let Some(fault) = picked.wrong.take() {
            return Err(fault);
        }
        read.and_then(|()| json.end()).map_err(|error| TraceFault::NotAnObject { why: reason(&error) })
    }
}

impl Picked {
    /// A value; empty if there is none, or if it is null.
    pub(super) fn value(&self, place: usize) -> &str {
        self.values.get(place).map_or("", String::as_str)
    }

    /// Whether its key was there.
    pub(super) fn has(&self, place: usize) -> bool {
        self.seen.get(place).is_some_and(|seen| *seen)
    }
}

/// What the parser says, without the line, which is that of the file.
fn reason(error: &serde_json::Error) -> String {
    let text = escape_cut(&error.to_string(), SHOWN_CHARS * 2);
    match text.split_once(" at line ") {
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

/// Picks the values below some branches.
struct Pick<'p> {
    paths: &'p JsonPaths,
    branches: &'p [Branch],
    picked: &'p mut Picked,
}

impl Pick<'_> {
    /// Notes the value of a path.
    fn take<E: Error>(&mut self, place: usize, value: &str) -> Result<(), E> {
        let (name, kind) = self.paths.names.get(place).map_or(("", Kind::Json), |(name, kind)| (name, *kind));
        if std::mem::replace(&mut self.picked.seen[place], true) {
            self.picked.wrong.get_or_insert(TraceFault::DoubleKey(escape_cut(name, SHOWN_CHARS)));
            return Err(E::custom("a key stands twice"));
        }
        let text = &mut self.picked.values[place];
        let number = value.strip_prefix('-').unwrap_or(value);
        let is_number = number.starts_with(|c: char| c.is_ascii_digit());
        let fits = match kind {
            Kind::Json => true,
            Kind::Plain => !value.starts_with(['{', '[']),
            Kind::Number => is_number,
            Kind::Whole => is_number && number.bytes().all(|digit| digit.is_ascii_digit()),
        };
        if value == "null" {
        } else if kind != Kind::Json && value.starts_with('"') {
            *text = serde_json::from_str(value).map_err(E::custom)?;
        } else if fits {
            text.push_str(value);
        } else {
            let (key, found) = (escape_cut(name, SHOWN_CHARS), escape_cut(value, SHOWN_CHARS));
            self.picked.wrong.get_or_insert(TraceFault::WrongValue { key, found });
            return Err(E::custom("a value has a wrong type"));
        }
        Ok(())
    }

    /// Notes that a path leads through something else than an object.
    fn blocked<E: Error>(self, found: &'static str) -> Result<(), E> {
        fn first(branches: &[Branch]) -> Option<usize> {
            branches.iter().find_map(|branch| branch.wanted.or_else(|| first(&branch.inner)))
        }
        let name = first(self.branches).map_or("", |place| self.paths.name(place));
        let key = escape_cut(name, SHOWN_CHARS);
        self.picked.wrong.get_or_insert(TraceFault::NoSuchPath { key, found });
        Err(E::custom("a path leads through a value"))
    }
}

impl<'de> DeserializeSeed<'de> for Pick<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(branch) = map.next_key_seed(Key(self.branches))? {
            match branch {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(Branch { wanted: Some(place), .. }) => {
                    let value = map.next_value::<&RawValue>()?.get();
                    self.take(*place, value)?;
                }
                Some(Branch { inner, .. }) => {
                    let Pick { paths, ref mut picked, .. } = self;
                    map.next_value_seed(Pick { paths, branches: inner, picked })?;
                }
            }
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.blocked("true or false")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.blocked("a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.blocked("a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.blocked("a number")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.blocked("a text")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.blocked("a list")
    }
}

/// Which of the branches a key is.
struct Key<'k>(&'k [Branch]);

impl<'de, 'k> DeserializeSeed<'de> for Key<'k> {
    type Value = Option<&'k Branch>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'k> Visitor<'_> for Key<'k> {
    type Value = Option<&'k Branch>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|branch| branch.key == key))
    }
}
