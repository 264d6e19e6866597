//! Why a day cannot be drawn or read.

use std::fmt;

use super::{DrawError, RecordedError};

/// Why there is no workload. Completes "failed to make the day: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayError {
    /// The day asks for a role change that is not possible.
    Draw(DrawError),
    /// The users of a recorded day could not be read.
    Recorded(RecordedError),
}

impl fmt::Display for DayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draw(error) => write!(f, "{error}"),
            Self::Recorded(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for DayError {}

impl From<DrawError> for DayError {
    fn from(error: DrawError) -> Self {
        Self::Draw(error)
    }
}

impl From<RecordedError> for DayError {
    fn from(error: RecordedError) -> Self {
        Self::Recorded(error)
    }
}
