//! One cache's day: the requests and moments of each block, its own reads in flight and the times at which it wants to be
//! woken.
//!
//! Every cache has a lane of its own, and all lanes work through the same blocks.

mod attention;
mod limit;
mod newest;
mod parked;
mod reads;
mod requests;
mod settling;

use std::ops::Range;

use super::block::{Block, Event, Moment, MomentKind};
use super::fetches::{Due, Fetches, Waiter};
use super::fingerprint;
use super::memory_use::MemoryUse;
use super::observer::{Contents, RequestOutcome, Scene, View};
use super::policy::Policy;
use super::read_service::ReadService;
use super::world::World;
use crate::cache::{Applied, Timestamp};
use crate::ledger::{Account, OpenAccount, Terms};
use crate::model::{Clock, RoleId};
use crate::workload::Chances;
use limit::Limit;
use newest::Newest;
use parked::Parked;
use settling::Settling;
pub use settling::{HeldRole, followed_bytes};

/// What a lane needs to know of the day and the system.
#[derive(Clone, Debug)]
pub struct LaneSetting {
    /// The simulated time.
    pub(super) clock: Clock,
    /// How the database serves reads.
    pub(super) read_service: ReadService,
    /// The number of processes, each with a cache of its own.
    pub(super) replicas: u32,
    /// What lives are drawn from.
    pub(super) chances: Chances,
    /// Whether it is a part of the users' day, to which that of the others will be added.
    pub(super) is_part: bool,
    /// Whether reads or events take time, or there are several replicas: then an answer may be older than an earlier one.
    pub(super) may_go_back: bool,
    /// So long after a commit nothing older arrives any more, in microseconds; `None` if that is not known.
    pub(super) horizon_us: Option<u64>,
    /// What the lane's cache is measured by.
    pub(super) terms: Terms,
}

impl LaneSetting {
    /// The end of the day, in microseconds since its start.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        self.clock.end.0 - self.clock.start.0
    }

    /// What a policy leaves to chance is drawn from these.
    #[must_use]
    pub fn chances(&self) -> Chances {
        self.chances
    }
}

/// One cache's day.
pub(super) struct Lane<P: Policy> {
    replicas: Replicas<P>,
    read_service: ReadService,
    /// By replica, whether the database is down for it.
    is_down: Vec<bool>,
    end_us: u64,
    account: OpenAccount,
    /// Whether an answer may be older than an earlier one, and what earlier ones were.
    may_go_back: bool,
    newest: Newest,
    settling: Settling,
    fetches: Fetches<P::Ticket>,
    parked: Parked,
    /// When a cache wants to be woken next.
    next_wake_us: Option<u64>,
    /// The next instant at which an answer arrives, or a cache wants to be woken.
    due_us: u64,
    /// The position of the world's last element that was worked through.
    position: u64,
    is_begun: bool,
    day_ended: bool,
}

impl<P: Policy> Lane<P> {
    /// One cache for each replica, or one for all.
    pub(super) fn new(caches: Vec<P>, setting: &LaneSetting) -> Self {
        let LaneSetting { clock, read_service, is_part, terms, .. } = setting;
        let may_go_back = setting.may_go_back || !caches.iter().all(Policy::never_goes_back);
        // A cache whose reads see an earlier instant may bring back what was true long ago.
        let sees_all =
            caches.iter().all(|one| one.never_goes_back() && one.reads_as_of(Timestamp::ZERO).is_none());
        let settling = Settling::new(caches.len(), setting.horizon_us.filter(|_| sees_all));
        let mut lane = Self {
            replicas: Replicas(caches),
            read_service: read_service.clone(),
            is_down: (0..setting.replicas).map(|replica| read_service.is_down_at(0, replica)).collect(),
            end_us: clock.end.0 - clock.start.0,
            account: OpenAccount::new(clock, terms.clone(), *is_part),
            may_go_back,
            newest: Newest::default(),
            settling,
            fetches: Fetches::new(P::SHARES_ENTRIES),
            parked: Parked::default(),
            next_wake_us: None,
            due_us: u64::MAX,
            position: 0,
            is_begun: false,
            day_ended: false,
        };
        lane.schedule_wake(None);
        lane
    }

    /// Works through a block.
    pub(super) fn block<V: View + ?Sized>(&mut self, world: &World<'_>, block: &Block, view: &mut V) {
        self.replicas.0.iter_mut().for_each(|cache| cache.meet(world.users()));
        if !std::mem::replace(&mut self.is_begun, true) {
            self.settle_all(world, 0, view);
        }
        let mut next = 0;
        for (index, moment) in block.moments.iter().enumerate() {
            self.requests(world, block, next..moment.before, index, view);
            next = moment.before;
            self.moment(world, moment, block.first_position + (moment.before + index) as u64, view);
        }
        self.requests(world, block, next..block.requests.len(), block.moments.len(), view);
        self.prune_settled(block.last_us().unwrap_or(0));
        let (fetches, parked, last_us) = (&self.fetches, &self.parked, block.last_us().unwrap_or(0));
        self.account.settle(|| {
            let waiting = fetches.earliest_us().into_iter().chain(parked.earliest_us());
            waiting.fold(last_us, u64::min)
        });
    }

    fn requests<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        block: &Block,
        range: Range<usize>,
        moments_before: usize,
        view: &mut V,
    ) {
        let first = block.asked.partition_point(|(index, _)| *index < range.start);
        for (index, commit_us) in block.asked[first..].iter().take_while(|(index, _)| *index < range.end) {
            self.account.asked(*commit_us, block.requests[*index].at_us);
        }
        let mut index = range.start;
        while index < range.end {
            if !V::SHOWS {
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
                self.catch_up(world, Limit::Through(request.at_us), view);
            }
            self.position = block.first_position + (index + moments_before) as u64;
            let waiter = Waiter {
                request,
                position: self.position,
                key: fingerprint::key(world.users().word(request.user), request.at_us),
                truth: block.truth[index].row(),
                outcome: RequestOutcome::Hit,
                asked_again: 0,
                replica: block.replicas.get(index).copied().unwrap_or(0),
                draw: block.draws.get(index).copied().unwrap_or(0),
            };
            self.request(world, waiter, view);
            index += 1;
        }
    }

    /// Where the cache of a replica is.
    #[inline]
    fn place(replica: u32) -> usize {
        if P::SHARED { 0 } else { replica as usize }
    }

    fn scene<'s>(&'s self, world: &'s World<'_>) -> Scene<'s> {
        Scene { users: world.users(), cache: &self.replicas, tally: &self.account.tally }
    }

    fn moment<V: View + ?Sized>(&mut self, world: &World<'_>, moment: &Moment, position: u64, view: &mut V) {
        if self.due_us <= moment.at_us {
            self.catch_up(world, Limit::of(moment), view);
        }
        self.position = position;
        let mut applied = None;
        match moment.kind {
            MomentKind::Started => {}
            MomentKind::Committed { .. } => {
                self.committed(world, moment.kind, moment.at_us);
                self.settle_all(world, moment.at_us, view);
            }
            MomentKind::WriteFailed { writes, measured, .. } => {
                self.account.tally.db_writes += if measured { writes } else { 0 };
            }
            MomentKind::Delivered(event) => {
                applied = self.delivered(world, &event, moment.at_us);
                if applied.is_some() {
                    self.settle(world, event.replica, None, moment.at_us, view);
                }
            }
            MomentKind::Polled { rows, lost, .. } => self.polled(moment.at_us, rows, lost),
            MomentKind::Restarted(replica) => self.restart(world, replica, moment.at_us, view),
            MomentKind::Outage(_) => {
                let at = |replica| self.read_service.is_down_at(moment.at_us, replica);
                self.is_down = (0..self.is_down.len() as u32).map(at).collect();
                if self.is_down.contains(&true) {
                    self.fail_reads(world, moment.at_us, view);
                }
            }
            MomentKind::Heartbeat { replica, arrives } => {
                if let Some(cache) = self.replicas.0.get_mut(replica as usize) {
                    cache.heartbeat(arrives, Timestamp::from_micros(moment.at_us));
                    self.look_at_all(world, replica, moment.at_us);
                    self.settle(world, replica, None, moment.at_us, view);
                }
            }
            MomentKind::Invalidated(user) => {
                let now = Timestamp::from_micros(moment.at_us);
                self.replicas.0.iter_mut().for_each(|one| one.invalidate(user, now));
                self.look_everywhere(world, user, moment.at_us);
                self.settle_all(world, moment.at_us, view);
            }
            MomentKind::Cleared => {
                let now = Timestamp::from_micros(moment.at_us);
                self.replicas.0.iter_mut().for_each(|one| one.clear(now));
                (0..self.replicas.0.len() as u32).for_each(|one| self.look_at_held(world, one, moment.at_us));
                self.settle_all(world, moment.at_us, view);
            }
            MomentKind::MinuteEnd => self.record_size(moment.at_us),
            MomentKind::HourEnd => self.account.hour_ends(self.replicas.len() as u64),
            MomentKind::DayEnd => {
                self.account.tally.cache_size = self.replicas.len() as u64;
                self.day_ended = true;
                self.settle_reductions(moment.at_us);
                // No copy is loaded any more.
                for waiter in self.parked.take_all() {
                    self.fail(world, &waiter, moment.at_us, view);
                }
                self.record_size(moment.at_us);
            }
            MomentKind::Checkpoint => self.read_counters(moment.at_us),
            MomentKind::Drained => self.account.hour_ends(self.account.tally.cache_size),
        }
        if V::SHOWS {
            view.show_moment(moment, applied, &self.scene(world));
        }
    }

    fn committed(&mut self, world: &World<'_>, kind: MomentKind, at_us: u64) {
        let MomentKind::Committed { user, row, writes, event, lost, change, measured } = kind else { return };
        // A cache that learns without an event is one for all replicas.
        let learnt = self.replicas.0[0].learn(user, row.role, event);
        if let Some(change) = change {
            self.role_changed(world, (user, row.role), change.reduction, at_us, measured);
        }
        if !measured {
            return;
        }
        self.account.tally.db_writes += writes;
        self.account.tally.events += u64::from(event);
        self.account.tally.events_delivered += u64::from(event && learnt);
        self.account.tally.events_lost += if self.replicas.0[0].hears() { lost } else { 0 };
        if change.is_some_and(|change| change.reduction) {
            self.account.tally.exposure.reduced();
        }
    }

    /// A replica polled the feed, if events mean something here.
    fn polled(&mut self, at_us: u64, rows: Option<u64>, lost: u64) {
        if !self.replicas.0[0].hears() {
            return;
        }
        self.account.tally.events_lost += lost;
        if self.account.counts(at_us) {
            self.account.tally.polls += 1;
            self.account.tally.db_reads += 1;
            self.account.tally.read_rates.record(at_us);
            self.account.tally.db_rows += rows.unwrap_or(0);
        }
    }

    /// An event reaches its replica, where events are heard.
    fn delivered(&mut self, world: &World<'_>, event: &Event, at_us: u64) -> Option<Applied> {
        let cache = self.replicas.0.get_mut(event.replica as usize).filter(|cache| cache.hears())?;
        let applied = cache.deliver(event, Timestamp::from_micros(at_us));
        if cache.drops_others() {
            self.look_at_held(world, event.replica, at_us);
        }
        match P::SHARES_ENTRIES {
            true => self.look_everywhere(world, event.user, at_us),
            false => self.look(world, event.replica, event.user, at_us),
        }
        if event.measured {
            self.account.tally.events_delivered += 1;
            self.account.tally.updates_failed += u64::from(event.fails);
            self.account.tally.updates_rejected += u64::from(applied == Applied::Older);
        }
        Some(applied)
    }

    /// A replica, or all of them, start again: what they read is lost, and those who wait get an error.
    fn restart<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        replica: Option<u32>,
        at_us: u64,
        view: &mut V,
    ) {
        let now = Timestamp::from_micros(at_us);
        let restarts = |number: usize| replica.is_none_or(|replica| replica as usize == number);
        let restarted: Vec<bool> = (self.replicas.0.iter_mut().enumerate())
            .map(|(number, cache)| (P::SHARED || restarts(number)) && cache.restart(now))
            .collect();
        if !restarted.contains(&true) {
            return;
        }
        for (number, _) in restarted.iter().enumerate().filter(|(_, restarted)| **restarted) {
            match P::SHARES_ENTRIES {
                // It may have forgotten what it refused.
                true => self.look_at_all(world, number as u32, at_us),
                false => self.look_at_held(world, number as u32, at_us),
            }
        }
        for waiter in self.parked.take_of(replica) {
            self.fail(world, &waiter, at_us, view);
        }
        for fetch in self.fetches.cancel(|fetch| replica.is_none_or(|replica| fetch.replica == replica)) {
            if P::SHARES_ENTRIES {
                // The others still have it; that it failed is theirs to know.
                self.replicas.0[Self::place(fetch.replica)].fail(
                    fetch.ticket,
                    Timestamp::from_micros(at_us),
                    false,
                );
            }
            self.fail_all(world, fetch.leader, fetch.joined, at_us, view);
        }
        self.serve_queued(at_us);
        self.update_due();
        self.settle_all(world, at_us, view);
    }

    fn settle_all<V: View + ?Sized>(&mut self, world: &World<'_>, at_us: u64, view: &mut V) {
        for replica in 0..self.replicas.0.len() as u32 {
            self.settle(world, replica, None, at_us, view);
        }
    }

    /// Runs the lane's own answers and wakes, in their order, as far as the limit allows.
    fn catch_up<V: View + ?Sized>(&mut self, world: &World<'_>, limit: Limit, view: &mut V) {
        loop {
            let answer = self.fetches.next_due();
            // Wakes count as scheduled at the start: they go first.
            match (self.next_wake_us, answer) {
                (Some(wake_us), answer)
                    if answer.is_none_or(|(at_us, _)| wake_us <= at_us) && limit.allows_wake(wake_us) =>
                {
                    self.wake(world, wake_us, view);
                }
                (_, Some((at_us, issued))) if limit.allows_answer(at_us, issued) => {
                    match self.fetches.take_due() {
                        Some((at_us, Due::Answer(fetch))) => {
                            self.serve_queued(at_us);
                            self.land(world, fetch, at_us, view);
                        }
                        Some((at_us, Due::Timer(replica, timer))) => {
                            self.timer_due(world, replica, timer, at_us, view);
                        }
                        None => {}
                    }
                }
                _ => break,
            }
        }
        self.update_due();
    }

    /// Wakes the caches that want to be woken by now.
    fn wake<V: View + ?Sized>(&mut self, world: &World<'_>, at_us: u64, view: &mut V) {
        let (counts, now) = (u64::from(self.account.counts(at_us)), Timestamp::from_micros(at_us));
        for replica in 0..self.replicas.0.len() as u32 {
            let cache = &mut self.replicas.0[Self::place(replica)];
            if cache.next_wake().is_none_or(|wanted| wanted > now) {
                continue;
            }
            match cache.wake(now) {
                // What has expired answers nobody, removed or not.
                Some(swept) => {
                    self.account.tally.background_runs += counts;
                    self.account.tally.background_checks += counts * swept.checked;
                    self.account.tally.background_removed += counts * swept.removed;
                }
                None => self.look_at_all(world, replica, at_us),
            }
            self.settle(world, replica, None, at_us, view);
        }
        self.schedule_wake(Some(now));
    }

    /// Finds when a cache wants to be woken next, which is later than it last was.
    fn schedule_wake(&mut self, last: Option<Timestamp>) {
        let wanted = self.replicas.0.iter().filter_map(Policy::next_wake);
        let later = wanted.filter(|wanted| last.is_none_or(|last| *wanted > last));
        self.next_wake_us = later.min().and_then(|wanted| self.within_day(wanted));
        self.update_due();
    }

    /// An instant in microseconds; `None` after the day's end, when nobody is woken.
    fn within_day(&self, at: Timestamp) -> Option<u64> {
        Some(at.as_micros()).filter(|at_us| *at_us <= self.end_us)
    }

    fn update_due(&mut self) {
        let answer_us = self.fetches.next_due().map_or(u64::MAX, |(at_us, _)| at_us);
        self.due_us = answer_us.min(self.next_wake_us.unwrap_or(u64::MAX));
    }

    fn record_size(&mut self, at_us: u64) {
        self.account.size(at_us, self.replicas.len() as u64);
    }

    fn read_counters(&mut self, at_us: u64) {
        if !self.day_ended {
            self.account.tally.cache_size = self.replicas.len() as u64;
        }
        self.account.read(self.settling.so_far(at_us));
    }

    /// What it holds now.
    pub(super) fn holds(&self, world: &World<'_>) -> MemoryUse {
        let users = world.users().len() as u64;
        MemoryUse {
            entry_bytes: self.replicas.0.iter().map(|cache| cache.entry_bytes(users)).sum(),
            processes: self.replicas.0.len() as u64,
            waiting: self.fetches.held() + self.parked.len(),
            hours: self.account.hours(),
            counter_bytes: self.account.held_bytes() + self.settling.held_bytes() + self.newest.held_bytes(),
            ..MemoryUse::default()
        }
    }

    /// What was counted; `None` if the books do not balance.
    pub(super) fn close(self) -> Option<Account> {
        let is_done = self.fetches.next_due().is_none() && self.parked.len() == 0;
        self.account.close().filter(|_| is_done)
    }
}

/// The caches of all replicas, looked at as one; or the one that serves them all. Never empty.
struct Replicas<P>(Vec<P>);

impl<P: Contents> Contents for Replicas<P> {
    #[inline]
    fn len(&self) -> usize {
        self.0.iter().map(Contents::len).sum()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.0.iter().flat_map(Contents::entries).collect()
    }
}
