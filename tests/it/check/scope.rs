//! What a gate compares, and what it accepts.

use std::fs;

use serde_json::Value as Json;

use super::{gated, one_hit_more, words};
use crate::cli::{rolesim, stderr, stdout, written};

#[test]
fn a_default_tolerance_is_for_all_that_have_none() {
    let day = gated();
    day.accept(one_hit_more);
    assert_eq!(day.check(&[]).status.code(), Some(1));
    for more in [&["--tolerance", "default=1%"][..], &["--set", "gate.default=1%"]] {
        let output = day.check(more);
        assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
        assert!(words(&output).contains("3 within their tolerances"), "{}", stdout(&output));
    }
    let output = day.check(&["--set", "gate.default=1%", "--set", "gate.hits=0"]);
    assert_eq!(output.status.code(), Some(1), "one of its own stands over it");
    assert!(words(&output).contains("1 worse, 2 within"), "{}", stdout(&output));
}

#[test]
fn only_what_is_in_scope_is_compared() {
    let day = gated();
    day.accept(one_hit_more);
    for (gate, code) in [
        ("gate.only=[stale_grants, window_us]", 0),
        ("gate.only=[hits]", 1),
        ("gate.ignore=[hits, misses, hit_ratio]", 0),
        ("gate.ignore=[hits]", 1),
        ("gate.ignore_caches=[event]", 0),
        ("gate.ignore_caches=[none]", 1),
        ("gate.only=[fresh_within]", 0),
    ] {
        let output = day.check(&["--set", gate]);
        assert_eq!(output.status.code(), Some(code), "{gate}: {}{}", stdout(&output), stderr(&output));
    }
    let output = day.check(&["--set", "gate.only=[stale_grants, window_us]"]);
    assert!(words(&output).contains("25 figures compared"), "five of each cache: {}", stdout(&output));
}

#[test]
fn accepting_shows_what_it_replaces() {
    let day = gated();
    day.accept(one_hit_more);
    let output = day.check(&["--accept"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(words(&output).contains("hits: 8,951 → 8,950 – worse"), "{}", stdout(&output));
    assert!(words(&output).contains("hit_ratio: 89.51 % → 89.50 %"), "{}", stdout(&output));
    let output = day.check(&["--accept"]);
    assert!(!stdout(&output).contains('→'), "nothing changed: {}", stdout(&output));
}

#[test]
fn what_was_never_accepted_is_and_the_rest_is_compared() {
    let day = gated();
    day.accept(one_hit_more);
    let kept = fs::read(&day.accepted).unwrap();
    let text = "{script: [{at: '09:00', request: 1, count: 2, every: 1s}]}";
    let new = written(day.folder.path(), "new.yaml", text);
    let output = rolesim(&["check", "-q", "--accept-missing", &day.day, &new]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(words(&output).contains("accepted 3 caches into") && words(&output).contains("3 worse"));
    assert_eq!(fs::read(&day.accepted).unwrap(), kept);
    let output = rolesim(&["check", "-q", "--accept-missing", &new]);
    assert!(words(&output).contains("all as accepted"), "{}", stdout(&output));
}

#[test]
fn a_verdict_names_the_commands_that_lead_on() {
    let day = gated();
    let json = rolesim(&["run", &day.day, "--cache", "ttl:5m", "--format", "json", "-q"]);
    let run: Json = serde_json::from_str(stdout(&json)).unwrap();
    assert!(run["results"][0]["metrics"]["stale_reads"].as_u64() > Some(0));
    let output = day.check(&["--cache", "ttl:5m", "--set", "expect=[]"]);
    assert_eq!(output.status.code(), Some(1));
    let typed = "--set 'expect=[]' --cache ttl:5m";
    for command in ["check --accept", "explain --first-stale"] {
        let command = format!("rolesim {command} {typed} {}", day.day);
        assert!(words(&output).contains(&command), "{command}: {}", stdout(&output));
    }
    // The commands do what they say.
    let explain = ["explain", "--first-stale", "--set", "expect=[]", "--cache", "ttl:5m", "-q", &day.day];
    assert_eq!(rolesim(&explain).status.code(), Some(0));
    let accept = ["check", "--accept", "--set", "expect=[]", "--cache", "ttl:5m", "-q", &day.day];
    assert!(rolesim(&accept).status.code().is_some_and(|code| code <= 1));
}
