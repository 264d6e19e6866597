//! The world outside the caches: the script, the database, the channel and everyone who asks.
//!
//! It plays the day once, in the order of things, and cuts it into blocks. It knows no cache; what a cache
//! answers changes nothing here.

mod feed;
mod polls;
mod under_way;
mod writes;

use super::block::{Block, Moment, MomentKind, Request};
use super::clock_marks::{ClockMarks, Heartbeat};
use super::database::Database;
use super::draw_keys::DrawKeys;
use super::fault_schedule::FaultSchedule;
use super::memory_use::MemoryUse;
use super::observer::Observer;
use super::queue::Queue;
use super::unasked::Unasked;
use crate::model::{Action, Clock, Day, Routing, System};
use crate::workload::{Chance, Chances, NO_USER, RecordedError, RequestRun, RowKind, Users, Workload, mix};

use feed::Feed;
use under_way::{UnderWay, WriteCause};

/// At most this many elements make a block.
const BLOCK_LEN: usize = 4096;

/// What a run wants of the world beyond the day itself.
pub(super) struct Looks<'a> {
    /// When the counters are read, sorted.
    pub(super) checkpoints_us: Vec<u64>,
    /// Commits with which nothing goes wrong.
    pub(super) mended: &'a [u64],
    /// Whether caches leave something about a request to chance.
    pub(super) draws: bool,
}

/// When each replica hears of the channel, or would if the connection were not broken; in order of time, and of their leaving
/// at one instant. They leave from the start on.
fn heartbeats(day: &Day, system: &System, faults: &FaultSchedule) -> Vec<Heartbeat> {
    let Some(period) = system.channel.heartbeat else { return Vec::new() };
    let (chances, end_us) = (Chances::new(day.seed), day.clock.end.0 - day.clock.start.0);
    let leaves = (0..end_us).step_by(period.0.max(1) as usize).zip(0u64..);
    let of = |(leaves_us, number): (u64, u64)| {
        (0..system.replicas.count.get()).map(move |replica| {
            let key = DrawKeys::part(DrawKeys::part(HEARTBEATS, number), replica.into());
            let delay_us = chances.delay_us(system.channel.delay, Chance::EventDelay, key);
            let arrives = !faults.is_cut_off(leaves_us, replica);
            Heartbeat { at_us: leaves_us.saturating_add(delay_us), replica, arrives }
        })
    };
    let mut all: Vec<Heartbeat> = leaves.flat_map(of).collect();
    all.sort_by_key(|heartbeat| heartbeat.at_us);
    all
}

/// What names heartbeats in draws.
const HEARTBEATS: u64 = 0x4845_4152;

/// The world of one day.
pub(super) struct World<'a> {
    day: &'a Day,
    system: &'a System,
    workload: Workload<'a>,
    next_scripted: usize,
    next_drawn: usize,
    database: Database,
    unasked: Unasked,
    /// What is under way, with the position at which it was scheduled.
    under_way: Queue<(u64, UnderWay)>,
    marks: ClockMarks,
    feed: Option<Feed>,
    /// Writes begun so far.
    begun: u64,
    fault_schedule: FaultSchedule,
    chances: Chances,
    keys: DrawKeys,
    mended: &'a [u64],
    /// Whether anything about a request is left to chance.
    draws: bool,
    /// Requests so far, where there are replicas among which to choose.
    routed: u64,
    position: u64,
    measure_from_us: u64,
    finished: bool,
}

impl<'a> World<'a> {
    /// The world before anything happens.
    pub(super) fn new(day: &'a Day, system: &'a System, workload: Workload<'a>, looks: Looks<'a>) -> Self {
        let Looks { checkpoints_us, mended, draws } = looks;
        let mut database = Database::default();
        database.expect_users(workload.users.len());
        (0..workload.active).for_each(|user| database.know(user));
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
        let fault_schedule = FaultSchedule::new(&system.faults, &day.clock);
        let draws = draws || system.replicas.routing == Routing::Random;
        Self {
            marks: ClockMarks::new(
                &day.clock,
                checkpoints_us,
                fault_schedule.outages(system.replicas.count.get()),
                heartbeats(day, system, &fault_schedule),
            ),
            feed: system.channel.poll.map(|polling| {
                Feed::new(polling, system.replicas.count.get(), day.clock.end.0 - day.clock.start.0)
            }),
            begun: 0,
            fault_schedule,
            chances: Chances::new(day.seed),
            keys: DrawKeys::default(),
            mended,
            draws,
            routed: 0,
            next_drawn: 0,
            measure_from_us: measure_from.0 - start.0,
            day,
            system,
            workload,
            next_scripted: 0,
            database,
            unasked: Unasked::default(),
            under_way: Queue::default(),
            // 0 is before everything.
            position: 1,
            finished: false,
        }
    }

    /// The database, which is ahead of the caches by up to a block.
    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// What is held now, but for the caches and their reads.
    pub(super) fn memory_use(&self) -> MemoryUse {
        MemoryUse {
            commits: self.database.history().len() as u64,
            under_way: self.under_way.len() as u64 + self.feed.as_ref().map_or(0, Feed::held),
            users: self.workload.users.room() as u64,
            planned: self.workload.planned() as u64,
            counter_bytes: self.unasked.held_bytes(),
            ..MemoryUse::default()
        }
    }

    /// The users named so far.
    pub(super) fn users(&self) -> &Users {
        &self.workload.users
    }

    /// Recorded rows, and those of them that lie outside the clock.
    pub(super) fn recorded_rows(&self) -> (u64, u64) {
        (self.workload.arrivals.read(), self.workload.arrivals.skipped())
    }

    /// Plays on until the block is full; false when the day was over before.
    ///
    /// # Errors
    /// When a recorded day cannot be read on.
    pub(super) fn next_block(
        &mut self,
        block: &mut Block,
        observer: &mut dyn Observer,
    ) -> Result<bool, RecordedError> {
        block.restart(self.position);
        if self.finished {
            return Ok(false);
        }
        while block.len() < BLOCK_LEN {
            let arrival_us = self.workload.arrivals.peek_us(&mut self.workload.users, &self.day.clock)?;
            let scripted = self.workload.script.get(self.next_scripted).copied();
            let under_way_us = self.under_way.peek().map(|(at_us, _)| at_us);
            let drawn_us = self.workload.changes.get(self.next_drawn).map(|change| change.at_us);
            let polled = self.feed.as_ref().and_then(Feed::next);
            let times =
                [under_way_us, polled.map(|(at_us, _)| at_us), scripted.map(|item| item.at_us), drawn_us];
            let other_us = times.into_iter().flatten().min();
            if self.requests_until(block, other_us) > 0 {
                continue;
            }
            let next_us = [other_us, arrival_us].into_iter().flatten().min();
            if !self.pass_marks(block, next_us.unwrap_or(u64::MAX)) {
                break;
            }
            let Some(now_us) = next_us else {
                self.push_moment(block, u64::MAX, Request::UNSCRIPTED, None, MomentKind::Drained);
                self.finished = true;
                break;
            };
            if under_way_us == Some(now_us) {
                self.run_under_way(block, observer);
            } else if let Some((at_us, replica)) = polled.filter(|(at_us, _)| *at_us == now_us) {
                self.poll_on_time(block, at_us, replica);
            } else if let Some(item) = scripted.filter(|item| item.at_us == now_us) {
                self.next_scripted += 1;
                if item.user == NO_USER {
                    self.act(block, item.at_us, item.step, observer);
                } else {
                    self.push_request(block, Request { at_us: now_us, user: item.user, step: item.step });
                }
            } else if drawn_us == Some(now_us) {
                self.next_drawn += 1;
                self.begin(block, now_us, WriteCause::Drawn(self.next_drawn - 1), observer);
            } else if let Some((user, kind)) = self.workload.arrivals.take(now_us) {
                self.arrival(block, now_us, user, kind, observer);
            }
        }
        block.judge(&self.database, &mut self.unasked);
        Ok(true)
    }

    /// Passes the marks before the things of an instant; false where the block is full before all of them are passed.
    /// Years in which nothing happens have millions.
    fn pass_marks(&mut self, block: &mut Block, now_us: u64) -> bool {
        while block.len() < BLOCK_LEN {
            let Some((at_us, kind)) = self.marks.next_before(now_us) else { return true };
            self.push_moment(block, at_us, Request::UNSCRIPTED, None, kind);
        }
        false
    }

    /// Takes a run of requests that no script names, up to the next mark and what else comes next; gives how many.
    fn requests_until(&mut self, block: &mut Block, other_us: Option<u64>) -> usize {
        let quiet_us = other_us.unwrap_or(u64::MAX).min(self.marks.next_us());
        let known = block.requests.len();
        let room = if self.polls_on_read() { 1 } else { BLOCK_LEN - block.len() };
        let request = |at_us, user| Request { at_us, user, step: Request::UNSCRIPTED };
        match self.workload.arrivals.run(&self.day.clock, quiet_us, room) {
            RequestRun::Arrivals(run) => {
                block.requests.extend(run.iter().map(|one| request(one.at_us, one.user)));
                block.prints.extend(run.iter().map(|one| self.workload.users.word(one.user)));
            }
            RequestRun::Rows { at_us, users, words, start_us } => {
                let rows = at_us.iter().zip(users);
                block.requests.extend(rows.map(|(at_us, user)| request(at_us - start_us, *user)));
                block.prints.extend_from_slice(words);
            }
        }
        let count = block.requests.len() - known;
        if self.draws || self.system.replicas.count.get() > 1 {
            (known..known + count).for_each(|index| self.decide(block, index));
        }
        self.position += count as u64;
        if count > 0 && self.polls_on_read() {
            self.poll_after(block, block.requests[known].at_us);
        }
        count
    }

    fn push_request(&mut self, block: &mut Block, request: Request) {
        block.requests.push(request);
        block.prints.push(self.workload.users.word(request.user));
        self.decide(block, block.requests.len() - 1);
        self.position += 1;
        self.poll_after(block, request.at_us);
    }

    /// Decides what is left to chance about a request, and which replica it reaches.
    fn decide(&mut self, block: &mut Block, index: usize) {
        let Request { user, .. } = block.requests[index];
        let draw = if self.draws { self.keys.request(user, &self.workload.users) } else { 0 };
        if self.draws {
            block.draws.push(draw);
        }
        if self.system.replicas.count.get() > 1 {
            block.replicas.push(self.route(user, draw));
            self.routed += 1;
        }
    }

    /// The replica that a request reaches.
    fn route(&self, user: u32, draw: u64) -> u32 {
        let replicas = self.system.replicas.count.get();
        match self.system.replicas.routing {
            Routing::Sticky => (mix(self.workload.users.key(user)) % u64::from(replicas)) as u32,
            Routing::Random => self.chances.one_of(replicas, Chance::Routing, draw),
            Routing::RoundRobin => (self.routed % u64::from(replicas)) as u32,
        }
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

    fn run_under_way(&mut self, block: &mut Block, observer: &mut dyn Observer) {
        match self.under_way.pop() {
            Some((at_us, (scheduled, UnderWay::Commit(begun)))) => {
                self.commit(block, at_us, begun, Some(scheduled), observer);
            }
            Some((at_us, (scheduled, UnderWay::Deliver { step, event }))) => {
                self.arrive(block, at_us, step, Some(scheduled), event);
            }
            None => {}
        }
    }

    /// What no script names: somebody asks, or a recorded row changes a role.
    fn arrival(
        &mut self,
        block: &mut Block,
        at_us: u64,
        user: u32,
        kind: RowKind,
        observer: &mut dyn Observer,
    ) {
        let roles = &self.day.roles;
        let role = match kind {
            RowKind::Request => {
                return self.push_request(block, Request { at_us, user, step: Request::UNSCRIPTED });
            }
            RowKind::Change(role) => role,
            RowKind::Other if self.database.row(user).role == roles.lowest() => roles.highest(),
            RowKind::Other => roles.lowest(),
        };
        self.begin(block, at_us, WriteCause::Recorded { user, role }, observer);
    }

    /// Begins a scripted action.
    fn act(&mut self, block: &mut Block, at_us: u64, step: u32, observer: &mut dyn Observer) {
        let day = self.day;
        let kind = match &day.script[step as usize].action {
            Action::Restart(replica) => MomentKind::Restarted(*replica),
            Action::Clear => MomentKind::Cleared,
            Action::Invalidate(id) => match self.workload.users.find(id) {
                Some(user) => MomentKind::Invalidated(user),
                None => MomentKind::Started,
            },
            _ => MomentKind::Started,
        };
        self.push_moment(block, at_us, step, None, kind);
        if let Action::Poll(replica) = &day.script[step as usize].action {
            let all = 0..self.system.replicas.count.get();
            let polls = all.filter(|one| replica.is_none_or(|replica| replica == *one));
            polls.for_each(|one| self.poll(block, at_us, step, one));
        }
        self.begin(block, at_us, WriteCause::Step(step), observer);
    }
}
