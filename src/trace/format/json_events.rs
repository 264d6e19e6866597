//! Events in JSON that are rows of another kind than they are written: one may say something of several users.
//!
//! Finds the events, in lines, in arrays and in objects that hold one, and gives what an interpreter makes of each, one
//! row after the other. Does not know what events mean.

use std::collections::VecDeque;
use std::io::Read;

use rustc_hash::FxHashMap;

use super::interface::FormatReader;
use crate::model::{TraceSpec, escape_cut};
use crate::trace::error::Located;
use crate::trace::fault::{SHOWN_CHARS, TraceFault};
use crate::trace::json_items::{JsonItems, Peeked};
use crate::trace::json_paths::{JsonPaths, Kind, Picked};
use crate::trace::row_checks::RowChecks;
use crate::trace::trace_row::{LeftOut, NextRow, RawRow, one_of};

/// What an event says of a user: the operation and the role, as a table would have them.
pub(super) struct Said {
    pub(super) user: String,
    pub(super) op: &'static str,
    pub(super) role: String,
}

/// Knows what events of a kind mean.
pub(super) trait Interpreter {
    /// The values that it needs, which it adds to the paths.
    fn new(paths: &mut JsonPaths, spec: &TraceSpec) -> Self;

    /// What an event says, one row after the other, if it says anything; a fault if it cannot be understood.
    fn read(&mut self, event: &Picked, said: &mut VecDeque<Said>) -> Result<(), TraceFault>;
}

/// The events of a file.
pub(super) struct Events<R, I> {
    items: JsonItems<R>,
    paths: JsonPaths,
    time: usize,
    keep: Vec<(usize, Vec<String>)>,
    interpreter: I,
    picked: Picked,
    line: u64,
    /// What is left of the last event, and the row that was given last.
    said: VecDeque<Said>,
    current: Option<Said>,
}

impl<R: Read, I: Interpreter> Events<Peeked<R>, I> {
    /// Events that may lie in the array under a key of an object.
    pub(super) fn open(input: R, within: &'static str, spec: &TraceSpec) -> Result<Self, Located> {
        let mut paths = JsonPaths::default();
        let time = paths.add(&spec.columns.time, Kind::Number);
        let interpreter = I::new(&mut paths, spec);
        let keep = spec.keep.iter().map(|keep| (paths.add(&keep.column, Kind::Plain), keep.values.clone()));
        let keep = keep.collect();
        let items = JsonItems::open(input, Some(within))?;
        let (picked, said) = (Picked::default(), VecDeque::new());
        Ok(Self { items, paths, time, keep, interpreter, picked, line: 0, said, current: None })
    }
}

impl<R: Read, I: Interpreter> FormatReader for Events<R, I> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        if self.said.is_empty() {
            let Some((line, text)) = self.items.next()? else { return Ok(None) };
            self.line = line;
            let here = |fault| Located::at(line, fault);
            self.paths.pick(text, &mut self.picked).map_err(here)?;
            let picked = &self.picked;
            if !self.keep.iter().all(|(place, values)| one_of(values, picked.value(*place).as_bytes())) {
                return Ok(Some(NextRow::LeftOut(LeftOut::Filtered)));
            }
            if !picked.has(self.time) {
                let key = escape_cut(self.paths.name(self.time), SHOWN_CHARS);
                return Err(here(TraceFault::MissingKey { key, is_user: false }));
            }
            self.interpreter.read(picked, &mut self.said).map_err(here)?;
        }
        self.current = self.said.pop_front();
        let Some(Said { user, op, role }) = &self.current else {
            return Ok(Some(NextRow::LeftOut(LeftOut::Neither)));
        };
        let time = self.picked.value(self.time).as_bytes();
        let (user, op, role) = (user.as_bytes(), op.as_bytes(), role.as_bytes());
        checks.cells(RawRow { line: self.line, time, user, op, role, is_kept: true }).map(Some)
    }

    fn may_write(&self) -> bool {
        true
    }
}

/// The roles that users have, each through grants that have names. A user with several has the role of the last.
#[derive(Default)]
pub(super) struct Grants(FxHashMap<String, Vec<(String, String)>>);

impl Grants {
    /// A user gets a role through a grant, or another through one that is known.
    pub(super) fn give(&mut self, user: &str, grant: &str, role: &str) -> Said {
        let grants = self.0.entry(user.to_owned()).or_default();
        grants.retain(|(known, _)| known != grant);
        grants.push((grant.to_owned(), role.to_owned()));
        Said { user: user.to_owned(), op: "set_role", role: role.to_owned() }
    }

    /// A grant ends: the user has the role of the last one that is left, or the lowest.
    pub(super) fn take(&mut self, user: &str, grant: &str) -> Said {
        let grants = self.0.get_mut(user);
        let left = grants.and_then(|grants| {
            grants.retain(|(known, _)| known != grant);
            grants.last().map(|(_, role)| role.clone())
        });
        let op = if left.is_some() { "set_role" } else { "remove_admin" };
        Said { user: user.to_owned(), op, role: left.unwrap_or_default() }
    }
}
