//! Where a cache keeps its entries, as the engine needs it: made, looked at and weighed.

use rustc_hash::FxBuildHasher;

use super::held::Held;
use crate::cache::{Dense, Hashed, Options, Slot, Store};
use crate::model::RoleId;

/// A store as the engine needs it.
pub(super) trait Place: Store<u32, RoleId> {
    /// An empty one.
    fn empty(options: &Options) -> Self;

    /// All users with an entry, and their roles.
    fn roles(&self) -> Vec<(u32, RoleId)>;

    /// What it holds, where so many users are known.
    fn held(&self, users: u64) -> Held;
}

impl<S: Slot> Place for Dense<S> {
    fn empty(_: &Options) -> Self {
        Self::default()
    }

    fn roles(&self) -> Vec<(u32, RoleId)> {
        self.rows().map(|(user, row)| (user, row.role)).collect()
    }

    fn held(&self, users: u64) -> Held {
        Held { slots: users, processes: 1, ..Held::default() }
    }
}

impl Place for Hashed<u32, RoleId, FxBuildHasher> {
    fn empty(options: &Options) -> Self {
        Self::new(options.capacity, FxBuildHasher)
    }

    fn roles(&self) -> Vec<(u32, RoleId)> {
        self.rows().map(|(user, row)| (*user, row.role)).collect()
    }

    fn held(&self, _: u64) -> Held {
        Held { entries: self.len() as u64, processes: 1, ..Held::default() }
    }
}
