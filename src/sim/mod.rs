//! The simulated day: the mock database, the order of things, and every cache in lock-step.
//!
//! [`simulate`] runs a day for several caches at once. The world (script, commits, events, requests) is
//! played once and handed on in blocks, with the truth at each request; then each cache works through the
//! block with its own fetches and sweeps. No I/O, no wall clock, and no randomness but the workload's.

mod bits;
mod block;
mod callback;
mod candidate;
mod certainty;
mod clock_marks;
mod coupling;
mod database;
mod draw_keys;
mod engine;
mod external_cache;
mod fault_schedule;
mod fetches;
mod fingerprint;
mod lane;
mod memory_use;
mod observer;
mod packed;
mod policy;
mod queue;
mod read_service;
mod sharding;
mod unasked;
mod world;

pub use block::{Event, Moment, MomentKind, Request};
pub use callback::Callback;
pub use candidate::{Candidate, CandidateLane, Guarantee};
pub use certainty::Certainty;
pub use coupling::{Coupling, Undivided};
pub use draw_keys::DrawKeys;
pub use engine::{CacheOutcome, Outcome, PartOutcome, Plan, SimError, simulate};
pub use external_cache::{External, ExternalCache};
pub use lane::{HeldRole, LaneSetting, followed_bytes};
pub use memory_use::MemoryUse;
pub use observer::{Answered, Contents, Observer, RequestOutcome, Scene};
pub use packed::Packed;
pub use policy::{Background, CommittedRows, Joinable, LevelReply, Policy, Reply, Scope, Timer};
pub use sharding::{simulate_in_parts, simulate_on, undivided};
