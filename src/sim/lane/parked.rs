//! Requests that wait for a policy to let them ask again, and not for a read that they could join.

use rustc_hash::FxHashMap;

use crate::sim::fetches::Waiter;
use crate::sim::policy::Scope;

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

    pub(super) fn park(&mut self, scope: Scope, waiter: Waiter) {
        self.waiting.entry((waiter.replica, scope)).or_default().push(waiter);
        self.count += 1;
    }

    pub(super) fn take(&mut self, replica: u32, scope: Scope) -> Vec<Waiter> {
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
