//! Turning one dial of the system moves nothing of the day: who asks when, whose role changes when and to what.

use rolesim::cache::Applied;
use rolesim::policy::PolicySpec;
use rolesim::sim::{Answered, Moment, MomentKind, Observer, Plan, Scene, simulate};

use super::day::decoded;

/// What the world did, as far as no system has a hand in it.
#[derive(Debug, Default, PartialEq)]
struct World {
    /// Users and times of requests, sorted, since answers come in an order of their own.
    requests: Vec<(u64, String)>,
    /// Users, times and roles of commits.
    changes: Vec<(u64, String, u8)>,
}

impl Observer for World {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let user = scene.users.id(answered.request.user).to_string();
        self.requests.push((answered.request.at_us, user));
    }

    fn happened(&mut self, moment: &Moment, _: Option<Applied>, scene: &Scene<'_>) {
        if let MomentKind::Committed { user, row, .. } = moment.kind {
            self.changes.push((moment.at_us, scene.users.id(user).to_string(), row.role.0));
        }
    }
}

const DAY: &str = "
population: {active: {count: 500, activity: {zipf: 0.8}, roles: {admin: 0.1}}, new: {count: 30, between: ['09:00', '12:00']}}
traffic: {requests: 20000, shape: day, sessions: {requests: 3, gap: {exponential: 40s}}}
role_changes: {count: 400, retry: {share: 0.5, after: 2s}, newcomers: {share: 0.1, after: {uniform: [1s, 9s]}}}
script: [{at: '10:00', request: 7, count: 20, every: 1m}, {at: '10:05', remove_admin: 7}]
";

fn world(system: &str, cache: &str) -> World {
    let scenario = decoded(&format!("{DAY}{system}"), "day.yaml");
    let caches: [PolicySpec; 1] = [cache.parse::<PolicySpec>().unwrap()];
    let plan = Plan::new(&scenario.day, &scenario.system, &caches);
    let mut world = World::default();
    simulate(&plan, None, &mut world).unwrap();
    world.requests.sort();
    world
}

#[test]
fn no_dial_of_the_system_moves_a_request_or_a_role_change() {
    let still = world("", "event");
    assert_eq!((still.requests.len(), still.changes.len()), (20_000, 401));
    for (system, cache) in [
        ("channel: {loss: 0.01}", "event"),
        ("channel: {loss: 0.5, duplicate: 0.3, delay: {exponential: 3s}}", "event+guard=none"),
        ("channel: {reach: local}\nreplicas: {count: 3, routing: random}", "event+ttl=10m"),
        (
            "database: {read_latency: {lognormal: {median: 20ms, sigma: 1}}, read_errors: 0.05, concurrency: 2}",
            "event",
        ),
        (
            "faults: [{from: '10:00', to: '11:00', update: fails}, {from: '11:00', to: '12:00', channel: lost}]",
            "event",
        ),
        ("", "ttl:5m+jitter=0.2+deny=1m+capacity=50+sweep=1m"),
        ("", "ttl:5m+quantize=10s"),
        ("", "idle:5m"),
        ("", "none"),
        ("", "oracle"),
    ] {
        assert!(world(system, cache) == still, "{cache} {system}");
    }
}

#[test]
fn another_seed_moves_them_all() {
    let (one, other) = (world("", "event"), world("seed: 43", "event"));
    assert_ne!(one.requests, other.requests);
    assert_ne!(one.changes, other.changes);
}

/// Losses are nested: what is lost at 1 % is lost at 5 % as well.
#[test]
fn a_larger_loss_loses_what_a_smaller_one_did() {
    #[derive(Default)]
    struct Arrived(Vec<u64>);
    impl Observer for Arrived {
        fn answered(&mut self, _: &Answered, _: &Scene<'_>) {}
        fn happened(&mut self, moment: &Moment, _: Option<Applied>, _: &Scene<'_>) {
            if let MomentKind::Delivered(event) = moment.kind {
                self.0.push(event.row.version.0);
            }
        }
    }
    let arrived = |loss: &str| {
        let scenario = decoded(&format!("{DAY}channel: {{loss: {loss}}}"), "day.yaml");
        let (day, system) = (&scenario.day, &scenario.system);
        let plan = Plan::new(day, system, [&scenario.cache.policy]);
        let mut arrived = Arrived::default();
        simulate(&plan, None, &mut arrived).unwrap();
        arrived.0
    };
    let [all, most, few] = ["0", "0.05", "0.6"].map(arrived);
    assert_eq!(all.len(), 401);
    assert!((350..400).contains(&most.len()) && (100..220).contains(&few.len()));
    assert!(few.iter().all(|version| most.contains(version)));
}
