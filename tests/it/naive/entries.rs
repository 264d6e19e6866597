//! The entries of a replica's cache: their lives, their order of use, and what events do to them.

use rolesim::cache::OnEvent;
use rolesim::model::UserId;
use rolesim::workload::{Chance, mix};

use super::{Entry, Fate, Row, Simulation, user_key};

impl Simulation<'_> {
    pub(super) fn usable(&self, replica: u32, user: &UserId) -> Option<Row> {
        let entry = self.memories[self.home(replica)].entries.get(user)?;
        (self.now < entry.expires_us && self.is_leased(replica)).then_some(entry.row)
    }

    /// Whether an entry is past its life and all that it is kept beyond it.
    pub(super) fn is_over(&self, replica: u32, user: &UserId) -> bool {
        let entry = self.memories[self.home(replica)].entries.get(user);
        let kept_us = self.rules.stale_us.unwrap_or(0);
        entry.is_none_or(|entry| self.now >= entry.expires_us.saturating_add(kept_us))
    }

    /// Whether the user is answered without a read, since one failed a moment ago.
    pub(super) fn is_held_off(&self, replica: u32, user: &UserId) -> bool {
        let until_us = self.memories[self.home(replica)].no_read_until_us.get(user).copied();
        self.now < until_us.unwrap_or(0) && !self.is_over(replica, user)
    }

    fn shard(&self, user: &UserId) -> u64 {
        if self.rules.shards > 1 { mix(user_key(user)) % self.rules.shards } else { 0 }
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
        let entry = Entry { row, stored_us: self.now, expires_us, used: self.uses };
        let shard = self.shard(&user);
        self.memory(replica).entries.insert(user, entry);
        let Some(capacity) = self.rules.capacity else { return };
        let entries = &self.memories[self.home(replica)].entries;
        let members = || entries.iter().filter(|(user, _)| self.shard(user) == shard);
        if members().count() > capacity.div_ceil(self.rules.shards as usize) {
            let oldest = members().min_by_key(|(_, entry)| entry.used).map(|(user, _)| user.clone());
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
        if let Some(entry) = self.memory(replica).entries.remove(user) {
            self.raise_floor(replica, user, entry.row.version);
        }
    }

    fn raise_floor(&mut self, replica: u32, user: &UserId, version: u64) {
        let shard = self.shard(user);
        let floor = self.memory(replica).floors.entry(shard).or_default();
        *floor = version.max(*floor);
    }

    /// A change of the user is known: a fetch in flight that read less is overtaken, and nobody joins it.
    fn overtake(&mut self, replica: u32, user: &UserId, version: u64) {
        self.knows(replica, user, version);
        let versioned = self.rules.versioned;
        let fetches = self.in_flight().filter(|fetch| versioned && fetch.replica == replica);
        fetches.filter(|fetch| fetch.user == *user).for_each(|fetch| fetch.joinable = false);
    }

    /// A version of the user is known: a fetch in flight that read less may not be stored.
    pub(super) fn knows(&mut self, replica: u32, user: &UserId, version: u64) {
        let fetches = self.in_flight().filter(|fetch| fetch.replica == replica);
        for fetch in fetches.filter(|fetch| fetch.user == *user) {
            fetch.newest_known = fetch.newest_known.max(version);
        }
    }

    pub(super) fn update_fails(&mut self, replica: u32, user: &UserId, row: Row) {
        self.remove(replica, user);
        self.raise_floor(replica, user, row.version);
        self.overtake(replica, user, row.version);
    }

    pub(super) fn apply(&mut self, replica: u32, user: UserId, row: Row) -> Fate {
        if self.rules.versioned {
            let memory = &self.memories[replica as usize];
            let floor = memory.floors.get(&self.shard(&user)).copied().unwrap_or(0);
            match memory.entries.get(&user) {
                Some(entry) if row.version < entry.row.version => return Fate::Rejected,
                // The other modes write nothing for an absent user, so there is nothing to reject.
                None if row.version <= floor && self.rules.on_event == Some(OnEvent::Update) => {
                    self.overtake(replica, &user, row.version);
                    return Fate::Rejected;
                }
                _ => self.overtake(replica, &user, row.version),
            }
        }
        // Outside a lease entries are kept, and events apply to them.
        let entry = self.memories[replica as usize].entries.get(&user);
        let present = entry.is_some_and(|entry| self.now < entry.expires_us);
        if self.rules.scope_all {
            self.memory(replica).entries.retain(|of, _| *of == user);
        }
        match self.rules.on_event {
            Some(OnEvent::Update) => self.store(replica, user, row, self.rules.ttl_us),
            Some(OnEvent::UpdateIfPresent) if present => self.store(replica, user, row, self.rules.ttl_us),
            // An event beats an entry that is kept past its life.
            Some(OnEvent::UpdateIfPresent) if self.rules.stale_us.is_some() => {
                self.memory(replica).entries.remove(&user);
            }
            Some(OnEvent::UpdateIfPresent) | None => {}
            Some(OnEvent::Invalidate) => drop(self.memory(replica).entries.remove(&user)),
        }
        Fate::Applied
    }

    pub(super) fn sweep(&mut self) {
        let (now, kept_us) = (self.now, self.rules.stale_us.unwrap_or(0));
        self.each_replica(|simulation, replica| {
            let entries = &mut simulation.memory(replica).entries;
            let before = entries.len() as u64;
            entries.retain(|_, entry| now < entry.expires_us.saturating_add(kept_us));
            let removed = before - entries.len() as u64;
            simulation.journal.sweeps.push((now, before, removed));
        });
    }
}
