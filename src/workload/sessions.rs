//! Requests in bursts: a session is some requests of one user, each a drawn gap after the one before.
//!
//! Sessions begin as single requests come, and are taken until their lengths reach the number of requests to
//! generate. What would come when the window is over is left out, and single requests over the whole window make up
//! for it; a first pass over the same draws says how many. Held are the sessions under way, never the day's
//! requests. It does *not* know what else asks.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

use super::Arrival;
use super::arrivals::Ahead;
use super::chance::draw_us;
use super::random::{Purpose, number, stream};
use super::traffic::{RandomRequests, Spread};
use crate::model::{Delay, Sessions};

/// Requests that are given out at once, at the most.
const BLOCK_REQUESTS: usize = 2048;

/// A session with its next request.
#[derive(Debug)]
struct Session {
    at_us: u64,
    number: u64,
    user: u32,
    /// Requests to come, the next one included; at least 1.
    left: u64,
    gaps: Xoshiro256PlusPlus,
}

impl Session {
    /// Goes on to the request after the next; false when the session, or the window, is over before.
    fn advance(&mut self, gap: Delay, end_us: u64) -> bool {
        self.left -= 1;
        if self.left == 0 {
            return false;
        }
        self.at_us = self.at_us.saturating_add(draw_us(gap, &mut self.gaps));
        self.at_us < end_us
    }
}

impl Ord for Session {
    /// The earliest is the greatest, as a heap wants it; of those at one instant, the first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_us, other.number).cmp(&(self.at_us, self.number))
    }
}

impl PartialOrd for Session {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Session {}

/// Which sessions there are.
#[derive(Clone, Copy, Debug)]
struct Plan {
    seed: u64,
    spec: Sessions,
    end_us: u64,
    sessions: u64,
    /// Requests of the last one.
    last: u64,
}

impl Plan {
    /// Takes sessions until they have so many requests.
    fn new(seed: u64, requests: u64, spec: Sessions, end_us: u64) -> Self {
        let mut plan = Self { seed, spec, end_us, sessions: 0, last: 0 };
        let mut left = requests;
        while left > 0 {
            plan.last = plan.length(&mut stream(seed, Purpose::Session, plan.sessions)).min(left);
            left -= plan.last;
            plan.sessions += 1;
        }
        plan
    }

    /// Draws how many requests a session has, geometrically distributed by inversion (Devroye 1986, X.2).
    fn length(&self, draw: &mut Xoshiro256PlusPlus) -> u64 {
        // In (0, 1]: its logarithm is finite. For a mean of 1 the divisor is infinite, and nothing is added.
        let uniform = 1.0 - draw.random::<f64>();
        let more = libm::log(uniform) / libm::log1p(-1.0 / self.spec.requests);
        (more.floor() as u64).saturating_add(1)
    }

    fn session(&self, number: u64, start: Arrival) -> Session {
        let mut draw = stream(self.seed, Purpose::Session, number);
        let length = self.length(&mut draw);
        let left = if number + 1 == self.sessions { self.last } else { length };
        Session { at_us: start.at_us, number, user: start.user, left, gaps: draw }
    }

    /// How many requests come before the window is over.
    fn kept(&self, mut starts: RandomRequests) -> u64 {
        let mut kept = 0;
        while starts.draw_block(|number, start| {
            let mut session = self.session(number, start);
            kept += 1;
            while session.advance(self.spec.gap, self.end_us) {
                kept += 1;
            }
        }) {}
        kept
    }
}

/// Requests in sessions, and what makes up for those that are cut.
#[derive(Debug)]
pub(super) struct SessionRequests {
    plan: Plan,
    starts: RandomRequests,
    under_way: BinaryHeap<Session>,
    /// No session that has not begun comes before.
    begun_us: u64,
    singles: RandomRequests,
    ahead: Ahead,
}

impl SessionRequests {
    /// Spreads `count` requests, all before `end_us`. Where single requests could not be spread there are none.
    pub(super) fn new(seed: u64, count: u64, spread: Arc<Spread>, spec: Sessions, end_us: u64) -> Self {
        let plan = Plan::new(seed, count, spec, end_us);
        let starts = || RandomRequests::new(seed, plan.sessions, Arc::clone(&spread));
        let cut = count - plan.kept(starts());
        // A seed of their own, or they would come with the first sessions; no session has that number.
        let apart = number(seed, Purpose::Session, u64::MAX);
        let singles = RandomRequests::new(apart, cut, Arc::clone(&spread));
        Self {
            plan,
            starts: starts(),
            under_way: BinaryHeap::new(),
            begun_us: 0,
            singles,
            ahead: Ahead::default(),
        }
    }

    /// Draws some more into `out`; false when there are none left.
    pub(super) fn next_block(&mut self, out: &mut Vec<Arrival>) -> bool {
        let full = out.len() + BLOCK_REQUESTS;
        while out.len() < full {
            let Some(arrival) = self.next() else { return false };
            out.push(arrival);
        }
        true
    }

    fn next(&mut self) -> Option<Arrival> {
        while self.ahead.peek().is_none() && self.ahead.refill(|buffer| self.singles.next_block(buffer)) {}
        let single = self.ahead.peek();
        // Sessions that have not begun may still come before all that is known.
        loop {
            let session_us = self.under_way.peek().map_or(u64::MAX, |session| session.at_us);
            let earliest_us = single.map_or(session_us, |single| single.at_us.min(session_us));
            if earliest_us < self.begun_us || self.begun_us == u64::MAX {
                break;
            }
            let (plan, under_way) = (self.plan, &mut self.under_way);
            self.starts.draw_block(|number, start| under_way.push(plan.session(number, start)));
            self.begun_us = self.starts.reached_us();
        }
        let Some(mut session) = self
            .under_way
            .peek_mut()
            .filter(|session| single.is_none_or(|single| session.at_us <= single.at_us))
        else {
            self.ahead.skip();
            return single;
        };
        let arrival = Arrival { at_us: session.at_us, user: session.user };
        if !session.advance(self.plan.spec.gap, self.plan.end_us) {
            PeekMut::pop(session);
        }
        Some(arrival)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Users;
    use super::super::generated::Generated;
    use super::super::shape::Density;
    use super::super::traffic::Picker;
    use super::*;
    use crate::model::{Activity, Clock, DAY_US, DayTime, HOUR_US, Micros, SECOND_US, Shape, UserId, Window};

    const FEW_SECONDS: Delay = Delay::Uniform(Micros(SECOND_US), Micros(3 * SECOND_US));

    fn sessions(requests: f64, gap: Delay) -> Sessions {
        Sessions { requests, gap }
    }

    /// Requests of so many members within a window of the day.
    fn requests(
        (seed, count): (u64, u64),
        spec: Option<Sessions>,
        (activity, members): (Activity, u64),
        (from_us, to_us): (u64, u64),
    ) -> Generated {
        let clock = Clock { start: DayTime(0), end: DayTime(DAY_US), measure_from: DayTime(0) };
        let window = Window { from: DayTime(from_us), to: DayTime(to_us) };
        let mut users = Users::default();
        let members: Vec<u32> = (1..=members).map(|id| users.intern(&UserId::Number(id))).collect();
        let picker = Picker::new(activity, &members, seed, &users);
        let spread = Arc::new(Spread { density: Density::new(&Shape::Flat, &window, &clock), picker });
        match spec {
            None => Generated::Single(RandomRequests::new(seed, count, spread)),
            Some(spec) => {
                Generated::InSessions(Box::new(SessionRequests::new(seed, count, spread, spec, to_us)))
            }
        }
    }

    fn all(mut requests: Generated) -> Vec<Arrival> {
        let mut out = Vec::new();
        while requests.next_block(&mut out) {}
        out
    }

    #[test]
    fn the_total_is_met_exactly_in_order_and_within_the_window() {
        let gaps = [
            Delay::NONE,
            Delay::Fixed(Micros(1)),
            Delay::Fixed(Micros(2 * DAY_US)),
            Delay::Exponential(Micros(600 * SECOND_US)),
            Delay::Lognormal { median: Micros(SECOND_US), sigma: 3.0 },
            Delay::Uniform(Micros(0), Micros(u64::MAX)),
        ];
        for gap in gaps {
            for mean in [1.0, 1.000_001, 1.5, 40.0, 1e6, 1e300, f64::MAX] {
                for window in [(0, DAY_US), (DAY_US - 1, DAY_US), (HOUR_US, HOUR_US + 3), (5, HOUR_US)] {
                    for count in [0, 1, 2, 2047, 5001] {
                        let spec = Some(sessions(mean, gap));
                        let drawn = all(requests((count, count), spec, (Activity::Zipf(1.0), 20), window));
                        assert_eq!(drawn.len() as u64, count, "{mean} {gap:?} {window:?}");
                        assert!(drawn.is_sorted_by_key(|arrival| arrival.at_us));
                        assert!(drawn.iter().all(|asked| (window.0..window.1).contains(&asked.at_us)));
                    }
                }
            }
        }
        let nobody = requests((1, 50), Some(sessions(3.0, Delay::NONE)), (Activity::Uniform, 0), (0, DAY_US));
        assert_eq!(all(nobody), []);
    }

    #[test]
    fn sessions_of_one_request_are_single_requests() {
        let who = (Activity::Lognormal(1.0), 500);
        let single = all(requests((9, 10_000), None, who, (0, DAY_US)));
        assert_eq!(all(requests((9, 10_000), Some(sessions(1.0, FEW_SECONDS)), who, (0, DAY_US))), single);
    }

    /// Sessions are told apart by what anyone sees: requests of one user, a few seconds apart.
    #[test]
    fn lengths_are_geometric_and_gaps_as_they_should_be() {
        for (seed, mean) in [(1, 4.0f64), (2, 1.3), (3, 12.0)] {
            let count = (50_000.0 * mean) as u64;
            let spec = Some(sessions(mean, FEW_SECONDS));
            let mut drawn = all(requests((seed, count), spec, (Activity::Uniform, 200_000), (0, DAY_US)));
            drawn.sort_by_key(|asked| (asked.user, asked.at_us));
            let together = |a: &Arrival, b: &Arrival| a.user == b.user && b.at_us - a.at_us <= 3 * SECOND_US;
            let lengths: Vec<usize> = drawn.chunk_by(together).map(<[_]>::len).collect();
            let begun = lengths.len() as f64;
            let z = (count as f64 / begun - mean) / ((mean * mean - mean) / begun).sqrt();
            assert!(z.abs() < 4.0, "mean length {}, not {mean}", count as f64 / begun);
            for length in 1..4 {
                let measured = lengths.iter().filter(|own| **own == length as usize).count() as f64;
                let share = (1.0 - 1.0 / mean).powi(length - 1) / mean;
                let z = (measured - begun * share) / (begun * share * (1.0 - share)).sqrt();
                assert!(z.abs() < 4.0, "{measured} of {begun} have {length}, not {share}");
            }
            let gaps: Vec<f64> = drawn
                .windows(2)
                .filter(|pair| together(&pair[0], &pair[1]))
                .map(|pair| (pair[1].at_us - pair[0].at_us) as f64 / SECOND_US as f64)
                .collect();
            let measured = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let z = (measured - 2.0) / (1.0 / 3.0 / gaps.len() as f64).sqrt();
            assert!(z.abs() < 4.0, "mean gap {measured} s");
        }
    }

    #[test]
    fn users_ask_in_proportion_to_their_weights() {
        let (mean, count) = (6.0, 600_000.0);
        let spec = Some(sessions(mean, FEW_SECONDS));
        let drawn = all(requests((7, count as u64), spec, (Activity::Zipf(1.0), 10), (0, DAY_US)));
        let harmonic: f64 = (1..=10).map(|rank| 1.0 / f64::from(rank)).sum();
        for rank in 1..=10u32 {
            let asked = drawn.iter().filter(|arrival| arrival.user == rank - 1).count() as f64;
            let share = 1.0 / f64::from(rank) / harmonic;
            // Whole sessions are one user's: count / mean of them, whose squared length is 2 mean² − mean on average.
            let deviation = (count * (2.0 * mean - 1.0) * share * (1.0 - share)).sqrt();
            assert!((asked - count * share).abs() < 4.0 * deviation, "rank {rank}: {asked}");
        }
    }

    #[test]
    fn what_is_cut_at_the_end_comes_anywhere_in_the_window_instead() {
        // Sessions of one hour in a window of an hour: about half of each is cut.
        let spec = Some(sessions(60.0, Delay::Fixed(Micros(60 * SECOND_US))));
        let drawn = all(requests((4, 60_000), spec, (Activity::Uniform, 1000), (0, HOUR_US)));
        let asked = drawn.iter().filter(|asked| asked.at_us < HOUR_US / 60).count() as f64;
        // In the first minute: its share of the starts and of the single requests.
        let Generated::InSessions(same) =
            requests((4, 60_000), spec, (Activity::Uniform, 1000), (0, HOUR_US))
        else {
            panic!("sessions were asked for");
        };
        let cut = 60_000 - same.plan.kept(same.starts);
        assert!((20_000..40_000).contains(&cut), "{cut}");
        let expected = (same.plan.sessions + cut) as f64 / 60.0;
        assert!((asked - expected).abs() < 4.0 * expected.sqrt(), "{asked}, not {expected}");
    }

    #[test]
    fn only_sessions_under_way_are_held() {
        for (mean, gap, most) in [(5.0, FEW_SECONDS, 2 * 2048 + 500), (1e9, Delay::Fixed(Micros(1)), 1)] {
            let spec = Some(sessions(mean, gap));
            let Generated::InSessions(mut drawn) =
                requests((1, 500_000), spec, (Activity::Uniform, 1000), (0, DAY_US))
            else {
                panic!("sessions were asked for");
            };
            let (mut out, mut total) = (Vec::new(), 0);
            loop {
                out.clear();
                let more = drawn.next_block(&mut out);
                total += out.len();
                assert!(drawn.under_way.len() <= most && out.len() <= BLOCK_REQUESTS);
                if !more {
                    break;
                }
            }
            assert_eq!(total, 500_000);
        }
    }

    /// What a seed means is part of the interface: these figures may change only with a new version of the
    /// scenario language.
    #[test]
    fn sampled_values_are_pinned() {
        let gap = Delay::Exponential(Micros(60 * SECOND_US));
        let drawn =
            all(requests((42, 5000), Some(sessions(3.0, gap)), (Activity::Zipf(1.1), 1000), (0, DAY_US)));
        let some: Vec<(u64, u32)> =
            drawn.iter().step_by(999).map(|asked| (asked.at_us, asked.user)).collect();
        assert_eq!(
            some,
            [
                (99_363_124, 97),
                (17_205_066_343, 28),
                (35_528_608_069, 22),
                (52_170_745_454, 25),
                (69_876_891_141, 0),
                (86_346_237_141, 680)
            ]
        );
    }
}
