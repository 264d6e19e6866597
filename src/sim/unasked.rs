//! Reductions of roles after which the user has not asked yet.

use rustc_hash::FxHashMap;

use super::bits::Bits;
use crate::cache::Version;
use crate::ledger::History;

/// Bytes for a user who has not asked: measured where the table has just grown, rounded up.
const ENTRY_BYTES: usize = 24;

/// By user, the version of the first commit since the user last asked that reduced the role.
#[derive(Debug, Default)]
pub(super) struct Unasked {
    /// A bit for each user, which is all that most requests look at.
    marked: Bits,
    first: FxHashMap<u32, u32>,
}

impl Unasked {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The memory that it takes, in bytes.
    pub(super) fn held_bytes(&self) -> u64 {
        (self.first.len() * ENTRY_BYTES) as u64 + self.marked.held_bytes()
    }

    /// A commit of this version reduced a user's role.
    pub(super) fn reduced(&mut self, user: u32, version: Version) {
        self.marked.insert(user);
        // Versions number commits, of which there are fewer than 2^32.
        self.first.entry(user).or_insert(version.0 as u32);
    }

    /// A user asks: when the reductions were committed, latest first, that this is the first request after.
    #[inline]
    pub(super) fn asks(&mut self, user: u32, history: &History) -> Vec<u64> {
        if !self.marked.contains(user) {
            return Vec::new();
        }
        self.marked.remove(user);
        let first = self.first.remove(&user).map(|version| Version(version.into()));
        first.map_or(Vec::new(), |first| history.reductions_since(user, first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RoleId;

    #[test]
    fn the_first_request_answers_for_all_reductions_before_it() {
        let (mut unasked, mut history) = (Unasked::default(), History::default());
        for (user, role, before, at_us) in [(70, 2, 3, 10), (70, 4, 2, 15), (70, 1, 4, 20), (3, 0, 1, 30)] {
            let commit = history.commit(user, RoleId(role), RoleId(before), at_us, at_us);
            if commit.charged().reduction {
                unasked.reduced(user, commit.row.version);
            }
        }
        assert!(unasked.asks(6, &history).is_empty());
        assert_eq!(unasked.asks(70, &history), [20, 10]);
        assert!(unasked.asks(70, &history).is_empty() && !unasked.is_empty());
        let commit = history.commit(70, RoleId(0), RoleId(1), 40, 40);
        unasked.reduced(70, commit.row.version);
        assert_eq!((unasked.asks(3, &history), unasked.asks(70, &history)), (vec![30], vec![40]));
        assert!(unasked.is_empty());
    }
}
