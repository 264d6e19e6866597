//! What a plan is run for: candidates, each of which brings the lane of its own policy.
//!
//! The engine knows no policy by name. Behind [`CandidateLane`] stands one virtual call for each block of the day, so
//! that everything within a block is compiled for the policy itself.

use super::block::Block;
use super::certainty::Certainty;
use super::coupling::Coupling;
use super::lane::{Lane, LaneSetting};
use super::memory_use::MemoryUse;
use super::observer::Observer;
use super::policy::Policy;
use super::world::World;
use crate::ledger::Account;

/// A cache that takes part in a plan.
pub trait Candidate {
    /// What errors call it.
    fn name(&self) -> String;

    /// How it couples users with each other.
    fn coupling(&self) -> Coupling;

    /// What it promises.
    fn guarantee(&self) -> Guarantee {
        Guarantee::None
    }

    /// The longest for which its rules let a revoked role be honoured, in microseconds; `None` if they set no bound.
    fn longest_honoured_us(&self, certainty: &Certainty) -> Option<u64> {
        let _ = certainty;
        None
    }

    /// The same candidate, if several threads may each run it for a part of the users; `None` if it has to see the whole
    /// day on one thread.
    fn divisible(&self) -> Option<&(dyn Candidate + Sync)>;

    /// Its lane at the start of a day, with an empty cache for each replica.
    fn lane<'l>(&'l self, setting: &LaneSetting) -> CandidateLane<'l>;
}

/// What a policy promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarantee {
    /// Nothing.
    None,
    /// If each change is told to every replica at once, no answer is older than what was committed when its request
    /// started.
    NeverOutdated,
}

/// The lane of a candidate, whatever its policy.
pub struct CandidateLane<'l>(Box<dyn LaneRun + 'l>);

impl<'l> CandidateLane<'l> {
    /// The lane of caches that `make` makes: one for each replica, or one that serves them all.
    pub fn new<P: Policy + 'l>(setting: &LaneSetting, make: impl FnMut() -> P) -> Self {
        let count = if P::SHARED { 1 } else { setting.replicas };
        let caches = std::iter::repeat_with(make).take(count as usize).collect();
        Self(Box::new(Lane::new(caches, setting)))
    }

    /// Works through a block.
    pub(super) fn run(&mut self, world: &World<'_>, block: &Block) {
        self.0.run(world, block);
    }

    /// The same, while an observer looks on.
    pub(super) fn run_observed(&mut self, world: &World<'_>, block: &Block, observer: &mut dyn Observer) {
        self.0.run_observed(world, block, observer);
    }

    /// What it holds now.
    pub(super) fn memory_use(&self, world: &World<'_>) -> MemoryUse {
        self.0.memory_use(world)
    }

    /// What was counted; `None` if the books do not balance.
    pub(super) fn finish(self) -> Option<Account> {
        self.0.finish()
    }
}

/// A lane, whatever its policy.
trait LaneRun {
    fn run(&mut self, world: &World<'_>, block: &Block);

    fn run_observed(&mut self, world: &World<'_>, block: &Block, observer: &mut dyn Observer);

    fn memory_use(&self, world: &World<'_>) -> MemoryUse;

    fn finish(self: Box<Self>) -> Option<Account>;
}

impl<P: Policy> LaneRun for Lane<P> {
    fn run(&mut self, world: &World<'_>, block: &Block) {
        self.block(world, block, &mut ());
    }

    fn run_observed(&mut self, world: &World<'_>, block: &Block, observer: &mut dyn Observer) {
        self.block(world, block, observer);
    }

    fn memory_use(&self, world: &World<'_>) -> MemoryUse {
        self.holds(world)
    }

    fn finish(self: Box<Self>) -> Option<Account> {
        self.close()
    }
}
