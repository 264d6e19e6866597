//! Means and half-widths as people read them: as many digits as the half-width bears out.
//!
//! Two digits of the half-width count, and the mean has as many decimals. It does not know where the figures
//! come from.

use crate::metrics::{Spread, Unit};
use crate::model::{HOUR_US, MINUTE_US, SECOND_US};
use crate::report::words::Lang;

/// Maximum number of decimals.
const DECIMALS_MOST: usize = 4;

/// What stands for a figure that there is not.
pub(in crate::report) const NOTHING: &str = "–";

impl Lang {
    /// The mean.
    pub(in crate::report) fn mean(self, spread: &Spread, unit: Unit) -> String {
        self.figure(spread.mean, spread.half_width.unwrap_or(0.0), unit)
    }

    /// The mean with its sign, as a change is shown.
    pub(in crate::report) fn change(self, spread: &Spread, unit: Unit) -> String {
        let half_width = spread.half_width.unwrap_or(0.0);
        let size = match unit {
            Unit::Ratio => self.points_of(spread.mean.abs(), half_width),
            _ => self.figure(spread.mean.abs(), half_width, unit),
        };
        // A change that rounds to nothing has no direction.
        let nothing = !size.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        match spread.mean {
            _ if nothing => size,
            mean if mean < 0.0 => format!("−{size}"),
            _ => format!("+{size}"),
        }
    }

    /// The half-width, of a share in percentage points; a dash where there is none.
    pub(in crate::report) fn half_width(self, spread: &Spread, unit: Unit) -> String {
        match spread.half_width {
            None => NOTHING.to_owned(),
            Some(half) if unit == Unit::Ratio => self.points_of(half, half),
            Some(half) => self.figure(half, half, unit),
        }
    }

    fn figure(self, figure: f64, half_width: f64, unit: Unit) -> String {
        match unit {
            Unit::Count => self.number(figure, half_width),
            Unit::Micros => self.duration(rounded(figure, half_width)),
            Unit::Ratio => self.share(figure, half_width),
        }
    }

    fn number(self, figure: f64, half_width: f64) -> String {
        let text = format!("{figure:.*}", decimals(figure, half_width));
        let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
        // Beyond u64 nothing is counted.
        let whole = self.count(whole.parse().unwrap_or(u64::MAX));
        if fraction.is_empty() { whole } else { self.decimal(&format!("{whole}.{fraction}")) }
    }

    /// A share in percent. What the decimals would round to all or nothing, and what is known exactly, is shown as
    /// any share is.
    fn share(self, share: f64, half_width: f64) -> String {
        let decimals = decimals(share * 100.0, half_width * 100.0).max(2);
        let text = format!("{:.decimals$}", share * 100.0);
        let whole = text.parse::<f64>().is_ok_and(|percent| percent == 0.0 || percent == 100.0);
        if whole || half_width == 0.0 { self.percent(share) } else { self.with_percent_sign(&text) }
    }

    fn points_of(self, share: f64, half_width: f64) -> String {
        if share == 0.0 && half_width == 0.0 {
            return "0".to_owned();
        }
        let decimals = decimals(share * 100.0, half_width * 100.0).max(2);
        self.decimal(&format!("{:.decimals$}", share * 100.0))
    }
}

/// A duration in whole microseconds, to two digits of the half-width or a little more.
fn rounded(us: f64, half_width: f64) -> u128 {
    const GRAINS: [u64; 9] = [HOUR_US, MINUTE_US, SECOND_US, 100_000, 10_000, 1_000, 100, 10, 1];
    let grain = GRAINS.into_iter().find(|grain| half_width >= 10.0 * *grain as f64).unwrap_or(1);
    (us / grain as f64).round() as u128 * u128::from(grain)
}

/// Decimals that show two digits of the half-width; of a figure without one, none where it is whole.
fn decimals(figure: f64, half_width: f64) -> usize {
    if half_width == 0.0 {
        return if figure.fract() == 0.0 { 0 } else { 2 };
    }
    let mut decimals = 0;
    let mut scaled = half_width;
    // 9.95 has two digits as `10`.
    while scaled < 9.95 && decimals < DECIMALS_MOST {
        scaled *= 10.0;
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(mean: f64, half_width: f64) -> Spread {
        Spread { mean, half_width: Some(half_width), min: mean, max: mean }
    }

    #[test]
    fn a_mean_has_the_digits_that_its_half_width_bears_out() {
        for (mean, half_width, unit, english, half, russian) in [
            (1_048.333, 2.44, Unit::Count, "1,048.3", "2.4", "1 048,3"),
            (1_048.333, 24.4, Unit::Count, "1,048", "24", "1 048"),
            (1_048.333, 0.0244, Unit::Count, "1,048.333", "0.024", "1 048,333"),
            (0.133, 0.000_01, Unit::Count, "0.1330", "0.0000", "0,1330"),
            (10_000.0, 0.0, Unit::Count, "10,000", "0", "10 000"),
            (0.1, 9.96, Unit::Count, "0", "10", "0"),
            (0.895_312, 0.000_412, Unit::Ratio, "89.531 %", "0.041", "89,531 %"),
            (0.895_312, 0.2, Unit::Ratio, "89.53 %", "20.00", "89,53 %"),
            (1.0, 0.0, Unit::Ratio, "100 %", "0", "100 %"),
            (0.999_999_99, 0.000_000_01, Unit::Ratio, "99.99 %", "0.0000", "99,99 %"),
            (299_000_000.4, 2_130_000.0, Unit::Micros, "4m 59s", "2s 100ms", "4 мин 59 с"),
            (64_983_700_000.0, 5_274_300_000.0, Unit::Micros, "18h 3m", "1h 28m", "18 ч 3 мин"),
            (311_657.0, 705_017.0, Unit::Micros, "310ms", "710ms", "310 мс"),
            (7.4, 0.2, Unit::Micros, "7us", "0s", "7 мкс"),
        ] {
            let spread = spread(mean, half_width);
            assert_eq!(Lang::En.mean(&spread, unit), english);
            assert_eq!(Lang::En.half_width(&spread, unit), half);
            assert_eq!(Lang::Ru.mean(&spread, unit).replace('\u{a0}', " "), russian);
        }
    }

    #[test]
    fn a_change_has_a_sign_unless_it_is_nothing() {
        for (mean, half_width, unit, shown) in [
            (8_412.0, 12.0, Unit::Count, "+8,412"),
            (-8_412.04, 1.2, Unit::Count, "−8,412.0"),
            (0.0, 0.0, Unit::Count, "0"),
            (-0.2, 30.0, Unit::Count, "0"),
            (-0.001_4, 0.000_2, Unit::Ratio, "−0.140"),
            (-299_000_000.0, 1.0, Unit::Micros, "−4m 59s"),
        ] {
            assert_eq!(Lang::En.change(&spread(mean, half_width), unit), shown);
        }
    }

    #[test]
    fn a_single_run_has_no_half_width() {
        let one = Spread { mean: 7.0, half_width: None, min: 7.0, max: 7.0 };
        assert_eq!(
            (Lang::En.mean(&one, Unit::Count), Lang::En.half_width(&one, Unit::Count)),
            ("7".into(), "–".into())
        );
    }
}
