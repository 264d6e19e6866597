//! What the workload needs of a recorded day, whatever its format.

use std::fmt;

/// Rows of a recorded day, in order of time.
pub trait Recorded {
    /// The next row: microseconds since the first midnight, and the user's id as text.
    ///
    /// # Errors
    /// When the source cannot be read on, or is not what it was when it was checked.
    fn next_row(&mut self) -> Result<Option<(u64, &str)>, RecordedError>;
}

/// Why a recorded day ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedError {
    /// The whole message.
    pub message: String,
    /// Whether the source could not be read, rather than being wrong.
    pub unreadable: bool,
}

impl fmt::Display for RecordedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RecordedError {}
