//! The answer as JSON: the sentences that people read, in English, and what they say as data.

use super::{Json, number, object, some};
use crate::metrics::{Metric, Value};
use crate::report::answer::{answer, longest_us};
use crate::report::document::AnswerLine;
use crate::report::front::{Rank, Ranked, ranked};
use crate::report::{CacheResult, Lang, Report, Words};

/// The answer; `None` if nobody asked on that day.
pub(super) fn of_report(report: &Report) -> Option<Json> {
    let said = answer(report, &Words::new(Lang::En))?;
    let sentences = said.lead.into_iter().chain(said.lines.iter().map(AnswerLine::sentence)).chain(said.more);
    let ranked = ranked(&report.results);
    let own = report.results.first()?;
    let (candidates, others): (Vec<&Ranked<'_>>, Vec<&Ranked<'_>>) =
        ranked.iter().partition(|one| one.rank == Rank::Front);
    Some(object([
        ("sentences", sentences.map(|line| Json::from(line.as_str())).collect()),
        ("candidates", candidates.iter().map(|one| candidate(one.result, own)).collect()),
        ("others", others.iter().map(|one| other(one)).collect()),
    ]))
}

/// What a cache that none beats costs: of several runs means, and the longest window of any run.
fn candidate(result: &CacheResult, own: &CacheResult) -> Json {
    let figure = |metric| match result.runs.is_empty() {
        true => number(Some(result.metrics.get(metric))),
        false => result.figure(metric).into(),
    };
    let times = result.figure(Metric::DbReads).zip(own.figure(Metric::DbReads).filter(|few| *few > 0.0));
    object([
        ("cache", result.cache.as_str().into()),
        ("label", result.label.as_str().into()),
        ("db_reads", figure(Metric::DbReads)),
        ("times_own", times.map(|(many, few)| many / few).into()),
        ("stale_grants", figure(Metric::StaleGrants)),
        ("window_us_max", number(Some(longest_us(result).map_or(Value::Undefined, Value::Micros)))),
        ("guaranteed_window_us", number(Some(result.metrics.get(Metric::GuaranteedWindow)))),
        ("failed", figure(Metric::Failed)),
        ("revocations_asked", figure(Metric::RevocationsAsked)),
    ])
}

/// Why a cache is not among the candidates, and by which it is beaten or equalled.
fn other(one: &Ranked<'_>) -> Json {
    let (rank, by) = match one.rank {
        Rank::Front => ("front", None),
        Rank::Same(like) => ("same", Some(like)),
        Rank::Beaten(by) => ("beaten", Some(by)),
        Rank::Baseline => ("baseline", None),
        Rank::Bound => ("bound", None),
    };
    some([
        Some(("cache", one.result.cache.as_str().into())),
        Some(("label", one.result.label.as_str().into())),
        Some(("rank", rank.into())),
        by.map(|by| ("by", by.label.as_str().into())),
    ])
}
