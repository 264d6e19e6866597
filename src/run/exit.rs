//! Exit codes, and errors that know theirs.

use std::process::ExitCode;

use crate::scenario::{FaultKind, Faults};
use crate::sim::SimError;
use crate::workload::{RecordedError, Trouble};

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
    /// One line each.
    pub(crate) lines: Vec<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, line: impl Into<String>) -> Self {
        Self { exit, lines: vec![line.into()] }
    }

    /// Several errors as one, whose exit code is the smallest of theirs; nothing of none.
    pub(crate) fn together(failures: Vec<Self>) -> Option<Self> {
        let exit = failures.iter().map(|failure| failure.exit).min_by_key(|exit| *exit as u8)?;
        Some(Self { exit, lines: failures.into_iter().flat_map(|failure| failure.lines).collect() })
    }

    /// The same, of something that has a name.
    pub(crate) fn of(mut self, what: &str) -> Self {
        if let Some(line) = self.lines.first_mut() {
            *line = format!("{what}: {line}");
        }
        self
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        let exit = match faults.kind() {
            FaultKind::Content => Exit::Wrong,
            FaultKind::Unreadable => Exit::Unreadable,
            FaultKind::Limit => Exit::Limit,
        };
        Self { exit, lines: faults.to_string().lines().map(str::to_owned).collect() }
    }
}

impl From<RecordedError> for Failure {
    fn from(error: RecordedError) -> Self {
        let exit = match error.trouble {
            Trouble::Content => Exit::Wrong,
            Trouble::Unreadable => Exit::Unreadable,
            Trouble::Limit => Exit::Limit,
        };
        Self::new(exit, error.message)
    }
}

impl Failure {
    /// Why a simulation ended without a result; `drawn` says where the scenario asks for what could not be drawn.
    pub(super) fn of_simulation(error: SimError, drawn: &str) -> Self {
        match error {
            SimError::Draw(error) => Self::new(Exit::Wrong, format!("{drawn}: {error}")),
            SimError::Recorded(error) => error.into(),
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
        let failure = Failure::of_simulation(
            SimError::Draw(DrawError::NobodyToRaise { at: DayTime(0) }),
            "day.yaml:3:1: role_changes",
        );
        assert_eq!(failure.exit, Exit::Wrong);
        assert!(
            failure.lines[0]
                .starts_with("day.yaml:3:1: role_changes: at 00:00:00 `role_changes` finds nobody")
        );
    }
}
