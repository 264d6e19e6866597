//! The newest version that each user was answered with, to notice answers that go back.

use crate::cache::Version;
use crate::sim::packed::Packed;

/// By user's dense number; users whose rows never changed take no room behind the last that did.
#[derive(Debug, Default)]
pub(super) struct Newest {
    versions: Vec<u32>,
}

impl Newest {
    /// A user is answered; true if an earlier answer had a newer version.
    #[inline]
    pub(super) fn goes_back(&mut self, user: u32, version: Version) -> bool {
        let index = user as usize;
        let known = self.versions.get(index).copied().unwrap_or(0);
        // Versions number commits, of which there are fewer than 2^32.
        let version = version.0 as u32;
        if version > known {
            if index >= self.versions.len() {
                self.versions.resize(index + 1, 0);
            }
            self.versions[index] = version;
        }
        version < known
    }

    /// Users are answered with the truth.
    #[inline]
    pub(super) fn see_all(&mut self, users: impl Iterator<Item = u32>, truth: &[Packed]) {
        // Most users never change, and then there is nothing to remember.
        if truth.iter().fold(0, |any, row| any | row.version().0) == 0 {
            return;
        }
        for (user, row) in users.zip(truth).filter(|(_, row)| row.version() > Version(0)) {
            self.goes_back(user, row.version());
        }
    }

    /// The memory that it takes, in bytes.
    pub(super) fn held_bytes(&self) -> u64 {
        (self.versions.capacity() * size_of::<u32>()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Row;
    use crate::model::RoleId;

    #[test]
    fn an_answer_goes_back_if_it_is_older_than_one_before() {
        let mut newest = Newest::default();
        let answers = [(3, 5), (3, 4), (3, 5), (9, 1), (3, 6), (3, 0), (9, 0)];
        let back = answers.map(|(user, version)| newest.goes_back(user, Version(version)));
        assert_eq!(back, [false, true, false, false, false, true, true]);
    }

    #[test]
    fn only_changed_rows_are_remembered() {
        let row = |version| Packed::new(Row { role: RoleId(1), version: Version(version) });
        let mut newest = Newest::default();
        newest.see_all([1, 2].into_iter(), &[row(0), row(0)]);
        assert_eq!(newest.held_bytes(), 0);
        newest.see_all([1, 2].into_iter(), &[row(0), row(8)]);
        assert!(newest.goes_back(2, Version(7)) && !newest.goes_back(1, Version(0)));
    }
}
