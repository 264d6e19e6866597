//! How many reads fell into each second, for the peaks of the database's load.

use crate::model::SECOND_US;

/// Counts by aligned second, in order of time; seconds without any take no memory.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    seconds: Vec<(u64, u64)>,
}

impl Rates {
    /// Counts one at an instant, which does not lie before the last one's second.
    pub fn record(&mut self, at_us: u64) {
        let second = at_us / SECOND_US;
        match self.seconds.last_mut() {
            Some((last, count)) if *last == second => *count += 1,
            _ => self.seconds.push((second, 1)),
        }
    }

    /// The largest sum over aligned stretches of so many seconds.
    #[must_use]
    pub fn peak(&self, stretch_s: u64) -> u64 {
        let (mut peak, mut stretch, mut sum) = (0, u64::MAX, 0);
        for (second, count) in &self.seconds {
            if second / stretch_s != stretch {
                (stretch, sum) = (second / stretch_s, 0);
            }
            sum += count;
            peak = peak.max(sum);
        }
        peak
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_aligned() {
        let mut rates = Rates::default();
        for at_us in [0, 999_999, 1_000_000, 59_999_999, 60_000_000, 60_000_001, 60_000_002] {
            rates.record(at_us);
        }
        assert_eq!((rates.peak(1), rates.peak(60)), (3, 4));
        assert_eq!(Rates::default().peak(1), 0);
    }
}
