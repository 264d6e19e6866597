//! Which changes of role went unseen, and for how long a reduced role was honoured.

use rustc_hash::FxHashMap;

use super::Samples;

/// A change of role, as far as charging it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The change's number, unique in the day.
    pub change: u64,
    /// When it was committed.
    pub commit_us: u64,
    /// Whether it lowered the role.
    pub reduction: bool,
}

/// The changes that stale answers were charged to.
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    reductions: u64,
    /// By change: how long after its commit the last charged stale grant of a reduction started.
    window_us: FxHashMap<u64, Option<u64>>,
    /// The same of changes that other users' exposures brought, whose numbers mean nothing here.
    absorbed_us: Vec<Option<u64>>,
}

impl Exposure {
    /// A reduction was committed that counts.
    pub fn reduced(&mut self) {
        self.reductions += 1;
    }

    /// A stale answer to a request that started at `start_us` is charged to a change that counts.
    pub fn charge(&mut self, charged: Charged, start_us: u64, grant: bool) {
        let window_us = self.window_us.entry(charged.change).or_default();
        if grant && charged.reduction {
            *window_us = (*window_us).max(Some(start_us - charged.commit_us));
        }
    }

    /// Adds what was charged to the changes of other users.
    pub fn absorb(&mut self, others: &Self) {
        self.reductions += others.reductions;
        self.absorbed_us.extend(others.all());
    }

    fn all(&self) -> impl Iterator<Item = Option<u64>> {
        self.window_us.values().chain(&self.absorbed_us).copied()
    }

    /// Changes charged at least once.
    #[must_use]
    pub fn changes(&self) -> u64 {
        (self.window_us.len() + self.absorbed_us.len()) as u64
    }

    /// Reductions charged with at least one stale grant.
    #[must_use]
    pub fn revocations(&self) -> u64 {
        self.all().flatten().count() as u64
    }

    /// The windows of all reductions that count, and their sum, which 64 bits need not hold.
    #[must_use]
    pub fn windows(&self) -> (Samples, u128) {
        let mut samples = Samples::default();
        samples.record_zeros(self.reductions - self.revocations());
        let mut sum = 0u128;
        for window_us in self.all().flatten() {
            samples.record(window_us);
            sum += u128::from(window_us);
        }
        (samples, sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_beyond_64_bits_have_their_true_sum() {
        let window_us = 3_660 * 86_400_000_000u64;
        let of = |changes: std::ops::Range<u64>| {
            let mut exposure = Exposure::default();
            for change in changes {
                exposure.reduced();
                exposure.charge(Charged { change, commit_us: 7, reduction: true }, 7 + window_us, true);
            }
            exposure
        };
        let whole = of(0..70_000);
        let mut parts = of(0..30_000);
        parts.absorb(&of(30_000..70_000));
        for exposure in [whole, parts] {
            let (windows, sum) = exposure.windows();
            assert_eq!((windows.count(), sum), (70_000, 70_000 * u128::from(window_us)));
            assert!(sum > u64::MAX.into());
        }
    }
}
