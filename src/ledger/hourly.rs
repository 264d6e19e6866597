//! A day by the hour, read off counters that only grow.

use super::Tally;
use crate::metrics::HourRow;
use crate::model::{Clock, DayTime, HOUR_US};

/// The rows of a day, and the counters at the last full hour.
#[derive(Debug)]
pub(crate) struct Hourly {
    rows: Vec<HourRow>,
    start_us: u64,
    closed: usize,
    before: HourRow,
}

impl Hourly {
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
    pub(crate) fn stale(&mut self, request_us: u64, is_grant: bool) {
        if let Some(row) = self.of(request_us) {
            row.stale_reads += 1;
            row.stale_grants += u64::from(is_grant);
        }
    }

    /// A request got an error that started then.
    pub(crate) fn failed(&mut self, request_us: u64) {
        if let Some(row) = self.of(request_us) {
            row.failed += 1;
        }
    }

    /// The row of an instant.
    fn of(&mut self, at_us: u64) -> Option<&mut HourRow> {
        let hour = (self.start_us + at_us) / HOUR_US - self.start_us / HOUR_US;
        self.rows.get_mut(hour as usize)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(start: u64, end: u64) -> Clock {
        Clock { start: DayTime(start), end: DayTime(end), measure_from: DayTime(start) }
    }

    #[test]
    fn a_begun_hour_has_a_row_and_keeps_the_hour_of_the_clock() {
        let hours = Hourly::new(&clock(HOUR_US / 2, 3 * HOUR_US + 1));
        let from: Vec<u64> = hours.into_rows().iter().map(|row| row.from.0 / HOUR_US).collect();
        assert_eq!(from, [0, 1, 2, 3]);
    }

    #[test]
    fn a_row_holds_the_growth_of_its_hour() {
        let mut hours = Hourly::new(&clock(0, 2 * HOUR_US));
        hours.close(&Tally { hits: 3, loads: 2, db_reads: 2, ..Tally::default() }, 5);
        hours.close(&Tally { hits: 10, loads: 3, failed: 1, db_reads: 4, ..Tally::default() }, 6);
        hours.close(&Tally { hits: 99, ..Tally::default() }, 7);
        let rows = hours.into_rows();
        let figures: Vec<_> =
            rows.iter().map(|row| (row.requests, row.hits, row.db_reads, row.cache_size)).collect();
        assert_eq!(figures, [(5, 3, 2, 5), (9, 7, 2, 6)]);
    }

    #[test]
    fn a_stale_answer_belongs_to_the_hour_of_its_request() {
        let mut hours = Hourly::new(&clock(HOUR_US / 2, 2 * HOUR_US));
        for request_us in [0, HOUR_US / 2 - 1, HOUR_US / 2, 9 * HOUR_US] {
            hours.stale(request_us, request_us > 0);
        }
        let stale: Vec<u64> = hours.into_rows().iter().map(|row| row.stale_reads).collect();
        assert_eq!(stale, [2, 1]);
    }
}
