//! What a cache is asked, and what becomes of those who ask.

use rolesim::model::{Routing, UserId};
use rolesim::workload::{Chance, mix};

use super::{Answer, Fetch, Outcome, Purpose, Request, Row, Simulation, part, user_key};

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
        self.journal.requests.push(Request {
            answer,
            truth,
            asked_again: 0,
            key,
            replica,
            served_stale: false,
        });
        if !self.rules.oracle {
            match self.coming.sensitive_steps.contains(&step) {
                true => self.ask_sensitive(id),
                false => self.ask(id),
            }
            return self.poll_after_request(replica);
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

    pub(super) fn ask(&mut self, id: usize) {
        if self.rules.snapshot_us.is_some() {
            return self.ask_copy(id);
        }
        let user = self.journal.requests[id].answer.user.clone();
        let replica = self.journal.requests[id].replica;
        let usable = self.usable(replica, &user);
        if let Some(row) = usable.filter(|row| !self.is_refused(replica, &user, *row)) {
            self.hit(id);
            self.answer(id, row);
            return self.refresh_behind(id);
        }
        if self.is_held_off(replica, &user) {
            return self.stale_or_fail(id);
        }
        if self.rules.sweep_us.is_none() && self.is_over(replica, &user) {
            self.remove(replica, &user);
        }
        let (anywhere, joins) = (self.rules.token, self.rules.joins);
        let current = self
            .in_flight()
            .find(|fetch| fetch.joinable && fetch.user == user && (anywhere || fetch.replica == replica));
        if let (true, Some(fetch)) = (joins, current) {
            fetch.waiting.push(id);
            return self.first_missed(id, Outcome::Coalesced);
        }
        if self.waits_for_its_turn(id) {
            return;
        }
        self.first_missed(id, Outcome::Load);
        self.read(id);
    }

    /// A request stays what its first miss made it.
    pub(super) fn first_missed(&mut self, id: usize, outcome: Outcome) {
        let request = &mut self.journal.requests[id];
        if request.asked_again == 0 {
            request.answer.outcome = outcome;
        }
    }

    pub(super) fn answer(&mut self, id: usize, row: Row) {
        self.journal.answered.push(id);
        let answer = &mut self.journal.requests[id].answer;
        answer.row = Some((row.role, row.version));
        answer.answered_us = self.now;
    }

    pub(super) fn fail(&mut self, id: usize) {
        let answer = &mut self.journal.requests[id].answer;
        answer.outcome = Outcome::Failed;
        answer.answered_us = self.now;
    }

    /// A read failed: an entry that is kept past its life answers instead, if there is one.
    pub(super) fn stale_or_fail(&mut self, id: usize) {
        let request = &self.journal.requests[id];
        let (user, replica, now) = (request.answer.user.clone(), request.replica, self.now);
        let kept = self.memories[self.home(replica)].entries.get(&user).map(|entry| entry.row);
        let is_kept = self.rules.stale_us.is_some() && !self.is_over(replica, &user);
        let Some(row) = kept.filter(|_| is_kept) else { return self.fail(id) };
        let is_held_off = self.is_held_off(replica, &user);
        if let Some(retry_us) = self.rules.retry_us.filter(|_| !is_held_off) {
            self.memory(replica).no_read_until_us.insert(user, now + retry_us);
        }
        self.journal.requests[id].served_stale = true;
        self.journal.requests[id].answer.outcome = Outcome::Hit;
        self.answer(id, row);
    }

    /// A hit of an entry of this age starts a background read.
    fn refresh_behind(&mut self, id: usize) {
        let Some(refresh_us) = self.rules.refresh_us else { return };
        let request = &self.journal.requests[id];
        let (user, replica) = (request.answer.user.clone(), request.replica);
        let stored_us = self.memories[self.home(replica)].entries[&user].stored_us;
        let in_flight = self.in_flight().any(|fetch| fetch.user == user && fetch.replica == replica);
        if self.now - stored_us >= refresh_us && !in_flight {
            self.journal.refreshes_us.push(self.now);
            self.read_for(id, Purpose::Refresh, Vec::new());
        }
    }

    /// A fetch came to nothing.
    pub(super) fn read_failed(&mut self, fetch: Fetch) {
        match fetch.purpose {
            Purpose::Load(_) => self.load_ends(fetch.replica),
            _ => fetch.waiting.into_iter().for_each(|id| self.stale_or_fail(id)),
        }
    }

    /// The database has answered a fetch.
    pub(super) fn answered(&mut self, mut fetch: Fetch) {
        if let Purpose::Load(rows) = fetch.purpose {
            return self.loaded(fetch.replica, rows);
        }
        // A row older than the entry is as late as one that an event overtook.
        let held = self.memories[self.home(fetch.replica)].entries.get(&fetch.user);
        let known = fetch.newest_known.max(held.map_or(0, |entry| entry.row.version));
        let overtaken = self.rules.versioned && known > fetch.row.version;
        if overtaken {
            self.journal.rejected_fills_us.push(self.now);
        }
        let voided = overtaken || fetch.revoked;
        if !voided || self.rules.answers_voided {
            let (replica, user) = (fetch.replica, &fetch.user);
            let kept =
                !voided && !fetch.stores_nothing && !self.is_held(replica, user) && self.is_leased(replica);
            if self.rules.stores && kept {
                let most_us = fetch.expires_by_us.saturating_sub(self.now);
                let life_us = self.life_us(fetch.leader, fetch.row).map(|life_us| life_us.min(most_us));
                self.store_in_second_level(&fetch);
                self.knows(fetch.replica, &fetch.user, fetch.row.version);
                self.store(fetch.replica, fetch.user.clone(), fetch.row, life_us);
            }
            let waiting = std::mem::take(&mut fetch.waiting);
            return waiting.into_iter().for_each(|id| self.answer(id, fetch.row));
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
