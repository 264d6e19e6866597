//! What a lane does with requests: asking, reading, joining, asking again, and what each answer counts as.

use std::ops::Range;

use super::Lane;
use crate::cache::{ASK_AGAIN_MOST, Row, Timestamp};
use crate::ledger::Answer;
use crate::model::RoleId;
use crate::sim::block::{Block, Request};
use crate::sim::draw_keys::DrawKeys;
use crate::sim::fetches::{Tier, Waiter};
use crate::sim::fingerprint;
use crate::sim::observer::{Answered, RequestOutcome, View};
use crate::sim::policy::{Policy, Reply};
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    /// Works through requests as long as each is answered from memory with the truth, or reads it at once because
    /// there is no cache, and nothing of the lane's own is due; gives how many those were.
    pub(super) fn streak(&mut self, block: &Block, range: Range<usize>) -> usize {
        let reads = P::READS_ALWAYS
            && self.read_service.is_at_once()
            && self.read_service.sees_all()
            && !self.is_down.contains(&true);
        let requests = &block.requests[range.clone()];
        let count = match &mut self.replicas.0[..] {
            _ if reads => requests.len(),
            [cache] => cache.streak(requests, &block.truth[range.clone()], self.due_us),
            _ => 0,
        };
        let (requests, prints) = (&requests[..count], &block.prints[range.start..][..count]);
        self.account.fingerprint(prints.iter().copied());
        let uncounted = match requests.first() {
            Some(first) if !self.account.counts(first.at_us) => {
                requests.partition_point(|request| !self.account.counts(request.at_us))
            }
            _ => 0,
        };
        if self.may_go_back {
            self.newest.see_all(requests.iter().map(|one| one.user), &block.truth[range.start..][..count]);
        }
        let counted = (count - uncounted) as u64;
        self.account.tally.answered += counted;
        self.account.tally.latency_us.record_zeros(counted);
        if reads {
            self.account.tally.loads += counted;
            self.account.tally.db_reads += counted;
            requests[uncounted..]
                .iter()
                .for_each(|request| self.account.tally.read_rates.record(request.at_us));
        } else {
            self.account.tally.hits += counted;
        }
        count
    }

    /// Asks the replica that the request reached.
    #[inline]
    fn ask(&mut self, world: &World<'_>, waiter: &Waiter, at_us: u64) -> Reply<P::Ticket> {
        let cache = &mut self.replicas.0[Self::place(waiter.replica)];
        // What the oracle would want to know was true at the start; the others don't look.
        let Request { user, at_us: asked_us, .. } = waiter.request;
        let key = || DrawKeys::asked(world.users(), user, asked_us);
        cache.ask(user, Timestamp::from_micros(at_us), key, waiter.truth)
    }

    #[inline]
    pub(super) fn request<V: View + ?Sized>(&mut self, world: &World<'_>, mut waiter: Waiter, view: &mut V) {
        let (at_us, replica) = (waiter.request.at_us, waiter.replica);
        let counts = u64::from(self.account.counts(at_us));
        let reply = self.ask(world, &waiter, at_us);
        if self.settling.is_held(Self::place(replica)) {
            self.look(world, replica, waiter.request.user, at_us);
        }
        let counter = match reply {
            Reply::Hit(_) | Reply::Copied(_) => &mut self.account.tally.hits,
            Reply::Miss(_) | Reply::Level(..) => {
                waiter.outcome = RequestOutcome::Load;
                &mut self.account.tally.loads
            }
            Reply::Pending(_) | Reply::Wait(_) | Reply::Stale(_) | Reply::Refused => {
                waiter.outcome = RequestOutcome::Coalesced;
                &mut self.account.tally.coalesced
            }
        };
        *counter += counts;
        self.replied(world, waiter, reply, waiter.truth, at_us, view);
        self.settle(world, replica, Some(&waiter), at_us, view);
    }

    /// A request turns to the cache once more, because what it waited for may not be its answer.
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
        self.ask_once_more(world, waiter, at_us, view);
        self.settle(world, waiter.replica, Some(&waiter), at_us, view);
    }

    /// A request that waited asks the cache.
    pub(super) fn ask_once_more<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        waiter: Waiter,
        at_us: u64,
        view: &mut V,
    ) {
        let reply = self.ask(world, &waiter, at_us);
        let committed = match reply {
            Reply::Miss(_) | Reply::Level(..) => world.database().row_at(waiter.request.user, self.position),
            _ => waiter.truth,
        };
        self.replied(world, waiter, reply, committed, at_us, view);
    }

    /// Does what the cache said to a request; `committed` is the user's row by now, if it reads.
    #[inline]
    fn replied<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        waiter: Waiter,
        reply: Reply<P::Ticket>,
        committed: Row<RoleId>,
        at_us: u64,
        view: &mut V,
    ) {
        match reply {
            Reply::Hit(row) => self.answer(world, &waiter, row, at_us, view),
            Reply::Miss(ticket) => {
                let fetch = self.led(world, ticket, Tier::Database, waiter, committed, at_us);
                self.issue(world, fetch, at_us, view);
            }
            Reply::Level(ticket, latency_us) => {
                let fetch = self.led(world, ticket, Tier::Level(latency_us), waiter, committed, at_us);
                self.issue(world, fetch, at_us, view);
            }
            Reply::Pending(ticket) => {
                if let Err(waiter) = self.fetches.join(waiter.replica, ticket, waiter) {
                    self.fail(world, &waiter, at_us, view);
                }
            }
            Reply::Stale(row) => self.rescue(world, waiter, row, at_us, view),
            Reply::Copied(version) => {
                let row = world.database().row_up_to(waiter.request.user, version);
                self.answer(world, &waiter, row, at_us, view);
            }
            Reply::Wait(scope) => self.parked.park(scope, waiter),
            Reply::Refused => self.fail(world, &waiter, at_us, view),
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
        let Request { at_us: start_us, user, .. } = waiter.request;
        self.account.fingerprint([fingerprint::answered(waiter.key, row.role)]);
        let answer = Answer { user, start_us, at_us, row, truth: waiter.truth };
        self.account.answered(answer, world.database().history());
        if self.may_go_back && self.newest.goes_back(user, row.version) && self.account.counts(start_us) {
            self.account.tally.regressions += 1;
        }
        self.show(world, waiter, waiter.outcome, Some(row), at_us, view);
    }

    /// A request gets a row though its read failed, and counts as a hit.
    pub(super) fn rescue<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        mut waiter: Waiter,
        row: Row<RoleId>,
        at_us: u64,
        view: &mut V,
    ) {
        if self.account.counts(waiter.request.at_us) {
            *self.counter(waiter.outcome) -= 1;
            self.account.tally.hits += 1;
            self.account.tally.stale_served += 1;
        }
        waiter.outcome = RequestOutcome::Hit;
        self.answer(world, &waiter, row, at_us, view);
    }

    /// Where a request is counted that waits.
    fn counter(&mut self, outcome: RequestOutcome) -> &mut u64 {
        match outcome {
            RequestOutcome::Load => &mut self.account.tally.loads,
            _ => &mut self.account.tally.coalesced,
        }
    }

    pub(super) fn fail<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        waiter: &Waiter,
        at_us: u64,
        view: &mut V,
    ) {
        self.account.fingerprint([fingerprint::failed(waiter.key)]);
        if self.account.counts(waiter.request.at_us) {
            *self.counter(waiter.outcome) -= 1;
        }
        self.account.failed(waiter.request.at_us);
        self.show(world, waiter, RequestOutcome::Failed, None, at_us, view);
    }

    #[inline]
    fn show<V: View + ?Sized>(
        &self,
        world: &World<'_>,
        waiter: &Waiter,
        outcome: RequestOutcome,
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
