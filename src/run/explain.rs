//! One user's day, and as many further runs of it as it takes to know why answers were stale.

use super::day::scenario_info;
use super::exit::Failure;
use super::load::Loaded;
use crate::model::{CacheKind, UserId};
use crate::report::ScenarioInfo;
use crate::report::explain::{FirstStale, StoryTeller, Told, explain};
use crate::scenario::Scenario;
use crate::sim::{Observer, Plan, Tracker, simulate};
use crate::workload::Recorded;

/// Runs the day for the scenario's own cache and tells a user's story; nothing where the user neither asks nor is
/// written. Also how often the day was run.
pub(crate) fn tell(
    loaded: &Loaded,
    user: &UserId,
    tracker: &mut dyn Tracker,
) -> Result<(Option<Told>, u64), Failure> {
    let Scenario { day, system, .. } = &loaded.scenario;
    let own = system.cache.kind;
    let mut teller = StoryTeller::new(user, own, day, system);
    play(loaded, own, &[], &mut teller, tracker)?;
    let story = teller.finish();
    let mut runs = 1;
    if story.is_empty() {
        return Ok((None, runs));
    }
    let checked = explain(&story, |mends| -> Result<_, Failure> {
        runs += 1;
        let cache = mends.cache(own);
        let mut teller = StoryTeller::new(user, cache, day, system);
        play(loaded, cache, &mends.versions(), &mut teller, &mut ())?;
        Ok(teller.finish())
    })?;
    Ok((Some(Told { story, checked }), runs))
}

/// Runs the day for the scenario's own cache and finds the user of the first stale answer, if there is one.
pub(crate) fn first_stale(loaded: &Loaded) -> Result<Option<UserId>, Failure> {
    let mut finder = FirstStale::new(&loaded.scenario.day);
    play(loaded, loaded.scenario.system.cache.kind, &[], &mut finder, &mut ())?;
    Ok(finder.user())
}

/// What was run.
pub(crate) fn info(loaded: &Loaded) -> ScenarioInfo {
    scenario_info(&loaded.scenario, 1)
}

fn play<O: Observer>(
    loaded: &Loaded,
    cache: CacheKind,
    mended: &[u64],
    observer: &mut O,
    tracker: &mut dyn Tracker,
) -> Result<(), Failure> {
    let Scenario { day, system, .. } = &loaded.scenario;
    let plan = Plan { day, system, caches: &[cache], checkpoints: &[], mended };
    let mut rows = loaded.trace.as_ref().map(|trace| trace.open()).transpose()?;
    let recorded = rows.as_mut().map(|rows| rows as &mut dyn Recorded);
    simulate(&plan, recorded, observer, tracker).map(drop).map_err(|error| loaded.failure(error))
}
