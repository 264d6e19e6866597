//! A cache's rules.

use rolesim::cache::OnEvent;
use rolesim::policy::{OptionValues, PolicySpec};

use super::drops::OnWrite;
use super::sensitive::Sensitive;

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
    /// Whole copies are loaded so often.
    pub(super) snapshot_us: Option<u64>,
    /// Events load a copy.
    pub(super) reloads: bool,
    /// The old copy answers while one loads.
    pub(super) atomic: bool,
    pub(super) refresh_us: Option<u64>,
    /// For how long entries are kept past their life.
    pub(super) stale_us: Option<u64>,
    pub(super) retry_us: Option<u64>,
    /// The clients hold the entries.
    pub(super) token: bool,
    pub(super) denylist: bool,
    /// The list of refused tokens survives a restart.
    pub(super) persists: bool,
    /// The life in the second level.
    pub(super) l2_us: Option<u64>,
    pub(super) lease_us: Option<u64>,
    /// Everything is dropped after a gap.
    pub(super) flushes: bool,
    /// An event drops the entries of all users.
    pub(super) scope_all: bool,
    pub(super) quantize_us: Option<u64>,
    pub(super) recheck_deny: bool,
    pub(super) hold_us: Option<u64>,
    pub(super) again_us: Option<u64>,
    pub(super) on_write: OnWrite,
    /// A fetch that is overtaken answers those that wait for it and stores nothing.
    pub(super) answers_voided: bool,
    /// The least time between two fetches of a user then.
    pub(super) lease_rate_us: u64,
    pub(super) sensitive: Sensitive,
    /// At least 1.
    pub(super) shards: u64,
}

/// Whether a flag is set.
fn flag(options: &OptionValues, name: &str) -> bool {
    options.word(name) == Some("yes")
}

impl Rules {
    pub(super) fn new(cache: &PolicySpec) -> Self {
        let mut rules = Self::of_today(cache);
        rules.add_coming(cache);
        rules
    }

    /// Events tell this cache something.
    pub(super) fn hears(&self) -> bool {
        self.on_event.is_some() || self.reloads || self.denylist
    }

    /// The options that are coming; each is absent while the cache has none of its name.
    pub(super) fn add_coming(&mut self, cache: &PolicySpec) {
        let options = cache.options();
        let us = |option| options.duration(option).map(|duration| duration.0);
        let says = |option, word| options.word(option) == Some(word);
        self.atomic = !says("atomic", "no");
        self.refresh_us = us("refresh");
        self.stale_us = us("stale-if-error");
        self.retry_us = us("retry");
        self.denylist = flag(options, "denylist");
        self.persists = flag(options, "persist");
        self.l2_us = us("l2");
        self.lease_us = us("lease");
        self.flushes = says("on-gap", "flush") || (self.lease_us.is_some() && !says("on-gap", "keep"));
        self.scope_all = says("scope", "all");
        self.recheck_deny = says("recheck", "deny");
        self.hold_us = us("hold");
        self.again_us = us("again");
        self.on_write = OnWrite {
            before: says("on-write", "before") || says("on-write", "both"),
            after: says("on-write", "after") || says("on-write", "both"),
        };
        self.answers_voided = says("guard", "lease");
        self.versioned |= self.answers_voided;
        self.lease_rate_us = us("lease_rate").unwrap_or(10_000_000);
        self.sensitive = match options.word("sensitive") {
            Some("bypass") => Sensitive::Bypass,
            Some("validate") => Sensitive::Validate,
            _ => Sensitive::Cached,
        };
        self.shards = options.count("shards").map_or(1, |shards| shards.get() as u64);
    }

    fn of_today(cache: &PolicySpec) -> Self {
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
                quantize_us: us("quantize"),
                capacity,
                ..Self::default()
            },
            "snapshot" => Self {
                snapshot_us: us("period"),
                reloads: options.word("on-event") == Some("reload"),
                jitter_ppm: options.share_ppm("jitter").unwrap_or(0),
                ..Self::default()
            },
            "token" => Self { stores: true, joins: true, token: true, ttl_us: us("ttl"), ..Self::default() },
            "none" => Self::default(),
            "oracle" => Self { oracle: true, ..Self::default() },
            other => panic!("the plain simulator has no rules for `{other}`"),
        }
    }
}
