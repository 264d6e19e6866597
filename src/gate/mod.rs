//! Judging: what was expected against what was measured. Pure; knows nothing of files and formats.

mod expectation;

pub use expectation::{Bounds, Expectation, Judged, Level, Verdict, judge, overall};
