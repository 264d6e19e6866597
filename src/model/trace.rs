//! How a recorded day is written: the words of `trace`.

use std::fmt;

use super::RoleId;
use super::row_choice::{Keep, Operation};

/// A recorded day.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceSpec {
    /// The files in the order in which they are read, as they were written (relative to the scenario); `-` is standard
    /// input.
    pub files: Vec<String>,
    /// How it is written.
    pub format: TraceFormat,
    /// Which columns mean what, for the formats whose columns have names.
    pub columns: Columns,
    /// What stands between the cells of a table.
    pub delimiter: u8,
    /// What its times count; `None` if nobody said it: seconds, or they are dates.
    pub unit: Option<TimeUnit>,
    /// The time zone whose midnight begins the day, and in which dates without an offset are, by its IANA name; `None` if
    /// nobody said it.
    pub timezone: Option<String>,
    /// What becomes of sets and deletes that give no role.
    pub sets: Sets,
    /// What the words of its operations mean; empty for the usual ones.
    pub ops: Vec<(String, Operation)>,
    /// Which rows are kept; all of these must say so.
    pub keep: Vec<Keep>,
    /// Whether rows without a user are left out, and not an error.
    pub skips_no_user: bool,
    /// By how much a row may be earlier than one before it, in microseconds.
    pub reorder_us: u64,
    /// Role changes of other files that come among its rows.
    pub changes: Option<Box<TraceSpec>>,
    /// Shares of its users that have a role other than the lowest at the start, each in 0 to 1, together at most 1.
    pub roles: Vec<(RoleId, f64)>,
}

impl TraceSpec {
    /// A recorded day in this format, everything else by default.
    #[must_use]
    pub fn new(file: impl Into<String>, format: TraceFormat) -> Self {
        Self {
            files: vec![file.into()],
            format,
            columns: format.columns(),
            delimiter: format.delimiter(),
            unit: None,
            timezone: None,
            sets: Sets::Ignore,
            ops: Vec::new(),
            keep: Vec::new(),
            skips_no_user: false,
            reorder_us: 0,
            changes: None,
            roles: Vec::new(),
        }
    }

    /// Its files as messages and figures name them.
    #[must_use]
    pub fn named(&self) -> String {
        self.files.join(" ")
    }

    /// What its times count where they are numbers.
    #[must_use]
    pub fn unit_or_seconds(&self) -> TimeUnit {
        self.unit.unwrap_or(TimeUnit::Seconds)
    }

    /// The time zone whose midnight begins the day.
    #[must_use]
    pub fn timezone_or_utc(&self) -> &str {
        self.timezone.as_deref().unwrap_or("UTC")
    }
}

/// Where in a recorded day something is wrong, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowPlace {
    /// The file, escaped.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<u64>,
    /// The record of a binary file, counted from 1.
    pub record: Option<u64>,
    /// The column's name, escaped.
    pub column: Option<String>,
}

impl fmt::Display for RowPlace {
    /// File and row; a column is named by what is said of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (self.line, self.record) {
            (Some(line), _) => write!(f, ":{line}"),
            (None, Some(record)) => write!(f, ": record {record}"),
            (None, None) => Ok(()),
        }
    }
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceFormat {
    /// Comma-separated, quoted as RFC 4180 says.
    Csv,
    /// Tab-separated, not quoted.
    Tsv,
    /// A JSON object in each line.
    Jsonl,
    /// The log of a web server, in the common or the combined format.
    Combined,
    /// Twitter's cache traces.
    Twitter,
    /// libCacheSim's records of 24 bytes.
    OracleGeneral,
    /// The log of a web server with a virtual host before each line.
    VhostCombined,
    /// Open Policy Agent's decision log.
    Opa,
    /// Kubernetes' audit log.
    K8sAudit,
    /// OpenFGA's ReadChanges.
    OpenfgaChanges,
    /// AWS CloudTrail's events.
    Cloudtrail,
}

impl TraceFormat {
    /// Every format with its name.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("csv", Self::Csv),
        ("tsv", Self::Tsv),
        ("jsonl", Self::Jsonl),
        ("combined", Self::Combined),
        ("twitter", Self::Twitter),
        ("oracle-general", Self::OracleGeneral),
        ("vhost-combined", Self::VhostCombined),
        ("opa", Self::Opa),
        ("k8s-audit", Self::K8sAudit),
        ("openfga-changes", Self::OpenfgaChanges),
        ("cloudtrail", Self::Cloudtrail),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// The format of a file by its extension, that of a compression left aside.
    #[must_use]
    pub fn of_file(file: &str) -> Option<Self> {
        let lower = file.to_ascii_lowercase();
        let plain = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
        let plain = plain.strip_suffix(".bin").unwrap_or(plain);
        match plain.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "log" => Some(Self::Combined),
            "oraclegeneral" => Some(Self::OracleGeneral),
            _ => None,
        }
    }

    /// What stands between cells where nothing else is said.
    #[must_use]
    pub fn delimiter(self) -> u8 {
        if self == Self::Tsv { b'\t' } else { b',' }
    }

    /// Whether its columns have names.
    #[must_use]
    pub fn has_columns(self) -> bool {
        self.is_table() || self.is_json()
    }

    /// Whether it is made of JSON objects, whose columns are paths.
    #[must_use]
    pub fn is_json(self) -> bool {
        matches!(self, Self::Jsonl | Self::Opa | Self::K8sAudit | Self::OpenfgaChanges | Self::Cloudtrail)
    }

    /// Whether its times are dates, whatever the file.
    #[must_use]
    pub fn is_web_log(self) -> bool {
        matches!(self, Self::Combined | Self::VhostCombined)
    }

    /// Whether a file says itself what its operations are.
    #[must_use]
    pub fn has_operations(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv | Self::Jsonl | Self::Twitter)
    }

    /// The names of its columns where nothing else is said.
    #[must_use]
    pub fn columns(self) -> Columns {
        let (time, user) = match self {
            Self::Opa => ("timestamp", "input.user"),
            Self::K8sAudit => ("requestReceivedTimestamp", "user.username"),
            Self::OpenfgaChanges => ("timestamp", "tuple_key.user"),
            Self::Cloudtrail => ("eventTime", "userIdentity.arn"),
            _ => return Columns::default(),
        };
        Columns { time: time.to_owned(), user: user.to_owned(), op: Column::Unused, role: Column::Unused }
    }

    /// Whether it is a table with a header.
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }
}

/// The byte that a text names as what stands between cells; `None` if a table needs it for something else.
#[must_use]
pub fn delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        b"tab" => Some(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(byte) => {
            Some(*byte)
        }
        _ => None,
    }
}

/// The names of a trace's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The time since the Unix epoch.
    pub time: String,
    /// The user.
    pub user: String,
    /// What was done.
    pub op: Column,
    /// The role that the user has from then on.
    pub role: Column,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            time: "time".to_owned(),
            user: "user".to_owned(),
            op: Column::Maybe("op".to_owned()),
            role: Column::Maybe("role".to_owned()),
        }
    }
}

/// A column that a trace may do without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// It is not looked at.
    Unused,
    /// It is obeyed where it is there.
    Maybe(String),
    /// It must be there.
    Named(String),
}

impl Column {
    /// The column's name, where it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Unused => None,
            Self::Maybe(name) | Self::Named(name) => Some(name),
        }
    }
}

/// What becomes of sets and deletes that give no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// They are left out: in the traces of caches most are fills.
    Ignore,
    /// They are role changes.
    Changes,
}

/// The unit of a trace's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds, with or without a decimal fraction.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds, cut to microseconds.
    Nanos,
}

impl TimeUnit {
    /// Every unit with its name.
    pub const NAMES: [(&'static str, Self); 4] =
        [("s", Self::Seconds), ("ms", Self::Millis), ("us", Self::Micros), ("ns", Self::Nanos)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }

    /// The unit in which a number of this size counts from 1970 to a year near ours; seconds for small numbers.
    #[must_use]
    pub fn of_size(number: u64) -> Self {
        match number {
            0..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Micros,
            _ => Self::Nanos,
        }
    }
}

/// The first row of a recorded day that begins before 1990 or after 2100: its unit may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddBeginning {
    /// The date and time of the row, in the trace's time zone.
    pub date: String,
    /// The unit in which its times were read.
    pub unit: TimeUnit,
    /// The unit in which the row would be of our time; `None` if there is no such unit.
    pub likely: Option<TimeUnit>,
}
