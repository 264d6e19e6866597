//! A digest of rows as they come: fast, and the same however the rows were written.
//!
//! Not a safeguard against anyone who wants two days to look alike; it tells days apart that differ by accident.

use xxhash_rust::xxh3::Xxh3;

use crate::workload::RowKind;

/// Bytes of a row: when, who, and what.
const ROW: usize = 18;
/// Rows that are hashed at once.
const AT_ONCE: usize = 1024;

/// Hashes rows.
pub(super) struct RowDigest {
    hash: Xxh3,
    waiting: Vec<u8>,
}

impl Default for RowDigest {
    fn default() -> Self {
        Self { hash: Xxh3::new(), waiting: Vec::with_capacity(ROW * AT_ONCE) }
    }
}

impl RowDigest {
    /// Takes a row in; `key` stands for its user's id.
    pub(super) fn row(&mut self, at_us: u64, kind: RowKind, key: u64) {
        let kind = match kind {
            RowKind::Request => [0, 0],
            RowKind::Change(role) => [1, role.0],
            RowKind::Other => [2, 0],
        };
        let mut row = [0; ROW];
        row[..8].copy_from_slice(&at_us.to_le_bytes());
        row[8..16].copy_from_slice(&key.to_le_bytes());
        row[16..].copy_from_slice(&kind);
        self.waiting.extend_from_slice(&row);
        if self.waiting.len() >= ROW * AT_ONCE {
            self.hash.update(&self.waiting);
            self.waiting.clear();
        }
    }

    /// The digest of the rows so far, in 32 hex digits.
    pub(super) fn hex(&self) -> String {
        let mut hash = self.hash.clone();
        hash.update(&self.waiting);
        format!("{:032x}", hash.digest128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleId;

    #[test]
    fn every_part_of_a_row_counts_and_so_does_the_order() {
        let digest = |rows: &[(u64, RowKind, u64)]| {
            let mut digest = RowDigest::default();
            rows.iter().for_each(|(at_us, kind, key)| digest.row(*at_us, *kind, *key));
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
