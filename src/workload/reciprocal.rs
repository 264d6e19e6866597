//! Division by the same number again and again, as a multiplication.

/// Divides numbers of 32 bits by a fixed one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reciprocal(u64);

impl Reciprocal {
    /// Of a divisor of 2 to 2^32 − 1; nothing of any other.
    pub(super) fn new(divisor: u64) -> Option<Self> {
        // Rounded up, so that x·reciprocal / 2^64 is x / divisor for all x of 32 bits (Granlund and Montgomery 1994,
        // theorem 4.2).
        (2..1 << 32).contains(&divisor).then(|| Self(u64::MAX / divisor + 1))
    }

    /// How often the divisor goes into a number of at most 32 bits.
    #[inline]
    pub(super) fn divide(self, number: u64) -> u64 {
        ((u128::from(number) * u128::from(self.0)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_divides() {
        let most = u64::from(u32::MAX);
        for divisor in [2, 3, 7, 10, 95, 100, 641, 65_535, 65_536, 1 << 31, most - 1, most] {
            let reciprocal = Reciprocal::new(divisor).unwrap();
            let near = [0, 1, divisor - 1, divisor, divisor + 1, most / divisor * divisor, most - 1, most];
            for number in
                near.into_iter().chain((0..2000).map(|step| most / 1999 * step)).filter(|n| *n <= most)
            {
                assert_eq!(reciprocal.divide(number), number / divisor, "{number} / {divisor}");
            }
        }
        assert!(
            Reciprocal::new(0).is_none()
                && Reciprocal::new(1).is_none()
                && Reciprocal::new(1 << 32).is_none()
        );
    }
}
