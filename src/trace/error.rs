//! What can be wrong with a recorded day, in words.
//!
//! Text that comes out of a trace is escaped and cut before it is stored here, so an error is small and safe
//! to print wherever it ends up. Knows nothing of exit codes.

use std::fmt;

use crate::model::{TimeUnit, TraceFormat, escape_cut};

/// Most characters of a found value that a message shows.
pub(super) const SHOWN_CHARS: usize = 80;
/// Most columns that a message lists.
const SHOWN_COLUMNS: usize = 20;

/// Why a trace cannot be used. Completes "failed to read the trace: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceError {
    file: String,
    line: Option<u64>,
    fault: TraceFault,
}

impl TraceError {
    pub(super) fn new(file: &str, located: Located) -> Self {
        Self { file: file.to_owned(), line: located.line, fault: located.fault }
    }

    /// The trace as it was named, control characters escaped.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the file, counted from 1, where the fault has one.
    #[must_use]
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &TraceFault {
        &self.fault
    }

    /// Whether the file itself could not be read, rather than what it says being wrong.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.fault, TraceFault::Unreadable(_) | TraceFault::NotAFile | TraceFault::Changed)
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.fault),
            None => write!(f, "{}: {}", self.file, self.fault),
        }
    }
}

impl std::error::Error for TraceError {}

/// A fault and its line, before anyone has said in which file.
#[derive(Debug)]
pub(super) struct Located {
    line: Option<u64>,
    fault: TraceFault,
}

impl Located {
    pub(super) fn at(line: u64, fault: TraceFault) -> Self {
        Self { line: Some(line), fault }
    }
}

impl From<TraceFault> for Located {
    fn from(fault: TraceFault) -> Self {
        Self { line: None, fault }
    }
}

/// A named column that is not there exactly once, and the columns that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongColumn {
    /// The name that was looked for.
    pub name: String,
    /// The first columns of the header.
    pub present: Vec<String>,
    /// How many columns the header has.
    pub total: usize,
    /// How the trace was read.
    pub format: TraceFormat,
}

impl WrongColumn {
    pub(super) fn new(name: &str, header: &[String], format: TraceFormat) -> Self {
        Self {
            name: escape_cut(name, SHOWN_CHARS),
            present: header
                .iter()
                .take(SHOWN_COLUMNS)
                .map(|column| escape_cut(column, SHOWN_CHARS))
                .collect(),
            total: header.len(),
            format,
        }
    }

    fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "column is" } else { "columns are" };
        write!(f, "; the {noun} `{}`", self.present.join("`, `"))?;
        match (self.total - self.present.len(), self.format) {
            // A whole header in one cell is what the wrong delimiter looks like.
            (0, TraceFormat::Csv) if self.total == 1 => write!(f, "; are the cells separated by commas?"),
            (0, TraceFormat::Tsv) if self.total == 1 => write!(f, "; are the cells separated by tabs?"),
            (0, _) => Ok(()),
            (more, _) => write!(f, " and {more} more"),
        }
    }
}

/// A time cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTime {
    /// The column's name.
    pub column: String,
    /// What the cell says.
    pub found: String,
    /// What it should count.
    pub unit: TimeUnit,
}

impl WrongTime {
    pub(super) fn new(column: &str, found: &str, unit: TimeUnit) -> Self {
        Self { column: escape_cut(column, SHOWN_CHARS), found: escape_cut(found, SHOWN_CHARS), unit }
    }
}

/// What is wrong with a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceFault {
    /// The system's own words.
    Unreadable(String),
    /// A folder, a pipe or a device.
    NotAFile,
    /// The rows are not those of the first reading.
    Changed,
    /// Nobody knows the time zone.
    UnknownTimezone(String),
    /// The first row's day lies at the edge of the calendar and has no midnight.
    NoMidnight,
    /// There is not even a header.
    NoHeader,
    /// There is a header and nothing else.
    NoRows,
    /// The file begins as this other kind of file does.
    NotText(&'static str),
    /// A named column is missing.
    MissingColumn(WrongColumn),
    /// A named column is there more than once.
    DoubleColumn(WrongColumn),
    /// A row has another number of cells than the header.
    Ragged {
        /// Cells of the row.
        cells: usize,
        /// Cells of the header.
        header: usize,
    },
    /// A row is longer than the limit.
    TooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file ends inside a quoted cell.
    OpenQuote,
    /// The user's cell is empty; holds the column's name.
    EmptyUser(String),
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
        /// The line of the row before.
        previous_line: u64,
    },
    /// The time is implausibly far from the first row's.
    LongSpan {
        /// The row's cell.
        found: WrongTime,
        /// The line of the first row.
        first_line: u64,
        /// The limit in days.
        days: u64,
    },
}

impl fmt::Display for TraceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "{why}"),
            Self::NotAFile => write!(f, "is not a regular file; a trace is read more than once"),
            Self::Changed => write!(f, "changed while it was being replayed"),
            Self::UnknownTimezone(name) => {
                write!(f, "the time zone `{name}` is unknown; use an IANA name, as in `Europe/Berlin`")
            }
            Self::NoMidnight => write!(f, "the day of the first row begins outside the calendar"),
            Self::NoHeader => write!(f, "is empty; the first line must name the columns"),
            Self::NoRows => write!(f, "has a header and no rows"),
            Self::NotText(kind) => write!(f, "is {kind}; a trace is plain text in UTF-8 or Latin-1"),
            Self::MissingColumn(column) => {
                write!(f, "column `{}` is missing", column.name)?;
                column.list(f)
            }
            Self::DoubleColumn(column) => {
                write!(f, "column `{}` is there more than once", column.name)?;
                column.list(f)
            }
            Self::Ragged { cells, header } => {
                write!(f, "found {} in a row, but the header has {header}", counted(*cells, "cell"))
            }
            Self::TooLong { limit } => write!(f, "the row is longer than {} MiB", limit >> 20),
            Self::OpenQuote => write!(f, "the file ends inside a quoted cell that begins in this row"),
            Self::EmptyUser(column) => write!(f, "column `{column}`: is empty; every row needs a user"),
            Self::NegativeTime(time) => write!(f, "{time} is negative; {}", right(time.unit)),
            Self::NotATime(time) => write!(f, "{time} is no time; {}", right(time.unit)),
            Self::FarFuture(time) => {
                write!(f, "{time} lies after the year 9999; is the unit right? {}", right(time.unit))
            }
            Self::Backwards { found, previous_line } => {
                let (time, previous) = found.as_ref();
                write!(
                    f,
                    "{time} is earlier than `{previous}` of line {previous_line}; sort the rows by time"
                )
            }
            Self::LongSpan { found, first_line, days } => write!(
                f,
                "{found} is more than {days} days after the first row's (line {first_line}); \
                 is the unit right? {}",
                right(found.unit)
            ),
        }
    }
}

impl fmt::Display for WrongTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column `{}`: `{}`", self.column, self.found)
    }
}

fn right(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Seconds => "write seconds since 1970, as in `807256800` or `807256800.25`",
        TimeUnit::Millis => "write whole milliseconds since 1970, as in `807256800000`",
        TimeUnit::Micros => "write whole microseconds since 1970, as in `807256800000000`",
        TimeUnit::Nanos => "write whole nanoseconds since 1970, as in `807256800000000000`",
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
