//! JSON lines: an object in each line.
//!
//! Finds the named keys at the top of each object and hands out their values as text; other keys may hold anything.
//! A number is handed out as it is written: a float would lose digits of a time.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::interface::{FormatDescriptor, FormatReader, Resume};
use crate::model::{Column, Columns, TimeUnit, TraceFormat, escape_cut};
use crate::trace::error::Located;
use crate::trace::fault::{SHOWN_CHARS, TraceFault};
use crate::trace::row_checks::RowChecks;
use crate::trace::text_lines::TextLines;
use crate::trace::timestamp;
use crate::trace::trace_row::{RawRow, TraceRow, UserRef};
use crate::trace::write::{Converted, LineFormat, LineWriter, RowError};

/// JSON lines.
pub(super) const JSONL: FormatDescriptor = FormatDescriptor {
    open: |input, spec| Ok(Box::new(Objects::new(input, keys(&spec.columns), 0))),
    writer: |out, _| Ok(Box::new(LineWriter::new(out, TraceFormat::Jsonl, ObjectLines))),
};

/// The keys that mean something, in the order of [`RawRow`].
const KEYS: usize = 4;

/// The names of those keys; a trace may have no operations and no roles.
type Keys = [Option<String>; KEYS];

/// The keys that every line must have.
const NEEDED: [bool; KEYS] = [true, true, false, false];

fn keys(columns: &Columns) -> Keys {
    let named = |column: &Column| column.name().map(str::to_owned);
    [Some(columns.time.clone()), Some(columns.user.clone()), named(&columns.op), named(&columns.role)]
}

/// The objects of a file.
struct Objects<R> {
    lines: TextLines<R>,
    names: Keys,
    /// What the last line said.
    values: [String; KEYS],
}

impl<R: Read> Objects<R> {
    fn new(input: R, names: Keys, lines_before: u64) -> Self {
        Self { lines: TextLines::new(input, lines_before), names, values: Default::default() }
    }

    /// The values of the next line.
    fn next_values(&mut self) -> Result<Option<RawRow<'_>>, Located> {
        let Self { lines, names, values } = self;
        let Some((line, bytes)) = lines.next()? else { return Ok(None) };
        let here = |fault| Located::at(line, fault);
        values.iter_mut().for_each(String::clear);
        let mut seen = [false; KEYS];
        let mut wrong = None;
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let picked = json.deserialize_map(Pick { names, values, seen: &mut seen, wrong: &mut wrong });
        if let Some(fault) = wrong {
            return Err(here(fault));
        }
        picked.and_then(|()| json.end()).map_err(|error| {
            here(TraceFault::NotAnObject { why: reason(&error), is_array: is_array(bytes) })
        })?;
        let missing = (0..KEYS).find(|key| NEEDED[*key] && !seen[*key]);
        if let Some(name) = missing.and_then(|key| names[key].as_deref()) {
            return Err(here(TraceFault::MissingKey(escape_cut(name, SHOWN_CHARS))));
        }
        let [time, user, op, role] = &*values;
        Ok(Some(RawRow {
            line,
            time: time.as_bytes(),
            user: user.as_bytes(),
            op: op.as_bytes(),
            role: role.as_bytes(),
        }))
    }
}

impl<R: Read> FormatReader for Objects<R> {
    fn next<'a>(&'a mut self, checks: &'a mut RowChecks) -> Result<Option<TraceRow<'a>>, Located> {
        self.next_values()?.map(|values| checks.cells(values)).transpose()
    }

    fn may_write(&self) -> bool {
        true
    }

    fn resume(&self) -> Option<Resume> {
        let names = self.names.clone();
        Some(Arc::new(move |input, before| Box::new(Objects::new(input, names.clone(), before))))
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

/// Whether a line begins an array of objects.
pub(in crate::trace) fn is_array(line: &[u8]) -> bool {
    let inside = line.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(b"{"))
}

/// What the parser says, without the line, which is that of the file.
fn reason(error: &serde_json::Error) -> String {
    let text = escape_cut(&error.to_string(), SHOWN_CHARS * 2);
    match text.split_once(" at line ") {
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

/// Picks the values of the named keys.
struct Pick<'p> {
    names: &'p [Option<String>; KEYS],
    values: &'p mut [String; KEYS],
    seen: &'p mut [bool; KEYS],
    wrong: &'p mut Option<TraceFault>,
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(Key(self.names))? {
            let Some(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let name = self.names[key].as_deref().unwrap_or_default();
            if self.seen[key] {
                self.wrong.get_or_insert(TraceFault::DoubleKey(escape_cut(name, SHOWN_CHARS)));
                return Err(A::Error::custom("a key stands twice"));
            }
            self.seen[key] = true;
            let value = map.next_value::<&RawValue>()?.get();
            let text = &mut self.values[key];
            let number = value.strip_prefix('-').unwrap_or(value);
            if value.starts_with('"') {
                *text = serde_json::from_str(value).map_err(A::Error::custom)?;
            } else if number.starts_with(|c: char| c.is_ascii_digit())
                && (key == 0 || number.bytes().all(|digit| digit.is_ascii_digit()))
            {
                text.push_str(value);
            } else if value != "null" {
                let (key, found) = (escape_cut(name, SHOWN_CHARS), escape_cut(value, SHOWN_CHARS));
                self.wrong.get_or_insert(TraceFault::WrongValue { key, found });
                return Err(A::Error::custom("a value has a wrong type"));
            }
        }
        Ok(())
    }
}

/// Which of the named keys a key is.
struct Key<'k>(&'k [Option<String>; KEYS]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| name.as_deref() == Some(key)))
    }
}
