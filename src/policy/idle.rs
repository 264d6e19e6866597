//! `idle`: the TTL cache whose hits start the life of an entry again.

use super::descriptor::PolicyDescriptor;
use super::ttl::{build, expiring};

/// The idle cache.
pub static IDLE: PolicyDescriptor = PolicyDescriptor {
    example: "idle:5m",
    ..expiring("idle", "the same, but every hit starts the life again", |options, setting| {
        build(options, true, setting)
    })
};
