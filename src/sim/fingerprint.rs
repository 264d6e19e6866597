//! The fingerprint of a day: a sum over all requests, whatever their order, of a hash of the user, the
//! instant and the answer.

use crate::model::RoleId;
use crate::workload::mix;

/// A hash of a request: of its user's word and of its start in microseconds.
pub(super) fn key(user: u64, at_us: u64) -> u64 {
    Instant::default().key(user, at_us)
}

/// Any number will do; so an instant of 0 is hashed like any other.
const SALT: u64 = 0x6a09_e667_f3bc_c908;

/// An instant and its hash: many requests start at the same one.
pub(super) struct Instant {
    at_us: u64,
    mixed: u64,
}

impl Default for Instant {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Instant {
    fn new(at_us: u64) -> Self {
        Self { at_us, mixed: mix(at_us ^ SALT) }
    }

    /// A hash of a user's word and a start.
    #[inline]
    pub(super) fn key(&mut self, user: u64, at_us: u64) -> u64 {
        if at_us != self.at_us {
            *self = Self::new(at_us);
        }
        user ^ self.mixed
    }
}

/// What a request of this key adds that was answered with a role.
#[inline]
pub(super) fn answered(key: u64, role: RoleId) -> u64 {
    folded(key, FACTOR + 2 * u64::from(role.0))
}

/// What a request of this key adds that failed.
pub(super) fn failed(key: u64) -> u64 {
    folded(key, FACTOR - 2)
}

/// Any odd number of many bits will do, and so will those near it.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product, one upon the other: by which factor cannot be told from sums of keys.
#[inline]
fn folded(key: u64, factor: u64) -> u64 {
    let product = u128::from(key) * u128::from(factor);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn user_instant_and_answer_decide_and_the_order_does_not() {
        let print = |answers: &[(u64, u64, Option<u8>)]| {
            answers.iter().fold(0u64, |sum, (user, at_us, role)| {
                let key = key(*user, *at_us);
                sum.wrapping_add(role.map_or(failed(key), |role| answered(key, RoleId(role))))
            })
        };
        let some = |user, at_us, role| (user, at_us, Some(role));
        assert_eq!(print(&[some(1, 5, 0), some(2, 7, 1)]), print(&[some(2, 7, 1), some(1, 5, 0)]));
        let different = [
            print(&[some(1, 5, 0), some(2, 7, 1)]),
            print(&[some(1, 5, 1), some(2, 7, 0)]),
            print(&[some(2, 5, 0), some(1, 7, 1)]),
            print(&[some(1, 7, 0), some(2, 5, 1)]),
            print(&[some(5, 1, 0), some(7, 2, 1)]),
            print(&[some(1, 5, 0), (2, 7, None)]),
            print(&[(1, 5, None), some(2, 7, 1)]),
            print(&[some(1, 5, 0)]),
        ];
        assert_eq!(BTreeSet::from(different).len(), different.len());
    }

    #[test]
    fn every_request_and_every_role_adds_something_else() {
        let all = (0..200u64).flat_map(|user| (0..200).map(move |at_us| (user, at_us)));
        let prints = all.flat_map(|(user, at_us)| {
            let key = key(user, at_us);
            (0..4).map(move |role| answered(key, RoleId(role))).chain([failed(key)])
        });
        assert_eq!(prints.collect::<BTreeSet<u64>>().len(), 200 * 200 * 5);
    }
}
