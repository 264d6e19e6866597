//! The database: writes, reads that wait for their turn, and outages.

use rolesim::model::{Action, ChangeKind, RoleChange, RoleId, Roles, Trouble, UserId};
use rolesim::workload::Chance;

use super::{Commit, FailedWrite, Fetch, Happening, Memory, Read, Row, Simulation, Write, part, user_key};

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
        let begun_us = self.now;
        if self.is_down() {
            return self.write_ends(Write { step, begun_us, key, fails: true });
        }
        let latency_us = self.chances.delay_us(self.system.write_latency, Chance::WriteLatency, key);
        let ends_us = begun_us + latency_us;
        let fails = self.outages().iter().any(|(from_us, to_us)| *from_us <= ends_us && begun_us < *to_us);
        self.after(latency_us, Happening::WriteEnds(Write { step, begun_us, key, fails }));
    }

    pub(super) fn write_ends(&mut self, write: Write) {
        let Write { step, begun_us, key, fails } = write;
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
            fates: Vec::new(),
        });
        self.database.insert(user.clone(), after);
        if let Action::Change(change) = action {
            self.tell(number, change, key);
        }
    }
}

// Reads.
impl Simulation<'_> {
    pub(super) fn is_down(&self) -> bool {
        self.troubles().any(|trouble| *trouble == Trouble::DatabaseDown)
    }

    /// Issues a read for a request, which leads it.
    pub(super) fn read(&mut self, id: usize) {
        self.journal.reads.push(Read { issued_us: self.now, served_us: None });
        if self.is_down() {
            return self.fail(id);
        }
        let request = &self.journal.requests[id];
        let key = part(request.key, request.asked_again);
        let fetch = Fetch {
            user: request.answer.user.clone(),
            replica: request.replica,
            row: self.committed(&request.answer.user),
            waiting: vec![id],
            joinable: true,
            revoked: false,
            newest_known: 0,
            key,
            fails: self.chances.happens(self.system.read_errors, Chance::ReadError, key),
        };
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
        let troubled = self.troubles().rev().find_map(|trouble| match trouble {
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
            true => fetch.waiting.into_iter().for_each(|id| self.fail(id)),
            false => self.answered(fetch),
        }
    }

    pub(super) fn outage_begins(&mut self) {
        self.give_up(|_| true);
    }

    pub(super) fn restart(&mut self, which: Option<u32>) {
        let hit = |replica: u32| which.is_none_or(|which| which == replica);
        self.each_replica(|simulation, replica| {
            if hit(replica) {
                *simulation.memory(replica) = Memory::default();
            }
        });
        self.give_up(|fetch| hit(fetch.replica));
    }

    /// Takes reads off the database; those who wait for them get an error.
    fn give_up(&mut self, which: impl Fn(&Fetch) -> bool) {
        let ended: Vec<u64> =
            self.fetches.iter().filter(|(_, fetch)| which(fetch)).map(|(number, _)| *number).collect();
        for number in ended {
            let fetch = self.fetches.remove(&number).unwrap();
            self.served.remove(&number);
            self.queued.retain(|queued| *queued != number);
            fetch.waiting.into_iter().for_each(|id| self.fail(id));
        }
        self.serve();
    }
}
