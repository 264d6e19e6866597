//! What a cache is asked, and what becomes of those who ask.

use rolesim::model::{Routing, UserId};
use rolesim::workload::{Chance, mix};

use super::{Answer, Fetch, Outcome, Request, Row, Simulation, part, user_key};

impl Simulation<'_> {
    pub(super) fn request(&mut self, step: usize, user: UserId) {
        let (id, truth) = (self.journal.requests.len(), self.committed(&user));
        let number = self.requests_of.entry(user.clone()).or_default();
        *number += 1;
        let key = part(user_key(&user), *number);
        let replica = self.replica_of(id, &user, key);
        let answer = Answer {
            step,
            start_us: self.now,
            user: user.clone(),
            outcome: Outcome::Hit,
            row: None,
            answered_us: 0,
        };
        self.journal.requests.push(Request { answer, truth, asked_again: 0, key, replica });
        if !self.rules.oracle {
            return self.ask(id);
        }
        if self.seen.insert(user) {
            self.first_missed(id, Outcome::Load);
            self.read(id);
        } else {
            self.answer(id, truth);
        }
    }

    fn replica_of(&self, id: usize, user: &UserId, key: u64) -> u32 {
        let replicas = self.system.replicas;
        let count = u64::from(replicas.count.get());
        match replicas.routing {
            Routing::Sticky => (mix(user_key(user)) % count) as u32,
            Routing::Random => self.chances.one_of(replicas.count.get(), Chance::Routing, key),
            Routing::RoundRobin => (id as u64 % count) as u32,
        }
    }

    fn ask(&mut self, id: usize) {
        let user = self.journal.requests[id].answer.user.clone();
        let replica = self.journal.requests[id].replica;
        if let Some(row) = self.usable(replica, &user) {
            self.hit(id);
            return self.answer(id, row);
        }
        if self.rules.sweep_us.is_none() {
            self.remove(replica, &user); // if it is there, it has expired
        }
        let current = self
            .fetches
            .values_mut()
            .find(|fetch| fetch.joinable && fetch.user == user && fetch.replica == replica);
        if let (true, Some(fetch)) = (self.rules.joins, current) {
            fetch.waiting.push(id);
            return self.first_missed(id, Outcome::Coalesced);
        }
        self.first_missed(id, Outcome::Load);
        self.read(id);
    }

    /// A request stays what its first miss made it.
    fn first_missed(&mut self, id: usize, outcome: Outcome) {
        let request = &mut self.journal.requests[id];
        if request.asked_again == 0 {
            request.answer.outcome = outcome;
        }
    }

    fn answer(&mut self, id: usize, row: Row) {
        let answer = &mut self.journal.requests[id].answer;
        answer.row = Some((row.role, row.version));
        answer.answered_us = self.now;
    }

    pub(super) fn fail(&mut self, id: usize) {
        let answer = &mut self.journal.requests[id].answer;
        answer.outcome = Outcome::Failed;
        answer.answered_us = self.now;
    }

    /// The database has answered a fetch.
    pub(super) fn answered(&mut self, fetch: Fetch) {
        let overtaken = self.rules.versioned && fetch.newest_known > fetch.row.version;
        if overtaken {
            self.journal.rejected_fills_us.push(self.now);
        }
        if !overtaken && !fetch.revoked {
            if self.rules.stores {
                let life_us = self.life_us(fetch.waiting[0], fetch.row);
                self.knows(fetch.replica, &fetch.user, fetch.row.version);
                self.store(fetch.replica, fetch.user, fetch.row, life_us);
            }
            return fetch.waiting.into_iter().for_each(|id| self.answer(id, fetch.row));
        }
        for id in fetch.waiting {
            if self.journal.requests[id].asked_again == 16 {
                self.fail(id);
            } else {
                self.journal.requests[id].asked_again += 1;
                self.ask(id);
            }
        }
    }
}
