//! `idle`: the TTL cache whose hits start the life of an entry again.

use super::descriptor::PolicyDescriptor;
use super::ttl::{build, expiring};

/// The idle cache.
pub static IDLE: PolicyDescriptor = PolicyDescriptor {
    example: "idle:5m",
    ..expiring("idle", "as `ttl:D`, but every hit starts the life of an entry again", |options, setting| {
        build(options, true, setting)
    })
};
