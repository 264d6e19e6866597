//! The caches of a run, each in its lane: an enum at the edge, matched once a block.

use super::block::Block;
use super::foreign::{Foreign, Guest};
use super::lane::{Lane, LaneOutcome, Setting};
use super::observer::Observer;
use super::subject::{Cached, Oracle, Uncached};
use super::world::World;
use crate::model::CacheKind;

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
    pub(super) fn foreign(cache: Box<dyn Foreign + 'f>, setting: &Setting) -> Self {
        Self::Foreign(Box::new(Lane::new(Guest::new(cache), None, setting)))
    }

    pub(super) fn new(kind: &CacheKind, setting: &Setting) -> Self {
        match kind {
            CacheKind::Event(options) => {
                Self::Cached(Box::new(Lane::new(Cached::event(options), None, setting)))
            }
            CacheKind::Ttl(options) | CacheKind::Idle(options) => {
                Self::Cached(Box::new(Lane::new(Cached::ttl(options), options.sweep, setting)))
            }
            CacheKind::None => Self::Uncached(Box::new(Lane::new(Uncached, None, setting))),
            CacheKind::Oracle => Self::Oracle(Box::new(Lane::new(Oracle::default(), None, setting))),
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
