//! Exit codes, and errors that know theirs.

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use crate::model::{RowPlace, escape};
use crate::report::{CheckTrouble, Unchecked};
use crate::scenario::{Fault, FaultKind, Faults, Place};
use crate::sim::SimError;
use crate::workload::{RecordedError, RecordedErrorKind};

/// What an exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; everything that must hold does.
    Done = 0,
    /// Done, and something that must hold does not.
    Failed = 1,
    /// Wrong usage, or wrong content of a file.
    Wrong = 2,
    /// A file or the output could not be read or written.
    Unreadable = 3,
    /// The run would need more than a stated limit.
    Limit = 4,
    /// The cache broke a guarantee that it publishes.
    Broken = 5,
    /// A fault of rolesim itself.
    Internal = 70,
    /// Interrupted at the keyboard (SIGINT).
    Interrupted = 130,
    /// Asked to end (SIGTERM).
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error on its way to standard error.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// All that is wrong; at least one.
    pub(crate) faults: Vec<Reported>,
}

/// One thing that is wrong, and where, as far as that is known. Everything is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(default)]
pub(crate) struct Reported {
    file: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
    /// The record of a binary file.
    record: Option<u64>,
    /// The option that says it, as it was typed.
    option: Option<String>,
    /// The field of a scenario, or the column of a recorded day.
    path: Option<String>,
    kind: &'static str,
    message: String,
    /// The place as the line shows it.
    #[serde(skip)]
    at: String,
    /// Further lines beneath.
    #[serde(skip)]
    beneath: Vec<String>,
}

impl Reported {
    /// The line that shows it, and those beneath.
    fn lines(&self) -> impl Iterator<Item = String> {
        let gap = if self.at.is_empty() { "" } else { ": " };
        let line = [&self.at, gap, &self.message].concat();
        std::iter::once(line).chain(self.beneath.iter().cloned())
    }

    fn of_fault(fault: &Fault, file: &str) -> Self {
        let told = Self {
            path: some(&fault.path),
            kind: kind(exit_of(fault.kind)),
            message: escape(&fault.message),
            at: fault.at(file),
            ..Self::default()
        };
        let file = Some(escape(file));
        match &fault.place {
            Place::File { line, column } => {
                let (line, column) = (Some((*line).into()), Some((*column).into()));
                Self { file, line, column, ..told }
            }
            Place::Option(option) => Self { file, option: Some(escape(option)), ..told },
            Place::Row(place) => told.in_row(place),
        }
    }

    fn in_row(self, place: &RowPlace) -> Self {
        let RowPlace { file, line, record, column } = place.clone();
        let path = column.or(self.path);
        Self { file: Some(file), line, record, path, at: place.to_string(), ..self }
    }
}

/// A text that is there.
fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| escape(text))
}

/// What kind of trouble ends so.
fn kind(exit: Exit) -> &'static str {
    match exit {
        Exit::Done | Exit::Failed | Exit::Wrong => "content",
        Exit::Unreadable => "unreadable",
        Exit::Limit => "limit",
        Exit::Broken => "broken",
        Exit::Internal => "internal",
        Exit::Interrupted | Exit::Terminated => "interrupted",
    }
}

fn exit_of(kind: FaultKind) -> Exit {
    match kind {
        FaultKind::Content => Exit::Wrong,
        FaultKind::Unreadable => Exit::Unreadable,
        FaultKind::Limit => Exit::Limit,
    }
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        let told = Reported { kind: kind(exit), message: message.into(), ..Reported::default() };
        Self { exit, faults: vec![told] }
    }

    /// Something that is wrong with a file as a whole; its name is escaped.
    pub(crate) fn of_file(exit: Exit, file: &Path, message: impl Into<String>) -> Self {
        let file = escape(&file.display().to_string());
        let mut failure = Self::new(exit, message);
        failure.faults.iter_mut().for_each(|told| {
            told.at = file.clone();
            told.file = Some(file.clone());
        });
        failure
    }

    /// What was typed makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        let told = Reported { kind: "usage", message: message.into(), ..Reported::default() };
        Self { exit: Exit::Wrong, faults: vec![told] }
    }

    /// With further lines beneath.
    pub(crate) fn with(mut self, beneath: impl IntoIterator<Item = String>) -> Self {
        if let Some(last) = self.faults.last_mut() {
            last.beneath.extend(beneath);
        }
        self
    }

    /// In this line and column of its file.
    pub(crate) fn in_line(mut self, line: u64, column: u64) -> Self {
        for told in &mut self.faults {
            told.at = format!("{}:{line}:{column}", told.at);
            (told.line, told.column) = (Some(line), Some(column));
        }
        self
    }

    /// Several errors as one, whose exit code is the smallest of theirs; nothing of none.
    pub(crate) fn together(failures: Vec<Self>) -> Option<Self> {
        let exit = failures.iter().map(|failure| failure.exit).min_by_key(|exit| *exit as u8)?;
        Some(Self { exit, faults: failures.into_iter().flat_map(|failure| failure.faults).collect() })
    }

    /// The same, met only in this run; which that was is said behind the place.
    pub(crate) fn of(mut self, run: &str) -> Self {
        for told in &mut self.faults {
            told.message = format!("{run}: {}", told.message);
        }
        self
    }

    /// Each fault in lines, with its file, line and column, as far as it has them.
    pub(crate) fn told(&self) -> impl Iterator<Item = (Vec<String>, Option<(String, u64, u64)>)> {
        self.faults.iter().map(|told| {
            let place = told.file.clone().zip(told.line).zip(told.column);
            (told.lines().collect(), place.map(|((file, line), column)| (file, line, column)))
        })
    }

    /// The same as a check tells it of a scenario; `None` if it is about the command as a whole.
    pub(crate) fn unchecked(&self, scenario: Option<&Path>) -> Unchecked {
        let trouble = |told: &Reported| CheckTrouble {
            file: told.file.clone(),
            line: told.line,
            column: told.column,
            message: told.lines().collect::<Vec<_>>().join("; "),
        };
        let file = scenario.map(|path| path.display().to_string());
        Unchecked { file, troubles: self.faults.iter().map(trouble).collect() }
    }

    /// What is wrong, in lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.faults.iter().flat_map(Reported::lines).collect()
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        let told = faults.shown().iter().map(|fault| Reported::of_fault(fault, &faults.file));
        let failure = Self { exit: exit_of(faults.kind()), faults: told.collect() };
        let more = Some(faults.not_shown()).filter(|more| *more > 0);
        failure.with(more.map(|more| format!("and {more} more")))
    }
}

impl From<RecordedError> for Failure {
    fn from(error: RecordedError) -> Self {
        let exit = match error.kind {
            RecordedErrorKind::Content => Exit::Wrong,
            RecordedErrorKind::Unreadable => Exit::Unreadable,
            RecordedErrorKind::Limit => Exit::Limit,
        };
        let mut failure = Self::new(exit, error.message);
        if let Some(place) = &error.place {
            failure.faults = failure.faults.into_iter().map(|told| told.in_row(place)).collect();
        }
        failure
    }
}

impl Failure {
    /// Why the simulation of this file ended without a result; `drawn` is where it asks for role changes to be drawn.
    pub(super) fn of_simulation(error: SimError, file: &str, drawn: &Place) -> Self {
        match error {
            SimError::Draw(error) => {
                let fault = Fault::new(drawn.clone(), "role_changes", error.to_string());
                Faults::new(file, vec![fault]).into()
            }
            SimError::Recorded(error) => error.into(),
            SimError::TooMuch { .. } => {
                let fault = Fault::new(Place::START, "", error.to_string()).of_kind(FaultKind::Limit);
                Faults::new(file, vec![fault]).into()
            }
            SimError::Unbalanced { .. } => Self::new(
                Exit::Internal,
                format!(
                    "{error}; this is a fault of rolesim {}: please report it with the scenario and the seed",
                    env!("CARGO_PKG_VERSION")
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DayTime;
    use crate::workload::DrawError;

    #[test]
    fn a_day_that_cannot_be_drawn_is_wrong_content() {
        let error = DrawError::NobodyToRaise { at: DayTime(0) };
        let failure = Failure::of_simulation(SimError::Draw(error), "day.yaml", &Place::START);
        assert_eq!(failure.exit, Exit::Wrong);
        assert!(
            failure.lines()[0]
                .starts_with("day.yaml:1:1: role_changes: at 00:00:00 `role_changes` finds nobody")
        );
        assert!(failure.of("run 2").lines()[0].starts_with("day.yaml:1:1: role_changes: run 2: at 00:00:00"));
    }
}
