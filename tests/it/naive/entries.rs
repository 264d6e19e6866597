//! The entries of a replica's cache: their lives, their order of use, and what events do to them.

use rolesim::cache::OnEvent;
use rolesim::model::UserId;
use rolesim::workload::{Chance, mix};

use super::{Entry, Fate, Row, Simulation, user_key};

impl Simulation<'_> {
    pub(super) fn usable(&self, replica: u32, user: &UserId) -> Option<Row> {
        let entry = self.memories[replica as usize].entries.get(user)?;
        (self.now < entry.expires_us).then_some(entry.row)
    }

    /// How long the entry lives that a request fills or finds.
    pub(super) fn life_us(&self, id: usize, row: Row) -> Option<u64> {
        let answer = &self.journal.requests[id].answer;
        let middle_us =
            if row.role == 0 { self.rules.deny_us.or(self.rules.ttl_us) } else { self.rules.ttl_us };
        let request_hash = mix(user_key(&answer.user) ^ mix(answer.start_us));
        let key = mix(request_hash ^ mix(self.now));
        middle_us.map(|middle_us| self.chances.around_us(middle_us, self.rules.jitter_ppm, Chance::Life, key))
    }

    /// Stores a row, and makes room for it; without a life it lives for ever.
    pub(super) fn store(&mut self, replica: u32, user: UserId, row: Row, life_us: Option<u64>) {
        let expires_us = life_us.map_or(u64::MAX, |life_us| self.now.saturating_add(life_us));
        self.uses += 1;
        let entry = Entry { row, expires_us, used: self.uses };
        let entries = &mut self.memory(replica).entries;
        entries.insert(user, entry);
        let oldest = entries.iter().min_by_key(|(_, entry)| entry.used).map(|(user, _)| user.clone());
        if self.rules.capacity.is_some_and(|most| self.memory(replica).entries.len() > most) {
            self.remove(replica, &oldest.unwrap());
        }
    }

    /// A request finds its entry.
    pub(super) fn hit(&mut self, id: usize) {
        let request = &self.journal.requests[id];
        let (user, replica) = (request.answer.user.clone(), request.replica);
        let row = self.usable(replica, &user).unwrap();
        self.uses += 1;
        let (now, used, idle, life_us) = (self.now, self.uses, self.rules.idle, self.life_us(id, row));
        let entry = self.memory(replica).entries.get_mut(&user).unwrap();
        entry.used = used;
        if idle {
            entry.expires_us = now.saturating_add(life_us.unwrap());
        }
    }

    /// Drops an entry and remembers its version.
    pub(super) fn remove(&mut self, replica: u32, user: &UserId) {
        let memory = self.memory(replica);
        if let Some(entry) = memory.entries.remove(user) {
            memory.floor = memory.floor.max(entry.row.version);
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
    fn overtake(&mut self, replica: u32, user: &UserId, version: u64) {
        let versioned = self.rules.versioned;
        let fetches = self.fetches.values_mut().filter(|fetch| versioned && fetch.replica == replica);
        for fetch in fetches.filter(|fetch| fetch.user == *user) {
            fetch.joinable = false;
            fetch.newest_event = fetch.newest_event.max(version);
        }
    }

    pub(super) fn update_fails(&mut self, replica: u32, user: &UserId, row: Row) {
        self.remove(replica, user);
        let memory = self.memory(replica);
        memory.floor = memory.floor.max(row.version);
        self.overtake(replica, user, row.version);
    }

    pub(super) fn apply(&mut self, replica: u32, user: UserId, row: Row) -> Fate {
        if self.rules.versioned {
            let memory = &self.memories[replica as usize];
            match memory.entries.get(&user) {
                Some(entry) if row.version < entry.row.version => return Fate::Rejected,
                // The other modes write nothing for an absent user, so there is nothing to reject.
                None if row.version <= memory.floor && self.rules.on_event == Some(OnEvent::Update) => {
                    self.overtake(replica, &user, row.version);
                    return Fate::Rejected;
                }
                _ => self.overtake(replica, &user, row.version),
            }
        }
        let present = self.usable(replica, &user).is_some();
        match self.rules.on_event {
            Some(OnEvent::Update) => self.store(replica, user, row, self.rules.ttl_us),
            Some(OnEvent::UpdateIfPresent) if present => self.store(replica, user, row, self.rules.ttl_us),
            Some(OnEvent::UpdateIfPresent) | None => {}
            Some(OnEvent::Invalidate) => drop(self.memory(replica).entries.remove(&user)),
        }
        Fate::Applied
    }

    pub(super) fn sweep(&mut self) {
        let now = self.now;
        self.each_replica(|simulation, replica| {
            let entries = &mut simulation.memory(replica).entries;
            let before = entries.len() as u64;
            entries.retain(|_, entry| now < entry.expires_us);
            let removed = before - entries.len() as u64;
            simulation.journal.sweeps.push((now, before, removed));
        });
    }
}
