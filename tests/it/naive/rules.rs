//! A cache's rules.

use rolesim::cache::{Guard, OnEvent};
use rolesim::model::CacheKind;

/// The cache's options in the terms of this simulator.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) oracle: bool,
    pub(super) stores: bool,
    /// Readers join a fetch in flight.
    pub(super) joins: bool,
    /// Versions guard entries and fetches.
    pub(super) versioned: bool,
    /// Deaf to events without.
    pub(super) on_event: Option<OnEvent>,
    pub(super) ttl_us: Option<u64>,
    /// The life of the lowest role, where it is another.
    pub(super) deny_us: Option<u64>,
    pub(super) jitter_ppm: u32,
    /// Every hit starts the life anew.
    pub(super) idle: bool,
    pub(super) sweep_us: Option<u64>,
    pub(super) capacity: Option<usize>,
}

impl Rules {
    pub(super) fn new(cache: CacheKind) -> Self {
        match cache {
            CacheKind::Event(options) => Self {
                stores: true,
                joins: options.guard != Guard::None,
                versioned: options.guard == Guard::Version,
                on_event: Some(options.on_event),
                ttl_us: options.ttl.map(|ttl| ttl.0),
                capacity: options.capacity.map(|capacity| capacity.get()),
                ..Self::default()
            },
            CacheKind::Ttl(options) | CacheKind::Idle(options) => Self {
                stores: true,
                joins: true,
                ttl_us: Some(options.ttl.0),
                deny_us: options.deny.map(|life| life.0),
                jitter_ppm: options.jitter_ppm,
                idle: matches!(cache, CacheKind::Idle(_)),
                sweep_us: options.sweep.map(|period| period.0),
                capacity: options.capacity.map(|capacity| capacity.get()),
                ..Self::default()
            },
            CacheKind::None => Self::default(),
            CacheKind::Oracle => Self { oracle: true, ..Self::default() },
        }
    }
}
