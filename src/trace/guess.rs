//! How a file is probably written, from its first lines, for a look at a recorded day before it is described.
//!
//! What the caller knows is taken as it is, and what was guessed is reported. A run guesses nothing.

use super::error::Located;
use super::fault::TraceFault;
use super::format::{combined, oracle_general, twitter};
use super::json_items::{JsonItems, begins_array};
use super::reader::Rows;
use super::text_lines::{not_text, without_returns};
use super::trace_row::{NextRow, text};
use crate::model::{Column, Columns, Keep, Operation, Sets, TimeUnit, TraceFormat, TraceSpec};

/// Maximum number of bytes that are looked at.
pub(super) const HEAD: u64 = 256 << 10;
/// Maximum number of bytes in which the keys of the first JSON object are looked for.
const JSON_HEAD: usize = 8 << 10;
/// Names of columns that are taken for what they usually are, the surest first.
const TIMES: [&str; 12] = [
    "time",
    "timestamp",
    "@timestamp",
    "datetime",
    "op_time",
    "ts",
    "at",
    "epoch",
    "when",
    "date",
    "real_time",
    "created_at",
];
const USERS: [&str; 16] = [
    "user",
    "user_id",
    "userid",
    "uid",
    "username",
    "user.id",
    "user.name",
    "enduser.id",
    "\"enduser.id\"",
    "attributes.\"enduser.id\"",
    "who",
    "key",
    "client",
    "host",
    "obj_id",
    "id",
];
const INPUTS: [&str; 10] = [
    "input.user",
    "input.user.id",
    "input.user.name",
    "input.user.username",
    "input.username",
    "input.user_id",
    "input.subject",
    "input.subject.id",
    "input.subject.name",
    "input.principal",
];
const OPS: [&str; 3] = ["op", "operation", "action"];

/// What is known of how a file is written.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The format.
    pub format: Option<TraceFormat>,
    /// The column of times.
    pub time: Option<String>,
    /// The column of users.
    pub user: Option<String>,
    /// The column of operations; an empty name for none.
    pub op: Option<String>,
    /// The column of roles; an empty name for none.
    pub role: Option<String>,
    /// What stands between cells.
    pub delimiter: Option<u8>,
    /// The unit of times.
    pub unit: Option<TimeUnit>,
    /// The time zone whose midnight begins the day.
    pub timezone: Option<String>,
    /// What becomes of sets and deletes.
    pub sets: Option<Sets>,
    /// What the words of operations mean.
    pub ops: Vec<(String, Operation)>,
    /// Which rows are kept.
    pub keep: Vec<Keep>,
    /// Whether rows without a user are left out.
    pub skips_no_user: bool,
    /// By how much a row may be late, in microseconds.
    pub reorder_us: u64,
}

/// How a file of this name is written whose first plain bytes are these, as far as it is known or can be guessed.
pub(super) fn guessed(head: &[u8], name: &str, known: &Known) -> Result<TraceSpec, TraceFault> {
    let format = match known.format {
        Some(format) => format,
        None => format_of(head, name)?,
    };
    let mut spec = TraceSpec::new(name, format);
    spec.sets = known.sets.unwrap_or(Sets::Ignore);
    spec.timezone.clone_from(&known.timezone);
    spec.ops.clone_from(&known.ops);
    spec.keep.clone_from(&known.keep);
    spec.skips_no_user = known.skips_no_user;
    spec.reorder_us = known.reorder_us;
    spec.delimiter = known.delimiter.unwrap_or_else(|| delimiter_of(head, format));
    if format.has_columns() {
        spec.columns = columns(&names_in(head, &spec), format, known);
    }
    spec.unit = known.unit.or_else(|| unit_of(head, &spec));
    Ok(spec)
}

/// The first line that is not blank.
fn first_line(head: &[u8]) -> &[u8] {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lines = head.split(|byte| *byte == b'\n').map(without_returns);
    lines.into_iter().find(|line| !line.is_empty()).unwrap_or_default()
}

/// The format that the content looks like; the name decides where the content does not.
fn format_of(head: &[u8], name: &str) -> Result<TraceFormat, TraceFault> {
    let by_name = TraceFormat::of_file(name);
    let line = first_line(head);
    if by_name == Some(TraceFormat::OracleGeneral) {
        return Ok(TraceFormat::OracleGeneral);
    }
    if let Some(fault) = not_text(head) {
        return Err(fault);
    }
    // Times and sizes of records are full of zeros, and no text has any.
    if head.contains(&0) {
        let records = oracle_general::looks_like(head).then_some(TraceFormat::OracleGeneral);
        return records.ok_or(TraceFault::UnknownFormat);
    }
    // A reader of lines says what to do with an array.
    if line.first() == Some(&b'{') || begins_array(line) {
        return Ok(json_format(head));
    }
    if let Some(log) = combined::looks_like(line) {
        return Ok(log);
    }
    if let Some((time, key, op)) = twitter::split(line)
        && !time.is_empty()
        && time.iter().all(u8::is_ascii_digit)
        && !key.is_empty()
        && op.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
    {
        return Ok(TraceFormat::Twitter);
    }
    by_table(line, by_name).ok_or(TraceFault::UnknownFormat)
}

/// Which kind of JSON a text is, by keys that no other has.
fn json_format(head: &[u8]) -> TraceFormat {
    let head = head.get(..JSON_HEAD).unwrap_or(head);
    let has = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
    let kinds = [
        (TraceFormat::K8sAudit, ["\"audit.k8s.io/", "\"apiVersion\""]),
        (TraceFormat::Cloudtrail, ["\"eventVersion\"", "\"userIdentity\""]),
        (TraceFormat::OpenfgaChanges, ["\"tuple_key\"", "\"TUPLE_OPERATION_"]),
        (TraceFormat::Opa, ["\"decision_id\"", "\"timestamp\""]),
    ];
    let found = kinds.into_iter().find(|(_, words)| words.iter().all(|word| has(word)));
    found.map_or(TraceFormat::Jsonl, |(format, _)| format)
}

/// The table whose header a line looks like.
fn by_table(line: &[u8], by_name: Option<TraceFormat>) -> Option<TraceFormat> {
    if line.is_empty() {
        return by_name;
    }
    match by_name {
        Some(format) if format.is_table() => Some(format),
        _ if combined::is_syslog(line) => None,
        _ if line.contains(&b'\t') => Some(TraceFormat::Tsv),
        _ if line.iter().any(|byte| b",;|".contains(byte)) => Some(TraceFormat::Csv),
        other => other.filter(|format| format.is_table()),
    }
}

/// What stands between the cells of the first line.
fn delimiter_of(head: &[u8], format: TraceFormat) -> u8 {
    let line = first_line(head);
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    match format {
        // The first of the most frequent: a comma, where there are as many.
        TraceFormat::Csv => b"\t|;,".iter().copied().max_by_key(count).unwrap_or(b','),
        other => other.delimiter(),
    }
}

/// The names of columns, or of the keys of the first object.
fn names_in(head: &[u8], spec: &TraceSpec) -> Vec<String> {
    let line = first_line(head);
    if spec.format.is_json() {
        let first = JsonItems::open(head, None)
            .and_then(|mut items| Ok(items.next()?.map(|(_, text)| text.to_vec())));
        let object = first.ok().flatten().and_then(|text| serde_json::from_slice(&text).ok());
        let mut names = Vec::new();
        object.iter().for_each(|object| paths_in(object, "", &mut names));
        return names;
    }
    let quotes = |name: &str| match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(inner) if spec.format == TraceFormat::Csv => inner.replace("\"\"", "\""),
        _ => name.to_owned(),
    };
    line.split(|byte| *byte == spec.delimiter).map(|cell| quotes(&text(cell))).collect()
}

/// The paths to the values of an object, those at its top first.
fn paths_in(object: &serde_json::Map<String, serde_json::Value>, above: &str, names: &mut Vec<String>) {
    let path = |key: &str| match key.contains('.') {
        true => format!("{above}\"{key}\""),
        false => format!("{above}{key}"),
    };
    names.extend(object.iter().filter(|(_, value)| !value.is_object()).map(|(key, _)| path(key)));
    for (key, value) in object {
        if let serde_json::Value::Object(inner) = value {
            paths_in(inner, &format!("{}.", path(key)), names);
        }
    }
}

/// Which of the names mean what; those that are known first.
fn columns(names: &[String], format: TraceFormat, known: &Known) -> Columns {
    let default = format.columns();
    let find = |usual: &[&str]| {
        usual.iter().find_map(|usual| names.iter().find(|name| name.eq_ignore_ascii_case(usual))).cloned()
    };
    // Where the format says it, a guess could only be worse, but for whom a decision is about.
    let is_open = format.is_table() || format == TraceFormat::Jsonl;
    let time = known.time.clone().or_else(|| find(&TIMES).filter(|_| is_open)).unwrap_or(default.time);
    let users = || if format == TraceFormat::Opa { find(&INPUTS) } else { find(&USERS).filter(|_| is_open) };
    let user = known.user.clone().or_else(users).unwrap_or(default.user);
    if !is_open {
        return Columns { time, user, op: Column::Unused, role: Column::Unused };
    }
    let free = |name: &String| *name != time && *name != user;
    let maybe = |known: &Option<String>, usual: &[&str], default: Column| match known {
        Some(name) if name.is_empty() => Column::Unused,
        Some(name) => Column::Named(name.clone()),
        None => find(usual).filter(free).map_or(default, Column::Named),
    };
    let or_unused = |column: Column| match column.name().map(str::to_owned) {
        Some(name) if !free(&name) => Column::Unused,
        _ => column,
    };
    let op = maybe(&known.op, &OPS, or_unused(default.op));
    let role = maybe(&known.role, &["role"], or_unused(default.role));
    Columns { time, user, op, role }
}

/// The first row's time since the epoch.
fn first_time(rows: &mut Rows<'_>) -> Result<Option<u64>, Located> {
    while let Some(row) = rows.next()? {
        if let NextRow::Row(row) = row {
            return Ok(Some(row.epoch_us));
        }
    }
    Ok(None)
}

/// The unit in which the first row's time lies in a century that has clocks like ours; `None` if nobody needs to say it.
fn unit_of(head: &[u8], spec: &TraceSpec) -> Option<TimeUnit> {
    if !spec.format.is_table() && spec.format != TraceFormat::Jsonl {
        return None;
    }
    // Read as the finest unit, a number of any other is too small rather than too large.
    let finest = TraceSpec { unit: Some(TimeUnit::Micros), ..spec.clone() };
    let first = Rows::open(head, &finest, false).and_then(|mut rows| first_time(&mut rows));
    match first {
        Ok(Some(number)) => Some(TimeUnit::of_size(number)),
        // Fractions are seconds'; what is too large for microseconds counts nanoseconds.
        Err(fault) if fault.is_far_future() => Some(TimeUnit::Nanos),
        Err(fault) if fault.is_date() => None,
        _ => Some(TimeUnit::Seconds),
    }
}
