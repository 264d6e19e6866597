//! Expectations and claims with their verdicts, next to what was measured.
//!
//! A claim is an expectation of level `note`: whether it holds is worth knowing and decides nothing. The
//! verdicts come with the report; nothing is judged here.

use super::Report;
use super::document::{Chapter, Element, Statement, Statements};
use super::mark::Mark;
use super::words::{Arg, Words};
use crate::gate::{Bounds, Judged, Level, Verdict};
use crate::metrics::Value;
use crate::model::escape;

/// The lists, and a line that sums them up; empty if nothing is expected.
pub(super) fn expectations(report: &Report, words: &Words) -> Vec<Chapter> {
    let Report { expectations: judged, verdict, scenario, .. } = report;
    let (claims, expected): (Vec<&Judged>, Vec<&Judged>) =
        judged.iter().partition(|one| one.expectation.level == Level::Note);
    let lists = [("expect-title", expected.as_slice()), ("expect-claims", &claims)];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(title, list)| Chapter {
        title: Some(words.text(title)),
        blocks: vec![Element::Statements(statements(list, scenario.runs, words))],
    });
    let sum = (!judged.is_empty()).then(|| Chapter {
        title: None,
        blocks: vec![Element::Paragraph(sum(&expected, &claims, *verdict, words))],
    });
    lists.chain(sum).collect()
}

/// Expectations with what was measured and their reasons.
pub(super) fn statements(judged: &[&Judged], runs: u64, words: &Words) -> Statements {
    let header =
        ["check-md-metric", "check-md-expected", "check-md-measured", "check-md-verdict", "check-md-because"];
    let statement = |one: &&Judged| Statement {
        mark: Mark::of_judged(one),
        sentence: sentence(one, runs, words),
        cells: vec![
            subject(one, words),
            bounds(&one.expectation.bounds, words),
            measured(one, words),
            outcome(one, runs, words),
        ],
        reason: one.expectation.because.clone(),
        details: Vec::new(),
    };
    Statements {
        about: None,
        header: header.map(|key| words.text(key)).to_vec(),
        figures: vec![2],
        items: judged.iter().map(statement).collect(),
    }
}

/// Of which metric, of which cache and at which time something is expected.
pub(super) fn subject(judged: &Judged, words: &Words) -> String {
    let expectation = &judged.expectation;
    let mut subject = vec![expectation.metric.name().into_owned()];
    if let Some(cache) = &expectation.cache {
        subject.push(words.with("expect-cache", &[("cache", Arg::Text(&escape(cache)))]));
    }
    if let Some(at) = expectation.at {
        subject.push(words.with("expect-at", &[("time", Arg::Text(&at.to_string()))]));
    }
    subject.join(" ")
}

/// The expectation as the name of a test: how serious it is, its subject and its bounds.
pub(super) fn named(judged: &Judged, words: &Words) -> String {
    let Bounds { min, max, equals, within } = judged.expectation.bounds;
    let level = match judged.expectation.level {
        Level::Error => "expect",
        Level::Warn => "warn",
        Level::Note => "claim",
    };
    let mut name = vec![level.to_owned(), subject(judged, words)];
    for (sign, limit) in [("=", equals), ("≥", min), ("≤", max)] {
        name.extend(limit.map(|limit| format!("{sign} {}", exact(limit, words))));
        let near = within.filter(|_| sign == "=");
        name.extend(near.map(|within| format!("± {}", distance(within, words))));
    }
    name.join(" ")
}

/// What is expected, what was measured, and whether the one is the other.
pub(super) fn sentence(judged: &Judged, runs: u64, words: &Words) -> String {
    let expectation = &judged.expectation;
    let is_claim = expectation.level == Level::Note;
    let key = match (is_claim, judged.verdict == Verdict::Undefined) {
        (false, false) => "expect-line",
        (false, true) => "expect-line-empty",
        (true, false) => "expect-claim",
        (true, true) => "expect-claim-empty",
    };
    let line = words.with(
        key,
        &[
            ("bounds", Arg::Text(&bounds(&expectation.bounds, words))),
            ("actual", Arg::Text(&measured(judged, words))),
        ],
    );
    let (subject, outcome) = (subject(judged, words), outcome(judged, runs, words));
    let gaps =
        [("subject", Arg::Text(&subject)), ("line", Arg::Text(&line)), ("outcome", Arg::Text(&outcome))];
    words.with("expect-judged", &gaps)
}

/// Whether it holds, in words.
pub(super) fn outcome(judged: &Judged, runs: u64, words: &Words) -> String {
    let verdict = words.text(match (judged.verdict, judged.expectation.level) {
        (Verdict::Pass, Level::Note) => "expect-claim-holds",
        (Verdict::Pass, _) => "expect-holds",
        (Verdict::Fail, Level::Note) => "expect-claim-fails",
        (Verdict::Fail, Level::Warn) => "expect-warning",
        (Verdict::Fail, Level::Error) => "expect-fails",
        (Verdict::Undefined, Level::Note) => "expect-claim-undefined",
        (Verdict::Undefined, _) => "expect-undefined",
    });
    if runs <= 1 || judged.verdict == Verdict::Pass {
        return verdict;
    }
    let seeds = seeds(&judged.failing_seeds, words);
    let gaps = [
        ("failing", Arg::Count(judged.failing_seeds.len() as u64)),
        ("n", Arg::Count(runs)),
        ("seeds", Arg::Text(&seeds)),
    ];
    format!("{verdict}, {}", words.with("runs-failing", &gaps))
}

/// The first few seeds, and how many more there are. A seed is a name: its thousands do not stand apart.
fn seeds(seeds: &[u64], words: &Words) -> String {
    const MOST: usize = 5;
    let shown: Vec<String> = seeds.iter().take(MOST).map(u64::to_string).collect();
    let shown = shown.join(", ");
    match seeds.len().saturating_sub(MOST) {
        0 => shown,
        more => {
            words.with("runs-seeds-more", &[("seeds", Arg::Text(&shown)), ("n", Arg::Count(more as u64))])
        }
    }
}

pub(super) fn bounds(bounds: &Bounds, words: &Words) -> String {
    let mut parts = Vec::new();
    if let Some(wanted) = bounds.equals {
        let value = exact(wanted, words);
        let value = match bounds.within {
            None => value,
            Some(within) => words.with(
                "expect-near",
                &[("value", Arg::Text(&value)), ("within", Arg::Text(&distance(within, words)))],
            ),
        };
        let key = if bounds.within.is_none() { "expect-equals" } else { "expect-about" };
        parts.push(words.with(key, &[("value", Arg::Text(&value))]));
    }
    for (key, limit) in [("expect-min", bounds.min), ("expect-max", bounds.max)] {
        if let Some(limit) = limit {
            parts.push(words.with(key, &[("value", Arg::Text(&exact(limit, words)))]));
        }
    }
    parts.join(", ")
}

/// What was measured; of several runs with the seed of the one that gave it, since it is not a mean.
pub(super) fn measured(judged: &Judged, words: &Words) -> String {
    let value = actual(judged, words);
    match judged.seed {
        None => value,
        Some(seed) => {
            let seed = seed.to_string();
            words.with("runs-measured", &[("value", Arg::Text(&value)), ("seed", Arg::Text(&seed))])
        }
    }
}

/// The measured value. Times as exact as their limits; a ratio with all its digits where it misses a limit by
/// less than the short form shows.
fn actual(judged: &Judged, words: &Words) -> String {
    const GRAIN: f64 = 0.000_1;
    let bounds = &judged.expectation.bounds;
    let within = bounds.within.and_then(Value::number).unwrap_or(0.0);
    let close = |limit: Option<Value>, to_it: f64| {
        let distance = limit.and_then(Value::number).zip(judged.actual.number());
        distance.is_some_and(|(limit, actual)| ((actual - limit).abs() - to_it).abs() < GRAIN)
    };
    let misses = close(bounds.min, 0.0) || close(bounds.max, 0.0) || close(bounds.equals, within);
    match judged.actual {
        Value::Ratio(_) if !misses || judged.verdict != Verdict::Fail => {
            words.value(judged.actual, "number-undefined")
        }
        actual => exact(actual, words),
    }
}

pub(super) fn exact(value: Value, words: &Words) -> String {
    match value {
        Value::Ratio(share) => words.lang().exact_percent(share),
        Value::Micros(us) => words.lang().exact_duration(us),
        other => words.value(other, "number-undefined"),
    }
}

pub(super) fn distance(within: Value, words: &Words) -> String {
    match within {
        Value::Ratio(share) => {
            words.with("expect-points", &[("value", Arg::Text(&words.lang().points(share)))])
        }
        other => exact(other, words),
    }
}

/// How many of each kind hold, and whether the run does.
fn sum(expected: &[&Judged], claims: &[&Judged], verdict: Verdict, words: &Words) -> String {
    let text = format!("{}.", capitalised(&sums(expected, claims, words).join("; ")));
    if verdict == Verdict::Pass { text } else { format!("{text} {}", words.text("expect-run-fails")) }
}

/// How many of each kind hold.
pub(super) fn sums(expected: &[&Judged], claims: &[&Judged], words: &Words) -> Vec<String> {
    let holding = |list: &[&Judged]| list.iter().filter(|one| one.verdict == Verdict::Pass).count() as u64;
    let mut parts = Vec::new();
    if !expected.is_empty() {
        let (good, all) = (holding(expected), expected.len() as u64);
        parts.push(words.with("expect-sum", &[("good", Arg::Count(good)), ("n", Arg::Count(all))]));
    }
    if !claims.is_empty() {
        let all = claims.len() as u64;
        parts.push(match all - holding(claims) {
            0 => words.with("expect-sum-claims-hold", &[("n", Arg::Count(all))]),
            bad => words.with("expect-sum-claims", &[("bad", Arg::Count(bad)), ("n", Arg::Count(all))]),
        });
    }
    parts
}

pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
