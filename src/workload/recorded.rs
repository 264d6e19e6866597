//! What the workload needs of a recorded day, whatever its format.

use std::fmt;

use super::Users;
use crate::model::RoleId;

/// What a row of a recorded day says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// The user asks.
    Request,
    /// The user has this role from now on.
    Change(RoleId),
    /// The user has another role from now on: the highest who has the lowest, and the lowest who has any other.
    Other,
}

/// A row of a recorded day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedRow {
    /// Microseconds since the first midnight.
    pub at_us: u64,
    /// Whose row it is.
    pub user: u32,
    /// What it says.
    pub kind: RowKind,
}

/// Rows of a recorded day, in order of time.
pub trait Recorded {
    /// Reads on: appends up to a few thousand rows to `rows`, which the caller has cleared, and numbers users as
    /// they come. Nothing appended means that the day is over.
    ///
    /// # Errors
    /// When the source cannot be read on, or a row is wrong.
    fn next_rows(&mut self, users: &mut Users, rows: &mut Vec<RecordedRow>) -> Result<(), RecordedError>;
}

/// Why a recorded day ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedError {
    /// The whole message.
    pub message: String,
    /// What kind of trouble it is.
    pub trouble: Trouble,
}

/// Kinds of trouble with a recorded day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A row is wrong.
    Content,
    /// The source could not be read.
    Unreadable,
    /// It turned out to need more than a stated limit.
    Limit,
}

impl fmt::Display for RecordedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RecordedError {}
