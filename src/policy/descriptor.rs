//! What is known of a policy before it runs: its name, its options, and what the rest of the program asks about it.
//!
//! Nothing outside of a policy's own file knows it by name. The parser, the cost estimate, the cut into threads, the
//! sweep, the guarantee, `explain`, the schema and the documentation ask its descriptor.

use std::num::NonZeroUsize;

use super::option::{Conflict, OptionKind, OptionSpec, OptionValues, Requirement};
use crate::model::Micros;
use crate::sim::{CandidateLane, Certainty, Coupling, Guarantee, LaneSetting};

/// A policy, as the program knows it.
#[derive(Debug)]
pub struct PolicyDescriptor {
    /// Its name in a spec.
    pub name: &'static str,
    /// The shortest spec of it, as messages show it.
    pub example: &'static str,
    /// One line of documentation.
    pub summary: &'static str,
    /// Whether a duration stands behind the name. It is the value of the first option.
    pub life: Life,
    /// Its options, in the order of the normal form.
    pub options: &'static [OptionSpec],
    /// Which of its options make no sense together.
    pub conflicts: &'static [Conflict],
    /// What options ask of each other.
    pub demands: &'static [Requirement],
    /// What events are to it.
    pub hearing: fn(&OptionValues) -> Hearing,
    /// What it is in a comparison.
    pub candidacy: Candidacy,
    /// Whether one instance serves all replicas.
    pub is_shared: bool,
    /// How it couples users.
    pub coupling: fn(&OptionValues) -> Coupling,
    /// The memory that its entries take.
    pub memory: fn(&OptionValues) -> Memory,
    /// How often it examines all its entries; `None` for never.
    pub cleanup: fn(&OptionValues) -> Option<Micros>,
    /// What it promises.
    pub guarantee: fn(&OptionValues) -> Guarantee,
    /// The longest for which it may honour a revoked role, in microseconds; `None` if its rules set no bound.
    pub longest_honoured_us: fn(&OptionValues, &Certainty) -> Option<u64>,
    /// The policy that is like this one but hears events, and forgets as soon; `None` if there is none, or it hears.
    pub hearing_counterpart: fn(&OptionValues) -> Option<Counterpart>,
    /// The policy that is like this one but guarded by versions; `None` if there is none.
    pub guarded_counterpart: fn(&OptionValues) -> Option<Counterpart>,
    /// Its lane at the start of a day.
    pub build: fn(&OptionValues, &LaneSetting) -> CandidateLane<'static>,
}

/// A policy and its options.
pub type Counterpart = (&'static PolicyDescriptor, OptionValues);

/// Whether a duration stands behind a policy's name, as in `ttl:5m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It has to, or is given as an option.
    Needed,
    /// It may.
    Allowed,
    /// It may not.
    Forbidden,
}

/// What events are to a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// They arrive at it.
    Hears,
    /// It would need them and does not get them.
    Deaf,
    /// It needs none.
    Indifferent,
}

/// What a policy is in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candidacy {
    /// A cache that a team could choose.
    Candidate,
    /// What no cache can beat, and none can be.
    Bound,
    /// What there is without a cache.
    Baseline,
}

/// The memory that a policy's entries take in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// It keeps none, or next to none.
    None,
    /// Bytes for each user whom the process may meet.
    PerUser(u64),
    /// Bytes for each entry, of which there is a largest number.
    PerEntry(NonZeroUsize, u64),
}

impl PolicyDescriptor {
    /// A policy without options, entries and promises, which needs no events.
    #[must_use]
    pub const fn new(
        name: &'static str,
        summary: &'static str,
        build: fn(&OptionValues, &LaneSetting) -> CandidateLane<'static>,
    ) -> Self {
        Self {
            name,
            example: name,
            summary,
            life: Life::Forbidden,
            options: &[],
            conflicts: &[],
            demands: &[],
            hearing: |_| Hearing::Indifferent,
            candidacy: Candidacy::Candidate,
            is_shared: false,
            coupling: |_| Coupling { capacity: false, version_floor: false, all_users: false },
            memory: |_| Memory::None,
            cleanup: |_| None,
            guarantee: |_| Guarantee::None,
            longest_honoured_us: |_, _| None,
            hearing_counterpart: |_| None,
            guarded_counterpart: |_| None,
            build,
        }
    }

    /// Whether it has a flag of this name.
    #[must_use]
    pub fn has_flag(&self, name: &str) -> bool {
        self.options.iter().any(|option| option.name == name && option.kind == OptionKind::Flag)
    }

    /// The option that is the policy's life; an empty name if it has none.
    #[must_use]
    pub fn life_option(&self) -> &'static str {
        match (self.life, self.options) {
            (Life::Needed | Life::Allowed, [first, ..]) => first.name,
            _ => "",
        }
    }

    /// The name and what stands behind it, as documentation shows it: `event`, `ttl:D`.
    #[must_use]
    pub fn usage(&self) -> String {
        match self.life {
            Life::Needed => format!("{}:D", self.name),
            Life::Allowed => format!("{}[:D]", self.name),
            Life::Forbidden => self.name.to_owned(),
        }
    }
}

/// Descriptors are statics: each is one policy.
impl PartialEq for PolicyDescriptor {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for PolicyDescriptor {}
