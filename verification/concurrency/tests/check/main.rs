//! Checks of caches under concurrency: does a role change that has been told ever come undone?
//!
//! The same programs, the same database and the same judge go over the crate's caches and over many that are wrong
//! in one way each, so that the checks themselves are checked.
//!
//! | layer | what | command |
//! |---|---|---|
//! | exhaustive | every interleaving of every program of two threads with two operations each, by loom | `RUSTFLAGS='--cfg checker="loom"' cargo test --release -p rolesim-concurrency --target-dir target/loom --test check face -- --nocapture` |
//! | random | larger programs in random orders, by shuttle | `RUSTFLAGS='--cfg checker="shuttle"' cargo test --release -p rolesim-concurrency --target-dir target/shuttle --test check face -- --nocapture` |
//! | machine | larger programs on real threads; moka and quick_cache too | `cargo test --release -p rolesim-concurrency --test check machine -- --nocapture` |
//! | the wrong caches | each is caught, and the table says how | `cargo test --release -p rolesim-concurrency --test check wrong -- --nocapture` |
//!
//! `ROLESIM_NIGHTLY=1` makes it a million random schedules and a hundred times as many on real threads;
//! `ROLESIM_SEED=17` plays one seed again.
// Under a checker's locks only the faces are looked at.
#![cfg_attr(any(checker = "loom", checker = "shuttle"), allow(dead_code))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod database;
mod exhaustive;
mod faces;
mod history;
#[cfg(not(any(checker = "loom", checker = "shuttle")))]
mod machine;
mod program;
mod random;
mod reference_cache;
mod run;
mod runtime;
mod subprocess;
mod wrong;
