//! What a gate has to say: a line for each scenario, and what keeps it from passing.
//!
//! The verdicts come with the reports; nothing is judged here, and nobody here knows where the text goes.

mod change_text;
mod findings;

use change_text::{amount, change_of, heading, standing, values};
pub(super) use change_text::{sentence, subject};
pub(super) use findings::{Finding, Weight, findings};

use super::document::{Document, Element, Statement, Statements};
use super::mark::Mark;
use super::words::{Arg, Words};
use super::{OWN_VERSION, Report, expectations};
use crate::gate::{Change, Comparison, Judged, Level, Pair, Standing, Verdict, verdict};
use crate::metrics::Value;
use crate::model::escape;

/// A scenario that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The scenario's file, as it was named.
    pub file: String,
    /// What its figures were compared with.
    pub against: Against,
    /// What was measured, with its verdict.
    pub report: Report,
}

/// What a scenario's figures were compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// With nothing: expectations alone were asked for.
    Nothing,
    /// With accepted ones.
    Accepted,
    /// They were accepted, into this file.
    Written(String),
    /// They were to be accepted and could not pass.
    Refused,
}

impl Checked {
    /// The verdict of all together: that of the worst.
    #[must_use]
    pub fn verdict(checks: &[Self]) -> Verdict {
        checks.iter().map(|one| one.report.verdict).max().unwrap_or(Verdict::Pass)
    }

    fn passes(&self) -> bool {
        self.report.verdict == Verdict::Pass
    }
}

/// A statement for each scenario, with details where there are any, and a sum of several.
pub(super) fn checked(checks: &[Checked], words: &Words) -> Document {
    let mut document = Document::default();
    let items = checks.iter().map(|one| statement(one, words)).collect();
    // The file, the scenario's name and what there is to say need no names of their own.
    let index = Statements { header: vec![String::new(); 3], items, ..Statements::default() };
    document.push(None, vec![Element::Statements(index)]);
    if checks.len() > 1 {
        let good = checks.iter().filter(|one| one.passes()).count() as u64;
        let all = checks.len() as u64;
        let gaps = [("n", Arg::Count(all)), ("good", Arg::Count(good)), ("bad", Arg::Count(all - good))];
        document.push(None, vec![Element::Paragraph(words.with("check-sum", &gaps))]);
    }
    document
}

fn statement(checked: &Checked, words: &Words) -> Statement {
    let report = &checked.report;
    let (file, what) = (escape(&checked.file), sum(checked, words));
    let sentence = words.with("check-line", &[("file", Arg::Text(&file)), ("what", Arg::Text(&what))]);
    let cells = vec![file, escape(&report.scenario.name), what];
    Statement {
        mark: Mark::of(report.verdict),
        sentence,
        cells,
        reason: None,
        details: details(checked, words),
    }
}

/// What is not as it should be, or not as it was, and what to do about it.
pub(super) fn details(checked: &Checked, words: &Words) -> Vec<Element> {
    let report = &checked.report;
    let broken: Vec<&Judged> = report.expectations.iter().filter(|one| is_worth_saying(one)).collect();
    let mut details = Vec::new();
    if !broken.is_empty() {
        details.push(Element::Statements(expectations::statements(&broken, report.scenario.runs, words)));
    }
    details.extend(report.gate.iter().flat_map(|gate| gate_details(gate, words)));
    details.extend(hint(checked).map(|key| Element::Paragraph(words.text(key))));
    details
}

/// The message that says what to do about a scenario, if there is something to do but to look: what would not be accepted
/// is not called acceptable.
fn hint(checked: &Checked) -> Option<&'static str> {
    let Checked { report, against, .. } = checked;
    let accept = match &report.gate {
        Some(gate) if gate.changes().any(|(_, change)| never_passes(change)) => {
            return Some("check-hint-no-value");
        }
        Some(gate) => is_worth_accepting(gate),
        None => *against == Against::Refused,
    };
    let key = if verdict(&report.expectations, None) == Verdict::Pass {
        "check-hint"
    } else {
        "check-hint-expected"
    };
    accept.then_some(key)
}

/// Whether a metric has no value now, though it needs one: accepted or not, that does not pass.
fn never_passes(change: &Change) -> bool {
    change.standing == Standing::Undefined && change.actual == Value::Undefined
}

/// Whether an expectation must be told: one that does not hold and is more than a claim.
pub(super) fn is_worth_saying(judged: &Judged) -> bool {
    judged.verdict != Verdict::Pass && judged.expectation.level != Level::Note
}

/// Whether there is anything that could be accepted again.
fn is_worth_accepting(gate: &Comparison) -> bool {
    let others = !gate.missing.is_empty() || !gate.unaccepted.is_empty();
    let lacking = gate.other_version.as_ref().is_some_and(|other| !other.absent.is_empty());
    others
        || lacking
        || gate.pairs.iter().any(Pair::only_answers_differ)
        || gate.changes().any(|(_, change)| is_news(change.standing))
}

/// What is neither the accepted value nor within its tolerance.
pub(super) fn is_news(standing: Standing) -> bool {
    !matches!(standing, Standing::Same | Standing::Within)
}

/// All that a scenario's line says after its file.
pub(super) fn sum(checked: &Checked, words: &Words) -> String {
    let report = &checked.report;
    let (claims, expected): (Vec<&Judged>, Vec<&Judged>) =
        report.expectations.iter().partition(|one| one.expectation.level == Level::Note);
    let claims = if expected.is_empty() { claims } else { Vec::new() };
    let mut parts = expectations::sums(&expected, &claims, words);
    match &checked.against {
        Against::Written(file) => {
            let count = report.results.len() as u64;
            let gaps = [("n", Arg::Count(count)), ("file", Arg::Text(&escape(file)))];
            parts.push(words.with("check-written", &gaps));
        }
        Against::Refused => parts.push(words.text("check-refused")),
        Against::Accepted | Against::Nothing => {}
    }
    if let Some(gate) = &report.gate {
        parts.push(counts(gate, words));
    }
    if parts.is_empty() {
        parts.push(words.text("check-nothing"));
    }
    parts.join("; ")
}

/// How many figures were compared, and how many of each kind are not as accepted.
fn counts(gate: &Comparison, words: &Words) -> String {
    let count = |standing| gate.changes().filter(|(_, change)| change.standing == standing).count() as u64;
    let all = gate.changes().count() as u64;
    let mut parts = vec![words.with("check-figures", &[("n", Arg::Count(all))])];
    if count(Standing::Same) == all && gate.missing.is_empty() {
        parts.push(words.text("check-as-accepted"));
    }
    let kinds = [
        ("check-worse", count(Standing::Worse)),
        ("check-undefined", count(Standing::Undefined)),
        ("check-missing-sum", gate.missing.len() as u64),
        ("check-inconclusive", count(Standing::Inconclusive)),
        ("check-better", count(Standing::Better)),
        ("check-changed", count(Standing::Changed)),
        ("check-within", count(Standing::Within)),
    ];
    let some = kinds.into_iter().filter(|(_, count)| *count > 0);
    parts.extend(some.map(|(key, count)| words.with(key, &[("n", Arg::Count(count))])));
    parts.join(", ")
}

/// Cache by cache what is not as accepted, and what there is to say of caches as a whole.
fn gate_details(gate: &Comparison, words: &Words) -> Vec<Element> {
    let pairs = gate.pairs.iter().filter_map(|pair| changes(pair, words));
    let about = |key, mark| move |label: &String| Statement::plain(mark, about(key, label, words));
    let same = gate.pairs.iter().filter(|pair| pair.only_answers_differ()).map(|pair| &pair.label);
    let same = same.map(about("check-answers", Mark::NEWS));
    let missing = gate.missing.iter().map(about("check-missing", Mark::of(Verdict::Fail)));
    let new = gate.unaccepted.iter().map(about("check-unaccepted", Mark::NEWS));
    let version = of_version(gate, words).into_iter().map(|line| Statement::plain(Mark::NEWS, line));
    let items: Vec<Statement> = same.chain(missing).chain(new).chain(version).collect();
    let remarks = (!items.is_empty()).then(|| Statements { items, ..Statements::default() });
    pairs.chain(remarks).map(Element::Statements).collect()
}

/// The figures of a pair that are not as accepted; `None` if all are.
fn changes(pair: &Pair, words: &Words) -> Option<Statements> {
    const HEADER: [&str; 6] = [
        "check-md-metric",
        "check-md-accepted",
        "check-md-now",
        "check-md-change",
        "check-md-tolerance",
        "check-md-verdict",
    ];
    let statement = |change: &Change| {
        let (accepted, actual) = values(change, words);
        let tolerance =
            change.tolerance.map_or_else(|| words.text("check-md-none"), |one| amount(one, words));
        let moved = change_of(change, words).unwrap_or_default();
        let standing = standing(change.standing, words);
        let metric = change.metric.name().into_owned();
        Statement {
            cells: vec![metric, accepted, actual, moved, tolerance, standing],
            ..Statement::plain(
                Mark::of_standing(change.standing),
                sentence(&change.metric.name(), change, words),
            )
        }
    };
    let news = pair.changes.iter().filter(|change| is_news(change.standing));
    let items: Vec<Statement> = news.map(statement).collect();
    (!items.is_empty()).then(|| Statements {
        about: Some(heading(pair, words)),
        header: HEADER.map(|key| words.text(key)).to_vec(),
        figures: vec![1, 2, 3, 4],
        items,
    })
}

/// What is to be said of another version that accepted the figures: what is not compared, or that it was another, where
/// anything is not as accepted.
pub(super) fn of_version(gate: &Comparison, words: &Words) -> Vec<String> {
    let Some(other) = &gate.other_version else { return Vec::new() };
    let said = |key: &str, metrics: String| {
        let gaps = [
            ("metrics", Arg::Text(&metrics)),
            ("then", Arg::Text(&escape(&other.version))),
            ("now", Arg::Text(OWN_VERSION)),
        ];
        words.with(key, &gaps)
    };
    let absent: Vec<_> = other.absent.iter().map(|metric| metric.name()).collect();
    let unknown: Vec<String> = other.unknown.iter().map(|name| escape(name)).collect();
    let mut lines = Vec::new();
    if !absent.is_empty() {
        lines.push(said("check-absent", absent.join(", ")));
    }
    if !unknown.is_empty() {
        lines.push(said("check-unknown", unknown.join(", ")));
    }
    if lines.is_empty() && is_worth_accepting(gate) {
        lines.push(said("check-version", String::new()));
    }
    lines
}

/// A sentence about a cache as a whole.
pub(super) fn about(key: &str, label: &str, words: &Words) -> String {
    words.with(key, &[("cache", Arg::Text(&escape(label)))])
}

#[cfg(test)]
pub(super) mod test_checks;
#[cfg(test)]
mod tests;
