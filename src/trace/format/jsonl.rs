//! JSON lines: an object in each line, or in an array.
//!
//! Finds the named keys in each object and hands out their values as text; other keys may hold anything.

use std::io::{Read, Write};
use std::sync::Arc;

use super::interface::{FormatDescriptor, FormatReader, Resume};
use crate::model::{Column, TimeUnit, TraceFormat, TraceSpec, escape_cut};
use crate::trace::error::Located;
use crate::trace::fault::{SHOWN_CHARS, TraceFault};
use crate::trace::json_items::{JsonItems, begins_array};
use crate::trace::json_paths::{JsonPaths, Kind, Picked};
use crate::trace::row_checks::RowChecks;
use crate::trace::text_lines::TextLines;
use crate::trace::timestamp;
use crate::trace::trace_row::{NextRow, RawRow, TraceRow, UserRef, one_of};
use crate::trace::write::{Converted, LineFormat, LineWriter, RowError};

/// JSON lines.
pub(super) const JSONL: FormatDescriptor = FormatDescriptor {
    open: |input, spec| Ok(Box::new(Objects::new(JsonItems::open(input, None)?, Wanted::new(spec)))),
    has_lines: |head| !begins_array(head),
    writer: Some(|out, _| Ok(Box::new(LineWriter::new(out, TraceFormat::Jsonl, ObjectLines)))),
};
/// Open Policy Agent's decision log: lines, or the array that is uploaded. Every decision is a request.
/// <https://www.openpolicyagent.org/docs/management-decision-logs>
pub(super) const OPA: FormatDescriptor = FormatDescriptor { writer: None, ..JSONL };
/// AWS CloudTrail's events: the array of a file, or lines. Every event is a request.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html>
pub(super) const CLOUDTRAIL: FormatDescriptor = FormatDescriptor {
    open: |input, spec| {
        Ok(Box::new(Objects::new(JsonItems::open(input, Some("Records"))?, Wanted::new(spec))))
    },
    has_lines: |_| false,
    writer: None,
};

/// The values that mean something: the places of their paths.
#[derive(Clone, Debug)]
struct Wanted {
    paths: JsonPaths,
    time: usize,
    user: usize,
    /// Whether an object may do without a user.
    skips_no_user: bool,
    op: Option<usize>,
    role: Option<usize>,
    /// Those by whose values rows are kept.
    keep: Vec<(usize, Vec<String>)>,
}

impl Wanted {
    fn new(spec: &TraceSpec) -> Self {
        let mut paths = JsonPaths::default();
        let columns = &spec.columns;
        let (time, user) = (paths.add(&columns.time, Kind::Number), paths.add(&columns.user, Kind::Whole));
        let mut maybe = |column: &Column| column.name().map(|name| paths.add(name, Kind::Whole));
        let (op, role) = (maybe(&columns.op), maybe(&columns.role));
        let keep = spec.keep.iter().map(|keep| (paths.add(&keep.column, Kind::Plain), keep.values.clone()));
        let keep = keep.collect();
        Self { paths, time, user, skips_no_user: spec.skips_no_user, op, role, keep }
    }
}

/// The objects of a file.
struct Objects<R> {
    items: JsonItems<R>,
    wanted: Wanted,
    /// What the last object said.
    picked: Picked,
}

impl<R: Read> Objects<R> {
    fn new(items: JsonItems<R>, wanted: Wanted) -> Self {
        Self { items, wanted, picked: Picked::default() }
    }

    /// The values of the next object.
    fn next_values(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Self { items, wanted, picked } = self;
        let Some((line, text)) = items.next()? else { return Ok(None) };
        let here = |fault| Located::at(line, fault);
        wanted.paths.pick(text, picked).map_err(here)?;
        let Wanted { paths, time, user, skips_no_user, op, role, keep } = &*wanted;
        let is_kept = keep.iter().all(|(place, values)| one_of(values, picked.value(*place).as_bytes()));
        let missing = |place: usize, is_user| {
            let key = escape_cut(paths.name(place), SHOWN_CHARS);
            here(TraceFault::MissingKey { key, is_user })
        };
        if is_kept && !picked.has(*time) {
            return Err(missing(*time, false));
        }
        if is_kept && !picked.has(*user) && !skips_no_user {
            return Err(missing(*user, true));
        }
        let value = |place: usize| picked.value(place).as_bytes();
        let maybe = |place: &Option<usize>| place.map_or(&b""[..], value);
        Ok(Some(RawRow {
            line,
            time: value(*time),
            user: value(*user),
            op: maybe(op),
            role: maybe(role),
            is_kept,
        }))
    }
}

impl<R: Read> FormatReader for Objects<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<NextRow<'a>>, Located> {
        self.next_values()?.map(|values| checks.cells(values)).transpose()
    }

    fn may_write(&self) -> bool {
        true
    }

    fn resume(&self) -> Option<Resume> {
        let wanted = self.wanted.clone();
        Some(Arc::new(move |input, before| {
            let lines = JsonItems::Lines(TextLines::new(input, before));
            Box::new(Objects::new(lines, wanted.clone()))
        }))
    }
}

/// Rows as objects, with the keys that a scenario looks for by itself.
struct ObjectLines;

impl LineFormat for ObjectLines {
    fn line(&mut self, row: &TraceRow<'_>, line: &mut Vec<u8>, _: &mut Converted) -> Result<bool, RowError> {
        let (op, role) = row.says.words();
        write!(line, "{{\"time\":{},\"user\":", timestamp::written(row.epoch_us, TimeUnit::Seconds))?;
        match row.user {
            UserRef::Number(number) => write!(line, "{number}")?,
            UserRef::Text(text) => json(line, text)?,
        }
        // An object without an operation is a request.
        let op = if op == "get" { "" } else { op };
        for (key, value) in [("op", op), ("role", role)] {
            if !value.is_empty() {
                write!(line, ",\"{key}\":")?;
                json(line, value)?;
            }
        }
        line.push(b'}');
        Ok(true)
    }
}

fn json(line: &mut Vec<u8>, text: &str) -> std::io::Result<()> {
    Ok(serde_json::to_writer(line, text)?)
}
