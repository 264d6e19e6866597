//! One cache's day: the requests and moments of each block, its own reads in flight and the times at which it wants to be
//! woken.
//!
//! Every cache has a lane of its own, and all lanes work through the same blocks.

mod attention;
mod limit;
mod moments;
mod newest;
mod parked;
mod reads;
mod requests;
mod settling;

use std::ops::Range;

use super::block::Block;
use super::fetches::{Due, Fetches, Waiter};
use super::fingerprint;
use super::memory_use::MemoryUse;
use super::observer::{Contents, RequestOutcome, Scene, View};
use super::policy::Policy;
use super::read_service::ReadService;
use super::world::World;
use crate::cache::Timestamp;
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
