//! A mapping that is read key by key, and in the end knows which keys nobody asked for.

use super::field::Field;
use crate::model::shown;
use crate::scenario::fault::FaultKind;
use crate::scenario::node::Entry;
use crate::scenario::suggest::{instead, nearest, nested};

/// A mapping while it is read.
#[derive(Debug)]
pub(super) struct Mapping<'a> {
    pub(super) field: Field<'a>,
    entries: &'a [Entry],
    known: Vec<&'static str>,
}

impl<'a> Mapping<'a> {
    pub(super) fn new(field: Field<'a>, entries: &'a [Entry]) -> Self {
        Self { field, entries, known: Vec::new() }
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value behind a key, which is known from now on.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.known.push(key);
        self.entry(key).map(|entry| self.field.child(key, &entry.value))
    }

    /// All keys with their values, for mappings whose keys are the user's own.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'a Entry, Field<'a>)> {
        self.entries.iter().map(|entry| (entry, self.field.child(&entry.key, &entry.value)))
    }

    /// Reads a key that may be missing; the outer nothing is a fault.
    pub(super) fn maybe<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(Field<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.take(key).map_or(Some(None), |field| read(field).map(Some))
    }

    /// Reads a key, with a default where it is missing.
    pub(super) fn or<T>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl FnOnce(Field<'a>) -> Option<T>,
    ) -> Option<T> {
        self.take(key).map_or(Some(default), read)
    }

    /// Reads a key that must be there.
    pub(super) fn need<T>(
        &mut self,
        key: &'static str,
        right: &str,
        read: impl FnOnce(Field<'a>) -> Option<T>,
    ) -> Option<T> {
        match self.take(key) {
            Some(field) => read(field),
            // A misspelt key is told so by `finish`; that it is missing would be the same fault twice.
            None if self.entries.iter().any(|entry| nearest(&entry.key, [key]).is_some()) => None,
            None => self.field.fault(format!("`{key}` is missing; {right}")),
        }
    }

    /// The one key that is there of some that exclude each other; `none` is the message where there is none
    /// of them, and `instead` says what to do with two. Asked after all other keys.
    pub(super) fn only(
        &mut self,
        keys: &[&'static str],
        none: &str,
        instead: &str,
    ) -> Option<(&'static str, Field<'a>)> {
        let given: Vec<(&'static str, Field<'a>)> =
            keys.iter().filter_map(|key| self.take(key).map(|field| (*key, field))).collect();
        match given.as_slice() {
            [(name, value)] => Some((name, value.clone())),
            // A misspelt key is told so by `finish`, and that is the better message.
            [] if self.has_unknown_keys() => None,
            [] => self.field.fault(none),
            [(first, _), (second, value), ..] => {
                value.fault(format!("`{second}` stands next to `{first}`; {instead}"))
            }
        }
    }

    /// Whether there are keys that nobody has asked for until now.
    pub(super) fn has_unknown_keys(&self) -> bool {
        self.entries.iter().any(|entry| !self.known.contains(&entry.key.as_str()))
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(mut self) {
        self.known.sort_unstable();
        self.known.dedup();
        for entry in self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str())) {
            let message = if self.field.sink.is_full() {
                String::new()
            } else {
                let nested = nested(&entry.key).filter(|_| self.field.path.is_empty());
                let instead = nested.unwrap_or_else(|| instead(&entry.key, &self.known));
                format!("is not a key of {}, found {}; {instead}", self.whose(), shown(&entry.key))
            };
            self.field.child(&entry.key, &entry.value).fault_at::<()>(
                &entry.key_place,
                FaultKind::Content,
                message,
            );
        }
    }

    fn whose(&self) -> String {
        if self.field.path.is_empty() { "a scenario".to_owned() } else { format!("`{}`", self.field.path) }
    }
}
