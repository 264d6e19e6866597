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

    /// Adds what was counted elsewhere.
    pub fn absorb(&mut self, other: &Self) {
        let mut merged = Vec::with_capacity(self.seconds.len().max(other.seconds.len()));
        let (mut own, mut others) = (self.seconds.iter().peekable(), other.seconds.iter().peekable());
        loop {
            let next = match (own.peek(), others.peek()) {
                (Some((a, _)), Some((b, _))) => *a.min(b),
                (Some((second, _)), None) | (None, Some((second, _))) => *second,
                (None, None) => break,
            };
            let here = |(second, _): &&(u64, u64)| *second == next;
            let counts = [own.next_if(here), others.next_if(here)];
            merged.push((next, counts.into_iter().flatten().map(|(_, count)| count).sum()));
        }
        self.seconds = merged;
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

    #[test]
    fn what_is_counted_in_two_places_adds_up() {
        let instants = [5, 5, 1_000_001, 3_000_000, 3_000_001, 9_000_000, 61_000_000];
        let mut whole = Rates::default();
        let mut parts = [Rates::default(), Rates::default(), Rates::default()];
        for (index, at_us) in instants.into_iter().enumerate() {
            whole.record(at_us);
            parts[index % 3 % 2].record(at_us);
        }
        let [mut sum, second, none] = parts;
        sum.absorb(&second);
        sum.absorb(&none);
        assert_eq!(sum.seconds, whole.seconds);
    }
}
