//! Requests that may not be answered from memory unchecked.

use rolesim::workload::Chance;

use super::{Happening, Outcome, Simulation, part};

/// What names checks in draws.
const CHECK: u64 = 0x4348_4543;

/// What a sensitive request does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sensitive {
    #[default]
    Cached,
    Bypass,
    Validate,
}

/// A request whose entry's version is being compared.
#[derive(Clone, Copy)]
pub(super) struct Check {
    pub(super) id: usize,
    pub(super) replica: u32,
    version: u64,
}

impl Simulation<'_> {
    pub(super) fn ask_sensitive(&mut self, id: usize) {
        let request = &self.journal.requests[id];
        let (user, replica, key) = (request.answer.user.clone(), request.replica, part(request.key, CHECK));
        let entry = self.usable(replica, &user);
        match self.rules.sensitive {
            Sensitive::Cached => return self.ask(id),
            Sensitive::Validate if entry.is_some() => {}
            Sensitive::Validate => return self.ask(id),
            Sensitive::Bypass => return self.lead(id),
        }
        self.journal.checks_us.push(self.now);
        if self.is_down_for(replica) {
            return self.stale_or_fail(id);
        }
        let version = self.seen_by_read(&user, key).version;
        let number = self.journal.checks_us.len() as u64;
        self.checks.insert(number, Check { id, replica, version });
        let delay = self.coming.check_latency.unwrap_or(self.system.read_latency);
        self.after(self.chances.delay_us(delay, Chance::ReadLatency, key), Happening::Checked(number));
    }

    pub(super) fn checked(&mut self, number: u64) {
        let Some(Check { id, replica, version }) = self.checks.remove(&number) else { return };
        let user = self.journal.requests[id].answer.user.clone();
        match self.usable(replica, &user).filter(|row| row.version == version) {
            Some(row) => {
                self.hit(id);
                self.answer(id, row);
            }
            None => self.lead(id),
        }
    }

    /// A read of its own, whatever is in flight.
    fn lead(&mut self, id: usize) {
        self.first_missed(id, Outcome::Load);
        self.read(id);
    }
}
