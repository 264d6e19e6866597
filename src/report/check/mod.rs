//! What a gate has to say: a line for each scenario, and what keeps it from passing.
//!
//! The verdicts come with the reports; nothing is judged here, and nobody here knows where the text goes.

mod findings;
mod sentence;

pub(super) use findings::{Finding, Weight, findings};
pub(super) use sentence::{amount, change_of, heading, sentence, standing, subject, values};

use super::expectations::{self, entry};
use super::layout::wrapped;
use super::mark::Mark;
use super::words::{Arg, Words};
use super::{OWN_VERSION, Report, Style};
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

/// A line for each scenario, details where there are any, and a sum of several.
#[must_use]
pub fn checks_text(checks: &[Checked], style: &Style) -> String {
    let words = Words::new(style.lang);
    let mut out: String = checks.iter().map(|one| of_one(one, style, &words)).collect();
    if checks.len() > 1 {
        let good = checks.iter().filter(|one| one.passes()).count() as u64;
        let all = checks.len() as u64;
        let gaps = [("n", Arg::Count(all)), ("good", Arg::Count(good)), ("bad", Arg::Count(all - good))];
        out.push_str(&format!("\n{}", wrapped("", 0, &words.with("check-sum", &gaps))));
    }
    out
}

fn of_one(checked: &Checked, style: &Style, words: &Words) -> String {
    let gaps = [("file", Arg::Text(&escape(&checked.file))), ("what", Arg::Text(&sum(checked, words)))];
    let line = wrapped("* ", 2, &words.with("check-line", &gaps));
    let mut out = line.replacen('*', &Mark::of(checked.report.verdict).on_terminal(style.colour), 1);
    let broken = checked.report.expectations.iter().filter(|one| is_worth_saying(one));
    out.extend(broken.map(|one| entry(one, checked.report.scenario.runs, style, words)));
    if let Some(gate) = &checked.report.gate {
        out.push_str(&details(gate, style, words));
    }
    if let Some(key) = hint(checked) {
        out.push_str(&wrapped("  ", 2, &words.text(key)));
    }
    out
}

/// The message that says what to do about a scenario, if there is something to do but to look: what would not be accepted
/// is not called acceptable.
pub(super) fn hint(checked: &Checked) -> Option<&'static str> {
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

/// Whether an expectation must be told: one that does not hold, and is no mere claim.
pub(super) fn is_worth_saying(judged: &Judged) -> bool {
    judged.verdict != Verdict::Pass && judged.expectation.level != Level::Note
}

/// Whether there is anything that could be accepted anew.
pub(super) fn is_worth_accepting(gate: &Comparison) -> bool {
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

/// Cache by cache what is not as accepted.
fn details(gate: &Comparison, style: &Style, words: &Words) -> String {
    let mut out = String::new();
    for pair in &gate.pairs {
        let news: Vec<&Change> = pair.changes.iter().filter(|change| is_news(change.standing)).collect();
        if !news.is_empty() {
            out.push_str(&wrapped("  ", 2, &format!("{}:", heading(pair, words))));
        }
        for change in news {
            let line = wrapped("    * ", 6, &sentence(change.metric.name(), change, words));
            out.push_str(&line.replacen('*', &sign(change.standing, style.colour), 1));
        }
        if pair.only_answers_differ() {
            out.push_str(&wrapped("  · ", 4, &about("check-answers", &pair.label, words)));
        }
    }
    for label in &gate.missing {
        let line = wrapped("  * ", 4, &about("check-missing", label, words));
        out.push_str(&line.replacen('*', &sign(Standing::Worse, style.colour), 1));
    }
    for label in &gate.unaccepted {
        out.push_str(&wrapped("  · ", 4, &about("check-unaccepted", label, words)));
    }
    out.extend(of_version(gate, words).iter().map(|line| wrapped("  · ", 4, line)));
    out
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
    let absent: Vec<&str> = other.absent.iter().map(|metric| metric.name()).collect();
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

fn sign(standing: Standing, colour: bool) -> String {
    let (sign, code) = match standing {
        Standing::Same | Standing::Within | Standing::Changed => return "·".to_owned(),
        Standing::Better => ("+", 32),
        Standing::Inconclusive => ("!", 33),
        Standing::Worse => ("✗", 31),
        Standing::Undefined => ("?", 31),
    };
    if colour { format!("\u{1b}[{code}m{sign}\u{1b}[0m") } else { sign.to_owned() }
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
