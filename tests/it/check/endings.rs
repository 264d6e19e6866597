//! However a check ends, tests, annotations and the step's summary say why.

use std::fs;
use std::process::{Command, Output, Stdio};

use super::{gated, one_hit_more, words};
use crate::cli::{stderr, stdout, written};

/// What a run under GitHub Actions wrote: its output, the tests and the summary.
struct Told {
    output: Output,
    junit: String,
    summary: String,
}

fn told(folder: &std::path::Path, arguments: &[&str]) -> Told {
    let (xml, summary) = (folder.join("check.xml"), folder.join("summary.md"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    command.args(["check", "-o"]).arg(&xml).args(arguments).stdin(Stdio::null());
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    let output = command.output().unwrap();
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    Told { output, junit: read(xml), summary: read(summary) }
}

#[test]
fn a_new_a_broken_and_a_worse_scenario_hide_no_verdict() {
    let (good, worse) = (gated(), gated());
    worse.accept(one_hit_more);
    let folder = tempfile::tempdir().unwrap();
    let new = written(folder.path(), "new.yaml", "{}");
    let broken = written(folder.path(), "broken.yaml", "seed: 4\nsed: 5\n");
    let told = told(folder.path(), &[&broken, &new, &good.day, &worse.day]);
    assert_eq!(told.output.status.code(), Some(2), "{}", stderr(&told.output));
    let text = words(&told.output);
    assert!(text.ends_with("4 scenarios: 1 passes, 1 fails, 2 could not be checked."), "{text}");
    assert!(text.contains("all as accepted") && text.contains("3 worse"), "{text}");
    let xml = roxmltree::Document::parse(&told.junit).unwrap();
    let count = |name| xml.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("testsuite"), count("error"), count("failure")), (4, 2, 1), "{}", told.junit);
    let case = |name: &str| {
        let error =
            xml.descendants().filter(|node| node.has_tag_name(name)).map(|node| node.parent().unwrap());
        error.map(|case| (case.attribute("file").unwrap(), case.attribute("line"))).collect::<Vec<_>>()
    };
    let accepted = folder.path().join("new.accepted.json").display().to_string();
    assert_eq!(case("error"), [(broken.as_str(), Some("2")), (accepted.as_str(), None)]);
    assert_eq!(case("failure"), [(worse.day.as_str(), None)]);
    let annotation = format!("::error file={broken},line=2,col=1,title=rolesim check::{broken}:2:1: sed: ");
    assert!(stderr(&told.output).contains(&annotation), "{}", stderr(&told.output));
    assert!(stderr(&told.output).contains("there are no accepted results yet"));
    assert!(told.summary.starts_with("## ✗ rolesim check: fails\n"), "{}", told.summary);
    for word in ["broken.yaml", "new.yaml", "could not be checked", "| hit_ratio | 89.51 % | 89.50 % |"] {
        assert!(told.summary.contains(word), "{word}: {}", told.summary);
    }
}

#[test]
fn every_ending_is_told_though_nothing_was_checked() {
    let folder = tempfile::tempdir().unwrap();
    let day = written(folder.path(), "day.yaml", "{}");
    let nowhere = folder.path().join("nowhere.yaml").display().to_string();
    for (arguments, code, said) in [
        (&[day.as_str()][..], 2, "there are no accepted results yet"),
        (&[nowhere.as_str(), "--accept"], 3, "nowhere.yaml"),
        (&[day.as_str(), "--tolerance", "x=1"], 2, "is not a metric, found `x`"),
        (&[day.as_str(), "--accepted", "a", "--accept", "--set", "seed=x"], 2, "seed"),
    ] {
        let told = told(folder.path(), arguments);
        assert_eq!(told.output.status.code(), Some(code), "{}", stderr(&told.output));
        assert!(stdout(&told.output).is_empty());
        let xml = roxmltree::Document::parse(&told.junit).unwrap();
        let error = xml.descendants().find(|node| node.has_tag_name("error")).unwrap();
        assert!(error.attribute("message").unwrap().contains(said), "{}", told.junit);
        assert!(stderr(&told.output).contains("::error "), "{}", stderr(&told.output));
        assert!(told.summary.contains("could not be checked"), "{}", told.summary);
        fs::remove_file(folder.path().join("summary.md")).unwrap();
    }
    // An output that is an input stays as it is.
    let xml = written(folder.path(), "check.xml", "{}");
    let told = told(folder.path(), &[&xml]);
    assert_eq!((told.output.status.code(), told.junit.as_str()), (Some(2), "{}"));
    assert!(stderr(&told.output).contains("::error "));
}

#[test]
fn the_first_annotations_are_of_different_scenarios() {
    let (one, other) = (gated(), gated());
    one.accept(one_hit_more);
    other.accept(one_hit_more);
    let folder = tempfile::tempdir().unwrap();
    let told = told(folder.path(), &[&one.day, &other.day]);
    let errors: Vec<_> = stderr(&told.output).lines().filter(|line| line.starts_with("::error")).collect();
    assert!(errors[0].contains(&one.day) && errors[1].contains(&other.day), "{errors:?}");
}
