//! The database: writes, reads that wait for their turn, and outages.

use rolesim::model::{Action, ChangeKind, RoleChange, RoleId, Roles, Trouble, UserId};
use rolesim::workload::Chance;

use std::collections::HashMap;

use super::{
    Commit, FailedWrite, Fetch, Happening, Memory, Purpose, Read, Row, Simulation, Write, part, user_key,
};

/// What a step writes, to whom, and how many writes that is.
fn written<'a>(action: &'a Action, roles: &Roles) -> (&'a UserId, RoleId, u64) {
    match action {
        Action::Change(RoleChange { kind, .. }) => {
            let writes = if matches!(kind, ChangeKind::Transfer { .. }) { 2 } else { 1 };
            (kind.user(), kind.role(roles), writes)
        }
        Action::CreateUser { user, role, .. } | Action::WriteDb { user, role } => (user, *role, 1),
        _ => unreachable!("only steps that write commit"),
    }
}

/// What names a read's lag in draws.
const LAG: u64 = 0x4c41_4721;

// Writes.
impl Simulation<'_> {
    pub(super) fn committed(&self, user: &UserId) -> Row {
        self.database.get(user).copied().unwrap_or_default()
    }

    pub(super) fn write_begins(&mut self, step: usize) {
        let day = self.day;
        let (user, ..) = written(&day.script[step].action, &day.roles);
        let number = self.writes_of.entry(user.clone()).or_default();
        *number += 1;
        let key = part(user_key(user), *number);
        self.begun_writes += 1;
        let (begun_us, number) = (self.now, self.begun_writes);
        if let (true, Action::Change(change)) = (self.rules.on_write.before, &day.script[step].action) {
            self.drop_entry(change.replica, user);
        }
        if self.is_down() {
            return self.write_ends(Write { step, number, begun_us, key, fails: true });
        }
        let latency_us = self.chances.delay_us(self.system.write_latency, Chance::WriteLatency, key);
        let ends_us = begun_us + latency_us;
        let fails = self.outages().iter().any(|(from_us, to_us)| *from_us <= ends_us && begun_us < *to_us);
        self.after(latency_us, Happening::WriteEnds(Write { step, number, begun_us, key, fails }));
    }

    pub(super) fn write_ends(&mut self, write: Write) {
        let Write { step, begun_us, key, fails, .. } = write;
        let action = &self.day.script[step].action;
        let (user, role, writes) = written(action, &self.day.roles);
        if fails {
            return self.journal.failed_writes.push(FailedWrite { begun_us, failed_us: self.now, writes });
        }
        let number = self.journal.commits.len();
        let after = Row { role: role.0, version: number as u64 + 1 };
        self.journal.commits.push(Commit {
            step,
            at_us: self.now,
            user: user.clone(),
            before: self.committed(user).role,
            after,
            is_event: matches!(action, Action::Change(_)),
            writes,
            write,
            fates: Vec::new(),
        });
        self.database.insert(user.clone(), after);
        if let Action::Change(change) = action {
            self.dropped_by_commit(change.replica, user);
            self.tell(number, change, key);
        }
    }
}

// Reads.
impl Simulation<'_> {
    pub(super) fn is_down(&self) -> bool {
        self.troubles().any(|trouble| *trouble == Trouble::DatabaseDown)
    }

    pub(super) fn is_down_for(&self, replica: u32) -> bool {
        self.troubles_of(replica).any(|trouble| *trouble == Trouble::DatabaseDown)
    }

    /// The instant whose data a read sees, which may be before the start.
    pub(super) fn as_of_us(&self, key: u64) -> i64 {
        let now = match self.rules.quantize_us {
            Some(period_us) => self.now / period_us * period_us,
            None => self.now,
        };
        let lag = self.coming.replica_lag;
        let lag_us = lag.map_or(0, |lag| self.chances.delay_us(lag, Chance::ReadLatency, part(key, LAG)));
        now as i64 - lag_us as i64
    }

    /// All rows as they were then.
    pub(super) fn all_rows(&self, as_of_us: i64) -> HashMap<UserId, Row> {
        let mut rows = self.initial.clone();
        for commit in self.journal.commits.iter().filter(|commit| commit.at_us as i64 <= as_of_us) {
            rows.insert(commit.user.clone(), commit.after);
        }
        rows
    }

    /// What a read that is issued now sees.
    pub(super) fn seen_by_read(&self, user: &UserId, key: u64) -> Row {
        match self.as_of_us(key) {
            as_of_us if as_of_us == self.now as i64 => self.committed(user),
            as_of_us => self.all_rows(as_of_us).get(user).copied().unwrap_or_default(),
        }
    }

    /// Issues a read for a request, which leads it.
    pub(super) fn read(&mut self, id: usize) {
        self.read_for(id, Purpose::Read, vec![id]);
    }

    /// Issues a read that a request causes, and that these wait for.
    pub(super) fn read_for(&mut self, id: usize, purpose: Purpose, waiting: Vec<usize>) {
        let request = &self.journal.requests[id];
        let key = part(request.key, request.asked_again);
        let expires_by = self.rules.quantize_us.map(|period_us| (self.now / period_us + 1) * period_us);
        let (user, replica) = (request.answer.user.clone(), request.replica);
        // While fetches of the user are in flight, what is known of it is known to new ones too.
        let others = self.in_flight().filter(|other| other.user == user && other.replica == replica);
        let newest_known = others.map(|other| other.newest_known).max().unwrap_or(0);
        let request = &self.journal.requests[id];
        let fetch = Fetch {
            newest_known,
            user: request.answer.user.clone(),
            row: self.seen_by_read(&request.answer.user, key),
            waiting,
            joinable: true,
            leader: id,
            expires_by_us: expires_by.unwrap_or(u64::MAX),
            ..Fetch::background(request.replica, key, purpose)
        };
        match self.rules.l2_us {
            Some(_) => self.ask_second_level(fetch),
            None => self.issue(fetch),
        }
    }

    pub(super) fn issue(&mut self, mut fetch: Fetch) {
        self.journal.reads.push(Read { issued_us: self.now, served_us: None });
        if self.is_down_for(fetch.replica) {
            return self.read_failed(fetch);
        }
        fetch.fails = self.chances.happens(self.system.read_errors, Chance::ReadError, fetch.key);
        let number = self.journal.reads.len() as u64;
        self.fetches.insert(number, fetch);
        if self.has_room() {
            let latency_us = self.begin_to_serve(number);
            self.after(latency_us, Happening::DatabaseAnswers(number));
        } else {
            self.queued.push_back(number);
        }
    }

    fn has_room(&self) -> bool {
        self.system.concurrency.is_none_or(|most| self.served.len() < most.get() as usize)
    }

    /// The read takes a place of the database, and from now on what reads take now.
    fn begin_to_serve(&mut self, number: u64) -> u64 {
        self.served.insert(number);
        self.journal.reads[number as usize - 1].served_us = Some(self.now);
        let troubled =
            self.troubles_of(self.fetches[&number].replica).rev().find_map(|trouble| match trouble {
                Trouble::ReadLatency(delay) => Some(*delay),
                _ => None,
            });
        let delay = troubled.unwrap_or(self.system.read_latency);
        self.chances.delay_us(delay, Chance::ReadLatency, self.fetches[&number].key)
    }

    /// The database turns to those that wait, as many as it can. They are under way: even an answer that takes no
    /// time goes behind what was scheduled before.
    fn serve(&mut self) {
        while self.has_room() {
            let Some(number) = self.queued.pop_front() else { return };
            let latency_us = self.begin_to_serve(number);
            self.schedule(latency_us, Happening::DatabaseAnswers(number));
        }
    }

    pub(super) fn database_answers(&mut self, number: u64) {
        let Some(fetch) = self.fetches.remove(&number) else {
            return; // a restart or an outage ended it
        };
        self.served.remove(&number);
        self.serve();
        match fetch.fails {
            true => self.read_failed(fetch),
            false => self.answered(fetch),
        }
    }

    pub(super) fn outage_begins(&mut self) {
        let down: Vec<u32> =
            (0..self.system.replicas.count.get()).filter(|replica| self.is_down_for(*replica)).collect();
        self.give_up(|replica| down.contains(&replica));
    }

    pub(super) fn restart(&mut self, which: Option<u32>) {
        let hit = |replica: u32| which.is_none_or(|which| which == replica);
        self.each_replica(|simulation, replica| {
            if hit(replica) {
                simulation.forget(replica);
            }
        });
        self.give_up(hit);
        for (number, fetch) in std::mem::take(&mut self.l2_asks) {
            match hit(fetch.replica) {
                true => self.read_failed(fetch),
                false => drop(self.l2_asks.insert(number, fetch)),
            }
        }
        self.each_replica(|simulation, replica| {
            if hit(replica) {
                simulation.restart_copy(replica);
            }
        });
    }

    /// A process loses what it holds.
    fn forget(&mut self, replica: u32) {
        self.copies[replica as usize].pending = false;
        if !self.rules.persists {
            self.denied[replica as usize].clear();
        }
        if !self.rules.token {
            let memory = Memory { last_heartbeat_us: self.now, ..Memory::default() };
            let lost = std::mem::replace(self.memory(replica), memory);
            lost.waiting.into_values().flatten().for_each(|id| self.fail(id));
        }
    }

    /// Takes reads off the database; those who wait for them get an error.
    fn give_up(&mut self, which: impl Fn(u32) -> bool) {
        let ended: Vec<u64> = self
            .fetches
            .iter()
            .filter(|(_, fetch)| which(fetch.replica))
            .map(|(number, _)| *number)
            .collect();
        for number in ended {
            let fetch = self.fetches.remove(&number).unwrap();
            self.served.remove(&number);
            self.queued.retain(|queued| *queued != number);
            self.read_failed(fetch);
        }
        for (number, check) in std::mem::take(&mut self.checks) {
            match which(check.replica) {
                true => self.stale_or_fail(check.id),
                false => drop(self.checks.insert(number, check)),
            }
        }
        self.serve();
    }
}
