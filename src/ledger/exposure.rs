//! Which changes of role went unseen, and for how long a reduced role was honoured.
//!
//! Memory grows with users, not with changes: of each user only the change that can still be charged is kept; what is
//! settled is a count and a sample.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::metrics::Samples;

/// A change of role, as far as charging it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The change's number, unique in the day and larger than those of earlier changes.
    pub change: u64,
    /// When it was committed, in microseconds since the clock's start.
    pub commit_us: u64,
    /// Whether it lowered the role.
    pub reduction: bool,
}

/// The changes that stale answers were charged to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Exposure {
    /// Reductions that count, charged or not.
    reductions: u64,
    /// Changes charged at least once that nothing more can be charged to.
    settled: u64,
    /// Of these, the reductions charged with a stale grant: for how long each was honoured, in microseconds.
    windows_us: Samples,
    window_sum_us: u128,
    /// By number, the charged changes that may be charged again.
    #[serde(skip)]
    open: FxHashMap<u64, Open>,
    /// The most that were open.
    #[serde(skip)]
    open_peak: usize,
    /// With more than this open, those that can be settled are looked for.
    #[serde(skip)]
    settle_above: usize,
}

/// A charged change that may be charged again.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    user: u32,
    commit_us: u64,
    /// How long after its commit the last charged stale grant of a reduction started; `None` if there was no such grant.
    window_us: Option<u64>,
}

/// Bytes for an open change: measured where the table has just grown, rounded up.
const OPEN_BYTES: u64 = 128;

/// At least this many changes are open before settled ones are looked for.
const SETTLE_ABOVE_LEAST: usize = 4096;

impl Exposure {
    /// A reduction was committed that counts.
    pub fn reduced(&mut self) {
        self.reductions += 1;
    }

    /// A stale answer to a request that started at `start_us` is charged to a change of its user that counts.
    pub fn charge(&mut self, user: u32, charged: Charged, start_us: u64, grant: bool) {
        let Charged { change, commit_us, reduction } = charged;
        let open = self.open.entry(change).or_insert(Open { user, commit_us, window_us: None });
        if grant && reduction {
            open.window_us = open.window_us.max(Some(start_us - commit_us));
        }
    }

    /// Whether enough changes are open for it to be worth while to [settle](Self::settle) some.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.open.len() > self.settle_above.max(SETTLE_ABOVE_LEAST)
    }

    /// Settles the changes that cannot be charged again, if all requests still to be answered started at `earliest_us` or
    /// later: such a request is charged to the user's last change before it. That leaves one for each user, and those after
    /// `earliest_us`.
    pub fn settle(&mut self, earliest_us: u64) {
        self.open_peak = self.open_peak.max(self.open.len());
        let mut changes: Vec<(u32, u64, u64)> =
            self.open.iter().map(|(change, open)| (open.user, *change, open.commit_us)).collect();
        changes.sort_unstable();
        for pair in changes.windows(2) {
            let [(user, change, _), (next_user, _, next_commit_us)] = *pair else { continue };
            if user == next_user
                && next_commit_us < earliest_us
                && let Some(open) = self.open.remove(&change)
            {
                self.close(open);
            }
        }
        self.settle_above = 2 * self.open.len();
    }

    /// The day is over: nothing is charged any more.
    pub fn settle_all(&mut self) {
        self.open_peak = self.open_peak.max(self.open.len());
        std::mem::take(&mut self.open).into_values().for_each(|open| self.close(open));
    }

    fn close(&mut self, open: Open) {
        self.settled += 1;
        if let Some(window_us) = open.window_us {
            self.windows_us.record(window_us);
            self.window_sum_us += u128::from(window_us);
        }
    }

    /// Adds what was charged to the changes of other users, whose day is over.
    pub fn absorb(&mut self, others: &Self) {
        self.reductions += others.reductions;
        self.settled += others.settled;
        self.windows_us.absorb(&others.windows_us);
        self.window_sum_us += others.window_sum_us;
        others.open.values().for_each(|open| self.close(*open));
    }

    /// Changes charged at least once.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.settled + self.open.len() as u64
    }

    /// Reductions charged with at least one stale grant.
    #[must_use]
    pub fn revocations(&self) -> u64 {
        self.windows_us.count() + self.open_windows_us().count() as u64
    }

    fn open_windows_us(&self) -> impl Iterator<Item = u64> {
        self.open.values().filter_map(|open| open.window_us)
    }

    /// The windows of all reductions that count, and their sum, which 64 bits need not hold.
    #[must_use]
    pub fn windows(&self) -> (Samples, u128) {
        let (mut samples, mut sum_us) = (self.windows_us.clone(), self.window_sum_us);
        samples.record_zeros(self.reductions - self.revocations());
        for window_us in self.open_windows_us() {
            samples.record(window_us);
            sum_us += u128::from(window_us);
        }
        (samples, sum_us)
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.open_peak.max(self.open.len()) as u64 * OPEN_BYTES + self.windows_us.held_bytes()
    }

    /// What the open ones of this many users take at most, in bytes, while no request waits.
    #[must_use]
    pub fn most_open_bytes(users: u64, changes: u64) -> u64 {
        let open = users.saturating_add(SETTLE_ABOVE_LEAST as u64).saturating_mul(2);
        changes.min(open).saturating_mul(OPEN_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charged(change: u64, commit_us: u64) -> Charged {
        Charged { change, commit_us, reduction: true }
    }

    #[test]
    fn windows_beyond_64_bits_have_their_true_sum() {
        let window_us = 3_660 * 86_400_000_000u64;
        let of = |changes: std::ops::Range<u64>| {
            let mut exposure = Exposure::default();
            for change in changes {
                exposure.reduced();
                exposure.charge(change as u32, charged(change, 7), 7 + window_us, true);
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

    #[test]
    fn what_is_settled_measures_as_if_it_were_open() {
        let (mut kept, mut settled) = (Exposure::default(), Exposure::default());
        // The last column: when the earliest request started that still waits. One of 28 is answered behind those of 47,
        // and is charged to what was its user's last change then.
        for (change, user, start_us, grant, earliest_us) in [
            (1, 1, 15, true, 15),
            (2, 1, 25, false, 25),
            (3, 2, 39, true, 28),
            (4, 1, 47, true, 28),
            (2, 1, 28, true, 47),
            (4, 1, 49, true, 49),
        ] {
            for exposure in [&mut kept, &mut settled] {
                exposure.charge(user, charged(change, change * 10), start_us, grant);
            }
            settled.settle(earliest_us);
        }
        for exposure in [&mut kept, &mut settled] {
            (0..9).for_each(|_| exposure.reduced());
        }
        assert_eq!((settled.changes(), settled.revocations()), (kept.changes(), kept.revocations()));
        let times = |exposure: &Exposure| {
            let (windows, sum_us) = exposure.windows();
            ([50, 75, 90, 100].map(|percent| windows.percentile(percent)), sum_us)
        };
        assert_eq!(times(&settled), times(&kept));
        assert_eq!(times(&settled).1, 5 + 8 + 9 + 9);
    }

    #[test]
    fn memory_does_not_grow_with_the_changes_of_a_user() {
        let held_after = |changes: u64| {
            let mut exposure = Exposure::default();
            for change in 0..changes {
                exposure.charge(7, charged(change, change * 10), change * 10 + 5, true);
                if exposure.is_crowded() {
                    exposure.settle(change * 10);
                }
            }
            assert_eq!(exposure.changes(), changes);
            let open_bytes = exposure.held_bytes() - exposure.windows_us.held_bytes();
            assert!(open_bytes <= Exposure::most_open_bytes(1, changes), "{open_bytes}");
            exposure.held_bytes()
        };
        assert_eq!(held_after(1_000_000), held_after(100_000));
    }
}
