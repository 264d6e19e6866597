//! Requests in bursts: a session is some requests of one user, each a drawn gap after the one before.
//!
//! Sessions begin as single requests come, and are taken until their lengths reach the number of requests to
//! generate. What would come when the window is over is left out, and further sessions over the whole window make up
//! for it; a first pass over the same draws says how many. Held are the sessions under way, never the day's
//! requests. It does *not* know what else asks.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

use super::arrival::Arrival;
use super::rng::{Purpose, draw_us, number, stream};
use super::traffic::{Demand, RandomRequests};
use crate::model::{Delay, Sessions};

/// Maximum number of requests that are given out at once.
const BLOCK_REQUESTS: usize = 2048;

/// A session with its next request.
#[derive(Debug)]
struct Session {
    at_us: u64,
    /// Its number among all, which decides at one instant.
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

/// Sessions that begin independently of each other.
#[derive(Clone, Copy, Debug)]
struct Plan {
    seed: u64,
    spec: Sessions,
    end_us: u64,
    sessions: u64,
    /// Requests of the last one at most.
    last: u64,
}

impl Plan {
    /// Takes sessions until they have that number of requests.
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

    /// The session of a number within the plan.
    fn session(&self, number: u64, start: Arrival) -> Session {
        let mut draw = stream(self.seed, Purpose::Session, number);
        let length = self.length(&mut draw);
        let left = if number + 1 == self.sessions { length.min(self.last) } else { length };
        Session { at_us: start.at_us, number, user: start.user, left, gaps: draw }
    }

    fn starts(&self, demand: &Arc<Demand>) -> RandomRequests {
        RandomRequests::new(self.seed, self.sessions, Arc::clone(demand))
    }

    /// How many requests come before the window is over.
    fn kept(&self, demand: &Arc<Demand>) -> u64 {
        let mut kept = 0;
        let mut starts = self.starts(demand);
        while starts.draw_block(|number, start| {
            let mut session = self.session(number, start);
            kept += 1;
            while session.advance(self.spec.gap, self.end_us) {
                kept += 1;
            }
        }) {}
        kept
    }

    /// This plan's sessions and further ones, until `requests` requests come before the window is over.
    ///
    /// What a session keeps depends on when it begins, and that on how many begin with it. So further sessions come in
    /// rounds, each a plan of its own with some fewer than are likely to be missing; one that brings too many is drawn
    /// with half of them. Only a session that is a round by itself is cut to fit.
    fn made_up(self, requests: u64, demand: &Arc<Demand>) -> Vec<Self> {
        let mut kept = self.kept(demand);
        let mut sessions = self.sessions;
        let mut plans = vec![self];
        while kept < requests {
            let missing = requests - kept;
            // Seeds of their own, or they would come with the first sessions; no session has such a number.
            let seed = number(self.seed, Purpose::Session, u64::MAX - (plans.len() as u64 - 1));
            // As many as before at most: what few sessions kept says little of what many will.
            let likely = u128::from(missing) * u128::from(sessions) / u128::from(kept.max(1));
            let mut count = (likely - likely / 4).clamp(1, sessions.into()) as u64;
            let (plan, brought) = loop {
                let last = if count == 1 { missing } else { u64::MAX };
                let plan = Self { seed, sessions: count, last, ..self };
                match plan.kept(demand) {
                    brought if brought <= missing => break (plan, brought),
                    _ => count /= 2,
                }
            };
            if brought == 0 {
                // There is nobody to ask.
                break;
            }
            kept += brought;
            sessions += plan.sessions;
            plans.push(plan);
        }
        plans
    }
}

/// A plan while its sessions begin.
#[derive(Debug)]
struct Beginning {
    plan: Plan,
    starts: RandomRequests,
    /// No session of it that has not begun comes before.
    begun_us: u64,
}

/// Requests in sessions.
#[derive(Debug)]
pub(super) struct SessionRequests {
    plans: Vec<Beginning>,
    under_way: BinaryHeap<Session>,
    /// No session that has not begun comes before.
    begun_us: u64,
}

impl SessionRequests {
    /// Demands `count` requests, all before `end_us`. Where single requests could not be spread there are none.
    pub(super) fn new(seed: u64, count: u64, demand: Arc<Demand>, spec: Sessions, end_us: u64) -> Self {
        let plans = Plan::new(seed, count, spec, end_us).made_up(count, &demand);
        let beginning = |plan: Plan| Beginning { plan, starts: plan.starts(&demand), begun_us: 0 };
        Self { plans: plans.into_iter().map(beginning).collect(), under_way: BinaryHeap::new(), begun_us: 0 }
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
        // Sessions that have not begun may still come before all that is known.
        while self.begun_us < u64::MAX
            && self.under_way.peek().is_none_or(|session| self.begun_us <= session.at_us)
        {
            self.begin_some();
        }
        let mut session = self.under_way.peek_mut()?;
        let arrival = Arrival { at_us: session.at_us, user: session.user };
        let Sessions { gap, .. } = self.plans.first()?.plan.spec;
        if !session.advance(gap, self.plans.first()?.plan.end_us) {
            PeekMut::pop(session);
        }
        Some(arrival)
    }

    /// Lets some sessions begin, of the plan that has come least far.
    fn begin_some(&mut self) {
        let Self { plans, under_way, .. } = self;
        let mut before = 0;
        let numbered = plans.iter_mut().map(|one| {
            before += one.plan.sessions;
            (before - one.plan.sessions, one)
        });
        if let Some((before, Beginning { plan, starts, begun_us })) =
            numbered.min_by_key(|(_, one)| one.begun_us)
        {
            starts.draw_block(|number, start| {
                let session = plan.session(number, start);
                under_way.push(Session { number: before + number, ..session });
            });
            *begun_us = starts.reached_us();
        }
        self.begun_us = self.plans.iter().map(|one| one.begun_us).min().unwrap_or(u64::MAX);
    }
}

#[cfg(test)]
mod tests;
