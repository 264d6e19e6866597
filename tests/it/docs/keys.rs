//! Every key that the tables name for a system is one that the program accepts.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::root;

/// Users for the tables' scripts and populations for their caches.
const BEGINNING: &str = "population: {active: {count: 100, roles: {admin: 20 %}}}";
const KEYS: [&str; 6] = ["cache: ", "channel: ", "database: ", "faults: ", "replicas: ", "script: "];

/// The spans of code in a line that are keys of a scenario, one scenario after the other: a key that comes again
/// begins the next.
fn scenarios(row: &str) -> Vec<Vec<&str>> {
    let mut out: Vec<Vec<&str>> = Vec::new();
    for span in row.split('`').skip(1).step_by(2) {
        let Some(key) = KEYS.into_iter().find(|key| span.starts_with(key)) else { continue };
        match out.last_mut() {
            Some(scenario) if !scenario.iter().any(|line| line.starts_with(key)) => scenario.push(span),
            _ => out.push(vec![span]),
        }
    }
    out
}

fn faults(scenario: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolesim"))
        .args(["validate", "-q", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(scenario.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap()
}

#[test]
fn a_row_is_split_where_a_key_comes_again() {
    let row = "| x | each: `cache: ttl:5m`, `replicas: {count: 2}`; `none`; one: `cache: event` |";
    assert_eq!(scenarios(row), [vec!["cache: ttl:5m", "replicas: {count: 2}"], vec!["cache: event"]]);
}

#[test]
fn the_keys_of_every_system_are_accepted() {
    let mut count = 0;
    for page in ["README.md", "docs/systems.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        for (index, row) in text.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
            for scenario in scenarios(row) {
                let scenario = format!("{BEGINNING}\n{}\n", scenario.join("\n"));
                assert_eq!(faults(&scenario), "", "{page}:{}:\n{scenario}", index + 1);
                count += 1;
            }
        }
    }
    assert!(count >= 60, "only {count} scenarios were found");
}
