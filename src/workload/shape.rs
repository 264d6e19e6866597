//! When requests come: a window of the day with a weight for each hour, in integers.

use super::reciprocal::Reciprocal;
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

    /// The instants of masses within a stretch, `low < high <= total`.
    pub(super) fn stretch(&self, low: u64, high: u64) -> Stretch<'_> {
        let piece = self.piece(low);
        let (instant, rest) =
            ((low - piece.mass_before) / piece.weight, (low - piece.mass_before) % piece.weight);
        let lies_in_one = self.piece(high - 1).mass_before == piece.mass_before;
        let is_short = rest.checked_add(high - low).is_some_and(|most| most <= u32::MAX.into());
        let reciprocal = Reciprocal::new(piece.weight).filter(|_| lies_in_one && is_short);
        Stretch { density: self, low, first_us: piece.from_us + instant, rest, reciprocal }
    }

    fn piece(&self, mass: u64) -> Piece {
        self.pieces[self.pieces.partition_point(|piece| piece.mass_before <= mass).saturating_sub(1)]
    }

    /// The instant, in microseconds since the clock's start, at which so much mass has passed;
    /// `mass < total`.
    pub(super) fn time_us(&self, mass: u64) -> u64 {
        let piece = self.piece(mass);
        piece.from_us + (mass - piece.mass_before) / piece.weight
    }
}

/// A part of a density, of which many instants are asked.
#[derive(Debug)]
pub(super) struct Stretch<'d> {
    density: &'d Density,
    low: u64,
    /// The instant at which it begins, and the mass of that instant which lies before it.
    first_us: u64,
    rest: u64,
    /// Of the weight, where there is but one and no mass is too large: then nothing need be divided.
    reciprocal: Option<Reciprocal>,
}

impl Stretch<'_> {
    /// As [`Density::time_us`], of a mass within the stretch.
    #[inline]
    pub(super) fn time_us(&self, mass: u64) -> u64 {
        match self.reciprocal {
            Some(reciprocal) => self.first_us + reciprocal.divide(self.rest + (mass - self.low)),
            None => self.density.time_us(mass),
        }
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
    fn hours_of_weight_zero_are_skipped_on_every_day() {
        let mut weights = [0; 24];
        (weights[9], weights[10]) = (1, 3);
        let day = density(&Shape::Hours(Box::new(weights)), 0, 48);
        assert_eq!(day.total(), 8 * HOUR_US);
        assert_eq!(day.time_us(0), 9 * HOUR_US);
        assert_eq!(day.time_us(HOUR_US), 10 * HOUR_US);
        assert_eq!(day.time_us(4 * HOUR_US - 1), 11 * HOUR_US - 1);
        assert_eq!(day.time_us(4 * HOUR_US), 33 * HOUR_US);
    }

    #[test]
    fn a_stretch_has_the_instants_of_its_density() {
        let mut weights = [0; 24];
        (weights[9], weights[10], weights[11]) = (1, 3, u32::MAX);
        for shape in [Shape::Flat, Shape::Day, Shape::Hours(Box::new(weights))] {
            let density = density(&shape, 0, 48);
            let total = density.total();
            for (low, length) in
                [(0, 1), (0, 5000), (total / 3, 77_777), (total / 2, u32::MAX.into()), (total - 9, 9)]
            {
                let stretch = density.stretch(low, low + length);
                let masses = (0..2000).map(|part| low + (u128::from(length - 1) * part / 1999) as u64);
                for mass in masses {
                    assert_eq!(
                        stretch.time_us(mass),
                        density.time_us(mass),
                        "{shape:?} {low} {length} {mass}"
                    );
                }
            }
        }
    }
}
