//! A digest of rows as they come: fast, and the same however the rows were written.
//!
//! Not a safeguard against anyone who wants two days to look alike; it tells days apart that differ by accident.

use xxhash_rust::xxh3::Xxh3;

use crate::workload::{RecordedRows, RowKind};

/// Words that are hashed at once.
const AT_ONCE: usize = 512;

/// Hashes rows, column by column, since that is how they come.
pub(super) struct RowDigest {
    rows: u64,
    moments: Xxh3,
    /// The last instant so far, and how many rows are at it: there may come more.
    last: (u64, u64),
    words: Xxh3,
    /// Rows that are no requests.
    others: Xxh3,
}

impl Default for RowDigest {
    fn default() -> Self {
        Self { rows: 0, moments: Xxh3::new(), last: (0, 0), words: Xxh3::new(), others: Xxh3::new() }
    }
}

impl RowDigest {
    /// Takes rows in.
    pub(super) fn rows(&mut self, rows: &RecordedRows) {
        let mut over = Vec::with_capacity(rows.moments().len());
        for (at_us, count) in rows.moments() {
            if self.last.0 != *at_us {
                over.push([self.last.0.to_le_bytes(), self.last.1.to_le_bytes()]);
                self.last = (*at_us, 0);
            }
            self.last.1 += *count as u64;
        }
        self.moments.update(over.as_flattened().as_flattened());
        update(&mut self.words, rows.words());
        for (place, kind) in rows.others() {
            let (kind, role) = match kind {
                RowKind::Request => (0, 0),
                RowKind::Change(role) => (1, role.0),
                RowKind::Other => (2, 0),
            };
            update(&mut self.others, &[self.rows + *place as u64, kind, role.into()]);
        }
        self.rows += rows.len() as u64;
    }

    /// The digest of the rows so far, in 32 hex digits.
    pub(super) fn hex(&self) -> String {
        let mut all = Xxh3::new();
        update(&mut all, &[self.rows, self.last.0, self.last.1]);
        for column in [&self.moments, &self.words, &self.others] {
            all.update(&column.digest128().to_le_bytes());
        }
        format!("{:032x}", all.digest128())
    }
}

/// Takes words in, the same bytes of them on every machine.
fn update(hash: &mut Xxh3, words: &[u64]) {
    let mut bytes = [[0; 8]; AT_ONCE];
    for some in words.chunks(AT_ONCE) {
        bytes.iter_mut().zip(some).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
        hash.update(bytes[..some.len()].as_flattened());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleId;

    #[test]
    fn every_part_of_a_row_counts_and_so_does_the_order() {
        let digest = |all: &[(u64, RowKind, u64)]| {
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
