//! Tests of the whole: the crate's public interface and its command line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod check;
mod choose;
mod cli;
mod core_model;
mod custom_policy;
mod day;
mod differential;
mod docs;
mod explain;
mod fast_paths;
mod hostile;
mod independence;
mod init;
mod intervals;
mod layers;
mod logs;
mod naive;
mod plain_cache;
mod policies;
mod random_day;
mod ratchet;
mod readme;
mod rules;
mod runs;
mod saved;
#[path = "../support/small_day.rs"]
mod small_day;
mod sweep;
mod testbed;
mod tidy;
mod tier;
mod trace_convert;
mod traces;
