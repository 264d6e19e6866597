//! Every commit of the day, by user: what was true when, and which change an answer missed.
//!
//! The world runs ahead of the caches by up to a block, so questions name a version or a position in the
//! order of things, never "now".

use rustc_hash::FxHashMap;

use crate::cache::{Row, Version};
use crate::metrics::Charged;
use crate::model::RoleId;

/// A commit of one user's row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Commit {
    /// The row as committed.
    pub(super) row: Row<RoleId>,
    /// When.
    pub(super) at_us: u64,
    /// Its position in the order of things.
    pub(super) position: u64,
    /// The role before.
    pub(super) before: RoleId,
}

impl Commit {
    /// Whether the role differs from the one before.
    pub(super) fn changes_role(&self) -> bool {
        self.row.role != self.before
    }

    /// The commit as something that stale answers are charged to.
    pub(super) fn charged(&self) -> Charged {
        Charged { change: self.row.version.0, commit_us: self.at_us, reduction: self.row.role < self.before }
    }
}

/// All commits since the start.
#[derive(Debug, Default)]
pub(super) struct History {
    by_user: FxHashMap<u32, Vec<Commit>>,
    commits: u64,
}

impl History {
    /// Adds a commit, later than all before it.
    pub(super) fn add(&mut self, user: u32, commit: Commit) {
        self.by_user.entry(user).or_default().push(commit);
        self.commits += 1;
    }

    /// How many users have commits, and how many there are.
    pub(super) fn size(&self) -> (u64, u64) {
        (self.by_user.len() as u64, self.commits)
    }

    /// The user's row after everything up to a position; nothing where no commit came by then.
    pub(super) fn row_at(&self, user: u32, position: u64) -> Option<Row<RoleId>> {
        let commits = self.of(user);
        let count = commits.partition_point(|commit| commit.position <= position);
        commits[..count].last().map(|commit| commit.row)
    }

    /// The row before the user's first commit, as far as commits tell; nothing where there is none.
    pub(super) fn role_before(&self, user: u32) -> Option<RoleId> {
        self.of(user).first().map(|commit| commit.before)
    }

    /// The oldest change of role that an answer of this version missed.
    pub(super) fn oldest_missed(&self, user: u32, answer: Version) -> Option<&Commit> {
        let commits = self.of(user);
        let known = commits.partition_point(|commit| commit.row.version <= answer);
        commits[known..].iter().find(|commit| commit.changes_role())
    }

    /// The latest change of role up to a version.
    pub(super) fn latest_change(&self, user: u32, truth: Version) -> Option<&Commit> {
        let commits = self.of(user);
        let known = commits.partition_point(|commit| commit.row.version <= truth);
        commits[..known].iter().rev().find(|commit| commit.changes_role())
    }

    fn of(&self, user: u32) -> &[Commit] {
        self.by_user.get(&user).map_or(&[], Vec::as_slice)
    }
}
