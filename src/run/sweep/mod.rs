//! A grid of runs: every combination of some fields' values.
//!
//! All points are read and verified before anything runs. Points that differ in their cache alone share one pass of
//! the day, as the caches of a comparison do. What a scenario expects is not judged: it was said of its own values.

mod as_fresh;
mod grid;
pub(super) mod measure;

use super::Progress;
use super::day::scenario_info;
use super::failure::{Exit, Failure};
use super::load::{Loaded, Source};
use super::replications::Effort;
use crate::model::Micros;
use crate::policy::{CacheSpec, PolicySpec, TTL};
use crate::report::{CacheResult, Point, ScenarioInfo, Sweep, Varied};
use crate::scenario::{Fault, Faults, Vary, digest};
use as_fresh::as_fresh;
use grid::Grid;
use measure::{Batch, OfBatch, measured, piece};

/// A sweep has at most this many points.
const POINTS_MOST: u64 = 10_000;
/// And at most this many runs, over all its points.
const RUNS_MOST: u64 = 100_000;
/// More different faults than this have one cause.
const FAULTS_MOST: usize = 100;

/// Lives that everybody wants to see, in seconds.
pub(super) const LIVES_S: [u64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];

/// The caches of a grid that varies nothing else.
///
/// # Errors
/// When a point has faults, the grid is too large, or more than the cache is varied.
pub(super) fn varied_caches(
    source: &mut Source,
    vary: Vec<Vary>,
    effort: Effort,
) -> Result<Vec<PolicySpec>, Failure> {
    let grid = Grid::new(&source.name, vary)?;
    if !grid.varies_caches_alone() {
        let line = "--vary: the caches to choose from share one day and one system, so only `cache` and its fields \
                    can be varied; take `rolesim sweep` for others";
        return Err(Failure::usage(line));
    }
    within(&grid, effort.runs)?;
    Ok(verified(source, &grid)?.into_iter().map(|spec| spec.policy).collect())
}

/// A grid whose every point was read and found right.
pub(crate) struct Ready {
    /// The scenario before anything is varied.
    base: Loaded,
    grid: Grid,
    /// The cache of each point.
    caches: Vec<CacheSpec>,
    effort: Effort,
}

/// What was measured.
struct Swept {
    /// Of each point, with the day's digest.
    points: Vec<(String, CacheResult)>,
    /// Of the cache that they are held against.
    reference: Option<CacheResult>,
    /// What was run, of the first day.
    info: Option<ScenarioInfo>,
}

/// Reads and verifies every point. Where nothing is to be varied, the life of a TTL cache is.
///
/// # Errors
/// When the scenario or a point of the grid has faults, or the grid is too large.
pub(crate) fn ready(source: &mut Source, vary: Vec<Vary>, effort: Effort) -> Result<Ready, Failure> {
    let base = source.varied(&[])?;
    source.know(&base);
    let vary = if vary.is_empty() { vec![lives(&base.scenario.cache.policy)] } else { vary };
    let grid = Grid::new(&source.name, vary)?;
    within(&grid, effort.runs)?;
    let caches = verified(source, &grid)?;
    Ok(Ready { base, grid, caches, effort })
}

impl Ready {
    /// Runs the grid.
    ///
    /// # Errors
    /// Whatever may end a run.
    pub(crate) fn run(self, source: &Source, progress: Progress<'_>) -> Result<Sweep, Failure> {
        let own = &self.base.scenario.cache;
        let reference = self.grid.varies_caches_alone().then(|| reference(own));
        let Swept { points, reference, info } = self.measured(source, reference, progress)?;
        let as_fresh = match &reference {
            Some(reference) => {
                let results = points.iter().map(|(_, result)| result);
                let tried: Vec<_> = self.caches.iter().map(|cache| &cache.policy).zip(results).collect();
                as_fresh(source, &tried, reference, self.effort)?
            }
            None => None,
        };
        let scenario = match info.filter(|_| self.grid.varies_caches_alone()) {
            Some(info) => info,
            None => self.unvaried()?,
        };
        let points = points.into_iter().enumerate().map(|(index, (digest, result))| {
            let values = self.grid.values(index).map(str::to_owned).collect();
            Point { values, digest, result }
        });
        let points = points.collect();
        let vary = self.grid.vary.into_iter().map(|Vary { path, values }| Varied { path, values }).collect();
        Ok(Sweep { scenario, vary, points, reference, as_fresh })
    }

    /// The scenario before anything is varied, which is none of the points' own.
    fn unvaried(&self) -> Result<ScenarioInfo, Failure> {
        let Loaded { scenario, trace, .. } = &self.base;
        let mut info = scenario_info(scenario, self.effort.runs, None);
        if let Some(trace) = trace {
            info.digest = digest(&scenario.day, Some(&trace.digest()?));
        }
        Ok(info)
    }

    /// Runs every point, and the reference along with them unless it is one.
    fn measured(
        &self,
        source: &Source,
        reference: Option<CacheSpec>,
        progress: Progress<'_>,
    ) -> Result<Swept, Failure> {
        let Self { grid, caches, effort, .. } = self;
        let mut groups = grid.of_one_day();
        let beyond = caches.len();
        let same = |spec: &CacheSpec| caches.iter().position(|cache| cache.policy == spec.policy);
        let place = reference.as_ref().map(|spec| same(spec).unwrap_or(beyond));
        if let (Some(place), Some(first)) = (place, groups.first_mut())
            && place == beyond
        {
            first.push(beyond);
        }
        let caches: Vec<CacheSpec> = caches.iter().chain(&reference).cloned().collect();
        let mut members = Vec::new();
        let mut batches = Vec::new();
        for group in &groups {
            for piece in group.chunks(piece(group.len(), groups.len(), *effort)) {
                members.push(piece);
                // The day and the system are those of any point of the group.
                let day = group[0];
                batches.push(Batch {
                    changes: grid.changes(day),
                    name: grid.typed_beside_the_cache(day),
                    caches: piece.iter().map(|index| caches[*index].clone()).collect(),
                });
            }
        }
        let mut all: Vec<Option<(String, CacheResult)>> = vec![None; beyond + 1];
        let mut first = None;
        for (piece, OfBatch { results, info }) in
            members.into_iter().zip(measured(source, &batches, *effort, progress)?)
        {
            for (index, result) in piece.iter().zip(results) {
                all[*index] = Some((info.digest.clone(), result));
            }
            first.get_or_insert(info);
        }
        let reference = reference.zip(place).and_then(|(spec, place)| {
            let label = spec.title();
            all[place].clone().map(|(_, result)| CacheResult { label, ..result })
        });
        all.truncate(beyond);
        Ok(Swept { points: all.into_iter().flatten().collect(), reference, info: first })
    }
}

/// The cache that the others are held against.
fn reference(own: &CacheSpec) -> CacheSpec {
    if own.policy.hears_events() { own.clone() } else { PolicySpec::default().into() }
}

/// The curve that everybody wants: a cache that hears events, and caches with a life of one family, the scenario's if it
/// has one, with ever longer lives.
fn lives(own: &PolicySpec) -> Vary {
    let ttl = PolicySpec::living(&TTL, Micros(0));
    let family = if own.life().is_some() { own } else { &ttl };
    let hearing = if own.hears_events() { own.clone() } else { PolicySpec::default() };
    let mut policies = vec![hearing, own.clone()];
    policies.extend(LIVES_S.iter().map(|seconds| family.with_life(Micros(seconds * 1_000_000))));
    let mut values: Vec<String> = Vec::new();
    for value in policies.iter().map(PolicySpec::to_string) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Vary { path: "cache".to_owned(), values }
}

/// Refuses a grid that is too large.
fn within(grid: &Grid, runs: u64) -> Result<(), Failure> {
    let points = grid.size();
    let line = if points > u128::from(POINTS_MOST) {
        format!("the sweep has {points} points; at most {POINTS_MOST} can be run, so vary less")
    } else if points * u128::from(runs) > u128::from(RUNS_MOST) {
        let all = points * u128::from(runs);
        format!(
            "the sweep has {points} points, each run {runs} times, which makes {all} runs; at most {RUNS_MOST} can \
             be run, so vary less or take a smaller --runs"
        )
    } else {
        return Ok(());
    };
    Err(Failure::new(Exit::Limit, line))
}

/// Reads every point for its cache, and tells all faults at once.
fn verified(source: &mut Source, grid: &Grid) -> Result<Vec<CacheSpec>, Failure> {
    let mut caches = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for index in 0..grid.len() {
        let found = match source.varied(&grid.changes(index)) {
            Ok(loaded) => {
                source.know(&loaded);
                caches.push(loaded.scenario.cache);
                continue;
            }
            Err(faults) => faults.list,
        };
        // A fault of the file, or of one value, is found again at many points.
        let new = found.into_iter().filter(|fault| !faults.contains(fault)).collect::<Vec<_>>();
        faults.extend(new);
        if faults.len() >= FAULTS_MOST {
            break;
        }
    }
    if faults.is_empty() { Ok(caches) } else { Err(Faults::new(&source.name, faults).into()) }
}
