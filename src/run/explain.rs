//! One user's day, and as many further runs of it as it takes to know why answers were stale.

use super::day::{scenario_info, simulated};
use super::failure::{Exit, Failure};
use super::load::Loaded;
use crate::cache::Applied;
use crate::model::{UserId, shown};
use crate::policy::PolicySpec;
use crate::report::ScenarioInfo;
use crate::report::explain::{FirstStale, PARTS_MOST, Story, StoryTeller, Told, explain};
use crate::scenario::Scenario;
use crate::sim::{Answered, Callback, Moment, Observer, Plan, Scene};

/// What was run, and how often.
pub(crate) struct Ran {
    pub(crate) info: ScenarioInfo,
    pub(crate) times: u64,
}

/// Runs the day for the scenario's own cache and tells a user's story; `None` if the user neither asks nor is
/// written.
pub(crate) fn tell(
    loaded: &Loaded,
    user: &UserId,
    outer: &mut dyn Observer,
) -> Result<(Option<Told>, Ran), Failure> {
    let Scenario { day, system, cache, .. } = &loaded.scenario;
    let own = &cache.policy;
    let mut teller = StoryTeller::new(user, own, day, system);
    let info = play(loaded, own, &[], &mut Beside { teller: &mut teller, outer, is_first: true })?;
    let story = whole(teller, user)?;
    let mut ran = Ran { info, times: 1 };
    if story.is_empty() {
        return Ok((None, ran));
    }
    let checked = explain(&story, |mends| -> Result<_, Failure> {
        ran.times += 1;
        let cache = mends.cache(own);
        let mut teller = StoryTeller::new(user, &cache, day, system);
        play(loaded, &cache, &mends.versions(), &mut Beside { teller: &mut teller, outer, is_first: false })?;
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
    outer: &mut dyn Observer,
) -> Result<(Option<UserId>, Ran), Failure> {
    let mut finder = FirstStale::new(&loaded.scenario.day);
    let info = play(
        loaded,
        &loaded.scenario.cache.policy,
        &[],
        &mut Beside { teller: &mut finder, outer, is_first: false },
    )?;
    Ok((finder.user(), Ran { info, times: 1 }))
}

/// The teller of a story, and an outer observer that learns how far each run has come, and of the first one's role changes.
struct Beside<'o, T> {
    teller: &'o mut T,
    outer: &'o mut dyn Observer,
    is_first: bool,
}

impl<T: Observer> Observer for Beside<'_, T> {
    fn listens(&self) -> bool {
        self.is_first && self.outer.listens()
    }

    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        self.teller.answered(answered, scene);
    }

    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        self.teller.happened(moment, applied, scene);
    }

    fn role_changed(&mut self, step: u32, at_us: u64, callback: Callback) {
        self.outer.role_changed(step, at_us, callback);
    }

    fn reached(&mut self, at_us: u64) {
        self.outer.reached(at_us);
    }
}

fn play(
    loaded: &Loaded,
    cache: &PolicySpec,
    mended: &[u64],
    observer: &mut dyn Observer,
) -> Result<ScenarioInfo, Failure> {
    let Scenario { day, system, .. } = &loaded.scenario;
    let plan = Plan { mended, ..Plan::new(day, system, [cache]) };
    let played = simulated(loaded, plan, 1, observer)?;
    Ok(scenario_info(&loaded.scenario, 1, played.trace.as_ref()))
}
