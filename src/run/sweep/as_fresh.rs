//! The search for the longest life that is as fresh as the event-driven cache.
//!
//! Staleness does not grow evenly with the life: on a single day a longer one may happen to miss nothing. So the life
//! that is told is the one up to which every tried life was as fresh: the grid's values first, then lives between the
//! last that was and the first that was not.

use super::measure::{Batch, measured, piece};
use crate::metrics::{Metric, Value};
use crate::model::{MINUTE_US, Micros, SECOND_US};
use crate::policy::{CacheSpec, PolicySpec};
use crate::report::{AsFresh, CacheResult};
use crate::run::failure::Failure;
use crate::run::load::Source;
use crate::run::replications::Effort;

/// Rounds of the search at most. Two rounds of even ratios bring any two lives within a factor of two, and three more of
/// even steps bring those within a hundredth: the rest is room for rounding, and a test holds that it is enough.
const ROUNDS_MOST: usize = 8;
/// The search is over when the gap is at most this part of the life.
const NEAR: u64 = 100;
/// Lives in a round.
const LIVES: u64 = 8;

/// The longest life among TTL caches that differ in nothing else; `None` if the points have none, or several kinds.
pub(super) fn as_fresh(
    source: &Source,
    tried: &[(&PolicySpec, &CacheResult)],
    reference: &CacheResult,
    effort: Effort,
) -> Result<Option<AsFresh>, Failure> {
    let mut lives: Vec<(Micros, &CacheResult)> = Vec::new();
    let mut family: Option<&PolicySpec> = None;
    for (policy, result) in tried {
        let Some(life) = policy.life() else { continue };
        if !family.get_or_insert(policy).is_kin(policy) {
            return Ok(None);
        }
        lives.push((life, *result));
    }
    lives.sort_by_key(|(ttl, _)| *ttl);
    let (Some(family), Some((shortest, _))) = (family, lives.first().copied()) else { return Ok(None) };
    let fresh = |result: &CacheResult| {
        [Metric::StaleReads, Metric::StaleGrants]
            .iter()
            .all(|metric| sum(result, *metric) <= sum(reference, *metric))
    };
    let first_stale = lives.iter().position(|(_, result)| !fresh(result));
    let last_fresh = first_stale.unwrap_or(lives.len()).checked_sub(1);
    let mut longest = last_fresh.map(|index| (lives[index].0, lives[index].1.clone()));
    let mut stale_from = first_stale.map(|index| lives[index].0);
    if let (Some(from), Some(to)) = (longest.as_ref().map(|(from, _)| *from), stale_from) {
        let found = narrowed(Bracket { from, to }, |between| -> Result<usize, Failure> {
            let caches: Vec<CacheSpec> = between.iter().map(|life| family.with_life(*life).into()).collect();
            let pieces = caches.chunks(piece(caches.len(), 1, effort));
            let batch =
                |caches: &[CacheSpec]| Batch { changes: Vec::new(), name: None, caches: caches.to_vec() };
            let batches: Vec<Batch<'_>> = pieces.map(batch).collect();
            let results =
                measured(source, &batches, effort, &|_, _| ())?.into_iter().flat_map(|of| of.results);
            let fresh: Vec<CacheResult> = results.take_while(|result| fresh(result)).collect();
            let count = fresh.len();
            longest = between.iter().copied().zip(fresh).next_back().or(longest.take());
            Ok(count)
        })?;
        stale_from = Some(found.to);
    }
    Ok(Some(AsFresh { longest, shortest, stale_from }))
}

/// A life that was as fresh, and a longer one that was not.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bracket {
    from: Micros,
    to: Micros,
}

/// Narrows a bracket until its ends are near each other. `as_fresh` says how many of some lives, from the shortest on,
/// were.
fn narrowed<E>(
    mut bracket: Bracket,
    mut as_fresh: impl FnMut(&[Micros]) -> Result<usize, E>,
) -> Result<Bracket, E> {
    for _ in 0..ROUNDS_MOST {
        let between = between(bracket);
        if between.is_empty() {
            break;
        }
        let fresh = as_fresh(&between)?;
        bracket.from = between[..fresh].last().copied().unwrap_or(bracket.from);
        bracket.to = between.get(fresh).copied().unwrap_or(bracket.to);
    }
    Ok(bracket)
}

/// Lives between two, as round as their size allows: evenly apart, or in even ratios where the first even step would more
/// than double the life. There are none between two that are near each other.
fn between(Bracket { from, to }: Bracket) -> Vec<Micros> {
    let grain = match from.0 {
        MINUTE_US.. => SECOND_US,
        SECOND_US.. => 1_000,
        _ => 1,
    };
    let gap = to.0 - from.0;
    if gap <= from.0 / NEAR {
        return Vec::new();
    }
    // Nothing has a ratio to a life of 0.
    let least = from.0.max(1);
    let growth = libm::log(to.0 as f64 / least as f64);
    let at = |index: u64| match gap / (LIVES + 1) > least {
        true => (least as f64 * libm::exp(growth * index as f64 / (LIVES + 1) as f64)) as u64,
        false => from.0 + (u128::from(gap) * u128::from(index) / u128::from(LIVES + 1)) as u64,
    };
    let mut lives: Vec<Micros> = (1..=LIVES).map(|index| Micros(at(index) / grain * grain)).collect();
    lives.dedup();
    lives.retain(|life| from < *life && *life < to);
    lives
}

/// A count over all runs.
fn sum(result: &CacheResult, metric: Metric) -> u128 {
    let count = |value: Value| match value {
        Value::Count(count) => u128::from(count),
        _ => 0,
    };
    match result.runs.is_empty() {
        true => count(result.metrics.get(metric)),
        false => result.runs.iter().map(|run| count(run.metrics.get(metric))).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bracket(from: &str, to: &str) -> Bracket {
        let [from, to] = [from, to].map(|text| text.parse().unwrap());
        Bracket { from, to }
    }

    #[test]
    fn lives_between_two_are_round_and_none_of_the_two() {
        for (from, to, count, first) in [
            ("30s", "1m", 8, "33s333ms"),
            ("1m", "2m", 8, "1m6s"),
            ("1m", "1m4s", 3, "1m1s"),
            ("1m", "1m1s", 0, ""),
            ("10m", "10m6s", 0, ""),
            ("1us", "2us", 0, ""),
            ("0s", "1s", 8, "4us"),
            ("1s", "1d", 8, "3s535ms"),
        ] {
            let bracket = bracket(from, to);
            let lives = between(bracket);
            assert_eq!(lives.len(), count, "{from} {to} {lives:?}");
            assert_eq!(lives.first().map(|life| life.compact()).unwrap_or_default(), first);
            assert!(lives.iter().all(|life| bracket.from < *life && *life < bracket.to));
        }
    }

    #[test]
    fn the_search_ends_by_itself_wherever_freshness_does() {
        let mut most = 0;
        for (from, to) in [
            ("0s", "3650d"),
            ("1us", "3650d"),
            ("1us", "2us"),
            ("1us", "1s"),
            ("1ms", "1d"),
            ("1s", "1d"),
            ("1s", "1h"),
            ("59s", "61s"),
            ("1m", "365d"),
        ] {
            let whole = bracket(from, to);
            let growth = (whole.to.0 as f64 / whole.from.0.max(1) as f64).ln();
            for step in 0..2_000 {
                let last = (whole.from.0.max(1) as f64 * (growth * f64::from(step) / 2_000.0).exp()) as u64;
                let last = last.clamp(whole.from.0, whole.to.0 - 1);
                let mut rounds = 0;
                let found = narrowed(whole, |lives| -> Result<usize, ()> {
                    rounds += 1;
                    Ok(lives.partition_point(|life| life.0 <= last))
                });
                let found = found.unwrap();
                assert!(found.from.0 <= last && last < found.to.0, "{from} {to} {last}: {found:?}");
                assert_eq!(between(found), [], "{from} {to} {last}: {found:?}");
                most = most.max(rounds);
            }
        }
        assert!(most < ROUNDS_MOST, "{most} rounds");
    }
}
