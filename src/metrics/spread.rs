//! How much a figure differs from run to run, and how sure its mean is.
//!
//! The interval is Student's (1908): it holds the mean of all possible runs in 95 of 100 cases, if the figures
//! of runs are near enough to normal, and they are independent, which runs with seeds of their own are. Sums, a
//! root and a table: the same bits on every platform. It does not know what the figures mean.

/// Figures of several runs, summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// Half the width of the 95 % interval around the mean; nothing of a single run.
    pub half_width: Option<f64>,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Sums up figures, in their order; `None` if there are none, or one is not finite.
    #[must_use]
    pub fn of(figures: &[f64]) -> Option<Self> {
        let first = *figures.first()?;
        if !figures.iter().all(|figure| figure.is_finite()) {
            return None;
        }
        let count = figures.len();
        // Around the first figure: equal figures have exactly themselves as their mean, and no width.
        let mean = first + figures.iter().map(|figure| figure - first).sum::<f64>() / count as f64;
        let squares: f64 = figures.iter().map(|figure| (figure - mean) * (figure - mean)).sum();
        let half_width = (count > 1).then(|| {
            let degrees = count - 1;
            quantile(degrees) * (squares / degrees as f64 / count as f64).sqrt()
        });
        let least = |a: f64, b: &f64| if *b < a { *b } else { a };
        let most = |a: f64, b: &f64| if *b > a { *b } else { a };
        Some(Self {
            mean,
            half_width,
            min: figures.iter().fold(first, least),
            max: figures.iter().fold(first, most),
        })
    }

    /// Whether the interval holds this value, its ends inside. An interval that is not known holds everything.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.half_width.is_none_or(|half_width| (value - self.mean).abs() <= half_width)
    }
}

/// The 97.5 % quantile of Student's t for 1 to 30 degrees of freedom.
const QUANTILES: [f64; 30] = [
    12.706204736174705,
    4.302652729749464,
    3.1824463052837095,
    2.7764451051977943,
    2.5705818356363155,
    2.44691185114497,
    2.3646242515927853,
    2.3060041352041667,
    2.2621571627982053,
    2.228138851986275,
    2.2009851600916397,
    2.178812829667229,
    2.1603686564627926,
    2.144786687917804,
    2.1314495455597755,
    2.1199052992212546,
    2.109815577833317,
    2.1009220402410387,
    2.0930240544083096,
    2.085963447265865,
    2.0796138447276804,
    2.0738730679040263,
    2.0686576104190486,
    2.063898561628026,
    2.0595385527532977,
    2.055529438642873,
    2.0518305164802855,
    2.048407141795245,
    2.0452296421327043,
    2.042272456301238,
];

/// The 97.5 % quantile of Student's t, for at least one degree of freedom; beyond the table by its expansion around
/// the normal quantile (Abramowitz and Stegun, 26.7.5), which is right to seven digits there and better from then on.
fn quantile(degrees: usize) -> f64 {
    const Z: f64 = 1.959963984540054;
    const TERMS: [f64; 4] = [2.372271230298563, 2.8224986157396117, 2.5558496795077235, 1.5895340533938236];
    if let Some(quantile) = QUANTILES.get(degrees.max(1) - 1) {
        return *quantile;
    }
    let v = degrees as f64;
    let [a, b, c, d] = TERMS;
    Z + (a + (b + (c + d / v) / v) / v) / v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_that_of_a_textbook() {
        // Student's own data (1908): hours of sleep gained by ten patients, and the interval that R gives.
        let sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        let spread = Spread::of(&sleep).unwrap();
        assert!((spread.mean - 1.58).abs() < 1e-12);
        let half_width = spread.half_width.unwrap();
        for (end, wanted) in [(1.58 - half_width, 0.700_114_2), (1.58 + half_width, 2.459_885_8)] {
            assert!((end - wanted).abs() < 1e-7, "{spread:?}");
        }
        assert_eq!((spread.min, spread.max), (0.0, 4.6));
        assert!(spread.holds(0.71) && !spread.holds(0.69) && !spread.holds(2.47));
    }

    #[test]
    fn equal_figures_have_no_width_and_a_single_one_no_interval() {
        for figure in [0.1, 1e15 + 1.0, 0.895] {
            let spread = Spread::of(&[figure; 30]).unwrap();
            assert_eq!(spread, Spread { mean: figure, half_width: Some(0.0), min: figure, max: figure });
            let one = Spread::of(&[figure]).unwrap();
            assert_eq!((one.mean, one.half_width), (figure, None));
            assert!(one.holds(1e300));
        }
    }

    #[test]
    fn what_is_not_a_number_has_no_spread() {
        for figures in [&[][..], &[f64::NAN], &[1.0, f64::INFINITY]] {
            assert_eq!(Spread::of(figures), None);
        }
    }
}
