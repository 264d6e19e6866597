//! Which caches are worth a look: those that no other one beats.
//!
//! A cache is beaten by another that reads the database no more, lets no more revoked roles in and fails no more, and is
//! better in one of the three. Nothing is weighed against anything else, so no opinion decides. Of one run figures are
//! compared as they are; of several, one is more than the other only where the paired interval of their difference does
//! not hold 0. It knows no words.

use std::cmp::Ordering;

use super::{CacheResult, Difference};
use crate::metrics::Metric;
use crate::policy::{Candidacy, PolicySpec};

/// By what caches are compared; less is better.
const COSTS: [Metric; 3] = [Metric::DbReads, Metric::StaleGrants, Metric::Failed];

/// What a cache is next to the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Rank<'r> {
    /// No other one beats it.
    Front,
    /// It is not told apart from this earlier one.
    Same(&'r CacheResult),
    /// This one beats it.
    Beaten(&'r CacheResult),
    /// What there is without a cache.
    Baseline,
    /// What no cache can beat.
    Bound,
}

/// A cache with its place in the report and its rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked<'r> {
    /// Counted from 0; the scenario's own cache is the first.
    pub(super) place: usize,
    pub(super) result: &'r CacheResult,
    pub(super) rank: Rank<'r>,
}

/// All caches in the order of the front: those worth a look by their reads, each before those like it; then those that
/// are beaten; then the baseline and the bound.
pub(super) fn ranked(results: &[CacheResult]) -> Vec<Ranked<'_>> {
    let candidates: Vec<&CacheResult> =
        results.iter().filter(|one| candidacy(one) == Candidacy::Candidate).collect();
    let unbeaten = |one: &CacheResult| !candidates.iter().any(|other| beats(other, one));
    let mut all: Vec<Ranked<'_>> = Vec::new();
    for (place, result) in results.iter().enumerate() {
        let rank = match candidacy(result) {
            Candidacy::Baseline => Rank::Baseline,
            Candidacy::Bound => Rank::Bound,
            Candidacy::Candidate => {
                let beating = || candidates.iter().copied().filter(|other| beats(other, result));
                let by = beating().find(|other| unbeaten(other)).or_else(|| beating().next());
                let mut fronts = all.iter().filter(|one| one.rank == Rank::Front);
                let like = fronts.find(|one| is_like(one.result, result));
                match (by, like) {
                    (Some(by), _) => Rank::Beaten(by),
                    (None, Some(like)) => Rank::Same(like.result),
                    (None, None) => Rank::Front,
                }
            }
        };
        all.push(Ranked { place, result, rank });
    }
    all.sort_by(|one, other| order(one).partial_cmp(&order(other)).unwrap_or(Ordering::Equal));
    all
}

/// By what caches are sorted; the order of the report decides between equals.
fn order(one: &Ranked<'_>) -> (u8, f64, f64, u8) {
    let costs = |result: &CacheResult| {
        let [reads, grants] = [Metric::DbReads, Metric::StaleGrants].map(|metric| result.figure(metric));
        (reads.unwrap_or(0.0), grants.unwrap_or(0.0))
    };
    let ((reads, grants), group, behind) = match one.rank {
        Rank::Front => (costs(one.result), 0, 0),
        Rank::Same(first) => (costs(first), 0, 1),
        Rank::Beaten(_) => (costs(one.result), 1, 0),
        Rank::Baseline => (costs(one.result), 2, 0),
        Rank::Bound => (costs(one.result), 3, 0),
    };
    (group, reads, grants, behind)
}

/// What a result is a cache of. One that a team wrote has no spec, and is a candidate.
fn candidacy(result: &CacheResult) -> Candidacy {
    let spec = result.cache.parse::<PolicySpec>();
    spec.map_or(Candidacy::Candidate, |spec| spec.descriptor().candidacy)
}

/// Whether the second is matched in everything by the first and bettered in something.
fn beats(one: &CacheResult, other: &CacheResult) -> bool {
    let costs = COSTS.map(|metric| told_apart(one, other, metric));
    costs.iter().all(|cost| cost.is_le()) && costs.iter().any(|cost| cost.is_lt())
}

fn is_like(one: &CacheResult, other: &CacheResult) -> bool {
    COSTS.iter().all(|metric| told_apart(one, other, *metric).is_eq())
}

/// How the first one's figure stands to the second's; equal where several runs show no difference.
fn told_apart(one: &CacheResult, other: &CacheResult, metric: Metric) -> Ordering {
    if one.runs.is_empty() {
        let [one, other] = [one, other].map(|result| result.metrics.get(metric).number());
        return one.partial_cmp(&other).unwrap_or(Ordering::Equal);
    }
    match Difference::between(one, other).spread(metric) {
        Some(spread) if !spread.holds(0.0) => spread.mean.total_cmp(&0.0),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_reports::{cache, report, several};

    fn costing(label: &str, reads: u64, grants: u64, failed: u64) -> CacheResult {
        let costs = [(Metric::DbReads, reads), (Metric::StaleGrants, grants), (Metric::Failed, failed)];
        cache(label, &[&[(Metric::Requests, 100_000)], &costs[..]].concat())
    }

    /// Each label with what its rank is called.
    fn ranks(results: &[CacheResult]) -> Vec<String> {
        let said = |one: &Ranked<'_>| match one.rank {
            Rank::Front => format!("{} front", one.result.label),
            Rank::Same(like) => format!("{} same as {}", one.result.label, like.label),
            Rank::Beaten(by) => format!("{} beaten by {}", one.result.label, by.label),
            Rank::Baseline => format!("{} baseline", one.result.label),
            Rank::Bound => format!("{} bound", one.result.label),
        };
        ranked(results).iter().map(said).collect()
    }

    #[test]
    fn a_cache_is_beaten_only_by_one_that_is_nowhere_worse() {
        let results = [
            costing("ttl:1h", 500, 9, 0),
            costing("event", 100, 20, 0),
            costing("oracle", 90, 0, 0),
            costing("event+ttl=1h", 500, 2, 0),
            costing("ttl:5m", 900, 2, 0),
            costing("event+ttl=5m", 900, 0, 0),
            costing("none", 1_000, 0, 5),
            costing("event+guard=singleflight", 100, 20, 0),
        ];
        assert_eq!(
            ranks(&results),
            [
                "event front",
                "event+guard=singleflight same as event",
                "event+ttl=1h front",
                "event+ttl=5m front",
                "ttl:1h beaten by event+ttl=1h",
                "ttl:5m beaten by event+ttl=1h",
                "none baseline",
                "oracle bound",
            ]
        );
    }

    #[test]
    fn failing_less_alone_keeps_a_cache_on_the_front() {
        let results =
            [costing("event", 100, 0, 7), costing("ttl:1h", 200, 1, 0), costing("ttl:5m", 300, 1, 1)];
        assert_eq!(ranks(&results), ["event front", "ttl:1h front", "ttl:5m beaten by ttl:1h"]);
    }

    #[test]
    fn several_runs_beat_by_their_paired_intervals() {
        // Both grow alike from run to run, so the difference has no width and a single read decides.
        let close = [costing("event", 100, 5, 0), costing("ttl:1h", 101, 5, 0)];
        assert_eq!(
            ranks(&several(report(close.to_vec()), 3).results),
            ["event front", "ttl:1h beaten by event"]
        );
        let mut noisy = several(report(close.to_vec()), 3).results;
        for (run, reads) in noisy[1].runs.iter_mut().zip([90, 130, 100]) {
            run.metrics = costing("ttl:1h", reads, 5, 0).metrics;
        }
        for run in &mut noisy[0].runs {
            run.metrics = costing("event", 100, 5, 0).metrics;
        }
        assert_eq!(ranks(&noisy), ["event front", "ttl:1h same as event"], "no difference is shown");
    }
}
