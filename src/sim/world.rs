//! The world outside the caches: the script, the database, the channel and everyone who asks.
//!
//! It plays the day once, in the order of things, and cuts it into blocks. It knows no cache; what a cache
//! answers changes nothing here.

use super::block::{Block, Event, Moment, MomentKind, Request};
use super::database::Database;
use super::marks::Marks;
use super::queue::Queue;
use super::tracker::{Callback, Tracker};
use crate::model::{Action, ChangeFault, ChangeKind, Clock, Day, RoleChange, RoleId, System};
use crate::workload::{NO_USER, RecordedError, Users, Workload, mix};

/// Elements of a block at the most.
const BLOCK_LEN: usize = 4096;

/// What is under way.
#[derive(Clone, Copy, Debug)]
enum UnderWay {
    /// The write of a step.
    Commit { step: u32 },
    /// The event of a step.
    Deliver { step: u32, event: Event },
}

/// A write, as far as the database is concerned.
struct Write<'d> {
    user: u32,
    role: RoleId,
    name: Option<&'d str>,
    change: Option<&'d RoleChange>,
}

/// The world of one day.
pub(super) struct World<'a> {
    day: &'a Day,
    system: &'a System,
    workload: Workload<'a>,
    next_scripted: usize,
    database: Database,
    /// What is under way, with the position at which it was scheduled.
    under_way: Queue<(u64, UnderWay)>,
    marks: Marks,
    position: u64,
    measure_from_us: u64,
    finished: bool,
}

impl<'a> World<'a> {
    /// The world before anything happens. `checkpoints_us` are sorted.
    pub(super) fn new(
        day: &'a Day,
        system: &'a System,
        workload: Workload<'a>,
        checkpoints_us: Vec<u64>,
    ) -> Self {
        let mut database = Database::default();
        for (user, role) in &workload.roles {
            database.load(*user, *role);
        }
        for row in &day.users {
            for (id, name) in row.ids.iter().zip(&row.name) {
                if let Some(user) = workload.users.find(&id) {
                    database.set_name(user, name);
                }
            }
        }
        for mailbox in &day.mailboxes {
            if let Some(creator) = workload.users.find(&mailbox.creator) {
                database.set_creator(&mailbox.id, creator);
            }
        }
        let Clock { start, measure_from, .. } = day.clock;
        Self {
            marks: Marks::new(&day.clock, checkpoints_us),
            measure_from_us: measure_from.0 - start.0,
            day,
            system,
            workload,
            next_scripted: 0,
            database,
            under_way: Queue::default(),
            position: 0,
            finished: false,
        }
    }

    /// The database, which is ahead of the caches by up to a block.
    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// The users named so far.
    pub(super) fn users(&self) -> &Users {
        &self.workload.users
    }

    /// Recorded rows outside the clock.
    pub(super) fn skipped_rows(&self) -> u64 {
        self.workload.arrivals.skipped()
    }

    /// Plays on until the block is full; false when the day was over before.
    ///
    /// # Errors
    /// When a recorded day cannot be read on.
    pub(super) fn next_block(
        &mut self,
        block: &mut Block,
        tracker: &mut dyn Tracker,
    ) -> Result<bool, RecordedError> {
        block.restart(self.position);
        if self.finished {
            return Ok(false);
        }
        while block.len() < BLOCK_LEN {
            let arrival = self.workload.arrivals.peek(&mut self.workload.users, &self.day.clock)?;
            let scripted = self.workload.script.get(self.next_scripted).copied();
            let under_way_us = self.under_way.peek().map(|(at_us, _)| at_us);
            let times = [under_way_us, scripted.map(|item| item.at_us), arrival.map(|arrival| arrival.at_us)];
            let Some(now_us) = times.into_iter().flatten().min() else {
                self.finish(block);
                break;
            };
            while let Some((at_us, kind)) = self.marks.next_before(now_us) {
                self.push_moment(block, at_us, Request::UNSCRIPTED, None, kind);
            }
            if under_way_us == Some(now_us) {
                self.run_under_way(block, tracker);
            } else if let Some(item) = scripted.filter(|item| item.at_us == now_us) {
                self.next_scripted += 1;
                if item.user == NO_USER {
                    self.act(block, item.at_us, item.step, tracker);
                } else {
                    self.push_request(block, Request { at_us: now_us, user: item.user, step: item.step });
                }
            } else if let Some(arrival) = arrival {
                self.workload.arrivals.take(arrival);
                let step = Request::UNSCRIPTED;
                self.push_request(block, Request { at_us: now_us, user: arrival.user, step });
            }
        }
        Ok(true)
    }

    fn finish(&mut self, block: &mut Block) {
        while let Some((at_us, kind)) = self.marks.next_before(u64::MAX) {
            self.push_moment(block, at_us, Request::UNSCRIPTED, None, kind);
        }
        self.push_moment(block, u64::MAX, Request::UNSCRIPTED, None, MomentKind::Drained);
        self.finished = true;
    }

    fn push_request(&mut self, block: &mut Block, request: Request) {
        block.requests.push(request);
        block.truth.push(self.database.row(request.user));
        block.keys.push(mix(self.workload.users.key(request.user) ^ mix(request.at_us)));
        self.position += 1;
    }

    fn push_moment(
        &mut self,
        block: &mut Block,
        at_us: u64,
        step: u32,
        scheduled: Option<u64>,
        kind: MomentKind,
    ) {
        block.moments.push(Moment { at_us, before: block.requests.len(), step, scheduled, kind });
        self.position += 1;
    }

    fn run_under_way(&mut self, block: &mut Block, tracker: &mut dyn Tracker) {
        match self.under_way.pop() {
            Some((at_us, (scheduled, UnderWay::Commit { step }))) => {
                self.commit(block, at_us, step, Some(scheduled), tracker);
            }
            Some((at_us, (scheduled, UnderWay::Deliver { step, event }))) => {
                self.push_moment(block, at_us, step, Some(scheduled), MomentKind::Delivered(event));
            }
            None => {}
        }
    }

    /// Begins a scripted action.
    fn act(&mut self, block: &mut Block, at_us: u64, step: u32, tracker: &mut dyn Tracker) {
        let day = self.day;
        let kind = match &day.script[step as usize].action {
            Action::Restart(_) => MomentKind::Restarted,
            Action::Clear => MomentKind::Cleared,
            Action::Invalidate(id) => match self.workload.users.find(id) {
                Some(user) => MomentKind::Invalidated(user),
                None => MomentKind::Started,
            },
            _ => MomentKind::Started,
        };
        let begun_at = self.position;
        self.push_moment(block, at_us, step, None, kind);
        if self.write_of(step).is_some() {
            match self.system.write_latency.fixed_us().unwrap_or(0) {
                0 => self.commit(block, at_us, step, None, tracker),
                latency_us => self
                    .under_way
                    .push(at_us.saturating_add(latency_us), (begun_at, UnderWay::Commit { step })),
            }
        }
    }

    /// What a step writes to the users' table, if it does.
    fn write_of(&self, step: u32) -> Option<Write<'a>> {
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
        self.workload.users.find(id).map(|user| Write { user, role, name, change })
    }

    /// Commits the write of a step, and sends its event on its way.
    fn commit(
        &mut self,
        block: &mut Block,
        at_us: u64,
        step: u32,
        scheduled: Option<u64>,
        tracker: &mut dyn Tracker,
    ) {
        let Some(Write { user, role, name, change }) = self.write_of(step) else { return };
        let position = self.position;
        let commit = self.database.upsert(user, role, at_us, position);
        if let Some(name) = name {
            self.database.set_name(user, name);
        }
        let mut writes = 1;
        if let Some(RoleChange { kind: ChangeKind::Transfer { mailbox, .. }, .. }) = change {
            self.database.set_creator(mailbox, user);
            writes = 2;
        }
        let fault = change.map(|change| change.fault);
        let measured = at_us >= self.measure_from_us;
        let kind = MomentKind::Committed {
            user,
            row: commit.row,
            writes,
            event: change.is_some(),
            lost: fault == Some(ChangeFault::EventLost),
            change: commit.changes_role().then(|| commit.charged()),
            measured,
        };
        self.push_moment(block, at_us, step, scheduled, kind);
        let Some(change) = change else { return };
        if change.fault != ChangeFault::EventLost {
            let fails = change.fault == ChangeFault::UpdateFails;
            let event = Event { user, row: commit.row, fails, measured };
            match self.system.channel.delay.fixed_us().unwrap_or(0) {
                0 => self.push_moment(block, at_us, step, scheduled, MomentKind::Delivered(event)),
                delay_us => {
                    let arrives_us = at_us.saturating_add(delay_us);
                    self.under_way.push(arrives_us, (position, UnderWay::Deliver { step, event }));
                }
            }
        }
        tracker.told(step, at_us, self.callback(change, user));
    }

    fn callback(&self, change: &RoleChange, user: u32) -> Callback {
        let name = self.database.name(user).map(str::to_owned);
        match &change.kind {
            ChangeKind::AddAdmin { user, .. } => Callback::AdminAdded { user: user.clone(), name },
            ChangeKind::RemoveAdmin { user, .. } => Callback::AdminRemoved { user: user.clone(), name },
            ChangeKind::Transfer { mailbox, from, to } => {
                Callback::AdminTransferred { from: from.clone(), to: to.clone(), mailbox: mailbox.clone() }
            }
            ChangeKind::SetRole { user, role } => {
                Callback::RoleSet { user: user.clone(), role: self.day.roles.name(*role).to_owned() }
            }
        }
    }
}
