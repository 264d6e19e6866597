//! What was checked together with what could not be: each scenario has its line, whatever became of it.

use super::checked::Checked;
use crate::gate::Verdict;

/// A scenario, or the command as a whole, that could not be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unchecked {
    /// The scenario's file, as it was named; `None` if it is about the command as a whole.
    pub file: Option<String>,
    /// Why; at least one.
    pub troubles: Vec<CheckTrouble>,
}

/// One reason why a scenario could not be checked, and where, as far as that is known. All texts are escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckTrouble {
    /// The file in which it is.
    pub file: Option<String>,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// Its column, from 1.
    pub column: Option<u64>,
    /// The whole of it, with the place.
    pub message: String,
}

/// All that a check has to tell.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'c> {
    /// What has a verdict.
    pub checked: &'c [Checked],
    /// What has none.
    pub unchecked: &'c [Unchecked],
}

impl Checks<'_> {
    /// The verdict of all together: that of the worst. What could not be checked does not pass.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let unchecked = self.unchecked.first().map(|_| Verdict::Fail);
        let verdicts = self.checked.iter().map(|one| one.report.verdict).chain(unchecked);
        verdicts.max().unwrap_or(Verdict::Pass)
    }
}

impl<'c> From<&'c [Checked]> for Checks<'c> {
    fn from(checked: &'c [Checked]) -> Self {
        Self { checked, unchecked: &[] }
    }
}

impl<'c, const N: usize> From<&'c [Checked; N]> for Checks<'c> {
    fn from(checked: &'c [Checked; N]) -> Self {
        Self { checked, unchecked: &[] }
    }
}

impl<'c> From<&'c Vec<Checked>> for Checks<'c> {
    fn from(checked: &'c Vec<Checked>) -> Self {
        Self { checked, unchecked: &[] }
    }
}
