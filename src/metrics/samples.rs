//! Percentiles by nearest rank: exact up to ten thousand samples, beyond that within 0.1 % above.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// How many samples are kept as they are.
const EXACT: usize = 10_000;
/// Digits that give 2048 buckets to each doubling, a width of less than 0.1 %.
const DIGITS: u8 = 3;

/// A bag of values. Zeros, the commonest value by far, cost a counter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Samples {
    zeros: u64,
    exact: Vec<u64>,
    binned: Option<Histogram<u64>>,
    largest: u64,
}

impl Samples {
    /// Puts a value in.
    #[inline]
    pub fn record(&mut self, value: u64) {
        if value == 0 { self.zeros += 1 } else { self.record_positive(value) }
    }

    /// Puts in this many zeros.
    pub fn record_zeros(&mut self, count: u64) {
        self.zeros += count;
    }

    fn record_positive(&mut self, value: u64) {
        self.largest = self.largest.max(value);
        if let Some(binned) = &mut self.binned {
            binned.saturating_record(value);
            return;
        }
        self.exact.push(value);
        if self.exact.len() > EXACT {
            self.bin();
        }
    }

    fn bin(&mut self) {
        if self.binned.is_some() {
            return;
        }
        // Over the whole range from the start: recording into a histogram that grows can fail.
        if let Ok(mut binned) = Histogram::new_with_bounds(1, u64::MAX, DIGITS) {
            for value in self.exact.drain(..) {
                binned.saturating_record(value);
            }
            self.binned = Some(binned);
        }
    }

    /// Puts in all values of another bag.
    pub fn absorb(&mut self, other: &Self) {
        self.zeros += other.zeros;
        if let Some(theirs) = &other.binned {
            self.bin();
            if let Some(own) = &mut self.binned {
                // Both have the same range and precision, so every value has its place.
                let _ = own.add(theirs);
            }
        }
        other.exact.iter().for_each(|value| self.record_positive(*value));
        self.largest = self.largest.max(other.largest);
    }

    /// How many values there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.zeros + self.exact.len() as u64 + self.binned.as_ref().map_or(0, Histogram::len)
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let binned = self.binned.as_ref().map_or(0, |bins| bins.distinct_values() as u64 * 8);
        self.exact.capacity() as u64 * 8 + binned
    }

    /// The smallest value that at least `percent` of a hundred values do not exceed; nothing without
    /// values. `percent` is in 1 to 100.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = (u128::from(self.count()) * u128::from(percent)).div_ceil(100) as u64;
        if rank == 0 {
            return None;
        }
        let Some(rank) = rank.checked_sub(self.zeros + 1) else { return Some(0) };
        if let Some(binned) = &self.binned {
            let mut seen = 0;
            return binned
                .iter_recorded()
                .find(|bin| {
                    seen += bin.count_since_last_iteration();
                    seen > rank
                })
                .map(|bin| bin.value_iterated_to().min(self.largest));
        }
        let mut sorted = self.exact.clone();
        sorted.sort_unstable();
        sorted.get(rank as usize).copied()
    }
}

/// A bag as it is written: equal bags are written alike, in whatever order their values came.
#[derive(Serialize, Deserialize)]
struct Written {
    zeros: u64,
    largest: u64,
    /// Few values as they are, sorted.
    exact: Vec<u64>,
    /// Many values as the histogram's bins, each its largest value and how many values it has; empty for few.
    bins: Vec<(u64, u64)>,
}

impl From<Samples> for Written {
    fn from(samples: Samples) -> Self {
        let Samples { zeros, mut exact, binned, largest } = samples;
        exact.sort_unstable();
        let bins = binned.iter().flat_map(Histogram::iter_recorded);
        let bins = bins.map(|bin| (bin.value_iterated_to(), bin.count_since_last_iteration())).collect();
        Self { zeros, largest, exact, bins }
    }
}

impl From<Written> for Samples {
    fn from(written: Written) -> Self {
        let Written { zeros, largest, exact, bins } = written;
        let mut samples = Self { zeros, exact, binned: None, largest };
        if !bins.is_empty() {
            samples.bin();
        }
        if let Some(binned) = &mut samples.binned {
            bins.into_iter().for_each(|(value, count)| binned.saturating_record_n(value, count));
        }
        samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_rank(values: &[u64], percent: u64) -> u64 {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        sorted[(values.len() as u64 * percent).div_ceil(100) as usize - 1]
    }

    #[test]
    fn no_samples_have_no_percentile() {
        assert_eq!(Samples::default().percentile(50), None);
    }

    #[test]
    fn few_samples_are_exact() {
        let values: Vec<u64> = (0..9_999).map(|i| i * i % 7_919).collect();
        let mut samples = Samples::default();
        values.iter().for_each(|value| samples.record(*value));
        for percent in [1, 50, 95, 99, 100] {
            assert_eq!(samples.percentile(percent), Some(nearest_rank(&values, percent)));
        }
    }

    #[test]
    fn bags_in_bags_hold_what_one_would() {
        let values: Vec<u64> = (0..40_000u64).map(|i| i * i * 31 % 9_999_991 * (i % 5)).collect();
        for (cut, end) in [(0, 9_000), (4_000, 9_000), (9_000, 18_000), (3_000, 40_000), (20_000, 40_000)] {
            let bag = |values: &[u64]| {
                let mut samples = Samples::default();
                values.iter().for_each(|value| samples.record(*value));
                samples
            };
            let (mut sum, whole) = (bag(&values[..cut]), bag(&values[..end]));
            sum.absorb(&bag(&values[cut..end]));
            assert_eq!(sum.count(), whole.count());
            for percent in 1..=100 {
                assert_eq!(sum.percentile(percent), whole.percentile(percent), "{cut} {end} {percent}");
            }
        }
    }

    #[test]
    fn many_samples_are_within_a_thousandth_above() {
        let values: Vec<u64> = (0..200_000u64).map(|i| i * i * 31 % 86_400_000_000).collect();
        let mut samples = Samples::default();
        values.iter().for_each(|value| samples.record(*value));
        for percent in [1, 50, 95, 99, 100] {
            let (exact, given) = (nearest_rank(&values, percent), samples.percentile(percent).unwrap());
            assert!(given >= exact && given - exact <= exact / 1000, "{percent}: {exact} {given}");
        }
        assert_eq!(samples.percentile(100), values.iter().copied().max(), "the largest is always exact");
    }

    #[test]
    fn zeros_count_as_samples() {
        let mut samples = Samples::default();
        samples.record_zeros(98);
        samples.record(0);
        samples.record(7);
        assert_eq!([50, 99, 100].map(|percent| samples.percentile(percent)), [Some(0), Some(0), Some(7)]);
    }
}
