//! From a scenario to a report: which caches, which readings, one pass, and the verdicts.

use super::exit::{Exit, Failure};
use super::load::Loaded;
use crate::gate::{Expectation, judge, overall};
use crate::metrics::Measured;
use crate::model::{CacheSpec, DayTime, shown};
use crate::report::{CacheResult, Report, ScenarioInfo};
use crate::scenario::Scenario;
use crate::sim::{Foreign, Observer, Outcome, Plan, SimError, Tracker, simulate_beside};
use crate::workload::{Recorded, Workload};

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
    let outcome =
        simulate_beside(&plan, own, recorded, observer, tracker).map_err(|error| loaded.failure(error))?;
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
pub(crate) fn check(loaded: &Loaded) -> Result<(), Failure> {
    let Scenario { system, compare, expect, .. } = &loaded.scenario;
    let listed = side_by_side(&system.cache, compare.iter().cloned())?;
    caches(&listed, &[], expect)?;
    drawn(loaded)
}

/// Whether the day can be drawn: whether each drawn role change finds somebody.
fn drawn(loaded: &Loaded) -> Result<(), Failure> {
    let day = &loaded.scenario.day;
    match day.role_changes {
        None => Ok(()),
        Some(_) => Workload::new(day, None).map(drop).map_err(|error| loaded.failure(SimError::Draw(error))),
    }
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
