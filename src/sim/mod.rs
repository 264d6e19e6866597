//! The simulated day: the mock database, the order of things, and every cache in lock-step.
//!
//! [`simulate`] runs a day for several caches at once. The world (script, commits, events, requests) is
//! played once and handed on in blocks, with the truth at each request; then each cache works through the
//! block with its own fetches and sweeps. No I/O, no wall clock, and no randomness but the workload's.

mod block;
mod database;
mod engine;
mod fetches;
mod fingerprint;
mod foreign;
mod held;
mod history;
mod hours;
mod keys;
mod lane;
mod lanes;
mod marks;
mod observer;
mod parts;
mod place;
mod queue;
mod serving;
mod subject;
mod timetable;
mod tracker;
mod world;

pub use block::{Event, Moment, MomentKind, Request};
pub use engine::{CacheOutcome, Outcome, Plan, SimError, simulate, simulate_beside};
pub use foreign::Foreign;
pub use held::Held;
pub use observer::{Answered, Contents, Observer, Outcome as RequestOutcome, Scene};
pub use parts::{Undivided, simulate_in_parts, simulate_on, undivided};
pub use tracker::{Callback, Tracker};
