//! Requests that nobody in particular is owed: a total met exactly, drawn block by block.
//!
//! The window is cut into blocks of equal mass. How many requests fall into each is decided by halving:
//! of `n` requests in a stretch, as many fall into its first half as `n` fair coins show heads. That is
//! exactly how `n` independent draws would spread, needs whole numbers only, and lets any block be drawn
//! without the ones before it.

use std::sync::Arc;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::alias::Alias;
use super::arrival::Arrival;
use super::rng::{Purpose, stream};
use super::shape::Density;
use super::users::Users;
use crate::model::Activity;

/// Maximum number of requests that a block holds on average.
pub(super) const BLOCK_REQUESTS: u64 = 2048;
/// Bits of a sort key that hold the place of a draw within its block.
const PLACE_BITS: u32 = 14;

/// The users among whom those who ask are picked.
#[derive(Debug)]
pub(super) enum Picker {
    /// All alike.
    Evenly(Vec<u32>),
    /// By weight.
    Weighed(Alias),
}

impl Picker {
    /// Weighs the active users.
    pub(super) fn new(activity: Activity, members: &[u32], seed: u64, users: &Users) -> Self {
        let weights = weights(activity, members, seed, users);
        let alias = weights.and_then(|weights| Alias::new(members, &weights));
        alias.map_or_else(|| Self::Evenly(members.to_vec()), Self::Weighed)
    }

    /// Whether there is nobody.
    fn is_empty(&self) -> bool {
        matches!(self, Self::Evenly(members) if members.is_empty())
    }

    /// Picks `count` users into `askers`, each independently.
    fn pick(&self, count: usize, draw: &mut Xoshiro256PlusPlus, scratch: &mut Scratch) {
        let Scratch { askers, picks, .. } = scratch;
        askers.clear();
        match self {
            Self::Evenly(members) => {
                askers.extend((0..count).map(|_| members[draw.random_range(0..members.len())]));
            }
            Self::Weighed(alias) => alias.pick(count, draw, picks, askers),
        }
    }
}

/// Room for what a block is drawn with.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    order: Vec<u64>,
    askers: Vec<u32>,
    picks: Vec<(u32, u64)>,
}

/// How much each active user asks, in proportion; `None` if all ask alike. Weights are whole numbers, so
/// that the last bits of a floating-point function decide nothing.
pub(super) fn weights(activity: Activity, members: &[u32], seed: u64, users: &Users) -> Option<Vec<u64>> {
    let logs: Vec<f64> = match activity {
        Activity::Uniform => return None,
        Activity::Zipf(s) => (1..=members.len()).map(|rank| -s * libm::log(rank as f64)).collect(),
        Activity::Lognormal(sigma) => {
            let log = |user: &u32| {
                let mut draw = stream(seed, Purpose::Activity, users.key(*user));
                let normal: f64 = StandardNormal.sample(&mut draw);
                sigma * normal
            };
            members.iter().map(log).collect()
        }
    };
    Some(whole_weights(&logs))
}

/// Weights from their logarithms, scaled so that the largest is 2^32; none is 0.
fn whole_weights(logs: &[f64]) -> Vec<u64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.iter().map(|log| (libm::exp(log - largest) * 4_294_967_296.0).round().max(1.0) as u64).collect()
}

/// When and by whom requests come.
#[derive(Debug)]
pub(super) struct Demand {
    pub(super) density: Density,
    pub(super) picker: Picker,
}

/// Requests of a day, each drawn for itself, in blocks of which any can be drawn alone.
#[derive(Debug)]
pub(super) struct Blocks {
    seed: u64,
    demand: Arc<Demand>,
    counts: Vec<u32>,
}

impl Blocks {
    /// Demands `count` requests. Without members or without mass there are none, whatever the count.
    fn new(seed: u64, count: u64, demand: Arc<Demand>) -> Self {
        let possible = !demand.picker.is_empty() && demand.density.total() > 0;
        let counts = if possible { split(seed, count) } else { Vec::new() };
        Self { seed, demand, counts }
    }

    /// How many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    /// Gives each request of a block to `each`, in order of time, with its number within the block: one that it keeps
    /// when others are added to its block. Says how many they were.
    pub(super) fn draw(
        &self,
        block: usize,
        scratch: &mut Scratch,
        mut each: impl FnMut(u64, Arrival),
    ) -> u64 {
        let (count, low, high) = (self.counts[block], self.low(block), self.low(block + 1));
        // A window of a few microseconds has fewer of them than blocks: those share.
        let high = high.max(low + 1);
        let mut when = stream(self.seed, Purpose::When, block as u64);
        let mut who = stream(self.seed, Purpose::WhoAsks, block as u64);
        let stretch = self.demand.density.stretch(low, high);
        let start_us = stretch.time_us(low);
        scratch.order.clear();
        scratch.order.extend((0..u64::from(count)).map(|place| {
            let at_us = stretch.time_us(when.random_range(low..high));
            (at_us - start_us) << PLACE_BITS | place
        }));
        scratch.order.sort_unstable();
        self.demand.picker.pick(count as usize, &mut who, scratch);
        for key in &scratch.order {
            let place = key & ((1 << PLACE_BITS) - 1);
            let at_us = start_us + (key >> PLACE_BITS);
            each(place, Arrival { at_us, user: scratch.askers[place as usize] });
        }
        count.into()
    }

    /// The mass before a block.
    fn low(&self, block: usize) -> u64 {
        let total = u128::from(self.demand.density.total());
        (total * block as u128 / self.counts.len() as u128) as u64
    }
}

/// The requests of all blocks, in order of time.
#[derive(Debug)]
pub(super) struct RandomRequests {
    blocks: Blocks,
    next_block: usize,
    drawn: u64,
    scratch: Scratch,
}

impl RandomRequests {
    /// Demands `count` requests. Without members or without mass there are none, whatever the count.
    pub(super) fn new(seed: u64, count: u64, demand: Arc<Demand>) -> Self {
        let blocks = Blocks::new(seed, count, demand);
        Self { blocks, next_block: 0, drawn: 0, scratch: Scratch::default() }
    }

    /// The blocks, of which none was drawn yet.
    pub(super) fn into_blocks(self) -> Blocks {
        self.blocks
    }

    /// Draws the next block into `out`; false when there is none left.
    pub(super) fn next_block(&mut self, out: &mut Vec<Arrival>) -> bool {
        self.draw_block(|_, arrival| out.push(arrival))
    }

    /// Gives each request of the next block to `each`, in order of time, with its number among all: one that
    /// it keeps when others are added to its block. False when there is no block left.
    pub(super) fn draw_block(&mut self, mut each: impl FnMut(u64, Arrival)) -> bool {
        if self.next_block == self.blocks.len() {
            return false;
        }
        let before = self.drawn;
        let count = self
            .blocks
            .draw(self.next_block, &mut self.scratch, |place, arrival| each(before + place, arrival));
        self.drawn += count;
        self.next_block += 1;
        true
    }

    /// The instant before which no further request comes; the largest when none comes at all.
    pub(super) fn reached_us(&self) -> u64 {
        let Blocks { demand, .. } = &self.blocks;
        if self.next_block < self.blocks.len() {
            demand.density.time_us(self.blocks.low(self.next_block))
        } else {
            u64::MAX
        }
    }
}

/// How many of `count` requests fall into each block: halves, halves of halves, and so on.
fn split(seed: u64, count: u64) -> Vec<u32> {
    let mut counts = vec![count];
    let mut stretch = 1u64;
    while counts.len() as u64 * BLOCK_REQUESTS < count {
        let mut halves = Vec::with_capacity(counts.len() * 2);
        for whole in counts {
            let first = heads(whole, &mut stream(seed, Purpose::Split, stretch));
            halves.extend([first, whole - first]);
            stretch += 1;
        }
        counts = halves;
    }
    // A block holds at most 2048 on average: the place bits' 2^14 are three hundred deviations away.
    counts.into_iter().map(|count| count as u32).collect()
}

/// How many of `coins` fair coins show heads.
fn heads(coins: u64, draw: &mut Xoshiro256PlusPlus) -> u64 {
    let whole: u64 = (0..coins / 64).map(|_| u64::from(draw.next_u64().count_ones())).sum();
    let rest = draw.next_u64() & ((1u64 << (coins % 64)) - 1);
    whole + u64::from(rest.count_ones())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Clock, DAY_US, DayTime, Shape, UserId, Window};

    fn requests(seed: u64, count: u64, activity: Activity, members: u64) -> Vec<Arrival> {
        let clock = Clock { start: DayTime(0), end: DayTime(DAY_US), measure_from: DayTime(0) };
        let window = Window { from: clock.start, to: clock.end };
        let mut users = Users::default();
        let members: Vec<u32> = (1..=members).map(|id| users.intern(&UserId::Number(id))).collect();
        let picker = Picker::new(activity, &members, seed, &users);
        let demand = Demand { density: Density::new(&Shape::Flat, &window, &clock), picker };
        let mut random = RandomRequests::new(seed, count, Arc::new(demand));
        let mut out = Vec::new();
        while random.next_block(&mut out) {}
        out
    }

    #[test]
    fn the_total_is_met_exactly_and_in_order() {
        for count in [0, 1, 2047, 2048, 2049, 100_000] {
            let drawn = requests(7, count, Activity::Uniform, 100);
            assert_eq!(drawn.len() as u64, count);
            assert!(drawn.is_sorted_by_key(|arrival| arrival.at_us));
            assert!(drawn.iter().all(|arrival| arrival.at_us < DAY_US));
        }
    }

    #[test]
    fn another_activity_leaves_the_times_alone() {
        let times = |activity| -> Vec<u64> {
            requests(7, 5000, activity, 50).into_iter().map(|arrival| arrival.at_us).collect()
        };
        assert_eq!(times(Activity::Uniform), times(Activity::Zipf(1.1)));
        assert_eq!(times(Activity::Uniform), times(Activity::Lognormal(1.5)));
    }

    #[test]
    fn a_zipf_user_asks_in_proportion_to_the_rank() {
        let drawn = requests(7, 200_000, Activity::Zipf(1.0), 10);
        let harmonic: f64 = (1..=10).map(|rank| 1.0 / f64::from(rank)).sum();
        for rank in 1..=10u32 {
            let asked = drawn.iter().filter(|arrival| arrival.user == rank - 1).count() as f64;
            let share = 1.0 / f64::from(rank) / harmonic;
            let deviation = (200_000.0 * share * (1.0 - share)).sqrt();
            assert!((asked - 200_000.0 * share).abs() < 4.0 * deviation, "rank {rank}: {asked}");
        }
    }

    /// What a seed means is part of the interface: these figures may change only with a new version of
    /// the scenario language.
    #[test]
    fn sampled_values_are_pinned() {
        let head = |activity| -> Vec<(u64, u32)> {
            requests(42, 5000, activity, 1000).iter().take(3).map(|a| (a.at_us, a.user)).collect()
        };
        assert_eq!(head(Activity::Uniform), [(35_272_788, 131), (58_275_676, 714), (65_937_322, 129)]);
        assert_eq!(head(Activity::Zipf(1.1)), [(35_272_788, 51), (58_275_676, 261), (65_937_322, 421)]);
        assert_eq!(head(Activity::Lognormal(1.5)), [(35_272_788, 47), (58_275_676, 261), (65_937_322, 421)]);
    }
}
