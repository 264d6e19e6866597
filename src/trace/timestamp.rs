//! Times as traces write them, and the midnight that begins a recorded day.
//!
//! Knows nothing of files and rows. All arithmetic is on whole numbers: a float of seconds would already be
//! off by a microsecond.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::model::{DAY_US, TimeUnit};

/// Why a cell is not a valid time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimestampError {
    /// A number below zero.
    Negative,
    /// Not a number, or a fraction where none may be.
    NotANumber,
    /// Beyond what a calendar can say.
    TooLarge,
}

/// Microseconds since the epoch; what is finer than a microsecond is cut off.
pub(super) fn parse(cell: &[u8], unit: TimeUnit) -> Result<u64, TimestampError> {
    if let [b'-', number @ ..] = cell {
        let numeric = number.first().is_some_and(u8::is_ascii_digit)
            && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        return Err(if numeric { TimestampError::Negative } else { TimestampError::NotANumber });
    }
    let (whole, fraction) = match cell.iter().position(|b| *b == b'.') {
        Some(dot) if unit == TimeUnit::Seconds => (&cell[..dot], Some(&cell[dot + 1..])),
        _ => (cell, None),
    };
    let us = in_us(digits(whole)?, unit).ok_or(TimestampError::TooLarge)?;
    let us = us.checked_add(fraction.map_or(Ok(0), micros)?).ok_or(TimestampError::TooLarge)?;
    let last = u64::try_from(Timestamp::MAX.as_microsecond()).unwrap_or(u64::MAX);
    if us > last { Err(TimestampError::TooLarge) } else { Ok(us) }
}

/// A count of units in microseconds; `None` if 64 bits cannot hold it.
pub(super) fn in_us(count: u64, unit: TimeUnit) -> Option<u64> {
    match unit {
        TimeUnit::Seconds => count.checked_mul(1_000_000),
        TimeUnit::Millis => count.checked_mul(1_000),
        TimeUnit::Micros => Some(count),
        TimeUnit::Nanos => Some(count / 1_000),
    }
}

/// The beginnings of 1990 and of 2101. Logs of the times between are those that teams have.
pub(super) const YEAR_1990_US: u64 = 631_152_000_000_000;
pub(super) const YEAR_2101_US: u64 = 4_133_980_800_000_000;

/// A time as a number of whole units.
pub(super) fn in_units(us: u64, unit: TimeUnit) -> u64 {
    match unit {
        TimeUnit::Seconds => us / 1_000_000,
        TimeUnit::Millis => us / 1_000,
        TimeUnit::Micros => us,
        TimeUnit::Nanos => us.saturating_mul(1_000),
    }
}

/// A time in a unit, as a trace would write it.
pub(super) fn written(epoch_us: u64, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Seconds => {
            let fraction = format!(".{:06}", epoch_us % 1_000_000);
            let kept = fraction.trim_end_matches('0').trim_end_matches('.');
            format!("{}{kept}", in_units(epoch_us, unit))
        }
        TimeUnit::Millis | TimeUnit::Micros => in_units(epoch_us, unit).to_string(),
        TimeUnit::Nanos => format!("{epoch_us}000"),
    }
}

/// A time as a date in UTC.
pub(super) fn written_as_date(epoch_us: u64) -> String {
    let instant = i64::try_from(epoch_us).ok().and_then(|us| Timestamp::from_microsecond(us).ok());
    instant.unwrap_or_default().to_string()
}

/// A time as it would be logged in UTC.
pub(super) fn written_in_log(epoch_us: u64) -> String {
    let seconds = epoch_us / 1_000_000;
    let instant = Timestamp::from_second(i64::try_from(seconds).unwrap_or(0)).unwrap_or_default();
    instant.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

fn digits(text: &[u8]) -> Result<u64, TimestampError> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(TimestampError::NotANumber);
    }
    text.iter()
        .try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
        .ok_or(TimestampError::TooLarge)
}

/// The digits behind the point of a number of seconds, as microseconds.
fn micros(fraction: &[u8]) -> Result<u64, TimestampError> {
    if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
        return Err(TimestampError::NotANumber);
    }
    let padded = fraction.iter().copied().chain(std::iter::repeat(b'0'));
    Ok(padded.take(6).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// The time zone with this IANA name, from the database inside the program: the machine's own may be
/// another version.
pub(super) fn timezone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The first instant of the day in which a time lies, in microseconds since the epoch; `None` if
/// the calendar ends before. On days whose midnight a clock change skips, the day's first instant is later.
pub(super) fn midnight(epoch_us: u64, zone: &TimeZone) -> Option<i64> {
    let instant = Timestamp::from_microsecond(i64::try_from(epoch_us).ok()?).ok()?;
    let day = instant.to_zoned(zone.clone()).start_of_day().ok()?;
    Some(day.timestamp().as_microsecond())
}

/// The end of the day in which a time lies, both in microseconds since a midnight. A day has 23 or 25 hours where clocks
/// change.
pub(super) fn day_end(midnight_us: i64, at_us: u64, zone: &TimeZone) -> u64 {
    let end = || {
        let at = Timestamp::from_microsecond(midnight_us.checked_add_unsigned(at_us)?).ok()?;
        let end = at.to_zoned(zone.clone()).tomorrow().ok()?.start_of_day().ok()?;
        u64::try_from(end.timestamp().as_microsecond().checked_sub(midnight_us)?).ok()
    };
    // Behind the calendar's last day there are no clocks that could change.
    end().unwrap_or_else(|| (at_us / DAY_US + 1).saturating_mul(DAY_US))
}

/// The days from the one of the first time to that of the last, in microseconds since the epoch: their dates, and how long
/// they are in microseconds.
pub(super) fn days(first_us: i64, last_us: i64, zone: &TimeZone) -> impl Iterator<Item = (String, u64)> {
    let start = |us: i64| Timestamp::from_microsecond(us).ok()?.to_zoned(zone.clone()).start_of_day().ok();
    let first = start(first_us);
    let starts = std::iter::successors(first, |day| day.tomorrow().ok()?.start_of_day().ok());
    starts.take_while(move |day| day.timestamp().as_microsecond() <= last_us).filter_map(|day| {
        let end = day.tomorrow().ok()?.start_of_day().ok()?;
        let length_us = end.timestamp().as_microsecond() - day.timestamp().as_microsecond();
        Some((day.strftime("%Y-%m-%d").to_string(), u64::try_from(length_us).ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_to_microseconds_exactly() {
        for (cell, unit, us) in [
            ("807256800", TimeUnit::Seconds, 807_256_800_000_000),
            ("807256800.000001", TimeUnit::Seconds, 807_256_800_000_001),
            ("4102444799.999999", TimeUnit::Seconds, 4_102_444_799_999_999),
            ("1.5", TimeUnit::Seconds, 1_500_000),
            ("1.9999999", TimeUnit::Seconds, 1_999_999),
            ("0001", TimeUnit::Seconds, 1_000_000),
            ("1700000000123", TimeUnit::Millis, 1_700_000_000_123_000),
            ("7", TimeUnit::Micros, 7),
            ("1999", TimeUnit::Nanos, 1),
            ("0", TimeUnit::Nanos, 0),
        ] {
            assert_eq!(parse(cell.as_bytes(), unit), Ok(us), "{cell}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        use TimestampError::{Negative, NotANumber, TooLarge};
        for (cell, unit, fault) in [
            ("", TimeUnit::Seconds, NotANumber),
            (".5", TimeUnit::Seconds, NotANumber),
            ("5.", TimeUnit::Seconds, NotANumber),
            ("1.2.3", TimeUnit::Seconds, NotANumber),
            ("1,5", TimeUnit::Seconds, NotANumber),
            ("1e9", TimeUnit::Seconds, NotANumber),
            ("+5", TimeUnit::Seconds, NotANumber),
            (" 5", TimeUnit::Seconds, NotANumber),
            ("٣", TimeUnit::Seconds, NotANumber),
            ("nan", TimeUnit::Seconds, NotANumber),
            ("--5", TimeUnit::Seconds, NotANumber),
            ("-x", TimeUnit::Seconds, NotANumber),
            ("-5", TimeUnit::Seconds, Negative),
            ("-5.5", TimeUnit::Seconds, Negative),
            ("5.5", TimeUnit::Millis, NotANumber),
            ("807256800000", TimeUnit::Seconds, TooLarge),
            ("99999999999999999999", TimeUnit::Nanos, TooLarge),
        ] {
            assert_eq!(parse(cell.as_bytes(), unit), Err(fault), "{cell}");
        }
    }

    #[test]
    fn the_day_begins_at_the_midnight_of_its_zone() {
        // 1995-08-01 06:00:00 UTC is 02:00 in New York and 15:00 in Tokyo.
        let us = 807_256_800_000_000;
        for (zone, hours) in [("UTC", 6), ("America/New_York", 2), ("Asia/Tokyo", 15)] {
            let midnight = midnight(us, &timezone(zone).unwrap()).unwrap();
            assert_eq!(us as i64 - midnight, hours * 3_600_000_000, "{zone}");
        }
        assert!(timezone("Mars/Olympus").is_none());
    }

    #[test]
    fn a_time_at_midnight_begins_its_own_day() {
        let zone = timezone("UTC").unwrap();
        assert_eq!(midnight(86_400_000_000, &zone), Some(86_400_000_000));
        assert_eq!(midnight(0, &timezone("Asia/Tokyo").unwrap()), Some(-9 * 3_600_000_000));
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
        // In Cairo the clocks went from 00:00 to 01:00 on 26 April 2024: that day began at 22:00 UTC.
        let begin = 1_714_082_400_000_000;
        let zone = timezone("Africa/Cairo").unwrap();
        assert_eq!(midnight(begin as u64 + 5, &zone), Some(begin));
        assert_eq!(midnight(begin as u64 - 1, &zone), Some(begin - 86_400_000_000));
    }
}
