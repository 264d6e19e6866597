//! `event`: the event-driven cache, which is the product itself.

use std::time::Duration;

use super::ageing::{RECHECK, RETRY, RETRY_DEMAND, STALE_IF_ERROR, ageing};
use super::cached::{Connection, Lives, Rules, lane, memory};
use super::descriptor::{Hearing, PolicyDescriptor};
use super::option::{
    CAPACITY, OptionDefault, OptionKind, OptionSpec, OptionValue, OptionValues, Requirement, Word,
};
use crate::cache::{Guard, OnEvent, Options};
use crate::sim::{CandidateLane, Certainty, Coupling, Guarantee, LaneSetting};

/// The event-driven cache.
pub static EVENT: PolicyDescriptor = PolicyDescriptor {
    options: &[
        OptionSpec {
            name: "on-event",
            kind: OptionKind::Word(&[
                Word {
                    name: "update",
                    doc: "an event writes the new role, also for a user who is not cached",
                },
                Word { name: "update-if-present", doc: "it writes only where the user is cached" },
                Word { name: "invalidate", doc: "it drops the entry, and the next request reads" },
            ]),
            default: OptionDefault::Value(OptionValue::Word("update")),
            doc: "what an event does to an entry",
        },
        OptionSpec {
            name: "guard",
            kind: OptionKind::Word(&[
                Word { name: "version", doc: "versions: what a newer change overtook is not stored" },
                Word { name: "singleflight", doc: "one read per user at a time, and nothing more" },
                Word { name: "none", doc: "nothing: every miss reads for itself" },
            ]),
            default: OptionDefault::Value(OptionValue::Word("version")),
            doc: "what protects a fetch in flight from a change that overtakes it",
        },
        OptionSpec {
            name: "ttl",
            kind: OptionKind::Duration,
            default: OptionDefault::Absent,
            doc: "a safety net: an entry is usable while now < stored + `ttl`",
        },
        OptionSpec {
            name: "scope",
            kind: OptionKind::Word(&[
                Word { name: "user", doc: "an event is about its user's entry" },
                Word { name: "all", doc: "an event drops the entries of all other users too" },
            ]),
            default: OptionDefault::Value(OptionValue::Word("user")),
            doc: "the entries that an event is about",
        },
        OptionSpec {
            name: "lease",
            kind: OptionKind::PositiveDuration,
            default: OptionDefault::Absent,
            doc: "entries are usable for so long after the channel's last heartbeat; outside, requests read and store nothing",
        },
        OptionSpec {
            name: "on-gap",
            kind: OptionKind::Word(&[
                Word { name: "keep", doc: "entries stay; the default without `lease`" },
                Word {
                    name: "flush",
                    doc: "the first heartbeat after a missed one drops everything; the default with `lease`",
                },
            ]),
            default: OptionDefault::If("lease", OptionValue::Word("flush"), OptionValue::Word("keep")),
            doc: "what a gap in the heartbeats does",
        },
        OptionSpec {
            name: "hold",
            kind: OptionKind::PositiveDuration,
            default: OptionDefault::Absent,
            doc: "for so long after an event or a drop nothing is filled for that user: answers are given and not stored",
        },
        STALE_IF_ERROR,
        RETRY,
        RECHECK,
        CAPACITY,
    ],
    demands: &[Requirement::Needs("stale-if-error", "ttl"), RETRY_DEMAND],
    hearing: |_| Hearing::Hears,
    coupling: |options| Coupling {
        capacity: options.count("capacity").is_some(),
        all_users: options.word("scope") == Some("all"),
        // The floor is looked at under this guard alone, and only where an event writes what was not there.
        version_floor: guard(options) == Guard::Version && on_event(options) == OnEvent::Update,
    },
    memory,
    guarantee: |options| match guard(options) {
        Guard::Version => Guarantee::NeverOutdated,
        Guard::SingleFlight | Guard::None => Guarantee::None,
    },
    longest_honoured_us,
    guarded_counterpart: |options| Some((&EVENT, options.clone().with("guard", None))),
    build,
    ..PolicyDescriptor::new("event", "the event-driven cache: role changes are written into it", build)
};

fn on_event(options: &OptionValues) -> OnEvent {
    match options.word("on-event") {
        Some("update-if-present") => OnEvent::UpdateIfPresent,
        Some("invalidate") => OnEvent::Invalidate,
        _ => OnEvent::Update,
    }
}

fn guard(options: &OptionValues) -> Guard {
    match options.word("guard") {
        Some("singleflight") => Guard::SingleFlight,
        Some("none") => Guard::None,
        _ => Guard::Version,
    }
}

/// The delay of events if none can get lost and none can be undone by a late read or an older event; else the life, from the
/// last read or event that can bring the role back.
fn longest_honoured_us(options: &OptionValues, certainty: &Certainty) -> Option<u64> {
    let Certainty { longest_read_us, longest_lag_us: lag_us, longest_delay_us: delay_us, all_told, .. } =
        *certainty;
    let is_lasting = guard(options) == Guard::Version || (longest_read_us == Some(0) && delay_us == 0);
    // What an event dropped comes back with a read of a database that lags.
    let is_lasting = is_lasting && lag_us == 0;
    let by_events = (all_told && is_lasting).then_some(delay_us);
    let life_us = options.duration("ttl").map(|ttl| ttl.0);
    let kept_us = options.duration("stale-if-error").map_or(0, |kept| kept.0);
    let by_life = life_us.zip(longest_read_us).map(|(life_us, read_us)| {
        life_us.saturating_add(kept_us).saturating_add(read_us.saturating_add(lag_us).max(delay_us))
    });
    by_events.into_iter().chain(by_life).min()
}

fn build(options: &OptionValues, setting: &LaneSetting) -> CandidateLane<'static> {
    let ttl = options.duration("ttl").map(|ttl| Duration::from_micros(ttl.0));
    let (guard, on_event, capacity) = (guard(options), on_event(options), options.count("capacity"));
    let core = Options { on_event, guard, ttl, capacity, ..Options::default() };
    lane(
        Rules {
            core,
            is_deaf: false,
            lives: Lives::uniform(setting),
            cleanup: None,
            ageing: ageing(options),
            rechecks_lowest: options.word("recheck") == Some("deny"),
            connection: Connection {
                lease_us: options.duration("lease").map(|lease| lease.0),
                flushes: options.word("on-gap") == Some("flush"),
            },
            hold_us: options.duration("hold").map_or(0, |hold| hold.0),
            quantum: None,
        },
        setting,
    )
}
