//! Shipped scenarios and reports of the program keep to the schemas that the program prints.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value as Json, json};

fn rolesim(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim-schema-subject"));
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name)
}

fn schema(of: &str) -> jsonschema::Validator {
    let schema: Json = serde_json::from_slice(&rolesim(&["schema", of]).stdout).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "{of}: not a valid JSON Schema itself");
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn shipped_scenarios_name_the_schema_and_keep_to_it() {
    let schema = schema("scenario");
    for entry in fs::read_dir(shipped("")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
        let text = match extension.as_deref() {
            Some("json" | "yaml") => fs::read_to_string(&path).unwrap(),
            _ => continue,
        };
        if name.ends_with(".json") && !name.ends_with(".accepted.json") {
            let scenario: Json = serde_json::from_str(&text).unwrap();
            assert_eq!(scenario["$schema"], "../docs/scenario.schema.json", "{name}");
            assert!(schema.is_valid(&scenario), "{name}");
        } else if name.ends_with(".yaml") {
            let line = "# yaml-language-server: $schema=../docs/scenario.schema.json";
            assert_eq!(text.lines().next(), Some(line), "{name}");
        }
    }
}

#[test]
fn reports_keep_to_their_schema_and_broken_ones_do_not() {
    let schema = schema("report");
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.yaml");
    fs::write(&empty, "{expect: [{metric: hit_ratio, min: 0}]}").unwrap();
    let mut some = Json::Null;
    for (command, name) in [
        ("run", shipped("walkthrough.json")),
        ("compare", shipped("overtaken-fetch.yaml")),
        ("compare", shipped("day.json")),
        ("run", empty),
        ("check", shipped("overtaken-fetch.yaml")),
        ("sweep", shipped("lost-revocation.yaml")),
    ] {
        let name = name.to_str().unwrap();
        for runs in ["1", "3"] {
            let more: &[&str] = if command == "check" { &["--expectations-only"] } else { &[] };
            let given = [&[command, name, "--format", "json", "-q", "--runs", runs][..], more].concat();
            let output = rolesim(&given);
            let report: Json = serde_json::from_slice(&output.stdout).unwrap();
            let wrong: Vec<_> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{command} {name}: {wrong:?}");
            if command == "compare" && runs == "1" {
                some = report;
            }
        }
    }
    for (path, value) in [
        ("/report", json!(2)),
        ("/verdict", json!("maybe")),
        ("/results", json!([])),
        ("/results/0/fingerprint", json!("xyz")),
        ("/results/0/metrics/hits", json!(-1)),
        ("/results/0/metrics/hits", json!(null)),
        ("/results/0/metrics/hit_ratio", json!(1.5)),
        ("/results/0/metrics/window_us/max", json!("5m")),
        ("/results/0/metrics", json!({})),
        ("/results/0/hourly/0", json!({"from": "08:00"})),
        ("/expectations/0/level", json!("fatal")),
    ] {
        let mut broken = some.clone();
        *broken.pointer_mut(path).unwrap() = value;
        assert!(!schema.is_valid(&broken), "{path}");
    }
}
