//! Requests that wait for a policy to let them ask again, and not for a read that they could join.

use rustc_hash::FxHashMap;

use super::Lane;
use crate::cache::Timestamp;
use crate::sim::fetches::Waiter;
use crate::sim::observer::View;
use crate::sim::policy::{Policy, Scope, Timer};
use crate::sim::world::World;

/// By replica and what they wait for, in the order of their coming.
#[derive(Debug, Default)]
pub(super) struct Parked {
    waiting: FxHashMap<(u32, Scope), Vec<Waiter>>,
    count: u64,
}

impl Parked {
    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.count
    }

    /// When the earliest of them started.
    pub(super) fn earliest_us(&self) -> Option<u64> {
        self.waiting.values().flatten().map(|waiter| waiter.request.at_us).min()
    }

    fn park(&mut self, scope: Scope, waiter: Waiter) {
        self.waiting.entry((waiter.replica, scope)).or_default().push(waiter);
        self.count += 1;
    }

    fn take(&mut self, replica: u32, scope: Scope) -> Vec<Waiter> {
        let waiting = self.waiting.remove(&(replica, scope)).unwrap_or_default();
        self.count -= waiting.len() as u64;
        waiting
    }

    /// Takes all of a replica, or of all replicas.
    pub(super) fn take_of(&mut self, replica: Option<u32>) -> Vec<Waiter> {
        self.take_if(|(of, _)| replica.is_none_or(|replica| replica == *of))
    }

    /// Takes all that wait for a copy of all rows.
    pub(super) fn take_all(&mut self) -> Vec<Waiter> {
        self.take_if(|(_, scope)| *scope == Scope::All)
    }

    fn take_if(&mut self, holds: impl Fn(&(u32, Scope)) -> bool) -> Vec<Waiter> {
        let mut keys: Vec<(u32, Scope)> = self.waiting.keys().filter(|key| holds(key)).copied().collect();
        keys.sort_unstable();
        keys.into_iter().flat_map(|(replica, scope)| self.take(replica, scope)).collect()
    }
}

impl<P: Policy> Lane<P> {
    /// A request waits until its policy releases it.
    pub(super) fn park(&mut self, scope: Scope, waiter: Waiter) {
        self.parked.park(scope, waiter);
    }

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
}
