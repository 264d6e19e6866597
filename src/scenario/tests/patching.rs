//! Fields set from the command line.

use super::probe;
use crate::scenario::{Scenario, assign, decode, parse};

fn with(text: &str, assignments: &[&str]) -> Result<Scenario, String> {
    let mut tree = parse(text.as_bytes(), "day.yaml").map_err(|faults| faults.to_string())?;
    for assignment in assignments {
        assign(&mut tree, "--set", assignment).map_err(|fault| fault.to_string())?;
    }
    decode(&tree, "day.yaml", &mut probe).map_err(|faults| faults.to_string())
}

const DAY: &str = "
seed: 1
cache: ttl:5m+sweep=1m
database: {users: [{id: 1, role: user}, {id: 2, role: user}]}
population: {active: {count: 5}}
traffic: {requests: 9}
script: [{at: '01:00', request: 7}]
";

#[test]
fn any_field_can_be_set() {
    for (assignment, changed) in [
        ("seed=5", "seed: 5"),
        ("traffic.requests=5000", "requests: 5000"),
        ("script.0.at=02:00", "'02:00'"),
        ("script.0.request=[1, 2]", "[1, 2]"),
        ("cache.ttl=30s", "30s"),
        ("cache={kind: none}", "none"),
        ("cache=event", "event"),
        ("database.users.1.role=admin", "admin"),
        ("population.active.activity={zipf: 1.1}", "zipf"),
        ("clock.end=23:00", "a mapping that was not there"),
        ("compare.0.ttl=1m", "the default list"),
        ("cache.jitter=0.1", "0.1"),
        ("database.read_latency={exponential: 5ms}", "exponential"),
        ("replicas.count=3", "3"),
        ("channel.loss=1 %", "1 %"),
        ("role_changes.count=5", "5"),
        ("traffic.sessions={requests: 2, gap: 1m}", "sessions"),
        ("compare=[none, oracle]", "a new list"),
    ] {
        let (before, after) = (with(DAY, &[]).unwrap(), with(DAY, &[assignment]));
        assert_ne!(Ok(before), after, "{assignment} ({changed})");
        assert!(after.is_ok(), "{assignment}: {after:?}");
    }
}

#[test]
fn an_option_of_a_cache_is_set_in_both_ways_of_writing_it() {
    for (text, assignments, cache) in [
        ("cache: ttl:5m+sweep=1m", &["cache.ttl=30s"][..], "ttl:30s+sweep=1m"),
        ("cache: {kind: ttl, ttl: 5m}", &["cache.sweep=1m"], "ttl:5m+sweep=1m"),
        ("{}", &["cache.guard=none"], "event+guard=none"),
        ("{}", &["cache.ttl=1h", "cache.guard=none"], "event+guard=none+ttl=1h"),
        ("cache: idle:5m", &["cache.capacity=9", "cache.deny=1m"], "idle:5m+deny=1m+capacity=9"),
        ("cache: ttl:5m", &["cache.kind=idle"], "idle:5m"),
        ("{}", &["cache=ttl:5m", "cache.ttl=6m"], "ttl:6m"),
    ] {
        let scenario = with(text, assignments).unwrap();
        assert_eq!(scenario.cache.policy.to_string(), cache, "{text} {assignments:?}");
    }
    let compared = with("{}", &["compare.0.ttl=30s", "compare.0.label=short"]).unwrap().compare;
    assert_eq!(compared[0].title(), "short");
    assert_eq!(compared[0].policy.to_string(), "ttl:30s+sweep=1m");
}

#[test]
fn setting_a_default_leaves_the_day_as_it_is() {
    let plain = with(DAY, &[]).unwrap();
    for default in
        ["clock.start=00:00", "roles=[user, admin]", "traffic.shape=flat", "version=1", "replicas.count=1"]
    {
        assert_eq!(with(DAY, &[default]).as_ref(), Ok(&plain), "{default}");
    }
}

#[test]
fn a_fault_of_an_option_names_the_option() {
    for (assignment, message) in [
        (
            "traffic.requests=many",
            "day.yaml: --set traffic.requests=many: traffic.requests: is not a whole number, found `many`; write",
        ),
        ("trafic.requests=5", "trafic: is not a key of a scenario, found `trafic`; did you mean `traffic`?"),
        ("traffic.request=5", "did you mean `requests`?"),
        (
            "script.1.at=02:00",
            "--set script.1.at=02:00: script.1: the list has no such item, found `1`; write a number from 0 to 0",
        ),
        ("script.x=1", "the list has no such item, found `x`"),
        ("seed.x=1", "seed.x: the path goes through a single value, found `1`; end the path at `seed`"),
        ("seed", "no value is given; write PATH=VALUE"),
        ("=5", "the path has an empty part"),
        ("a..b=5", "the path has an empty part"),
        ("seed=[1", "seed: the text is not YAML"),
        ("seed=", "seed: is not a whole number, found nothing"),
        ("seed=!!int 5", "a tag is not part of a scenario"),
        ("cache.ttl=5", "cache.ttl: the duration of `ttl` has no unit"),
        (
            "cache.tll=5s",
            "`ttl` has no option `tll`, found `5s`; its options are ttl, sweep, jitter, deny, quantize, refresh, stale-if-error, retry, recheck, capacity; did you mean `ttl`?",
        ),
        ("cache=lru", "no cache is called `lru`"),
    ] {
        let error = with(DAY, &[assignment]).unwrap_err();
        assert!(error.contains(message) && error.contains("--set"), "{assignment}: {error}");
        assert!(!error.contains('\n'), "{assignment}: {error}");
    }
}
