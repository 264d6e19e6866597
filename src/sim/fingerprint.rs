//! The fingerprint of a day: a sum over all requests, whatever their order, of a hash of who asked when and what the
//! answer was.

use super::block::Request;
use crate::model::RoleId;
use crate::workload::{Users, mix};

/// A hash of a request's user and start.
pub(super) fn key(users: &Users, request: &Request) -> u64 {
    Instant::default().key(users.key(request.user), request.at_us)
}

/// An instant and its hash: many requests start at the same one.
pub(super) struct Instant {
    at_us: u64,
    mixed: u64,
}

impl Default for Instant {
    fn default() -> Self {
        Self { at_us: 0, mixed: mix(0) }
    }
}

impl Instant {
    /// A hash of a user's key and a start.
    #[inline]
    pub(super) fn key(&mut self, user: u64, at_us: u64) -> u64 {
        if at_us != self.at_us {
            *self = Self { at_us, mixed: mix(at_us) };
        }
        mix(user ^ self.mixed)
    }
}

/// What a request of this key adds that was answered with a role.
#[inline]
pub(super) fn answered(key: u64, role: RoleId) -> u64 {
    mix(key.wrapping_add(1 + u64::from(role.0)))
}

/// What a request of this key adds that failed.
pub(super) fn failed(key: u64) -> u64 {
    mix(key)
}
