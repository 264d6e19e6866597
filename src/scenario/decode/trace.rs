//! `trace`: which recorded day, and how to read it. Reading the rows is left to the caller of the decoder; see
//! [`Probe`].

use jiff::tz::TimeZone;

use super::context::TraceEnd;
use super::field::Field;
use super::mapping::Mapping;
use super::population::shares;
use super::trace_rows::{keep, ops, reorder_us, skips_no_user};
use crate::model::{
    self, Column, Columns, Roles, RowPlace, Sets, TimeUnit, TraceFormat, TraceSpec, column_path, shown,
};
use crate::scenario::fault::{Fault, FaultKind};
use crate::scenario::node::Place;

/// Maximum number of files of a recorded day.
const FILES_MOST: usize = 1_000;

/// What the decoder asks about a recorded day.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Which day, and how to read it.
    pub spec: &'q TraceSpec,
    /// The roles that its rows may name.
    pub roles: &'q Roles,
    /// Whether the end of the last row's day is wanted, for which all rows must be read.
    pub end: bool,
}

/// What a scenario needs to know of its recorded day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Microseconds from the first midnight to the end of the last row's day, where that was asked for.
    pub end_us: u64,
}

/// Why a recorded day cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    /// Where in the file; `None` if it is the file's name that matters.
    pub place: Option<RowPlace>,
    /// What is wrong.
    pub message: String,
    /// What kind of trouble it is.
    pub kind: FaultKind,
}

/// Looks at a recorded day.
pub type Probe<'p> = &'p mut dyn FnMut(Question<'_>) -> Result<Recorded, ProbeError>;

/// The recorded day and its end.
pub(super) struct Trace {
    pub(super) spec: Option<TraceSpec>,
    pub(super) end: TraceEnd,
}

/// Reads `trace` and looks at the recorded day; `None` if that is not possible. `end` says whether the clock
/// depends on its last row.
pub(super) fn trace(
    field: Option<&Field<'_>>,
    roles: Option<&Roles>,
    end: bool,
    probe: Probe<'_>,
) -> Option<Trace> {
    let Some(field) = field else { return Some(Trace { spec: None, end: TraceEnd::NoTrace }) };
    let spec = spec(field, roles)?;
    // Where the roles are wrong, whether the rows fit them cannot be judged.
    let question = Question { spec: &spec, roles: roles?, end };
    match probe(question) {
        Ok(recorded) => {
            let end = if end { TraceEnd::EndOfDay(recorded.end_us) } else { TraceEnd::Unknown };
            Some(Trace { spec: Some(spec), end })
        }
        Err(ProbeError { place: Some(place), message, kind }) => {
            field.sink.push(Fault::new(Place::Row(place.into()), "", message).of_kind(kind));
            None
        }
        Err(ProbeError { place: None, message, kind }) => {
            let place = if spec.files.len() > 1 { "files" } else { "file" };
            field.at(place).fault_of(kind, format!("the recorded day {}: {message}", shown(&spec.named())))
        }
    }
}

fn spec(field: &Field<'_>, roles: Option<&Roles>) -> Option<TraceSpec> {
    let mut map = field.mapping()?;
    let written = written(field, &mut map);
    let sets = map.or("sets", Sets::Ignore, |field| {
        field.one_of(&[("ignore", Sets::Ignore), ("changes", Sets::Changes)])
    });
    // The key `role` is a column; this one says who has which role when the day begins.
    let roles = map.or("roles", Vec::new(), |field| shares(&field, roles));
    let changes = map.maybe("changes", |field| {
        let mut map = field.mapping()?;
        let written = self::written(&field, &mut map);
        map.finish();
        written
    });
    map.finish();
    let (written, mut changes) = (written?, changes?.map(Box::new));
    if let Some(changes) = &mut changes {
        changes.timezone = changes.timezone.take().or_else(|| written.timezone.clone());
        if changes.files.iter().any(|file| file == "-") {
            return field.at("changes").fault("comes from standard input; only `trace.file` may");
        }
    }
    Some(TraceSpec { sets: sets?, roles: roles?, changes, ..written })
}

/// What says how rows are written, and which of them are meant.
fn written<'a>(field: &Field<'a>, map: &mut Mapping<'a>) -> Option<TraceSpec> {
    let files = files(map);
    let format = match map.maybe("format", |field| field.one_of(&TraceFormat::NAMES)) {
        Some(None) => {
            files.as_ref().map_or(Some(TraceFormat::Csv), |(field, files)| format_of_name(field, files))
        }
        Some(format) => format,
        None => None,
    };
    let columns = columns(field, map, format.unwrap_or(TraceFormat::Csv).columns());
    let delimiter = map.maybe("delimiter", |field| delimiter(&field));
    let unit = map.maybe("unit", |field| field.one_of(&TimeUnit::NAMES));
    let timezone = map.maybe("timezone", |field| timezone(&field));
    let (skips_no_user, keep, ops) = (skips_no_user(map), keep(map), ops(map));
    let reorder_us = reorder_us(map);
    let ((_, files), format) = (files?, format?);
    let (column_field, columns) = columns?;
    let spec = TraceSpec {
        files,
        format,
        columns,
        delimiter: delimiter?.unwrap_or(format.delimiter()),
        unit: unit?,
        timezone: timezone?,
        sets: Sets::Ignore,
        ops: ops?,
        keep: keep?,
        skips_no_user: skips_no_user?,
        reorder_us: reorder_us?,
        changes: None,
        roles: Vec::new(),
    };
    fits(field, column_field.as_ref(), &spec).map(|()| spec)
}

/// The files, in the order in which they are read.
fn files<'a>(map: &mut Mapping<'a>) -> Option<(Field<'a>, Vec<String>)> {
    let Some(list) = map.take("files") else {
        return map.need("file", "name the file of the recorded day", |field| {
            field.text().map(|file| (field, vec![file]))
        });
    };
    if let Some(file) = map.take("file") {
        return file.fault("stands next to `files`; name all files there");
    }
    let files = list.each(|field| match field.text()?.as_str() {
        "-" => field.fault("is standard input, which stands alone; write `file: \"-\"`"),
        file => Some(file.to_owned()),
    })?;
    match files.len() {
        1..=FILES_MOST => Some((list, files)),
        count => list.fault(format!("names {count} files; write 1 to {FILES_MOST}")),
    }
}

/// What would not be looked at is a mistake, and so is a column that cannot be found.
fn fits(field: &Field<'_>, columns: Option<&Field<'_>>, spec: &TraceSpec) -> Option<()> {
    let format = spec.format;
    let given = |key: &str| field.node.get(key).map(|_| field.at(key));
    let (all, others) = (format.has_columns(), "csv, tsv and jsonl, and other formats of JSON");
    let is_log = format.is_web_log();
    let without_names = "whose columns have no names";
    [
        (!format.is_table(), given("delimiter"), "which has no cells to separate", "csv and tsv"),
        (is_log, given("unit"), "whose times are dates", "the other formats"),
        (!all, columns.cloned(), without_names, others),
        (!all, given("where"), without_names, others),
        (
            !format.has_operations(),
            given("ops"),
            "which has no operations to name",
            "csv, tsv, jsonl and twitter",
        ),
    ]
    .into_iter()
    .try_for_each(|(misses, field, what, formats)| match field.filter(|_| misses) {
        None => Some(()),
        Some(field) => field.fault(format!(
            "has no meaning for `format: {}`, {what}; it belongs to {formats}",
            format.name()
        )),
    })?;
    if !format.is_json() {
        return Some(());
    }
    let names = [
        Some(spec.columns.time.as_str()),
        Some(&spec.columns.user),
        spec.columns.op.name(),
        spec.columns.role.name(),
    ];
    let place = columns.unwrap_or(field);
    names.into_iter().flatten().try_for_each(|name| path(place, name))?;
    spec.keep.iter().try_for_each(|keep| path(&field.at("where"), &keep.column))
}

/// Makes sure that a column's name is a path to a value.
fn path(field: &Field<'_>, name: &str) -> Option<()> {
    if column_path(name).is_some() {
        return Some(());
    }
    field.fault(format!(
        "{} is not a path to a value of a JSON object; write keys with dots between them, as in `input.subject.id`, and in \
         double quotes a key that holds a dot",
        shown(name)
    ))
}

/// The format that a file's extension names, that of a compression left aside.
fn format_of_name(field: &Field<'_>, files: &[String]) -> Option<TraceFormat> {
    let others = TraceFormat::NAMES.iter().skip(1).map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    match TraceFormat::of_file(files.first().map_or("", String::as_str)) {
        Some(format) => Some(format),
        None => field.wrong(
            "has an extension that names no format",
            &format!("say `format: csv`, or which it is of {others}"),
        ),
    }
}

fn delimiter(field: &Field<'_>) -> Option<u8> {
    let read = field.scalar().and_then(|(text, _)| model::delimiter(text));
    read.or_else(|| {
        field.wrong(
            "is not a delimiter",
            "write one character that is neither a letter, a digit nor a quote, as in `\";\"`, or `tab`",
        )
    })
}

/// The columns, written under `columns` or next to `file`, and where they stand.
fn columns<'a>(
    field: &Field<'a>,
    map: &mut Mapping<'a>,
    default: Columns,
) -> Option<(Option<Field<'a>>, Columns)> {
    let inner = map.take("columns");
    let direct = ["time", "user", "op", "role"].iter().find_map(|key| field.node.get(key).map(|_| *key));
    let (place, columns) = match (inner, direct) {
        (Some(inner), None) => {
            let mut inner_map = inner.mapping()?;
            // Known here, so that a name next to `columns` is told apart from a misspelt one.
            let columns = names(&mut inner_map, default);
            inner_map.finish();
            (Some(inner), columns?)
        }
        (Some(inner), Some(key)) => {
            names(map, default);
            return inner.fault(format!("stands next to `{key}`; name all columns under `columns`"));
        }
        (None, _) => {
            let columns = names(map, default)?;
            (direct.map(|key| field.at(key)), columns)
        }
    };
    let fault = place.clone().unwrap_or_else(|| field.clone());
    distinct(&fault, columns).map(|columns| (place, columns))
}

/// The names of columns.
fn names(map: &mut Mapping<'_>, default: Columns) -> Option<Columns> {
    let time = map.or("time", default.time, |field| field.text());
    let user = map.or("user", default.user, |field| field.text());
    let op = map.or("op", default.op, |field| column(&field));
    let role = map.or("role", default.role, |field| column(&field));
    Some(Columns { time: time?, user: user?, op: op?, role: role? })
}

/// A column's name; an empty one says that there is none.
fn column(field: &Field<'_>) -> Option<Column> {
    if field.scalar().is_some_and(|(text, quoted)| text.is_empty() && quoted) {
        return Some(Column::Unused);
    }
    field.text().map(Column::Named)
}

/// Makes sure that no column means two things.
fn distinct(field: &Field<'_>, mut columns: Columns) -> Option<Columns> {
    if columns.time == columns.user {
        return field.fault(format!(
            "both columns are called {}; name the one with the time and the one with the user",
            shown(&columns.time)
        ));
    }
    let mut taken = vec![columns.time.clone(), columns.user.clone()];
    for column in [&mut columns.op, &mut columns.role] {
        match column {
            Column::Named(name) if taken.contains(name) => {
                return field.fault(format!("two columns are called {}; each means one thing", shown(name)));
            }
            // A column that nobody named gives way.
            Column::Maybe(name) if taken.contains(name) => *column = Column::Unused,
            Column::Named(name) => taken.push(name.clone()),
            Column::Maybe(_) | Column::Unused => {}
        }
    }
    if let (Column::Maybe(op), Column::Named(role)) = (&columns.op, &columns.role)
        && op == role
    {
        columns.op = Column::Unused;
    }
    Some(columns)
}

/// The zone's name as the time zone database writes it.
fn timezone(field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    match TimeZone::get(&name) {
        Ok(zone) => Some(zone.iana_name().map_or(name, str::to_owned)),
        Err(_) => field.wrong("is not a time zone", "write an IANA name, as in UTC or Europe/Berlin"),
    }
}
