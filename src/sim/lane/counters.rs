//! What a lane counted, before anything is formed of it: the lanes of several parts of the users add up.

use crate::metrics::{HourRow, Measured, Tally};

/// What a lane measured.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneOutcome {
    /// The whole day.
    pub total: Measured,
    /// The counters at each checkpoint, in their order.
    pub readings: Vec<Measured>,
    /// Hour by hour.
    pub hourly: Vec<HourRow>,
    /// A commutative hash of what every request was answered.
    pub fingerprint: u64,
}

/// The counters at each checkpoint.
pub(super) enum Readings {
    /// As measured: so they take little memory.
    Measured(Vec<Measured>),
    /// As counted, where others will be added.
    Counted(Vec<Tally>),
}

/// What a lane counted.
pub(in crate::sim) struct Counted {
    pub(super) tally: Tally,
    pub(super) readings: Readings,
    pub(super) hourly: Vec<HourRow>,
    pub(super) fingerprint: u64,
}

impl Counted {
    /// Adds what the same cache's lane counted of other users.
    pub(in crate::sim) fn absorb(&mut self, other: &Self) {
        self.tally.absorb(&other.tally);
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self.hourly.iter_mut().zip(&other.hourly).for_each(|(own, other)| own.absorb(other));
        if let (Readings::Counted(own), Readings::Counted(others)) = (&mut self.readings, &other.readings) {
            own.iter_mut().zip(others).for_each(|(own, other)| own.absorb(other));
        }
    }

    pub(in crate::sim) fn measure(self) -> LaneOutcome {
        let readings = match self.readings {
            Readings::Measured(readings) => readings,
            Readings::Counted(tallies) => tallies.iter().map(Tally::measure).collect(),
        };
        let total = self.tally.measure();
        LaneOutcome { total, readings, hourly: self.hourly, fingerprint: self.fingerprint }
    }
}
