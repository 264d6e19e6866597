//! From a scenario to a report: which caches, which readings, one pass, and the verdicts.

use super::exit::{Exit, Failure};
use super::load::{Loaded, Trace};
use crate::gate::{Expectation, judge, overall};
use crate::metrics::Measured;
use crate::model::{CacheKind, CacheSpec, Clock, DayTime, TtlOptions, shown};
use crate::report::{CacheResult, Replayed, Report, ScenarioInfo};
use crate::scenario::{Scenario, digest};
use crate::sim::{Foreign, Observer, Outcome, Plan, Tracker, simulate_beside};
use crate::trace::{Counts, Replay};
use crate::workload::Recorded;

/// A cache that a user of the crate wrote.
pub(crate) struct Own<'a> {
    pub(crate) label: String,
    pub(crate) caches: Vec<Box<dyn Foreign + 'a>>,
}

/// What the report says in place of a spec where a cache has none.
const OWN: &str = "own";

/// Runs the day for the listed caches and for those that only an expectation names, and judges.
///
/// `listed` begins with the scenario's own cache.
pub(crate) fn run<O: Observer>(
    loaded: &Loaded,
    listed: &[CacheSpec],
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<(Report, Outcome), Failure> {
    run_beside(loaded, None, listed, observer, tracker)
}

/// The same, with a cache of the caller's in the place of the scenario's own; then `listed` are others.
pub(crate) fn run_beside<O: Observer>(
    loaded: &Loaded,
    own: Option<Own<'_>>,
    listed: &[CacheSpec],
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<(Report, Outcome), Failure> {
    let scenario = &loaded.scenario;
    // Where the caller's cache stands in for the scenario's, that one can still be meant by its label.
    let replaced = own.is_some().then(|| scenario.system.cache.clone());
    let others: Vec<CacheSpec> = replaced.into_iter().chain(scenario.compare.iter().cloned()).collect();
    let (caches, places) = caches(listed, &others, &scenario.expect)?;
    within_limits(&caches, &scenario.day.clock)?;
    let mut checkpoints: Vec<DayTime> = scenario.expect.iter().filter_map(|one| one.at).collect();
    checkpoints.sort_unstable();
    checkpoints.dedup();
    let kinds: Vec<_> = caches.iter().map(|spec| spec.kind).collect();
    let plan = Plan {
        day: &scenario.day,
        system: &scenario.system,
        caches: &kinds,
        checkpoints: &checkpoints,
        mended: &[],
    };
    let mut rows = loaded.trace.as_ref().map(|trace| trace.open()).transpose()?;
    let recorded = rows.as_mut().map(|rows| rows as &mut dyn Recorded);
    let mut names: Vec<(String, String)> =
        listed.iter().map(|spec| (spec.kind.to_string(), spec.title())).collect();
    let own = own.map(|Own { label, caches }| {
        names.insert(0, (OWN.to_owned(), label));
        caches
    });
    let shift = usize::from(own.is_some());
    let outcome = simulate_beside(&plan, own, recorded, observer, tracker)?;
    let replayed = rows.as_ref().map(|rows| replayed(rows, outcome.skipped_rows));
    let reading = |expectation: &Expectation, place: Option<usize>| -> &Measured {
        let cache = &outcome.caches[place.map_or(0, |place| place + shift)];
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
    let results = names.into_iter().zip(&outcome.caches).map(|((cache, label), measured)| CacheResult {
        cache,
        label,
        fingerprint: measured.fingerprint,
        metrics: measured.total.clone(),
        hourly: measured.hourly.clone(),
        runs: Vec::new(),
    });
    let report = Report {
        scenario: info(scenario, rows.as_ref(), replayed),
        results: results.collect(),
        verdict: overall(&expectations),
        expectations,
    };
    Ok((report, outcome))
}

/// What was run, once its recorded day was read.
pub(super) fn info(scenario: &Scenario, rows: Option<&Replay>, trace: Option<Replayed>) -> ScenarioInfo {
    let digest = rows.map(|rows| digest(&scenario.day, Some(&rows.digest())));
    ScenarioInfo {
        name: scenario.name.clone(),
        description: scenario.description.clone(),
        digest: digest.unwrap_or_else(|| scenario.digest.clone()),
        seed: scenario.day.seed,
        runs: 1,
        trace,
    }
}

/// What became of the rows of a recorded day.
pub(super) fn replayed(rows: &Replay, outside_clock: u64) -> Replayed {
    let counts = rows.counts();
    let Counts { rows, sets, deletes, neither, .. } = counts;
    Replayed {
        rows,
        used: counts.requests + counts.changes - outside_clock,
        outside_clock,
        sets,
        deletes,
        neither,
    }
}

/// Whether a day could be run: what `run` would find before it begins, and in its recorded day.
pub(crate) fn check(loaded: &Loaded) -> Result<(), Failure> {
    let Scenario { system, compare, expect, day, .. } = &loaded.scenario;
    let listed = side_by_side(&system.cache, compare.iter().cloned())?;
    let (caches, _) = caches(&listed, &[], expect)?;
    within_limits(&caches, &day.clock)?;
    loaded.trace.as_ref().map_or(Ok(()), Trace::check)
}

/// The caches to simulate, and which of them each expectation means: a listed one or one of the scenario's
/// other ones by label, or any cache by its spec; nothing where it names none.
fn caches(
    listed: &[CacheSpec],
    others: &[CacheSpec],
    expect: &[Expectation],
) -> Result<(Vec<CacheSpec>, Vec<Option<usize>>), Failure> {
    let mut caches = listed.to_vec();
    let mut places = Vec::new();
    for expectation in expect {
        let Some(name) = &expectation.cache else {
            places.push(None);
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
        places.push(Some(caches.iter().position(|known| known.kind == spec.kind).unwrap_or_else(|| {
            caches.push(spec);
            caches.len() - 1
        })));
    }
    Ok((caches, places))
}

/// Sweeps of one cache at the most; each examines every entry.
const MOST_SWEEPS: u64 = 10_000_000;

pub(super) fn within_limits(caches: &[CacheSpec], clock: &Clock) -> Result<(), Failure> {
    for spec in caches {
        let (CacheKind::Ttl(options) | CacheKind::Idle(options)) = spec.kind else { continue };
        let TtlOptions { sweep: Some(period), .. } = options else { continue };
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
pub(crate) fn side_by_side(
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
