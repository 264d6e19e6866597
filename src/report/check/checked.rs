//! A scenario that was checked: what was run, what it was compared with, and what came of it.

use crate::gate::{Comparison, Verdict};
use crate::report::Report;

/// A scenario that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The scenario's file, as it was named.
    pub file: String,
    /// What was typed that makes its day or its system another one, as in `--seed` and `7`.
    pub options: Vec<String>,
    /// The accepted file that was named for it; `None` for the one next to it.
    pub accepted: Option<String>,
    /// What its figures were compared with.
    pub against: Against,
    /// What was measured, with its verdict.
    pub report: Report,
}

/// What a scenario's figures were compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Against {
    /// With nothing: expectations alone were asked for.
    Nothing,
    /// With accepted ones.
    Accepted,
    /// They were accepted.
    Written {
        /// Into this file.
        file: String,
        /// What they are compared with those accepted before; `None` if there were none of this day.
        before: Option<Box<Comparison>>,
    },
    /// They were to be accepted and could not pass.
    Refused,
    /// With those of an older report, which nobody accepted.
    Saved,
}

impl Checked {
    pub(super) fn passes(&self) -> bool {
        self.report.verdict == Verdict::Pass
    }
}
