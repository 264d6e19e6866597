//! Errors of a recorded day: in which file, where in it, what.
//!
//! Text that comes out of a trace is escaped and cut before it is stored here, so an error is small and safe
//! to print wherever it ends up. Knows nothing of exit codes.

use std::fmt;

use super::fault::{Place, TraceFault};
use crate::model::{RowPlace, escape};
use crate::workload::{RecordedError, RecordedErrorKind};

/// Why a trace cannot be used. Completes "failed to read the trace: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceError {
    file: String,
    place: Option<Place>,
    fault: TraceFault,
}

impl TraceError {
    pub(super) fn new(file: &str, located: Located) -> Self {
        Self { file: file.to_owned(), place: located.place, fault: located.fault }
    }

    /// The trace as it was named, control characters escaped.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Where, if the fault has a place.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// File, row and column, as far as they are known.
    #[must_use]
    pub fn at(&self) -> RowPlace {
        let (line, record) = match self.place {
            Some(Place::Line(line)) => (Some(line), None),
            Some(Place::Record(record)) => (None, Some(record)),
            Some(Place::EarlierFile) | None => (None, None),
        };
        let column = self.fault.column().filter(|name| !name.is_empty()).map(str::to_owned);
        RowPlace { file: self.file.clone(), line, record, column }
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &TraceFault {
        &self.fault
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> RecordedErrorKind {
        self.fault.kind()
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at(), self.fault)
    }
}

impl std::error::Error for TraceError {}

impl From<TraceError> for RecordedError {
    fn from(error: TraceError) -> Self {
        Self { place: Some(error.at()), message: error.fault.to_string(), kind: error.kind() }
    }
}

/// A fault and its place in a file that is not named yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// Which of the trace's files, if that is known.
    file: Option<u16>,
    place: Option<Place>,
    fault: TraceFault,
}

impl Located {
    pub(super) fn at(line: u64, fault: TraceFault) -> Self {
        Self::of(Place::Line(line), fault)
    }

    pub(super) fn of(place: Place, fault: TraceFault) -> Self {
        Self { file: None, place: Some(place), fault }
    }

    /// Whether a time lies beyond the calendar.
    pub(super) fn is_far_future(&self) -> bool {
        matches!(self.fault, TraceFault::FarFuture(_))
    }

    /// Whether a time is a date, and a unit of numbers was said.
    pub(super) fn is_date(&self) -> bool {
        matches!(self.fault, TraceFault::UnitOfDates { .. })
    }

    /// In the file of this number, unless another is known.
    pub(super) fn in_nth(self, file: u16) -> Self {
        Self { file: self.file.or(Some(file)), ..self }
    }

    /// The number of the file in which a row comes later than it may; `None` if something else is wrong.
    pub(super) fn file_of_late_row(&self) -> Option<u16> {
        matches!(self.fault, TraceFault::Backwards { .. }).then(|| self.file.unwrap_or(0))
    }

    /// The same with how late the latest row is.
    pub(super) fn late_by_at_most(mut self, us: u64) -> Self {
        if let TraceFault::Backwards { late_us, most_us, .. } = &mut self.fault {
            *most_us = Some(us.max(*late_us));
        }
        self
    }

    /// The roles that rows name, each with how often, if one of them is not a role of the scenario.
    pub(super) fn roles(&mut self) -> Option<&mut Vec<(String, u64)>> {
        match &mut self.fault {
            TraceFault::UnknownRole { hint, .. } => Some(&mut hint.1),
            _ => None,
        }
    }

    /// The number of its file, if that is known.
    pub(super) fn file(&self) -> Option<u16> {
        self.file
    }

    /// In this file.
    pub(super) fn in_file(self, path: &std::path::Path) -> TraceError {
        // A path is escaped, but unlike a found value not cut.
        TraceError::new(&escape(&path.to_string_lossy()), self)
    }
}

impl From<TraceFault> for Located {
    fn from(fault: TraceFault) -> Self {
        Self { file: None, place: None, fault }
    }
}
