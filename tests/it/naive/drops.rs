//! Entries that are dropped for a write, and what is not filled then.

use rolesim::model::UserId;

use super::{Happening, Simulation};

/// When the replica that handles a change drops its own entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OnWrite {
    pub(super) before: bool,
    pub(super) after: bool,
}

impl Simulation<'_> {
    /// An entry of one replica is dropped, and its fetches in flight are revoked.
    pub(super) fn drop_entry(&mut self, replica: u32, user: &UserId) {
        self.remove(replica, user);
        self.hold(replica, user);
        self.void(|of, at| of == user && at == replica);
    }

    pub(super) fn clear(&mut self, replica: u32) {
        let users: Vec<_> = self.memory(replica).entries.keys().cloned().collect();
        users.iter().for_each(|user| self.remove(replica, user));
        let until_us = self.now + self.rules.hold_us.unwrap_or(0);
        self.memory(replica).all_held_until_us = until_us;
        self.void(|_, at| at == replica);
    }

    /// Nothing is filled for the user for a while.
    pub(super) fn hold(&mut self, replica: u32, user: &UserId) {
        if let Some(hold_us) = self.rules.hold_us {
            let until_us = self.now + hold_us;
            self.memory(replica).held_until_us.insert(user.clone(), until_us);
        }
    }

    pub(super) fn is_held(&self, replica: u32, user: &UserId) -> bool {
        let memory = &self.memories[replica as usize];
        let until_us = memory.held_until_us.get(user).copied().unwrap_or(0);
        self.now < until_us.max(memory.all_held_until_us)
    }

    /// Fetches in flight are revoked where versions guard them; those that refresh store nothing.
    pub(super) fn void(&mut self, which: impl Fn(&UserId, u32) -> bool) {
        let versioned = self.rules.versioned;
        for fetch in self.in_flight().filter(|fetch| which(&fetch.user, fetch.replica)) {
            fetch.stores_nothing |= fetch.is_refresh();
            if versioned {
                fetch.revoked = true;
                fetch.joinable = false;
            }
        }
    }

    pub(super) fn dropped_by_commit(&mut self, replica: u32, user: &UserId) {
        if self.rules.on_write.after {
            self.drop_entry(replica, user);
        }
        if let Some(again_us) = self.rules.again_us {
            self.after(again_us, Happening::DropAgain(replica, user.clone()));
        }
    }
}
