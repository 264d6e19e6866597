//! What a lane does with the moments of a block: commits, events, polls, restarts, drops, outages, and marks on the clock.

use super::Lane;
use super::limit::Limit;
use crate::cache::{Applied, Timestamp};
use crate::sim::block::{Event, Moment, MomentKind};
use crate::sim::observer::{Contents, View};
use crate::sim::policy::Policy;
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    pub(super) fn moment<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        moment: &Moment,
        position: u64,
        view: &mut V,
    ) {
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

    pub(super) fn settle_all<V: View + ?Sized>(&mut self, world: &World<'_>, at_us: u64, view: &mut V) {
        for replica in 0..self.replicas.0.len() as u32 {
            self.settle(world, replica, None, at_us, view);
        }
    }
}
