//! The way of an event from its commit to the replicas.

use rolesim::model::{Action, ChangeFault, Reach, RoleChange, Trouble};
use rolesim::workload::Chance;

use super::{Fate, Happening, Simulation, part};

impl Simulation<'_> {
    /// An event leaves.
    pub(super) fn tell(&mut self, number: usize, change: &RoleChange, key: u64) {
        if self.rules.oracle {
            self.seen.insert(change.kind.user().clone());
        }
        if self.rules.on_event.is_some() {
            for replica in 0..self.system.replicas.count.get() {
                if self.system.channel.reach == Reach::All || replica == change.replica {
                    self.send(number, change.fault, replica, part(key, u64::from(replica)));
                }
            }
        }
    }

    fn send(&mut self, number: usize, fault: ChangeFault, replica: u32, key: u64) {
        let channel = self.system.channel;
        let trouble = self.troubles().any(|trouble| *trouble == Trouble::ChannelLost);
        let chance = self.chances.happens(channel.loss, Chance::Loss, key);
        if fault == ChangeFault::EventLost || trouble || chance {
            self.journal.commits[number].fates.push((replica, self.now, Fate::Lost));
            return;
        }
        let troubled = self.troubles().rev().find_map(|trouble| match trouble {
            Trouble::ChannelDelay(delay) => Some(*delay),
            _ => None,
        });
        let delay = troubled.unwrap_or(channel.delay);
        let arrives = || Happening::EventArrives(number, replica);
        self.after(self.chances.delay_us(delay, Chance::EventDelay, key), arrives());
        if self.chances.happens(channel.duplicate, Chance::Duplicate, key) {
            self.after(self.chances.delay_us(delay, Chance::DuplicateDelay, key), arrives());
        }
    }

    pub(super) fn event_arrives(&mut self, number: usize, replica: u32) {
        let commit = &self.journal.commits[number];
        let (user, row) = (commit.user.clone(), commit.after);
        let Action::Change(change) = &self.day.script[commit.step].action else {
            unreachable!("only changes tell")
        };
        let trouble = self.troubles().any(|trouble| *trouble == Trouble::UpdateFails);
        let fate = if change.fault == ChangeFault::UpdateFails || trouble {
            self.update_fails(replica, &user, row);
            Fate::Failed
        } else {
            self.apply(replica, user, row)
        };
        self.journal.commits[number].fates.push((replica, self.now, fate));
    }
}
