//! Saved reports: in other formats, and held to each other.

use std::fs;

use serde_json::Value as Json;

use crate::cli::{rolesim, scenario, stderr, stdout};

/// A folder, and a report in it that a command wrote as JSON.
fn saved(arguments: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json").display().to_string();
    let output = rolesim(&[arguments, &["-q", "-o", &path]].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(&output));
    (folder, path)
}

#[test]
fn a_saved_report_has_the_forms_that_its_command_wrote() {
    let day = scenario("walkthrough.json");
    for arguments in [
        &["run", &day][..],
        &["run", &day, "--runs", "3"],
        &["compare", &day],
        &["choose", &day, "--at-most", "stale_grants=0", "--vary", "cache=ttl:1m,none"],
        &["check", &day, &scenario("new-user.json")],
        &["check", &day],
    ] {
        let (folder, report) = saved(arguments);
        let checked = arguments[0] == "check";
        let forms = ["md", "html", "csv", "json", "xml"];
        for form in forms.iter().take(if checked { 5 } else { 4 }) {
            let (direct, again) = (format!("a.{form}"), format!("b.{form}"));
            let path = |name: &str| folder.path().join(name).display().to_string();
            rolesim(&[arguments, &["-q", "-o", &path(&direct)]].concat());
            let output = rolesim(&["render", &report, "-o", &path(&again)]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let read = |name: &str| fs::read_to_string(path(name)).unwrap();
            // The lines of expectations are not in a report.
            let plain = |text: String| text.replace(|c: char| c.is_ascii_digit(), "");
            if *form == "xml" {
                assert_eq!(plain(read(&again)), plain(read(&direct)).replace(" line=\"\"", ""));
            } else {
                assert_eq!(read(&again), read(&direct), "{arguments:?} {form}");
            }
        }
        let printed = rolesim(&["render", &report, "--lang", "ru"]);
        let text = rolesim(&[arguments, &["-q", "--lang", "ru"]].concat());
        assert_eq!(stdout(&printed), stdout(&text), "{arguments:?}");
        let file = folder.path().join("x.txt").display().to_string();
        assert_eq!(rolesim(&["render", &report, "-o", &file, "--lang", "ru"]).status.code(), Some(0));
        assert_eq!(fs::read_to_string(&file).unwrap(), stdout(&printed));
    }
}

#[test]
fn expectations_of_a_run_are_tests() {
    let (folder, report) = saved(&["run", &scenario("day.json")]);
    let xml = folder.path().join("x.xml").display().to_string();
    assert_eq!(rolesim(&["render", &report, "-o", &xml]).status.code(), Some(0));
    let xml = fs::read_to_string(xml).unwrap();
    assert!(xml.contains("tests=\"16\"") && xml.contains("failures=\"0\""), "{xml}");
}

#[test]
fn a_worse_report_is_told_metric_by_metric() {
    let day = scenario("day.json");
    let (_old_folder, old) = saved(&["run", &day]);
    let (_new_folder, new) = saved(&["run", &day, "--cache", "ttl:5m"]);
    let same = rolesim(&["diff", &old, &old]);
    assert_eq!(same.status.code(), Some(0), "{}", stderr(&same));
    assert!(stdout(&same).contains("all as before"), "{}", stdout(&same));
    let output = rolesim(&["diff", &old, &new]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("✗ hit_ratio: 89.50 % → 6.84 % – worse"), "{}", stdout(&output));
    assert!(!stdout(&output).contains("--accept"));
    let better = rolesim(&["diff", &new, &old, "--format", "json"]);
    let json: Json = serde_json::from_str(stdout(&better)).unwrap();
    let changes = json["gate"]["caches"][0]["changes"].as_array().unwrap();
    let hits = changes.iter().find(|change| change["metric"] == "hits").unwrap();
    assert_eq!(
        (&hits["accepted"], &hits["actual"], &hits["verdict"]),
        (&684.into(), &8950.into(), &"better".into())
    );
    let loose = ["--tolerance", "default=100000%", "--tolerance", "stale_grants=1000"];
    assert!(rolesim(&[&["diff", &old, &new][..], &loose].concat()).status.code().is_some());
}

#[test]
fn what_cannot_be_compared_or_rendered_is_told() {
    let (folder, day) = saved(&["run", &scenario("day.json")]);
    let (_other, other) = saved(&["run", &scenario("walkthrough.json")]);
    let (_swept, sweep) = saved(&["sweep", &scenario("new-user.json"), "--vary", "cache=event,none"]);
    let nowhere = folder.path().join("nowhere.json").display().to_string();
    let text = crate::cli::written(folder.path(), "x.json", "{\"a\": 1}");
    for (arguments, code, said) in [
        (&["diff", &day, &other][..], 2, "of another day, whose figures do not compare"),
        (&["diff", &text, &nowhere], 2, "not a rolesim report"),
        (&["diff", &nowhere, &day], 3, "the report cannot be read"),
        (&["render", &sweep], 2, "the report of a sweep"),
        (&["render", &text], 2, "not a rolesim report"),
        (&["render", &day, "-o", &day], 2, "is an input or another output already"),
        (&["render", &day, "-o", "x.pdf"], 2, "the extension says no form"),
    ] {
        let output = rolesim(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().display().to_string();
    let output = rolesim(&["man", &dir]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("rolesim.1"), stdout(&rolesim(&["man"])));
    assert!(read("rolesim-choose.1").contains("revoked\\-within"));
    assert!(read("rolesim-trace-convert.1").contains("trace"));
    assert_eq!(rolesim(&["man", "/nowhere/x"]).status.code(), Some(3));
    let help = rolesim(&["help", "choose"]);
    assert!(help.status.success() && stdout(&help).contains("--at-most"));
}
