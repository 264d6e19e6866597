//! The choice among caches: which are candidates, and what each gave on the same days.
//!
//! What a scenario expects is not judged: it was said of its own cache.

use super::Progress;
use super::day::{scenario_info, side_by_side};
use super::failure::Failure;
use super::load::Source;
use super::replications::Effort;
use super::sweep::measure::{Batch, measured, piece};
use super::sweep::{LIVES_S, varied_caches};
use crate::gate::{Choice, UpperLimit, Verdict};
use crate::model::Micros;
use crate::policy::{CacheSpec, ORACLE, OptionValue, PolicySpec, TTL};
use crate::report::{Report, figures};
use crate::scenario::{Scenario, Vary};

/// The caches to choose from: the scenario's own, those that it lists, and what is varied; if nothing is, `ttl` and
/// `event+ttl` with the lives that a sweep tries. A bound is not a candidate: nobody can run it.
///
/// # Errors
/// When the scenario or what is varied has faults, or two different caches have one label.
pub(crate) fn candidates(
    source: &mut Source,
    vary: Vec<Vary>,
    effort: Effort,
) -> Result<Vec<CacheSpec>, Failure> {
    let base = source.varied(&[])?;
    source.know(&base);
    let Scenario { cache, compare, .. } = base.scenario;
    let mut all = side_by_side(&cache, compare)?;
    let more = if vary.is_empty() { lives() } else { varied_caches(source, vary, effort)? };
    for policy in more {
        if all.iter().all(|known| known.policy != policy) {
            all = side_by_side(&all[0], all[1..].iter().cloned().chain([policy.into()]))?;
        }
    }
    let oracle = PolicySpec::of(&ORACLE);
    all.retain(|spec| !spec.policy.is_kin(&oracle));
    Ok(all)
}

fn lives() -> Vec<PolicySpec> {
    let lives = || LIVES_S.iter().map(|seconds| Micros(seconds * 1_000_000));
    let safe = |life| PolicySpec::default().with("ttl", Some(OptionValue::Duration(life)));
    lives().map(|life| PolicySpec::living(&TTL, life)).chain(lives().map(safe)).collect()
}

/// Runs every candidate on the same days and chooses; the report's verdict is whether any keeps all limits.
///
/// # Errors
/// Whatever may end a run.
pub(crate) fn run(
    source: &Source,
    candidates: &[CacheSpec],
    limits: Vec<UpperLimit>,
    effort: Effort,
    progress: Progress<'_>,
) -> Result<Report, Failure> {
    let pieces = candidates.chunks(piece(candidates.len(), 1, effort).max(1));
    let batch = |caches: &[CacheSpec]| Batch { changes: Vec::new(), name: None, caches: caches.to_vec() };
    let batches: Vec<Batch<'_>> = pieces.map(batch).collect();
    let mut measured = measured(source, &batches, effort, progress)?.into_iter();
    let (info, mut results) = match measured.next() {
        Some(first) => (first.info, first.results),
        None => (scenario_info(&source.varied(&[])?.scenario, effort.runs, None), Vec::new()),
    };
    results.extend(measured.flat_map(|of| of.results));
    let verdict = Verdict::Pass;
    let report =
        Report { scenario: info, results, expectations: Vec::new(), gate: None, choice: None, verdict };
    let choice = Choice::of(&figures(&report), limits);
    let verdict = if choice.chosen.is_some() { Verdict::Pass } else { Verdict::Fail };
    Ok(Report { choice: Some(choice), verdict, ..report })
}
