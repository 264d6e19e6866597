//! The intervals of several runs, by another library's distribution.

use rolesim::metrics::Spread;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Half of the figures 1 and half -1, or one of them 0 where they are odd: their mean is 0.
fn figures(count: usize) -> Vec<f64> {
    let signs = (0..count / 2).flat_map(|_| [1.0, -1.0]);
    signs.chain((count % 2 == 1).then_some(0.0)).collect()
}

#[test]
fn half_widths_are_those_of_another_library() {
    for degrees in (1..=200).chain([500, 999, 9_999, 1_000_000]) {
        let figures = figures(degrees + 1);
        let half_width = Spread::of(&figures).unwrap().half_width.unwrap();
        let squares: f64 = figures.iter().map(|figure| figure * figure).sum();
        let error = (squares / degrees as f64 / (degrees + 1) as f64).sqrt();
        let share = StudentsT::new(0.0, 1.0, degrees as f64).unwrap().cdf(half_width / error);
        assert!((share - 0.975).abs() < 2e-9, "{degrees}: {share}");
    }
}
