//! What a lane does with reads: issuing, queueing, serving, landing and failing them.

use super::Lane;
use crate::cache::{Fill, Row, Timestamp};
use crate::model::RoleId;
use crate::sim::draw_keys::DrawKeys;
use crate::sim::fetches::{Fetch, Tier, Waiter};
use crate::sim::observer::View;
use crate::sim::policy::{Background, CommittedRows, LevelReply, Policy, Scope};
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    /// The read of a request that leads it; `committed` is the user's row by now.
    pub(super) fn led(
        &self,
        world: &World<'_>,
        ticket: P::Ticket,
        tier: Tier,
        leader: Waiter,
        committed: Row<RoleId>,
        at_us: u64,
    ) -> Fetch<P::Ticket> {
        let Waiter { request, replica, draw, asked_again, .. } = leader;
        let attempt = asked_again.into();
        let seen_position = match tier {
            Tier::Database => self.seen_position(world, replica, (draw, attempt), at_us),
            Tier::Level(_) => self.position,
        };
        let row = match seen_position == self.position {
            true => committed,
            false => world.database().row_at(request.user, seen_position),
        };
        let (scope, leader) = (Scope::User(request.user), Some(leader));
        let (issued_us, joined) = (at_us, Vec::new());
        Fetch { ticket, scope, tier, row, issued_us, seen_position, replica, draw, attempt, leader, joined }
    }

    /// The position up to which a read of the database sees what was committed, if a replica issues it now; key and attempt
    /// name it.
    fn seen_position(&self, world: &World<'_>, replica: u32, (key, attempt): (u64, u32), at_us: u64) -> u64 {
        let as_of = self.replicas.0[Self::place(replica)].reads_as_of(Timestamp::from_micros(at_us));
        if as_of.is_none() && self.read_service.sees_all() {
            return self.position;
        }
        let as_of_us = as_of.map_or(at_us, Timestamp::as_micros);
        let lag_us = self.read_service.lag_us(key, attempt);
        match as_of_us.checked_sub(lag_us) {
            Some(seen_us) if seen_us == at_us => self.position,
            // The world runs ahead: at this very instant it may know of later commits.
            Some(seen_us) => world.database().history().position_by(seen_us).min(self.position),
            None => 0,
        }
    }

    /// Starts the reads that a policy wants to start on its own, and notes when it wants to be woken.
    #[inline]
    pub(super) fn settle<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        replica: u32,
        cause: Option<&Waiter>,
        at_us: u64,
        view: &mut V,
    ) {
        while let Some(scope) = self.replicas.0[Self::place(replica)].released() {
            self.release(world, replica, scope, at_us, view);
        }
        while let Some(read) = self.replicas.0[Self::place(replica)].background() {
            if read.scope == Scope::All {
                // A policy may put its copy away while it loads another.
                self.look_at_held(world, replica, at_us);
            }
            self.start(world, read, replica, cause, at_us, view);
        }
        while let Some((delay_us, timer)) = self.replicas.0[Self::place(replica)].timer() {
            self.fetches.schedule(replica, timer, self.position, at_us.saturating_add(delay_us));
            self.update_due();
        }
        let wanted = self.replicas.0[Self::place(replica)].next_wake();
        if let Some(wake_us) = wanted.and_then(|at| self.within_day(at))
            && self.next_wake_us.is_none_or(|next_us| wake_us < next_us)
        {
            self.next_wake_us = Some(wake_us);
            self.update_due();
        }
    }

    /// Starts a read that no request leads.
    fn start<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        read: Background<P::Ticket>,
        replica: u32,
        cause: Option<&Waiter>,
        at_us: u64,
        view: &mut V,
    ) {
        let Background { ticket, scope, number } = read;
        // A read that a request causes draws as the request's own would; loads of all rows are numbered.
        let (draw, attempt) = match (cause, scope) {
            (_, Scope::All) => (DrawKeys::loads(replica), number),
            (Some(waiter), _) => (waiter.draw, waiter.asked_again.into()),
            (None, Scope::User(user)) => (DrawKeys::asked(world.users(), user, at_us), replica),
        };
        if scope != Scope::All && self.account.counts(at_us) {
            self.account.tally.refreshes += 1;
        }
        let seen_position = self.seen_position(world, replica, (draw, attempt), at_us);
        let row = match scope {
            Scope::User(user) => world.database().row_at(user, seen_position),
            Scope::All => Row::default(),
        };
        let (tier, issued_us, leader, joined) = (Tier::Database, at_us, None, Vec::new());
        let fetch = Fetch {
            ticket,
            scope,
            tier,
            row,
            issued_us,
            seen_position,
            replica,
            draw,
            attempt,
            leader,
            joined,
        };
        if at_us > self.end_us {
            return self.read_failed(world, fetch, at_us, view);
        }
        self.issue(world, fetch, at_us, view);
    }

    /// A read is issued. What has no delay happens at once.
    pub(super) fn issue<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        let latency_us = match fetch.tier {
            Tier::Level(latency_us) => latency_us,
            Tier::Database => {
                if self.account.counts(at_us) {
                    self.account.tally.db_reads += 1;
                    self.account.tally.read_rates.record(at_us);
                }
                if self.is_down[fetch.replica as usize] {
                    return self.read_failed(world, fetch, at_us, view);
                }
                if self.read_service.is_at_once() {
                    return self.land(world, fetch, at_us, view);
                }
                if !self.read_service.has_room(self.fetches.serving()) {
                    let slot = self.fetches.issue(fetch);
                    return self.fetches.queue(slot);
                }
                self.latency_us(&fetch, at_us)
            }
        };
        if latency_us == 0 {
            return self.land(world, fetch, at_us, view);
        }
        let slot = self.fetches.issue(fetch);
        self.fetches.serve(slot, self.position, at_us.saturating_add(latency_us));
        self.update_due();
    }

    /// How long a read takes that the database begins to serve at an instant.
    fn latency_us(&self, fetch: &Fetch<P::Ticket>, served_us: u64) -> u64 {
        self.read_service.latency_us(served_us, fetch.replica, fetch.draw, fetch.attempt)
    }

    /// The database serves those that have waited longest, as far as there is room.
    pub(super) fn serve_queued(&mut self, at_us: u64) {
        while self.read_service.has_room(self.fetches.serving()) {
            let Some(slot) = self.fetches.next_queued() else { break };
            let latency_us = self.fetches.get(slot).map_or(0, |fetch| self.latency_us(fetch, at_us));
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
        match fetch.tier {
            Tier::Level(_) => self.level_answered(world, fetch, at_us, view),
            Tier::Database if self.read_service.fails(fetch.draw, fetch.attempt) => {
                self.read_failed(world, fetch, at_us, view);
            }
            Tier::Database => self.filled(world, fetch, at_us, view),
        }
    }

    /// Another level answers: what it does not know, the database is asked for.
    fn level_answered<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        let policy = &mut self.replicas.0[Self::place(fetch.replica)];
        match policy.level_answered(fetch.ticket, fetch.row, Timestamp::from_micros(at_us)) {
            LevelReply::Found(ticket, row) => {
                self.filled(world, Fetch { ticket, row, ..fetch }, at_us, view);
            }
            LevelReply::Missed(ticket) => {
                let (tier, issued_us) = (Tier::Database, at_us);
                let draw = (fetch.draw, fetch.attempt);
                let seen_position = self.seen_position(world, fetch.replica, draw, at_us);
                let row = match fetch.scope {
                    Scope::User(user) => world.database().row_at(user, seen_position),
                    Scope::All => fetch.row,
                };
                let fetch = Fetch { ticket, tier, row, issued_us, seen_position, ..fetch };
                self.issue(world, fetch, at_us, view);
            }
        }
    }

    /// A row, or all of them, reach the cache and the requests that wait for it.
    fn filled<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        let Fetch { ticket, scope, row, issued_us, seen_position, replica, leader, joined, .. } = fetch;
        let (policy, now) = (&mut self.replicas.0[Self::place(replica)], Timestamp::from_micros(at_us));
        let rows = CommittedRows { database: world.database(), position: seen_position };
        let fill = match scope {
            Scope::User(user) => {
                let asked_us = leader.as_ref().map_or(issued_us, |leader| leader.request.at_us);
                policy.fill(ticket, row, Timestamp::from_micros(issued_us), now, || {
                    DrawKeys::asked(world.users(), user, asked_us)
                })
            }
            Scope::All => policy.fill_all(ticket, &rows, now),
        };
        match scope {
            Scope::User(user) if P::SHARES_ENTRIES => self.look_everywhere(world, user, at_us),
            Scope::User(user) => self.look(world, replica, user, at_us),
            Scope::All => {
                self.look_at_all(world, replica, at_us);
                if self.account.counts(at_us) {
                    self.account.tally.db_rows +=
                        CommittedRows { database: world.database(), position: seen_position }.len();
                }
            }
        }
        if fill == Fill::Overtaken && self.account.counts(at_us) {
            self.account.tally.fills_rejected += 1;
        }
        for waiter in leader.into_iter().chain(joined) {
            match (fill, scope) {
                (Fill::Stored | Fill::Unkept, Scope::User(_)) => {
                    self.answer(world, &waiter, row, at_us, view)
                }
                (Fill::Stored | Fill::Unkept, Scope::All) => {
                    self.answer(world, &waiter, rows.of(waiter.request.user), at_us, view);
                }
                (Fill::Overtaken | Fill::Revoked, _) => self.ask_again(world, waiter, at_us, view),
            }
        }
        self.settle(world, replica, None, at_us, view);
    }

    /// The database goes down: all reads fail that it serves or that queue for it.
    pub(super) fn fail_reads<V: View + ?Sized>(&mut self, world: &World<'_>, at_us: u64, view: &mut V) {
        let is_down = &self.is_down;
        let is_cut =
            |fetch: &Fetch<P::Ticket>| fetch.tier == Tier::Database && is_down[fetch.replica as usize];
        for fetch in self.fetches.cancel(is_cut) {
            self.read_failed(world, fetch, at_us, view);
        }
        self.serve_queued(at_us);
        self.update_due();
    }

    /// A read failed: its ticket goes back, and the requests that wait for it get an error, or what the policy has for them.
    fn read_failed<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        fetch: Fetch<P::Ticket>,
        at_us: u64,
        view: &mut V,
    ) {
        let Fetch { ticket, replica, leader, joined, .. } = fetch;
        let is_awaited = leader.is_some() || !joined.is_empty();
        let now = Timestamp::from_micros(at_us);
        let rescued = self.replicas.0[Self::place(replica)].fail(ticket, now, is_awaited);
        match rescued {
            None => self.fail_all(world, leader, joined, at_us, view),
            Some(row) => {
                for waiter in leader.into_iter().chain(joined) {
                    self.rescue(world, waiter, row, at_us, view);
                }
            }
        }
        self.settle(world, replica, None, at_us, view);
    }

    /// The requests that wait for a read get an error: it failed, or it was lost with its process.
    pub(super) fn fail_all<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        leader: Option<Waiter>,
        joined: Vec<Waiter>,
        at_us: u64,
        view: &mut V,
    ) {
        for waiter in leader.into_iter().chain(joined) {
            self.fail(world, &waiter, at_us, view);
        }
    }
}
