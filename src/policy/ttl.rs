//! `ttl`: the usual read-through cache, whose entries have a life and hear of no change.

use std::time::Duration;

use super::ageing::{RECHECK, RETRY, RETRY_DEMAND, STALE_IF_ERROR, ageing};
use super::cached::{Connection, Lives, Quantum, Rules, lane, memory};
use super::descriptor::{Counterpart, Hearing, Life, PolicyDescriptor};
use super::event::EVENT;
use super::option::{
    CAPACITY, Conflict, OptionDefault, OptionKind, OptionSpec, OptionValue, OptionValues, Requirement,
};
use crate::cache::{Guard, Options};
use crate::model::Micros;
use crate::sim::{CandidateLane, Certainty, Coupling, LaneSetting};

/// The TTL cache.
pub static TTL: PolicyDescriptor = PolicyDescriptor {
    example: "ttl:5m",
    longest_honoured_us,
    options: &[LIFE, SWEEP, JITTER, DENY, QUANTIZE, REFRESH, STALE_IF_ERROR, RETRY, RECHECK, CAPACITY],
    conflicts: &[
        Conflict { option: "jitter", other: "quantize", why: ALL_READ_THE_SAME },
        Conflict { option: "deny", other: "quantize", why: ALL_READ_THE_SAME },
        Conflict { option: "refresh", other: "quantize", why: ALL_READ_THE_SAME },
        Conflict { option: "stale-if-error", other: "quantize", why: NOT_WITH_QUANTIZE },
        Conflict { option: "jitter", other: "refresh", why: ONE_LIFE },
        Conflict { option: "deny", other: "refresh", why: ONE_LIFE },
    ],
    demands: &[Requirement::Shorter("refresh", "ttl"), RETRY_DEMAND],
    ..expiring(
        "ttl",
        "the usual read-through cache: an entry lives for D, and hears of no change",
        |options, setting| build(options, false, setting),
    )
};

/// Why entries past their life answer nobody.
const NOT_WITH_QUANTIZE: &str = "an entry that ends at a multiple of `quantize` is not kept beyond it";

/// Why lives may not differ.
const ONE_LIFE: &str = "an entry's age is told from the end of its life, which has to be as long for all";

/// Why a life of another length gains nothing.
const ALL_READ_THE_SAME: &str =
    "up to the next multiple of `quantize`, where entries end, every read brings the same row";

/// A cache whose entries have a life.
pub(super) const fn expiring(
    name: &'static str,
    summary: &'static str,
    build: fn(&OptionValues, &LaneSetting) -> CandidateLane<'static>,
) -> PolicyDescriptor {
    PolicyDescriptor {
        life: Life::Needed,
        options: &[LIFE, SWEEP, JITTER, DENY, STALE_IF_ERROR, RETRY, RECHECK, CAPACITY],
        demands: &[RETRY_DEMAND],
        hearing: |_| Hearing::Deaf,
        coupling: |options| Coupling {
            capacity: options.count("capacity").is_some(),
            version_floor: false,
            all_users: false,
        },
        memory,
        cleanup: |options| options.duration("sweep"),
        hearing_counterpart,
        ..PolicyDescriptor::new(name, summary, build)
    }
}

const LIFE: OptionSpec = OptionSpec {
    name: "ttl",
    kind: OptionKind::Duration,
    default: OptionDefault::Absent,
    doc: "the life of an entry, D",
};

const SWEEP: OptionSpec = OptionSpec {
    name: "sweep",
    kind: OptionKind::PositiveDuration,
    default: OptionDefault::Absent,
    doc: "how often, from the start on and at the end too, all entries are examined and the expired ones removed",
};

const JITTER: OptionSpec = OptionSpec {
    name: "jitter",
    kind: OptionKind::Share,
    default: OptionDefault::Value(OptionValue::Share(0)),
    doc: "by which share of D a life may be shorter or longer, drawn for each; at most six decimals, or in per cent, as in `10%`",
};

const DENY: OptionSpec = OptionSpec {
    name: "deny",
    kind: OptionKind::Duration,
    default: OptionDefault::SameAs("ttl"),
    doc: "entries with the first role live for this long instead",
};

const QUANTIZE: OptionSpec = OptionSpec {
    name: "quantize",
    kind: OptionKind::PositiveDuration,
    default: OptionDefault::Absent,
    doc: "reads see what was committed at the last multiple of this, from the start on, and entries end at the next one at the latest",
};

const REFRESH: OptionSpec = OptionSpec {
    name: "refresh",
    kind: OptionKind::PositiveDuration,
    default: OptionDefault::Absent,
    doc: "a hit of an entry this old reads in the background, and the answer starts the life again",
};

/// The longest life, from the answer of the longest read.
fn longest_honoured_us(options: &OptionValues, certainty: &Certainty) -> Option<u64> {
    let read_us = certainty.longest_read_us?.saturating_add(certainty.longest_lag_us);
    if let Some(quantum) = options.duration("quantize") {
        // Whatever the life, reads see nothing newer until the next multiple.
        return Some(quantum.0.saturating_add(read_us));
    }
    let life_us = options.duration("ttl")?.0;
    let stretched = u128::from(life_us) * u128::from(options.share_ppm("jitter").unwrap_or(0)) / 1_000_000;
    let kept_us = options.duration("stale-if-error").map_or(0, |kept| kept.0);
    Some(life_us.saturating_add(stretched as u64).saturating_add(kept_us).saturating_add(read_us))
}

fn hearing_counterpart(options: &OptionValues) -> Option<Counterpart> {
    let event = OptionValues::new(EVENT.options)
        .with("ttl", options.duration("ttl").map(OptionValue::Duration))
        .with("capacity", options.count("capacity").map(OptionValue::Count));
    Some((&EVENT, event))
}

/// The lane of a cache whose entries have a life, which a hit may start again.
pub(super) fn build(
    options: &OptionValues,
    is_renewed: bool,
    setting: &LaneSetting,
) -> CandidateLane<'static> {
    let life = options.duration("ttl").unwrap_or(Micros(0));
    let deny = options.duration("deny").unwrap_or(life);
    let cleanup = options.duration("sweep");
    let lives = Lives::new(life, deny, options.share_ppm("jitter").unwrap_or(0), is_renewed, setting);
    let core = Options {
        guard: Guard::SingleFlight,
        ttl: Some(Duration::from_micros(life.0)),
        swept: cleanup.is_some(),
        capacity: options.count("capacity"),
        ..Options::default()
    };
    let quantum = options.duration("quantize").and_then(Quantum::new);
    let rechecks_lowest = options.word("recheck") == Some("deny");
    let ageing = ageing(options);
    let (connection, hold_us) = (Connection::default(), 0);
    let rules =
        Rules { core, is_deaf: true, lives, cleanup, ageing, rechecks_lowest, connection, hold_us, quantum };
    lane(rules, setting)
}
