//! A grid of runs: every combination of some fields' values.
//!
//! All points are read and verified before anything runs. Points that differ in their cache alone share one pass of
//! the day, as the caches of a comparison do. What a scenario expects is not judged: it was said of its own values.

mod as_fresh;
mod grid;
mod measure;

use super::Progress;
use super::day::{scenario_info, within_limits};
use super::exit::{Exit, Failure};
use super::load::Source;
use super::runs::Effort;
use crate::model::{CacheKind, CacheSpec, EventOptions, Micros, TtlOptions};
use crate::report::{CacheResult, Point, ScenarioInfo, Sweep, Varied};
use crate::scenario::{Fault, FaultKind, Faults, Place, Vary};
use as_fresh::as_fresh;
use grid::Grid;
use measure::{Batch, measured, piece};

/// So many points a sweep may have.
const POINTS_MOST: u64 = 10_000;
/// So many runs it may have, over all its points.
const RUNS_MOST: u64 = 100_000;
/// Who has so many different faults has one cause.
const FAULTS_MOST: usize = 100;

/// Lives that everybody wants to see, in seconds.
const LIVES_S: [u64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];

/// What is known of a point before it is run.
struct Checked {
    digest: String,
    cache: CacheSpec,
}

/// A grid whose every point was read and found right.
pub(crate) struct Ready {
    info: ScenarioInfo,
    own: CacheSpec,
    grid: Grid,
    checked: Vec<Checked>,
    effort: Effort,
}

/// Reads and verifies every point. Where nothing is to be varied, the life of a TTL cache is.
///
/// # Errors
/// When the scenario or a point of the grid has faults, or the grid is too large.
pub(crate) fn ready(source: &mut Source, vary: Vec<Vary>, effort: Effort) -> Result<Ready, Failure> {
    let base = source.varied(&[])?;
    source.know(&base);
    let info = scenario_info(&base.scenario, effort.runs);
    let own = base.scenario.system.cache;
    let vary = if vary.is_empty() { vec![lives(own.kind)] } else { vary };
    let grid = Grid::new(&source.name, vary)?;
    within(&grid, effort.runs)?;
    let checked = verified(source, &grid)?;
    Ok(Ready { info, own, grid, checked, effort })
}

impl Ready {
    /// Runs the grid.
    ///
    /// # Errors
    /// Whatever may end a run.
    pub(crate) fn run(self, source: &Source, progress: &dyn Progress) -> Result<Sweep, Failure> {
        let Self { info: scenario, own, grid, checked, effort } = self;
        let reference = grid.varies_caches_alone().then(|| reference(&own));
        let (results, reference) = results(source, &grid, &checked, reference, effort, progress)?;
        let as_fresh = match &reference {
            Some(reference) => {
                let tried: Vec<_> = checked.iter().map(|point| point.cache.kind).zip(&results).collect();
                as_fresh(source, &tried, reference, effort)?
            }
            None => None,
        };
        let measured = checked.into_iter().zip(results).enumerate();
        let points = measured.map(|(index, (Checked { digest, .. }, result))| {
            let values = grid.values(index).map(str::to_owned).collect();
            Point { values, digest, result }
        });
        let points = points.collect();
        let vary = grid.vary.into_iter().map(|Vary { path, values }| Varied { path, values }).collect();
        Ok(Sweep { scenario, vary, points, reference, as_fresh })
    }
}

/// The cache that the others are held against.
fn reference(own: &CacheSpec) -> CacheSpec {
    match own.kind {
        CacheKind::Event(_) => own.clone(),
        _ => CacheSpec { kind: CacheKind::Event(EventOptions::default()), label: None },
    }
}

/// The curve that everybody wants: the event-driven cache, and TTL caches of one kind, the scenario's if it has one,
/// with ever longer lives.
fn lives(own: CacheKind) -> Vary {
    let event = CacheKind::Event(EventOptions::default());
    let family = match own {
        CacheKind::Ttl(_) | CacheKind::Idle(_) => own,
        _ => CacheKind::Ttl(TtlOptions::new(Micros(0))),
    };
    let first = if matches!(own, CacheKind::Event(_)) { own } else { event };
    let mut kinds = vec![first, own];
    kinds.extend(LIVES_S.iter().map(|seconds| with_life(family, Micros(seconds * 1_000_000))));
    let mut values: Vec<String> = Vec::new();
    for value in kinds.iter().map(CacheKind::to_string) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Vary { path: "cache".to_owned(), values }
}

/// A TTL cache with another life; any other cache as it is.
fn with_life(kind: CacheKind, ttl: Micros) -> CacheKind {
    match kind {
        CacheKind::Ttl(options) => CacheKind::Ttl(TtlOptions { ttl, ..options }),
        CacheKind::Idle(options) => CacheKind::Idle(TtlOptions { ttl, ..options }),
        other => other,
    }
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

/// Reads every point, and tells all faults at once.
fn verified(source: &mut Source, grid: &Grid) -> Result<Vec<Checked>, Failure> {
    let mut checked = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    for index in 0..grid.len() {
        let found = match source.varied(&grid.changes(index)) {
            Ok(loaded) => {
                source.know(&loaded);
                let scenario = loaded.scenario;
                let cache = scenario.system.cache;
                match within_limits(std::slice::from_ref(&cache), &scenario.day.clock) {
                    Ok(()) => {
                        checked.push(Checked { digest: scenario.digest, cache });
                        continue;
                    }
                    Err(failure) => {
                        let place = Place::Option(grid.typed(index).into());
                        let fault =
                            |line: String| Fault::new(place.clone(), "", line).of_kind(FaultKind::Limit);
                        failure.lines.into_iter().map(fault).collect()
                    }
                }
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
    if faults.is_empty() { Ok(checked) } else { Err(Faults::new(&source.name, faults).into()) }
}

/// What was measured of each point, and of the cache that they are held against.
fn results(
    source: &Source,
    grid: &Grid,
    checked: &[Checked],
    reference: Option<CacheSpec>,
    effort: Effort,
    progress: &dyn Progress,
) -> Result<(Vec<CacheResult>, Option<CacheResult>), Failure> {
    let mut groups = grid.of_one_day();
    // The reference runs along with the points, unless it is one of them.
    let beyond = grid.len();
    let same = |spec: &CacheSpec| checked.iter().position(|point| point.cache.kind == spec.kind);
    let place = reference.as_ref().map(|spec| same(spec).unwrap_or(beyond));
    if let (Some(place), Some(first)) = (place, groups.first_mut())
        && place == beyond
    {
        first.push(beyond);
    }
    let cache = |index: &usize| match checked.get(*index) {
        Some(point) => point.cache.clone(),
        None => reference.clone().unwrap_or_else(|| checked[0].cache.clone()),
    };
    let mut members = Vec::new();
    let mut batches = Vec::new();
    for group in &groups {
        for piece in group.chunks(piece(group.len(), groups.len(), effort)) {
            members.push(piece);
            // The day and the system are those of any point of the group.
            let day = group[0];
            batches.push(Batch {
                changes: grid.changes(day),
                name: grid.typed_beside_the_cache(day),
                caches: piece.iter().map(cache).collect(),
            });
        }
    }
    let mut all: Vec<Option<CacheResult>> = vec![None; beyond + 1];
    for (piece, results) in members.into_iter().zip(measured(source, &batches, effort, progress)?) {
        for (index, result) in piece.iter().zip(results) {
            all[*index] = Some(result);
        }
    }
    let reference = reference.zip(place).and_then(|(spec, place)| {
        let label = spec.title();
        Some(CacheResult { label, ..all[place].clone()? })
    });
    all.truncate(beyond);
    Ok((all.into_iter().flatten().collect(), reference))
}
