//! What can be wrong with a recorded day, in words.
//!
//! Found values are escaped and cut when they are put in.

use std::fmt;
use std::io;

use super::error::{Place, SHOWN_CHARS};
use super::source::Damage;
use super::write::held;
use crate::model::{TimeUnit, TraceFormat, escape_cut};
use crate::workload::Trouble;

/// Most columns that a message lists.
const SHOWN_COLUMNS: usize = 20;

/// A named column that is not there exactly once, and the columns that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongColumn {
    /// The name that was looked for.
    pub name: String,
    /// The first columns of the header.
    pub present: Vec<String>,
    /// How many columns the header has.
    pub total: usize,
    /// What should stand between cells.
    pub delimiter: u8,
}

impl WrongColumn {
    pub(super) fn new(name: &str, header: &[String], delimiter: u8) -> Self {
        Self {
            name: escape_cut(name, SHOWN_CHARS),
            present: header
                .iter()
                .take(SHOWN_COLUMNS)
                .map(|column| escape_cut(column, SHOWN_CHARS))
                .collect(),
            total: header.len(),
            delimiter,
        }
    }

    fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "column is" } else { "columns are" };
        write!(f, "; the {noun} `{}`", self.present.join("`, `"))?;
        match self.total - self.present.len() {
            // A whole header in one cell is what the wrong delimiter looks like.
            0 if self.total == 1 => match self.delimiter {
                b',' => write!(f, "; are the cells separated by commas?"),
                b'\t' => write!(f, "; are the cells separated by tabs?"),
                other => write!(f, "; are the cells separated by `{}`?", char::from(other)),
            },
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// How a trace writes times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeForm {
    /// As a number of units since 1970.
    Since(TimeUnit),
    /// As web servers log it.
    Log,
}

impl TimeForm {
    fn right(self) -> &'static str {
        match self {
            Self::Since(TimeUnit::Seconds) => "write seconds since 1970, as in `807256800` or `807256800.25`",
            Self::Since(TimeUnit::Millis) => "write whole milliseconds since 1970, as in `807256800000`",
            Self::Since(TimeUnit::Micros) => "write whole microseconds since 1970, as in `807256800000000`",
            Self::Since(TimeUnit::Nanos) => "write whole nanoseconds since 1970, as in `807256800000000000`",
            Self::Log => "write it as in `[01/Aug/1995:00:00:01 -0400]`",
        }
    }
}

/// A time cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTime {
    /// The column's name; empty where columns have none.
    pub column: String,
    /// What the cell says.
    pub found: String,
    /// How it should say it.
    pub form: TimeForm,
}

impl WrongTime {
    pub(super) fn new(column: &str, found: &str, form: TimeForm) -> Self {
        Self { column: escape_cut(column, SHOWN_CHARS), found: escape_cut(found, SHOWN_CHARS), form }
    }
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceFault {
    /// The system's own words.
    Unreadable(String),
    /// A folder, a pipe or a device.
    NotAFile,
    /// What is compressed is damaged.
    Damaged(String),
    /// A limit on what comes out of a compressed file.
    TooMuch(String),
    /// More users than can be held in memory.
    TooManyUsers {
        /// The limit, of users with short names.
        limit: u64,
        /// Rows until then.
        rows: u64,
        /// Whether a run with more memory would hold more.
        by_memory: bool,
    },
    /// More roles than a scenario can have.
    TooManyRoles,
    /// A format cannot hold a user, a role or a time.
    Unfit {
        /// What it cannot hold.
        found: String,
        /// The format.
        format: TraceFormat,
    },
    /// A row would be longer in a format than a row may be.
    TooLongWritten {
        /// The limit in bytes.
        limit: u64,
        /// The format.
        format: TraceFormat,
    },
    /// More rows than can be sorted.
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// Nobody knows the time zone.
    UnknownTimezone(String),
    /// The first row's day lies at the edge of the calendar and has no midnight.
    NoMidnight,
    /// Nobody said how the file is written, and it looks like nothing that is known.
    UnknownFormat,
    /// There is not even a header.
    NoHeader,
    /// There is a header, where the format has one, and nothing else.
    NoRows {
        /// Whether there is a header.
        header: bool,
    },
    /// The file begins as this other kind of file does.
    NotText(&'static str),
    /// A named column is missing.
    MissingColumn(WrongColumn),
    /// A named column is there more than once.
    DoubleColumn(WrongColumn),
    /// A row has another number of cells than it should.
    Ragged {
        /// Cells of the row.
        cells: usize,
        /// Cells of the header, or of the format.
        expected: usize,
        /// Whether there is a header.
        header: bool,
    },
    /// A row is longer than the limit.
    TooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file ends inside a quoted cell.
    OpenQuote,
    /// The file ends inside a record.
    CutRecord {
        /// Bytes of the last record.
        bytes: usize,
    },
    /// A line is no JSON object; holds why.
    NotAnObject(String),
    /// A JSON object has no such key.
    MissingKey(String),
    /// A JSON object has a key twice.
    DoubleKey(String),
    /// A value of a JSON object is neither a text nor a number.
    WrongValue {
        /// The key.
        key: String,
        /// The value.
        found: String,
    },
    /// A line is not what a web server logs; holds what is missing, and the line.
    NotALogLine {
        /// What is missing or wrong.
        what: &'static str,
        /// The line's beginning.
        found: String,
    },
    /// The user's cell is empty; holds the column's name.
    EmptyUser(String),
    /// The operation is none that is known.
    UnknownOp {
        /// The column's name; empty where columns have none.
        column: String,
        /// What the cell says.
        found: String,
        /// What was probably meant, or what is known.
        hint: String,
    },
    /// The role is none of the scenario's.
    UnknownRole {
        /// The column's name.
        column: String,
        /// What the cell says.
        found: String,
        /// What was probably meant, or what is known.
        hint: String,
    },
    /// An operation that sets a role comes without one.
    NoRole {
        /// The column of roles.
        column: String,
        /// The operation.
        op: String,
    },
    /// The time is below zero.
    NegativeTime(WrongTime),
    /// The time is no number, or has a fraction where none may be.
    NotATime(WrongTime),
    /// The time lies beyond the calendar.
    FarFuture(WrongTime),
    /// The time is earlier than that of the row before.
    Backwards {
        /// The two cells: this one's, and the one before.
        found: Box<(WrongTime, String)>,
        /// The row before.
        previous: Place,
    },
    /// The time is implausibly far from the first row's.
    LongSpan {
        /// The row's cell.
        found: WrongTime,
        /// The first row.
        first: Place,
        /// The limit in days.
        days: u64,
    },
}

impl TraceFault {
    /// What an error of reading means.
    pub(super) fn of_io(error: &io::Error) -> Self {
        match Damage::of(error) {
            Some(damage) if damage.is_limit() => Self::TooMuch(damage.to_string()),
            Some(damage) => Self::Damaged(damage.to_string()),
            None => Self::Unreadable(error.to_string()),
        }
    }

    /// The name of the column or key that is wrong; empty where columns have none.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::MissingColumn(column) | Self::DoubleColumn(column) => Some(&column.name),
            Self::MissingKey(name) | Self::DoubleKey(name) | Self::EmptyUser(name) => Some(name),
            Self::WrongValue { key, .. } => Some(key),
            Self::UnknownOp { column, .. }
            | Self::UnknownRole { column, .. }
            | Self::NoRole { column, .. } => Some(column),
            Self::NegativeTime(time) | Self::NotATime(time) | Self::FarFuture(time) => Some(&time.column),
            Self::Backwards { found, .. } => Some(&found.0.column),
            Self::LongSpan { found, .. } => Some(&found.column),
            _ => None,
        }
    }

    /// What kind of trouble it is.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unreadable(_) | Self::NotAFile => Trouble::Unreadable,
            Self::TooMuch(_) | Self::TooManyUsers { .. } | Self::TooManyRows { .. } => Trouble::Limit,
            _ => Trouble::Content,
        }
    }
}

impl fmt::Display for TraceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) | Self::Damaged(why) | Self::TooMuch(why) => write!(f, "{why}"),
            Self::NotAFile => write!(f, "is not a regular file; a trace may be read more than once"),
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
            Self::Unfit { found, format } => {
                write!(f, "`{found}` cannot be written as {}{}", format.name(), held(*format))
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
                "looks like no format that is known; say which it is of csv, tsv, jsonl, combined, twitter, \
                 oracle-general"
            ),
            Self::NoHeader => write!(f, "is empty; the first line must name the columns"),
            Self::NoRows { header: true } => write!(f, "has a header and no rows"),
            Self::NoRows { header: false } => write!(f, "has no rows"),
            Self::NotText(kind) => write!(
                f,
                "is {kind}; a trace is text in UTF-8 or Latin-1, plain or compressed with gzip or zstd"
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
            Self::NotAnObject(why) => write!(f, "is no JSON object: {why}"),
            Self::MissingKey(key) => write!(f, "key `{key}` is missing; every line needs it"),
            Self::DoubleKey(key) => write!(f, "key `{key}` is there more than once"),
            Self::WrongValue { key, found } => {
                write!(f, "key `{key}`: `{found}` is neither a text nor a whole number; write one of these")
            }
            Self::NotALogLine { what, found } => write!(
                f,
                "{what}, found `{found}`; a line reads `HOST IDENT USER [TIME] \"REQUEST\" STATUS BYTES`"
            ),
            Self::EmptyUser(column) if column.is_empty() => {
                write!(f, "the user is empty; every row needs one")
            }
            Self::EmptyUser(column) => write!(f, "column `{column}`: is empty; every row needs a user"),
            Self::UnknownOp { column, found, hint } => {
                write!(f, "{}`{found}` is no operation; {hint}", named(column))
            }
            Self::UnknownRole { column, found, hint } => {
                write!(f, "{}`{found}` is no role of the scenario; {hint}", named(column))
            }
            Self::NoRole { column, op } => {
                write!(f, "the operation `{op}` needs a role; write it in the column `{column}`")
            }
            Self::NegativeTime(time) => write!(f, "{time} is negative; {}", time.form.right()),
            Self::NotATime(time) => write!(f, "{time} is no time; {}", time.form.right()),
            Self::FarFuture(time) => {
                write!(f, "{time} lies after the year 9999; is the unit right? {}", time.form.right())
            }
            Self::Backwards { found, previous } => {
                let (time, before) = found.as_ref();
                write!(
                    f,
                    "{time} is earlier than `{before}` of {previous}; sort the rows by time, as \
                     `rolesim trace convert --sort` does"
                )
            }
            Self::LongSpan { found, first, days } => write!(
                f,
                "{found} is more than {days} days after the first row's ({first}); is the unit right? {}",
                found.form.right()
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

/// What stands before a found value.
fn named(column: &str) -> String {
    if column.is_empty() { String::new() } else { format!("column `{column}`: ") }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
