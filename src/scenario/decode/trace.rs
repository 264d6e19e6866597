//! `trace`: which recorded day, and how to read it. Reading the rows is left to the caller of the decoder; see
//! [`Probe`].

use jiff::tz::TimeZone;

use super::context::TraceEnd;
use super::field::Field;
use super::mapping::Mapping;
use super::population::shares;
use super::trace_rows::{keep, ops, skips_no_user};
use crate::model::{
    self, Column, Columns, Roles, RowPlace, Sets, TimeUnit, TraceFormat, TraceSpec, column_path, shown,
};
use crate::scenario::fault::{Fault, FaultKind};
use crate::scenario::node::Place;

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
            field.at("file").fault_of(kind, format!("the recorded day {}: {message}", shown(&spec.file)))
        }
    }
}

fn spec(field: &Field<'_>, roles: Option<&Roles>) -> Option<TraceSpec> {
    let mut map = field.mapping()?;
    let file =
        map.need("file", "name the file of the recorded day", |field| field.text().map(|file| (field, file)));
    let format = map.maybe("format", |field| field.one_of(&TraceFormat::NAMES));
    let columns = columns(field, &mut map);
    let delimiter_field = map.take("delimiter");
    let delimiter = delimiter_field.as_ref().map_or(Some(None), |field| delimiter(field).map(Some));
    let unit_field = map.take("unit");
    let unit = unit_field.as_ref().map_or(Some(None), |field| field.one_of(&TimeUnit::NAMES).map(Some));
    let timezone = map.maybe("timezone", |field| timezone(&field));
    let sets = map.or("sets", Sets::Ignore, |field| {
        field.one_of(&[("ignore", Sets::Ignore), ("changes", Sets::Changes)])
    });
    let (skips_no_user, keep, ops) = (skips_no_user(&mut map), keep(&mut map), ops(&mut map));
    // The key `role` is a column; this one says who has which role when the day begins.
    let roles = map.or("roles", Vec::new(), |field| shares(&field, roles));
    map.finish();
    let (file_field, file) = file?;
    let format = match format? {
        Some(format) => format,
        None => format_of_name(&file_field, &file)?,
    };
    // What would not be looked at is a mistake.
    let misplaced = |field: Option<&Field<'_>>, what: &str, formats: &str| {
        field.map_or(Some(()), |field| {
            field.fault(format!(
                "has no meaning for `format: {}`, {what}; it belongs to {formats}",
                format.name()
            ))
        })
    };
    let at = |key: &str| field.at(key);
    let table = (!format.is_table()).then_some(delimiter_field.as_ref()).flatten();
    let delimiter_fits = misplaced(table, "which has no cells to separate", "csv and tsv");
    let log = (format == TraceFormat::Combined).then_some(unit_field.as_ref()).flatten();
    let unit_fits = misplaced(log, "whose times are dates", "the other formats");
    let (column_field, columns) = columns?;
    let named = (!format.has_columns()).then_some(column_field.as_ref()).flatten();
    let columns_fit = misplaced(named, "whose columns have no names", "csv, tsv and jsonl");
    let ops = ops?;
    let without = matches!(format, TraceFormat::Combined | TraceFormat::OracleGeneral) && !ops.is_empty();
    let ops_fit =
        misplaced(without.then(|| at("ops")).as_ref(), "whose rows are all requests", "the other formats");
    let keep = keep?;
    let mut named = keep.iter().map(|keep| (at("where"), keep.column.as_str())).collect::<Vec<_>>();
    let kept = (!format.has_columns()).then(|| named.first().map(|(field, _)| field)).flatten();
    let keep_fits = misplaced(kept, "whose columns have no names", "csv, tsv and jsonl");
    named.extend([(at("columns"), columns.time.as_str()), (at("columns"), &columns.user)]);
    named.extend(
        [&columns.op, &columns.role].into_iter().filter_map(|column| Some((at("columns"), column.name()?))),
    );
    let paths_fit =
        named.iter().filter(|_| format == TraceFormat::Jsonl).try_for_each(|(field, name)| path(field, name));
    delimiter_fits.and(unit_fits).and(columns_fit).and(ops_fit).and(keep_fits).and(paths_fit)?;
    Some(TraceSpec {
        file,
        format,
        columns,
        delimiter: delimiter?.unwrap_or(format.delimiter()),
        unit: unit?,
        timezone: timezone?,
        sets: sets?,
        ops,
        keep,
        skips_no_user: skips_no_user?,
        roles: roles?,
    })
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
fn format_of_name(field: &Field<'_>, file: &str) -> Option<TraceFormat> {
    let right = "say `format: csv`, or which it is of tsv, jsonl, combined, twitter, oracle-general";
    match TraceFormat::of_file(file) {
        Some(format) => Some(format),
        None => field.wrong("has an extension that names no format", right),
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
fn columns<'a>(field: &Field<'a>, map: &mut Mapping<'a>) -> Option<(Option<Field<'a>>, Columns)> {
    let inner = map.take("columns");
    let direct = ["time", "user", "op", "role"].iter().find_map(|key| field.node.get(key).map(|_| *key));
    let (place, columns) = match (inner, direct) {
        (Some(inner), None) => {
            let mut inner_map = inner.mapping()?;
            // Known here, so that a name next to `columns` is told apart from a misspelt one.
            let columns = names(&mut inner_map);
            inner_map.finish();
            (Some(inner), columns?)
        }
        (Some(inner), Some(key)) => {
            names(map);
            return inner.fault(format!("stands next to `{key}`; name all columns under `columns`"));
        }
        (None, _) => {
            let columns = names(map)?;
            (direct.map(|key| field.at(key)), columns)
        }
    };
    let fault = place.clone().unwrap_or_else(|| field.clone());
    distinct(&fault, columns).map(|columns| (place, columns))
}

/// The names of columns.
fn names(map: &mut Mapping<'_>) -> Option<Columns> {
    let default = Columns::default();
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
