//! How many reads fell into each second, for the peaks of the database's load.

use serde::{Deserialize, Serialize};

use crate::model::SECOND_US;

/// Seconds of a minute.
const MINUTE_S: u64 = 60;

/// Counts by aligned second and minute, in order of time: those of now, and the largest so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rates {
    /// The second that is counted now, with its count; and what the seconds before it in its minute had.
    second: u64,
    count: u64,
    before: u64,
    second_peak: u64,
    minute_peak: u64,
    /// Each second before it that had any, where others will be added.
    each: Option<Vec<(u64, u64)>>,
}

impl Rates {
    /// None yet, and none will be forgotten, so that those of other users can be [added](Self::absorb).
    #[must_use]
    pub fn all() -> Self {
        Self { each: Some(Vec::new()), ..Self::default() }
    }

    /// Counts one at an instant, which does not lie before the last one's second.
    #[inline]
    pub fn record(&mut self, at_us: u64) {
        self.add(at_us / SECOND_US, 1);
    }

    #[inline]
    fn add(&mut self, second: u64, count: u64) {
        if second != self.second {
            self.go_on(second);
        }
        self.count += count;
    }

    /// Another second begins.
    fn go_on(&mut self, second: u64) {
        (self.second_peak, self.minute_peak) = (self.peak_1s(), self.peak_60s());
        if let Some(each) = self.each.as_mut().filter(|_| self.count > 0) {
            each.push((self.second, self.count));
        }
        let same_minute = second / MINUTE_S == self.second / MINUTE_S;
        self.before = if same_minute { self.before + self.count } else { 0 };
        (self.second, self.count) = (second, 0);
    }

    /// All seconds with any.
    fn seconds(&self) -> impl Iterator<Item = (u64, u64)> {
        let now = (self.count > 0).then_some((self.second, self.count));
        self.each.iter().flatten().copied().chain(now)
    }

    /// Adds what was counted elsewhere, where both kept all.
    pub fn absorb(&mut self, other: &Self) {
        let mut sum = Self::all();
        let (mut own, mut others) = (self.seconds().peekable(), other.seconds().peekable());
        loop {
            let next = match (own.peek(), others.peek()) {
                (Some((a, _)), Some((b, _))) => *a.min(b),
                (Some((second, _)), None) | (None, Some((second, _))) => *second,
                (None, None) => break,
            };
            let here = |(second, _): &(u64, u64)| *second == next;
            let counts = [own.next_if(here), others.next_if(here)];
            sum.add(next, counts.into_iter().flatten().map(|(_, count)| count).sum());
        }
        drop(own);
        *self = sum;
    }

    /// The largest count of an aligned second.
    #[must_use]
    pub fn peak_1s(&self) -> u64 {
        self.second_peak.max(self.count)
    }

    /// The largest count of an aligned minute.
    #[must_use]
    pub fn peak_60s(&self) -> u64 {
        self.minute_peak.max(self.before + self.count)
    }

    /// The memory it takes, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.each.as_ref().map_or(0, |each| each.capacity() as u64 * 16)
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
        assert_eq!((rates.peak_1s(), rates.peak_60s()), (3, 4));
        assert_eq!(Rates::default().peak_1s(), 0);
    }

    #[test]
    fn what_is_counted_in_two_places_adds_up() {
        let instants = [5, 5, 1_000_001, 3_000_000, 3_000_001, 9_000_000, 61_000_000];
        let mut whole = Rates::default();
        let mut parts = [Rates::all(), Rates::all(), Rates::all()];
        for (index, at_us) in instants.into_iter().enumerate() {
            whole.record(at_us);
            parts[index % 3 % 2].record(at_us);
        }
        let [mut sum, second, none] = parts;
        sum.absorb(&second);
        sum.absorb(&none);
        assert_eq!((sum.peak_1s(), sum.peak_60s()), (whole.peak_1s(), whole.peak_60s()));
        assert_eq!(sum.seconds().collect::<Vec<_>>(), [(0, 2), (1, 1), (3, 2), (9, 1), (61, 1)]);
        assert_eq!(whole.held_bytes(), 0);
    }
}
