//! What a lane does with reads of the database: issuing, queueing, serving, landing and failing them.

use super::Lane;
use crate::cache::{Fill, Row, Timestamp};
use crate::model::RoleId;
use crate::sim::fetches::{Fetch, Waiter};
use crate::sim::keys::Keys;
use crate::sim::observer::View;
use crate::sim::policy::Policy;
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    /// A read is issued, and sees what is committed now. What has no delay happens at once.
    pub(super) fn issue<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        ticket: P::Ticket,
        leader: Waiter,
        row: Row<RoleId>,
        at_us: u64,
        view: &mut V,
    ) {
        if self.counts(at_us) {
            self.tally.db_reads += 1;
            self.tally.read_rates.record(at_us);
        }
        let fetch = Fetch { ticket, row, issued_us: at_us, leader, joined: Vec::new() };
        if self.is_down {
            return self.read_failed(world, fetch, at_us, view);
        }
        if self.serving.is_at_once() {
            return self.land(world, fetch, at_us, view);
        }
        if !self.serving.has_room(self.fetches.serving()) {
            let slot = self.fetches.issue(fetch);
            return self.fetches.queue(slot);
        }
        match self.latency_us(&fetch) {
            0 => self.land(world, fetch, at_us, view),
            latency_us => {
                let slot = self.fetches.issue(fetch);
                self.fetches.serve(slot, self.position, at_us.saturating_add(latency_us));
                self.update_due();
            }
        }
    }

    fn latency_us(&self, fetch: &Fetch<P::Ticket>) -> u64 {
        let Waiter { draw, asked_again, .. } = fetch.leader;
        self.serving.latency_us(fetch.issued_us, draw, asked_again)
    }

    /// The database serves who has waited longest, as far as there is room.
    pub(super) fn serve_queued(&mut self, at_us: u64) {
        while self.serving.has_room(self.fetches.serving()) {
            let Some(slot) = self.fetches.next_queued() else { break };
            let latency_us = self.fetches.get(slot).map_or(0, |fetch| self.latency_us(fetch));
            self.fetches.serve(slot, self.position, at_us.saturating_add(latency_us));
        }
    }

    /// A read's answer arrives.
    pub(super) fn land<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        if self.serving.fails(fetch.leader.draw, fetch.leader.asked_again) {
            return self.read_failed(world, fetch, at_us, view);
        }
        let Fetch { ticket, row, leader, joined, .. } = fetch;
        let cache = &mut self.replicas.0[leader.replica as usize];
        let key = || Keys::asked(world.users(), &leader.request);
        let fill = cache.fill(ticket, row, Timestamp::from_micros(at_us), key);
        if fill == Fill::Overtaken && self.counts(at_us) {
            self.tally.fills_rejected += 1;
        }
        for waiter in std::iter::once(leader).chain(joined) {
            match fill {
                Fill::Stored => self.answer(world, &waiter, row, at_us, view),
                Fill::Overtaken | Fill::Revoked => self.ask_again(world, waiter, at_us, view),
            }
        }
    }

    /// The database goes down: all reads fail, those that queue too.
    pub(super) fn fail_reads<V: View + ?Sized>(&mut self, world: &World<'_>, at_us: u64, view: &mut V) {
        for fetch in self.fetches.cancel(None) {
            self.read_failed(world, fetch, at_us, view);
        }
        self.update_due();
    }

    /// A read failed: its ticket goes back, and all who wait for it get an error.
    fn read_failed<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        let Fetch { ticket, leader, joined, .. } = fetch;
        self.replicas.0[leader.replica as usize].fail(ticket);
        self.fail_all(world, leader, joined, at_us, view);
    }

    /// All who wait for a read get an error: it failed, or it was lost with its process.
    pub(super) fn fail_all<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        leader: Waiter,
        joined: Vec<Waiter>,
        at_us: u64,
        view: &mut V,
    ) {
        for waiter in std::iter::once(leader).chain(joined) {
            self.fail(world, &waiter, at_us, view);
        }
    }
}
