//! Picking one of many by weight: Walker's alias method, as Vose builds its table (1991).
//!
//! It draws the very picks that `rand_distr`'s table would (a test holds that), but keeps all that a pick looks at in
//! one place, and looks for many picks at once: with a million users the memory is what takes the time.

use rand::distr::{Distribution, Uniform};
use rand::rngs::Xoshiro256PlusPlus;

/// A column of the table: a pick that falls on it is its own below the odds, its alias's from there on.
#[derive(Clone, Copy, Debug)]
struct Column {
    odds: u64,
    own: u32,
    alias: u32,
}

/// Users by weight.
#[derive(Debug)]
pub(super) struct Alias {
    columns: Vec<Column>,
    column: Uniform<u32>,
    height: Uniform<u64>,
}

impl Alias {
    /// Weighs users. Nothing where there are none, where all weights are 0, or where their sum times their number does
    /// not fit.
    pub(super) fn new(users: &[u32], weights: &[u64]) -> Option<Self> {
        let count = u32::try_from(users.len()).ok().filter(|count| *count > 0)?;
        let total = weights.iter().try_fold(0u64, |sum, weight| sum.checked_add(*weight))?;
        let column = |(user, weight): (&u32, &u64)| {
            Some(Column { odds: u64::checked_mul(*weight, count.into())?, own: *user, alias: 0 })
        };
        let mut columns = users.iter().zip(weights).map(column).collect::<Option<Vec<_>>>()?;
        // Those with less than the mean and those with more, the last ones on top.
        let (mut small, mut big) = (Vec::new(), Vec::new());
        for (index, column) in (0..count).zip(&columns) {
            if column.odds < total { small.push(index) } else { big.push(index) }
        }
        // Each that has less is filled up by one that has more, which then may have less itself.
        while !small.is_empty()
            && let Some(high) = big.pop()
        {
            let Some(low) = small.pop() else { break };
            let lacking = total - columns[low as usize].odds;
            columns[low as usize].alias = columns[high as usize].own;
            let rest = &mut columns[high as usize].odds;
            *rest -= lacking;
            if *rest < total { small.push(high) } else { big.push(high) }
        }
        // The sums are exact, so what is left is exactly full.
        small.into_iter().chain(big).for_each(|index| columns[index as usize].odds = total);
        Some(Self { columns, column: Uniform::new(0, count).ok()?, height: Uniform::new(0, total).ok()? })
    }

    /// Picks `count` users into `out`, each independently. First all is drawn, then all is looked up: many looks are
    /// under way at once.
    pub(super) fn pick(
        &self,
        count: usize,
        draw: &mut Xoshiro256PlusPlus,
        drawn: &mut Vec<(u32, u64)>,
        out: &mut Vec<u32>,
    ) {
        drawn.clear();
        drawn.extend((0..count).map(|_| (self.column.sample(draw), self.height.sample(draw))));
        out.extend(drawn.iter().map(|(column, height)| {
            let Column { odds, own, alias } = self.columns[*column as usize];
            if *height < odds { own } else { alias }
        }));
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::weighted::WeightedAliasIndex;

    use super::*;

    #[test]
    fn it_picks_as_the_crate_does() {
        let long: Vec<u64> = (1..5000).map(|rank| (4_294_967_296.0 / rank as f64) as u64).collect();
        let cases: [&[u64]; 7] =
            [&[1], &[5, 5], &[1, 2, 3], &[0, 7, 0, 1], &[u64::MAX / 4, 1, 0, 3], &[3; 100], &long];
        for weights in cases {
            let users: Vec<u32> = (0..weights.len() as u32).map(|index| index + 10).collect();
            let ours = Alias::new(&users, weights).unwrap();
            let theirs = WeightedAliasIndex::new(weights.to_vec()).unwrap();
            let (mut a, mut b) = (Xoshiro256PlusPlus::seed_from_u64(7), Xoshiro256PlusPlus::seed_from_u64(7));
            let mut picked = Vec::new();
            ours.pick(20_000, &mut a, &mut Vec::new(), &mut picked);
            let expected: Vec<u32> = (0..20_000).map(|_| users[theirs.sample(&mut b)]).collect();
            assert_eq!(picked, expected, "{} weights", weights.len());
        }
    }

    #[test]
    fn weights_that_cannot_be_weighed_are_refused() {
        let cases: [&[u64]; 4] = [&[], &[0, 0], &[u64::MAX, 1], &[1 << 63, 1 << 63]];
        for weights in cases {
            let users = vec![0; weights.len()];
            assert!(Alias::new(&users, weights).is_none(), "{weights:?}");
        }
    }
}
