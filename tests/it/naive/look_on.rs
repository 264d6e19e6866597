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
                .filter(|(role, _)| *role > commit.after.role);
            if let Some(last_us) = holds.map(|(_, expires_us)| expires_us.min(until_us)).max() {
                self.journal.settled_us.insert(number, last_us);
            }
        }
    }

    /// The role that a replica would give a user now from memory, and until when.
    fn would_answer(&self, replica: u32, user: &UserId) -> Option<(u8, u64)> {
        if let Some(rows) = &self.copies[replica as usize].rows {
            return Some((rows.get(user).copied().unwrap_or_default().role, u64::MAX));
        }
        let row = self.usable(replica, user).filter(|row| !self.is_refused(replica, user, *row))?;
        let memory = &self.memories[self.home(replica)];
        let lease_us = self.rules.lease_us.map_or(u64::MAX, |lease_us| memory.last_heartbeat_us + lease_us);
        Some((row.role, memory.entries[user].expires_us.min(lease_us)))
    }
}
