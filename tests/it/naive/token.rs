//! Entries that the clients hold, and lists of those that are refused.

use rolesim::model::UserId;

use super::{Fate, Happening, Outcome, Row, Simulation};

impl Simulation<'_> {
    /// The memory that a replica's requests are answered from: the clients hold all tokens, as one memory.
    pub(super) fn home(&self, replica: u32) -> usize {
        if self.rules.token { 0 } else { replica as usize }
    }

    /// Whether an entry that is usable may not answer: it is on the list, or has to be read again before it denies.
    pub(super) fn is_refused(&self, replica: u32, user: &UserId, row: Row) -> bool {
        let denied = self.denied[replica as usize].get(user);
        let is_denied =
            denied.is_some_and(|(version, until_us)| row.version < *version && self.now < *until_us);
        is_denied || (self.rules.recheck_deny && row.role == 0)
    }

    pub(super) fn deny(&mut self, replica: u32, number: usize) -> Fate {
        let commit = &self.journal.commits[number];
        if commit.after.role < commit.before {
            let (user, version) = (commit.user.clone(), commit.after.version);
            let until_us = self.now + self.rules.ttl_us.unwrap();
            let known = self.denied[replica as usize].entry(user).or_default();
            *known = (version.max(known.0), until_us.max(known.1));
        }
        Fate::Applied
    }

    /// Under a rate of fetches, a request waits until its user may be read again; whether it does.
    pub(super) fn waits_for_its_turn(&mut self, id: usize) -> bool {
        if !self.rules.answers_voided {
            return false;
        }
        let request = &self.journal.requests[id];
        let (user, replica, now) = (request.answer.user.clone(), request.replica, self.now);
        let rate_us = self.rules.lease_rate_us;
        let memory = self.memory(replica);
        let allowed_us = memory.last_fetch_us.get(&user).map_or(0, |last_us| last_us + rate_us);
        if now >= allowed_us {
            memory.last_fetch_us.insert(user, now);
            return false;
        }
        let waiting = memory.waiting.entry(user.clone()).or_default();
        waiting.push(id);
        if waiting.len() == 1 {
            self.schedule(allowed_us - now, Happening::MayReadAgain(replica, user));
        }
        self.first_missed(id, Outcome::Coalesced);
        true
    }

    pub(super) fn may_read_again(&mut self, replica: u32, user: &UserId) {
        for id in self.memory(replica).waiting.remove(user).unwrap_or_default() {
            self.ask(id);
        }
    }
}
