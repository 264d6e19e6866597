//! The caches of a run, each in its lane: an enum at the edge, matched once a block.

use super::block::Block;
use super::foreign::{Foreign, Guest};
use super::held::Held;
use super::lane::counted::Counted;
use super::lane::{Lane, Setting};
use super::observer::Observer;
use super::subject::{Cached, Oracle, Subject, Uncached};
use super::world::World;
use crate::cache::{Dense, Hashed, Lasting, Timed};
use crate::model::{CacheKind, Micros, RoleId};
use crate::workload::Chances;
use rustc_hash::FxBuildHasher;

/// A lane of any kind.
pub(super) enum AnyLane<'f> {
    /// The real cache.
    Lasting(Box<Lane<Cached<Dense<Lasting>>>>),
    /// The same with a TTL, or a TTL cache.
    Timed(Box<Lane<Cached<Dense<Timed>>>>),
    /// The same with a bound.
    Bounded(Box<Lane<Cached<Hashed<u32, RoleId, FxBuildHasher>>>>),
    /// No cache.
    Uncached(Box<Lane<Uncached>>),
    /// The bound.
    Oracle(Box<Lane<Oracle>>),
    /// A cache that somebody else wrote.
    Foreign(Box<Lane<Guest<'f>>>),
}

impl<'f> AnyLane<'f> {
    /// One cache of somebody else's for each replica.
    pub(super) fn foreign(caches: Vec<Box<dyn Foreign + 'f>>, setting: &Setting) -> Self {
        let guests = caches.into_iter().map(Guest::new).collect();
        Self::Foreign(Box::new(Lane::new(guests, None, setting)))
    }

    pub(super) fn new(kind: &CacheKind, replicas: u32, chances: Chances, setting: &Setting) -> Self {
        /// A subject for each replica, in a lane.
        fn lane<S: Subject>(
            replicas: u32,
            sweep: Option<Micros>,
            setting: &Setting,
            make: impl Fn() -> S,
        ) -> Box<Lane<S>> {
            Box::new(Lane::new((0..replicas).map(|_| make()).collect(), sweep, setting))
        }
        match kind {
            CacheKind::Event(options) if options.capacity.is_none() && options.ttl.is_none() => {
                Self::Lasting(lane(replicas, None, setting, || Cached::event(options, chances)))
            }
            CacheKind::Event(options) if options.capacity.is_none() => {
                Self::Timed(lane(replicas, None, setting, || Cached::event(options, chances)))
            }
            CacheKind::Event(options) => {
                Self::Bounded(lane(replicas, None, setting, || Cached::event(options, chances)))
            }
            CacheKind::Ttl(options) | CacheKind::Idle(options) => {
                let renewed = matches!(kind, CacheKind::Idle(_));
                let sweep = options.sweep;
                if options.capacity.is_none() {
                    Self::Timed(lane(replicas, sweep, setting, || Cached::ttl(options, renewed, chances)))
                } else {
                    Self::Bounded(lane(replicas, sweep, setting, || Cached::ttl(options, renewed, chances)))
                }
            }
            CacheKind::None => Self::Uncached(lane(replicas, None, setting, || Uncached)),
            CacheKind::Oracle => Self::Oracle(lane(1, None, setting, Oracle::default)),
        }
    }

    pub(super) fn run<O: Observer>(&mut self, world: &World<'_>, block: &Block, observer: &mut O) {
        match self {
            Self::Lasting(lane) => lane.run(world, block, observer),
            Self::Timed(lane) => lane.run(world, block, observer),
            Self::Bounded(lane) => lane.run(world, block, observer),
            Self::Uncached(lane) => lane.run(world, block, observer),
            Self::Oracle(lane) => lane.run(world, block, observer),
            Self::Foreign(lane) => lane.run(world, block, observer),
        }
    }

    /// What it holds now.
    pub(super) fn held(&self, world: &World<'_>) -> Held {
        match self {
            Self::Lasting(lane) => lane.held(world),
            Self::Timed(lane) => lane.held(world),
            Self::Bounded(lane) => lane.held(world),
            Self::Uncached(lane) => lane.held(world),
            Self::Oracle(lane) => lane.held(world),
            Self::Foreign(lane) => lane.held(world),
        }
    }

    pub(super) fn finish(self) -> Option<Counted> {
        match self {
            Self::Lasting(lane) => lane.finish(),
            Self::Timed(lane) => lane.finish(),
            Self::Bounded(lane) => lane.finish(),
            Self::Uncached(lane) => lane.finish(),
            Self::Oracle(lane) => lane.finish(),
            Self::Foreign(lane) => lane.finish(),
        }
    }
}
