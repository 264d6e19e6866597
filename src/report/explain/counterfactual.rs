//! Whether the causes are the causes: the day is run again without them, and the same request looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::{Cause, causes};
use super::story::Story;
use crate::cache::Row;
use crate::model::RoleId;
use crate::policy::PolicySpec;
use crate::sim::{Candidate, Guarantee};

/// Maximum number of causes that are taken away from one answer, one after the other.
const CAUSES_MOST: usize = 8;

/// Maximum number of further runs of the day.
const RUNS_MOST: usize = 32;

/// What is mended in a day that is run again.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mends {
    /// Versions of commits of which every replica hears at once and without fail.
    heard: BTreeSet<u64>,
    /// Whether the guard is that by versions.
    guarded: bool,
    /// Whether a cache that hears no events is replaced by one that does, and forgets as soon.
    hearing: bool,
}

impl Mends {
    /// Versions of commits of which every replica shall hear at once and without fail, in order.
    #[must_use]
    pub fn versions(&self) -> Vec<u64> {
        self.heard.iter().copied().collect()
    }

    /// The cache that shall stand in for this one.
    #[must_use]
    pub fn cache(&self, own: &PolicySpec) -> PolicySpec {
        let hearing = own.hearing_counterpart().filter(|_| self.hearing);
        let guarded = || own.guarded_counterpart().filter(|_| self.guarded);
        hearing.or_else(guarded).unwrap_or_else(|| own.clone())
    }

    /// The mends with a cause taken away; `None` if that changes none of them. `own` is the story's cache.
    pub(super) fn without(&self, cause: &Cause, own: &PolicySpec) -> Option<Self> {
        let mut mends = self.clone();
        match cause {
            // A process that started again has forgotten that it knew better; no guard helps against that.
            Cause::OvertakenEvent { older_version, .. } if is_guarded(&self.cache(own)) => {
                mends.heard.insert(*older_version);
            }
            Cause::Deaf { .. } | Cause::OldRead { .. } => mends.hearing = true,
            Cause::OutOfBand { missed }
            | Cause::Lost { missed }
            | Cause::NotSent { missed }
            | Cause::Late { missed, .. } => {
                mends.heard.insert(missed.version);
            }
            Cause::OvertakenFetch { .. } | Cause::OvertakenEvent { .. } => mends.guarded = true,
            Cause::Unknown => return None,
        }
        (mends != *self).then_some(mends)
    }
}

/// Whether a cache numbers what it holds, so that nothing older overtakes it.
pub(super) fn is_guarded(cache: &PolicySpec) -> bool {
    cache.guarantee() == Guarantee::NeverOutdated
}

/// How the same request fares in the day without the causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Then {
    /// It is answered truly.
    True(RoleId),
    /// It gets an error and so no old role.
    Failed,
    /// It is still stale, and no further cause is known.
    Stale,
    /// Nobody looked: the day was run again often enough.
    NotRun,
}

/// A stale answer, what it comes from, and whether it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The place of the answer in the story.
    pub place: usize,
    /// 1-based index of this request among the user's requests.
    pub number: usize,
    /// Its causes: each but the first is what was left when those before it had been taken away.
    pub causes: Vec<Cause>,
    /// How the request fares without them.
    pub then: Then,
}

/// What is remembered of a run: each request's answer and, where it is stale, the cause.
struct Run(Vec<(Option<Row<RoleId>>, Option<Cause>)>);

impl Run {
    fn new(story: &Story) -> Self {
        let mut causes = causes(story);
        let requests = story.requests().into_iter().map(|place| {
            let row = story.answer(place).and_then(|answered| answered.row);
            (row, causes.remove(&place))
        });
        Self(requests.collect())
    }
}

/// Finds the causes of each stale answer of a story. `again` runs the day with mends and gives the same user's
/// story then; runs are shared by answers with the same causes.
///
/// # Errors
/// Those of `again`.
pub fn explain<E>(
    story: &Story,
    mut again: impl FnMut(&Mends) -> Result<Story, E>,
) -> Result<Vec<Checked>, E> {
    let mut runs: BTreeMap<Mends, Run> = BTreeMap::from([(Mends::default(), Run::new(story))]);
    let mut checked = Vec::new();
    for (index, place) in story.requests().into_iter().enumerate() {
        if !story.answer(place).is_some_and(|answered| answered.is_stale()) {
            continue;
        }
        let mut mends = Mends::default();
        let mut causes = Vec::new();
        let then = loop {
            if !runs.contains_key(&mends) {
                if runs.len() > RUNS_MOST {
                    break Then::NotRun;
                }
                runs.insert(mends.clone(), Run::new(&again(&mends)?));
            }
            // Requests depend on no answer: the same one has the same number in every run.
            let cause = match runs.get(&mends).and_then(|run| run.0.get(index)) {
                Some((_, Some(cause))) => *cause,
                Some((Some(row), None)) => break Then::True(row.role),
                Some((None, None)) => break Then::Failed,
                None => break Then::Stale,
            };
            match mends.without(&cause, &story.cache) {
                Some(more) if causes.len() < CAUSES_MOST => mends = more,
                _ => {
                    // A cause that cannot be taken away is still worth naming.
                    if causes.is_empty() {
                        causes.push(cause);
                    }
                    break Then::Stale;
                }
            }
            causes.push(cause);
        };
        checked.push(Checked { place, number: index + 1, causes, then });
    }
    Ok(checked)
}
