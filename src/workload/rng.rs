//! Randomness by purpose: a named generator for each purpose and key.
//!
//! The key names what a draw decides about (a user's n-th change, a user's n-th request), never a place in an order of
//! use. So two caches of one run draw alike, and making one thing likelier changes nothing else.
//!
//! The generator is xoshiro256++, which gives the same numbers on every platform and in every version of
//! `rand`; its portable kinds promise no less.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use crate::model::{Delay, Probability};

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
    /// The user of a drawn change and the new role; keyed by its number.
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

/// What a draw decides about the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// How long a read takes; keyed by the request that issues it, and its attempt.
    ReadLatency,
    /// Whether a read fails; keyed as its latency.
    ReadError,
    /// How long a write takes; keyed by its user and number.
    WriteLatency,
    /// Whether a replica loses an event; keyed by the change and the replica.
    Loss,
    /// Whether a replica gets an event twice; keyed as its loss.
    Duplicate,
    /// How long an event takes; keyed as its loss.
    EventDelay,
    /// How long an event's double takes; keyed as its loss.
    DuplicateDelay,
    /// Which replica a request reaches; keyed by the request.
    Routing,
    /// How long an entry lives; keyed by its user and the instant.
    Life,
}

impl Chance {
    fn purpose(self) -> Purpose {
        match self {
            Self::ReadLatency => Purpose::ReadLatency,
            Self::ReadError => Purpose::ReadError,
            Self::WriteLatency => Purpose::WriteLatency,
            Self::Loss => Purpose::Loss,
            Self::Duplicate => Purpose::Duplicate,
            Self::EventDelay => Purpose::EventDelay,
            Self::DuplicateDelay => Purpose::DuplicateDelay,
            Self::Routing => Purpose::Routing,
            Self::Life => Purpose::Life,
        }
    }
}

/// The chances of one day.
#[derive(Clone, Copy, Debug)]
pub struct Chances {
    seed: u64,
}

impl Chances {
    /// The chances that a seed decides.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Whether something happens. What happens with one probability happens with every larger one too.
    #[must_use]
    pub fn happens(&self, probability: Probability, what: Chance, key: u64) -> bool {
        if probability.is_never() {
            return false;
        }
        let drawn = number(self.seed, what.purpose(), key);
        // 53 bits: as many as a number between 0 and 1 has.
        ((drawn >> 11) as f64) < probability.get() * (1u64 << 53) as f64
    }

    /// How long something takes, in microseconds.
    #[must_use]
    pub fn delay_us(&self, delay: Delay, what: Chance, key: u64) -> u64 {
        if let Some(fixed_us) = delay.fixed_us() {
            return fixed_us;
        }
        draw_us(delay, &mut stream(self.seed, what.purpose(), key))
    }

    /// A whole number below `of`, all equally likely; `of` is not 0.
    #[must_use]
    pub fn one_of(&self, of: u32, what: Chance, key: u64) -> u32 {
        stream(self.seed, what.purpose(), key).random_range(0..of)
    }

    /// A time stretched or shortened by up to a share of it, in millionths; 0 if nothing is left of it.
    #[must_use]
    pub fn around_us(&self, middle_us: u64, share_ppm: u32, what: Chance, key: u64) -> u64 {
        let most = (u128::from(middle_us) * u128::from(share_ppm) / 1_000_000) as u64;
        let low = middle_us.saturating_sub(most);
        let high = middle_us.saturating_add(most);
        stream(self.seed, what.purpose(), key).random_range(low..=high)
    }
}

/// Draws how long something takes, in whole microseconds. The functions are libm's, the same on every platform.
pub(super) fn draw_us(delay: Delay, draw: &mut impl rand::Rng) -> u64 {
    match delay {
        Delay::Fixed(fixed) => fixed.0,
        Delay::Uniform(shortest, longest) => draw.random_range(shortest.0..=longest.0),
        Delay::Exponential(mean) => {
            // In (0, 1]: its logarithm is finite.
            let uniform = 1.0 - draw.random::<f64>();
            whole_us(-libm::log(uniform) * mean.0 as f64)
        }
        Delay::Lognormal { median, sigma } => {
            let normal: f64 = StandardNormal.sample(draw);
            whole_us(libm::exp(sigma * normal) * median.0 as f64)
        }
    }
}

/// Rounded; the largest number if it is larger than that.
fn whole_us(us: f64) -> u64 {
    us.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;

    fn mean_us(delay: Delay) -> f64 {
        let chances = Chances::new(42);
        let sum: u64 = (0..100_000).map(|key| chances.delay_us(delay, Chance::ReadLatency, key)).sum();
        sum as f64 / 100_000.0
    }

    #[test]
    fn delays_have_the_means_that_they_should() {
        for (delay, mean, deviation) in [
            (Delay::Fixed(Micros(5_000)), 5_000.0, 0.0),
            (Delay::Uniform(Micros(2_000), Micros(8_000)), 5_000.0, 1_732.0),
            (Delay::Exponential(Micros(5_000)), 5_000.0, 5_000.0),
            (Delay::Lognormal { median: Micros(5_000), sigma: 0.5 }, 5_665.7, 3_020.0),
        ] {
            let measured = mean_us(delay);
            let error = deviation / 100_000f64.sqrt();
            assert!((measured - mean).abs() <= 4.0 * error, "{delay:?}: {measured}, not {mean} ± {error}");
        }
    }

    #[test]
    fn what_is_lost_at_one_probability_is_lost_at_a_larger_one() {
        let (chances, low, high) = (Chances::new(1), Probability::new(0.01), Probability::new(0.05));
        let lost = |probability: Option<Probability>| {
            let probability = probability.unwrap();
            (0..10_000).filter(|key| chances.happens(probability, Chance::Loss, *key)).collect::<Vec<_>>()
        };
        let (few, many) = (lost(low), lost(high));
        assert!(few.iter().all(|key| many.contains(key)));
        assert!((60..140).contains(&few.len()) && (400..600).contains(&many.len()), "{few:?}");
        assert_eq!(lost(Probability::new(1.0)).len(), 10_000);
        assert_eq!(lost(Probability::new(0.0)).len(), 0);
    }

    /// What a seed means is part of the interface.
    #[test]
    fn pinned_draws() {
        let chances = Chances::new(42);
        let lognormal = Delay::Lognormal { median: Micros(5_000), sigma: 0.5 };
        let drawn: Vec<u64> =
            (0..4).map(|key| chances.delay_us(lognormal, Chance::ReadLatency, key)).collect();
        let exponential: Vec<u64> = (0..4)
            .map(|key| chances.delay_us(Delay::Exponential(Micros(5_000)), Chance::EventDelay, key))
            .collect();
        assert_eq!((drawn, exponential), (vec![6187, 5361, 6843, 7346], vec![6107, 16910, 8751, 1635]));
    }
}
