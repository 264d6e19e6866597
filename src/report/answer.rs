//! The answer that every form of a report begins with: which caches are worth a look and what each costs; of one cache,
//! what it let in, read, saved and failed.
//!
//! The words are made here once. What is weighed against what is decided by [`front`](super::front) alone.

use super::columns::said;
use super::document::{AnswerLine, Headline};
use super::front::{Rank, Ranked, ranked};
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::metrics::{Metric, Value};
use crate::model::escape;

/// Candidates that are written out.
const LINES_MOST: usize = 5;

/// The answer of a report; `None` if nobody asked on that day.
pub(super) fn answer(report: &Report, words: &Words) -> Option<Headline> {
    let own = report.results.first()?;
    if !report.results.iter().any(|result| result.any(Metric::Requests)) {
        return None;
    }
    Some(match report.results.as_slice() {
        [_] => of_one(own, words),
        results => of_several(own, &ranked(results), words),
    })
}

/// The candidates that are written out: all on the front, or some from its cheapest to its dearest.
pub(super) fn written_out<'a, 'r>(ranked: &'a [Ranked<'r>]) -> Vec<&'a Ranked<'r>> {
    let front: Vec<_> = ranked.iter().filter(|one| one.rank == Rank::Front).collect();
    let count = front.len();
    if count <= LINES_MOST {
        return front;
    }
    (0..LINES_MOST).map(|line| front[line * (count - 1) / (LINES_MOST - 1)]).collect()
}

/// Of one cache four figures.
fn of_one(own: &CacheResult, words: &Words) -> Headline {
    let figure = |metric| said(own, metric, words);
    let peak = figure(Metric::DbReadsPeak1s);
    let line = |key, text| AnswerLine { name: words.text(key), text };
    let failed = if own.any(Metric::Failed) { figure(Metric::Failed) } else { words.text("answer-nothing") };
    let lines = vec![
        line("answer-name-let-in", let_in(own, ["answer-nothing", "answer-answers"], words)),
        line(
            "answer-name-reads",
            words.with(
                "answer-peak",
                &[("n", Arg::Text(&figure(Metric::DbReads))), ("peak", Arg::Text(&peak))],
            ),
        ),
        line("answer-name-memory", figure(Metric::HitRatio)),
        line("answer-name-failed", failed),
    ];
    Headline {
        lead: None,
        lines,
        more: put_to_the_test(&[own], words).into_iter().collect(),
        is_of_one: true,
    }
}

/// Which caches are worth a look, and a line for each.
fn of_several(own: &CacheResult, ranked: &[Ranked<'_>], words: &Words) -> Headline {
    let written = written_out(ranked);
    let results: Vec<&CacheResult> = written.iter().map(|one| one.result).collect();
    let fails = results.iter().any(|result| result.any(Metric::Failed));
    let line = |result: &&CacheResult| AnswerLine {
        name: named(result, ranked, words),
        text: priced(result, own, fails, words),
    };
    Headline {
        lead: Some(lead(ranked, written.len(), words)),
        lines: results.iter().map(line).collect(),
        more: put_to_the_test(&results, words).into_iter().collect(),
        is_of_one: false,
    }
}

/// How many caches are worth a look, and what the others are.
fn lead(ranked: &[Ranked<'_>], written: usize, words: &Words) -> String {
    let count = |of: fn(&Rank<'_>) -> bool| ranked.iter().filter(|one| of(&one.rank)).count() as u64;
    let front = count(|rank| *rank == Rank::Front);
    let beaten = count(|rank| matches!(rank, Rank::Beaten(_)));
    let all = front + beaten + count(|rank| matches!(rank, Rank::Same(_)));
    let gaps = [("n", Arg::Count(front)), ("all", Arg::Count(all)), ("beaten", Arg::Count(beaten))];
    let key = match (all, beaten) {
        (0, _) => return words.text("answer-no-candidate"),
        (1, _) => "answer-only",
        (_, 0) if front == all => "answer-all",
        (_, 0) => "answer-alike",
        _ => "answer-worth",
    };
    let mut lead = words.with(key, &gaps);
    if (written as u64) < front {
        lead = format!("{lead} {}", words.with("answer-some", &[("n", Arg::Count(written as u64))]));
    }
    lead
}

/// A candidate's name, and how many others do the same.
fn named(result: &CacheResult, ranked: &[Ranked<'_>], words: &Words) -> String {
    let like: Vec<String> = ranked
        .iter()
        .filter(|one| matches!(one.rank, Rank::Same(first) if first.label == result.label))
        .map(|one| escape(&one.result.label))
        .collect();
    let name = escape(&result.label);
    match like.as_slice() {
        [] => name,
        [one] => words.with("answer-like-one", &[("cache", Arg::Text(&name)), ("other", Arg::Text(one))]),
        all => {
            let gaps = [("cache", Arg::Text(&name)), ("n", Arg::Count(all.len() as u64))];
            words.with("answer-like", &gaps)
        }
    }
}

/// What a candidate costs.
fn priced(result: &CacheResult, own: &CacheResult, fails: bool, words: &Words) -> String {
    let reads = said(result, Metric::DbReads, words);
    let count = match (result.runs.is_empty(), result.metrics.get(Metric::DbReads)) {
        (true, Value::Count(count)) => Arg::Count(count),
        _ => Arg::Text(&reads),
    };
    let mut text = words.with("answer-reads", &[("n", count)]);
    let times = times(result, own, words).filter(|_| result.label != own.label);
    text.extend(times.map(|times| {
        format!(
            " ({})",
            words.with(
                "answer-times",
                &[("times", Arg::Text(&times)), ("own", Arg::Text(&escape(&own.label)))]
            )
        )
    }));
    let mut parts = vec![text, let_in(result, ["answer-none-let-in", "answer-let-in"], words)];
    if fails {
        let failed = said(result, Metric::Failed, words);
        parts.push(match result.any(Metric::Failed) {
            true => words.with("answer-failed", &[("n", Arg::Text(&failed))]),
            false => words.text("answer-none-failed"),
        });
    }
    parts.join("; ")
}

/// How many times as often as the own cache a cache reads the database; `None` if that never does.
pub(super) fn times(result: &CacheResult, own: &CacheResult, words: &Words) -> Option<String> {
    let (many, few) = (result.figure(Metric::DbReads)?, own.figure(Metric::DbReads)?);
    (few > 0.0).then(|| words.lang().decimal(&format!("{:.1}", many / few)))
}

/// How many answers let a revoked role in, for up to how long, and what the cache's rules guarantee.
fn let_in(result: &CacheResult, [none, some]: [&str; 2], words: &Words) -> String {
    let mut text = match result.any(Metric::StaleGrants) {
        false => words.text(none),
        true => {
            let grants = said(result, Metric::StaleGrants, words);
            let count = match (result.runs.is_empty(), result.metrics.get(Metric::StaleGrants)) {
                (true, Value::Count(count)) => Arg::Count(count),
                _ => Arg::Text(&grants),
            };
            words.with(some, &[("n", count)])
        }
    };
    if let Some(longest @ 1..) = longest_us(result).filter(|_| result.any(Metric::StaleGrants)) {
        let time = words.lang().duration(longest);
        text = format!("{text}, {}", words.with("answer-window", &[("time", Arg::Text(&time))]));
    }
    let guaranteed = match result.metrics.get(Metric::GuaranteedWindow) {
        Value::Micros(us) => {
            words.with("answer-guaranteed", &[("time", Arg::Text(&words.lang().duration(us)))])
        }
        _ => words.text("answer-no-bound"),
    };
    format!("{text} ({guaranteed})")
}

/// The longest that a revoked role was honoured, of several runs in any.
pub(super) fn longest_us(result: &CacheResult) -> Option<u128> {
    let of_runs = result.runs.iter().filter_map(|run| run.metrics.get(Metric::WindowMax).whole()).max();
    of_runs.or_else(|| result.metrics.get(Metric::WindowMax).whole())
}

/// A cache that is guaranteed to honour a revoked role for less than this needs no evidence of the day.
const CERTAIN_BELOW_US: u128 = 60_000_000;

/// How many revocations could have shown a revoked role at all, where that is fewer than there were role changes. Caches
/// that promise a short window are left out: hardly a request falls into it, and the promise says more.
fn put_to_the_test(results: &[&CacheResult], words: &Words) -> Option<String> {
    let whole = |result: &CacheResult, metric| {
        let of_runs: Option<u128> = (!result.runs.is_empty())
            .then(|| result.runs.iter().filter_map(|run| run.metrics.get(metric).whole()).sum());
        of_runs.or_else(|| result.metrics.get(metric).whole())
    };
    let is_certain = |one: &&&CacheResult| {
        one.metrics.get(Metric::GuaranteedWindow).whole().is_some_and(|us| us < CERTAIN_BELOW_US)
    };
    let changes = results.iter().filter_map(|one| whole(one, Metric::Events)).max()?;
    let uncertain = results.iter().filter(|one| !is_certain(one));
    let asked: Vec<u128> = uncertain.filter_map(|one| whole(one, Metric::RevocationsAsked)).collect();
    let (least, most) = (*asked.iter().min()?, *asked.iter().max()?);
    if changes == 0 || least >= changes {
        return None;
    }
    let count = |count: u128| words.lang().count(u64::try_from(count).unwrap_or(u64::MAX));
    let range = format!("{}–{}", count(least), count(most));
    let number =
        if least == most { Arg::Count(u64::try_from(least).unwrap_or(u64::MAX)) } else { Arg::Text(&range) };
    let changes = u64::try_from(changes).unwrap_or(u64::MAX);
    Some(words.with("answer-tested", &[("n", number), ("changes", Arg::Count(changes))]))
}

impl CacheResult {
    /// Whether a count is anything but 0, in any run.
    pub(super) fn any(&self, metric: Metric) -> bool {
        let some = |value: Value| value.whole().is_some_and(|count| count > 0);
        some(self.metrics.get(metric)) || self.runs.iter().any(|run| some(run.metrics.get(metric)))
    }
}

#[cfg(test)]
mod tests;
