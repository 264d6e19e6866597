//! How the database serves reads: how long each takes, which fail, and how many it serves at once.
//!
//! Knows nothing of caches, and of time only what it is told.

use std::num::NonZeroU32;

use super::draw_keys::DrawKeys;
use super::fault_schedule::FaultSchedule;
use crate::model::{Delay, Probability, System};
use crate::workload::{Chance, Chances};

/// What names a read's lag in draws.
const LAG: u64 = 0x4c41_4721;

/// The service model of the database's reads: latency, errors and concurrency.
#[derive(Clone, Debug)]
pub(super) struct ReadService {
    latency: Delay,
    errors: Probability,
    lag: Delay,
    /// Reads served at once.
    concurrency: Option<NonZeroU32>,
    fault_schedule: FaultSchedule,
    chances: Chances,
    /// Whether every read is answered at the instant of its issue, and none fails but in an outage.
    at_once: bool,
}

impl ReadService {
    pub(super) fn new(system: &System, fault_schedule: FaultSchedule, chances: Chances) -> Self {
        let at_once = system.read_latency.is_none()
            && system.read_errors.is_never()
            && !fault_schedule.changes_read_latency();
        Self {
            latency: system.read_latency,
            errors: system.read_errors,
            lag: system.replica_lag,
            concurrency: system.concurrency,
            fault_schedule,
            chances,
            at_once,
        }
    }

    /// Whether the database is down for a replica at an instant.
    pub(super) fn is_down_at(&self, at_us: u64, replica: u32) -> bool {
        self.fault_schedule.is_down(at_us, replica)
    }

    /// Whether reads see what is committed when they are issued.
    pub(super) fn sees_all(&self) -> bool {
        self.lag.is_none()
    }

    /// How long ago the data was committed that a read sees.
    pub(super) fn lag_us(&self, key: u64, attempt: u32) -> u64 {
        let read = DrawKeys::part(key, attempt.into());
        self.chances.delay_us(self.lag, Chance::ReadLatency, DrawKeys::part(read, LAG))
    }

    /// Whether every read is answered at the instant of its issue.
    pub(super) fn is_at_once(&self) -> bool {
        self.at_once
    }

    /// Whether reads leave something to chance.
    pub(super) fn draws(&self) -> bool {
        let varies = self.latency.fixed_us().is_none() || self.fault_schedule.changes_read_latency();
        varies || !self.errors.is_never() || self.lag.fixed_us().is_none()
    }

    /// Whether one more read can be served next to this many.
    pub(super) fn has_room(&self, serving: usize) -> bool {
        self.concurrency.is_none_or(|most| serving < most.get() as usize)
    }

    /// How long a read takes that the database begins to serve then. Its key and attempt name it.
    pub(super) fn latency_us(&self, served_us: u64, replica: u32, key: u64, attempt: u32) -> u64 {
        let latency = self.fault_schedule.read_latency(served_us, replica).unwrap_or(self.latency);
        self.chances.delay_us(latency, Chance::ReadLatency, DrawKeys::part(key, attempt.into()))
    }

    /// Whether a read fails.
    pub(super) fn fails(&self, key: u64, attempt: u32) -> bool {
        self.chances.happens(self.errors, Chance::ReadError, DrawKeys::part(key, attempt.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Clock, DayTime, Micros, TimedFault, Trouble, Window};

    const KEY: u64 = 42;

    fn service(system: &System) -> ReadService {
        let clock = Clock { start: DayTime(0), end: DayTime(1_000), measure_from: DayTime(0) };
        ReadService::new(system, FaultSchedule::new(&system.faults, &clock), Chances::new(1))
    }

    fn slow_from_10_to_20() -> TimedFault {
        let window = Window { from: DayTime(10), to: DayTime(20) };
        TimedFault { window, replica: None, trouble: Trouble::ReadLatency(Delay::Fixed(Micros(500))) }
    }

    #[test]
    fn a_perfect_database_answers_at_once_and_draws_nothing() {
        let service = service(&System::perfect());
        assert!(service.is_at_once() && !service.draws() && service.has_room(1_000));
        assert_eq!((service.latency_us(0, 0, KEY, 0), service.fails(KEY, 0)), (0, false));
    }

    #[test]
    fn a_fault_sets_the_latency_of_reads_served_in_its_window() {
        let faults = vec![slow_from_10_to_20()];
        let service = service(&System { read_latency: Delay::Fixed(Micros(5)), faults, ..System::perfect() });
        assert!(!service.is_at_once());
        assert_eq!([9, 10, 19, 20].map(|at_us| service.latency_us(at_us, 0, KEY, 0)), [5, 500, 500, 5]);
    }

    #[test]
    fn a_fault_alone_keeps_reads_from_being_answered_at_once() {
        let service = service(&System { faults: vec![slow_from_10_to_20()], ..System::perfect() });
        assert!(!service.is_at_once() && service.draws());
    }

    #[test]
    fn reads_are_served_up_to_the_concurrency() {
        let service = service(&System { concurrency: NonZeroU32::new(2), ..System::perfect() });
        assert_eq!([0, 1, 2, 3].map(|served| service.has_room(served)), [true, true, false, false]);
    }

    #[test]
    fn key_and_attempt_alone_decide_a_draw() {
        let read_errors = Probability::HALF;
        let service = service(&System { read_errors, ..System::perfect() });
        let drawn = |attempt| (0..64).map(|key| service.fails(key, attempt)).collect::<Vec<bool>>();
        assert_eq!(drawn(0), drawn(0));
        assert_ne!(drawn(0), drawn(1));
    }
}
