//! One user's day, and as many further runs of it as it takes to know why answers were stale.

use super::day::{scenario_info, simulated};
use super::exit::{Exit, Failure};
use super::load::Loaded;
use crate::model::{UserId, shown};
use crate::policy::PolicySpec;
use crate::report::ScenarioInfo;
use crate::report::explain::{FirstStale, PARTS_MOST, Story, StoryTeller, Told, explain};
use crate::scenario::Scenario;
use crate::sim::{Callback, Observer, Plan, Tracker, simulate};

/// What was run, and how often.
pub(crate) struct Ran {
    pub(crate) info: ScenarioInfo,
    pub(crate) times: u64,
}

/// Runs the day for the scenario's own cache and tells a user's story; nothing where the user neither asks nor is
/// written.
pub(crate) fn tell(
    loaded: &Loaded,
    user: &UserId,
    tracker: &mut dyn Tracker,
) -> Result<(Option<Told>, Ran), Failure> {
    let Scenario { day, system, cache, .. } = &loaded.scenario;
    let own = &cache.policy;
    let mut teller = StoryTeller::new(user, own, day, system);
    let info = play(loaded, own, &[], &mut teller, tracker)?;
    let story = whole(teller, user)?;
    let mut ran = Ran { info, times: 1 };
    if story.is_empty() {
        return Ok((None, ran));
    }
    let checked = explain(&story, |mends| -> Result<_, Failure> {
        ran.times += 1;
        let cache = mends.cache(own);
        let mut teller = StoryTeller::new(user, &cache, day, system);
        play(loaded, &cache, &mends.versions(), &mut teller, &mut OnlyReached(tracker))?;
        whole(teller, user)
    })?;
    Ok((Some(Told { story, checked }), ran))
}

/// The story, where it was not cut.
fn whole(teller: StoryTeller<'_>, user: &UserId) -> Result<Story, Failure> {
    if !teller.is_cut() {
        return Ok(teller.finish());
    }
    let message = format!(
        "the story of the user {} has more than {PARTS_MOST} parts; shorten the day, as by --set clock.end=09:00",
        shown(&user.to_string())
    );
    Err(Failure::new(Exit::Limit, message))
}

/// Runs the day for the scenario's own cache and finds the user of the first stale answer, if there is one.
pub(crate) fn first_stale(
    loaded: &Loaded,
    tracker: &mut dyn Tracker,
) -> Result<(Option<UserId>, Ran), Failure> {
    let mut finder = FirstStale::new(&loaded.scenario.day);
    let info = play(loaded, &loaded.scenario.cache.policy, &[], &mut finder, &mut OnlyReached(tracker))?;
    Ok((finder.user(), Ran { info, times: 1 }))
}

/// Tells of how far a run has come, and not of the role changes, which the first run has told.
struct OnlyReached<'t>(&'t mut dyn Tracker);

impl Tracker for OnlyReached<'_> {
    fn told(&mut self, _: u32, _: u64, _: Callback) {}

    fn reached(&mut self, at_us: u64) {
        self.0.reached(at_us);
    }
}

fn play(
    loaded: &Loaded,
    cache: &PolicySpec,
    mended: &[u64],
    observer: &mut dyn Observer,
    tracker: &mut dyn Tracker,
) -> Result<ScenarioInfo, Failure> {
    let Scenario { day, system, .. } = &loaded.scenario;
    let plan = Plan { mended, ..Plan::new(day, system, [cache]) };
    let played = simulated(loaded, plan, 1, |plan, recorded| simulate(plan, recorded, observer, tracker))?;
    Ok(scenario_info(&loaded.scenario, 1, played.trace.as_ref()))
}
