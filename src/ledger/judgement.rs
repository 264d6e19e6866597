//! Whether an answer was still true: the one place that says what outdated and stale mean.

use crate::cache::Row;
use crate::model::RoleId;

/// What an answer was worth, held against the row that was committed when its request started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The true row, or a newer one.
    Current,
    /// Older than the truth, with the role that was still true.
    OutdatedAlike,
    /// Older than the truth or never true, with a higher role: a stale grant.
    Grant,
    /// The same with a lower role, as a blank copy gives it: a stale denial.
    Denial,
}

impl Judgement {
    /// Judges an answer by the truth at the start of its request.
    #[inline]
    #[must_use]
    pub fn of(answer: Row<RoleId>, truth: Row<RoleId>) -> Self {
        if answer == truth || answer.version > truth.version {
            Self::Current
        } else if answer.role == truth.role {
            Self::OutdatedAlike
        } else if answer.role > truth.role {
            Self::Grant
        } else {
            Self::Denial
        }
    }

    /// Whether the answer gave a role that was no longer true.
    #[must_use]
    pub fn is_stale(self) -> bool {
        matches!(self, Self::Grant | Self::Denial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Version;

    #[test]
    fn an_answer_is_judged_by_version_and_then_by_role() {
        let row = |role, version| Row { role: RoleId(role), version: Version(version) };
        let truth = row(1, 5);
        for (answer, judgement) in [
            (row(1, 5), Judgement::Current),
            (row(0, 6), Judgement::Current),
            (row(1, 4), Judgement::OutdatedAlike),
            (row(2, 4), Judgement::Grant),
            (row(0, 4), Judgement::Denial),
            (row(0, 5), Judgement::Denial),
        ] {
            assert_eq!(Judgement::of(answer, truth), judgement, "{answer:?}");
        }
    }
}
