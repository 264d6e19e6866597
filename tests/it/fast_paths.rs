//! The fast ways give what the slow ones give: streaks of hits, runs of rows, days in parts.

use std::collections::HashMap;
use std::time::Duration;

use rolesim::cache::{Applied, Options};
use rolesim::metrics::{Metric, Value};
use rolesim::model::DayTime;
use rolesim::policy::PolicySpec;
use rolesim::sim::{
    Answered, Candidate, Moment, Observer, Outcome, PartOutcome, Plan, Scene, Undivided, simulate,
    simulate_in_parts, simulate_on, undivided,
};
use rolesim::workload::{DrawnChange, RecordedDay, RecordedError, RecordedRows, Users, Workload, mix};

use super::day::decoded;
use super::plain_cache::PlainCache;
use super::random_day::random_day;
use super::tier;

/// Looks on, so that every request goes the long way, and sees nothing.
struct Onlooker;

impl Observer for Onlooker {
    fn answered(&mut self, _: &Answered, _: &Scene<'_>) {}

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

fn kinds(specs: &[&str]) -> Vec<PolicySpec> {
    specs.iter().map(|spec| spec.parse::<PolicySpec>().unwrap()).collect()
}

/// Caches of which each goes another way.
const CACHES: &[&str] = &[
    "event",
    "event+ttl=20m",
    "event+on-event=invalidate",
    "ttl:10m+sweep=1m",
    "ttl:1h+jitter=0.2",
    "ttl:1h+quantize=7m",
    "idle:20m",
    "idle:20m+sweep=3m+deny=5m",
    "idle:20m+jitter=0.2",
    "none",
    "oracle",
];

const DAY: &str = "
clock: {start: '06:30', end: '22:00', measure_from: '07:10:00.5'}
population: {active: {count: 400, activity: {zipf: 0.9}, roles: {admin: 0.2}}, new: {count: 30, between: ['09:00', '12:00']}}
role_changes: {count: 300, grants: 0.5, retry: {share: 0.5, after: 2s}, newcomers: {share: 0.1, after: 3s}}
script: [{at: '10:00', request: [1, 7, 9], count: 20, every: 1m}, {at: '10:05', remove_admin: 7}, {at: '11:00', invalidate: 1},
         {at: '12:00', restart: all}, {at: '13:00', write_db: {user: 3, role: admin}}, {at: '14:00', clear: all}]
";

/// Systems, of which none couples users.
const SYSTEMS: &[&str] = &[
    "",
    "channel: {loss: 0.2, duplicate: 0.2}",
    "database: {read_latency: {exponential: 3s}, read_errors: 0.02, write_latency: 5s}",
    "replicas: {count: 3, routing: random}\nchannel: {reach: local}",
    "replicas: {count: 2}\nfaults: [{from: '09:00', to: '09:20', database: down}, {from: '15:00', to: '16:00', update: fails}]",
];

fn day(requests: u64, system: &str) -> rolesim::scenario::Scenario {
    let traffic = format!("traffic: {{requests: {requests}, shape: day, between: ['07:00', '21:00']}}\n");
    decoded(&format!("{DAY}{traffic}{system}"), "day.yaml")
}

#[test]
fn whoever_looks_on_changes_nothing() {
    let caches = kinds(CACHES);
    let bounded = kinds(&["event+capacity=100", "ttl:30m+capacity=50"]);
    for system in SYSTEMS {
        let scenario = day(20_000, system);
        for cache in caches.iter().chain(&bounded) {
            let plan = Plan {
                checkpoints: &[DayTime(12 * 3_600_000_000)],
                ..Plan::new(&scenario.day, &scenario.system, [cache])
            };
            let unseen = simulate(&plan, None, &mut ()).unwrap();
            assert_eq!(simulate(&plan, None, &mut Onlooker).unwrap(), unseen, "{cache} {system}");
        }
    }
}

#[test]
fn random_days_are_the_same_whoever_looks_on() {
    for seed in tier::seeds(1_500) {
        let random = random_day(seed);
        let plan = random.plan();
        let seen = simulate(&plan, None, &mut Onlooker);
        assert_eq!(simulate(&plan, None, &mut ()), seen, "seed {seed}");
    }
}

/// Merges what parts counted two by two, which ones the number of the tree decides; each goes through a file before.
fn merged(mut outcomes: Vec<PartOutcome>, mut tree: u64) -> PartOutcome {
    while outcomes.len() > 1 {
        tree = mix(tree);
        let other = outcomes.swap_remove(tree as usize % outcomes.len());
        let other: PartOutcome = serde_json::from_str(&written(&other)).unwrap();
        let place = (tree >> 32) as usize % outcomes.len();
        outcomes[place].absorb(&other);
    }
    outcomes.remove(0)
}

fn written(outcome: &PartOutcome) -> String {
    serde_json::to_string(outcome).unwrap()
}

#[test]
fn a_day_in_parts_is_the_day_as_a_whole() {
    let caches = kinds(CACHES);
    for system in SYSTEMS {
        let scenario = day(30_000, system);
        let checkpoints = [8, 12, 18].map(|hour| DayTime(hour * 3_600_000_000));
        let plan = Plan { checkpoints: &checkpoints, ..Plan::new(&scenario.day, &scenario.system, &caches) };
        let whole = simulate(&plan, None, &mut ()).unwrap();
        for parts in [2, 3, 8] {
            let outcomes = simulate_in_parts(parts, &plan, &mut ()).unwrap().unwrap();
            let outcome = merged(outcomes, parts.into()).measure();
            for ((one, other), cache) in whole.caches.iter().zip(&outcome.caches).zip(CACHES) {
                assert_eq!(one, other, "{cache} in {parts} parts, {system}");
            }
        }
    }
}

#[test]
fn random_days_in_parts_are_the_days_as_a_whole() {
    let mut cut = 0;
    for seed in tier::seeds(4_000) {
        let mut random = random_day(seed);
        // What couples all users keeps any day whole.
        random.caches.retain(|cache| !cache.coupling().all_users);
        let plan = random.plan();
        let Ok(whole) = simulate(&plan, None, &mut ()) else { continue };
        let parts = 2 + (seed % 8) as u32;
        if let Some(outcomes) = simulate_in_parts(parts, &plan, &mut ()).unwrap() {
            cut += 1;
            let [one, another] = [seed, !seed].map(|tree| merged(outcomes.clone(), tree));
            assert_eq!(written(&one), written(&another), "seed {seed}: the order of merging matters");
            assert_eq!(one.measure(), whole, "seed {seed}");
        }
    }
    assert!(cut >= tier::share(300), "only {cut} days could be cut");
}

#[test]
fn what_couples_users_keeps_a_day_whole() {
    for (system, caches, why) in [
        ("", &["event", "ttl:5m+capacity=10"][..], Some(Undivided::Capacity)),
        ("database: {concurrency: 3}", &["event"], Some(Undivided::Concurrency)),
        ("replicas: {count: 2, routing: round-robin}", &["event"], Some(Undivided::RoundRobin)),
        ("channel: {delay: 1s}", &["event"], Some(Undivided::LateEvents)),
        ("channel: {delay: 1s}", &["event+guard=singleflight", "ttl:5m"], None),
        (
            "faults: [{from: '09:00', to: '10:00', channel: {delay: 1s}}]",
            &["event"],
            Some(Undivided::LateEvents),
        ),
        ("", &["event+scope=all"], Some(Undivided::AllUsers)),
        ("", &["event", "snapshot:5m"], Some(Undivided::AllUsers)),
        ("", &["event", "idle:5m", "token:1h+denylist"], None),
    ] {
        let scenario = day(1_000, system);
        let caches = kinds(caches);
        let plan = Plan::new(&scenario.day, &scenario.system, &caches);
        assert_eq!(undivided(&plan), why, "{system}");
        assert_eq!(simulate_on(8, &plan, None, &mut ()).unwrap().undivided, why, "{system}");
        assert_eq!(simulate_on(1, &plan, None, &mut ()).unwrap().undivided, None);
    }
}

/// Requests of a Zipf-like crowd, two hundred a second, as a recorded day.
struct Recording {
    rows: Vec<(u64, u64)>,
    next: usize,
}

impl Recording {
    fn new(rows: u64) -> Self {
        let user = |row: u64| (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % (1 + row * 7919 % 5_000);
        let rows = (0..rows).map(|row| (row / 200 * 1_000_000, 1 + user(row))).collect();
        Self { rows, next: 0 }
    }
}

impl RecordedDay for Recording {
    fn next_rows(&mut self, users: &mut Users, out: &mut RecordedRows) -> Result<(), RecordedError> {
        let next = &self.rows[self.next..self.rows.len().min(self.next + 3_000)];
        self.next += next.len();
        let times = next.iter().map(|(at_us, _)| (*at_us, 1));
        out.extend_requests(times, next.iter().map(|(_, user)| *user), users);
        Ok(())
    }
}

/// What a replay by the plain cache counts: hits, and stale answers. Reads take no time; a cache with a life hears of no
/// change.
fn plain(rows: &[(u64, u64)], changes: &[(u64, u64, u8)], life_us: Option<u64>) -> (u64, u64) {
    let options = Options { ttl: life_us.map(Duration::from_micros), ..Options::default() };
    let (mut truth, mut cache) = (HashMap::new(), PlainCache::default());
    let (mut hits, mut stale, mut next) = (0, 0, 0);
    for (ticket, (at_us, user)) in rows.iter().enumerate() {
        while let Some((_, whose, _)) = changes.get(next).filter(|(changed_us, ..)| changed_us <= at_us) {
            next += 1;
            truth.insert(*whose, next);
            if life_us.is_none() {
                cache.apply(*whose, next as u64, *at_us, &options);
            }
        }
        // A change's number is its version; before the first, the role is the scenario's.
        let role =
            |version: usize| version.checked_sub(1).map_or(u8::from(*user <= 1_000), |at| changes[at].2);
        let current = truth.get(user).copied().unwrap_or(0);
        if let (Some(version), _) = cache.lookup(*user, ticket, *at_us, &options) {
            hits += 1;
            stale += u64::from(role(version as usize) != role(current));
        } else {
            cache.fill(ticket, current as u64, *at_us, &options);
        }
    }
    (hits, stale)
}

#[test]
fn a_recorded_day_counts_as_the_plain_cache_does() {
    let text = "
clock: {start: '00:00', end: '01:00'}
database: {users: [{ids: '1..=1000', role: admin}, {ids: '1001..=5000', role: user}]}
role_changes: {count: 3000, grants: 0.6}
";
    let scenario = decoded(text, "day.yaml");
    let drawn = Workload::new(&scenario.day, None).unwrap();
    let id = |change: &DrawnChange| drawn.users.id(change.user).to_string().parse::<u64>().unwrap();
    let changes: Vec<(u64, u64, u8)> =
        drawn.changes.iter().map(|change| (change.at_us, id(change), change.role.0)).collect();
    let caches = kinds(&["event", "ttl:5m", "ttl:1m", "ttl:30m"]);
    let plan = Plan::new(&scenario.day, &scenario.system, &caches);
    let mut recording = Recording::new(400_000);
    let outcome: Outcome = simulate(&plan, Some(&mut recording), &mut ()).unwrap();
    assert_eq!(outcome.recorded_rows, 400_000);
    let mut all_stale = 0;
    for (cache, minutes) in outcome.caches.iter().zip([None, Some(5), Some(1), Some(30)]) {
        let expected = plain(&recording.rows, &changes, minutes.map(|minutes| minutes * 60_000_000));
        let count = |metric| match cache.total.get(metric) {
            Value::Count(count) => count,
            other => panic!("{metric} is {other:?}"),
        };
        assert_eq!((count(Metric::Hits), count(Metric::StaleReads)), expected, "{minutes:?}");
        all_stale += expected.1;
    }
    assert!(all_stale > 1_000, "{all_stale}");
}
