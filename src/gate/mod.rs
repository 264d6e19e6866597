//! Judging: what was expected against what was measured, and what was accepted once against what is measured now.
//!
//! Pure; knows nothing of files and formats. One function, [`verdict`], says whether a report passes; texts, files
//! and the exit code only repeat it.

mod change_verdict;
mod cheapest;
mod comparison;
mod expectation;
mod other_version;
mod rules;
mod tolerance;

pub use change_verdict::{Paired, Standing};
pub use cheapest::{Break, Choice, UpperLimit};
pub use comparison::{Change, Comparison, Figures, Pair, Run, verdict};
pub use expectation::{Bounds, Expectation, Judged, Level, Verdict, judge};
pub use other_version::OtherVersion;
pub use rules::{GateRules, GateScope};
pub use tolerance::{Amount, AmountError, Tolerances};
