//! What is wrong with a recorded day, in words.

use std::fmt;

use super::wrong_column::SHOWN_COLUMNS;
use super::{Place, SHOWN_CHARS, TraceFault, WrongTime};
use crate::model::{Micros, SECOND_US, TraceFormat, escape_cut};

/// The way out where a row has no user.
const SKIP: &str = ", or leave such rows out with `skip: [no-user]`, or `--skip no-user`";

impl fmt::Display for TraceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) | Self::Damaged(why) | Self::TooMuch(why) => write!(f, "{why}"),
            Self::NotAFile => write!(
                f,
                "is not a regular file; a trace may be read more than once, and only `-`, standard input, is read once"
            ),
            Self::ReadTwice => write!(
                f,
                "standard input was read already, and can be read once; write it to a file and name that"
            ),
            Self::TooManyUsers { limit, rows, by_memory } => {
                let unless = if *by_memory { ", unless --max-memory says more" } else { "" };
                write!(
                    f,
                    "the first {rows} rows have more users than {limit}, long names counted more than once; no more are \
                     held in memory{unless}"
                )
            }
            Self::TooManyRows { limit } => write!(f, "more than {limit} rows cannot be sorted in memory"),
            Self::TooManyRoles => write!(f, "names more than 256 roles; is this the column of roles?"),
            Self::OnlyRead(format) => write!(
                f,
                "{} is read and not written; write csv, tsv, jsonl, combined, twitter or oracle-general",
                format.name()
            ),
            Self::Unfit { found, format, holds } => {
                write!(f, "`{found}` cannot be written as {}{holds}", format.name())
            }
            Self::TooLongWritten { limit, format } => write!(
                f,
                "would be longer than {} MiB as {} and could not be read again",
                limit >> 20,
                format.name()
            ),
            Self::UnknownTimezone(name) => {
                write!(f, "the time zone `{name}` is unknown; use an IANA name, as in `Europe/Berlin`")
            }
            Self::NoMidnight => write!(f, "the day of the first row begins outside the calendar"),
            Self::UnknownFormat => write!(
                f,
                "looks like no format that is known; say which it is of {}, or make one of it, as csv with the header \
                 `time,user` and seconds since 1970",
                TraceFormat::NAMES.map(|(name, _)| name).join(", ")
            ),
            Self::NoHeader => write!(f, "is empty; the first line must name the columns"),
            Self::NoRows { header: true, left_out: 0 } => write!(f, "has a header and no rows"),
            Self::NoRows { header: false, left_out: 0 } => write!(f, "has no rows"),
            Self::NoRows { left_out, .. } => {
                write!(f, "has no rows but those that `skip` and `where` leave out, {left_out} in all")
            }
            Self::NotText { kind, remedy } => write!(
                f,
                "is {kind}; {remedy}: a trace is text in UTF-8 or Latin-1, plain or compressed with gzip or zstd"
            ),
            of_a_row => of_a_row.fmt_of_row(f),
        }
    }
}

impl TraceFault {
    /// The faults that have a place in the file: of its columns, and of one row.
    fn fmt_of_row(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingColumn(column) => {
                write!(f, "column `{}` is missing", column.name)?;
                column.list(f)
            }
            Self::DoubleColumn(column) => {
                write!(f, "column `{}` is there more than once", column.name)?;
                column.list(f)
            }
            Self::Ragged { cells, expected, header } => {
                let of = if *header { "the header has" } else { "a row has" };
                write!(f, "found {} in a row, but {of} {expected}", counted(*cells, "cell"))
            }
            Self::TooLong { limit } => write!(f, "the row is longer than {} MiB", limit >> 20),
            Self::OpenQuote => write!(f, "the file ends inside a quoted cell that begins in this row"),
            Self::CutRecord { bytes } => {
                write!(f, "the file ends after {} of 24; is it cut off?", counted(*bytes, "byte"))
            }
            Self::NotAnObject { why } => write!(f, "is not a JSON object: {why}"),
            Self::OpenArray => write!(f, "the file ends inside an array; is it cut off?"),
            Self::MissingKey { key, is_user } => {
                write!(f, "key `{key}` is missing; every line needs it{}", if *is_user { SKIP } else { "" })
            }
            Self::NoSuchPath { key, found } => {
                write!(f, "key `{key}` leads through {found}, not through an object; name another path")
            }
            Self::DoubleKey(key) => write!(f, "key `{key}` is there more than once"),
            Self::WrongValue { key, found } => {
                write!(f, "key `{key}`: `{found}` is neither a text nor a whole number; write one of these")
            }
            Self::NotALogLine { what, found } => write!(
                f,
                "{what}, found {found}; a line reads `HOST IDENT USER [TIME] \"REQUEST\" STATUS BYTES`"
            ),
            Self::VirtualHost { found } => write!(
                f,
                "begins with a virtual host, as it seems, found {found}; say `format: vhost-combined`, or `--trace-format \
                 vhost-combined`"
            ),
            Self::EmptyUser(column) if column.is_empty() => {
                write!(f, "the user is empty; every row needs one{SKIP}")
            }
            Self::EmptyUser(column) => write!(f, "column `{column}`: is empty; every row needs a user{SKIP}"),
            Self::NotAUser { column, found } => {
                write!(f, "{}`{found}` is nobody; every row needs a user{SKIP}", named(column))
            }
            Self::UnknownOp { column, found, hint } => {
                write!(f, "{}`{found}` is not a known operation; {hint}", named(column))
            }
            Self::UnknownRole { column, found, hint } => {
                let (hint, roles) = hint.as_ref();
                write!(f, "{}`{found}` is not a role of the scenario; {hint}", named(column))?;
                let (counted, names) = listed(roles);
                write!(f, "; the rows name {counted}: write `roles: [{names}]` in the order from the lowest")
            }
            Self::NoRole { column, op } => {
                write!(f, "the operation `{op}` needs a role; write it in the column `{column}`")
            }
            Self::NotAChange => write!(
                f,
                "says nothing of a role, and `changes` holds role changes; name the column of roles, as in \
                 `columns: {{role: new_role}}`"
            ),
            of_a_time => of_a_time.fmt_of_time(f),
        }
    }

    /// The faults of the time of a row.
    fn fmt_of_time(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnitOfDates { found, unit } => write!(
                f,
                "{found} is a date, and `unit: {}` says what numbers count; leave out `unit`",
                unit.name()
            ),
            Self::NoOffset(time) => write!(
                f,
                "{time} does not say its offset from UTC; write it as in `2026-11-26T00:00:01+03:00`, or say \
                 `timezone: Europe/Berlin`, or `--timezone Europe/Berlin`"
            ),
            Self::SkippedTime { found } => {
                let (found, zone) = found.as_ref();
                write!(
                    f,
                    "{found} does not exist in {zone}, whose clocks skip it; write times with their offset"
                )
            }
            Self::NegativeTime(time) => write!(f, "{time} is negative; {}", time.form.right()),
            Self::NotATime(time) => write!(f, "{time} is not a valid time; {}", time.form.right()),
            Self::FarFuture(time) => {
                write!(f, "{time} lies after the year 9999; is the unit right? {}", time.right_unit())
            }
            Self::Backwards { found, previous, late_us, most_us } => {
                let (time, before) = found.as_ref();
                write!(f, "{time} is earlier than `{before}` of {previous}, by {}; ", Micros(*late_us))?;
                if let Some(reorder) = most_us.and_then(enough) {
                    write!(
                        f,
                        "`reorder: {reorder}`, or `--reorder {reorder}`, sorts rows that are late by at most that, as \
                         these are; or "
                    )?;
                }
                write!(
                    f,
                    "sort the rows by time, as `rolesim trace convert --sort` does{}",
                    if_records(*previous)
                )
            }
            Self::LongSpan { found, first, days } => write!(
                f,
                "{found} is more than {days} days after the first row's ({first}); is the unit right? {}{}",
                found.form.right(),
                if_records(*first)
            ),
            whole => fmt::Display::fmt(whole, f),
        }
    }
}

impl fmt::Display for WrongTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}`{}`", named(&self.column), self.found)
    }
}

/// A doubt about times of records: any bytes can be read as such, but then times seldom rise for long.
fn if_records(place: Place) -> &'static str {
    match place {
        Place::Record(_) => ", if the file is an oracle-general trace at all",
        Place::Line(_) | Place::EarlierFile => "",
    }
}

/// The smallest usual window for rows that are late by at most this much; `None` if none is large enough.
fn enough(late_us: u64) -> Option<Micros> {
    const SECONDS: [u64; 12] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
    SECONDS.into_iter().map(|seconds| seconds * SECOND_US).find(|us| late_us <= *us).map(Micros)
}

/// Roles with how often rows name them, and as a scenario lists them.
fn listed(roles: &[(String, u64)]) -> (String, String) {
    let shown = |name: &str| escape_cut(name, SHOWN_CHARS);
    let first = || roles.iter().take(SHOWN_COLUMNS);
    let counted: Vec<_> = first().map(|(name, count)| format!("{} ({count})", shown(name))).collect();
    let mut names: Vec<_> = first().map(|(name, _)| shown(name)).collect();
    // A lone role is one that users get, and others do not have it.
    if names.len() == 1 {
        names.insert(0, "user".to_owned());
    }
    let more = if roles.len() > SHOWN_COLUMNS { ", …" } else { "" };
    (counted.join(", ") + more, names.join(", ") + more)
}

/// What stands before a found value.
fn named(column: &str) -> String {
    if column.is_empty() { String::new() } else { format!("column `{column}`: ") }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
