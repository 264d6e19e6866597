use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::metrics::{Measured, Metric, Value};
use crate::report::json::json as whole_json;
use crate::report::test_reports::{event, expecting, report, ttl};

fn kept() -> String {
    accepted_json(&report(vec![event(), ttl()]))
}

fn changed(change: impl FnOnce(&mut Json)) -> String {
    let mut tree: Json = serde_json::from_str(&kept()).unwrap();
    change(&mut tree);
    tree.to_string()
}

fn error(text: &str) -> AcceptedError {
    Accepted::read(text.as_bytes()).unwrap_err()
}

#[test]
fn what_is_written_is_read_again_to_the_last_bit() {
    for third in [1.0 / 3.0, 0.1 + 0.2, 1.0, 0.0, f64::MIN_POSITIVE, 0.999_999_999_999_999_9] {
        let mut result = event();
        let metrics = result.metrics.clone();
        result.metrics = Measured::collect(&[], |metric| match metric {
            Metric::HitRatio => Value::Ratio(third),
            Metric::WindowMax => Value::Undefined,
            Metric::DbReads => Value::Count(u64::MAX),
            Metric::WindowSum => Value::Micros(u128::from(u64::MAX) * 70_000),
            other => metrics.get(other),
        });
        let one = report(vec![result, ttl()]);
        let accepted = Accepted::read(accepted_json(&one).as_bytes()).unwrap();
        assert_eq!(accepted.results, figures(&one), "{third}");
        assert_eq!((accepted.name.as_str(), accepted.seed, accepted.runs), ("A day of a mail bot", 42, 1));
    }
}

#[test]
fn a_whole_report_is_accepted_results_too() {
    let one = expecting();
    let of = |text: String| Accepted::read(text.as_bytes()).unwrap();
    assert_eq!(of(whole_json(&one)), of(accepted_json(&one)));
    assert_eq!(of(format!("\u{feff}{}", kept())), of(kept()));
}

#[test]
fn what_is_accepted_is_short_and_holds_no_hours() {
    let text = kept();
    assert!(!text.contains("hourly") && !text.contains("expectations") && text.ends_with("}\n"));
    assert!(text.lines().all(|line| line.len() < 100));
}

#[test]
fn each_fault_has_a_sentence_of_its_own() {
    let conflict = kept().replacen(
        "    \"seed\": 42,\n",
        "<<<<<<< HEAD\n    \"seed\": 42,\n=======\n    \"seed\": 43,\n>>>>>>> x\n",
        1,
    );
    let without = |metric: &'static str| {
        changed(move |tree| drop(tree["results"][0]["metrics"].as_object_mut().unwrap().remove(metric)))
    };
    let with = |metric: &'static str, value: Json| {
        changed(move |tree| tree["results"][0]["metrics"][metric] = value)
    };
    for (text, place, words) in [
        (String::new(), "", "are empty"),
        (" \n".to_owned(), "", "are empty"),
        (kept()[..kept().len() / 2].to_owned(), ":", "end amid a value"),
        (conflict, "7:1:", "markers of a merge conflict"),
        ("hello".to_owned(), "1:1:", "are not valid JSON"),
        (format!("{}x", kept()), ":", "are not valid JSON: trailing characters"),
        ("[]".to_owned(), "", "not a rolesim report"),
        ("{\"name\": \"rolesim\"}".to_owned(), "", "not a rolesim report"),
        ("{\"report\": \"1\"}".to_owned(), "", "not a rolesim report"),
        (
            changed(|tree| tree["report"] = json!(2)),
            "",
            "a report of version 2, and this rolesim reads version 1",
        ),
        ("{\"report\": 1, \"scenarios\": []}".to_owned(), ":", "are not whole: missing field `scenario`"),
        (
            changed(|tree| drop(tree.as_object_mut().unwrap().remove("results"))),
            ":",
            "missing field `results`",
        ),
        (changed(|tree| tree["results"] = json!([])), "", "`results` is empty"),
        (changed(|tree| tree["scenario"]["runs"] = json!(3)), "", "`scenario.runs` is 3, and a result has 1"),
        (changed(|tree| tree["results"][1]["label"] = json!("event")), "", "two results have one label"),
        (changed(|tree| tree["results"][0]["fingerprint"] = json!("beef")), ":", "16 hexadecimal digits"),
        (without("hits"), "", "the metric `hits` is missing in `event`"),
        (without("window_us"), "", "the metric `window_us.sum` is missing"),
        (with("hits", Json::Null), ":", "metric `hits`: expected a whole number"),
        (with("hits", json!(-1)), ":", "metric `hits`: expected a whole number"),
        (with("hits", json!(1.5)), ":", "metric `hits`: expected a whole number"),
        (with("hits", json!("5")), ":", "metric `hits`: expected a whole number"),
        (with("hit_ratio", json!(1.5)), ":", "metric `hit_ratio`: expected a share"),
        (with("hit_ratio", json!("NaN")), ":", "metric `hit_ratio`: expected a number"),
        (with("window_us", json!(5)), ":", "expected metrics by their names"),
        (kept().replacen("\"hits\": 8950", "\"hits\": NaN", 1), ":", "are not valid JSON"),
        (kept().replacen("\"hits\": 8950", "\"hits\": 1, \"hits\": 8950", 1), ":", "`hits` is given twice"),
    ] {
        let error = error(&text);
        assert!(error.to_string().contains(words), "{words}: {error}");
        let found = error.place().map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
        assert!(found.contains(place) && found.is_empty() == place.is_empty(), "{error}: {found}");
    }
}

#[test]
fn unknown_fields_are_skipped() {
    let text = changed(|tree| {
        tree["later"] = json!({"x": [1, 2]});
        tree["results"][0]["metrics"]["a_new_metric"] = json!({"p50": null});
        tree["results"][0]["metrics"]["window_us"]["p42"] = json!("?");
    });
    assert_eq!(Accepted::read(text.as_bytes()), Accepted::read(kept().as_bytes()));
}

#[test]
fn a_share_may_be_undefined_and_then_is_no_value() {
    let text = changed(|tree| tree["results"][0]["metrics"]["hit_ratio"] = Json::Null);
    let accepted = Accepted::read(text.as_bytes()).unwrap();
    assert_eq!(accepted.results[0].runs[0].metrics.get(Metric::HitRatio), Value::Undefined);
}

proptest! {
    #[test]
    fn a_text_cut_anywhere_is_refused(at in 0usize..10_000) {
        let text = kept();
        // The last character is the line end, without which it is still whole.
        let at = at % (text.len() - 1);
        prop_assert!(Accepted::read(&text.as_bytes()[..at]).is_err());
    }

    #[test]
    fn no_byte_put_in_anywhere_brings_it_down(at in 0usize..10_000, byte: u8) {
        let mut bytes = kept().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        drop(Accepted::read(&bytes));
    }
}
