//! One cache's day: the requests and moments of each block, its own reads in flight and its own sweeps.
//!
//! Every cache has a lane of its own, and all lanes work through the same blocks.

pub(super) mod counted;
mod limit;
mod processes;
mod reads;
mod requests;

use std::ops::Range;

use super::block::{Block, Event, Moment, MomentKind};
use super::fetches::{Fetches, Waiter};
use super::fingerprint;
use super::held::Held;
use super::hours::Hours;
use super::observer::{Contents, Observer, Outcome, Scene};
use super::serving::Serving;
use super::subject::Subject;
use super::world::World;
use crate::cache::{Applied, Timestamp};
use crate::metrics::{Measured, Tally};
use crate::model::{Clock, Micros};
use counted::{Counted, Readings};
use limit::Limit;
use processes::Processes;

/// What a lane needs to know of the day and the system.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// The simulated time.
    pub(super) clock: Clock,
    /// How the database serves reads.
    pub(super) serving: Serving,
    /// Whether it is a part of the users' day, to which that of the others will be added.
    pub(super) is_part: bool,
}

/// One cache's day.
pub(super) struct Lane<S: Subject> {
    processes: Processes<S>,
    serving: Serving,
    /// Whether the database is down.
    is_down: bool,
    measure_from_us: u64,
    end_us: u64,
    tally: Tally,
    fingerprint: u64,
    hours: Hours,
    readings: Readings,
    readings_bytes: u64,
    fetches: Fetches<S::Ticket>,
    sweep_period_us: u64,
    next_sweep_us: Option<u64>,
    /// The next instant at which an answer or a sweep of this lane's own is due.
    due_us: u64,
    /// The position of the world's last element that was worked through.
    position: u64,
    day_ended: bool,
}

impl<S: Subject> Lane<S> {
    /// One subject for each replica, or one for all.
    pub(super) fn new(subjects: Vec<S>, sweep: Option<Micros>, setting: &Setting) -> Self {
        let Setting { clock, serving, is_part } = setting;
        let mut lane = Self {
            processes: Processes(subjects),
            serving: serving.clone(),
            is_down: false,
            measure_from_us: clock.measure_from.0 - clock.start.0,
            end_us: clock.end.0 - clock.start.0,
            tally: if *is_part { Tally::of_part() } else { Tally::default() },
            fingerprint: 0,
            hours: Hours::new(clock),
            readings: if *is_part { Readings::Counted(Vec::new()) } else { Readings::Measured(Vec::new()) },
            readings_bytes: 0,
            fetches: Fetches::default(),
            sweep_period_us: sweep.map_or(0, |period| period.0),
            next_sweep_us: None,
            due_us: u64::MAX,
            position: 0,
            day_ended: false,
        };
        if let Some(period) = sweep {
            lane.schedule_sweep(period.0);
        }
        lane.update_due();
        lane
    }

    /// Works through a block.
    pub(super) fn run<O: Observer>(&mut self, world: &World<'_>, block: &Block, observer: &mut O) {
        self.processes.0.iter_mut().for_each(|subject| subject.meet(world.users()));
        let mut next = 0;
        for (index, moment) in block.moments.iter().enumerate() {
            self.requests(world, block, next..moment.before, index, observer);
            next = moment.before;
            self.moment(world, moment, block.first_position + (moment.before + index) as u64, observer);
        }
        self.requests(world, block, next..block.requests.len(), block.moments.len(), observer);
    }

    fn requests<O: Observer>(
        &mut self,
        world: &World<'_>,
        block: &Block,
        range: Range<usize>,
        moments_before: usize,
        observer: &mut O,
    ) {
        let mut index = range.start;
        while index < range.end {
            if !O::LOOKS {
                let count = self.streak(block, index..range.end);
                index += count;
                if count > 0 {
                    self.position = block.first_position + (index + moments_before - 1) as u64;
                }
                if index == range.end {
                    break;
                }
            }
            let request = block.requests[index];
            if self.due_us <= request.at_us {
                self.catch_up(world, Limit::Through(request.at_us), observer);
            }
            self.position = block.first_position + (index + moments_before) as u64;
            let waiter = Waiter {
                request,
                position: self.position,
                key: fingerprint::key(world.users(), &request),
                truth: block.truth[index].row(),
                outcome: Outcome::Hit,
                asked_again: 0,
                replica: if S::SHARED { 0 } else { block.replicas.get(index).copied().unwrap_or(0) },
                draw: block.draws.get(index).copied().unwrap_or(0),
            };
            self.request(world, waiter, observer);
            index += 1;
        }
    }

    fn scene<'s>(&'s self, world: &'s World<'_>) -> Scene<'s> {
        Scene { users: world.users(), cache: &self.processes, tally: &self.tally }
    }

    fn moment<O: Observer>(&mut self, world: &World<'_>, moment: &Moment, position: u64, observer: &mut O) {
        if self.due_us <= moment.at_us {
            self.catch_up(world, Limit::of(moment), observer);
        }
        self.position = position;
        let mut applied = None;
        match moment.kind {
            MomentKind::Started => {}
            MomentKind::Committed { .. } => self.committed(moment.kind),
            MomentKind::WriteFailed { writes, measured, .. } => {
                self.tally.db_writes += if measured { writes } else { 0 };
            }
            MomentKind::Delivered(event) => applied = self.delivered(&event, moment.at_us),
            MomentKind::Restarted(replica) => self.restart(world, replica, moment.at_us, observer),
            MomentKind::Outage(down) => {
                self.is_down = down;
                if down {
                    self.fail_reads(world, moment.at_us, observer);
                }
            }
            MomentKind::Invalidated(user) => self.processes.0.iter_mut().for_each(|one| one.invalidate(user)),
            MomentKind::Cleared => self.processes.0.iter_mut().for_each(Subject::clear),
            MomentKind::MinuteEnd => self.record_size(moment.at_us),
            MomentKind::HourEnd => self.hours.close(&self.tally, self.processes.len() as u64),
            MomentKind::DayEnd => {
                self.tally.cache_size = self.processes.len() as u64;
                self.day_ended = true;
                self.record_size(moment.at_us);
            }
            MomentKind::Checkpoint => self.read_counters(),
            MomentKind::Drained => self.hours.close(&self.tally, self.tally.cache_size),
        }
        if O::LOOKS {
            observer.happened(moment, applied, &self.scene(world));
        }
    }

    fn committed(&mut self, kind: MomentKind) {
        let MomentKind::Committed { user, row, writes, event, lost, change, measured } = kind else { return };
        // Who learns without an event is one for all replicas.
        let learnt = self.processes.0[0].learn(user, row.role, event);
        if !measured {
            return;
        }
        self.tally.db_writes += writes;
        self.tally.events += u64::from(event);
        self.tally.events_delivered += u64::from(event && learnt);
        self.tally.events_lost += if self.processes.0[0].hears() { lost } else { 0 };
        if change.is_some_and(|change| change.reduction) {
            self.tally.exposure.reduced();
        }
    }

    /// An event reaches its replica, where events are heard.
    fn delivered(&mut self, event: &Event, at_us: u64) -> Option<Applied> {
        let subject = self.processes.0.get_mut(event.replica as usize).filter(|subject| subject.hears())?;
        let applied = subject.deliver(event, Timestamp::from_micros(at_us));
        if event.measured {
            self.tally.events_delivered += 1;
            self.tally.updates_failed += u64::from(event.fails);
            self.tally.updates_rejected += u64::from(applied == Applied::Older);
        }
        Some(applied)
    }

    /// A replica, or all of them, start again: what they read is lost, and those who wait get an error.
    fn restart<O: Observer>(
        &mut self,
        world: &World<'_>,
        replica: Option<u32>,
        at_us: u64,
        observer: &mut O,
    ) {
        let restarts = |number: usize| replica.is_none_or(|replica| replica as usize == number);
        let restarted: Vec<bool> = (self.processes.0.iter_mut().enumerate())
            .map(|(number, subject)| (S::SHARED || restarts(number)) && subject.restart())
            .collect();
        if !restarted.contains(&true) {
            return;
        }
        for fetch in self.fetches.cancel(replica) {
            self.fail_all(world, fetch.leader, fetch.joined, at_us, observer);
        }
        self.serve_queued(at_us);
        self.update_due();
    }

    /// Runs the lane's own answers and sweeps, in their order, as far as the limit allows.
    fn catch_up<O: Observer>(&mut self, world: &World<'_>, limit: Limit, observer: &mut O) {
        loop {
            let answer = self.fetches.next_answer();
            // Sweeps count as scheduled at the start: they go first.
            match (self.next_sweep_us, answer) {
                (Some(sweep_us), answer)
                    if answer.is_none_or(|(at_us, _)| sweep_us <= at_us) && limit.allows_sweep(sweep_us) =>
                {
                    self.sweep(sweep_us);
                }
                (_, Some((at_us, issued))) if limit.allows_answer(at_us, issued) => {
                    if let Some((at_us, fetch)) = self.fetches.land() {
                        self.serve_queued(at_us);
                        self.land(world, fetch, at_us, observer);
                    }
                }
                _ => break,
            }
        }
        self.update_due();
    }

    fn sweep(&mut self, at_us: u64) {
        let counts = u64::from(self.counts(at_us));
        for subject in &mut self.processes.0 {
            let swept = subject.sweep(Timestamp::from_micros(at_us));
            self.tally.background_runs += counts;
            self.tally.background_checks += counts * swept.checked;
            self.tally.background_removed += counts * swept.removed;
        }
        self.schedule_sweep(at_us.saturating_add(self.sweep_period_us));
    }

    fn schedule_sweep(&mut self, at_us: u64) {
        self.next_sweep_us = Some(at_us).filter(|at_us| *at_us <= self.end_us);
    }

    fn update_due(&mut self) {
        let answer_us = self.fetches.next_answer().map_or(u64::MAX, |(at_us, _)| at_us);
        self.due_us = answer_us.min(self.next_sweep_us.unwrap_or(u64::MAX));
    }

    fn record_size(&mut self, at_us: u64) {
        if self.counts(at_us) {
            self.tally.sizes.record(self.processes.len() as u64);
        }
    }

    fn read_counters(&mut self) {
        if !self.day_ended {
            self.tally.cache_size = self.processes.len() as u64;
        }
        match &mut self.readings {
            Readings::Measured(readings) => {
                readings.push(self.tally.measure());
                self.readings_bytes += size_of::<Measured>() as u64;
            }
            Readings::Counted(readings) => {
                readings.push(self.tally.clone());
                self.readings_bytes += self.tally.held_bytes(Held::CHARGED_BYTES) + size_of::<Tally>() as u64;
            }
        }
    }

    /// What it holds now.
    pub(super) fn held(&self, world: &World<'_>) -> Held {
        let users = world.users().len() as u64;
        let processes = self.processes.0.iter().map(|one| one.held(users)).fold(Held::default(), Held::and);
        Held {
            waiting: self.fetches.held(),
            hours: self.hours.len() as u64,
            counter_bytes: self.tally.held_bytes(Held::CHARGED_BYTES) + self.readings_bytes,
            ..processes
        }
    }

    fn counts(&self, at_us: u64) -> bool {
        at_us >= self.measure_from_us
    }

    /// What was counted; nothing where the books do not balance.
    pub(super) fn finish(self) -> Option<Counted> {
        let Self { tally, fingerprint, hours, readings, fetches, .. } = self;
        let balances = tally.balances(0) && fetches.next_answer().is_none();
        balances.then(|| Counted { tally, readings, hourly: hours.into_rows(), fingerprint })
    }
}
