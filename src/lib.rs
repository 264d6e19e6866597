//! rolesim replays a day of role lookups against a real event-driven cache and against TTL caches,
//! and says of every answer whether it was still true.
//!
//! The layers, each naming only those below it:
//!
//! | layer | module | knows |
//! |---|---|---|
//! | 9 | [`cli`] | arguments, files, streams, exit codes, the wall clock |
//! | 9 | [`testbed`] | a team's own cache under a scenario, in a test of its own |
//! | 8 | `run` | from a path to a report, for both |
//! | 7 | [`scenario`], [`trace`], [`report`] | text and bytes in; text out |
//! | 6 | [`gate`] | judging: expectations against measured values |
//! | 5 | [`policy`] | the cache policies, each with what the rest asks about it |
//! | 4 | [`sim`] | the simulated day; no I/O, no wall clock |
//! | 3 | [`ledger`] | what was committed, whether answers were true, and what is counted |
//! | 3 | [`workload`] | what happens on a day: users, requests, changes; the only randomness |
//! | 2 | [`metrics`] | what is measured, in integers |
//! | 1 | [`model`] | validated words |
//! | 0 | [`cache`] | the cache itself, and nothing of the above |
//!
//! Features: `cli` (default) is everything; `sim` is everything but the command line, for a test bed; with neither
//! there is the cache alone, which depends on nothing but the standard library.

#![cfg_attr(not(feature = "cli"), allow(rustdoc::broken_intra_doc_links))]

pub mod cache;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
#[cfg(feature = "cli")]
#[allow(clippy::panic, missing_docs)]
pub mod fuzzing;
#[cfg(feature = "sim")]
pub mod gate;
#[cfg(feature = "sim")]
pub mod ledger;
#[cfg(feature = "sim")]
pub mod metrics;
#[cfg(feature = "sim")]
pub mod model;
#[cfg(feature = "sim")]
pub mod policy;
#[cfg(feature = "sim")]
pub mod report;
#[cfg(feature = "sim")]
mod run;
#[cfg(feature = "sim")]
pub mod scenario;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "sim")]
pub mod testbed;
#[cfg(feature = "sim")]
pub mod trace;
#[cfg(feature = "sim")]
pub mod workload;
