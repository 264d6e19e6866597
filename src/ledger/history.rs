//! Every commit of the day, by user: what was true when, and which change an answer missed.
//!
//! The world runs ahead of the caches by up to a block, so questions name a version or a position in the
//! order of things, never "now".

use super::Charged;
use crate::cache::{Row, Version};
use crate::model::RoleId;

/// Stands for the commit before a user's first.
const NONE: u32 = u32::MAX;
/// Up to this many commits of a user are looked through one by one: most users have fewer, and links cost time.
const FEW: u32 = 16;

/// A commit of one user's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    /// The row as committed.
    pub(crate) row: Row<RoleId>,
    /// When.
    pub(crate) at_us: u64,
    /// Its position in the order of things.
    pub(crate) position: u64,
    /// The role before.
    pub(crate) before: RoleId,
}

impl Commit {
    /// Whether the role differs from the one before.
    pub(crate) fn changes_role(&self) -> bool {
        self.row.role != self.before
    }

    /// The commit as something that stale answers are charged to.
    pub(crate) fn charged(&self) -> Charged {
        Charged { change: self.row.version.0, commit_us: self.at_us, reduction: self.row.role < self.before }
    }
}

/// A commit as it is kept; its version is its place among all, from 1 on.
#[derive(Clone, Copy, Debug)]
struct Node {
    at_us: u64,
    position: u64,
    /// The user's commit before, and one further back: the links of Myers' random-access stack (1983), by which any
    /// of n commits is reached in some log n steps.
    previous: u32,
    jump: u32,
    /// Commits of the user up to this one, and those of them that changed the role.
    depth: u32,
    changes: u32,
    role: RoleId,
    before: RoleId,
}

/// All commits since the start.
#[derive(Debug, Default)]
pub(crate) struct History {
    nodes: Vec<Node>,
    /// The last commit of each user.
    last: Vec<u32>,
}

impl History {
    /// There will be this many users, if no more come.
    pub(crate) fn expect_users(&mut self, users: usize) {
        self.last.resize(users, NONE);
    }

    /// How many commits there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Commits a user's role after everything that was committed before, and gives the row the next version.
    pub(crate) fn commit(
        &mut self,
        user: u32,
        role: RoleId,
        before: RoleId,
        at_us: u64,
        position: u64,
    ) -> Commit {
        let previous = self.last(user);
        let (depth, changes) = self.node(previous).map_or((0, 0), |node| (node.depth, node.changes));
        let jump = if depth < FEW { NONE } else { self.jump_over(previous) };
        let index = self.nodes.len() as u32;
        let changes = changes + u32::from(role != before);
        self.nodes.push(Node { at_us, position, previous, jump, depth: depth + 1, changes, role, before });
        if self.last.len() <= user as usize {
            self.last.resize(user as usize + 1, NONE);
        }
        self.last[user as usize] = index;
        self.at(index)
    }

    /// The position of the last commit up to an instant; 0, which is before all positions, if there is none.
    pub(crate) fn position_by(&self, at_us: u64) -> u64 {
        let known = self.nodes.partition_point(|node| node.at_us <= at_us);
        known.checked_sub(1).map_or(0, |last| self.nodes[last].position)
    }

    /// The version of the last commit up to a position; the unknown one if there is none.
    pub(crate) fn version_at(&self, position: u64) -> Version {
        Version(self.nodes.partition_point(|node| node.position <= position) as u64)
    }

    /// The user's newest row up to a version; `None` if no commit of the user came by then.
    pub(crate) fn row_up_to(&self, user: u32, version: Version) -> Option<Row<RoleId>> {
        let known = self.before_those(user, |index, _| self.version(index) > version);
        self.node(known).map(|_| self.at(known).row)
    }

    /// The user's row after everything up to a position; `None` if no commit came by then.
    pub(crate) fn row_at(&self, user: u32, position: u64) -> Option<Row<RoleId>> {
        let known = self.before_those(user, |_, node| node.position > position);
        self.node(known).map(|_| self.at(known).row)
    }

    /// The row before the user's first commit, as far as commits tell; `None` if there is none.
    pub(crate) fn role_before(&self, user: u32) -> Option<RoleId> {
        self.oldest(user, |_, _| true).map(|first| self.at(first).before)
    }

    /// The oldest change of role that an answer of this version missed.
    pub(crate) fn oldest_missed(&self, user: u32, answer: Version) -> Option<Commit> {
        let changes = self.changes_up_to(user, answer);
        self.oldest(user, |_, node| node.changes > changes).map(|index| self.at(index))
    }

    /// The latest change of role up to a version.
    pub(crate) fn latest_change(&self, user: u32, truth: Version) -> Option<Commit> {
        let changes = self.changes_up_to(user, truth);
        if changes == 0 {
            return None;
        }
        self.oldest(user, |_, node| node.changes >= changes).map(|index| self.at(index))
    }

    /// When the user's reductions from a version on were committed, the latest first.
    pub(crate) fn reductions_since(&self, user: u32, first: Version) -> Vec<u64> {
        let (mut index, mut commits_us) = (self.last(user), Vec::new());
        while let Some(node) = self.node(index).filter(|_| self.version(index) >= first) {
            if node.role < node.before {
                commits_us.push(node.at_us);
            }
            index = node.previous;
        }
        commits_us
    }

    /// Whether a role was the user's at some instant after `from_us` and before the commit of a version.
    pub(crate) fn was_true_since(&self, user: u32, role: RoleId, truth: Version, from_us: u64) -> bool {
        let mut index = self.before_those(user, |index, _| self.version(index) > truth);
        while let Some(node) = self.node(index).filter(|node| node.at_us > from_us) {
            if node.before == role {
                return true;
            }
            index = node.previous;
        }
        false
    }

    /// How many changes of the user's role came up to a version.
    fn changes_up_to(&self, user: u32, version: Version) -> u32 {
        let known = self.before_those(user, |index, _| self.version(index) > version);
        self.node(known).map_or(0, |node| node.changes)
    }

    /// The user's newest commit that is not later, where `is_later` holds for all from some commit on.
    fn before_those(&self, user: u32, is_later: impl Fn(u32, &Node) -> bool) -> u32 {
        match self.oldest(user, is_later) {
            Some(oldest) => self.nodes[oldest as usize].previous,
            None => self.last(user),
        }
    }

    /// The user's oldest commit that is later.
    fn oldest(&self, user: u32, is_later: impl Fn(u32, &Node) -> bool) -> Option<u32> {
        let is_later = |index: u32| self.node(index).is_some_and(|node| is_later(index, node));
        let mut oldest = Some(self.last(user)).filter(|last| is_later(*last))?;
        loop {
            let Node { previous, jump, .. } = self.nodes[oldest as usize];
            oldest = match () {
                () if is_later(jump) => jump,
                () if is_later(previous) => previous,
                () => return Some(oldest),
            };
        }
    }

    /// Where the commit after `previous` jumps to: as far as two jumps from there, where these are equally long.
    fn jump_over(&self, previous: u32) -> u32 {
        let depth = |index: u32| self.node(index).map_or(0, |node| node.depth);
        let jump = |index: u32| self.node(index).map_or(NONE, |node| node.jump);
        let (first, second) = (jump(previous), jump(jump(previous)));
        let alike = depth(previous) - depth(first) == depth(first) - depth(second);
        if alike { second } else { previous }
    }

    fn at(&self, index: u32) -> Commit {
        let Node { at_us, position, role, before, .. } = self.nodes[index as usize];
        Commit { row: Row { role, version: self.version(index) }, at_us, position, before }
    }

    fn version(&self, index: u32) -> Version {
        Version(u64::from(index) + 1)
    }

    fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    fn last(&self, user: u32) -> u32 {
        self.last.get(user as usize).copied().unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    /// The same questions of a list, looked through from end to end.
    struct List(Vec<(u32, Commit)>);

    impl List {
        fn of(&self, user: u32) -> impl DoubleEndedIterator<Item = Commit> + '_ {
            self.0.iter().filter(move |(whose, _)| *whose == user).map(|(_, commit)| *commit)
        }
    }

    proptest! {
        #[test]
        fn every_question_is_answered_as_by_a_list(
            commits in prop::collection::vec((0u32..4, 0u8..3, 1u64..3), 0..200),
        ) {
            let (mut history, mut list, mut roles) = (History::default(), List(Vec::new()), [RoleId(1); 4]);
            let mut position = 0;
            for (user, role, step) in commits {
                position += step;
                let before = std::mem::replace(&mut roles[user as usize], RoleId(role));
                let commit = history.commit(user, RoleId(role), before, position * 10, position);
                prop_assert_eq!(commit.row.version.0, list.0.len() as u64 + 1);
                list.0.push((user, commit));
            }
            for at_us in 0..=(position + 1) * 10 {
                let last = list.0.iter().rfind(|(_, commit)| commit.at_us <= at_us);
                prop_assert_eq!(history.position_by(at_us), last.map_or(0, |(_, commit)| commit.position));
            }
            for user in 0..5 {
                prop_assert_eq!(history.role_before(user), list.of(user).next().map(|first| first.before));
                for place in 0..=position + 1 {
                    let row = list.of(user).rfind(|commit| commit.position <= place).map(|commit| commit.row);
                    prop_assert_eq!(history.row_at(user, place), row);
                }
                for version in (0..=list.0.len() as u64 + 1).map(Version) {
                    let missed = |commit: &Commit| commit.row.version > version && commit.changes_role();
                    let known = |commit: &Commit| commit.row.version <= version && commit.changes_role();
                    prop_assert_eq!(history.oldest_missed(user, version), list.of(user).find(missed));
                    prop_assert_eq!(history.latest_change(user, version), list.of(user).rfind(known));
                    for (role, from_us) in [(0, 0), (1, 0), (1, position * 5), (2, position * 9)] {
                        let was = |commit: Commit| {
                            commit.row.version <= version && commit.before.0 == role && commit.at_us > from_us
                        };
                        let wanted = list.of(user).any(was);
                        prop_assert_eq!(history.was_true_since(user, RoleId(role), version, from_us), wanted);
                    }
                }
            }
        }
    }

    #[test]
    fn a_user_of_many_commits_is_looked_through_in_few_steps() {
        let mut history = History::default();
        let count = 100_000;
        for number in 0..count {
            history.commit(7, RoleId((number % 2) as u8), RoleId(1 - (number % 2) as u8), number, number);
        }
        for wanted in (0..count).step_by(997) {
            let steps = Cell::new(0);
            let found = history.oldest(7, |_, node| {
                steps.set(steps.get() + 1);
                node.position >= wanted
            });
            assert_eq!(found, Some(wanted as u32));
            assert!(steps.get() < 80, "{} steps to {wanted}", steps.get());
        }
    }
}
