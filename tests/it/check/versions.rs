//! Accepted results of another version of rolesim.

use serde_json::Value as Json;

use super::{gated, one_hit_more, words};
use crate::cli::{stderr, stdout};

const OWN: &str = env!("CARGO_PKG_VERSION");

/// Without two metrics, one of which is a part of a group.
fn older(tree: &mut Json) {
    tree["rolesim"] = "0.0.9".into();
    for result in tree["results"].as_array_mut().unwrap() {
        let metrics = result["metrics"].as_object_mut().unwrap();
        assert!(metrics.remove("fills_rejected").is_some());
        assert!(metrics["window_us"].as_object_mut().unwrap().remove("p95").is_some());
    }
}

#[test]
fn an_older_file_is_compared_on_what_it_has() {
    let day = gated();
    day.accept(older);
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = format!(
        "not compared: fills_rejected, window_us.p95; rolesim 0.0.9 accepted the figures without them, and this is {OWN}"
    );
    assert!(words(&output).contains(&said), "{}", stdout(&output));
    assert!(words(&output).contains("265 figures compared, all as accepted"), "{}", stdout(&output));
    for form in ["markdown", "json"] {
        let output = day.check(&["--format", form]);
        assert_eq!(output.status.code(), Some(0));
        assert!(
            ["fills_rejected", "0.0.9"].iter().all(|word| stdout(&output).contains(word)),
            "{}",
            stdout(&output)
        );
    }
    // What it has is compared as ever.
    day.accept(one_hit_more);
    assert_eq!(day.check(&[]).status.code(), Some(1));
    day.accept(|tree| tree["results"][0]["metrics"] = serde_json::json!({}));
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(1), "nothing to compare is not a pass: {}", stdout(&output));
}

#[test]
fn a_newer_file_with_more_metrics_passes_and_says_so() {
    let day = gated();
    day.accept(|tree| {
        tree["rolesim"] = "9.9.9".into();
        tree["results"][0]["metrics"]["polls\u{1b}"] = 5.into();
        tree["results"][0]["metrics"]["window_us"]["p42"] = 5.into();
    });
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = format!(
        "not compared: polls\\u{{1b}}, window_us.p42; accepted by rolesim 9.9.9, and not known to this one, {OWN}"
    );
    assert!(words(&output).contains(&said), "{}", stdout(&output));
}

#[test]
fn both_versions_are_named_where_figures_or_days_differ() {
    let day = gated();
    day.accept(|tree| tree["rolesim"] = "0.0.9".into());
    assert!(!stdout(&day.check(&[])).contains("0.0.9"), "what is as accepted needs no reason");
    day.accept(one_hit_more);
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = format!("the figures were accepted by rolesim 0.0.9; this is {OWN}");
    assert!(words(&output).contains(&said), "{}", stdout(&output));
    let output = day.check(&["--seed", "7"]);
    assert_eq!(output.status.code(), Some(2));
    let said = format!("is 7 (they were accepted by rolesim 0.0.9, and this is {OWN})");
    assert!(stderr(&output).contains(&said), "{}", stderr(&output));
}

#[test]
fn spans_that_an_older_version_did_not_measure_are_not_compared() {
    let day = gated();
    day.accept(|tree| {
        tree["rolesim"] = "0.1.0".into();
        for result in tree["results"].as_array_mut().unwrap() {
            assert!(result["metrics"].as_object_mut().unwrap().remove("fresh_within").is_some());
        }
    });
    let output = day.check(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(words(&output).contains("not compared: fresh_within.60s; rolesim 0.1.0"), "{}", stdout(&output));
}
