//! The mock database: users with versioned roles, mailboxes, and the repositories that write them.
//!
//! It holds what is committed, not how long reading or writing takes, and knows no cache.

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::packed::Packed;
use crate::cache::{Row, Version};
use crate::ledger::{Commit, History};
use crate::model::RoleId;

/// What the database holds.
#[derive(Debug, Default)]
pub(super) struct Database {
    rows: Vec<Packed>,
    names: FxHashMap<u32, String>,
    creators: FxHashMap<String, u32>,
    history: History,
    /// The users who have a row: how many from the start, and by which commits the others came.
    known: Bits,
    loaded: u64,
    inserted: Vec<Version>,
}

impl Database {
    /// A user whom the database does not know has the first role, in version 0.
    pub(super) fn row(&self, user: u32) -> Row<RoleId> {
        self.packed(user).row()
    }

    /// The same, packed.
    #[inline]
    pub(super) fn packed(&self, user: u32) -> Packed {
        self.rows.get(user as usize).copied().unwrap_or_default()
    }

    /// A user's row after everything up to a position of the order of things.
    pub(super) fn row_at(&self, user: u32, position: u64) -> Row<RoleId> {
        self.history.row_at(user, position).unwrap_or_else(|| self.first_row(user))
    }

    /// The user's row before all commits.
    fn first_row(&self, user: u32) -> Row<RoleId> {
        Row { role: self.history.role_before(user).unwrap_or(self.row(user).role), version: Version(0) }
    }

    /// The user's newest row up to a version.
    pub(super) fn row_up_to(&self, user: u32, version: Version) -> Row<RoleId> {
        self.history.row_up_to(user, version).unwrap_or_else(|| self.first_row(user))
    }

    /// How many rows there were after the commit of a version.
    pub(super) fn rows_at(&self, version: Version) -> u64 {
        self.loaded + self.inserted.partition_point(|inserted| *inserted <= version) as u64
    }

    /// There will be this many users, if no more come.
    pub(super) fn expect_users(&mut self, users: usize) {
        self.rows.resize(users, Packed::default());
        self.history.expect_users(users);
    }

    /// Puts in a row that is there from the start.
    pub(super) fn load(&mut self, user: u32, role: RoleId) {
        *self.place(user) = Packed::new(Row { role, version: Version(0) });
        self.know(user);
    }

    /// The user has a row from the start.
    pub(super) fn know(&mut self, user: u32) {
        self.loaded += u64::from(self.known.insert(user));
    }

    /// Remembers a user's name.
    pub(super) fn set_name(&mut self, user: u32, name: &str) {
        self.names.insert(user, name.to_owned());
    }

    /// A user's name, if one was ever given.
    pub(super) fn name(&self, user: u32) -> Option<&str> {
        self.names.get(&user).map(String::as_str)
    }

    /// `UsersRepo.upsert(user, role)`: commits a role and gives the row the next version.
    pub(super) fn upsert(&mut self, user: u32, role: RoleId, at_us: u64, position: u64) -> Commit {
        let commit = self.history.commit(user, role, self.row(user).role, at_us, position);
        *self.place(user) = Packed::new(commit.row);
        if self.known.insert(user) {
            self.inserted.push(commit.row.version);
        }
        commit
    }

    /// `MailboxesRepo`: the mailbox has a new creator.
    pub(super) fn set_creator(&mut self, mailbox: &str, creator: u32) {
        self.creators.insert(mailbox.to_owned(), creator);
    }

    /// The creator of a mailbox.
    #[cfg(test)]
    pub(super) fn creator(&self, mailbox: &str) -> Option<u32> {
        self.creators.get(mailbox).copied()
    }

    /// All commits so far.
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    fn place(&mut self, user: u32) -> &mut Packed {
        let index = user as usize;
        if index >= self.rows.len() {
            self.rows.resize(index + 1, Packed::default());
        }
        &mut self.rows[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_gives_its_row_the_next_version() {
        let mut database = Database::default();
        database.load(7, RoleId(1));
        assert_eq!(database.row(7), Row { role: RoleId(1), version: Version(0) });
        assert_eq!(database.row(8), Row::default(), "an unknown user has the first role");
        let first = database.upsert(7, RoleId(0), 10, 5);
        let second = database.upsert(8, RoleId(0), 20, 6);
        assert_eq!((first.row.version, second.row.version), (Version(1), Version(2)));
        assert!(first.changes_role() && first.charged().reduction);
        assert!(!second.changes_role(), "the same role again is a version, not a change");
        assert_eq!(database.row_at(7, 4), Row { role: RoleId(1), version: Version(0) });
        assert_eq!(database.row_at(7, 5), first.row);
    }

    #[test]
    fn a_mailbox_has_its_latest_creator() {
        let mut database = Database::default();
        database.set_creator("1", 123);
        database.set_creator("1", 2000);
        assert_eq!(database.creator("1"), Some(2000));
    }
}
