//! The second level, which all replicas share.

use rolesim::model::Delay;
use rolesim::workload::Chance;

use super::{Entry, Fate, Fetch, Happening, Row, Simulation, part};

/// What names the second level in draws.
const LEVEL: u64 = 0x4c32;

impl Simulation<'_> {
    /// A fetch asks the second level first.
    pub(super) fn ask_second_level(&mut self, fetch: Fetch) {
        self.asked_l2 += 1;
        let number = self.asked_l2;
        let key = part(fetch.key, LEVEL);
        self.l2_asks.insert(number, fetch);
        let latency_us = self
            .coming
            .l2_latency
            .map_or(0, |delay: Delay| self.chances.delay_us(delay, Chance::ReadLatency, key));
        self.after(latency_us, Happening::SecondLevelAnswers(number));
    }

    pub(super) fn second_level_answers(&mut self, number: u64) {
        let Some(mut fetch) = self.l2_asks.remove(&number) else { return };
        let entry = self.l2.get(&fetch.user).filter(|entry| self.now < entry.expires_us);
        match entry.map(|entry| entry.row).filter(|row| row.version >= fetch.newest_known) {
            Some(row) => {
                self.journal.l2_us.push((self.now, true));
                fetch.row = row;
                fetch.from_l2 = true;
                self.answered(fetch);
            }
            None => {
                self.journal.l2_us.push((self.now, false));
                fetch.row = self.seen_by_read(&fetch.user, fetch.key);
                self.issue(fetch);
            }
        }
    }

    pub(super) fn store_in_second_level(&mut self, fetch: &Fetch) {
        if let Some(ttl_us) = self.rules.l2_us.filter(|_| !fetch.from_l2) {
            let entry = Entry {
                row: fetch.row,
                stored_us: self.now,
                expires_us: self.now.saturating_add(ttl_us),
                used: 0,
            };
            self.l2.insert(fetch.user.clone(), entry);
        }
    }

    /// The event of a commit reaches the second level.
    pub(super) fn second_level_hears(&mut self, number: usize) -> Fate {
        let (user, row): (_, Row) =
            (self.journal.commits[number].user.clone(), self.journal.commits[number].after);
        let held = self.l2.get(&user).map(|entry| entry.row.version);
        if held.is_some_and(|version| row.version < version) {
            return Fate::Rejected;
        }
        let writes = self.rules.on_event == Some(rolesim::cache::OnEvent::Update)
            || (held.is_some() && self.rules.on_event == Some(rolesim::cache::OnEvent::UpdateIfPresent));
        if writes {
            let expires_us = self.now.saturating_add(self.rules.l2_us.unwrap());
            self.l2.insert(user, Entry { row, stored_us: self.now, expires_us, used: 0 });
        } else {
            self.l2.remove(&user);
        }
        Fate::Applied
    }
}
