//! A digest of rows as they come: fast, and the same however the rows were written.
//!
//! Not a safeguard against anyone who wants two days to look alike; it tells days apart that differ by accident.

use xxhash_rust::xxh3::Xxh3;

use crate::workload::{RecordedRow, RowKind};

/// Bytes of a row: when, who, and what.
const ROW: usize = 18;
/// Rows that are hashed at once.
const AT_ONCE: usize = 1024;

/// Hashes rows.
pub(super) struct RowDigest {
    hash: Xxh3,
    waiting: Vec<[u8; ROW]>,
}

impl Default for RowDigest {
    fn default() -> Self {
        Self { hash: Xxh3::new(), waiting: Vec::with_capacity(AT_ONCE) }
    }
}

impl RowDigest {
    /// Takes rows in, whose users' ids the keys stand for.
    pub(super) fn rows(&mut self, mut rows: &[RecordedRow], mut keys: &[u64]) {
        while !rows.is_empty() {
            let count = rows.len().min(AT_ONCE - self.waiting.len());
            let (now, later) = rows.split_at(count);
            self.waiting.extend(now.iter().zip(keys).map(|(row, key)| bytes(row.at_us, row.kind, *key)));
            (rows, keys) = (later, &keys[count..]);
            if self.waiting.len() == AT_ONCE {
                self.hash.update(self.waiting.as_flattened());
                self.waiting.clear();
            }
        }
    }

    /// The digest of the rows so far, in 32 hex digits.
    pub(super) fn hex(&self) -> String {
        let mut hash = self.hash.clone();
        hash.update(self.waiting.as_flattened());
        format!("{:032x}", hash.digest128())
    }
}

/// A row as it is hashed.
#[inline]
fn bytes(at_us: u64, kind: RowKind, key: u64) -> [u8; ROW] {
    let kind = match kind {
        RowKind::Request => [0, 0],
        RowKind::Change(role) => [1, role.0],
        RowKind::Other => [2, 0],
    };
    let mut row = [0; ROW];
    row[..8].copy_from_slice(&at_us.to_le_bytes());
    row[8..16].copy_from_slice(&key.to_le_bytes());
    row[16..].copy_from_slice(&kind);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleId;

    #[test]
    fn every_part_of_a_row_counts_and_so_does_the_order() {
        let digest = |rows: &[(u64, RowKind, u64)]| {
            let mut digest = RowDigest::default();
            for &(at_us, kind, key) in rows {
                digest.rows(&[RecordedRow { at_us, user: 0, kind }], &[key]);
            }
            digest.hex()
        };
        let (a, b) = ((1, RowKind::Request, 7), (1, RowKind::Request, 8));
        let all = [
            digest(&[]),
            digest(&[a]),
            digest(&[b]),
            digest(&[a, b]),
            digest(&[b, a]),
            digest(&[(2, RowKind::Request, 7)]),
            digest(&[(1, RowKind::Other, 7)]),
            digest(&[(1, RowKind::Change(RoleId(0)), 7)]),
            digest(&[(1, RowKind::Change(RoleId(1)), 7)]),
            digest(&vec![a; 1024]),
            digest(&vec![a; 1025]),
        ];
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(digest(&vec![a; 5000]), digest(&vec![a; 5000]));
    }
}
