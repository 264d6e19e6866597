//! S8: a fetch that a role change overtakes.

use std::collections::HashMap;

use rand::RngExt;
use rand_distr::{Distribution, Poisson};
use rolesim::cache::Applied;
use rolesim::model::RoleId;
use rolesim::sim::{Answered, Moment, MomentKind, Observer, Request, Scene};

use crate::days::{Setup, UNIT_US, request, set_role, span, us, watch};
use crate::lab::{Experiment, crowd, grid};
use crate::table::{Judge, Line, Reading};

/// The latency of a read; changes are counted per latency.
const LATENCY: f64 = 1.0;

pub(crate) fn laws() -> Vec<Experiment> {
    let mut laws = Vec::new();
    for (changes, delay) in grid(&[(0.5, 0.0), (0.5, 0.4), (0.5, 1.2)], &[(2.0, 0.25), (0.05, 0.0)]) {
        laws.extend(["none", "singleflight", "version"].map(|guard| overtaken(guard, changes, delay)));
    }
    laws
}

/// When events arrived, and what was answered to the probes.
#[derive(Default)]
struct Watch {
    delivered: HashMap<u32, Vec<(u64, u64)>>,
    /// Start, user and version of each second request of a user.
    probes: Vec<(u64, u32, u64)>,
    asked: HashMap<u32, u64>,
}

impl Observer for Watch {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        let Request { at_us, user, .. } = answered.request;
        let (first, version) =
            (*self.asked.entry(user).or_insert(at_us), answered.row.map_or(0, |row| row.version.0));
        // The probe comes a microsecond after the latency; with `guard=version` it may be answered first.
        self.probes.push((at_us, user, version));
        self.asked.insert(user, first.min(at_us));
    }

    fn happened(&mut self, moment: &Moment, _: Option<Applied>, _: &Scene<'_>) {
        if let MomentKind::Delivered(event) = moment.kind {
            self.delivered.entry(event.user).or_default().push((moment.at_us, event.row.version.0));
        }
    }
}

impl Watch {
    /// The share of users whose probe got less than what an event had brought by then.
    fn overtaken(&self) -> f64 {
        let probes = self.probes.iter().filter(|(at_us, user, _)| self.asked[user] < *at_us);
        let (mut all, mut overtaken) = (0.0, 0.0);
        for (at_us, user, version) in probes {
            let delivered = self.delivered.get(user).into_iter().flatten();
            let newest = delivered.filter(|(when_us, _)| when_us < at_us).map(|(_, version)| *version).max();
            all += 1.0;
            overtaken += f64::from(u8::from(newest.is_some_and(|newest| *version < newest)));
        }
        overtaken / all
    }
}

/// Each user misses once, with role changes before and during the flight, and is probed right after it. Events write only
/// what is cached, so those of earlier changes make no hit of the miss.
fn overtaken(guard: &'static str, changes: f64, delay: f64) -> Experiment {
    let parameters = format!("guard={guard}, μL = {changes}, δ = {delay} L");
    let line = Line::new("S8", "a fetch is overtaken, per miss", parameters);
    let line = match (guard, delay) {
        ("version", d) if d < LATENCY => line.judged(Judge::Exact).rejects("no guard"),
        ("version", _) => line.judged(Judge::Exact),
        // Nothing is delivered in time, so nothing overtakes.
        (_, d) if d >= LATENCY => line.judged(Judge::Exact).rejects("the event comes at the commit"),
        (_, 0.0) => line.rejects("the overtaken fetch is refused"),
        _ => line.rejects("the event comes at the commit"),
    };
    Experiment::one(line, move |seed| {
        let measured = |guard: &str, delay: f64| {
            let database = format!("database: {{read_latency: {}}}", span(LATENCY));
            let clock = Setup { users: 0, ..Setup::new(seed, 0, 0.0, 100.0) };
            let more = format!("{database}, channel: {{delay: {}}}", span(delay));
            let mut day = clock.with(more).scenario();
            day.day.script = misses(seed, changes);
            let mut watched = Watch::default();
            watch(&day, None, &[&format!("event+on-event=update-if-present+guard={guard}")], &mut watched);
            watched.overtaken()
        };
        let expected =
            if guard == "version" { 0.0 } else { -(-changes * (LATENCY - delay).max(0.0)).exp_m1() };
        let wrong = match (guard, delay) {
            ("version", _) => measured("none", delay),
            (_, 0.0) => measured("version", delay),
            _ => measured(guard, 0.0),
        };
        Reading::new(expected, measured(guard, delay), wrong)
    })
}

/// A request of each user, role changes in the two latencies before it and during its own, and the probe.
fn misses(seed: u64, changes: f64) -> Vec<rolesim::model::Step> {
    let mut dice = Setup::new(seed, 0, 0.0, 1.0).dice(6);
    let mut steps = Vec::new();
    for user in 1..=5 * crowd() {
        let at = dice.random_range(3.0..90.0);
        let count = Poisson::new(3.0 * changes).unwrap().sample(&mut dice) as u64;
        for _ in 0..count {
            let when = at + dice.random_range(-2.0..LATENCY);
            steps.push(set_role(when, user, RoleId(dice.random_range(0..2))));
        }
        steps.push(request(us(at), user));
        steps.push(request(us(at) + (LATENCY * UNIT_US) as u64 + 1, user));
    }
    steps.sort_by_key(|step| step.at);
    steps
}
