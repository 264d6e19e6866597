//! Several runs of one scenario: seeds of their own, paired differences, verdicts over all of them.

use serde_json::Value;

use crate::cli::{rolesim, scenario, stderr, stdout, written};

const SMALL: &str = r#"{
  "version": 1, "compare": ["ttl:5m", "none"],
  "clock": {"start": "08:00", "end": "12:00"},
  "population": {"active": {"count": 40, "activity": {"zipf": 0.9}, "roles": {"admin": 0.5}}},
  "traffic": {"requests": 400},
  "role_changes": {"count": 20},
  "expect": [
    {"metric": "requests", "equals": 400},
    {"metric": "hits", "min": 362, "level": "warn"},
    {"metric": "events_delivered", "min": 20, "at": "11:00", "level": "note"}
  ]
}"#;

fn json(arguments: &[&str]) -> Value {
    let output = rolesim(&[arguments, &["--format", "json", "--quiet"]].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

fn small(folder: &tempfile::TempDir) -> String {
    written(folder.path(), "small.json", SMALL)
}

#[test]
fn the_bytes_are_the_same_for_every_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let small = small(&folder);
    for form in ["json", "csv", "table"] {
        for command in ["run", "compare"] {
            let bytes =
                |jobs| rolesim(&[command, &small, "--runs", "30", "--jobs", jobs, "--format", form]).stdout;
            let one = bytes("1");
            assert!(!one.is_empty());
            assert_eq!(one, bytes("2"), "{command} {form}");
            assert_eq!(one, bytes("16"), "{command} {form}");
        }
    }
    let day = scenario("nasa-day.yaml");
    let bytes = |jobs| rolesim(&["run", &day, "--runs", "3", "--jobs", jobs, "--format", "json"]).stdout;
    assert_eq!(bytes("1"), bytes("2"), "a recorded day is read by each run");
}

#[test]
fn each_run_is_its_seeds_and_the_first_the_scenarios_own() {
    let folder = tempfile::tempdir().unwrap();
    let small = small(&folder);
    let several = json(&["compare", &small, "--runs", "4"]);
    assert_eq!(several["scenario"]["runs"], 4);
    assert_eq!(several["results"][0]["runs"][0]["seed"], 42);
    for (cache, result) in several["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["runs"].as_array().unwrap().len(), 4);
        assert_eq!(result["runs"][0]["metrics"], result["metrics"]);
        assert_eq!(result["runs"][0]["fingerprint"], result["fingerprint"]);
        for run in result["runs"].as_array().unwrap() {
            let single = json(&["compare", &small, "--seed", &run["seed"].to_string()]);
            assert_eq!(single["results"][cache]["metrics"], run["metrics"]);
            assert_eq!(single["results"][cache]["fingerprint"], run["fingerprint"]);
        }
    }
}

#[test]
fn means_and_paired_differences_are_those_of_the_runs() {
    let folder = tempfile::tempdir().unwrap();
    let small = small(&folder);
    let several = json(&["compare", &small, "--runs", "5"]);
    let figures = |cache: usize| -> Vec<f64> {
        let runs = several["results"][cache]["runs"].as_array().unwrap();
        runs.iter().map(|run| run["metrics"]["db_reads"].as_f64().unwrap()).collect()
    };
    // Student's t for four degrees of freedom.
    let summed = |figures: &[f64]| {
        let mean = figures.iter().sum::<f64>() / 5.0;
        let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / 4.0;
        (mean, 2.776_445_105 * (variance / 5.0).sqrt())
    };
    let near = |json: &Value, wanted: f64| (json.as_f64().unwrap() - wanted).abs() < 1e-6;
    let (own, ttl) = (figures(0), figures(1));
    let (mean, half) = summed(&own);
    let spread = &several["results"][0]["spread"]["db_reads"];
    assert!(near(&spread["mean"], mean) && near(&spread["half_width"], half), "{spread} {mean} {half}");
    assert_eq!(spread["min"].as_f64(), own.iter().copied().reduce(f64::min));
    assert!(spread["min"].is_u64() && spread["max"].is_u64());
    let (mean, half) = summed(&ttl.iter().zip(&own).map(|(ttl, own)| ttl - own).collect::<Vec<_>>());
    let difference = &several["differences"][0];
    assert_eq!(difference["label"], "ttl:5m");
    let paired = &difference["metrics"]["db_reads"];
    assert!(near(&paired["mean"], mean) && near(&paired["half_width"], half), "{paired} {mean} {half}");
    assert!(several["results"][0]["spread"]["stale_age_us"]["p50"].is_null(), "undefined in some runs");
}

#[test]
fn an_expectation_must_hold_in_every_run() {
    let folder = tempfile::tempdir().unwrap();
    let small = small(&folder);
    let several = json(&["run", &small, "--runs", "30"]);
    let hits = &several["expectations"][1];
    let runs = several["results"][0]["runs"].as_array().unwrap();
    let low = runs.iter().map(|run| run["metrics"]["hits"].as_u64().unwrap()).filter(|hits| *hits < 362);
    let low: Vec<u64> = low.collect();
    assert!(!low.is_empty() && low.len() < 30, "the limit lies within what chance gives: {low:?}");
    assert_eq!(hits["verdict"], "fail");
    assert_eq!(hits["runs_failing"], low.len());
    assert_eq!(hits["actual"], low[0]);
    assert_eq!(several["expectations"][0]["runs_failing"], 0);
    assert_eq!(several["verdict"], "pass");
    let strict = json(&["run", &small, "--runs", "30", "--set", "expect.1.level=error"]);
    assert_eq!(strict["verdict"], "fail");
    let once = json(&["run", &small]);
    assert!(
        once["expectations"][0].get("runs_failing").is_none() && once["results"][0].get("spread").is_none()
    );
}

#[test]
fn what_can_only_be_told_of_one_run_is_refused_for_several() {
    let day = scenario("day.json");
    for (arguments, words) in [
        (&["run", &day, "--runs", "2", "--steps"][..], "--steps tells the script of one run"),
        (&["run", &day, "--runs", "2", "--log", "x.jsonl"], "--log tells every request of one run"),
        (&["explain", &day, "--runs", "2", "--user", "1"], "unexpected argument '--runs'"),
        (
            &["run", &day, "--runs", "0"],
            "--runs 0: is out of range, found `0`; write a number from 1 to 10000",
        ),
        (&["run", &day, "--runs", "10001"], "--runs 10001: is out of range"),
        (&["run", &day, "--runs", "-1"], "--runs -1: is not a whole number"),
        (
            &["compare", &day, "--jobs", "0"],
            "--jobs 0: is out of range, found `0`; write a number from 1 to 1024",
        ),
    ] {
        let output = rolesim(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_run_that_cannot_be_drawn_names_its_seed() {
    let folder = tempfile::tempdir().unwrap();
    let small = small(&folder);
    let few_admins = "population.active.roles.admin=0.1";
    let run = |more: &[&str]| rolesim(&[&["run", &small, "--set", few_admins], more].concat());
    assert_eq!(run(&[]).status.code(), Some(0));
    let one = run(&["--runs", "100", "--jobs", "1"]);
    assert_eq!(one.status.code(), Some(2));
    assert_eq!(stderr(&one), stderr(&run(&["--runs", "100", "--jobs", "2"])));
    let (run_number, rest) = stderr(&one).split_once(", which is --seed ").unwrap();
    let (seed, message) = rest.split_once(": ").unwrap();
    let place = format!("error: {small}:");
    assert!(run_number.starts_with(&place) && run_number.contains(": role_changes: run "), "{run_number}");
    assert!(message.starts_with("at "), "{message}");
    assert!(stderr(&run(&["--seed", seed])).contains(message));
}
