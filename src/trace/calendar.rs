//! Dates and times of day as traces write them: RFC 3339 and what is close to it.
//!
//! `2026-11-26T00:00:01.082+03:00`, or with a blank for the `T`, without a fraction, and without an offset. All
//! arithmetic is on whole numbers. Does not know which time zone a date without an offset is in until it is told.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// `2026-11-26T00:00:01`.
const SECONDS_END: usize = 19;
/// A second in microseconds.
const SECOND_US: i64 = 1_000_000;

/// A date and a time of day, and how far that clock is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CalendarTime {
    date: Date,
    /// Of the day; a leap second is the first of the next minute.
    second: i64,
    /// Within that second.
    us: i64,
    /// In seconds to the east; `None` if it was not written.
    offset_s: Option<i64>,
}

/// The instants that a time may be, in microseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instants {
    /// One.
    One(i64),
    /// The clock was set back, and showed it twice.
    Two(i64, i64),
    /// The clock was set forward, and never showed it.
    Never,
}

/// Whether a cell begins as a date does. A number does not.
pub(super) fn looks_like(cell: &[u8]) -> bool {
    matches!(cell, [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

/// Reads a date and a time; `None` if the cell does not hold them.
pub(super) fn parse(cell: &[u8]) -> Option<CalendarTime> {
    let (head, rest) = cell.split_at_checked(SECONDS_END)?;
    let separators =
        [head[4], head[7], head[13], head[16]] == *b"--::" && matches!(head[10], b'T' | b't' | b' ');
    let part = |from: usize, to: usize| number(&head[from..to]);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    if !separators || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let date = date(part(0, 4)?, part(5, 7)?, part(8, 10)?)?;
    // Python's logging and ISO 8601 write a comma.
    let (us, rest) = match rest {
        [b'.' | b',', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let padded = fraction[..digits].iter().copied().chain(std::iter::repeat(b'0'));
            let us = padded.take(6).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
            (us, fraction.get(digits..).filter(|_| digits > 0)?)
        }
        rest => (0, rest),
    };
    Some(CalendarTime { date, second: hour * 3600 + minute * 60 + second, us, offset_s: offset(rest)? })
}

/// A day of the calendar; `None` if there is no such day.
pub(super) fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The seconds from the epoch to the beginning of a day in UTC.
pub(super) fn seconds_of(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_secs()
}

/// A number of a few digits.
pub(super) fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// What stands behind a time: `Z`, `UTC`, `+03:00`, `+0300` or `+03`, after a blank or at once, or nothing. The outer
/// `None` is something else.
fn offset(rest: &[u8]) -> Option<Option<i64>> {
    let zone = rest.strip_prefix(b" ").unwrap_or(rest);
    let (sign, digits) = match zone {
        [] => return rest.is_empty().then_some(None),
        b"Z" | b"z" | b"UTC" => return Some(Some(0)),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [_, _] => (digits, &b"00"[..]),
        [_, _, b':', minutes @ ..] | [_, _, minutes @ ..] => (&digits[..2], minutes),
        _ => return None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|_| minutes.len() == 2)?);
    (hours <= 23 && minutes <= 59).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

impl CalendarTime {
    /// The time since the epoch by the offset that was written; `None` if there was none.
    pub(super) fn instant(&self) -> Option<i64> {
        self.offset_s.map(|offset_s| self.east_of_utc(offset_s))
    }

    fn east_of_utc(&self, offset_s: i64) -> i64 {
        (seconds_of(self.date) + self.second - offset_s) * SECOND_US + self.us
    }

    /// The instants at which the clocks of a time zone showed this, whatever offset was written.
    pub(super) fn in_zone(&self, zone: &TimeZone) -> Instants {
        // A leap second has the offset of the second before it.
        let second = self.second.min(86_399);
        let [hour, minute, second] = [second / 3600, second / 60 % 60, second % 60].map(|part| part as i8);
        let time = Time::new(hour, minute, second, 0).unwrap_or_default();
        let shown = DateTime::from_parts(self.date, time);
        let at = |offset: jiff::tz::Offset| self.east_of_utc(offset.seconds().into());
        match zone.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => Instants::One(at(offset)),
            AmbiguousOffset::Fold { before, after } => Instants::Two(at(before), at(after)),
            AmbiguousOffset::Gap { .. } => Instants::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::timestamp::timezone;

    #[test]
    fn every_usual_way_to_write_a_time_is_read() {
        let us = 1_795_640_401_082_000;
        for text in [
            "2026-11-26T00:00:01.082+03:00",
            "2026-11-25T21:00:01.082Z",
            "2026-11-25t21:00:01.082000z",
            "2026-11-25 21:00:01.082000999+00",
            "2026-11-25 21:00:01,082 UTC",
            "2026-11-26 00:00:01.082+0300",
            "2026-11-25 16:00:01.082 -0500",
            "2026-11-26T02:30:01.082+05:30",
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap().instant(), Some(us), "{text}");
            assert!(looks_like(text.as_bytes()), "{text}");
        }
        assert_eq!(parse(b"1970-01-01T00:00:00Z").unwrap().instant(), Some(0));
        assert_eq!(parse(b"2016-12-31T23:59:60Z").unwrap().instant(), Some(1_483_228_800_000_000));
        assert_eq!(parse(b"1969-12-31 23:59:59Z").unwrap().instant(), Some(-1_000_000));
    }

    #[test]
    fn what_only_resembles_a_time_is_refused() {
        for text in [
            "",
            "2026-11-26",
            "2026-11-26T00:00",
            "2026-11-26T00:00:01.",
            "2026-11-26T00:00:01.Z",
            "2026-11-26T24:00:00Z",
            "2026-11-26T00:60:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026/11/26T00:00:01Z",
            "2026-11-26_00:00:01Z",
            "2026-11-26T00:00:01 ",
            "2026-11-26T00:00:01+3",
            "2026-11-26T00:00:01+03:0",
            "2026-11-26T00:00:01+03:000",
            "2026-11-26T00:00:01+24:00",
            "2026-11-26T00:00:01 MSK",
            "2026-11-26T00:00:01ZZ",
            "２026-11-26T00:00:01Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn clocks_that_change_show_a_time_twice_or_never() {
        let berlin = timezone("Europe/Berlin").unwrap();
        let at = |text: &str| parse(text.as_bytes()).unwrap().in_zone(&berlin);
        assert_eq!(at("2023-10-29 01:59:59.5"), Instants::One(1_698_537_599_500_000));
        assert_eq!(at("2023-10-29 02:30:00"), Instants::Two(1_698_539_400_000_000, 1_698_543_000_000_000));
        assert_eq!(at("2023-03-26 02:30:00"), Instants::Never);
        assert_eq!(at("2023-03-26 03:00:00"), Instants::One(1_679_792_400_000_000));
    }
}
