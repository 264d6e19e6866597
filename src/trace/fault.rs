//! What can be wrong with a recorded day.
//!
//! Found values are escaped and cut when they are put in.

mod display;
mod wrong_column;

use std::fmt;
use std::io;

use super::source::Damage;
use super::timestamp;

use crate::model::{TimeUnit, TraceFormat, escape_cut};
use crate::workload::RecordedErrorKind;
pub(super) use wrong_column::SHOWN_CHARS;
pub use wrong_column::WrongColumn;

/// Where in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, counted from 1.
    Line(u64),
    /// A record of a binary file, counted from 1.
    Record(u64),
    /// Somewhere in a file that comes before.
    EarlierFile,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Record(record) => write!(f, "record {record}"),
            Self::EarlierFile => write!(f, "an earlier file"),
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
    /// As a date and a time of day.
    Date,
}

fn plural(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Seconds => "seconds",
        TimeUnit::Millis => "milliseconds",
        TimeUnit::Micros => "microseconds",
        TimeUnit::Nanos => "nanoseconds",
    }
}

impl TimeForm {
    fn right(self) -> &'static str {
        match self {
            Self::Since(TimeUnit::Seconds) => "write seconds since 1970, as in `807256800` or `807256800.25`",
            Self::Since(TimeUnit::Millis) => "write whole milliseconds since 1970, as in `807256800000`",
            Self::Since(TimeUnit::Micros) => "write whole microseconds since 1970, as in `807256800000000`",
            Self::Since(TimeUnit::Nanos) => "write whole nanoseconds since 1970, as in `807256800000000000`",
            Self::Log => "write it as in `[01/Aug/1995:00:00:01 -0400]`",
            Self::Date => "write it as in `2026-11-26T00:00:01.082+03:00` or `2026-11-26 00:00:01`",
        }
    }

    /// A time as the trace would write it.
    pub(super) fn written(self, epoch_us: u64) -> String {
        match self {
            Self::Since(unit) => timestamp::written(epoch_us, unit),
            Self::Log => timestamp::written_in_log(epoch_us),
            Self::Date => timestamp::written_as_date(epoch_us),
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

    /// What would be right for a time that is too large: the unit that it seems to be in, if it is another.
    fn right_unit(&self) -> String {
        let number = self.found.parse().ok().map(TimeUnit::of_size);
        match (self.form, number) {
            (TimeForm::Since(unit), Some(likely)) if likely != unit => {
                let name = likely.name();
                format!("say `unit: {name}`, or `--unit {name}`, if it counts {}", plural(likely))
            }
            _ => self.form.right().to_owned(),
        }
    }
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceFault {
    /// The system's own words.
    Unreadable(String),
    /// A folder, a pipe or a device.
    NotAFile,
    /// Standard input, a second time.
    ReadTwice,
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
    /// Nothing is written in this format.
    OnlyRead(TraceFormat),
    /// A format cannot hold a user, a role or a time.
    Unfit {
        /// What it cannot hold.
        found: String,
        /// The format.
        format: TraceFormat,
        /// What the format holds, as the rest of the message.
        holds: &'static str,
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
        /// Rows that were left out, which were all.
        left_out: u64,
    },
    /// The file begins as another kind of file does.
    NotText {
        /// What it is.
        kind: &'static str,
        /// What makes a text of it.
        remedy: &'static str,
    },
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
    /// A line is not a JSON object.
    NotAnObject {
        /// Why not.
        why: String,
    },
    /// The file ends inside an array of objects.
    OpenArray,
    /// A JSON object has no such key.
    MissingKey {
        /// The key.
        key: String,
        /// Whether it is that of the user.
        is_user: bool,
    },
    /// A path of a JSON object leads through a value.
    NoSuchPath {
        /// The path.
        key: String,
        /// What the value is.
        found: &'static str,
    },
    /// A JSON object has a key twice.
    DoubleKey(String),
    /// A value of a JSON object is neither a text nor a number.
    WrongValue {
        /// The key.
        key: String,
        /// The value.
        found: String,
    },
    /// A line is not what a web server logs.
    NotALogLine {
        /// What is missing or wrong.
        what: &'static str,
        /// The line's beginning, or its length.
        found: String,
    },
    /// A line begins with the name of a virtual host, which would shift what stands behind it.
    VirtualHost {
        /// The line's beginning.
        found: String,
    },
    /// The user's cell is empty; holds the column's name.
    EmptyUser(String),
    /// The user's cell holds what stands for nobody.
    NotAUser {
        /// The column's name; empty where columns have none.
        column: String,
        /// What the cell says.
        found: String,
    },
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
        /// What was probably meant, or what is known, and the roles that the rows name, each with how often, the most frequent
        /// first.
        hint: Box<(String, Vec<(String, u64)>)>,
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
    /// The time is not a number, or has a fraction where none may be.
    NotATime(WrongTime),
    /// A date where a unit was said in which times would be counted.
    UnitOfDates {
        /// The row's cell.
        found: WrongTime,
        /// The unit.
        unit: TimeUnit,
    },
    /// A date that does not say how far its clock is from UTC.
    NoOffset(WrongTime),
    /// A time of day that the clocks of a zone never showed.
    SkippedTime {
        /// The row's cell, and the zone's name.
        found: Box<(WrongTime, String)>,
    },
    /// The time lies beyond the calendar.
    FarFuture(WrongTime),
    /// The time is earlier than that of the row before.
    Backwards {
        /// The two cells: this one's, and the one before.
        found: Box<(WrongTime, String)>,
        /// The row before.
        previous: Place,
        /// How much earlier it is, in microseconds.
        late_us: u64,
        /// By how much the latest row of all is late; `None` if that is not known.
        most_us: Option<u64>,
    },
    /// A row of the role changes' file is not one.
    NotAChange,
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
            Self::DoubleKey(name) | Self::EmptyUser(name) => Some(name),
            Self::MissingKey { key, .. } | Self::NoSuchPath { key, .. } | Self::WrongValue { key, .. } => {
                Some(key)
            }
            Self::NotAUser { column, .. }
            | Self::UnknownOp { column, .. }
            | Self::UnknownRole { column, .. }
            | Self::NoRole { column, .. } => Some(column),
            Self::NegativeTime(time)
            | Self::NotATime(time)
            | Self::FarFuture(time)
            | Self::NoOffset(time) => Some(&time.column),
            Self::Backwards { found, .. } => Some(&found.0.column),
            Self::SkippedTime { found } => Some(&found.0.column),
            Self::LongSpan { found, .. } | Self::UnitOfDates { found, .. } => Some(&found.column),
            _ => None,
        }
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> RecordedErrorKind {
        match self {
            Self::Unreadable(_) | Self::NotAFile | Self::ReadTwice => RecordedErrorKind::Unreadable,
            Self::TooMuch(_) | Self::TooManyUsers { .. } | Self::TooManyRows { .. } => {
                RecordedErrorKind::Limit
            }
            _ => RecordedErrorKind::Content,
        }
    }
}
