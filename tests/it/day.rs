//! What the shipped scenarios and small days must show, to the last figure.

use std::path::{Path, PathBuf};

use rolesim::metrics::{Measured, Metric, Value};
use rolesim::policy::PolicySpec;
use rolesim::scenario::{Probe, ProbeError, Question, Recorded, Scenario};
use rolesim::sim::{CacheOutcome, Plan, simulate};

pub(crate) fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Decodes a scenario without a trace.
pub(crate) fn decoded(text: &str, name: &str) -> Scenario {
    let mut none =
        |_: Question<'_>| -> Result<Recorded, ProbeError> { panic!("this scenario should have no trace") };
    let probe: Probe<'_> = &mut none;
    let node = rolesim::scenario::parse(text.as_bytes(), name).unwrap_or_else(|faults| panic!("{faults}"));
    rolesim::scenario::decode(&node, name, probe).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The day with each of the caches.
pub(crate) fn outcome(scenario: &Scenario, caches: &[&str]) -> Vec<CacheOutcome> {
    let caches: Vec<PolicySpec> = caches.iter().map(|spec| spec.parse::<PolicySpec>().unwrap()).collect();
    let plan = Plan::new(&scenario.day, &scenario.system, &caches);
    simulate(&plan, None, &mut ()).unwrap().caches
}

fn counts<const N: usize>(measured: &Measured, metrics: [Metric; N]) -> [u64; N] {
    metrics.map(|metric| u64::try_from(measured.get(metric).whole().unwrap()).unwrap())
}

fn day_json() -> Scenario {
    decoded(&std::fs::read_to_string(shipped("day.json")).unwrap(), "day.json")
}

#[test]
fn the_whole_day_has_exactly_its_requests_users_and_changes() {
    let mut day = day_json();
    for seed in [42, 1, 2, 3] {
        day.day.seed = seed;
        let total = &outcome(&day, &["event"])[0].total;
        let [requests, misses, size, events, stale, outdated] = counts(
            total,
            [
                Metric::Requests,
                Metric::Misses,
                Metric::CacheSize,
                Metric::Events,
                Metric::StaleReads,
                Metric::OutdatedReads,
            ],
        );
        assert_eq!((requests, size, events, stale, outdated), (10_000, 1_050, 5, 0, 0), "seed {seed}");
        assert!((1_046..=1_050).contains(&misses), "seed {seed}: {misses}");
        assert_eq!(total.get(Metric::Freshness), Value::Ratio(1.0));
    }
}

#[test]
fn requests_an_hour_apart_never_hit_a_cache_of_a_minute() {
    let text = "{script: [{at: '00:00', request: 1, count: 24, every: 1h}]}";
    let scenario = decoded(text, "a.yaml");
    let results = outcome(&scenario, &["ttl:60s", "ttl:1h", "ttl:3600000001us"]);
    let hits: Vec<u64> = results.iter().map(|result| counts(&result.total, [Metric::Hits])[0]).collect();
    assert_eq!(hits, [0, 0, 12], "an entry of exactly an hour is expired when the next request comes");
}

#[test]
fn the_same_seed_gives_the_same_day_and_another_seed_another() {
    let fingerprints = |seed| {
        let mut day = day_json();
        day.day.seed = seed;
        let results = outcome(&day, &["event", "ttl:5m+sweep=1m"]);
        results.iter().map(|result| (result.fingerprint, result.total.clone())).collect::<Vec<_>>()
    };
    assert_eq!(fingerprints(42), fingerprints(42));
    assert_ne!(fingerprints(42), fingerprints(43));
}

#[test]
fn json_and_yaml_with_keys_in_another_order_are_one_day() {
    let json = r#"{"seed": 7, "population": {"active": {"count": 50, "activity": {"zipf": 1.1}}, "new": {"count": 5,
        "between": ["09:00", "10:00"]}}, "traffic": {"requests": 900, "every_active_user": true, "shape": "day"},
        "script": [{"at": "08:00", "request": "1..=3"}, {"at": "12:00", "add_admin": 2}]}"#;
    let yaml = "
script:
  - {request: [1, \"2..=3\"], at: '08:00'}
  - add_admin: \"2\"
    at: '12:00'
traffic: {shape: day, every_active_user: true, requests: 900}
population:
  new: {between: ['09:00', '10:00'], count: 5}
  active: {activity: {zipf: 1.1}, count: 50}
seed: 7
";
    let (json, yaml) = (decoded(json, "a.json"), decoded(yaml, "b.yaml"));
    assert_eq!(json.digest, yaml.digest);
    let caches = ["event", "ttl:1h"];
    assert_eq!(outcome(&json, &caches), outcome(&yaml, &caches));
}

#[test]
fn the_total_is_met_exactly_whatever_the_day_is_made_of() {
    for (active, new, each, scripted, total) in [
        (10, 0, 1, 0, 10),
        (10, 3, 2, 4, 30),
        (1, 0, 1, 0, 5_000),
        (500, 50, 1, 7, 600),
        (3, 1, 1, 0, 20_000),
    ] {
        for every in [true, false] {
            let text = format!(
                "{{population: {{active: {{count: {active}}}, new: {{count: {new}, requests_each: {each}}}}}, \
                 traffic: {{requests: {total}, every_active_user: {every}}}, \
                 script: [{{at: '10:00', request: 1, count: {}}}]}}",
                scripted.max(1)
            );
            let scenario = decoded(&text, "a.yaml");
            let measured = &outcome(&scenario, &["event"])[0].total;
            let [requests, users] = counts(measured, [Metric::Requests, Metric::CacheSize]);
            assert_eq!(requests, total, "{text}");
            assert!(!every || users == active + new, "{text}: {users} users");
        }
    }
}

#[test]
fn what_warms_the_cache_is_not_counted() {
    let text = "{clock: {measure_from: '12:00'}, script: [{at: '09:00', request: 1}, {at: '11:00', add_admin: 2}, \
                {at: '12:00', request: '1..=2'}]}";
    let measured = &outcome(&decoded(text, "a.yaml"), &["event"])[0].total;
    let figures = [Metric::Requests, Metric::Hits, Metric::DbReads, Metric::Events, Metric::CacheSize];
    assert_eq!(counts(measured, figures), [2, 2, 0, 0, 2]);
}

#[test]
fn the_oracle_bounds_every_cache() {
    let mut day = day_json();
    for seed in 0..5 {
        day.day.seed = seed;
        let caches =
            ["oracle", "event", "event+on-event=update-if-present", "ttl:1h", "ttl:5m+sweep=1m", "none"];
        let results = outcome(&day, &caches);
        let most = counts(&results[0].total, [Metric::Hits, Metric::StaleReads]);
        assert_eq!(most[1], 0);
        for (cache, result) in caches.iter().zip(&results) {
            assert!(counts(&result.total, [Metric::Hits])[0] <= most[0], "seed {seed}, {cache}");
        }
    }
}

#[test]
fn a_share_of_the_active_users_has_a_role_from_the_start() {
    let text = "{population: {active: {count: 1000, roles: {admin: 0.02}}}, traffic: {requests: 1000, \
                every_active_user: true}}";
    let scenario = decoded(text, "a.yaml");
    let mut users = rolesim::workload::Users::default();
    let roles =
        rolesim::workload::NumberedMembers::new(&scenario.day, &mut users).roles(&scenario.day, &mut users);
    assert_eq!(roles.len(), 20);
    assert!(roles.iter().all(|(_, role)| *role == scenario.day.roles.highest()));
}

/// Nine reads queue for a database that serves one at a time, each of a second, or of ten while it is slow.
#[test]
fn a_slow_spell_counts_when_a_read_is_served() {
    let longest = |system: &str| {
        let text = format!("{{compare: [], {system}, script: [{{at: '09:00', request: '1..=9'}}]}}");
        let total = &outcome(&decoded(&text, "queue.yaml"), &["event"])[0].total;
        counts(total, [Metric::LatencyMax])[0] / 1_000_000
    };
    for (latency, from, to, spell, seconds) in [
        ("1s", "09:00:05", "09:30", "10s", 45),
        ("10s", "09:00", "09:00:05", "1s", 45),
        ("1s", "09:00:05", "09:00:06", "10s", 18),
        ("1s", "09:00", "09:00:05", "1s", 9),
    ] {
        let fault = format!("{{from: '{from}', to: '{to}', read_latency: {spell}}}");
        let database = format!("database: {{read_latency: {latency}, concurrency: 1}}");
        let measured = longest(&format!("{database}, faults: [{fault}]"));
        assert_eq!(measured, seconds, "{latency}, {spell} from {from} to {to}");
    }
}

#[test]
fn the_hours_hold_what_happened_in_them() {
    let text = "{clock: {start: '22:30', end: '1d 01:00'}, database: {read_latency: 20m}, cache: 'ttl:40m', \
                script: [{at: '22:50', request: 1}, {at: '23:15', request: 1, count: 2}, {at: '23:20', add_admin: 1}, \
                {at: '23:40', request: 1}, {at: '1d 00:30', request: 2}]}";
    let hourly = &outcome(&decoded(text, "a.yaml"), &["ttl:40m"])[0].hourly;
    let rows: Vec<_> = hourly
        .iter()
        .map(|row| {
            (
                row.from.0 / 3_600_000_000,
                row.requests,
                row.hits,
                row.db_reads,
                row.stale_reads,
                row.cache_size,
            )
        })
        .collect();
    // The read of 22:50 is stored at 23:10 and lives until 23:50; at 23:40 it still says that 1 is not an admin.
    assert_eq!(rows, [(22, 1, 0, 1, 0, 0), (23, 3, 3, 0, 1, 1), (24, 1, 0, 1, 0, 2)]);
    let expired = rows.last().map(|row| row.5);
    assert_eq!(expired, Some(2), "an expired entry that nobody read is still there");
}

#[test]
fn the_hours_add_up_to_the_day() {
    let day = day_json();
    for result in outcome(&day, &["event", "ttl:5m+sweep=1m", "none"]) {
        let figures = [Metric::Requests, Metric::Hits, Metric::Misses, Metric::DbReads, Metric::StaleReads];
        let mut sums = [0; 5];
        for row in &result.hourly {
            let own = [row.requests, row.hits, row.misses(), row.db_reads, row.stale_reads];
            sums.iter_mut().zip(own).for_each(|(sum, value)| *sum += value);
        }
        assert_eq!(sums, counts(&result.total, figures));
        assert_eq!(result.hourly.len(), 24);
        assert_eq!(result.hourly[23].cache_size, counts(&result.total, [Metric::CacheSize])[0]);
    }
}
