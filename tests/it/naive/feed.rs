//! Feeds that are polled, and heartbeats.

use std::collections::HashSet;

use rolesim::model::{Action, ChangeFault, Reach, Trouble};
use rolesim::workload::Chance;

use super::{Fate, Happening, Place, Read, Simulation, part};

/// What names heartbeats in draws.
const HEARTBEATS: u64 = 0x4845_4152;

/// What a replica has had of the feed.
#[derive(Default)]
pub(super) struct Reader {
    last_poll_us: Option<u64>,
    had: HashSet<usize>,
    cursor: u64,
}

impl Simulation<'_> {
    pub(super) fn prepare_feed(&mut self, end_us: u64) {
        let count = u64::from(self.system.replicas.count.get());
        let hears = self.rules.hears();
        if let Some(poll) = self.coming.poll.filter(|poll| hears && !poll.on_read) {
            for replica in 0..count {
                let first_us = poll.period_us * replica / count;
                for at_us in (first_us..end_us).step_by(poll.period_us as usize) {
                    self.agenda.insert((at_us, Place::Poll(replica)), Happening::Poll(replica as u32));
                }
            }
        }
        for step in self.coming.poll_steps.iter().filter(|_| hears) {
            for replica in (0..count as u32).filter(|replica| step.replica.is_none_or(|one| one == *replica))
            {
                let place = Place::Scripted(step.after, u64::MAX, replica as usize);
                self.agenda.insert((step.at_us, place), Happening::Poll(replica));
            }
        }
        let Some(period_us) = self.coming.heartbeat_us else { return };
        for (k, leaves_us) in (0..end_us).step_by(period_us as usize).enumerate() {
            for replica in 0..count as u32 {
                self.heartbeat_leaves(k as u64, leaves_us, replica);
            }
        }
    }

    fn heartbeat_leaves(&mut self, k: u64, leaves_us: u64, replica: u32) {
        let key = part(part(HEARTBEATS, k), replica.into());
        let delay_us = self.chances.delay_us(self.system.channel.delay, Chance::EventDelay, key);
        let arrives = !self.is_channel_down(leaves_us, replica);
        let place = Place::Heartbeat(k, replica);
        self.agenda.insert((leaves_us + delay_us, place), Happening::Heartbeat(replica, arrives));
    }

    pub(super) fn is_channel_down(&self, at_us: u64, replica: u32) -> bool {
        let own = self.coming.replica_faults.iter().any(|(of, fault)| {
            let (from_us, to_us) = (self.since_start(fault.window.from), self.since_start(fault.window.to));
            *of == replica && fault.trouble == Trouble::ChannelDown && (from_us..to_us).contains(&at_us)
        });
        own || self.coming.channel_down.iter().any(|(from_us, to_us)| (*from_us..*to_us).contains(&at_us))
    }

    /// A heartbeat arrives, or it would have.
    pub(super) fn heartbeat(&mut self, replica: u32, arrives: bool) {
        let now = self.now;
        let flushes = self.rules.flushes;
        let memory = self.memory(replica);
        if !arrives {
            memory.missed_heartbeat = true;
            return;
        }
        memory.last_heartbeat_us = now;
        if std::mem::take(&mut memory.missed_heartbeat) && flushes {
            self.clear(replica);
        }
    }

    /// Whether the entries may be used as far as the lease goes.
    pub(super) fn is_leased(&self, replica: u32) -> bool {
        let last_us = self.memories[replica as usize].last_heartbeat_us;
        self.rules.lease_us.is_none_or(|lease_us| self.now < last_us + lease_us)
    }

    /// A request has been dealt with.
    pub(super) fn poll_after_request(&mut self, replica: u32) {
        let Some(poll) = self.coming.poll.filter(|poll| poll.on_read) else { return };
        let last_us = self.readers[replica as usize].last_poll_us;
        if self.rules.hears() && last_us.is_none_or(|last_us| self.now >= last_us + poll.period_us) {
            self.readers[replica as usize].last_poll_us = Some(self.now);
            self.poll(replica);
        }
    }

    pub(super) fn poll(&mut self, replica: u32) {
        let Some(poll) = self.coming.poll else { return };
        self.journal.polls_us.push(self.now);
        self.journal.reads.push(Read { issued_us: self.now, served_us: Some(self.now) });
        let lost = self.troubles_of(replica).any(|trouble| *trouble == Trouble::ChannelLost);
        if lost || self.is_channel_down(self.now, replica) || self.is_down_for(replica) {
            return;
        }
        let cursor = self.readers[replica as usize].cursor;
        let mut rows = 0;
        for number in 0..self.journal.commits.len() {
            let Some((fault, write)) = self.to_be_read(number, replica) else { continue };
            let is_passed = poll.by_number && write.number <= cursor;
            if !is_passed && write.begun_us + poll.lag_us > self.now {
                continue;
            }
            let reader = &mut self.readers[replica as usize];
            reader.had.insert(number);
            if is_passed || fault == ChangeFault::EventLost {
                self.journal.commits[number].fates.push((replica, self.now, Fate::Lost));
                continue;
            }
            reader.cursor = reader.cursor.max(write.number);
            rows += 1;
            let key = part(write.key, replica.into());
            self.after(self.event_delay_us(replica, key), Happening::EventArrives(number, replica));
        }
        self.journal.rows.push((self.now, rows));
    }

    /// An event of the feed that the replica has not had.
    fn to_be_read(&self, number: usize, replica: u32) -> Option<(ChangeFault, super::Write)> {
        let commit = &self.journal.commits[number];
        let Action::Change(change) = &self.day.script[commit.step].action else { return None };
        let is_sent = self.system.channel.reach == Reach::All || change.replica == replica;
        let is_new = !self.readers[replica as usize].had.contains(&number);
        (is_sent && is_new).then_some((change.fault, commit.write))
    }
}
