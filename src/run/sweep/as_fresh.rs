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
use crate::run::exit::Failure;
use crate::run::load::Source;
use crate::run::runs::Effort;

/// Rounds of the search; each narrows the gap by one more than there are lives in a round.
const ROUNDS: usize = 4;
/// The search is over when the gap is no more than this part of the life.
const NEAR: u64 = 100;
/// Lives in a round.
const LIVES: u64 = 8;

/// The longest life among TTL caches that differ in nothing else; nothing where the points have none, or several kinds.
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
    for _ in 0..ROUNDS {
        let (Some((from, _)), Some(to)) = (&longest, stale_from) else { break };
        if to.0 - from.0 <= from.0 / NEAR {
            break;
        }
        let between = between(*from, to);
        if between.is_empty() {
            break;
        }
        let caches = between.iter().map(|life| family.with_life(*life).into());
        let caches: Vec<CacheSpec> = caches.collect();
        let pieces = caches.chunks(piece(caches.len(), 1, effort));
        let batch = |caches: &[CacheSpec]| Batch { changes: Vec::new(), name: None, caches: caches.to_vec() };
        let batches: Vec<Batch<'_>> = pieces.map(batch).collect();
        let results = measured(source, &batches, effort, &())?.into_iter().flat_map(|of| of.results);
        for (ttl, result) in between.into_iter().zip(results) {
            if !fresh(&result) {
                stale_from = Some(ttl);
                break;
            }
            longest = Some((ttl, result));
        }
    }
    Ok(Some(AsFresh { longest, shortest, stale_from }))
}

/// Lives between two, evenly spread, as round as their size allows.
fn between(from: Micros, to: Micros) -> Vec<Micros> {
    let grain = match from.0 {
        MINUTE_US.. => SECOND_US,
        SECOND_US.. => 1_000,
        _ => 1,
    };
    let gap = u128::from(to.0 - from.0);
    let at = |index: u64| from.0 + (gap * u128::from(index) / u128::from(LIVES + 1)) as u64;
    let mut lives: Vec<Micros> = (1..=LIVES).map(|index| Micros(at(index) / grain * grain)).collect();
    lives.dedup();
    lives.retain(|life| *life > from);
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

    #[test]
    fn lives_between_two_are_round_and_none_of_the_two() {
        for (from, to, count, first) in [
            ("30s", "1m", 8, "33s333ms"),
            ("1m", "2m", 8, "1m6s"),
            ("1m", "1m4s", 3, "1m1s"),
            ("1m", "1m1s", 0, ""),
            ("1us", "2us", 0, ""),
            ("0s", "1s", 8, "111ms111us"),
        ] {
            let ends: [Micros; 2] = [from, to].map(|text| text.parse().unwrap());
            let lives = between(ends[0], ends[1]);
            assert_eq!(lives.len(), count, "{from} {to} {lives:?}");
            assert_eq!(lives.first().map(|life| life.compact()).unwrap_or_default(), first);
            assert!(lives.iter().all(|life| ends[0] < *life && *life < ends[1]));
        }
    }
}
