//! Whole copies of the database.

use std::collections::HashMap;

use rolesim::model::UserId;
use rolesim::workload::Chance;

use super::{Happening, Outcome, Purpose, Row, Simulation, part};

/// What names loads in draws.
const LOADS: u64 = 0x4c4f_4144;

/// A replica's copy of all rows.
#[derive(Default)]
pub(super) struct Copy {
    pub(super) rows: Option<HashMap<UserId, Row>>,
    /// Requests that came before the first answer.
    waiting: Vec<usize>,
    /// The read of the load in flight.
    loading: Option<u64>,
    /// Another load follows at once.
    pub(super) pending: bool,
    loads: u64,
    /// The load that is due next; an earlier one's date no longer holds.
    due: u64,
}

impl Simulation<'_> {
    fn copy(&mut self, replica: u32) -> &mut Copy {
        &mut self.copies[replica as usize]
    }

    pub(super) fn prepare_copies(&mut self) {
        if self.rules.snapshot_us.is_some() {
            self.each_replica(Self::load);
        }
    }

    pub(super) fn ask_copy(&mut self, id: usize) {
        let request = &self.journal.requests[id];
        let (replica, user) = (request.replica, request.answer.user.clone());
        let row = self.copy(replica).rows.as_ref().map(|rows| rows.get(&user).copied().unwrap_or_default());
        match row {
            Some(row) => self.answer(id, row),
            None => {
                self.first_missed(id, Outcome::Coalesced);
                self.copy(replica).waiting.push(id);
            }
        }
    }

    /// Loads at once, or once more when the load in flight has ended.
    pub(super) fn reload(&mut self, replica: u32) {
        match self.copy(replica).loading {
            Some(_) => self.copy(replica).pending = true,
            None => self.load(replica),
        }
    }

    pub(super) fn load_due(&mut self, replica: u32, due: u64) {
        if self.copy(replica).due == due {
            self.load(replica);
        }
    }

    fn load(&mut self, replica: u32) {
        if self.now >= self.end_us() {
            return;
        }
        let is_atomic = self.rules.atomic;
        let copy = self.copy(replica);
        copy.loads += 1;
        copy.due += 1;
        if !is_atomic && copy.rows.is_some() {
            copy.rows = Some(HashMap::new());
        }
        let key = part(part(LOADS, replica.into()), copy.loads);
        let rows = self.all_rows(self.as_of_us(key));
        let number = self.journal.reads.len() as u64 + 1;
        self.copy(replica).loading = Some(number);
        self.issue(super::Fetch::background(replica, key, Purpose::Load(rows)));
    }

    pub(super) fn loaded(&mut self, replica: u32, rows: HashMap<UserId, Row>) {
        self.journal.rows.push((self.now, rows.len() as u64));
        let copy = self.copy(replica);
        copy.rows = Some(rows);
        for id in std::mem::take(&mut copy.waiting) {
            self.ask_copy(id);
        }
        self.load_ends(replica);
    }

    /// A load has ended, well or not.
    pub(super) fn load_ends(&mut self, replica: u32) {
        let copy = self.copy(replica);
        copy.loading = None;
        if std::mem::take(&mut copy.pending) {
            return self.load(replica);
        }
        copy.due += 1;
        let (due, loads) = (copy.due, copy.loads);
        let period_us = self.rules.snapshot_us.unwrap();
        let key = part(part(LOADS, replica.into()), loads);
        let wait_us = self.chances.around_us(period_us, self.rules.jitter_ppm, Chance::Life, key);
        self.schedule(wait_us, Happening::LoadDue(replica, due));
    }

    /// The copy is lost, and with it the requests that wait for it; the next load begins.
    pub(super) fn restart_copy(&mut self, replica: u32) {
        if self.rules.snapshot_us.is_none() {
            return;
        }
        self.fail_waiting(replica);
        let (loads, due) = (self.copy(replica).loads, self.copy(replica).due);
        *self.copy(replica) = Copy { loads, due, ..Copy::default() };
        self.load(replica);
    }

    pub(super) fn fail_waiting(&mut self, replica: u32) {
        for id in std::mem::take(&mut self.copy(replica).waiting) {
            self.fail(id);
        }
    }
}
