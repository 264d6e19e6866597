//! `trace`: which recorded day, and how to read it. The rows themselves are read by whoever decodes the
//! scenario; see [`Recorded`].

use std::fmt;

use jiff::tz::TimeZone;

use super::field::Field;
use super::later;
use super::words::TraceEnd;
use crate::model::shown;
use crate::model::{Columns, TimeUnit, TraceFormat, TraceSpec};
use crate::scenario::fault::FaultKind;

/// What a scenario needs to know of the rows of its recorded day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Microseconds from the first midnight to the last row.
    pub last_us: u64,
    /// Identifies the rows: when (in microseconds) and who.
    pub digest: String,
}

/// Why the rows of a recorded day cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    /// What is wrong.
    pub message: String,
    /// In which line of the recorded day.
    pub line: Option<u64>,
    /// Whether the file could not be read at all.
    pub unreadable: bool,
}

impl fmt::Display for ProbeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ProbeError {}

/// Reads the rows of a recorded day.
pub type Probe<'p> = &'p mut dyn FnMut(&TraceSpec) -> Result<Recorded, ProbeError>;

/// The recorded day, its digest, and its end.
pub(super) struct Trace {
    pub(super) spec: Option<(TraceSpec, String)>,
    pub(super) end: TraceEnd,
}

/// Reads `trace`, rows included; nothing where that is not possible.
pub(super) fn trace(field: Option<&Field<'_>>, probe: Probe<'_>) -> Option<Trace> {
    let Some(field) = field else { return Some(Trace { spec: None, end: TraceEnd::NoTrace }) };
    let spec = spec(field)?;
    match probe(&spec) {
        Ok(recorded) => {
            let end = TraceEnd::LastRow(recorded.last_us);
            Some(Trace { spec: Some((spec, recorded.digest)), end })
        }
        Err(error) => {
            let kind = if error.unreadable { FaultKind::Unreadable } else { FaultKind::Content };
            field.at("file").fault_of(kind, format!("the recorded day {}: {error}", shown(&spec.file)))
        }
    }
}

fn spec(field: &Field<'_>) -> Option<TraceSpec> {
    let mut map = field.mapping()?;
    let file =
        map.need("file", "name the file of the recorded day", |field| field.text().map(|file| (field, file)));
    let format = map.maybe("format", |field| format(&field));
    let columns = map.or("columns", default_columns(), |field| columns(&field));
    let units = [
        ("s", TimeUnit::Seconds),
        ("ms", TimeUnit::Millis),
        ("us", TimeUnit::Micros),
        ("ns", TimeUnit::Nanos),
    ];
    let unit = map.or("unit", TimeUnit::Seconds, |field| field.one_of(&units));
    let timezone = map.or("timezone", "UTC".to_owned(), |field| timezone(&field));
    later::of_trace(&mut map);
    map.finish();
    let (file_field, file) = file?;
    let format = match format? {
        Some(format) => format,
        None => format_of_name(&file_field, &file)?,
    };
    Some(TraceSpec { file, format, columns: columns?, unit: unit?, timezone: timezone? })
}

const FORMATS: [(&str, TraceFormat); 2] = [("csv", TraceFormat::Csv), ("tsv", TraceFormat::Tsv)];

fn format(field: &Field<'_>) -> Option<TraceFormat> {
    let is_later = field.scalar().is_some_and(|(text, _)| later::is_later_format(field, text));
    if is_later { None } else { field.one_of(&FORMATS) }
}

/// The format that a file's extension names, that of a compression left aside.
fn format_of_name(field: &Field<'_>, file: &str) -> Option<TraceFormat> {
    let lower = file.to_ascii_lowercase();
    let plain = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
    let extension = plain.rsplit_once('.').map_or("", |(_, extension)| extension);
    if later::is_later_format(field, extension) {
        return None;
    }
    match FORMATS.into_iter().find(|(name, _)| *name == extension) {
        Some((_, format)) => Some(format),
        None => field.wrong("does not end in .csv or .tsv", "say `format: csv` or `format: tsv`"),
    }
}

fn default_columns() -> Columns {
    Columns { time: "time".to_owned(), user: "user".to_owned() }
}

fn columns(field: &Field<'_>) -> Option<Columns> {
    let mut map = field.mapping()?;
    let default = default_columns();
    let time = map.or("time", default.time, |field| field.text());
    let user = map.or("user", default.user, |field| field.text());
    later::of_columns(&mut map);
    map.finish();
    let columns = Columns { time: time?, user: user? };
    if columns.time == columns.user {
        return field.fault(format!(
            "both columns are called {}; name the one with the time and the one with the user",
            shown(&columns.time)
        ));
    }
    Some(columns)
}

/// The zone's name as the time zone database writes it.
fn timezone(field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    match TimeZone::get(&name) {
        Ok(zone) => Some(zone.iana_name().map_or(name, str::to_owned)),
        Err(_) => field.wrong("is no time zone", "write an IANA name, as in UTC or Europe/Berlin"),
    }
}
