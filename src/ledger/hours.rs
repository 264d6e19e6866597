//! A day by the hour, read off counters that only grow.

use super::Tally;
use crate::metrics::HourRow;
use crate::model::{Clock, DayTime, HOUR_US};

/// The rows of a day, and the counters at the last full hour.
#[derive(Debug)]
pub(crate) struct Hours {
    rows: Vec<HourRow>,
    start_us: u64,
    closed: usize,
    before: HourRow,
}

impl Hours {
    /// A row for each hour of the clock that the day touches.
    pub(crate) fn new(clock: &Clock) -> Self {
        let hours = clock.start.0 / HOUR_US..clock.end.0.div_ceil(HOUR_US);
        let row = |hour| HourRow { from: DayTime(hour * HOUR_US), ..HourRow::default() };
        Self {
            rows: hours.map(row).collect(),
            start_us: clock.start.0,
            closed: 0,
            before: HourRow::default(),
        }
    }

    /// A stale answer to a request that started then.
    pub(crate) fn stale(&mut self, request_us: u64) {
        let hour = (self.start_us + request_us) / HOUR_US - self.start_us / HOUR_US;
        if let Some(row) = self.rows.get_mut(hour as usize) {
            row.stale_reads += 1;
        }
    }

    /// The hour is over.
    pub(crate) fn close(&mut self, tally: &Tally, cache_size: u64) {
        let Some(row) = self.rows.get_mut(self.closed) else { return };
        let (requests, hits, db_reads) = (tally.requests(), tally.hits, tally.db_reads);
        row.requests = requests - self.before.requests;
        row.hits = hits - self.before.hits;
        row.db_reads = db_reads - self.before.db_reads;
        row.cache_size = cache_size;
        self.before = HourRow { requests, hits, db_reads, ..HourRow::default() };
        self.closed += 1;
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn into_rows(self) -> Vec<HourRow> {
        self.rows
    }
}
