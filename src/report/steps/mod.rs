//! What happens to each scripted step of a run, collected while the simulation runs: what the step does or brings, what
//! the cache held then, and the counts so far. How that reads is not known here.

mod narration;

use std::collections::{BTreeMap, BTreeSet};

use crate::cache::Applied;
use crate::model::{Action, Day, RoleId, UserId};
use crate::sim::{Answered, Moment, MomentKind, Scene};

/// Entries of a cache that are shown before it is cut short.
const SHOWN_ENTRIES: usize = 8;

/// Collects what happens to each scripted step.
#[derive(Debug)]
pub struct StepStories {
    day: Day,
    under_way: BTreeMap<u32, Asked>,
    told: Vec<Story>,
    replicas: u32,
}

/// The requests of a step so far.
#[derive(Clone, Debug, Default)]
struct Asked {
    count: u64,
    outcomes: [u64; 4],
    roles: BTreeMap<RoleId, u64>,
    stale: u64,
    asked_again: u64,
    users: BTreeSet<UserId>,
    /// When the last request started.
    last_us: u64,
}

/// What a step does or brings.
#[derive(Clone, Debug)]
enum What {
    /// All its requests have their answers.
    Asked(Asked),
    /// Its write begins.
    Begun,
    /// Its write was committed.
    Written { user: UserId, role: RoleId },
    /// Its write came to nothing.
    Failed,
    /// Its event met this fate, at one replica where there are several.
    Heard { user: UserId, role: RoleId, fate: Fate, replica: Option<u32> },
    /// It acted on the cache alone.
    Acted,
}

/// The fate of an event.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Lost,
    Unheard,
    Failed,
    Arrived(Applied),
}

/// What a step does or brings at one instant, with the cache and the counts as they were after it.
#[derive(Clone, Debug)]
struct Story {
    step: u32,
    at_us: u64,
    what: Vec<What>,
    entries: Vec<(UserId, RoleId)>,
    size: usize,
    hits: u64,
    misses: u64,
}

impl StepStories {
    /// Nothing told yet.
    #[must_use]
    pub fn new(day: &Day, replicas: u32) -> Self {
        Self { day: day.clone(), replicas, under_way: BTreeMap::new(), told: Vec::new() }
    }

    /// A request was answered.
    pub fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let step = answered.request.step;
        let Some(Action::Request { users, count, .. }) = self.action(step) else { return };
        let expected = users.len().saturating_mul(*count);
        let asked = self.under_way.entry(step).or_default();
        asked.count += 1;
        asked.outcomes[answered.outcome as usize] += 1;
        asked.last_us = asked.last_us.max(answered.request.at_us);
        asked.asked_again += u64::from(answered.asked_again);
        if asked.users.len() < SHOWN_ENTRIES {
            asked.users.insert(scene.users.id(answered.request.user).clone());
        }
        asked.stale += u64::from(answered.is_stale());
        if let Some(row) = answered.row {
            *asked.roles.entry(row.role).or_default() += 1;
        }
        if asked.count == expected
            && let Some(asked) = self.under_way.remove(&step)
        {
            let involved = asked.users.clone();
            self.tell(step, answered.at_us, [What::Asked(asked)], &involved, scene);
        }
    }

    /// Something happened between requests.
    pub fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        if self.action(moment.step).is_none() {
            return;
        }
        let id = |user: u32| scene.users.id(user).clone();
        let mut involved = BTreeSet::new();
        let what = match moment.kind {
            MomentKind::Started => vec![What::Begun],
            MomentKind::Committed { user, row, lost, .. } => {
                involved.insert(id(user));
                let lost = (lost > 0).then(|| What::Heard {
                    user: id(user),
                    role: row.role,
                    fate: Fate::Lost,
                    replica: None,
                });
                [What::Written { user: id(user), role: row.role }].into_iter().chain(lost).collect()
            }
            MomentKind::WriteFailed { user, .. } => {
                involved.insert(id(user));
                vec![What::Failed]
            }
            MomentKind::Delivered(event) => {
                involved.insert(id(event.user));
                let fate = match applied {
                    None => Fate::Unheard,
                    Some(_) if event.fails => Fate::Failed,
                    Some(applied) => Fate::Arrived(applied),
                };
                let replica = (self.replicas > 1).then_some(event.replica);
                vec![What::Heard { user: id(event.user), role: event.row.role, fate, replica }]
            }
            MomentKind::Restarted(_) | MomentKind::Cleared | MomentKind::Invalidated(_) => vec![What::Acted],
            _ => return,
        };
        self.tell(moment.step, moment.at_us, what, &involved, scene);
    }

    fn action(&self, step: u32) -> Option<&Action> {
        self.day.script.get(step as usize).map(|step| &step.action)
    }

    /// Remembers what a step does or brings, together with what it did before at the same instant; of a long cache, those
    /// whom the step is about and the first others.
    fn tell(
        &mut self,
        step: u32,
        at_us: u64,
        what: impl IntoIterator<Item = What>,
        involved: &BTreeSet<UserId>,
        scene: &Scene<'_>,
    ) {
        let mut entries = scene.cache.entries();
        let size = entries.len();
        let key = |(user, _): &(u32, RoleId)| {
            let id = scene.users.id(*user);
            (!involved.contains(id), id)
        };
        if size > SHOWN_ENTRIES {
            entries.select_nth_unstable_by(SHOWN_ENTRIES, |one, other| key(one).cmp(&key(other)));
            entries.truncate(SHOWN_ENTRIES);
        }
        let mut entries: Vec<(UserId, RoleId)> =
            entries.into_iter().map(|(user, role)| (scene.users.id(user).clone(), role)).collect();
        entries.sort();
        let (hits, misses) = (scene.tally.hits, scene.tally.misses());
        let mut all = match self.told.pop_if(|last| (last.step, last.at_us) == (step, at_us)) {
            Some(Story { what, .. }) => what,
            None => Vec::new(),
        };
        all.extend(what);
        self.told.push(Story { step, at_us, what: all, entries, size, hits, misses });
    }
}
