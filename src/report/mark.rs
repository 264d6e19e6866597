//! The marks of verdicts, the same in every form.
//!
//! A claim decides nothing, so one that does not hold looks different from a failure. What a verdict follows from is
//! not known here.

use serde::Serialize;

use crate::gate::{Judged, Level, Standing, Verdict};

/// A sign, and how heavily it weighs.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Mark {
    pub(super) sign: &'static str,
    /// `pass`, `fail`, `warn` or `note`, as the page calls it; empty where nothing is weighed.
    pub(super) weight: &'static str,
}

impl Mark {
    /// The mark of a verdict that decides something.
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self { sign: "✓", weight: "pass" },
            Verdict::Fail => Self { sign: "✗", weight: "fail" },
            Verdict::Undefined => Self { sign: "?", weight: "fail" },
        }
    }

    /// The mark of an expectation or of a claim.
    pub(super) fn of_judged(judged: &Judged) -> Self {
        let mark = Self::of(judged.verdict);
        match (judged.expectation.level, judged.verdict) {
            (Level::Note, Verdict::Fail) => Self { sign: "≠", weight: "note" },
            (Level::Note, Verdict::Undefined) => Self { weight: "note", ..mark },
            _ => mark,
        }
    }

    /// The mark of a figure compared with its accepted value.
    pub(super) fn of_standing(standing: Standing) -> Self {
        match standing {
            Standing::Same | Standing::Within | Standing::Changed => Self::NEWS,
            Standing::Better => Self { sign: "+", weight: "pass" },
            Standing::Inconclusive => Self { sign: "!", weight: "warn" },
            Standing::Worse => Self::of(Verdict::Fail),
            Standing::Undefined => Self::of(Verdict::Undefined),
        }
    }

    /// The mark of what is worth knowing and weighs nothing.
    pub(super) const NEWS: Self = Self { sign: "·", weight: "" };

    /// The sign for a terminal, in its colour if wanted.
    pub(super) fn on_terminal(self, colour: bool) -> String {
        let code = match self.weight {
            "pass" => 32,
            "fail" => 31,
            "warn" => 33,
            "" => return self.sign.to_owned(),
            _ => 90,
        };
        if colour { format!("\u{1b}[{code}m{}\u{1b}[0m", self.sign) } else { self.sign.to_owned() }
    }
}
