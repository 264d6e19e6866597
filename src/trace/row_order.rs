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
    /// By how much a row may be earlier than one before it, in microseconds; `None` if that does not matter.
    may_be_late_us: Option<u64>,
    first: Option<Seen>,
    latest: Option<Seen>,
    /// The time of the earliest row that came late; `None` if none did.
    earliest_late_us: Option<u64>,
    /// By how much the row was late that came latest.
    latest_by_us: u64,
}

/// The place and the time of a row that was checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    place: Place,
    epoch_us: u64,
}

/// What is known of rows that were checked by themselves: the first, the one with the latest time, and the time of the
/// earliest that was late.
pub(super) type Extent = (Seen, Seen, Option<u64>);

impl RowOrder {
    /// No rows yet; a row may be earlier than one before it by this much, or by any time.
    pub(super) fn new(may_be_late_us: Option<u64>) -> Self {
        Self { may_be_late_us, first: None, latest: None, earliest_late_us: None, latest_by_us: 0 }
    }

    /// What is known of the rows so far.
    pub(super) fn ends(&self) -> Option<Extent> {
        self.first.zip(self.latest).map(|(first, latest)| (first, latest, self.earliest_late_us))
    }

    /// Whether a row at this time would come later than it may.
    pub(super) fn is_too_late(&self, epoch_us: u64) -> bool {
        let least = |latest: Seen| latest.epoch_us.saturating_sub(self.may_be_late_us.unwrap_or(0));
        self.latest.is_some_and(|latest| epoch_us < least(latest))
    }

    /// Whether rows that are in order among themselves continue those before; if so, they count among them from now on.
    pub(super) fn goes_on(&mut self, (first, latest, earliest_late_us): Extent) -> bool {
        let begin = self.first.unwrap_or(first);
        let earliest_us = earliest_late_us.map_or(first.epoch_us, |us| us.min(first.epoch_us));
        let in_span = |us: u64| us.abs_diff(begin.epoch_us) <= MAX_SPAN_US;
        let goes_on = !self.is_too_late(earliest_us) && in_span(latest.epoch_us) && in_span(earliest_us);
        if goes_on {
            self.first = Some(begin);
            if self.latest.is_none_or(|known| known.epoch_us <= latest.epoch_us) {
                self.latest = Some(latest);
            }
        }
        goes_on
    }

    /// Rows of another file come next: what is said of earlier ones must not be taken for its lines.
    pub(super) fn leave_file(&mut self) {
        for seen in [&mut self.first, &mut self.latest].into_iter().flatten() {
            seen.place = Place::EarlierFile;
        }
    }

    /// From now on a row may come as late as it likes, and is measured.
    pub(super) fn measure(&mut self) {
        self.may_be_late_us = None;
    }

    /// By how much the row was late that came latest, since rows are measured.
    pub(super) fn latest_by_us(&self) -> u64 {
        self.latest_by_us
    }

    /// Checks the time of a record, and gives it in microseconds since the epoch.
    pub(super) fn number(&mut self, place: Place, time: u64, unit: TimeUnit) -> Result<u64, Located> {
        let epoch_us = timestamp::in_us(time, unit).unwrap_or(u64::MAX);
        let form = TimeForm::Since(unit);
        self.check(place, epoch_us, form, || WrongTime::new("", &time.to_string(), form))?;
        Ok(epoch_us)
    }

    /// Checks the time of the next row against those before; `wrong` shows it, and the trace writes it in this form.
    #[inline]
    pub(super) fn check(
        &mut self,
        place: Place,
        epoch_us: u64,
        form: TimeForm,
        wrong: impl Fn() -> WrongTime,
    ) -> Result<(), Located> {
        let row = Seen { place, epoch_us };
        let first = *self.first.get_or_insert(row);
        match self.latest {
            Some(latest) if epoch_us < latest.epoch_us => self.late(row, latest, form, &wrong)?,
            _ => self.latest = Some(row),
        }
        if epoch_us.abs_diff(first.epoch_us) > MAX_SPAN_US {
            let fault = TraceFault::LongSpan { found: wrong(), first: first.place, days: MAX_SPAN_DAYS };
            return Err(Located::of(place, fault));
        }
        Ok(())
    }

    /// Checks a row that is earlier than one before it.
    #[cold]
    fn late(
        &mut self,
        row: Seen,
        latest: Seen,
        form: TimeForm,
        wrong: &dyn Fn() -> WrongTime,
    ) -> Result<(), Located> {
        let late_us = latest.epoch_us - row.epoch_us;
        self.latest_by_us = self.latest_by_us.max(late_us);
        self.earliest_late_us = Some(self.earliest_late_us.map_or(row.epoch_us, |us| us.min(row.epoch_us)));
        if self.may_be_late_us.is_none_or(|most_us| late_us <= most_us) {
            return Ok(());
        }
        // The cell it came from is gone.
        let found = Box::new((wrong(), form.written(latest.epoch_us)));
        let fault = TraceFault::Backwards { found, previous: latest.place, late_us, most_us: None };
        Err(Located::of(row.place, fault))
    }
}
