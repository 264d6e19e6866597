//! The gate from outside: exit codes, files, streams, and what a CI reads.

mod endings;
mod faults;
mod scope;
mod versions;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use crate::cli::{rolesim, stderr, stdout, written};
use crate::day::shipped;

/// The shipped day in a folder of its own, with its figures accepted.
pub(crate) struct Gated {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) day: String,
    pub(crate) accepted: std::path::PathBuf,
}

pub(crate) fn gated() -> Gated {
    let folder = tempfile::tempdir().unwrap();
    let day = written(folder.path(), "day.json", &fs::read_to_string(shipped("day.json")).unwrap());
    let output = rolesim(&["check", &day, "--accept", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let accepted = folder.path().join("day.accepted.json");
    Gated { folder, day, accepted }
}

impl Gated {
    fn check(&self, arguments: &[&str]) -> Output {
        rolesim(&[&["check", self.day.as_str(), "-q"], arguments].concat())
    }

    /// Changes the accepted results.
    fn accept(&self, change: impl FnOnce(&mut Json)) {
        let mut tree: Json = serde_json::from_slice(&fs::read(&self.accepted).unwrap()).unwrap();
        change(&mut tree);
        fs::write(&self.accepted, tree.to_string()).unwrap();
    }

    fn replace(&self, old: &str, new: &str) {
        let text = fs::read_to_string(&self.day).unwrap();
        assert!(text.contains(old));
        fs::write(&self.day, text.replace(old, new)).unwrap();
    }
}

/// Standard output without its line breaks.
fn words(output: &Output) -> String {
    stdout(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The accepted own figures with one hit more, as if the day had become worse by one.
fn one_hit_more(tree: &mut Json) {
    let metrics = &mut tree["results"][0]["metrics"];
    metrics["hits"] = 8_951.into();
    metrics["misses"] = 1_049.into();
    metrics["hit_ratio"] = 0.8951.into();
}

#[test]
fn what_did_not_change_passes_in_a_line() {
    let day = gated();
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let line = stdout(&output);
    assert!(
        line.starts_with("✓ ") && line.ends_with("as accepted\n") && stderr(&output).is_empty(),
        "{line}"
    );
    assert!(words(&output).contains("9 of 9 expectations hold; 275 figures compared"), "{line}");
}

#[test]
fn another_cache_fails_and_names_the_hit_ratio_with_both_values() {
    let day = gated();
    day.replace("\"cache\": \"event\"", "\"cache\": \"ttl:5m\"");
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("✗ hit_ratio: accepted 89.50 %, now 6.84 %, −82.66 pp – worse"), "{text}");
    assert!(
        text.contains("ttl:5m, the scenario’s own cache, which was event when it was accepted:"),
        "{text}"
    );
}

#[test]
fn another_day_is_not_compared() {
    let day = gated();
    let output = day.check(&["--seed", "7"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).is_empty());
    assert!(stderr(&output).contains("another day, whose figures do not compare: the seed was 42 and is 7"));
    // The system is not part of the day: it is compared.
    for system in ["database.read_latency=1ms", "replicas.count=2", "channel.delay=1s"] {
        let output = day.check(&["--set", system]);
        assert_eq!(output.status.code(), Some(1), "{system}: {}", stderr(&output));
    }
}

#[test]
fn one_hit_in_ten_thousand_fails_everywhere_alike() {
    let day = gated();
    day.accept(one_hit_more);
    let xml = day.folder.path().join("check.xml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    let summary = day.folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    command.args(["check", &day.day, "-o"]).arg(&xml).stdin(Stdio::null());
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let (junit, summary) = (fs::read_to_string(xml).unwrap(), fs::read_to_string(summary).unwrap());
    let sentence = "hit_ratio of event: accepted 89.51 %, now 89.50 %, −0.01 pp – worse (no tolerance)";
    assert!(stdout(&output).contains("✗ hit_ratio: accepted 89.51 %, now 89.50 %, −0.01 pp – worse"));
    assert!(junit.contains(&format!("{}: {sentence}\n", day.day)), "{junit}");
    assert!(junit.contains("failures=\"1\""), "{junit}");
    let annotation = format!("{}: {}", day.day, sentence.replace('%', "%25"));
    let line = stderr(&output).lines().find(|line| line.ends_with(&annotation));
    assert!(line.is_some_and(|line| line.starts_with("::error file=")), "{}", stderr(&output));
    assert!(summary.starts_with("before\n## ✗ rolesim check: fails\n"), "{summary}");
    assert!(summary.contains("| hit_ratio | 89.51 % | 89.50 % | −0.01 pp | none | worse |"), "{summary}");
    assert!(stdout(&output).contains(&day.day), "the scenario is named");
}

#[test]
fn with_tolerances_it_passes_whoever_gives_them() {
    let day = gated();
    day.accept(one_hit_more);
    let typed = ["--tolerance", "hit_ratio=0.01pp", "--tolerance", "hits=1", "--tolerance", "misses=0.1%"];
    let output = day.check(&typed);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(words(&output).contains("3 within their tolerances"));
    let gate =
        "\"gate\": {\"hit_ratio\": \"0.5pp\", \"hits\": 5, \"misses\": \"1%\"},\n  \"cache\": \"event\"";
    day.replace("\"cache\": \"event\"", gate);
    assert_eq!(day.check(&[]).status.code(), Some(0));
    // What is typed stands over what the file says.
    let output = day.check(&["--tolerance", "hits=0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("1 worse"), "{}", stdout(&output));
    assert_eq!(day.check(&["--set", "gate.hits=0"]).status.code(), Some(1));
}

#[test]
fn an_improvement_passes_with_a_note() {
    let day = gated();
    day.accept(|tree| {
        let metrics = &mut tree["results"][0]["metrics"];
        metrics["hits"] = 8_949.into();
        metrics["hit_ratio"] = 0.8949.into();
    });
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        words(&output).contains("2 better")
            && words(&output).contains(&format!("accept it: rolesim check --accept {}", day.day)),
        "{}",
        stdout(&output)
    );
}

#[test]
fn no_data_never_passes() {
    let folder = tempfile::tempdir().unwrap();
    let empty = written(folder.path(), "empty.yaml", "{cache: event, compare: []}");
    let output = rolesim(&["check", &empty, "--accept", "-q"]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(
        words(&output).contains("nothing was accepted")
            && stdout(&output).contains("hit_ratio: has no value – nothing to compare")
    );
    assert!(!folder.path().join("empty.accepted.json").exists());
    let day = gated();
    day.accept(|tree| tree["results"][0]["metrics"]["hit_ratio"] = Json::Null);
    assert_eq!(day.check(&[]).status.code(), Some(1));
    assert_eq!(day.check(&["--tolerance", "hit_ratio=100pp"]).status.code(), Some(1));
}

#[test]
fn several_scenarios_have_one_verdict_the_worst() {
    let (good, bad) = (gated(), gated());
    bad.accept(one_hit_more);
    let output = rolesim(&["check", "-q", &good.day, &bad.day, &good.day]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).ends_with("\n3 scenarios: 2 pass, 1 fails.\n"), "{}", stdout(&output));
    let output = rolesim(&["check", "-q", "--format", "json", &good.day, &bad.day]);
    let json: Json = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!((&json["report"], &json["verdict"]), (&1.into(), &"fail".into()));
    assert_eq!(json["scenarios"][0]["gate"]["verdict"], "pass");
    assert_eq!(json["scenarios"][1]["gate"]["caches"][0]["changes"][0]["metric"], "hits");
    let output = rolesim(&["check", "-q", "--format", "json", &bad.day]);
    let json: Json = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(
        (&json["scenario"]["name"], &json["verdict"]),
        (&"A day of the mail bot".into(), &"fail".into())
    );
    let change = &json["gate"]["caches"][0]["changes"][0];
    assert_eq!(
        (&change["accepted"], &change["actual"], &change["change"]),
        (&8_951.into(), &8_950.into(), &(-1).into())
    );
    let csv = rolesim(&["check", "-q", "--format", "csv", &good.day, &bad.day]);
    assert_eq!(stdout(&csv).lines().count(), 11);
    let markdown = rolesim(&["check", "-q", "--format", "markdown", &good.day, &bad.day]);
    assert!(stdout(&markdown).contains("| hit_ratio | 89.51 % | 89.50 % |"));
}

#[test]
fn accepted_results_beside_scenarios_are_left_out_of_a_pattern() {
    let day = gated();
    let accepted = day.accepted.display().to_string();
    for command in ["check", "validate"] {
        let output = rolesim(&[command, &accepted, &day.day]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(stderr(&output).contains("holds accepted results and no scenario; left out"));
        assert_eq!(rolesim(&[command, &accepted]).status.code(), Some(2), "alone it is a mistake");
    }
    assert_eq!(rolesim(&["run", &accepted]).status.code(), Some(2));
}

#[test]
fn a_broken_expectation_is_neither_passed_nor_accepted() {
    let day = gated();
    let before = fs::read(&day.accepted).unwrap();
    let broken = ["--set", "expect.0.equals=1"];
    for more in [&["--accept"][..], &["--expectations-only"], &[]] {
        let output = day.check(&[&broken[..], more].concat());
        assert_eq!(output.status.code(), Some(1), "{more:?}");
        assert!(stdout(&output).contains("requests: expected exactly 1, measured 10,000 – does not hold"));
        assert_eq!(fs::read(&day.accepted).unwrap(), before, "{more:?}");
    }
    let left = fs::read_dir(day.folder.path()).unwrap().count();
    assert_eq!(left, 2, "no temporary file stays");
}

/// Exactly without tolerances, by the interval of differences with them.
#[test]
fn several_runs_are_gated_exactly_or_by_the_interval() {
    let folder = tempfile::tempdir().unwrap();
    let text = "{population: {active: {count: 50}}, traffic: {requests: 400}, cache: 'ttl:30m', compare: []}";
    let day = written(folder.path(), "day.yaml", text);
    let check = |arguments: &[&str]| rolesim(&[&["check", day.as_str(), "-q"], arguments].concat());
    assert_eq!(check(&["--runs", "5", "--accept"]).status.code(), Some(0));
    let path = folder.path().join("day.accepted.json");
    let kept = fs::read_to_string(&path).unwrap();
    let same = check(&["--runs", "5", "--jobs", "1"]);
    assert_eq!(
        (same.status.code(), stdout(&same)),
        (Some(0), stdout(&check(&["--runs", "5", "--jobs", "2"])))
    );
    // Runs of other seeds are others, whatever their figures.
    let mut tree: Json = serde_json::from_str(&kept).unwrap();
    tree["results"][0]["runs"][2]["seed"] = 7.into();
    fs::write(&path, tree.to_string()).unwrap();
    let edited = check(&["--runs", "5"]);
    assert_eq!(edited.status.code(), Some(2), "{}", stdout(&edited));
    assert!(
        stderr(&edited).contains("run 3 of `ttl:30m` says that its seed is 7, and it is"),
        "{}",
        stderr(&edited)
    );
    fs::write(&path, &kept).unwrap();
    let other = check(&["--runs", "4"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(
        stderr(&other).contains("run 5 times, and now it is run 4 times; give --runs 5"),
        "{}",
        stderr(&other)
    );
    assert_eq!(check(&[]).status.code(), Some(2));
    // One hit less in the third run alone: exactly, that is worse; on the whole it is within a hundred.
    let mut tree: Json = serde_json::from_str(&kept).unwrap();
    let hits = &mut tree["results"][0]["runs"][2]["metrics"]["hits"];
    *hits = (hits.as_u64().unwrap() + 1).into();
    fs::write(&path, tree.to_string()).unwrap();
    let exact = check(&["--runs", "5"]);
    assert_eq!(exact.status.code(), Some(1));
    assert!(stdout(&exact).contains("in the run with seed"), "{}", stdout(&exact));
    assert_eq!(check(&["--runs", "5", "--tolerance", "hits=100"]).status.code(), Some(0));
    // The interval of five differences 0, 0, 1, 0, 0 reaches beyond 0 and not up to 1.
    let unclear = check(&["--runs", "5", "--tolerance", "hits=0"]);
    assert_eq!(unclear.status.code(), Some(0), "{}", stdout(&unclear));
    assert!(stdout(&unclear).contains("in the mean") && stdout(&unclear).contains("inconclusive"));
    assert_eq!(check(&["--runs", "5", "--tolerance", "hits=0", "--strict"]).status.code(), Some(1));
}

#[test]
fn a_reader_who_leaves_changes_no_verdict() {
    let day = gated();
    day.accept(one_hit_more);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    let mut child = command.args(["check", "-q", &day.day]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn a_summary_that_cannot_be_written_is_a_warning() {
    let day = gated();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    command.args(["check", "-q", &day.day]).env("GITHUB_ACTIONS", "true");
    command.env("GITHUB_STEP_SUMMARY", Path::new("/nowhere/summary.md"));
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).starts_with("warning: /nowhere/summary.md: the step's summary cannot be written")
    );
}

#[cfg(unix)]
#[test]
fn a_summary_that_is_a_pipe_is_left_out() {
    let day = gated();
    let pipe = day.folder.path().join("summary");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut command = Command::new("timeout");
    command
        .args(["60", env!("CARGO_BIN_EXE_rolesim"), "check", "-q", &day.day])
        .env("GITHUB_ACTIONS", "true");
    let output = command.env("GITHUB_STEP_SUMMARY", &pipe).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).ends_with("cannot be written: it is not a regular file\n"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_hint_is_never_to_do_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let empty = written(folder.path(), "empty.yaml", "{cache: event, compare: []}");
    let broken = "{script: [{at: '09:00', request: 1}], compare: [], expect: [{metric: hits, equals: 5}]}";
    let broken = written(folder.path(), "broken.yaml", broken);
    for lang in ["en", "ru"] {
        for (day, en, ru) in [
            (&empty, "give the day requests that are counted", "нужны учитываемые запросы"),
            (&broken, "Nothing is accepted while an expectation does not hold", "Пока ожидание не выполнено"),
        ] {
            let output = rolesim(&["check", day, "--accept", "-q", "--lang", lang]);
            assert_eq!(output.status.code(), Some(1));
            let text = words(&output);
            assert!(text.contains(if lang == "en" { en } else { ru }), "{text}");
            assert!(!text.contains("--accept"), "{text}");
        }
    }
}

#[test]
fn the_lines_of_expectations_reach_the_annotations() {
    let folder = tempfile::tempdir().unwrap();
    let text = "script:\n  - {at: '09:00', request: 1}\nexpect:\n  - {metric: hits, equals: 5}\n";
    let path = written(folder.path(), "day.yaml", text);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    command.args(["check", "-q", "--expectations-only", &path]).env("GITHUB_ACTIONS", "true");
    let output = command.env_remove("GITHUB_STEP_SUMMARY").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("day.yaml,line=4,title=rolesim check::"), "{}", stderr(&output));
}

#[test]
fn every_shipped_scenario_is_as_accepted() {
    let mut arguments = vec!["check".to_owned()];
    let entries = fs::read_dir(shipped("")).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|one| one == "json" || one == "yaml"));
    arguments.extend(files.map(|path| path.display().to_string()));
    let output = rolesim(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).lines().all(|line| !line.contains("better")), "{}", stdout(&output));
}
