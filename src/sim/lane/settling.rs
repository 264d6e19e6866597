//! For how long after a reduction a replica would still have given a higher role, asked or not.
//!
//! What a replica holds of a user changes only when something happens to that user's entry, so it is enough to look then:
//! between two looks it holds until its life ends.

use rustc_hash::FxHashMap;

use crate::cache::{Timestamp, Version};
use crate::model::RoleId;

/// What a replica would answer a user from memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldRole {
    /// A role, from one instant on to before another, if nothing happens.
    Entry {
        /// The role.
        role: RoleId,
        /// The first instant.
        from: Timestamp,
        /// The first instant at which it would no longer do so.
        until: Timestamp,
    },
    /// The newest row up to a version, from a copy of all rows.
    Copy(Version),
}

/// Bytes for an open reduction, in a lane and in the world, and for what a replica holds: measured where the tables have just
/// grown, rounded up.
const OPEN_BYTES: u64 = 136;
const HELD_BYTES: u64 = 64;

/// What a cache keeps of answers and reductions in this many replicas at most, in bytes.
#[must_use]
pub fn followed_bytes(users: u64, changes: u64, replicas: u64) -> u64 {
    let open = users.min(changes).saturating_mul(OPEN_BYTES + replicas.saturating_mul(HELD_BYTES));
    open.saturating_add(users.saturating_mul(size_of::<u32>() as u64 + 1))
}

/// A user's last reduction.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The role since.
    role: RoleId,
    commit_us: u64,
    /// The last instant so far at which some replica would have given a higher one.
    last_us: u64,
    /// Whether it counts.
    measured: bool,
}

/// The reductions that may not have settled, and which replicas hold a higher role.
#[derive(Debug, Default)]
pub(super) struct Settling {
    /// By user: a change of role ends the one before.
    open: FxHashMap<u32, Open>,
    /// By replica and user: since when it would give a higher role, and until when.
    held: Vec<FxHashMap<u32, (u64, Timestamp)>>,
    /// So long after a commit nothing older can arrive any more, in microseconds; `None` if that is not known.
    horizon_us: Option<u64>,
    /// With more than this open, those that have settled are looked for.
    prune_above: usize,
}

/// At least this many reductions are open before settled ones are looked for.
const PRUNE_ABOVE_LEAST: usize = 4096;

impl Settling {
    /// Nothing is open; there are this many replicas.
    pub(super) fn new(replicas: usize, horizon_us: Option<u64>) -> Self {
        let held = vec![FxHashMap::default(); replicas];
        Self { open: FxHashMap::default(), held, horizon_us, prune_above: PRUNE_ABOVE_LEAST }
    }

    /// Forgets reductions that have settled for good, if many are open; gives how long each took that counts.
    pub(super) fn prune(&mut self, at_us: u64) -> Vec<u64> {
        let Some(horizon_us) = self.horizon_us.filter(|_| self.open.len() > self.prune_above) else {
            return Vec::new();
        };
        let Self { open, held, .. } = self;
        let mut settled_us = Vec::new();
        open.retain(|user, open| {
            let is_old = open.commit_us.saturating_add(horizon_us) < at_us;
            let is_open = !is_old || held.iter().any(|held| held.contains_key(user));
            if !is_open && open.measured {
                settled_us.push(open.last_us - open.commit_us);
            }
            is_open
        });
        self.prune_above = PRUNE_ABOVE_LEAST.max(2 * self.open.len());
        settled_us
    }

    /// A user's role changes: how long after its commit the user's reduction before settled, if there was one that counts.
    pub(super) fn changes(&mut self, user: u32, at_us: u64) -> Option<u64> {
        if !self.open.contains_key(&user) {
            return None;
        }
        (0..self.held.len()).for_each(|replica| self.let_go(replica, user, at_us));
        self.open.remove(&user).filter(|open| open.measured).map(|open| open.last_us - open.commit_us)
    }

    /// A user's role was reduced.
    pub(super) fn reduced(&mut self, user: u32, role: RoleId, at_us: u64, measured: bool) {
        self.open.insert(user, Open { role, commit_us: at_us, last_us: at_us, measured });
    }

    /// Whether it matters what replicas hold of a user.
    #[inline]
    pub(super) fn watches(&self, user: u32) -> bool {
        !self.open.is_empty() && self.open.contains_key(&user)
    }

    /// What a replica holds of a user from now on.
    pub(super) fn look(
        &mut self,
        replica: usize,
        user: u32,
        held: Option<(RoleId, Timestamp, Timestamp)>,
        at_us: u64,
    ) {
        self.let_go(replica, user, at_us);
        let Some(role) = self.open.get(&user).map(|open| open.role) else { return };
        if let Some((_, from, until)) = held.filter(|(held, ..)| *held > role) {
            self.held[replica].insert(user, (from.as_micros().max(at_us), until));
        }
    }

    /// Whether some replica holds a higher role of a user.
    pub(super) fn is_held(&self, replica: usize) -> bool {
        !self.held[replica].is_empty()
    }

    /// The users of whom a replica holds a higher role than the true one.
    pub(super) fn held_by(&self, replica: usize) -> Vec<u32> {
        self.held[replica].keys().copied().collect()
    }

    /// All users whose reductions are open.
    pub(super) fn users(&self) -> Vec<u32> {
        self.open.keys().copied().collect()
    }

    /// How long after their commits the open reductions that count have settled, as far as is known at an instant.
    pub(super) fn so_far(&self, at_us: u64) -> impl Iterator<Item = u64> + '_ {
        self.open.iter().filter(|(_, open)| open.measured).map(move |(user, open)| {
            let held = self.held.iter().filter_map(|held| held.get(user));
            let last_us = held.filter_map(|held| last_of(*held, at_us)).fold(open.last_us, u64::max);
            last_us - open.commit_us
        })
    }

    /// The memory that it takes, in bytes.
    pub(super) fn held_bytes(&self) -> u64 {
        let held: usize = self.held.iter().map(FxHashMap::len).sum();
        self.open.len() as u64 * OPEN_BYTES + held as u64 * HELD_BYTES
    }

    /// What a replica held of a user ends.
    fn let_go(&mut self, replica: usize, user: u32, at_us: u64) {
        if let Some(last_us) = self.held[replica].remove(&user).and_then(|held| last_of(held, at_us))
            && let Some(open) = self.open.get_mut(&user)
        {
            open.last_us = open.last_us.max(last_us);
        }
    }
}

/// The last instant by `at_us` at which it was held; `None` if that had no extent.
fn last_of((since_us, until): (u64, Timestamp), at_us: u64) -> Option<u64> {
    let last_us = until.as_micros().min(at_us);
    (since_us < last_us).then_some(last_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: u8, until_us: u64) -> Option<(RoleId, Timestamp, Timestamp)> {
        Some((RoleId(role), Timestamp::ZERO, Timestamp::from_micros(until_us)))
    }

    #[test]
    fn a_reduction_settles_when_the_last_replica_lets_go() {
        let mut settling = Settling::new(2, None);
        settling.reduced(7, RoleId(0), 100, true);
        settling.look(0, 7, held(1, 500), 100);
        settling.look(1, 7, held(1, u64::MAX), 100);
        assert_eq!(settling.so_far(250).collect::<Vec<_>>(), [150]);
        // The first lives on until 500; the second is overwritten at 300.
        settling.look(1, 7, held(0, u64::MAX), 300);
        assert_eq!(settling.so_far(400).collect::<Vec<_>>(), [300]);
        assert_eq!(settling.changes(7, 900), Some(400));
        assert_eq!(settling.changes(7, 950), None);
    }

    #[test]
    fn what_is_held_for_no_time_does_not_count() {
        let mut settling = Settling::new(1, None);
        settling.reduced(7, RoleId(0), 100, true);
        settling.look(0, 7, held(1, u64::MAX), 100);
        settling.look(0, 7, None, 100);
        assert_eq!(settling.changes(7, 200), Some(0));
    }

    #[test]
    fn a_role_that_comes_back_unsettles_it() {
        let mut settling = Settling::new(1, None);
        settling.reduced(7, RoleId(1), 100, true);
        settling.look(0, 7, held(1, u64::MAX), 100);
        settling.look(0, 7, held(2, 400), 300);
        assert_eq!(settling.changes(7, 1_000), Some(300));
    }

    #[test]
    fn what_is_not_measured_is_not_reported() {
        let mut settling = Settling::new(1, None);
        settling.reduced(7, RoleId(0), 100, false);
        assert_eq!((settling.so_far(200).count(), settling.changes(7, 200)), (0, None));
    }

    #[test]
    fn what_has_settled_is_forgotten_and_told() {
        let mut settling = Settling::new(1, Some(50));
        settling.prune_above = 0;
        settling.reduced(1, RoleId(0), 100, true);
        settling.reduced(2, RoleId(0), 100, true);
        settling.reduced(3, RoleId(0), 990, true);
        settling.look(0, 1, held(1, 400), 100);
        settling.look(0, 2, held(1, u64::MAX), 100);
        assert_eq!(settling.prune(1_000), Vec::<u64>::new());
        settling.look(0, 1, None, 1_000);
        settling.prune_above = 0;
        assert_eq!(settling.prune(1_000), [300]);
        assert!(settling.watches(2) && settling.watches(3) && !settling.watches(1));
    }
}
