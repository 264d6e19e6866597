//! The choice among caches, held to trying each of them alone.

use std::fmt::Write;

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::cli::{rolesim, scenario, stderr, stdout, written};
use crate::tier::seeds;

/// Caches that differ in reads and in how long a revoked role lives.
const CACHES: [&str; 7] =
    ["event", "event+guard=none", "ttl:10s", "ttl:2m+sweep=30s", "idle:1m", "event+ttl=40s", "none"];

fn json(arguments: &[&str], code: i32) -> Value {
    let output = rolesim(&[arguments, &["--format", "json", "--quiet"]].concat());
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

/// Standard output without its line breaks.
fn words(output: &std::process::Output) -> String {
    stdout(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A small day on which much goes wrong.
fn day(rng: &mut Xoshiro256PlusPlus) -> String {
    let mut text = String::new();
    let users = rng.random_range(1..30);
    let (requests, changes) = (rng.random_range(users..400), rng.random_range(0..20));
    writeln!(text, "seed: {}", rng.random_range(0..1_000_000)).unwrap();
    writeln!(text, "clock: {{start: '08:00', end: '08:20'}}").unwrap();
    writeln!(text, "population: {{active: {{count: {users}, roles: {{admin: 0.5}}}}}}").unwrap();
    writeln!(text, "traffic: {{requests: {requests}}}").unwrap();
    if users > 4 {
        writeln!(text, "role_changes: {{count: {changes}, grants: 0.5}}").unwrap();
    }
    let [loss, errors] = [0.0, 0.3].map(|most| rng.random_range(0.0..=most));
    let latency = ["0s", "100ms", "5s"].choose(rng).unwrap();
    writeln!(text, "channel: {{loss: {loss}, delay: {latency}}}").unwrap();
    writeln!(text, "database: {{read_errors: {errors}, read_latency: {latency}}}").unwrap();
    writeln!(text, "cache: {}\ncompare: [oracle]", CACHES.choose(rng).unwrap()).unwrap();
    text
}

/// Whether a cache keeps a limit: what has no value keeps it only if there was nothing to revoke.
fn keeps(metrics: &Value, metric: &str, most: u64) -> bool {
    let value = metric.split('.').fold(metrics, |tree, part| &tree[part]);
    match value.as_u64() {
        Some(value) => value <= most,
        None => metric == "window_us.max" && metrics["requests"].as_u64() > Some(0),
    }
}

#[test]
fn no_cache_that_keeps_all_limits_is_cheaper() {
    let folder = tempfile::tempdir().unwrap();
    let (mut chosen, mut refused) = (0, 0);
    for seed in seeds(1_000) {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let file = written(folder.path(), "day.yaml", &day(&mut rng));
        let limits: Vec<(&str, u64, String)> = [
            ("window_us.max", *[0, 30_000_000, 200_000_000].choose(&mut rng).unwrap()),
            ("stale_grants", rng.random_range(0..5)),
            ("failed", rng.random_range(0..40)),
            ("guaranteed_window_us", *[60_000_000, 600_000_000].choose(&mut rng).unwrap()),
        ]
        .into_iter()
        .filter(|_| rng.random_bool(0.5))
        .map(|(metric, most)| {
            let unit = if metric.contains("_us") { "us" } else { "" };
            (metric, most, format!("--at-most={metric}={most}{unit}"))
        })
        .collect();
        let options: Vec<&str> = limits.iter().map(|(.., option)| option.as_str()).collect();
        let vary = format!("--vary=cache={}", CACHES.join(","));
        let output = rolesim(&[&["choose", &file, &vary, "--format", "json", "-q"], &options[..]].concat());
        if output.status.code() == Some(2) {
            // Nobody is left whose role could be raised or reduced.
            assert!(stderr(&output).contains("finds nobody"), "seed {seed}: {}", stderr(&output));
            continue;
        }
        let report: Value = serde_json::from_str(stdout(&output)).unwrap();
        // Each cache alone, by another command.
        let alone = CACHES.map(|cache| {
            let run = json(&["run", &file, "--cache", cache], 0);
            (cache, run["results"][0]["metrics"].clone())
        });
        let good = alone
            .iter()
            .filter(|(_, metrics)| limits.iter().all(|(metric, most, _)| keeps(metrics, metric, *most)));
        let fewest = good.map(|(_, metrics)| metrics["db_reads"].as_u64().unwrap()).min();
        let choice = &report["choice"];
        let found = alone.iter().find(|(cache, _)| choice["cache"] == *cache);
        assert_eq!(found.map(|(_, metrics)| metrics["db_reads"].as_u64().unwrap()), fewest, "seed {seed}");
        assert_eq!(output.status.code(), Some(i32::from(fewest.is_none())), "seed {seed}");
        let broken = choice["rejected"].as_array().unwrap().len();
        let bad =
            alone.iter().filter(|(_, m)| !limits.iter().all(|(metric, most, _)| keeps(m, metric, *most)));
        assert_eq!(broken, bad.count(), "seed {seed}");
        if fewest.is_some() { chosen += 1 } else { refused += 1 }
    }
    if crate::tier::full() {
        assert!(chosen > 100 && refused > 20, "{chosen} {refused}");
    }
}

#[test]
fn own_listed_and_usual_lives_are_candidates_and_no_bound_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{cache: 'idle:5m', compare: [oracle, none], population: {active: {count: 3}}, traffic: {requests: 9}}";
    let day = written(folder.path(), "day.yaml", text);
    let labels = |arguments: &[&str]| -> Vec<String> {
        let report = json(&[&["choose", &day][..], arguments].concat(), 0);
        let label = |result: &Value| result["label"].as_str().unwrap().to_owned();
        report["results"].as_array().unwrap().iter().map(label).collect()
    };
    let usual = labels(&["--with", "event"]);
    assert_eq!(usual[..4], ["idle:5m", "none", "event", "ttl:1s"]);
    assert_eq!(usual.len(), 3 + 18 + 18);
    assert_eq!(usual.last().unwrap(), "event+ttl=1d");
    assert_eq!(labels(&["--vary", "cache=ttl:7s,oracle"]), ["idle:5m", "none", "ttl:7s"]);
}

#[test]
fn a_shipped_day_has_a_cheapest_cache_within_an_hour() {
    let day = scenario("lossy-day.yaml");
    let vary = "--vary=cache=ttl:30m,event+ttl=2h";
    let output = rolesim(&["choose", &day, vary, "--revoked-within", "1h", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = words(&output);
    assert!(text.contains("the cheapest that keeps all limits (window_us.max at most 1h)"), "{text}");
    assert!(text.contains("the cache’s rules guarantee"), "{text}");
    assert!(stdout(&output).lines().all(|line| line.chars().count() <= 80), "{text}");
    let output = rolesim(&["choose", &day, vary, "--at-most", "db_reads=0", "-q"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("keeps all limits (db_reads at most 0)"));
}

#[test]
fn several_runs_must_all_keep_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{population: {active: {count: 20, roles: {admin: 0.5}}}, traffic: {requests: 900}, role_changes: {count: 9}}";
    let day = written(folder.path(), "day.yaml", text);
    let report = json(&["choose", &day, "--runs", "5", "--at-most", "stale_grants=0"], 0);
    let label = &report["choice"]["label"];
    let result = report["results"].as_array().unwrap().iter().find(|one| one["label"] == *label).unwrap();
    assert!(result["runs"].as_array().unwrap().iter().all(|run| run["metrics"]["stale_grants"] == 0));
}

#[test]
fn what_cannot_be_a_limit_is_told_with_its_place() {
    let day = scenario("day.json");
    for (arguments, said) in [
        (&["--at-most", "stale_grant=1"][..], "did you mean `stale_grants`?"),
        (&["--at-most", "stale_grants"], "write METRIC=VALUE"),
        (&["--revoked-within", "5"], "--revoked-within 5"),
        (&["--at-most", "hit_ratio=2"], "--at-most hit_ratio=2"),
        (&["--vary", "seed=1,2"], "only `cache` and its fields can be varied"),
    ] {
        let output = rolesim(&[&["choose", &day][..], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}
