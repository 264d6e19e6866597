//! The caches of a run, each in its lane: an enum at the edge, matched once a block.

use super::block::Block;
use super::foreign::{Foreign, Guest};
use super::lane::{Lane, LaneOutcome, Setting};
use super::observer::Observer;
use super::subject::{Cached, Oracle, Uncached};
use super::world::World;
use crate::model::CacheKind;
use crate::workload::Chances;

/// A lane of any kind.
pub(super) enum AnyLane<'f> {
    /// The real cache, or a TTL cache.
    Cached(Box<Lane<Cached>>),
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
        let cached = |sweep, make: &dyn Fn() -> Cached| {
            let subjects = (0..replicas).map(|_| make()).collect();
            Self::Cached(Box::new(Lane::new(subjects, sweep, setting)))
        };
        match kind {
            CacheKind::Event(options) => cached(None, &|| Cached::event(options, chances)),
            CacheKind::Ttl(options) => cached(options.sweep, &|| Cached::ttl(options, false, chances)),
            CacheKind::Idle(options) => cached(options.sweep, &|| Cached::ttl(options, true, chances)),
            CacheKind::None => {
                let subjects = (0..replicas).map(|_| Uncached).collect();
                Self::Uncached(Box::new(Lane::new(subjects, None, setting)))
            }
            CacheKind::Oracle => Self::Oracle(Box::new(Lane::new(vec![Oracle::default()], None, setting))),
        }
    }

    pub(super) fn run<O: Observer>(&mut self, world: &World<'_>, block: &Block, observer: &mut O) {
        match self {
            Self::Cached(lane) => lane.run(world, block, observer),
            Self::Uncached(lane) => lane.run(world, block, observer),
            Self::Oracle(lane) => lane.run(world, block, observer),
            Self::Foreign(lane) => lane.run(world, block, observer),
        }
    }

    pub(super) fn finish(self) -> Option<LaneOutcome> {
        match self {
            Self::Cached(lane) => lane.finish(),
            Self::Uncached(lane) => lane.finish(),
            Self::Oracle(lane) => lane.finish(),
            Self::Foreign(lane) => lane.finish(),
        }
    }
}
