//! A digest of rows: a sum over them, so that rows of different users can be digested apart and added up.
//!
//! The same however the rows were written. Of one user's rows the order counts where it means something: by time, and
//! around changes at one instant. Not a safeguard against anyone who wants two days to look alike; it tells days apart
//! that differ by accident.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use crate::workload::{RecordedRows, RowKind, mix};

/// Adds up hashes of rows.
#[derive(Debug, Default)]
pub(super) struct RowDigest {
    rows: u64,
    /// Modulo 2^128.
    sum: u128,
    /// The last instant so far, and how many changes each user had at it: by the word of the user.
    last_us: u64,
    changes: FxHashMap<u64, u64>,
}

/// What a row says beyond who and when: its kind and role, and how many changes its user had before at that instant.
fn saying(kind: RowKind, changes: u64) -> u64 {
    let (kind, role) = match kind {
        RowKind::Request => (0, 0),
        RowKind::Change(role) => (1, role.0),
        RowKind::Other => (2, 0),
    };
    changes << 16 | kind << 8 | u64::from(role)
}

/// What an instant and a saying contribute to the hashes of rows.
#[derive(Clone, Copy)]
struct Factors(u64, u64);

impl Factors {
    fn new(at_us: u64, saying: u64) -> Self {
        let first = mix(at_us ^ mix(saying));
        Self(first, mix(first))
    }

    /// The hash of a user's row: a product in which the word stands twice, so that sums of rows do not cancel.
    #[inline]
    fn row(self, word: u64) -> u128 {
        u128::from(word ^ self.0) * u128::from(word.rotate_left(32) ^ self.1)
    }
}

impl RowDigest {
    /// Takes rows in, in the order of time.
    pub(super) fn rows(&mut self, rows: &RecordedRows) {
        let mut others = rows.others().iter().peekable();
        let mut start = 0;
        for (at_us, count) in rows.moments() {
            let end = start + count;
            if *at_us != self.last_us {
                self.last_us = *at_us;
                self.changes.clear();
            }
            let words = &rows.words()[start..end];
            let is_plain = self.changes.is_empty() && others.peek().is_none_or(|(place, _)| *place >= end);
            if is_plain {
                let request = Factors::new(*at_us, saying(RowKind::Request, 0));
                self.sum = words.iter().fold(self.sum, |sum, word| sum.wrapping_add(request.row(*word)));
            } else {
                for (place, word) in (start..).zip(words) {
                    let other = others.next_if(|(other, _)| *other == place);
                    self.row(*at_us, *word, other.map_or(RowKind::Request, |(_, kind)| *kind));
                }
            }
            start = end;
        }
        self.rows += rows.len() as u64;
    }

    fn row(&mut self, at_us: u64, word: u64, kind: RowKind) {
        let before = self.changes.get(&word).copied().unwrap_or(0);
        self.sum = self.sum.wrapping_add(Factors::new(at_us, saying(kind, before)).row(word));
        if matches!(kind, RowKind::Change(_)) {
            self.changes.insert(word, before + 1);
        }
    }

    /// The digest of the rows so far, in 32 hex digits.
    pub(super) fn hex(&self) -> String {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.rows.to_le_bytes());
        bytes[8..].copy_from_slice(&self.sum.to_le_bytes());
        format!("{:032x}", xxh3_128(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleId;

    fn digest(all: &[(u64, RowKind, u64)]) -> String {
        let mut digest = RowDigest::default();
        // However many come at once.
        for some in all.chunks(700) {
            let mut rows = RecordedRows::default();
            for &(at_us, kind, word) in some {
                rows.push_unnamed(at_us, kind);
                rows.name(rows.len() - 1, 0, word);
            }
            digest.rows(&rows);
        }
        digest.hex()
    }

    const CHANGE: RowKind = RowKind::Change(RoleId(0));
    const OTHER_CHANGE: RowKind = RowKind::Change(RoleId(1));

    #[test]
    fn every_part_of_a_row_counts() {
        let (a, b) = ((1, RowKind::Request, 7), (1, RowKind::Request, 8));
        let all = [
            digest(&[]),
            digest(&[a]),
            digest(&[b]),
            digest(&[a, b]),
            digest(&[a, (2, RowKind::Request, 8)]),
            digest(&[(1, RowKind::Request, 8), (2, RowKind::Request, 7)]),
            digest(&[(2, RowKind::Request, 7)]),
            digest(&[(1, RowKind::Other, 7)]),
            digest(&[(1, CHANGE, 7)]),
            digest(&[(1, OTHER_CHANGE, 7)]),
            digest(&vec![a; 1024]),
            digest(&vec![a; 1025]),
        ];
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(digest(&vec![a; 5000]), digest(&vec![a; 5000]));
    }

    #[test]
    fn order_counts_where_it_means_something() {
        let (ask, lower, raise) = ((5, RowKind::Request, 7), (5, CHANGE, 7), (5, OTHER_CHANGE, 7));
        let orders = [
            [ask, lower, raise],
            [ask, raise, lower],
            [lower, ask, raise],
            [raise, ask, lower],
            [lower, raise, ask],
        ];
        let distinct: std::collections::BTreeSet<String> = orders.iter().map(|rows| digest(rows)).collect();
        assert_eq!(distinct.len(), orders.len());
        // Other users at the same instant do not matter, nor does where a batch ends.
        let other = (5, RowKind::Request, 9);
        assert_eq!(digest(&[other, ask, lower]), digest(&[ask, other, lower]));
        let mut many = vec![other; 699];
        many.extend([lower, ask]);
        let mut moved = vec![lower, ask];
        moved.extend(vec![other; 699]);
        assert_eq!(digest(&many), digest(&moved));
    }

    #[test]
    fn rows_of_different_users_add_up() {
        let rows: Vec<_> = (0..3000u64)
            .map(|n| (n / 7, if n % 11 == 0 { CHANGE } else { RowKind::Request }, mix(n % 40)))
            .collect();
        let sum = |keep: &dyn Fn(u64) -> bool| {
            let mut digest = RowDigest::default();
            let mut own = RecordedRows::default();
            for (at_us, kind, word) in rows.iter().copied().filter(|(_, _, word)| keep(*word)) {
                own.push_unnamed(at_us, kind);
                own.name(own.len() - 1, 0, word);
            }
            digest.rows(&own);
            digest
        };
        let [whole, even, odd] = [sum(&|_| true), sum(&|word| word % 2 == 0), sum(&|word| word % 2 == 1)];
        assert_eq!((whole.rows, whole.sum), (even.rows + odd.rows, even.sum.wrapping_add(odd.sum)));
    }
}
