//! From a path to a report: reading a scenario and the recorded day next to it, one pass, and the verdicts.
//!
//! The command line and the test bed do this alike. It knows files, and what an error is worth as an exit
//! code; it knows neither arguments nor streams that are written to.

// The test bed does one run at a time; a part of what is shared serves commands alone.
#![cfg_attr(not(feature = "cli"), allow(dead_code))]

pub(crate) mod accepted;
#[cfg(feature = "cli")]
pub(crate) mod candidates;
pub(crate) mod day;
#[cfg(feature = "cli")]
pub(crate) mod explain;
pub(crate) mod failure;
mod files;
mod guarantee;
pub(crate) mod load;
#[cfg(feature = "cli")]
pub(crate) mod parallel;
#[cfg(feature = "cli")]
pub(crate) mod replications;
#[cfg(feature = "cli")]
pub(crate) mod saved_files;
#[cfg(feature = "cli")]
pub(crate) mod sweep;
#[cfg(feature = "cli")]
pub(crate) mod synthesize;

#[cfg(feature = "cli")]
pub(crate) use parallel::Progress;
