//! What a lane does with requests: asking, reading, joining, asking again, and what each answer counts as.

use std::ops::Range;

use super::Lane;
use crate::cache::{ASK_AGAIN_MOST, Row, Timestamp};
use crate::model::RoleId;
use crate::sim::block::{Block, Request};
use crate::sim::fetches::Waiter;
use crate::sim::fingerprint;
use crate::sim::keys::Keys;
use crate::sim::observer::{Answered, Outcome, View};
use crate::sim::policy::{Policy, Reply};
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    /// Works through requests as long as each is answered from memory with the truth, or reads it at once because
    /// there is no cache, and nothing of the lane's own is due; gives how many those were.
    pub(super) fn streak(&mut self, block: &Block, range: Range<usize>) -> usize {
        let reads = P::READS_ALWAYS && self.serving.is_at_once() && !self.is_down;
        let requests = &block.requests[range.clone()];
        let count = match &mut self.replicas.0[..] {
            _ if reads => requests.len(),
            [cache] => cache.streak(requests, &block.truth[range.clone()], self.due_us),
            _ => 0,
        };
        let (requests, prints) = (&requests[..count], &block.prints[range.start..][..count]);
        self.fingerprint = prints.iter().fold(self.fingerprint, |sum, print| sum.wrapping_add(*print));
        let uncounted = match requests.first() {
            Some(first) if !self.counts(first.at_us) => {
                requests.partition_point(|request| !self.counts(request.at_us))
            }
            _ => 0,
        };
        let counted = (count - uncounted) as u64;
        self.tally.answered += counted;
        self.tally.latency_us.record_zeros(counted);
        if reads {
            self.tally.loads += counted;
            self.tally.db_reads += counted;
            requests[uncounted..].iter().for_each(|request| self.tally.read_rates.record(request.at_us));
        } else {
            self.tally.hits += counted;
        }
        count
    }

    /// Asks the replica that the request reached.
    #[inline]
    fn ask(&mut self, world: &World<'_>, waiter: &Waiter, at_us: u64) -> Reply<P::Ticket> {
        let cache = &mut self.replicas.0[waiter.replica as usize];
        // What the oracle would want to know was true at the start; the others don't look.
        let key = || Keys::asked(world.users(), &waiter.request);
        cache.ask(waiter.request.user, Timestamp::from_micros(at_us), key, waiter.truth)
    }

    #[inline]
    pub(super) fn request<V: View + ?Sized>(&mut self, world: &World<'_>, mut waiter: Waiter, view: &mut V) {
        let at_us = waiter.request.at_us;
        let counts = u64::from(self.counts(at_us));
        match self.ask(world, &waiter, at_us) {
            Reply::Hit(row) => {
                self.tally.hits += counts;
                self.answer(world, &waiter, row, at_us, view);
            }
            Reply::Miss(ticket) => {
                self.tally.loads += counts;
                waiter.outcome = Outcome::Load;
                self.issue(world, ticket, waiter, waiter.truth, at_us, view);
            }
            Reply::Pending(ticket) => {
                self.tally.coalesced += counts;
                waiter.outcome = Outcome::Coalesced;
                if let Err(waiter) = self.fetches.join(ticket, waiter) {
                    self.fail(world, &waiter, at_us, view);
                }
            }
        }
    }

    pub(super) fn ask_again<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        mut waiter: Waiter,
        at_us: u64,
        view: &mut V,
    ) {
        if u32::from(waiter.asked_again) == ASK_AGAIN_MOST {
            return self.fail(world, &waiter, at_us, view);
        }
        waiter.asked_again += 1;
        let user = waiter.request.user;
        match self.ask(world, &waiter, at_us) {
            Reply::Hit(row) => self.answer(world, &waiter, row, at_us, view),
            Reply::Miss(ticket) => {
                let row = world.database().row_at(user, self.position);
                self.issue(world, ticket, waiter, row, at_us, view);
            }
            Reply::Pending(ticket) => {
                if let Err(waiter) = self.fetches.join(ticket, waiter) {
                    self.fail(world, &waiter, at_us, view);
                }
            }
        }
    }

    #[inline]
    pub(super) fn answer<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        waiter: &Waiter,
        row: Row<RoleId>,
        at_us: u64,
        view: &mut V,
    ) {
        self.fingerprint = self.fingerprint.wrapping_add(fingerprint::answered(waiter.key, row.role));
        if self.counts(waiter.request.at_us) {
            self.tally.answered += 1;
            self.tally.latency_us.record(at_us - waiter.request.at_us);
            if row.version < waiter.truth.version {
                self.outdated(world, waiter, row);
            }
        }
        self.show(world, waiter, waiter.outcome, Some(row), at_us, view);
    }

    /// An answer is older than the truth; it is stale where the role differs as well.
    fn outdated(&mut self, world: &World<'_>, waiter: &Waiter, row: Row<RoleId>) {
        self.tally.outdated_reads += 1;
        if row.role == waiter.truth.role {
            return;
        }
        let Request { at_us: start_us, user, .. } = waiter.request;
        let grant = row.role > waiter.truth.role;
        if grant {
            self.tally.stale_grants += 1;
        } else {
            self.tally.stale_denials += 1;
        }
        self.hours.stale(start_us);
        let history = world.database().history();
        if let Some(missed) = history.oldest_missed(user, row.version) {
            self.tally.stale_age_us.record(start_us - missed.at_us);
        }
        if let Some(change) = history.latest_change(user, waiter.truth.version)
            && self.counts(change.at_us)
        {
            self.tally.exposure.charge(change.charged(), start_us, grant);
        }
    }

    pub(super) fn fail<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        waiter: &Waiter,
        at_us: u64,
        view: &mut V,
    ) {
        self.fingerprint = self.fingerprint.wrapping_add(fingerprint::failed(waiter.key));
        if self.counts(waiter.request.at_us) {
            match waiter.outcome {
                Outcome::Load => self.tally.loads -= 1,
                _ => self.tally.coalesced -= 1,
            }
            self.tally.failed += 1;
        }
        self.show(world, waiter, Outcome::Failed, None, at_us, view);
    }

    #[inline]
    fn show<V: View + ?Sized>(
        &self,
        world: &World<'_>,
        waiter: &Waiter,
        outcome: Outcome,
        row: Option<Row<RoleId>>,
        at_us: u64,
        view: &mut V,
    ) {
        if V::SHOWS {
            let Waiter { request, position, truth, asked_again, replica, .. } = *waiter;
            let answered = Answered { request, position, replica, outcome, asked_again, row, truth, at_us };
            view.show_answer(&answered, &self.scene(world));
        }
    }
}
