//! The order of a recorded day's rows: their times so far, and whether the next one may come.

use super::error::Located;
use super::fault::{Place, TimeForm, TraceFault, WrongTime};
use super::timestamp;
use crate::model::{DAY_US, TimeUnit};

/// Maximum span of a recorded day, in days; a longer one is taken for a mistake in the unit.
const MAX_SPAN_DAYS: u64 = 3660;
pub(super) const MAX_SPAN_US: u64 = MAX_SPAN_DAYS * DAY_US;

/// The times of the rows so far.
#[derive(Clone, Debug)]
pub(super) struct RowOrder {
    /// Whether they must not go backwards.
    sorted: bool,
    first: Option<Seen>,
    previous: Option<Seen>,
}

/// The place and the time of a row that was checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    place: Place,
    pub(super) epoch_us: u64,
}

impl RowOrder {
    /// No rows yet; with `sorted`, times must not go backwards.
    pub(super) fn new(sorted: bool) -> Self {
        Self { sorted, first: None, previous: None }
    }

    /// The first row and the last so far.
    pub(super) fn ends(&self) -> Option<(Seen, Seen)> {
        self.first.zip(self.previous)
    }

    /// Whether a row at this time would go backwards.
    pub(super) fn is_late(&self, epoch_us: u64) -> bool {
        self.previous.is_some_and(|previous| epoch_us < previous.epoch_us)
    }

    /// Whether rows that are in order among themselves continue those before; if so, they count among them from now on.
    pub(super) fn goes_on(&mut self, (first, last): (Seen, Seen)) -> bool {
        let begin = self.first.unwrap_or(first);
        let goes_on = !self.is_late(first.epoch_us) && last.epoch_us - begin.epoch_us <= MAX_SPAN_US;
        if goes_on {
            (self.first, self.previous) = (Some(begin), Some(last));
        }
        goes_on
    }

    /// Checks the time of a record, and gives it in microseconds since the epoch.
    pub(super) fn number(&mut self, place: Place, time: u64, unit: TimeUnit) -> Result<u64, Located> {
        let epoch_us = timestamp::in_us(time, unit).unwrap_or(u64::MAX);
        let form = TimeForm::Since(unit);
        self.check(place, epoch_us, form, || WrongTime::new("", &time.to_string(), form))?;
        Ok(epoch_us)
    }

    /// Checks the time of the next row against those before; `wrong` shows it, and the trace writes it in this form.
    pub(super) fn check(
        &mut self,
        place: Place,
        epoch_us: u64,
        form: TimeForm,
        wrong: impl Fn() -> WrongTime,
    ) -> Result<(), Located> {
        let row = Seen { place, epoch_us };
        let first = *self.first.get_or_insert(row);
        let previous = self.previous.replace(row).unwrap_or(row);
        if epoch_us < previous.epoch_us && self.sorted {
            // The cell it came from is gone.
            let found = Box::new((wrong(), form.written(previous.epoch_us)));
            return Err(Located::of(place, TraceFault::Backwards { found, previous: previous.place }));
        }
        if epoch_us.abs_diff(first.epoch_us) > MAX_SPAN_US {
            let fault = TraceFault::LongSpan { found: wrong(), first: first.place, days: MAX_SPAN_DAYS };
            return Err(Located::of(place, fault));
        }
        Ok(())
    }
}
