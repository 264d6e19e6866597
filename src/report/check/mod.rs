//! What a gate has to say: a line for each scenario, and what keeps it from passing.
//!
//! The verdicts come with the reports; nothing is judged here, and nobody here knows where the text goes.

mod change_text;
mod checked;
mod findings;
mod next_commands;
mod unchecked;

use change_text::{amount, change_of, heading, standing, values};
pub(super) use change_text::{sentence, subject};
pub use checked::{Against, Checked};
pub(super) use findings::{Finding, Weight, findings};
use next_commands::{accepting, explaining};
pub use unchecked::{CheckTrouble, Checks, Unchecked};

use super::document::{Document, Element, Statement, Statements};
use super::mark::Mark;
use super::words::{Arg, Words};
use super::{OWN_VERSION, expectations};
use crate::gate::{Change, Comparison, Judged, Level, Pair, Standing, Verdict, verdict};
use crate::metrics::Value;
use crate::model::escape;

/// A statement for each scenario, with details where there are any, and a sum of several.
pub(super) fn checked(checks: Checks<'_>, words: &Words) -> Document {
    let Checks { checked, unchecked } = checks;
    let mut document = Document::default();
    let unjudged = unchecked.iter().map(|one| about_unchecked(one, words));
    let items = checked.iter().map(|one| statement(one, words)).chain(unjudged).collect();
    // The file, the scenario's name and what there is to say need no names of their own.
    let index = Statements { header: vec![String::new(); 3], items, ..Statements::default() };
    document.push(None, vec![Element::Statements(index)]);
    if checked.len() + unchecked.len() > 1 {
        let good = checked.iter().filter(|one| one.passes()).count() as u64;
        let (judged, without) = (checked.len() as u64, unchecked.len() as u64);
        let gaps = [
            ("n", Arg::Count(judged + without)),
            ("good", Arg::Count(good)),
            ("bad", Arg::Count(judged - good)),
            ("without", Arg::Count(without)),
        ];
        let key = if without == 0 { "check-sum" } else { "check-sum-unchecked" };
        document.push(None, vec![Element::Paragraph(words.with(key, &gaps))]);
    }
    document
}

/// A line for what could not be checked, with the reasons below.
fn about_unchecked(unchecked: &Unchecked, words: &Words) -> Statement {
    let file = escape(unchecked.file.as_deref().unwrap_or("rolesim check"));
    let what = words.text("check-unchecked");
    let reasons = unchecked.troubles.iter().map(|one| Element::Paragraph(one.message.clone()));
    Statement {
        cells: vec![file.clone(), String::new(), what.clone()],
        details: reasons.collect(),
        ..Statement::plain(
            Mark::of(Verdict::Undefined),
            words.with("check-line", &[("file", Arg::Text(&file)), ("what", Arg::Text(&what))]),
        )
    }
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
    let told = |gate| match checked.against {
        Against::Saved => differences(gate, words),
        _ => gate_details(gate, words),
    };
    details.extend(report.gate.iter().flat_map(told));
    if let Against::Written { before: Some(before), .. } = &checked.against {
        details.extend(differences(before, words));
    }
    details.extend(leads(checked, words).into_iter().map(Element::Paragraph));
    details
}

/// What to do about a scenario: what would tell more, and what would accept it.
pub(super) fn leads(checked: &Checked, words: &Words) -> Vec<String> {
    let said = |key: &str, command: String| words.with(key, &[("command", Arg::Text(&command))]);
    let explains = checked.against == Against::Accepted;
    let explain =
        explaining(checked).into_iter().filter(|_| explains).map(|command| said("check-explain", command));
    explain.chain(hint(checked).map(|key| said(key, accepting(checked)))).collect()
}

/// The message that says what to do about a scenario, if there is something to do but to look: what would not be accepted
/// is not called acceptable.
fn hint(checked: &Checked) -> Option<&'static str> {
    let Checked { report, against, .. } = checked;
    let accept = match &report.gate {
        _ if *against == Against::Saved => return None,
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
        Against::Written { file, .. } => {
            let count = report.results.len() as u64;
            let gaps = [("n", Arg::Count(count)), ("file", Arg::Text(&escape(file)))];
            parts.push(words.with("check-written", &gaps));
        }
        Against::Refused => parts.push(words.text("check-refused")),
        Against::Accepted | Against::Nothing | Against::Saved => {}
    }
    if let Some(gate) = &report.gate {
        parts.push(counts(gate, checked.against == Against::Saved, words));
    }
    if parts.is_empty() {
        parts.push(words.text("check-nothing"));
    }
    parts.join("; ")
}

/// How many figures were compared, and how many of each kind are not as accepted.
fn counts(gate: &Comparison, saved: bool, words: &Words) -> String {
    let count = |standing| gate.changes().filter(|(_, change)| change.standing == standing).count() as u64;
    let all = gate.changes().count() as u64;
    let mut parts = vec![words.with("check-figures", &[("n", Arg::Count(all))])];
    if count(Standing::Same) == all && gate.missing.is_empty() {
        parts.push(words.text(if saved { "check-as-before" } else { "check-as-accepted" }));
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

/// Cache by cache what is another figure than before, and which caches only one side has.
fn differences(gate: &Comparison, words: &Words) -> Vec<Element> {
    let only = |key| move |label: &String| Statement::plain(Mark::NEWS, about(key, label, words));
    let gone = gate.missing.iter().map(only("check-gone"));
    let items: Vec<Statement> = gone.chain(gate.unaccepted.iter().map(only("check-new"))).collect();
    let others = (!items.is_empty()).then(|| Statements { items, ..Statements::default() });
    let pairs = gate.pairs.iter().filter_map(|pair| moved(pair, words));
    pairs.chain(others).map(Element::Statements).collect()
}

/// The figures of a pair that are others than before, old → new; `None` if none is.
fn moved(pair: &Pair, words: &Words) -> Option<Statements> {
    let statement = |change: &Change| {
        let (accepted, actual) = values(change, words);
        let gaps = [
            ("metric", Arg::Text(&change.metric.name())),
            ("accepted", Arg::Text(&accepted)),
            ("actual", Arg::Text(&actual)),
            ("standing", Arg::Text(&standing(change.standing, words))),
        ];
        Statement::plain(Mark::of_standing(change.standing), words.with("check-moved", &gaps))
    };
    let changed = pair.changes.iter().filter(|change| change.accepted != change.actual);
    let items: Vec<Statement> = changed.map(statement).collect();
    (!items.is_empty()).then(|| Statements {
        about: Some(heading(pair, words)),
        items,
        ..Statements::default()
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
