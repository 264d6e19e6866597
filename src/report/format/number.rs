//! Numbers as people read them: counts, shares and durations in English and in Russian.
//!
//! Nothing is rounded to a claim that is not true: only what is exactly 1 reads `100 %`, and
//! a duration is cut, never rounded up. It knows nothing of metrics and of what is undefined.

use crate::model::{MINUTE_US, SECOND_US, duration_text};
use crate::report::words::Lang;

const NO_BREAK: char = '\u{a0}';

impl Lang {
    /// A count with its thousands apart, as in `10,000`.
    #[must_use]
    pub fn count(self, value: u64) -> String {
        let digits = value.to_string();
        let mut out = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(match self {
                    Self::En => ',',
                    Self::Ru => NO_BREAK,
                });
            }
            out.push(digit);
        }
        out
    }

    /// A share in percent with two digits; `100 %` and `0 %` stand for exactly that.
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        self.percent_to(share, 2)
    }

    /// The same with this number of digits, at least one.
    fn percent_to(self, share: f64, digits: usize) -> String {
        if share == 0.0 || share == 1.0 {
            return self.with_percent_sign(if share == 0.0 { "0" } else { "100" });
        }
        let rounded = format!("{:.digits$}", share * 100.0);
        let is_all = rounded.strip_prefix("100.").is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'));
        let is_nothing = rounded.bytes().all(|digit| digit == b'0' || digit == b'.');
        self.with_percent_sign(&match () {
            () if is_all && share < 1.0 => format!("99.{}", "9".repeat(digits)),
            () if is_all => ">100".to_owned(),
            () if is_nothing && share > 0.0 => format!("<0.{:0>digits$}", 1),
            () => rounded,
        })
    }

    /// Shares of one column in percent, all with the same digits: two, or as many as tell different shares apart.
    #[must_use]
    pub fn percents(self, shares: &[f64]) -> Vec<String> {
        const DIGITS_MOST: usize = 12;
        let told_apart = |texts: &[String]| {
            let mut pairs = texts.iter().zip(shares).enumerate();
            pairs.all(|(at, (text, share))| {
                texts[..at].iter().zip(shares).all(|(other, before)| other != text || before == share)
            })
        };
        let with = |digits| shares.iter().map(|share| self.percent_to(*share, digits)).collect::<Vec<_>>();
        let exactly = || shares.iter().map(|share| self.exact_percent(*share)).collect();
        (2..=DIGITS_MOST).map(with).find(|texts| told_apart(texts)).unwrap_or_else(exactly)
    }

    /// A share in percent with all its digits, for where two of them would hide a difference.
    #[must_use]
    pub fn exact_percent(self, share: f64) -> String {
        self.with_percent_sign(&times_hundred(share))
    }

    /// A share as a distance, in percentage points without the word, as in `0.5`.
    #[must_use]
    pub fn points(self, share: f64) -> String {
        self.decimal(&times_hundred(share))
    }

    /// A share as a distance, in percentage points with two digits, or with as many as show that there is one.
    #[must_use]
    pub fn short_points(self, share: f64) -> String {
        const DIGITS_MOST: usize = 18;
        let shown = |digits: usize| format!("{:.digits$}", share.abs() * 100.0);
        let says = |text: &String| text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let text = (2..=DIGITS_MOST).map(shown).find(says).unwrap_or_else(|| shown(2));
        self.decimal(&text)
    }

    /// A duration, to the second from a minute on, to the millisecond from a second on, as in `4m 59s`.
    #[must_use]
    pub fn duration(self, us: impl Into<u128>) -> String {
        let us = us.into();
        let grain = match us {
            us if us >= MINUTE_US.into() => SECOND_US,
            us if us >= SECOND_US.into() => 1_000,
            _ => 1,
        };
        self.exact_duration(us - us % u128::from(grain))
    }

    /// A duration to the microsecond.
    #[must_use]
    pub fn exact_duration(self, us: impl Into<u128>) -> String {
        let english = duration_text(us.into());
        match self {
            Self::En => english,
            Self::Ru => {
                let parts = english.split(' ').map(|part| {
                    let (number, unit) = part.split_at(part.bytes().take_while(u8::is_ascii_digit).count());
                    format!("{number}{NO_BREAK}{}", russian_unit(unit))
                });
                parts.collect::<Vec<_>>().join(&NO_BREAK.to_string())
            }
        }
    }

    /// Seconds of the wall clock without the unit, to the millisecond, as in `0.125`.
    #[must_use]
    pub fn seconds(self, seconds: f64) -> String {
        self.decimal(&format!("{seconds:.3}"))
    }

    pub(in crate::report) fn with_percent_sign(self, number: &str) -> String {
        let gap = match self {
            Self::En => ' ',
            Self::Ru => NO_BREAK,
        };
        format!("{}{gap}%", self.decimal(number))
    }

    pub(in crate::report) fn decimal(self, number: &str) -> String {
        match self {
            Self::En => number.to_owned(),
            Self::Ru => number.replace('.', ","),
        }
    }
}

fn russian_unit(unit: &str) -> &str {
    match unit {
        "d" => "д",
        "h" => "ч",
        "m" => "мин",
        "s" => "с",
        "ms" => "мс",
        "us" => "мкс",
        other => other,
    }
}

/// A hundred times the number as its shortest text. The point is moved in the text, because in binary
/// `0.57 * 100` is a little less than 57.
fn times_hundred(share: f64) -> String {
    let text = share.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = format!("{fraction:0<2}");
    let (moved, rest) = fraction.split_at(2);
    let digits = format!("{whole}{moved}");
    let whole = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (value, english, russian) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_050, "1,050", "1\u{a0}050"),
            (10_000, "10,000", "10\u{a0}000"),
            (u64::MAX, "18,446,744,073,709,551,615", "18 446 744 073 709 551 615"),
        ] {
            assert_eq!(Lang::En.count(value), english);
            assert_eq!(Lang::Ru.count(value).replace('\u{a0}', " "), russian.replace('\u{a0}', " "));
        }
        assert!(!Lang::Ru.count(u64::MAX).contains(' '));
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        for (share, english, russian) in [
            (1.0, "100 %", "100\u{a0}%"),
            (0.0, "0 %", "0\u{a0}%"),
            (0.8953, "89.53 %", "89,53\u{a0}%"),
            (0.5, "50.00 %", "50,00\u{a0}%"),
            (0.999_999_9, "99.99 %", "99,99\u{a0}%"),
            (0.000_000_1, "<0.01 %", "<0,01\u{a0}%"),
        ] {
            assert_eq!(Lang::En.percent(share), english);
            assert_eq!(Lang::Ru.percent(share), russian);
        }
    }

    #[test]
    fn shares_of_a_column_are_told_apart() {
        let of = |stale: f64| 1.0 - stale / 300_000.0;
        for (shares, english) in [
            (&[of(1.0), of(3.0), of(30.0)][..], &["99.9997 %", "99.9990 %", "99.9900 %"][..]),
            (&[1.0, of(30.0), of(300.0)], &["100 %", "99.99 %", "99.90 %"]),
            (&[of(1.0), of(1.0), 0.5], &["99.99 %", "99.99 %", "50.00 %"]),
            (&[1.0, of(1.0), of(3.0)], &["100 %", "99.9997 %", "99.9990 %"]),
            (&[0.0, 1e-6, 2e-6], &["0 %", "0.0001 %", "0.0002 %"]),
            (&[0.8953, 0.895_300_000_000_000_1], &["89.53 %", "89.53000000000001 %"]),
            (&[], &[]),
        ] {
            assert_eq!(Lang::En.percents(shares), english);
        }
        assert_eq!(Lang::Ru.percents(&[of(1.0), of(3.0)])[0], "99,9997\u{a0}%");
    }

    #[test]
    fn exact_shares_keep_their_digits() {
        for (share, english) in [
            (0.57, "57 %"),
            (0.895, "89.5 %"),
            (0.894_999_9, "89.49999 %"),
            (1.0, "100 %"),
            (0.0, "0 %"),
            (0.005, "0.5 %"),
            (12.0, "1200 %"),
            (-0.5, "-50 %"),
        ] {
            assert_eq!(Lang::En.exact_percent(share), english);
        }
        assert_eq!(Lang::Ru.points(0.005), "0,5");
    }

    #[test]
    fn durations_are_cut_to_what_matters() {
        for (us, english, russian) in [
            (0u64, "0s", "0 с"),
            (250, "250us", "250 мкс"),
            (1_500, "1ms 500us", "1 мс 500 мкс"),
            (1_500_250, "1s 500ms", "1 с 500 мс"),
            (299_999_999, "4m 59s", "4 мин 59 с"),
            (86_400_000_000, "1d", "1 д"),
        ] {
            assert_eq!(Lang::En.duration(us), english);
            assert_eq!(Lang::Ru.duration(us), russian.replace(' ', "\u{a0}"));
        }
        assert_eq!(Lang::En.exact_duration(299_999_999u64), "4m 59s 999ms 999us");
    }
}
