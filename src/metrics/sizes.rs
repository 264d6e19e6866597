//! How large a cache was at each minute's end, and the largest of these sizes.

/// Sizes as time goes on.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    peak: u64,
    /// Each of them, where others will be added.
    each: Option<Vec<u64>>,
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
            each.push(size);
        }
    }

    /// Adds the sizes that another part of the cache had at the same instants, where both kept all.
    pub fn absorb(&mut self, other: &Self) {
        if let (Some(own), Some(others)) = (&mut self.each, &other.each) {
            own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
            self.peak = own.iter().copied().max().unwrap_or(0);
        }
    }

    /// The largest so far.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.peak
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
}
