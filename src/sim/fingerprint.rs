//! The fingerprint of a day: a sum over all requests, whatever their order, of a hash of who asked when and what the
//! answer was.

use super::block::Request;
use crate::model::RoleId;
use crate::workload::{Users, mix};

/// A hash of a request's user and start.
#[inline]
pub(super) fn key(users: &Users, request: &Request) -> u64 {
    mix(users.key(request.user) ^ mix(request.at_us))
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
