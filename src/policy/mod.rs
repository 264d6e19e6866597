//! Cache policies: an open set, each a file with its descriptor and what it does.
//!
//! A [`PolicySpec`] is a policy with its options, as a scenario names it and as the engine runs it. Everything else in the
//! program asks its [`PolicyDescriptor`]. A policy knows the engine's [`Policy`](crate::sim::Policy) and
//! [`Candidate`](crate::sim::Candidate); it does *not* know how a day is played or judged, nor any other policy but those
//! that it is compared with.

mod ageing;
mod cached;
mod dense;
mod descriptor;
mod event;
mod idle;
mod option;
mod oracle;
mod registry;
mod snapshot;
mod spec;
mod spec_error;
mod token;
mod ttl;
mod uncached;

#[doc(hidden)]
pub use dense::{Dense, Lasting, Slot, Timed, UserStore};
pub use descriptor::{Candidacy, Counterpart, Hearing, Life, Memory, PolicyDescriptor};
pub use event::EVENT;
pub use idle::IDLE;
pub use option::{
    Conflict, OptionDefault, OptionError, OptionKind, OptionSpec, OptionValue, OptionValues, Requirement,
    Word,
};
pub use oracle::ORACLE;
pub use registry::{POLICIES, life_option, policy_names};
pub use snapshot::SNAPSHOT;
pub use spec::{CacheSpec, PolicySpec};
pub use spec_error::CacheSpecError;
pub use token::TOKEN;
pub use ttl::TTL;
pub use uncached::NONE;
