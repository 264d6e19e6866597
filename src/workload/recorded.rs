//! What the workload needs of a recorded day, whatever its format.

use std::fmt;

use super::recorded_rows::RecordedRows;
use super::users::Users;
use crate::model::{Clock, RowPlace};

/// A recorded day, in order of time.
pub trait RecordedDay {
    /// Reads on: appends up to a few thousand rows to `rows`, which the caller has cleared, and numbers users as
    /// they come. Nothing appended means that the day is over.
    ///
    /// # Errors
    /// When the source cannot be read on, or a row is wrong.
    fn next_rows(&mut self, users: &mut Users, rows: &mut RecordedRows) -> Result<(), RecordedError>;

    /// The same rows from the beginning, for days in which the users must be known beforehand.
    ///
    /// # Errors
    /// When the source cannot be read a second time; by default none can.
    fn reopen(&self) -> Result<Box<dyn RecordedDay>, RecordedError> {
        let message = "a recorded day that can be read only once cannot say beforehand who its users are";
        Err(RecordedError { place: None, message: message.to_owned(), kind: RecordedErrorKind::Content })
    }
}

/// The users whom a recorded day names within the clock, numbered in order of mention.
pub(super) fn mentioned(
    recorded: &dyn RecordedDay,
    clock: &Clock,
    users: &mut Users,
) -> Result<Vec<u32>, RecordedError> {
    let mut recorded = recorded.reopen()?;
    let (mut rows, mut mentioned, mut all) = (RecordedRows::default(), Vec::new(), Vec::new());
    loop {
        rows.clear();
        recorded.next_rows(users, &mut rows)?;
        if rows.is_empty() {
            return Ok(all);
        }
        mentioned.resize(users.len(), false);
        rows.cut(clock.start.0..clock.end.0);
        for user in rows.users() {
            if !std::mem::replace(&mut mentioned[*user as usize], true) {
                all.push(*user);
            }
        }
    }
}

/// Why a recorded day ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedError {
    /// Where.
    pub place: Option<RowPlace>,
    /// What is wrong there.
    pub message: String,
    /// Its kind.
    pub kind: RecordedErrorKind,
}

/// Kinds of errors of a recorded day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedErrorKind {
    /// A row is wrong.
    Content,
    /// The source could not be read.
    Unreadable,
    /// It turned out to need more than a stated limit.
    Limit,
}

impl fmt::Display for RecordedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.iter().try_for_each(|place| write!(f, "{place}: "))?;
        f.write_str(&self.message)
    }
}

impl std::error::Error for RecordedError {}
