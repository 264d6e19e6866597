//! The way of an event from its commit to the replicas.

use rolesim::model::{Action, ChangeFault, Delay, Reach, RoleChange, Trouble};
use rolesim::workload::Chance;

use super::{Fate, Happening, Simulation, part};

impl Simulation<'_> {
    /// An event leaves.
    pub(super) fn tell(&mut self, number: usize, change: &RoleChange, key: u64) {
        if self.rules.oracle {
            self.seen.insert(change.kind.user().clone());
        }
        let count = self.system.replicas.count.get();
        if self.rules.l2_us.is_some() && self.rules.hears() {
            self.send(number, change.fault, count, part(key, count.into()));
        }
        if self.rules.hears() && self.coming.poll.is_none() {
            for replica in 0..count {
                if self.system.channel.reach == Reach::All || replica == change.replica {
                    self.send(number, change.fault, replica, part(key, u64::from(replica)));
                }
            }
        }
    }

    fn send(&mut self, number: usize, fault: ChangeFault, replica: u32, key: u64) {
        let channel = self.system.channel;
        let trouble = self.troubles_of(replica).any(|trouble| *trouble == Trouble::ChannelLost)
            || self.is_channel_down(self.now, replica);
        let mut losses = self.coming.channel_loss.iter().rev();
        let loss = losses.find(|(from_us, to_us, _)| (*from_us..*to_us).contains(&self.now));
        let own = self.troubles_of(replica).rev().find_map(|trouble| match trouble {
            Trouble::ChannelLoss(loss) => Some(*loss),
            _ => None,
        });
        let likely = own.or(loss.map(|loss| loss.2)).unwrap_or(channel.loss);
        let chance = self.chances.happens(likely, Chance::Loss, key);
        if fault == ChangeFault::EventLost || trouble || chance {
            if replica == self.system.replicas.count.get() {
                return;
            }
            self.journal.commits[number].fates.push((replica, self.now, Fate::Lost));
            return;
        }
        let delay = self.event_delay(replica);
        let arrives = || Happening::EventArrives(number, replica);
        self.after(self.chances.delay_us(delay, Chance::EventDelay, key), arrives());
        if self.chances.happens(channel.duplicate, Chance::Duplicate, key) {
            self.after(self.chances.delay_us(delay, Chance::DuplicateDelay, key), arrives());
        }
    }

    fn event_delay(&self, replica: u32) -> Delay {
        let troubled = self.troubles_of(replica).rev().find_map(|trouble| match trouble {
            Trouble::ChannelDelay(delay) => Some(*delay),
            _ => None,
        });
        troubled.unwrap_or(self.system.channel.delay)
    }

    pub(super) fn event_delay_us(&self, replica: u32, key: u64) -> u64 {
        self.chances.delay_us(self.event_delay(replica), Chance::EventDelay, key)
    }

    pub(super) fn event_arrives(&mut self, number: usize, replica: u32) {
        let commit = &self.journal.commits[number];
        let (user, row) = (commit.user.clone(), commit.after);
        let Action::Change(change) = &self.day.script[commit.step].action else {
            unreachable!("only changes tell")
        };
        if replica == self.system.replicas.count.get() {
            self.second_level_hears(number);
            return;
        }
        let update_fails = change.fault == ChangeFault::UpdateFails
            || self.troubles_of(replica).any(|trouble| *trouble == Trouble::UpdateFails);
        self.hold(replica, &user);
        let fate = if update_fails {
            self.update_fails(replica, &user, row);
            Fate::Failed
        } else if self.rules.reloads {
            self.reload(replica);
            Fate::Applied
        } else if self.rules.denylist {
            self.deny(replica, number)
        } else {
            self.apply(replica, user, row)
        };
        self.journal.commits[number].fates.push((replica, self.now, fate));
    }
}
