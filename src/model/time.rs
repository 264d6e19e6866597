//! Durations and times of day, in whole microseconds.
//!
//! Does not know when a simulated day starts: a [`DayTime`] counts from the first midnight, and the
//! clock of a day turns it into simulated time.

use std::fmt;
use std::str::FromStr;

use super::shown;

/// Microseconds in a second.
pub const SECOND_US: u64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE_US: u64 = 60 * SECOND_US;
/// Microseconds in an hour.
pub const HOUR_US: u64 = 60 * MINUTE_US;
/// Microseconds in a day of 24 hours.
pub const DAY_US: u64 = 24 * HOUR_US;

/// A duration in whole microseconds, written as in `"250ms"`, `"5m"` or `"1h 30m"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub u64);

/// Why a text is not a duration or not a time of day. Completes "failed to read the time: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeError {
    /// The text is empty.
    Empty,
    /// A number stands without a unit.
    NoUnit,
    /// The unit is none of us, ms, s, m, h, d.
    UnknownUnit(String),
    /// A part is not a number followed by a unit.
    NotANumber(String),
    /// The text begins with a minus sign.
    Negative,
    /// The value is finer than a microsecond.
    TooFine,
    /// The value does not fit into 64 bits of microseconds.
    TooLarge,
    /// The text is not of the form `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`.
    NotATime,
    /// Hours, minutes or seconds are out of range.
    OutOfRange(&'static str),
}

impl TimeError {
    /// What is wrong, to follow the name of what was read.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::NoUnit => "has no unit".to_owned(),
            Self::UnknownUnit(unit) => format!("has the unknown unit {}", shown(unit)),
            Self::NotANumber(part) => {
                format!("has {} where a number with a unit should be, as in \"1h 30m\"", shown(part))
            }
            Self::Negative => "is negative".to_owned(),
            Self::TooFine => "is finer than a microsecond".to_owned(),
            Self::TooLarge => "is too large".to_owned(),
            Self::NotATime => "is not a valid time of day".to_owned(),
            Self::OutOfRange(what) => format!("has {what} out of range"),
        }
    }

    /// What would be right; `None` if the error says it already.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Empty | Self::NotANumber(_) | Self::TooFine => None,
            Self::TooLarge => Some("write at most 213503982d"),
            Self::NoUnit => Some("write one of us, ms, s, m, h, d, as in \"5m\""),
            Self::UnknownUnit(_) => Some("units are us, ms, s, m, h, d"),
            Self::Negative => Some("write 0 or more"),
            Self::NotATime => Some("write \"HH:MM\", \"HH:MM:SS\" or \"1d 08:00\""),
            Self::OutOfRange(_) => Some("write at most \"24:00\", and of a later day as in \"1d 08:00\""),
        }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = self.remedy().map(|remedy| format!("; {remedy}")).unwrap_or_default();
        write!(f, "{}{remedy}", self.what())
    }
}

impl std::error::Error for TimeError {}

const UNITS: [(&str, u64); 6] =
    [("d", DAY_US), ("h", HOUR_US), ("m", MINUTE_US), ("s", SECOND_US), ("ms", 1_000), ("us", 1)];

impl FromStr for Micros {
    type Err = TimeError;

    /// Reads one or more numbers with units, with or without blanks between them; a decimal fraction
    /// is allowed where it is a whole number of microseconds.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(TimeError::Empty);
        }
        if rest.starts_with('-') {
            return Err(TimeError::Negative);
        }
        let mut total = 0u64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            if digits == 0 {
                return Err(TimeError::NotANumber(rest.chars().take(20).collect()));
            }
            let (number, after) = rest.split_at(digits);
            let after = after.trim_start();
            let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
            let (unit, tail) = after.split_at(letters);
            if unit.is_empty() {
                return Err(TimeError::NoUnit);
            }
            let (_, scale) = UNITS
                .iter()
                .find(|(name, _)| *name == unit)
                .ok_or_else(|| TimeError::UnknownUnit(unit.chars().take(20).collect()))?;
            let part = scaled_decimal(number, *scale)?;
            total = total.checked_add(part).ok_or(TimeError::TooLarge)?;
            rest = tail.trim_start();
        }
        Ok(Self(total))
    }
}

/// `number` times `scale`, exactly; `number` may have a decimal fraction.
fn scaled_decimal(number: &str, scale: u64) -> Result<u64, TimeError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return Err(TimeError::NotANumber(number.chars().take(20).collect()));
    }
    let whole: u64 = whole.parse().map_err(|_| TimeError::TooLarge)?;
    let whole = whole.checked_mul(scale).ok_or(TimeError::TooLarge)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 15 {
        return Err(TimeError::TooFine);
    }
    let mut part = 0u128;
    if !fraction.is_empty() {
        let denominator = 10u128.pow(fraction.len() as u32);
        let numerator: u128 = fraction.parse().map_err(|_| TimeError::NotANumber(number.to_owned()))?;
        let scaled = numerator * u128::from(scale);
        if !scaled.is_multiple_of(denominator) {
            return Err(TimeError::TooFine);
        }
        part = scaled / denominator;
    }
    u64::try_from(part).ok().and_then(|part| whole.checked_add(part)).ok_or(TimeError::TooLarge)
}

impl fmt::Display for Micros {
    /// The shortest text that reads back to the same value, as in `1h 30m`; zero is `0s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&duration_text(self.0.into()))
    }
}

/// A duration in microseconds as [`Micros`] is written, of a sum that may take more than 64 bits.
#[must_use]
pub fn duration_text(us: u128) -> String {
    let mut rest = us;
    let parts = UNITS.map(|(name, scale)| {
        let count = rest / u128::from(scale);
        rest %= u128::from(scale);
        (count > 0).then(|| format!("{count}{name}"))
    });
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

impl Micros {
    /// As [`Display`](fmt::Display), without blanks, for use inside a cache spec.
    #[must_use]
    pub fn compact(self) -> String {
        self.to_string().replace(' ', "")
    }
}

/// A time of day in microseconds since the first midnight, written as in `"08:00"` or
/// `"1d 08:00:30.5"`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct DayTime(pub u64);

impl FromStr for DayTime {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TimeError::Empty);
        }
        if text.starts_with('-') {
            return Err(TimeError::Negative);
        }
        let (days, clock) = match text.split_once("d ") {
            Some((days, clock)) => (whole(days)?, clock.trim_start()),
            None => (0, text),
        };
        let mut parts = clock.split(':');
        let (Some(hours), Some(minutes), seconds, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TimeError::NotATime);
        };
        let (seconds, fraction) = match seconds {
            None => ("00", ""),
            Some(text) => match text.split_once('.') {
                Some((_, "")) => return Err(TimeError::NotATime),
                Some(pair) => pair,
                None => (text, ""),
            },
        };
        let within_day = two_digits(hours)? * HOUR_US
            + in_sixty(minutes, "minutes")? * MINUTE_US
            + in_sixty(seconds, "seconds")? * SECOND_US
            + micros_of(fraction)?;
        if within_day > DAY_US {
            return Err(TimeError::OutOfRange("hours"));
        }
        days.checked_mul(DAY_US)
            .and_then(|days| days.checked_add(within_day))
            .map(Self)
            .ok_or(TimeError::TooLarge)
    }
}

fn whole(text: &str) -> Result<u64, TimeError> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TimeError::NotATime);
    }
    text.parse().map_err(|_| TimeError::TooLarge)
}

fn two_digits(text: &str) -> Result<u64, TimeError> {
    if text.len() != 2 { Err(TimeError::NotATime) } else { whole(text) }
}

fn in_sixty(text: &str, what: &'static str) -> Result<u64, TimeError> {
    match two_digits(text)? {
        value @ 0..=59 => Ok(value),
        _ => Err(TimeError::OutOfRange(what)),
    }
}

fn micros_of(fraction: &str) -> Result<u64, TimeError> {
    if fraction.is_empty() {
        return Ok(0);
    }
    if fraction.len() > 6 {
        return Err(TimeError::TooFine);
    }
    Ok(whole(fraction)? * 10u64.pow(6 - fraction.len() as u32))
}

impl fmt::Display for DayTime {
    /// `HH:MM:SS`, with microseconds only where there are any and a day only from the second on;
    /// an exact end of a day reads `24:00:00` of that day only for the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, rest) = if self.0 == DAY_US { (0, DAY_US) } else { (self.0 / DAY_US, self.0 % DAY_US) };
        if days > 0 {
            write!(f, "{days}d ")?;
        }
        let (hours, minutes, seconds) =
            (rest / HOUR_US, rest % HOUR_US / MINUTE_US, rest % MINUTE_US / SECOND_US);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}")?;
        match rest % SECOND_US {
            0 => Ok(()),
            micros => write!(f, ".{micros:06}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print() {
        for (text, us, printed) in [
            ("250ms", 250_000, "250ms"),
            ("5m", 300_000_000, "5m"),
            ("1h 30m", 5_400_000_000, "1h 30m"),
            ("1h30m", 5_400_000_000, "1h 30m"),
            ("90m", 5_400_000_000, "1h 30m"),
            ("1.5s", 1_500_000, "1s 500ms"),
            ("0s", 0, "0s"),
            ("7us", 7, "7us"),
            ("2d", 2 * DAY_US, "2d"),
        ] {
            let read: Micros = text.parse().unwrap();
            assert_eq!((read.0, read.to_string().as_str()), (us, printed), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_why() {
        for (text, error) in [
            ("", TimeError::Empty),
            ("300", TimeError::NoUnit),
            ("-5m", TimeError::Negative),
            ("5 minutes", TimeError::UnknownUnit("minutes".into())),
            ("m", TimeError::NotANumber("m".into())),
            ("0.5us", TimeError::TooFine),
            ("99999999999999999999d", TimeError::TooLarge),
            ("213503982335d", TimeError::TooLarge),
            ("1.2.3s", TimeError::NotANumber("1.2.3".into())),
        ] {
            assert_eq!(text.parse::<Micros>(), Err(error), "{text}");
        }
    }

    #[test]
    fn times_of_day_read_and_print() {
        for (text, us, printed) in [
            ("00:00", 0, "00:00:00"),
            ("08:05", 8 * HOUR_US + 5 * MINUTE_US, "08:05:00"),
            ("23:59:59.000001", DAY_US - SECOND_US + 1, "23:59:59.000001"),
            ("24:00", DAY_US, "24:00:00"),
            ("1d 08:00", DAY_US + 8 * HOUR_US, "1d 08:00:00"),
        ] {
            let read: DayTime = text.parse().unwrap();
            assert_eq!((read.0, read.to_string().as_str()), (us, printed), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_of_day_says_why() {
        for (text, error) in [
            ("8:00", TimeError::NotATime),
            ("08", TimeError::NotATime),
            ("08:60", TimeError::OutOfRange("minutes")),
            ("25:00", TimeError::OutOfRange("hours")),
            ("24:00:01", TimeError::OutOfRange("hours")),
            ("08:00:00.0000001", TimeError::TooFine),
            ("xd 08:00", TimeError::NotATime),
        ] {
            assert_eq!(text.parse::<DayTime>(), Err(error), "{text}");
        }
    }
}
