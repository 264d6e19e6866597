//! Many caches on few passes: batches of caches that share a day, each run as often as wanted.

use crate::policy::CacheSpec;
use crate::report::{CacheResult, RunFigures, ScenarioInfo};
use crate::run::Progress;
use crate::run::day::{Setup, scenario_info};
use crate::run::failure::Failure;
use crate::run::load::{Change, Source};
use crate::run::parallel::in_order;
use crate::run::replications::Effort;

/// Caches on one day and one system.
pub(in crate::run) struct Batch<'a> {
    /// What makes the day and the system of the scenario.
    pub(in crate::run) changes: Vec<Change<'a>>,
    /// What errors call that, where it is not the scenario itself.
    pub(in crate::run) name: Option<String>,
    pub(in crate::run) caches: Vec<CacheSpec>,
}

/// Caches that share one pass: each holds its entries, and more of them share no more of the work.
const LANES_MOST: usize = 16;

/// How many of a group's caches share a pass, so that there is work for every thread.
pub(in crate::run) fn piece(caches: usize, groups: usize, effort: Effort) -> usize {
    let runs = usize::try_from(effort.runs).unwrap_or(usize::MAX);
    let pieces = effort.jobs.div_ceil(groups.saturating_mul(runs).max(1));
    caches.div_ceil(pieces).clamp(1, LANES_MOST)
}

/// What was measured on one day.
pub(in crate::run) struct OfBatch {
    pub(in crate::run) results: Vec<CacheResult>,
    /// What was run, recorded rows included.
    pub(in crate::run) info: ScenarioInfo,
}

/// What is kept of a pass.
struct Kept {
    figures: Vec<RunFigures>,
    /// Of the first run.
    info: Option<ScenarioInfo>,
}

/// What was measured of each batch's caches. The scenario is read again for each pass, so that no more of them are held
/// than run at once.
pub(in crate::run) fn measured(
    source: &Source,
    batches: &[Batch<'_>],
    effort: Effort,
    progress: Progress<'_>,
) -> Result<Vec<OfBatch>, Failure> {
    let runs = usize::try_from(effort.runs).unwrap_or(usize::MAX);
    let one = |index: usize| {
        let Batch { changes, name, caches } = &batches[index / runs];
        let mut loaded = source.varied(changes)?;
        // Expectations would bring caches of their own.
        loaded.scenario.expect.clear();
        let setup = Setup::new(&loaded, caches, &[])?;
        let run = index % runs;
        let (seed, played) = setup.play_run(run, 1, &mut ()).map_err(|failure| match name {
            Some(name) => failure.of(name),
            None => failure,
        })?;
        let info = (run == 0).then(|| scenario_info(&loaded.scenario, effort.runs, played.trace.as_ref()));
        Ok(Kept { figures: setup.figures(seed, &played.outcome), info })
    };
    let passes = in_order(batches.len().saturating_mul(runs), effort.jobs, progress, one)?;
    let mut passes = passes.into_iter();
    let of_batch = |batch: &Batch<'_>| {
        let mut figures: Vec<Vec<RunFigures>> = vec![Vec::new(); batch.caches.len()];
        let mut first = None;
        for Kept { figures: pass, info } in passes.by_ref().take(runs) {
            figures.iter_mut().zip(pass).for_each(|(all, one)| all.push(one));
            first = first.or(info);
        }
        let results = batch.caches.iter().zip(figures).filter_map(|(cache, runs)| result(cache, runs));
        Some(OfBatch { results: results.collect(), info: first? })
    };
    Ok(batches.iter().filter_map(of_batch).collect())
}

/// A result without hours, which no sweep shows.
fn result(cache: &CacheSpec, mut runs: Vec<RunFigures>) -> Option<CacheResult> {
    let RunFigures { fingerprint, metrics, .. } = runs.first()?.clone();
    if runs.len() == 1 {
        runs.clear();
    }
    let (label, hourly) = (cache.title(), Vec::new());
    Some(CacheResult { cache: cache.policy.to_string(), label, fingerprint, metrics, hourly, runs })
}
