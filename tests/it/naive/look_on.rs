//! What every replica would have answered at every instant.

use rolesim::model::UserId;

use super::Simulation;

impl Simulation<'_> {
    /// What a replica would have answered from now until then, if that was more than the truth allows.
    pub(super) fn look_on(&mut self, until_us: u64) {
        let until_us = until_us.min(self.end_us());
        if !self.coming.settling || until_us <= self.now {
            return;
        }
        for (number, commit) in self.journal.commits.iter().enumerate() {
            let later = &self.journal.commits[number + 1..];
            let is_over = later.iter().any(|later| later.user == commit.user && later.changes_role());
            if commit.after.role >= commit.before || is_over {
                continue;
            }
            let holds = (0..self.memories.len() as u32)
                .filter_map(|replica| self.would_answer(replica, &commit.user))
                .filter(|(role, from_us, expires_us)| {
                    *role > commit.after.role && *from_us < until_us.min(*expires_us)
                });
            if let Some(last_us) = holds.map(|(_, _, expires_us)| expires_us.min(until_us)).max() {
                self.journal.settled_us.insert(number, last_us);
            }
        }
    }

    /// The role that a replica would give a user from memory, from when, and until when, if nothing happens. A list may
    /// refuse a token for less than its life.
    fn would_answer(&self, replica: u32, user: &UserId) -> Option<(u8, u64, u64)> {
        if let Some(rows) = &self.copies[replica as usize].rows {
            return Some((rows.get(user).copied().unwrap_or_default().role, self.now, u64::MAX));
        }
        let row = self.usable(replica, user).filter(|row| !self.rules.recheck_deny || row.role > 0)?;
        let denied = self.denied[replica as usize].get(user);
        let denied = denied.filter(|(version, _)| row.version < *version);
        let from_us = denied.map_or(self.now, |(_, until_us)| self.now.max(*until_us));
        let memory = &self.memories[self.home(replica)];
        let lease_us = self.rules.lease_us.map_or(u64::MAX, |lease_us| memory.last_heartbeat_us + lease_us);
        Some((row.role, from_us, memory.entries[user].expires_us.min(lease_us)))
    }
}
