//! How far a metric may move from its accepted value: `0.5pp`, `2%`, `3`, `5m`.
//!
//! Limits are kept as they are written, in decimals, so that a value exactly on the limit is not pushed over it by
//! a binary fraction. Knows nothing of where a tolerance was written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::metrics::{Metric, Unit, Value};
use crate::model::{Micros, TimeError};

/// How far a metric may move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// So far in the metric's own unit.
    Absolute(Value),
    /// A part of the accepted value, in millionths of one per cent.
    Percent(u64),
}

/// Millionths in one per cent; also the finest that can be written.
pub(super) const PERCENT_PARTS: u64 = 1_000_000;
/// Digits after the point of a percentage.
const PERCENT_DIGITS: usize = 6;
/// The largest percentage: at a thousandfold nothing is compared any more.
const PERCENT_MOST: u64 = 100_000;

/// Why a text is not a tolerance of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// The text begins with a minus sign.
    Negative,
    /// Nothing that a tolerance of this unit can be.
    NoAmount(Unit),
    /// Percentage points of a metric that is not a share.
    PointsOf(Unit),
    /// More than there can be.
    TooLarge,
    /// Finer than a millionth of one per cent.
    TooFine,
    /// A share without a sign that is so large that percentage points may have been meant; as it was written.
    Unclear(String),
    /// A duration with something wrong in it.
    Time(TimeError),
}

fn right(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "write a whole number or per cent of the accepted value, as in `3` or `2%`",
        Unit::Ratio => "write percentage points or per cent of the accepted value, as in `0.5pp` or `2%`",
        Unit::Micros => "write a duration or per cent of the accepted value, as in `5m` or `2%`",
    }
}

/// A share that moves by as much as this is seldom meant: `0.5` for half a point is.
const UNCLEAR_FROM: f64 = 0.1;

/// The three things that a share without a sign could mean.
fn spellings(text: &str) -> String {
    let points = text.parse::<f64>().map_or(0.0, |share| (share * 1e8).round() / 1e6);
    format!(
        "write `{text}pp` for percentage points, `{text}%` for per cent of the accepted value, or `{points}pp` for this \
         share"
    )
}

impl AmountError {
    /// What is wrong, to follow the name of what was read.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Negative => "is negative".to_owned(),
            Self::NoAmount(_) => "is not a tolerance of this metric".to_owned(),
            Self::PointsOf(_) => "has percentage points, and this metric is not a share".to_owned(),
            Self::TooLarge => "is too large".to_owned(),
            Self::TooFine => "is too fine".to_owned(),
            Self::Unclear(_) => "could be percentage points, per cent or a share".to_owned(),
            Self::Time(error) => format!("as a duration {}", error.what()),
        }
    }

    /// What would be right.
    #[must_use]
    pub fn remedy(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Negative => "a tolerance is how far a value may move, 0 or more",
            Self::NoAmount(unit) | Self::PointsOf(unit) => right(*unit),
            Self::TooLarge => "then nothing could fail, so write less",
            Self::TooFine => "write at most six digits after the point",
            Self::Unclear(text) => return Cow::Owned(spellings(text)),
            Self::Time(error) => error.remedy().unwrap_or(right(Unit::Micros)),
        })
    }
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what(), self.remedy())
    }
}

impl std::error::Error for AmountError {}

impl Amount {
    /// Reads a tolerance of a metric.
    ///
    /// # Errors
    /// When the text is none, or none of this metric's unit.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, AmountError> {
        let text = text.trim();
        if text.starts_with('-') {
            return Err(AmountError::Negative);
        }
        if let Some(number) = text.strip_suffix("pp") {
            return match unit {
                Unit::Ratio => share(&format!("{}e-2", decimal(number, unit)?)),
                _ => Err(AmountError::PointsOf(unit)),
            };
        }
        if let Some(number) = text.strip_suffix('%') {
            return percent(decimal(number, unit)?).map(Self::Percent);
        }
        match unit {
            Unit::Micros => text
                .parse()
                .map(|time: Micros| Self::Absolute(Value::Micros(time.0.into())))
                .map_err(AmountError::Time),
            Unit::Ratio => match share(decimal(text, unit)?)? {
                Self::Absolute(most) if most.number() >= Some(UNCLEAR_FROM) => {
                    Err(AmountError::Unclear(text.to_owned()))
                }
                amount => Ok(amount),
            },
            Unit::Count => match decimal(text, unit)? {
                whole if whole.contains('.') => Err(AmountError::NoAmount(unit)),
                whole => {
                    let count = whole.parse().map_err(|_| AmountError::TooLarge)?;
                    Ok(Self::Absolute(Value::Count(count)))
                }
            },
        }
    }

    /// Whether values this many things or microseconds apart are near enough.
    pub(super) fn allows_whole(self, accepted: u128, distance: u128) -> bool {
        match self {
            Self::Absolute(most) => most.whole().is_some_and(|most| distance <= most),
            Self::Percent(parts) => {
                distance * 100 * u128::from(PERCENT_PARTS) <= u128::from(parts) * accepted
            }
        }
    }

    /// The limit as a number in the metric's unit, of an accepted value that need not be whole.
    pub(super) fn limit(self, accepted: f64) -> f64 {
        match self {
            Self::Absolute(most) => most.number().unwrap_or(0.0),
            Self::Percent(parts) => accepted * parts as f64 / (100.0 * PERCENT_PARTS as f64),
        }
    }

    /// A percentage as it was written, without its sign: `2`, `0.5`.
    #[must_use]
    pub fn percent_text(parts: u64) -> String {
        let (whole, fraction) = (parts / PERCENT_PARTS, parts % PERCENT_PARTS);
        let text = format!("{whole}.{fraction:0PERCENT_DIGITS$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// The digits of a decimal number, with a point or without.
fn decimal(text: &str, unit: Unit) -> Result<&str, AmountError> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole) && digits(fraction) { Ok(text) } else { Err(AmountError::NoAmount(unit)) }
}

/// A share that a value may move by.
fn share(text: &str) -> Result<Amount, AmountError> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(Amount::Absolute(Value::Ratio(share))),
        _ => Err(AmountError::TooLarge),
    }
}

fn percent(text: &str) -> Result<u64, AmountError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > PERCENT_DIGITS {
        return Err(AmountError::TooFine);
    }
    let whole: u64 = whole.parse().map_err(|_| AmountError::TooLarge)?;
    let fraction: u64 = format!("{fraction:0<PERCENT_DIGITS$}").parse().unwrap_or(0);
    let parts = whole.checked_mul(PERCENT_PARTS).and_then(|parts| parts.checked_add(fraction));
    parts.filter(|parts| *parts <= PERCENT_MOST * PERCENT_PARTS).ok_or(AmountError::TooLarge)
}

/// The tolerances of a gate, by metric; what has none is compared exactly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tolerances {
    own: BTreeMap<Metric, Amount>,
    /// Of every other metric.
    default: Option<Amount>,
}

impl Tolerances {
    /// The tolerance of a metric, where it has one.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<Amount> {
        self.own.get(&metric).copied().or(self.default)
    }

    /// Sets the tolerance of a metric; the former one, where there was one.
    pub fn set(&mut self, metric: Metric, amount: Amount) -> Option<Amount> {
        self.own.insert(metric, amount)
    }

    /// Sets the tolerance of all metrics that have none of their own.
    pub fn set_default(&mut self, amount: Amount) {
        self.default = Some(amount);
    }

    /// The metrics that have one of their own.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.own.keys().copied()
    }

    /// These, and where they say nothing those.
    #[must_use]
    pub fn over(&self, those: &Self) -> Self {
        let own = those.own.iter().chain(&self.own).map(|(metric, amount)| (*metric, *amount)).collect();
        Self { own, default: self.default.or(those.default) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_read_in_the_unit_of_its_metric() {
        use Unit::{Count, Micros, Ratio};
        let absolute = Amount::Absolute;
        for (text, unit, amount) in [
            ("0.5pp", Ratio, absolute(Value::Ratio(0.005))),
            ("0.7 pp", Ratio, absolute(Value::Ratio(0.007))),
            ("100pp", Ratio, absolute(Value::Ratio(1.0))),
            ("0.005", Ratio, absolute(Value::Ratio(0.005))),
            ("2%", Ratio, Amount::Percent(2_000_000)),
            ("2 %", Count, Amount::Percent(2_000_000)),
            ("0.25%", Micros, Amount::Percent(250_000)),
            ("3", Count, absolute(Value::Count(3))),
            ("0", Count, absolute(Value::Count(0))),
            ("5m", Micros, absolute(Value::Micros(300_000_000))),
            ("200us", Micros, absolute(Value::Micros(200))),
            (" 1h 30m ", Micros, absolute(Value::Micros(5_400_000_000))),
        ] {
            assert_eq!(Amount::parse(text, unit), Ok(amount), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_tolerance() {
        use AmountError::{Negative, NoAmount, PointsOf, TooFine, TooLarge};
        use Unit::{Count, Micros, Ratio};
        for (text, unit, error) in [
            ("-1", Count, Negative),
            ("-0.5pp", Ratio, Negative),
            ("1pp", Count, PointsOf(Count)),
            ("1pp", Micros, PointsOf(Micros)),
            ("NaN", Ratio, NoAmount(Ratio)),
            ("nan%", Count, NoAmount(Count)),
            ("inf", Count, NoAmount(Count)),
            ("1e3", Count, NoAmount(Count)),
            ("1.5", Count, NoAmount(Count)),
            ("+3", Count, NoAmount(Count)),
            ("", Count, NoAmount(Count)),
            ("%", Count, NoAmount(Count)),
            ("pp", Ratio, NoAmount(Ratio)),
            ("1..2%", Count, NoAmount(Count)),
            ("5m", Count, NoAmount(Count)),
            ("101pp", Ratio, TooLarge),
            ("2", Ratio, TooLarge),
            ("0.5", Ratio, AmountError::Unclear("0.5".to_owned())),
            ("0.1", Ratio, AmountError::Unclear("0.1".to_owned())),
            ("1", Ratio, AmountError::Unclear("1".to_owned())),
            ("18446744073709551616", Count, TooLarge),
            ("100001%", Count, TooLarge),
            ("99999999999999999999%", Count, TooLarge),
            ("0.0000001%", Count, TooFine),
            ("5", Micros, AmountError::Time(TimeError::NoUnit)),
            ("5x", Micros, AmountError::Time(TimeError::UnknownUnit("x".to_owned()))),
        ] {
            assert_eq!(Amount::parse(text, unit), Err(error), "{text}");
        }
    }

    #[test]
    fn a_share_that_may_be_points_shows_the_three_spellings() {
        let error = Amount::parse("0.5", Unit::Ratio).unwrap_err();
        assert_eq!(
            error.remedy(),
            "write `0.5pp` for percentage points, `0.5%` for per cent of the accepted value, or `50pp` for this share"
        );
        assert!(Amount::parse("0.29", Unit::Ratio).unwrap_err().remedy().contains("`29pp`"));
        assert!(Amount::parse("0.0999", Unit::Ratio).is_ok());
        assert!(Amount::parse("50pp", Unit::Ratio).is_ok());
    }

    #[test]
    fn a_time_without_a_remedy_of_its_own_gets_that_of_the_unit() {
        let of = |text| Amount::parse(text, Unit::Micros).unwrap_err();
        assert_eq!(
            of("0.0000001s").to_string(),
            format!("as a duration is finer than a microsecond; {}", right(Unit::Micros))
        );
        assert_eq!(of("5").remedy(), TimeError::NoUnit.remedy().unwrap());
    }

    #[test]
    fn percentages_read_as_they_were_written() {
        for (parts, text) in
            [(2_000_000, "2"), (500_000, "0.5"), (1, "0.000001"), (0, "0"), (10_250_000, "10.25")]
        {
            assert_eq!(Amount::percent_text(parts), text);
        }
    }

    #[test]
    fn what_is_typed_stands_over_what_the_scenario_says() {
        let mut file = Tolerances::default();
        file.set(Metric::Hits, Amount::Percent(1));
        file.set(Metric::DbReads, Amount::Percent(2));
        let mut typed = Tolerances::default();
        typed.set(Metric::Hits, Amount::Percent(3));
        let both = typed.over(&file);
        assert_eq!(both.get(Metric::Hits), Some(Amount::Percent(3)));
        assert_eq!(both.get(Metric::DbReads), Some(Amount::Percent(2)));
        assert_eq!(both.get(Metric::Loads), None);
        file.set_default(Amount::Percent(5));
        let both = typed.over(&file);
        assert_eq!(both.get(Metric::Loads), Some(Amount::Percent(5)));
        assert_eq!(both.get(Metric::Hits), Some(Amount::Percent(3)));
    }
}
