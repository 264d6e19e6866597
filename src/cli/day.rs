//! From a scenario to a report: which caches, which readings, one pass, and the verdicts.

use super::exit::{Exit, Failure};
use super::load::Loaded;
use crate::gate::{Expectation, judge, overall};
use crate::metrics::Measured;
use crate::model::{CacheKind, CacheSpec, Clock, DayTime, TtlOptions, shown};
use crate::report::{CacheResult, Report, ScenarioInfo};
use crate::scenario::Scenario;
use crate::sim::{Observer, Outcome, Plan, Tracker, simulate};
use crate::workload::Recorded;

/// Runs the day for the listed caches and for those that only an expectation names, and judges.
///
/// `listed` begins with the scenario's own cache.
pub(super) fn run<O: Observer>(
    loaded: &Loaded,
    listed: &[CacheSpec],
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<(Report, Outcome), Failure> {
    let scenario = &loaded.scenario;
    let (caches, places) = caches(listed, &scenario.compare, &scenario.expect)?;
    within_limits(&caches, &scenario.day.clock)?;
    let mut checkpoints: Vec<DayTime> = scenario.expect.iter().filter_map(|one| one.at).collect();
    checkpoints.sort_unstable();
    checkpoints.dedup();
    let kinds: Vec<_> = caches.iter().map(|spec| spec.kind).collect();
    let plan =
        Plan { day: &scenario.day, system: &scenario.system, caches: &kinds, checkpoints: &checkpoints };
    let mut rows = loaded.trace.as_ref().map(|trace| trace.open()).transpose()?;
    let recorded = rows.as_mut().map(|rows| rows as &mut dyn Recorded);
    let outcome = simulate(&plan, recorded, observer, tracker)?;
    let reading = |expectation: &Expectation, place: usize| -> &Measured {
        let cache = &outcome.caches[place];
        let at = expectation.at.and_then(|at| checkpoints.binary_search(&at).ok());
        at.map_or(&cache.total, |index| &cache.readings[index])
    };
    let expectations: Vec<_> = scenario
        .expect
        .iter()
        .zip(places)
        .map(|(expectation, place)| {
            judge(expectation.clone(), reading(expectation, place).get(expectation.metric))
        })
        .collect();
    let results = listed.iter().zip(&outcome.caches).map(|(spec, cache)| CacheResult {
        cache: spec.kind.to_string(),
        label: spec.title(),
        fingerprint: cache.fingerprint,
        metrics: cache.total.clone(),
        hourly: cache.hourly.clone(),
    });
    let report = Report {
        scenario: ScenarioInfo {
            name: scenario.name.clone(),
            description: scenario.description.clone(),
            digest: scenario.digest.clone(),
            seed: scenario.day.seed,
            runs: 1,
        },
        results: results.collect(),
        verdict: overall(&expectations),
        expectations,
    };
    Ok((report, outcome))
}

/// Whether a day could be run: what `run` would find before it begins.
pub(super) fn check(loaded: &Loaded) -> Result<(), Failure> {
    let Scenario { system, compare, expect, day, .. } = &loaded.scenario;
    let listed = side_by_side(&system.cache, compare.iter().cloned())?;
    let (caches, _) = caches(&listed, &[], expect)?;
    within_limits(&caches, &day.clock)
}

/// The caches to simulate, and which of them each expectation means: a listed one or one of the scenario's
/// other ones by label, or any cache by its spec.
fn caches(
    listed: &[CacheSpec],
    others: &[CacheSpec],
    expect: &[Expectation],
) -> Result<(Vec<CacheSpec>, Vec<usize>), Failure> {
    let mut caches = listed.to_vec();
    let mut places = Vec::new();
    for expectation in expect {
        let Some(name) = &expectation.cache else {
            places.push(0);
            continue;
        };
        let labelled = caches.iter().chain(others).find(|spec| spec.title() == *name).cloned();
        let spec = labelled.map_or_else(|| name.parse::<CacheSpec>(), Ok).map_err(|error| {
            let line = format!(
                "an expectation of `{}` names the cache {}, which is no label here: {error}",
                expectation.metric,
                shown(name)
            );
            Failure::new(Exit::Wrong, line)
        })?;
        places.push(caches.iter().position(|known| known.kind == spec.kind).unwrap_or_else(|| {
            caches.push(spec);
            caches.len() - 1
        }));
    }
    Ok((caches, places))
}

/// Sweeps of one cache at the most; each examines every entry.
const MOST_SWEEPS: u64 = 10_000_000;

fn within_limits(caches: &[CacheSpec], clock: &Clock) -> Result<(), Failure> {
    for spec in caches {
        let CacheKind::Ttl(TtlOptions { sweep: Some(period), .. }) = spec.kind else { continue };
        let sweeps = (clock.end.0 - clock.start.0) / period.0;
        if sweeps > MOST_SWEEPS {
            let line = format!(
                "the cache {} would sweep {sweeps} times; at most {MOST_SWEEPS} sweeps can be simulated, so sweep \
                 more rarely",
                shown(&spec.title())
            );
            return Err(Failure::new(Exit::Limit, line));
        }
    }
    Ok(())
}

/// Adds caches to a list, each once.
///
/// # Errors
/// When two different caches would have one label.
pub(super) fn side_by_side(
    own: &CacheSpec,
    others: impl IntoIterator<Item = CacheSpec>,
) -> Result<Vec<CacheSpec>, Failure> {
    let mut list = vec![own.clone()];
    for spec in others {
        match list.iter().find(|known| known.title() == spec.title()) {
            Some(known) if known.kind == spec.kind => {}
            Some(_) => {
                let line = format!("two different caches are called {}", shown(&spec.title()));
                return Err(Failure::new(Exit::Wrong, line));
            }
            None => list.push(spec),
        }
    }
    Ok(list)
}
