//! What is odd about the days of a recorded day: that they are of another time than ours, or that clocks change on them.

use super::timestamp;
use crate::model::{DAY_US, OddBeginning, TimeUnit};

/// A time in the words of a time zone, as `1995-08-01 06:00:00`, to the second; empty if there is no such time.
#[must_use]
pub fn civil(epoch_us: i64, timezone: &str) -> String {
    let zone = timestamp::timezone(timezone);
    let instant = jiff::Timestamp::from_microsecond(epoch_us).ok();
    zone.zip(instant).map_or_else(String::new, |(zone, instant)| {
        instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// That a recorded day whose first row is at this time began before 1990 or after 2100, so that its unit may be wrong;
/// `None` if it did not, or has dates instead of a unit.
#[must_use]
pub fn odd_beginning(epoch_us: i64, unit: Option<TimeUnit>, timezone: &str) -> Option<OddBeginning> {
    let (unit, first_us) = (unit?, u64::try_from(epoch_us).ok()?);
    let is_ours = |us: u64| (timestamp::YEAR_1990_US..timestamp::YEAR_2101_US).contains(&us);
    if is_ours(first_us) {
        return None;
    }
    let number = timestamp::in_units(first_us, unit);
    let likely = TimeUnit::of_size(number);
    let likely = timestamp::in_us(number, likely).is_some_and(is_ours).then_some(likely);
    Some(OddBeginning { date: civil(epoch_us, timezone), unit, likely })
}

/// The days from the one of the first time to that of the last, in microseconds since the epoch, that have more or less
/// than 24 hours because clocks change: their dates, and how long they are in microseconds.
#[must_use]
pub fn odd_days(first_us: i64, last_us: i64, timezone: &str) -> Vec<(String, u64)> {
    let Some(zone) = timestamp::timezone(timezone) else { return Vec::new() };
    let lengths = timestamp::days(first_us, last_us, &zone);
    lengths.filter(|(_, length_us)| *length_us != DAY_US).collect()
}
