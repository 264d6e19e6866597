//! Randomness by purpose: a named generator for each purpose and key.
//!
//! The generator is xoshiro256++, which gives the same numbers on every platform and in every version of
//! `rand`; its portable kinds promise no less.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

/// What a draw decides. The numbers are part of what a seed means: never reuse or change one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Which active user asks; keyed by block.
    WhoAsks = 1,
    /// When requests come; keyed by block.
    When = 2,
    /// How many requests fall into which half of a stretch of the day; keyed by stretch.
    Split = 3,
    /// When an active user asks who must ask once; keyed by user.
    AskOnce = 4,
    /// When a new user asks; keyed by user.
    NewUser = 5,
    /// How much a user asks; keyed by user.
    Activity = 6,
    /// Which users have a role; keyed by user.
    Role = 7,
    /// When a drawn role change comes; keyed by its number.
    ChangeWhen = 8,
    /// Which drawn role changes are grants, retried and of newcomers; keyed by their number.
    ChangeKind = 9,
    /// Whose role a drawn change changes, and to what; keyed by its number.
    ChangeWhom = 10,
    /// When the request that follows a drawn change comes; keyed by its number.
    Follow = 11,
    /// How long sessions are and when their requests come; keyed by the session's number.
    Session = 12,
    /// How long a read takes.
    ReadLatency = 13,
    /// Whether a read fails.
    ReadError = 14,
    /// How long a write takes.
    WriteLatency = 15,
    /// Whether an event is lost.
    Loss = 16,
    /// Whether an event comes twice.
    Duplicate = 17,
    /// How long an event takes.
    EventDelay = 18,
    /// How long its double takes.
    DuplicateDelay = 19,
    /// Which replica a request reaches.
    Routing = 20,
    /// How long an entry lives.
    Life = 21,
}

/// The generator for one purpose and key.
pub(super) fn stream(seed: u64, purpose: Purpose, key: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(number(seed, purpose, key))
}

/// One number for a purpose and key.
pub(super) fn number(seed: u64, purpose: Purpose, key: u64) -> u64 {
    mix(mix(seed ^ mix(purpose as u64)) ^ key)
}

/// The seed of a scenario's run of this number: the first is the scenario's own, and each later one is as good as
/// any other.
#[must_use]
pub const fn run_seed(seed: u64, run: u64) -> u64 {
    if run == 0 { seed } else { mix(mix(seed) ^ run) }
}

/// Scatters the bits of a number: the finaliser of SplitMix64 (Steele, Lea and Flood 2014) with its
/// increment, so that 0 does not stay 0. It is one-to-one.
#[must_use]
pub const fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
