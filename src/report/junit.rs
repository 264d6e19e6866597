//! What was checked as JUnit writes tests: a suite for each scenario, a case for each expectation, and one for each cache
//! that says whether it is as accepted.
//!
//! A case fails exactly where the check does. What does not hold and only warns is skipped, with its reason, since
//! JUnit knows no warning; what could not be checked is an error. There are no times in it, so the same check gives the
//! same bytes.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::check::{CheckTrouble, Checked, Checks, Unchecked, about, leads, sentence, subject};
use super::expectations;
use super::words::{Arg, Lang, Words};
use crate::gate::{Comparison, Judged, Level, Pair, Standing, Verdict};
use crate::model::escape;

/// All that was checked, as XML.
///
/// # Errors
/// When the XML writer fails, which in memory it has no reason to.
pub fn junit<'c>(checks: impl Into<Checks<'c>>, lang: Lang) -> Result<String, String> {
    let Checks { checked, unchecked } = checks.into();
    let words = Words::new(lang);
    let mut suites = Suites::new("rolesim check");
    suites.add_test_suites(checked.iter().map(|one| suite(one, &words)));
    suites.add_test_suites(unchecked.iter().map(suite_of_unchecked));
    suites.to_string().map_err(|error| error.to_string())
}

fn suite(checked: &Checked, words: &Words) -> TestSuite {
    let file = escape(&checked.file);
    let mut suite = TestSuite::new(file.as_str());
    suite.add_property(("name", escape(&checked.report.scenario.name).as_str()));
    suite.add_property(("digest", checked.report.scenario.digest.as_str()));
    suite.add_property(("seed", checked.report.scenario.seed.to_string().as_str()));
    let class = class(&checked.file);
    let mut names = BTreeSet::new();
    let mut add = |name: String, line: Option<u64>, status: TestCaseStatus| {
        let mut case = TestCase::new(unique(name, &mut names), status);
        case.set_classname(class.as_str());
        place(&mut case, &file, line);
        suite.add_test_case(case);
    };
    for judged in &checked.report.expectations {
        let name = expectations::named(judged, words);
        let line = judged.expectation.line.map(u64::from);
        add(name, line, of_expectation(&file, judged, checked.report.scenario.runs, words));
    }
    if let Some(gate) = &checked.report.gate {
        let leads = leads(checked, words);
        of_gate(gate, &file, &leads, words, &mut |name, status| add(name, None, status));
    }
    suite
}

/// A suite of one case, which ended before there was a verdict.
fn suite_of_unchecked(unchecked: &Unchecked) -> TestSuite {
    let name = escape(unchecked.file.as_deref().unwrap_or("rolesim check"));
    let messages: Vec<&str> = unchecked.troubles.iter().map(|trouble| trouble.message.as_str()).collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("unchecked").set_message(messages.first().copied().unwrap_or_default());
    status.set_description(messages.join("\n"));
    let mut case = TestCase::new("can be checked", status);
    case.set_classname(class(&name));
    let trouble = unchecked.troubles.first().cloned().unwrap_or_default();
    let CheckTrouble { file, line, .. } = trouble;
    if let Some(file) = file.or_else(|| unchecked.file.as_deref().map(escape)) {
        place(&mut case, &file, line);
    }
    let mut suite = TestSuite::new(name);
    suite.add_test_case(case);
    suite
}

/// The file and the line to which readers link a case.
fn place(case: &mut TestCase, file: &str, line: Option<u64>) {
    case.extra.insert("file".into(), file.into());
    if let Some(line) = line {
        case.extra.insert("line".into(), line.to_string().into());
    }
}

/// The file's path as a class: without its extension, which readers that split a class at its last dot would take for
/// the class, and with dots between folders.
fn class(file: &str) -> String {
    let stem = Path::new(file).with_extension("");
    let parts = stem.components().filter_map(|part| match part {
        Component::Normal(part) => Some(escape(&part.to_string_lossy())),
        _ => None,
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The name, counted where it was given before: of two tests of one name, readers drop the second.
fn unique(name: String, names: &mut BTreeSet<String>) -> String {
    let counted = (2..).map(|count| format!("{name} ({count})"));
    let unique = std::iter::once(name.clone()).chain(counted).find(|name| !names.contains(name));
    let unique = unique.unwrap_or(name);
    names.insert(unique.clone());
    unique
}

fn of_expectation(file: &str, judged: &Judged, runs: u64, words: &Words) -> TestCaseStatus {
    let told = format!("{file}: {}", expectations::sentence(judged, runs, words));
    match (judged.verdict, judged.expectation.level) {
        (Verdict::Pass, _) => TestCaseStatus::success(),
        (_, Level::Error) => failure("expectation", &told, &told),
        (_, Level::Warn | Level::Note) => skipped(&told),
    }
}

fn of_gate(
    gate: &Comparison,
    file: &str,
    leads: &[String],
    words: &Words,
    add: &mut impl FnMut(String, TestCaseStatus),
) {
    for pair in &gate.pairs {
        // The own cache may also meet the accepted figures of its label: two cases, two names.
        let doubled = pair.own && pair.label != pair.accepted_label;
        let then = if doubled { format!(" ({})", escape(&pair.accepted_label)) } else { String::new() };
        add(format!("as accepted: {}{then}", escape(&pair.label)), of_pair(gate, pair, file, leads, words));
    }
    for label in &gate.missing {
        let told = format!("{file}: {}", about("check-missing", label, words));
        add(format!("as accepted: {}", escape(label)), failure("accepted", &told, &told));
    }
}

/// Whether a cache is as accepted: it fails by any figure that makes the gate fail, and tells them all.
fn of_pair(gate: &Comparison, pair: &Pair, file: &str, leads: &[String], words: &Words) -> TestCaseStatus {
    let told = |tells: &dyn Fn(Standing, bool) -> bool| -> Vec<String> {
        let of = pair.changes.iter().filter(|change| tells(change.standing, gate.fails(change)));
        of.map(|change| format!("{file}: {}", sentence(&subject(pair, change, words), change, words)))
            .collect()
    };
    let failing = told(&|_, fails| fails);
    let unclear = told(&|standing, _| standing == Standing::Inconclusive);
    let first = |all: &[String]| match all {
        [] => String::new(),
        [one] => one.clone(),
        [one, more @ ..] => {
            let more = words.with("check-more", &[("n", Arg::Count(more.len() as u64))]);
            format!("{one}, {more}")
        }
    };
    match (failing.is_empty(), unclear.is_empty()) {
        (false, _) => failure("accepted", &first(&failing), &[&failing[..], leads].concat().join("\n")),
        (true, false) => skipped(&first(&unclear)),
        (true, true) => TestCaseStatus::success(),
    }
}

fn failure(kind: &str, told: &str, whole: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(told).set_description(whole);
    status
}

fn skipped(told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(told);
    status
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roxmltree::{Document, Node};

    use super::*;
    use crate::gate::{Bounds, Expectation};
    use crate::metrics::{Metric, Value};
    use crate::report::check::test_checks::{checked, hostile, worse};
    use crate::report::test_reports::expecting;

    /// The elements of a name, as a parser of other people reads them.
    fn named<'x>(xml: &'x Document<'x>, name: &str) -> Vec<Node<'x, 'x>> {
        xml.descendants().filter(|node| node.has_tag_name(name)).collect()
    }

    proptest! {
        #[test]
        fn no_two_tests_of_a_suite_have_one_name(list in prop::collection::vec(expectation(), 0..40)) {
            let mut one = worse();
            one.report.expectations = list;
            for lang in [Lang::En, Lang::Ru] {
                let xml = junit(std::slice::from_ref(&one), lang).unwrap();
                let xml = Document::parse(&xml).unwrap();
                let names: Vec<_> =
                    named(&xml, "testcase").iter().map(|case| case.attribute("name").unwrap()).collect();
                prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{:?}", names);
            }
        }
    }

    /// Few values each, so that many lists hold the same expectation twice.
    fn expectation() -> impl Strategy<Value = Judged> {
        let metric = prop::sample::select(vec![Metric::HitRatio, Metric::Freshness]);
        let cache = prop::option::of(prop::sample::select(vec!["ttl:5m", "ttl:5m (2)"]));
        let level = prop::sample::select(vec![Level::Error, Level::Warn, Level::Note]);
        let limit = || prop::option::of(prop::sample::select(vec![0.5, 0.99]).prop_map(Value::Ratio));
        (metric, cache, level, limit(), limit()).prop_map(|(metric, cache, level, min, max)| {
            let mut judged = expecting().expectations.swap_remove(0);
            let bounds = Bounds { min, max, equals: None, within: None };
            let cache = cache.map(str::to_owned);
            judged.expectation = Expectation { metric, cache, level, bounds, ..judged.expectation };
            judged
        })
    }

    #[test]
    fn a_name_says_what_is_expected_and_a_class_has_no_extension() {
        let mut one = worse();
        one.report.expectations = expecting().expectations;
        let xml = junit(&[one], Lang::En).unwrap();
        let xml = Document::parse(&xml).unwrap();
        let cases = named(&xml, "testcase");
        let names: Vec<_> = cases.iter().map(|case| case.attribute("name").unwrap()).take(4).collect();
        assert_eq!(names, EXPECTED_NAMES);
        assert!(cases.iter().all(|case| case.attribute("classname") == Some("scenarios.day")));
        for (file, class_name) in
            [("day.json", "day"), ("/tmp/x/my.day.yaml", "tmp.x.my.day"), ("../a/b.yml", "a.b"), ("-", "-")]
        {
            assert_eq!(class(file), class_name);
        }
    }

    const EXPECTED_NAMES: [&str; 4] = [
        "expect hits at 13:00:00 = 77",
        "expect hit_ratio ≥ 89 %",
        "warn window_us.max ≤ 5m",
        "warn stale_age_us.max ≤ 5m",
    ];

    fn messages<'x>(xml: &'x Document<'x>) -> impl Iterator<Item = &'x str> {
        xml.descendants().filter_map(|node| node.attribute("message"))
    }

    #[test]
    fn a_failure_names_scenario_cache_metric_and_both_values() {
        let xml = junit(&[worse(), checked()], Lang::En).unwrap();
        let xml = Document::parse(&xml).unwrap();
        assert_eq!(
            messages(&xml).next(),
            Some(
                "scenarios/day.json: hits of event: accepted 8,950, now 8,949, −1 – worse (no tolerance), and 2 more"
            )
        );
        let told = named(&xml, "failure")[0].text().unwrap();
        assert!(
            told.contains(
                "scenarios/day.json: hit_ratio of event: accepted 89.50 %, now 89.49 %, −0.01 pp – worse"
            ),
            "{told}"
        );
        assert!(told.ends_with("accept it: rolesim check --accept scenarios/day.json"), "{told}");
        let suites = named(&xml, "testsuite");
        let counts: Vec<_> =
            suites.iter().map(|suite| suite.attribute("failures").unwrap_or_default()).collect();
        assert_eq!(counts, [named(&xml, "failure").len().to_string().as_str(), "0"]);
        assert_eq!(suites[1].attribute("name"), Some("scenarios/day.json"));
        let cases = named(&xml, "testcase");
        assert_eq!(cases.len(), 2);
        assert!(cases.iter().all(|case| case.attribute("name") == Some("as accepted: event")));
        assert!(cases.iter().all(|case| case.attribute("file") == Some("scenarios/day.json")));
    }

    #[test]
    fn what_could_not_be_checked_is_an_error_at_its_place() {
        let trouble = CheckTrouble {
            file: Some("day.yaml".to_owned()),
            line: Some(3),
            column: Some(1),
            message: "day.yaml:3:1: sed: no such key".to_owned(),
        };
        let unchecked = [Unchecked { file: Some("day.yaml".to_owned()), troubles: vec![trouble] }];
        let checks = Checks { checked: &[checked()], unchecked: &unchecked };
        let xml = junit(checks, Lang::En).unwrap();
        let xml = Document::parse(&xml).unwrap();
        let error = named(&xml, "error")[0];
        assert_eq!(error.attribute("message"), Some("day.yaml:3:1: sed: no such key"));
        let case = error.parent().unwrap();
        assert_eq!((case.attribute("file"), case.attribute("line")), (Some("day.yaml"), Some("3")));
        assert_eq!((case.attribute("classname"), named(&xml, "testsuite").len()), (Some("day"), 2));
    }

    #[test]
    fn hostile_names_stay_text() {
        let xml = junit(&[hostile()], Lang::En).unwrap();
        assert!(xml.chars().all(|c| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')), "{xml}");
        let xml = Document::parse(&xml).unwrap();
        let known = ["testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped"];
        let stranger =
            xml.descendants().find(|node| node.is_element() && !known.contains(&node.tag_name().name()));
        assert_eq!(stranger, None);
        let message = messages(&xml).find(|text| text.contains("hits of")).unwrap();
        assert!(message.contains("<script>]]>&amp;\\u{1b}[31m\\u{ffff}"), "{message}");
    }

    #[test]
    fn the_same_check_gives_the_same_bytes() {
        assert_eq!(junit(&[worse()], Lang::En).unwrap(), junit(&[worse()], Lang::En).unwrap());
    }
}
