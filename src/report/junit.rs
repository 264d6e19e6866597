//! What was checked as JUnit writes tests: a suite for each scenario, a case for each expectation and for each
//! metric of each cache that was compared.
//!
//! A case fails exactly where the check does. What does not hold and only warns is skipped, with its reason, since
//! JUnit knows no warning. There are no times in it, so the same check gives the same bytes.

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::check::{Checked, about, sentence, subject};
use super::expectations;
use super::form::FormError;
use super::words::{Lang, Words};
use crate::gate::{Comparison, Judged, Level, Standing, Verdict};
use crate::model::escape;

/// All that was checked, as XML.
///
/// # Errors
/// When the XML writer fails, which in memory it has no reason to.
pub fn junit(checks: &[Checked], lang: Lang) -> Result<String, FormError> {
    let words = Words::new(lang);
    let mut suites = Suites::new("rolesim check");
    suites.add_test_suites(checks.iter().map(|one| suite(one, &words)));
    suites.to_string().map_err(|error| FormError::Junit(error.to_string()))
}

fn suite(checked: &Checked, words: &Words) -> TestSuite {
    let file = escape(&checked.file);
    let mut suite = TestSuite::new(file.as_str());
    suite.add_property(("name", escape(&checked.report.scenario.name).as_str()));
    suite.add_property(("digest", checked.report.scenario.digest.as_str()));
    suite.add_property(("seed", checked.report.scenario.seed.to_string().as_str()));
    let mut add = |name: String, status: TestCaseStatus| {
        let mut case = TestCase::new(name, status);
        case.set_classname(file.as_str());
        suite.add_test_case(case);
    };
    for judged in &checked.report.expectations {
        let name = format!("expect {}", expectations::subject(judged, words));
        add(name, of_expectation(&file, judged, checked.report.scenario.runs, words));
    }
    if let Some(gate) = &checked.report.gate {
        of_gate(gate, &file, words, &mut add);
    }
    suite
}

fn of_expectation(file: &str, judged: &Judged, runs: u64, words: &Words) -> TestCaseStatus {
    let told = format!("{file}: {}", expectations::sentence(judged, runs, words));
    match (judged.verdict, judged.expectation.level) {
        (Verdict::Pass, _) => TestCaseStatus::success(),
        (_, Level::Error) => failure("expectation", &told),
        (_, Level::Warn | Level::Note) => skipped(&told),
    }
}

fn of_gate(gate: &Comparison, file: &str, words: &Words, add: &mut impl FnMut(String, TestCaseStatus)) {
    for (pair, change) in gate.changes() {
        let subject = subject(pair, change, words);
        let told = || format!("{file}: {}", sentence(&subject, change, words));
        let status = match change.standing {
            _ if gate.fails(change) => failure("accepted", &told()),
            Standing::Inconclusive => skipped(&told()),
            _ => TestCaseStatus::success(),
        };
        // The own cache may also meet the accepted figures of its label: two cases, two names.
        let doubled = pair.own && pair.label != pair.accepted_label;
        let name = if doubled { format!("{subject} ({})", escape(&pair.accepted_label)) } else { subject };
        add(format!("accepted {name}"), status);
    }
    for label in &gate.missing {
        let told = format!("{file}: {}", about("check-missing", label, words));
        add(format!("accepted {}", escape(label)), failure("accepted", &told));
    }
}

fn failure(kind: &str, told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(told).set_description(told);
    status
}

fn skipped(told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(told);
    status
}

#[cfg(test)]
mod tests {
    use roxmltree::{Document, Node};

    use super::*;
    use crate::report::check::samples::{checked, hostile, worse};

    /// The elements of a name, as a parser of other people reads them.
    fn named<'x>(xml: &'x Document<'x>, name: &str) -> Vec<Node<'x, 'x>> {
        xml.descendants().filter(|node| node.has_tag_name(name)).collect()
    }

    fn messages<'x>(xml: &'x Document<'x>) -> impl Iterator<Item = &'x str> {
        xml.descendants().filter_map(|node| node.attribute("message"))
    }

    #[test]
    fn a_failure_names_scenario_cache_metric_and_both_values() {
        let xml = junit(&[worse(), checked()], Lang::En).unwrap();
        let xml = Document::parse(&xml).unwrap();
        assert_eq!(
            messages(&xml).find(|text| text.contains("hit_ratio")),
            Some(
                "scenarios/day.json: hit_ratio of event: accepted 89.50 %, now 89.49 %, −0.01 pp – worse (no tolerance)"
            )
        );
        let suites = named(&xml, "testsuite");
        let counts: Vec<_> =
            suites.iter().map(|suite| suite.attribute("failures").unwrap_or_default()).collect();
        assert_eq!(counts, [named(&xml, "failure").len().to_string().as_str(), "0"]);
        assert_eq!(suites[1].attribute("name"), Some("scenarios/day.json"));
        assert_eq!(named(&xml, "testcase").len(), 2 * crate::metrics::Metric::ALL.len());
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
