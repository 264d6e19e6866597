//! When requests come: a window of the day with a weight for each hour, in integers.

use crate::model::{Clock, DAY_US, HOUR_US, Shape, Window};

/// A working day: hourly weights, chosen by hand and not measured. Little between midnight and six, a
/// climb to a plateau before and after lunch, and a second, lower hill in the evening.
const WORKING_DAY: [u32; 24] =
    [10, 6, 4, 3, 3, 5, 12, 30, 60, 85, 95, 100, 90, 92, 98, 95, 88, 80, 70, 66, 62, 50, 34, 20];

/// A stretch of time with one weight for each microsecond.
#[derive(Clone, Copy, Debug)]
struct Piece {
    from_us: u64,
    weight: u64,
    mass_before: u64,
}

/// A window of the day as a range of "mass" `0..total`, spread so that equal masses are equally likely.
#[derive(Clone, Debug)]
pub(super) struct Density {
    pieces: Vec<Piece>,
    total: u64,
}

impl Density {
    /// The density of a shape within a window. Times that it gives count from the clock's start.
    pub(super) fn new(shape: &Shape, window: &Window, clock: &Clock) -> Self {
        let weights = match shape {
            Shape::Flat => [1; 24],
            Shape::Day => WORKING_DAY,
            Shape::Hours(weights) => **weights,
        };
        let heaviest = u128::from(weights.iter().copied().max().unwrap_or(0));
        let most = heaviest * u128::from(window.to.0 - window.from.0);
        // Only a window of decades would not fit 63 bits; its weights lose their last digits.
        let shift = (128 - most.leading_zeros()).saturating_sub(63);
        let mut pieces = Vec::new();
        let (mut from, mut total) = (window.from.0, 0);
        while from < window.to.0 {
            let to = (from / HOUR_US + 1).saturating_mul(HOUR_US).min(window.to.0);
            let weight = u64::from(weights[(from % DAY_US / HOUR_US) as usize]) >> shift;
            if weight > 0 {
                pieces.push(Piece { from_us: from - clock.start.0, weight, mass_before: total });
                total += weight * (to - from);
            }
            from = to;
        }
        Self { pieces, total }
    }

    /// The whole mass.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The instant, in microseconds since the clock's start, at which so much mass has passed;
    /// `mass < total`.
    pub(super) fn time_us(&self, mass: u64) -> u64 {
        let index = self.pieces.partition_point(|piece| piece.mass_before <= mass).saturating_sub(1);
        let piece = self.pieces[index];
        piece.from_us + (mass - piece.mass_before) / piece.weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DayTime;

    fn density(shape: &Shape, from_h: u64, to_h: u64) -> Density {
        let clock = Clock { start: DayTime(0), end: DayTime(48 * HOUR_US), measure_from: DayTime(0) };
        let window = Window { from: DayTime(from_h * HOUR_US), to: DayTime(to_h * HOUR_US) };
        Density::new(shape, &window, &clock)
    }

    #[test]
    fn a_flat_window_gives_each_microsecond_one_mass() {
        let flat = density(&Shape::Flat, 8, 20);
        assert_eq!(flat.total(), 12 * HOUR_US);
        assert_eq!(flat.time_us(0), 8 * HOUR_US);
        assert_eq!(flat.time_us(flat.total() - 1), 20 * HOUR_US - 1);
    }

    #[test]
    fn hours_of_weight_zero_are_skipped_and_repeat_on_the_second_day() {
        let mut weights = [0; 24];
        (weights[9], weights[10]) = (1, 3);
        let day = density(&Shape::Hours(Box::new(weights)), 0, 48);
        assert_eq!(day.total(), 8 * HOUR_US);
        assert_eq!(day.time_us(0), 9 * HOUR_US);
        assert_eq!(day.time_us(HOUR_US), 10 * HOUR_US);
        assert_eq!(day.time_us(4 * HOUR_US - 1), 11 * HOUR_US - 1);
        assert_eq!(day.time_us(4 * HOUR_US), 33 * HOUR_US);
    }
}
