//! How large a cache was at each minute's end, and the largest of these sizes.

use serde::{Deserialize, Serialize};

/// Sizes as time goes on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sizes {
    peak: u64,
    /// Each of them, where others will be added: how many minutes in a row had which size.
    each: Option<Vec<(u64, u64)>>,
}

impl Sizes {
    /// None yet, and none of them will be forgotten, so that those of other users can be [added](Self::absorb).
    #[must_use]
    pub fn all() -> Self {
        Self { peak: 0, each: Some(Vec::new()) }
    }

    /// Takes in the next one.
    pub fn record(&mut self, size: u64) {
        self.peak = self.peak.max(size);
        if let Some(each) = &mut self.each {
            record_in(each, 1, size);
        }
    }

    /// Adds the sizes that another part of the cache had at the same instants, where both kept all.
    pub fn absorb(&mut self, other: &Self) {
        let (Some(own), Some(others)) = (&mut self.each, &other.each) else { return };
        let mut sums = Vec::new();
        let (mut left, mut right) = (own.iter().copied(), others.iter().copied());
        let (mut one, mut two) = (left.next(), right.next());
        while let (Some((one_count, one_size)), Some((two_count, two_size))) = (one, two) {
            let count = one_count.min(two_count);
            record_in(&mut sums, count, one_size + two_size);
            let rest = |left: u64, size| (left > count).then_some((left - count, size));
            one = rest(one_count, one_size).or_else(|| left.next());
            two = rest(two_count, two_size).or_else(|| right.next());
        }
        self.peak = sums.iter().map(|(_, size)| *size).max().unwrap_or(0);
        *own = sums;
    }

    /// The largest so far.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.peak
    }

    /// The memory it takes, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.each.as_ref().map_or(0, |each| each.capacity() as u64 * 16)
    }
}

/// Goes on with a size for some minutes.
fn record_in(each: &mut Vec<(u64, u64)>, minutes: u64, size: u64) {
    match each.last_mut() {
        Some((count, last)) if *last == size => *count += minutes,
        _ => each.push((minutes, size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_a_sum_is_not_the_sum_of_peaks() {
        let (mut one, mut other) = (Sizes::all(), Sizes::all());
        for (a, b) in [(1, 9), (5, 2), (4, 4)] {
            one.record(a);
            other.record(b);
        }
        assert_eq!((one.peak(), other.peak()), (5, 9));
        one.absorb(&other);
        assert_eq!(one.peak(), 10);
    }

    #[test]
    fn sums_are_those_of_each_minute() {
        let sizes = |step: u64| (0..500u64).map(move |minute| minute / step % 7);
        let recorded = |step| {
            let mut all = Sizes::all();
            sizes(step).for_each(|size| all.record(size));
            all
        };
        let mut sum = recorded(5);
        sum.absorb(&recorded(3));
        sum.absorb(&recorded(1));
        let expected: Vec<u64> =
            sizes(5).zip(sizes(3)).zip(sizes(1)).map(|((one, two), three)| one + two + three).collect();
        let each = sum.each.unwrap();
        let written: Vec<u64> = each.iter().flat_map(|(count, size)| (0..*count).map(|_| *size)).collect();
        assert_eq!((written, Some(sum.peak)), (expected.clone(), expected.iter().copied().max()));
    }

    #[test]
    fn years_of_one_size_take_no_memory() {
        let mut sizes = Sizes::all();
        (0..5_000_000).for_each(|_| sizes.record(9));
        assert!(sizes.held_bytes() <= 64);
    }
}
