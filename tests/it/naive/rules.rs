//! A cache's rules.

use rolesim::cache::OnEvent;
use rolesim::policy::PolicySpec;

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
    /// Every hit starts the life again.
    pub(super) idle: bool,
    pub(super) sweep_us: Option<u64>,
    pub(super) capacity: Option<usize>,
}

impl Rules {
    pub(super) fn new(cache: &PolicySpec) -> Self {
        let options = cache.options();
        let us = |option| options.duration(option).map(|duration| duration.0);
        let capacity = options.count("capacity").map(|capacity| capacity.get());
        match cache.descriptor().name {
            "event" => Self {
                stores: true,
                joins: options.word("guard") != Some("none"),
                versioned: options.word("guard") == Some("version"),
                on_event: Some(match options.word("on-event") {
                    Some("update-if-present") => OnEvent::UpdateIfPresent,
                    Some("invalidate") => OnEvent::Invalidate,
                    _ => OnEvent::Update,
                }),
                ttl_us: us("ttl"),
                capacity,
                ..Self::default()
            },
            name @ ("ttl" | "idle") => Self {
                stores: true,
                joins: true,
                ttl_us: us("ttl"),
                deny_us: us("deny"),
                jitter_ppm: options.share_ppm("jitter").unwrap_or(0),
                idle: name == "idle",
                sweep_us: us("sweep"),
                capacity,
                ..Self::default()
            },
            "none" => Self::default(),
            "oracle" => Self { oracle: true, ..Self::default() },
            other => panic!("the plain simulator has no rules for `{other}`"),
        }
    }
}
