//! From a path to a report: reading a scenario and the recorded day beside it, one pass, and the verdicts.
//!
//! The command line and the test bed do this alike. It knows files, and what an error is worth as an exit
//! code; it knows neither arguments nor streams that are written to.

pub(crate) mod accepted;
pub(crate) mod day;
pub(crate) mod exit;
pub(crate) mod explain;
pub(crate) mod load;
pub(crate) mod parallel;
mod promise;
pub(crate) mod resemble;
pub(crate) mod runs;
pub(crate) mod sweep;

pub(crate) use parallel::Progress;
