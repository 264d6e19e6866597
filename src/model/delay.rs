//! How long something takes, and how likely something is.

use super::Micros;

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// Always so long.
    Fixed(Micros),
    /// Any whole number of microseconds from the first to the last, both included; the first is not larger.
    Uniform(Micros, Micros),
    /// Exponentially distributed with this mean.
    Exponential(Micros),
    /// Lognormally distributed.
    Lognormal {
        /// Half of all are shorter.
        median: Micros,
        /// The deviation of the logarithm, finite and not negative.
        sigma: f64,
    },
}

impl Delay {
    /// None at all.
    pub const NONE: Self = Self::Fixed(Micros(0));

    /// How long it always takes, where it does not vary.
    #[must_use]
    pub fn fixed_us(self) -> Option<u64> {
        match self {
            Self::Fixed(delay) => Some(delay.0),
            Self::Uniform(shortest, longest) => (shortest == longest).then_some(shortest.0),
            Self::Exponential(mean) => (mean.0 == 0).then_some(0),
            Self::Lognormal { median, sigma } => (median.0 == 0 || sigma == 0.0).then_some(median.0),
        }
    }

    /// Whether nothing is ever delayed.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.fixed_us() == Some(0)
    }
}

/// How likely something is, from 0 (never) to 1 (always).
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Probability(f64);

impl Probability {
    /// Never.
    pub const NEVER: Self = Self(0.0);
    /// As likely as not.
    pub const HALF: Self = Self(0.5);

    /// So likely, if that is a probability.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// This share of `count`, rounded to the nearest and a half up; never more than all.
    #[must_use]
    pub fn of(self, count: u64) -> u64 {
        ((self.0 * count as f64).round() as u64).min(count)
    }

    /// Whether it never happens.
    #[must_use]
    pub fn is_never(self) -> bool {
        self.0 == 0.0
    }
}
