//! How the database serves reads: how long each takes, which fail, and how many it serves at once.
//!
//! Knows nothing of caches, and of time only what it is told.

use std::num::NonZeroU32;

use super::keys::Keys;
use super::timetable::Timetable;
use crate::model::{Delay, Probability, System};
use crate::workload::{Chance, Chances};

/// The service model of the database's reads: latency, errors and concurrency.
#[derive(Clone, Debug)]
pub(super) struct Serving {
    latency: Delay,
    errors: Probability,
    /// Reads served at once.
    concurrency: Option<NonZeroU32>,
    timetable: Timetable,
    chances: Chances,
    /// Whether every read is answered at the instant of its issue, and none fails but in an outage.
    at_once: bool,
}

impl Serving {
    pub(super) fn new(system: &System, timetable: Timetable, chances: Chances) -> Self {
        let at_once = system.read_latency.is_none()
            && system.read_errors.is_never()
            && !timetable.changes_read_latency();
        Self {
            latency: system.read_latency,
            errors: system.read_errors,
            concurrency: system.concurrency,
            timetable,
            chances,
            at_once,
        }
    }

    /// Whether every read is answered at the instant of its issue.
    pub(super) fn is_at_once(&self) -> bool {
        self.at_once
    }

    /// Whether reads leave something to chance.
    pub(super) fn draws(&self) -> bool {
        let varies = self.latency.fixed_us().is_none() || self.timetable.changes_read_latency();
        varies || !self.errors.is_never()
    }

    /// Whether one more read can be served next to this many.
    pub(super) fn has_room(&self, serving: usize) -> bool {
        self.concurrency.is_none_or(|most| serving < most.get() as usize)
    }

    /// How long a read takes that the database begins to serve then. Its key and attempt name it.
    pub(super) fn latency_us(&self, served_us: u64, key: u64, attempt: u8) -> u64 {
        let latency = self.timetable.read_latency(served_us).unwrap_or(self.latency);
        self.chances.delay_us(latency, Chance::ReadLatency, Keys::part(key, attempt.into()))
    }

    /// Whether a read fails.
    pub(super) fn fails(&self, key: u64, attempt: u8) -> bool {
        self.chances.happens(self.errors, Chance::ReadError, Keys::part(key, attempt.into()))
    }
}
