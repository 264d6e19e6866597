//! What is written to the database, and how each replica hears of it.

use super::World;
use super::feed::Publication;
use super::under_way::{Begun, UnderWay, WriteCause};
use crate::model::{Action, ChangeFault, ChangeKind, Delay, Probability, Reach, RoleChange, RoleId};
use crate::sim::block::{Block, Event, MomentKind};
use crate::sim::callback::Callback;
use crate::sim::draw_keys::DrawKeys;
use crate::sim::observer::Observer;
use crate::workload::Chance;

/// A write, as far as the database is concerned.
struct Write<'d> {
    user: u32,
    role: RoleId,
    name: Option<&'d str>,
    change: Option<Announced<'d>>,
    /// How many tables it writes to.
    count: u64,
}

/// A role change that an event announces.
struct Announced<'d> {
    fault: ChangeFault,
    replica: u32,
    scripted: Option<&'d RoleChange>,
}

/// An event that leaves the database.
#[derive(Clone, Copy)]
struct Leaving {
    event: Event,
    step: u32,
    at_us: u64,
    /// The position of its commit.
    position: u64,
    /// For an event that leaves with a commit that was under way: where that was scheduled.
    scheduled: Option<u64>,
    key: u64,
}

impl<'a> World<'a> {
    /// Begins a write, if the cause is one.
    pub(super) fn begin(
        &mut self,
        block: &mut Block,
        at_us: u64,
        cause: WriteCause,
        observer: &mut dyn Observer,
    ) {
        let Some(write) = self.write_of(cause) else { return };
        let key = self.keys.change(write.user, &self.workload.users);
        self.begun += 1;
        let begun = Begun { cause, at_us, key, number: self.begun };
        if self.fault_schedule.is_down_between(at_us, at_us) {
            return self.fail_write(block, at_us, begun, None);
        }
        match self.chances.delay_us(self.system.write_latency, Chance::WriteLatency, key) {
            0 => self.commit(block, at_us, begun, None, observer),
            latency_us => {
                // A step has a moment of its own already; only a place in the order of things can be compared.
                if !matches!(cause, WriteCause::Step(_)) {
                    self.push_moment(block, at_us, cause.step(), None, MomentKind::Started);
                }
                let begun_at = self.position - 1;
                let commits_us = at_us.saturating_add(latency_us);
                self.under_way.push(commits_us, (begun_at, UnderWay::Commit(begun)));
            }
        }
    }

    /// What a cause writes to the users' table, if it does.
    fn write_of(&self, cause: WriteCause) -> Option<Write<'a>> {
        let unscripted = |user, role| {
            let told = Announced { fault: ChangeFault::None, replica: 0, scripted: None };
            Write { user, role, name: None, change: Some(told), count: 1 }
        };
        let step = match cause {
            WriteCause::Step(step) => step,
            WriteCause::Drawn(index) => {
                let change = self.workload.changes.get(index)?;
                return Some(unscripted(change.user, change.role));
            }
            WriteCause::Recorded { user, role } => return Some(unscripted(user, role)),
        };
        let day = self.day;
        let (id, role, name, change) = match &day.script[step as usize].action {
            Action::Change(change) => {
                let name = match &change.kind {
                    ChangeKind::AddAdmin { name, .. } | ChangeKind::RemoveAdmin { name, .. } => {
                        name.as_deref()
                    }
                    _ => None,
                };
                (change.kind.user(), change.kind.role(&day.roles), name, Some(change))
            }
            Action::CreateUser { user, role, name } => (user, *role, name.as_deref(), None),
            Action::WriteDb { user, role } => (user, *role, None, None),
            _ => return None,
        };
        let transfers = change.is_some_and(|change| matches!(change.kind, ChangeKind::Transfer { .. }));
        let told = change.map(|change| Announced {
            fault: change.fault,
            replica: change.replica,
            scripted: Some(change),
        });
        let user = self.workload.users.find(id)?;
        Some(Write { user, role, name, change: told, count: 1 + u64::from(transfers) })
    }

    /// Commits a write, and sends its event on its way; an outage since its beginning lets it fail.
    pub(super) fn commit(
        &mut self,
        block: &mut Block,
        at_us: u64,
        begun: Begun,
        scheduled: Option<u64>,
        observer: &mut dyn Observer,
    ) {
        if self.fault_schedule.is_down_between(begun.at_us, at_us) {
            return self.fail_write(block, at_us, begun, scheduled);
        }
        let Some(Write { user, role, name, change, count }) = self.write_of(begun.cause) else { return };
        let position = self.position;
        block.judge(&self.database, &mut self.unasked);
        let commit = self.database.upsert(user, role, at_us, position);
        if commit.charged().reduction {
            self.unasked.reduced(user, commit.row.version);
        }
        if let Some(name) = name {
            self.database.set_name(user, name);
        }
        let scripted = change.as_ref().and_then(|told| told.scripted);
        if let Some(RoleChange { kind: ChangeKind::Transfer { mailbox, .. }, .. }) = scripted {
            self.database.set_creator(mailbox, user);
        }
        let measured = at_us >= self.measure_from_us;
        let lowers = commit.charged().reduction;
        let event = Event { user, row: commit.row, lowers, fails: false, measured, replica: 0 };
        let step = begun.cause.step();
        let leaving = Leaving { event, step, at_us, position, scheduled, key: begun.key };
        let mended = self.mended.contains(&commit.row.version.0);
        let is_sent = !mended && self.feed.is_none();
        let lost = change.as_ref().filter(|_| is_sent).map_or(0, |told| self.lost_by(told, &leaving));
        let kind = MomentKind::Committed {
            user,
            row: commit.row,
            writes: count,
            event: change.is_some(),
            lost,
            change: commit.changes_role().then(|| commit.charged()),
            measured,
        };
        self.push_moment(block, at_us, step, scheduled, kind);
        if mended {
            for replica in 0..self.system.replicas.count.get() {
                let event = Event { replica, ..event };
                self.push_moment(block, at_us, step, scheduled, MomentKind::Delivered(event));
            }
        }
        let Some(told) = change else { return };
        for replica in self.reached(&told).filter(|_| is_sent) {
            self.send(block, &told, leaving, replica);
        }
        let replicas = self.reached(&told);
        if let Some(feed) = self.feed.as_mut().filter(|_| !mended) {
            feed.publish(Publication { event, step, begun, fault: told.fault }, replicas);
        }
        if observer.listens() {
            observer.role_changed(step, at_us, self.callback(&told, user, role));
        }
    }

    fn fail_write(&mut self, block: &mut Block, at_us: u64, begun: Begun, scheduled: Option<u64>) {
        let Some(Write { user, count, .. }) = self.write_of(begun.cause) else { return };
        let kind = MomentKind::WriteFailed { user, writes: count, measured: at_us >= self.measure_from_us };
        self.push_moment(block, at_us, begun.cause.step(), scheduled, kind);
    }

    /// The replicas that an event is sent to.
    fn reached(&self, told: &Announced<'_>) -> std::ops::Range<u32> {
        match self.system.channel.reach {
            Reach::All => 0..self.system.replicas.count.get(),
            Reach::Local => told.replica..told.replica + 1,
        }
    }

    /// How many replicas an event is lost to.
    fn lost_by(&self, told: &Announced<'_>, leaving: &Leaving) -> u64 {
        self.reached(told).filter(|replica| self.loses(told, leaving, *replica)).count() as u64
    }

    fn loses(&self, told: &Announced<'_>, leaving: &Leaving, replica: u32) -> bool {
        let key = DrawKeys::part(leaving.key, replica.into());
        told.fault == ChangeFault::EventLost
            || self.fault_schedule.loses(leaving.at_us, replica)
            || self.chances.happens(self.loss(leaving.at_us, replica), Chance::Loss, key)
    }

    fn loss(&self, at_us: u64, replica: u32) -> Probability {
        self.fault_schedule.channel_loss(at_us, replica).unwrap_or(self.system.channel.loss)
    }

    /// Sends an event to a replica, perhaps twice, unless it gets lost.
    fn send(&mut self, block: &mut Block, told: &Announced<'_>, leaving: Leaving, replica: u32) {
        if self.loses(told, &leaving, replica) {
            return;
        }
        let channel = self.system.channel;
        let key = DrawKeys::part(leaving.key, replica.into());
        let delay = self.fault_schedule.channel_delay(leaving.at_us, replica).unwrap_or(channel.delay);
        let event = Event { fails: told.fault == ChangeFault::UpdateFails, replica, ..leaving.event };
        let leaving = Leaving { event, ..leaving };
        self.deliver_after(block, leaving, delay, Chance::EventDelay, key);
        if self.chances.happens(channel.duplicate, Chance::Duplicate, key) {
            self.deliver_after(block, leaving, delay, Chance::DuplicateDelay, key);
        }
    }

    fn deliver_after(&mut self, block: &mut Block, leaving: Leaving, delay: Delay, what: Chance, key: u64) {
        let Leaving { event, step, at_us, position, scheduled, .. } = leaving;
        match self.chances.delay_us(delay, what, key) {
            0 => self.arrive(block, at_us, step, scheduled, event),
            delay_us => {
                let arrives_us = at_us.saturating_add(delay_us);
                self.under_way.push(arrives_us, (position, UnderWay::Deliver { step, event }));
            }
        }
    }

    /// An event reaches its replica.
    pub(super) fn arrive(
        &mut self,
        block: &mut Block,
        at_us: u64,
        step: u32,
        scheduled: Option<u64>,
        event: Event,
    ) {
        let event =
            Event { fails: event.fails || self.fault_schedule.fails_updates(at_us, event.replica), ..event };
        self.push_moment(block, at_us, step, scheduled, MomentKind::Delivered(event));
    }

    fn callback(&self, told: &Announced<'_>, user: u32, role: RoleId) -> Callback {
        let name = self.database.name(user).map(str::to_owned);
        let set = |user, role: RoleId| Callback::RoleSet { user, role: self.day.roles.name(role).to_owned() };
        match told.scripted.map(|change| &change.kind) {
            Some(ChangeKind::AddAdmin { user, .. }) => Callback::AdminAdded { user: user.clone(), name },
            Some(ChangeKind::RemoveAdmin { user, .. }) => Callback::AdminRemoved { user: user.clone(), name },
            Some(ChangeKind::Transfer { mailbox, from, to }) => {
                Callback::AdminTransferred { from: from.clone(), to: to.clone(), mailbox: mailbox.clone() }
            }
            Some(ChangeKind::SetRole { user, role }) => set(user.clone(), *role),
            None => set(self.workload.users.id(user).clone(), role),
        }
    }
}
