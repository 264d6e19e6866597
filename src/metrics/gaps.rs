//! How long something took, in a few classes that people think in.

/// The upper bounds of the classes, in microseconds; above the last there is one more.
pub const GAP_BOUNDS_US: [u64; 16] = {
    const SECOND: u64 = 1_000_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    [
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        24 * HOUR,
    ]
};

/// How many times lie in each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GapCounts([u64; GAP_BOUNDS_US.len() + 1]);

impl GapCounts {
    /// Counts a time, in microseconds; a bound belongs to the class below it.
    pub fn add(&mut self, us: u64) {
        self.0[GAP_BOUNDS_US.partition_point(|bound| *bound < us)] += 1;
    }

    /// The upper bound of each class, `None` for the last, and how many times are in it.
    pub fn classes(&self) -> impl Iterator<Item = (Option<u64>, u64)> + '_ {
        GAP_BOUNDS_US.iter().copied().map(Some).chain([None]).zip(self.0.iter().copied())
    }

    /// How many times were counted.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_class_below_it() {
        let mut counts = GapCounts::default();
        for us in [0, 1, 1_000_000, 1_000_001, 86_400_000_000, 86_400_000_001, u64::MAX] {
            counts.add(us);
        }
        let found: Vec<_> = counts.classes().filter(|(_, count)| *count > 0).collect();
        assert_eq!(found, [(Some(1_000_000), 3), (Some(2_000_000), 1), (Some(86_400_000_000), 1), (None, 2)]);
        assert_eq!(counts.sum(), 7);
    }
}
