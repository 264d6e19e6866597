//! Checks of caches under concurrency: does a role change that has been told ever come undone?
//!
//! The same programs, database and judge go over a cache that is right, over the crate's own, and over many
//! that are wrong in one way each, so that the checks themselves are checked.
//!
//! | what | command |
//! |---|---|
//! | exhaustive and random, wrong caches, other crates' caches | `cargo test --release --test check` |
//! | a million random schedules | `ROLESIM_NIGHTLY=1 cargo test --release --test check random` |
//! | a seed again | `ROLESIM_SEED=17 cargo test --release --test check random` |
//! | the table of wrong caches | `cargo test --release --test check wrong -- --nocapture` |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod control;
mod database;
mod exhaustive;
mod history;
mod kit;
mod others;
mod program;
mod random;
// The crate's own threaded face: switch it on when `rolesim::cache::RoleCache` exists.
// #[cfg(any(loom, shuttle))]
// mod real;
mod run;
mod scaffold;
mod wrong;
