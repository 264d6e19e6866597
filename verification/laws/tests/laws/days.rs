//! Days for laws: users who ask at Poisson times, and role changes at Poisson times.
//!
//! The simulator meets a day's total of requests exactly. The total is drawn from a Poisson distribution here, so that
//! the users' requests are independent Poisson processes to the letter: of a Poisson number of draws, each user's
//! part is Poisson again, and independent of the others'.

use std::fmt::Write as _;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Poisson};
use rolesim::metrics::{Measured, Metric};
use rolesim::model::{
    Action, ChangeFault, ChangeKind, DayTime, IdRange, IdSet, RoleChange, RoleId, Spacing, Step, UserId,
};
use rolesim::policy::PolicySpec;
use rolesim::scenario::{ProbeError, Question, Recorded, Scenario};
use rolesim::sim::{CacheOutcome, External, Observer, Plan, simulate};
use rolesim::workload::{NumberedMembers, RecordedDay as Rows, Users};

use crate::map::Map;

/// The unit of the laws' times: 100 seconds. A life is mostly one of these.
pub(crate) const UNIT_US: f64 = 100e6;

/// A number of units in microseconds.
pub(crate) fn us(units: f64) -> u64 {
    (units * UNIT_US).round() as u64
}

/// A duration of `N` units, as a scenario or a cache spec writes it.
pub(crate) fn span(units: f64) -> String {
    format!("{}us", us(units))
}

/// A day with traffic. All times are in units, all rates per unit.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) users: u64,
    /// The mean rate of a user.
    pub(crate) rate: f64,
    pub(crate) end: f64,
    /// What comes before is not counted.
    pub(crate) warm: f64,
    /// As a scenario writes it.
    pub(crate) activity: String,
    /// Further keys of the scenario, as `database: {read_latency: 5ms}`.
    pub(crate) more: String,
    /// Further keys of its traffic.
    pub(crate) traffic: String,
}

impl Setup {
    pub(crate) fn new(seed: u64, users: u64, rate: f64, end: f64) -> Self {
        let (activity, more, traffic) = ("uniform".to_owned(), String::new(), String::new());
        Self { seed, users, rate, end, warm: 0.0, activity, more, traffic }
    }

    /// A day in the long run of a TTL cache: with a number of requests measured over thirty cycles.
    pub(crate) fn long_run(seed: u64, x: f64, requests: f64) -> Self {
        Self::long_run_behind(seed, x, 0.0, requests)
    }

    /// The same where a fill takes a latency. The measured part comes after enough cycles that the cold start is
    /// forgotten: a cycle T + L + Exp(1/λ) varies by 1/(1 + x + λL) of itself, and loses its phase in the square of that.
    pub(crate) fn long_run_behind(seed: u64, x: f64, latency: f64, requests: f64) -> Self {
        let cycle = 1.0 + latency + 1.0 / x;
        let (warm, measured) = (cycle * ((x * cycle).powi(2) + 5.0), cycle * 30.0);
        let users = (requests / (x * measured)).ceil() as u64;
        Self { warm, ..Self::new(seed, users, x, warm + measured) }
    }

    pub(crate) fn with(mut self, more: impl Into<String>) -> Self {
        self.more = more.into();
        self
    }

    /// The scenario, without a script.
    pub(crate) fn scenario(&self) -> Scenario {
        let clock_end = DayTime(us(self.end));
        let mut text = format!(
            "{{seed: {}, clock: {{end: '{clock_end}', measure_from: '{}'}}",
            self.seed,
            DayTime(us(self.warm))
        );
        let mean = self.rate * self.users as f64 * self.end;
        let requests = if mean > 0.0 { Poisson::new(mean).unwrap().sample(&mut self.dice(0)) } else { 0.0 };
        let Self { users, activity, more, traffic, .. } = self;
        if *users > 0 {
            let _ = write!(text, ", population: {{active: {{count: {users}, activity: {activity}}}}}");
            let _ = write!(text, ", traffic: {{requests: {}{}{traffic}}}", requests as u64, comma(traffic));
        }
        let _ = write!(text, "{}{more}}}", comma(more));
        decoded(&text, "law.yaml")
    }

    /// What a test draws itself; each purpose has a stream of its own.
    pub(crate) fn dice(&self, purpose: u64) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.seed.wrapping_mul(1_000).wrapping_add(purpose))
    }

    /// Each user's rate, as this run drew it, in the order of the ids from 1.
    pub(crate) fn rates(&self, scenario: &Scenario) -> Vec<f64> {
        let mut users = Users::default();
        let members = NumberedMembers::new(&scenario.day, &mut users);
        let all = self.rate * self.users as f64;
        members.shares(&scenario.day, &users).into_iter().map(|share| share * all).collect()
    }

    /// Role changes of each user at Poisson times, sorted. Every role is as likely as the other, so that half of the
    /// changes change nothing but the version. `loss` is drawn for each.
    pub(crate) fn changes(&self, rate: f64, loss: f64) -> Vec<Step> {
        let mut dice = self.dice(1);
        let mean = rate * self.users as f64 * self.end;
        let count = Poisson::new(mean).unwrap().sample(&mut dice) as u64;
        let mut steps: Vec<Step> = (0..count)
            .map(|_| {
                let user = dice.random_range(1..=self.users);
                let change =
                    set_role(dice.random_range(0.0..self.end), user, RoleId(dice.random_range(0..2)));
                let lost = dice.random::<f64>() < loss;
                if lost { without_event(change) } else { change }
            })
            .collect();
        steps.sort_by_key(|step| step.at);
        steps
    }

    /// One change for each user, from the lowest role to the highest, at a random time within the two; with the
    /// step's time in units.
    pub(crate) fn lone_changes(&self, from: f64, to: f64) -> Vec<(f64, Step)> {
        let mut dice = self.dice(2);
        let changes = (1..=self.users).map(|user| {
            let at = dice.random_range(from..to);
            (at, set_role(at, user, RoleId(1)))
        });
        changes.collect()
    }
}

/// Gives a day its script. The day's total includes scripted requests, and here they come on top.
pub(crate) fn with_script(day: &mut Scenario, script: Vec<Step>) {
    let requests = script.iter().filter(|step| matches!(step.action, Action::Request { .. })).count();
    if let Some(traffic) = &mut day.day.traffic {
        traffic.requests += requests as u64;
    }
    day.day.script = script;
}

fn comma(text: &str) -> &'static str {
    if text.is_empty() { "" } else { ", " }
}

/// A role change at a time in units.
pub(crate) fn set_role(at: f64, user: u64, role: RoleId) -> Step {
    let kind = ChangeKind::SetRole { user: UserId::Number(user), role };
    let change = RoleChange { kind, fault: ChangeFault::None, replica: 0 };
    Step { at: DayTime(us(at)), action: Action::Change(change) }
}

/// The same change, whose event never arrives.
pub(crate) fn without_event(mut step: Step) -> Step {
    if let Action::Change(change) = &mut step.action {
        change.fault = ChangeFault::EventLost;
    }
    step
}

/// A request at a time in microseconds.
pub(crate) fn request(at_us: u64, user: u64) -> Step {
    let users = IdSet(vec![IdRange::One(UserId::Number(user))]);
    Step { at: DayTime(at_us), action: Action::Request { users, count: 1, spacing: Spacing::Together } }
}

/// Reads a scenario's text.
pub(crate) fn decoded(text: &str, name: &str) -> Scenario {
    let mut none =
        |_: Question<'_>| -> Result<Recorded, ProbeError> { panic!("days of laws have no recorded files") };
    let node =
        rolesim::scenario::parse(text.as_bytes(), name).unwrap_or_else(|faults| panic!("{faults}\n{text}"));
    rolesim::scenario::decode(&node, name, &mut none).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

/// A cache by its spec.
fn cache(spec: &str) -> PolicySpec {
    spec.parse().unwrap_or_else(|error| panic!("{spec}: {error}"))
}

/// What every cache measured, a map of the test's own first.
pub(crate) fn play(scenario: &Scenario, map: Option<Map>, caches: &[&str]) -> Vec<CacheOutcome> {
    watch(scenario, map, caches, &mut ())
}

/// The same, observed: the first cache is.
pub(crate) fn watch(
    scenario: &Scenario,
    map: Option<Map>,
    caches: &[&str],
    observer: &mut impl Observer,
) -> Vec<CacheOutcome> {
    simulated(scenario, None, map, caches, observer)
}

/// The same of a recorded day next to the scenario.
pub(crate) fn replay(
    scenario: &Scenario,
    recorded: impl Rows + 'static,
    map: Option<Map>,
    caches: &[&str],
) -> Vec<CacheOutcome> {
    simulated(scenario, Some(Box::new(recorded)), map, caches, &mut ())
}

fn simulated(
    scenario: &Scenario,
    mut recorded: Option<Box<dyn Rows>>,
    map: Option<Map>,
    caches: &[&str],
    observer: &mut impl Observer,
) -> Vec<CacheOutcome> {
    let Scenario { day, system, .. } = scenario;
    let caches: Vec<PolicySpec> = caches.iter().map(|spec| cache(spec)).collect();
    let mut plan = Plan::new(day, system, &caches);
    let external = map.map(|map| External::new("map", move || Box::new(map.clone())));
    plan.caches.splice(0..0, external.iter().map(|map| map as _));
    let recorded = recorded.as_mut().map(|rows| rows.as_mut() as &mut dyn Rows);
    simulate(&plan, recorded, observer).unwrap().caches
}

/// A count as a number.
pub(crate) fn count(outcome: &CacheOutcome, metric: Metric) -> f64 {
    of(&outcome.total, metric)
}

/// One count per another.
pub(crate) fn share(outcome: &CacheOutcome, part: Metric, whole: Metric) -> f64 {
    count(outcome, part) / count(outcome, whole)
}

fn of(measured: &Measured, metric: Metric) -> f64 {
    measured.get(metric).number().unwrap_or_else(|| panic!("{metric} is undefined"))
}
