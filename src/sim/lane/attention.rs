//! What a lane does besides requests and reads: it watches what replicas hold, and lets those ask again who waited.

use super::Lane;
use super::settling::{HeldRole, Settling};
use crate::cache::Timestamp;
use crate::model::RoleId;
use crate::sim::observer::View;
use crate::sim::policy::{Policy, Scope, Timer};
use crate::sim::world::World;

impl<P: Policy> Lane<P> {
    /// Requests that waited ask again.
    pub(super) fn release<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        replica: u32,
        scope: Scope,
        at_us: u64,
        view: &mut V,
    ) {
        for waiter in self.parked.take(replica, scope) {
            self.ask_once_more(world, waiter, at_us, view);
        }
    }

    /// A replica's policy is told what it wanted to be told now.
    pub(super) fn timer_due<V: View + ?Sized>(
        &mut self,
        world: &World<'_>,
        replica: u32,
        timer: Timer,
        at_us: u64,
        view: &mut V,
    ) {
        self.replicas.0[Self::place(replica)].timer_due(timer, Timestamp::from_micros(at_us));
        self.look_at_held(world, replica, at_us);
        self.settle(world, replica, None, at_us, view);
    }

    /// A user's role changed.
    pub(super) fn role_changed(
        &mut self,
        world: &World<'_>,
        (user, role): (u32, RoleId),
        is_reduction: bool,
        at_us: u64,
        measured: bool,
    ) {
        if !P::SHOWS_CONTENTS {
            return;
        }
        let before = self.settling.changes(user, at_us);
        // Nobody asks once the day is over.
        let at_once = (self.day_ended && is_reduction && measured).then_some(0);
        before
            .into_iter()
            .chain(at_once)
            .for_each(|settled_us| self.account.tally.settled_us.record(settled_us));
        if is_reduction && !self.day_ended {
            self.settling.reduced(user, role, at_us, measured);
            self.look_everywhere(world, user, at_us);
        }
    }

    /// Something happened to a user's entry in a replica.
    #[inline]
    pub(super) fn look(&mut self, world: &World<'_>, replica: u32, user: u32, at_us: u64) {
        let cache = &mut self.replicas.0[Self::place(replica)];
        while let Some(evicted) = cache.evicted() {
            self.settling.look(Self::place(replica), evicted, None, at_us);
        }
        if self.settling.watches(user) {
            let held = cache.held(user, Timestamp::from_micros(at_us)).map(|held| match held {
                HeldRole::Entry { role, from, until } => (role, from, until),
                HeldRole::Copy(version) => {
                    (world.database().row_up_to(user, version).role, Timestamp::ZERO, Timestamp::NEVER)
                }
            });
            self.settling.look(Self::place(replica), user, held, at_us);
        }
    }

    /// Something happened to a user's entries in all replicas.
    pub(super) fn look_everywhere(&mut self, world: &World<'_>, user: u32, at_us: u64) {
        (0..self.replicas.0.len() as u32).for_each(|replica| self.look(world, replica, user, at_us));
    }

    /// A replica may have dropped anything.
    pub(super) fn look_at_held(&mut self, world: &World<'_>, replica: u32, at_us: u64) {
        let users = self.settling.held_by(Self::place(replica));
        users.into_iter().for_each(|user| self.look(world, replica, user, at_us));
    }

    /// A replica may hold anything else.
    pub(super) fn look_at_all(&mut self, world: &World<'_>, replica: u32, at_us: u64) {
        self.settling.users().into_iter().for_each(|user| self.look(world, replica, user, at_us));
    }

    /// Forgets what has settled, if it is much.
    pub(super) fn prune_settled(&mut self, at_us: u64) {
        let settled = self.settling.prune(at_us);
        settled.into_iter().for_each(|settled_us| self.account.tally.settled_us.record(settled_us));
    }

    /// The day is over: what has not settled by now is told as it stands.
    pub(super) fn settle_reductions(&mut self, at_us: u64) {
        let none = Settling::new(self.replicas.0.len(), None);
        let settled = std::mem::replace(&mut self.settling, none);
        settled.so_far(at_us).for_each(|settled_us| self.account.tally.settled_us.record(settled_us));
    }
}
