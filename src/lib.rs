//! rolesim replays a day of role lookups against a real event-driven cache and against TTL caches,
//! and says of every answer whether it was still true.
//!
//! The layers, each naming only those below it:
//!
//! | layer | module | knows |
//! |---|---|---|
//! | 7 | [`cli`] | arguments, files, streams, exit codes, the wall clock |
//! | 7 | [`testbed`] | a team's own cache under a scenario, in a test of its own |
//! | 6 | `run` | from a path to a report, for both |
//! | 5 | [`scenario`], [`trace`], [`report`] | text and bytes in; text out |
//! | 4 | [`gate`] | judging: expectations against measured values |
//! | 3 | [`policy`] | the cache policies, each with what the rest asks about it |
//! | 2 | [`sim`], [`workload`] | the simulated day; no I/O, no wall clock |
//! | 1 | [`model`], [`metrics`] | validated words; integers |
//! | 0 | [`cache`] | the cache itself, and nothing of the above |
//!
//! A bot that takes the cache alone switches the feature `cli` off and pulls in nothing else.

#![cfg_attr(not(feature = "cli"), allow(rustdoc::broken_intra_doc_links))]

pub mod cache;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
#[cfg(feature = "cli")]
#[allow(clippy::panic, missing_docs)]
pub mod fuzzing;
#[cfg(feature = "cli")]
pub mod gate;
#[cfg(feature = "cli")]
pub mod metrics;
#[cfg(feature = "cli")]
pub mod model;
#[cfg(feature = "cli")]
pub mod policy;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
mod run;
#[cfg(feature = "cli")]
pub mod scenario;
#[cfg(feature = "cli")]
pub mod sim;
#[cfg(feature = "cli")]
pub mod testbed;
#[cfg(feature = "cli")]
pub mod trace;
#[cfg(feature = "cli")]
pub mod workload;
