//! What a cache is asked, and what it does.

use rolesim::cache::OnEvent;
use rolesim::model::{Action, ChangeFault, UserId};

use super::{Answer, Commit, Entry, Fate, Fetch, Happening, Outcome, Request, Row, Simulation};

// Requests.
impl Simulation<'_> {
    pub(super) fn request(&mut self, step: usize, user: UserId) {
        let (id, truth) = (self.journal.requests.len(), self.committed(&user));
        let answer = Answer {
            step,
            start_us: self.now,
            user: user.clone(),
            outcome: Outcome::Hit,
            row: None,
            answered_us: 0,
        };
        self.journal.requests.push(Request { answer, truth, asked_again: 0 });
        if !self.rules.oracle {
            return self.ask(id);
        }
        self.answer(id, truth);
        if self.seen.insert(user) {
            let answer = &mut self.journal.requests[id].answer;
            answer.outcome = Outcome::Load;
            answer.answered_us += self.system.read_latency.fixed_us().unwrap();
            self.journal.reads_us.push(self.now);
        }
    }

    fn ask(&mut self, id: usize) {
        let user = self.journal.requests[id].answer.user.clone();
        if let Some(row) = self.usable(&user) {
            return self.answer(id, row);
        }
        if self.rules.sweep_us.is_none() {
            self.remove(&user); // if it is there, it has expired
        }
        let current = self.fetches.values_mut().find(|fetch| fetch.joinable && fetch.user == user);
        if let (true, Some(fetch)) = (self.rules.joins, current) {
            fetch.waiting.push(id);
            return self.first_missed(id, Outcome::Coalesced);
        }
        self.first_missed(id, Outcome::Load);
        self.journal.reads_us.push(self.now);
        let number = self.journal.reads_us.len() as u64;
        let row = self.committed(&user);
        let fetch = Fetch { user, row, waiting: vec![id], joinable: true, revoked: false, newest_event: 0 };
        self.fetches.insert(number, fetch);
        self.after(self.system.read_latency.fixed_us().unwrap(), Happening::DatabaseAnswers(number));
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
}

// Entries and fetches.
impl Simulation<'_> {
    fn expired(&self, entry: &Entry) -> bool {
        self.rules.ttl_us.is_some_and(|ttl| self.now >= entry.stored_us + ttl)
    }

    fn usable(&self, user: &UserId) -> Option<Row> {
        self.entries.get(user).filter(|entry| !self.expired(entry)).map(|entry| entry.row)
    }

    fn store(&mut self, user: UserId, row: Row) {
        self.entries.insert(user, Entry { row, stored_us: self.now });
    }

    /// Drops an entry and remembers its version.
    pub(super) fn remove(&mut self, user: &UserId) {
        if let Some(entry) = self.entries.remove(user) {
            self.floor = self.floor.max(entry.row.version);
        }
    }

    pub(super) fn revoke(&mut self, whose: impl Fn(&UserId) -> bool) {
        if self.rules.versioned {
            for fetch in self.fetches.values_mut().filter(|fetch| whose(&fetch.user)) {
                fetch.revoked = true;
                fetch.joinable = false;
            }
        }
    }

    /// A change of the user is known: a fetch in flight that read less is overtaken, and nobody joins it.
    fn overtake(&mut self, user: &UserId, version: u64) {
        for fetch in self.fetches.values_mut().filter(|fetch| self.rules.versioned && fetch.user == *user) {
            fetch.joinable = false;
            fetch.newest_event = fetch.newest_event.max(version);
        }
    }

    pub(super) fn database_answers(&mut self, number: u64) {
        let Some(fetch) = self.fetches.remove(&number) else {
            return; // a restart lost it
        };
        let newest_entry = self.entries.get(&fetch.user).map_or(0, |entry| entry.row.version);
        let overtaken = self.rules.versioned && fetch.newest_event.max(newest_entry) > fetch.row.version;
        if overtaken {
            self.journal.rejected_fills_us.push(self.now);
        }
        if !overtaken && !fetch.revoked {
            if self.rules.stores {
                self.store(fetch.user, fetch.row);
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

    pub(super) fn event_arrives(&mut self, number: usize) {
        let Commit { step, ref user, after: row, .. } = self.journal.commits[number];
        let user = user.clone();
        let Action::Change(change) = &self.day.script[step].action else { unreachable!("only changes tell") };
        self.journal.commits[number].fate = if change.fault == ChangeFault::UpdateFails {
            self.remove(&user);
            self.floor = self.floor.max(row.version);
            self.overtake(&user, row.version);
            Fate::Failed
        } else {
            self.apply(user, row)
        };
    }

    fn apply(&mut self, user: UserId, row: Row) -> Fate {
        if self.rules.versioned {
            match self.entries.get(&user) {
                Some(entry) if row.version < entry.row.version => return Fate::Rejected,
                // The other modes write nothing for an absent user, so there is nothing to reject.
                None if row.version <= self.floor && self.rules.on_event == Some(OnEvent::Update) => {
                    self.overtake(&user, row.version);
                    return Fate::Rejected;
                }
                _ => self.overtake(&user, row.version),
            }
        }
        match self.rules.on_event {
            Some(OnEvent::Update) => self.store(user, row),
            Some(OnEvent::UpdateIfPresent) if self.usable(&user).is_some() => self.store(user, row),
            Some(OnEvent::UpdateIfPresent) | None => {}
            Some(OnEvent::Invalidate) => drop(self.entries.remove(&user)),
        }
        Fate::Applied
    }

    pub(super) fn sweep(&mut self) {
        let before = self.entries.len() as u64;
        let (now, ttl_us) = (self.now, self.rules.ttl_us.unwrap_or(u64::MAX));
        self.entries.retain(|_, entry| now < entry.stored_us.saturating_add(ttl_us));
        self.journal.sweeps.push((now, before, before - self.entries.len() as u64));
    }
}
