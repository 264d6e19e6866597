//! Collecting one user's story, and finding the user of the first stale answer.

use std::num::NonZeroU32;

use crate::cache::{Applied, Row};
use crate::model::{Action, Day, Reach, RoleId, System, UserId};
use crate::policy::PolicySpec;
use crate::sim::{Answered, Moment, MomentKind, Observer, Scene};

/// Something that happened to the user, or to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A request was answered, or got an error.
    Answered(Answered),
    /// The user's row was committed.
    Committed {
        /// When.
        at_us: u64,
        /// The row.
        row: Row<RoleId>,
        /// Whether the role differs from the one before.
        changes: bool,
        /// Whether an event tells of it.
        event: bool,
        /// To how many replicas that event is lost.
        lost: u64,
        /// The replica that the event is sent to; none is all.
        only: Option<u32>,
    },
    /// A write of the user's row came to nothing.
    WriteFailed {
        /// When.
        at_us: u64,
    },
    /// An event of the user arrived at a replica.
    Delivered {
        /// When.
        at_us: u64,
        /// The row that it tells of.
        row: Row<RoleId>,
        /// Where.
        replica: u32,
        /// Whether the cache's update failed.
        fails: bool,
        /// What became of it; `None` if the cache hears no events.
        applied: Option<Applied>,
    },
    /// The user's entry was dropped everywhere.
    Invalidated {
        /// When.
        at_us: u64,
    },
    /// All entries were dropped everywhere.
    Cleared {
        /// When.
        at_us: u64,
    },
    /// A replica started again with an empty cache.
    Restarted {
        /// When.
        at_us: u64,
        /// Which; none is all.
        replica: Option<u32>,
    },
    /// The database went down or came back.
    Outage {
        /// When.
        at_us: u64,
        /// Whether it went down.
        down: bool,
    },
}

impl Item {
    /// When it happened, in microseconds since the clock's start; of a request, when it was answered.
    #[must_use]
    pub fn at_us(&self) -> u64 {
        match self {
            Self::Answered(answered) => answered.at_us,
            Self::Committed { at_us, .. }
            | Self::WriteFailed { at_us }
            | Self::Delivered { at_us, .. }
            | Self::Invalidated { at_us }
            | Self::Cleared { at_us }
            | Self::Restarted { at_us, .. }
            | Self::Outage { at_us, .. } => *at_us,
        }
    }

    /// Whether it is about the user, and not something that happened to all.
    fn is_own(&self) -> bool {
        !matches!(self, Self::Cleared { .. } | Self::Restarted { .. } | Self::Outage { .. })
    }
}

/// One user's day with one cache, in the order in which the cache worked through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The user whose day it is.
    pub user: UserId,
    /// The cache.
    pub cache: PolicySpec,
    /// How many processes hold one.
    pub replicas: NonZeroU32,
    /// What happened.
    pub items: Vec<Item>,
}

impl Story {
    /// Whether the user neither asked nor was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The places of the requests among the items, by the order in which they were asked.
    #[must_use]
    pub fn requests(&self) -> Vec<usize> {
        let mut places: Vec<(u64, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(place, item)| match item {
                Item::Answered(answered) => Some((answered.position, place)),
                _ => None,
            })
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, place)| place).collect()
    }

    /// The answer at a place.
    pub(super) fn answer(&self, place: usize) -> Option<&Answered> {
        match self.items.get(place) {
            Some(Item::Answered(answered)) => Some(answered),
            _ => None,
        }
    }
}

/// A story of more parts would take hundreds of megabytes, and nobody would read it.
pub const PARTS_MOST: usize = 1_000_000;

/// Looks on at a run and collects a user's story.
pub struct StoryTeller<'d> {
    day: &'d Day,
    reach: Reach,
    /// The user's dense number, once it is known.
    number: Option<u32>,
    story: Story,
    is_cut: bool,
}

impl<'d> StoryTeller<'d> {
    /// Nothing collected yet; `cache` is the one that is looked at.
    #[must_use]
    pub fn new(user: &UserId, cache: &PolicySpec, day: &'d Day, system: &System) -> Self {
        let shared = cache.descriptor().is_shared;
        let replicas = if shared { NonZeroU32::MIN } else { system.replicas.count };
        let story = Story { user: user.clone(), cache: cache.clone(), replicas, items: Vec::new() };
        Self { day, reach: system.channel.reach, number: None, story, is_cut: false }
    }

    /// The story, without what happened to all before and after anything happened to the user.
    #[must_use]
    pub fn finish(self) -> Story {
        let mut story = self.story;
        let end = story.items.iter().rposition(Item::is_own).map_or(0, |last| last + 1);
        story.items.truncate(end);
        let start = story.items.iter().position(Item::is_own).unwrap_or(0);
        story.items.drain(..start);
        story
    }

    /// Whether there was more than a story may hold.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn collect(&mut self, item: Item) {
        self.is_cut = self.story.items.len() >= PARTS_MOST;
        if !self.is_cut {
            self.story.items.push(item);
        }
    }

    fn is_meant(&mut self, user: u32, scene: &Scene<'_>) -> bool {
        let meant = match self.number {
            Some(number) => number == user,
            None => *scene.users.id(user) == self.story.user,
        };
        if meant {
            self.number = Some(user);
        }
        meant
    }

    /// The replica that the event of a change is sent to; none is all.
    fn only(&self, step: u32) -> Option<u32> {
        let scripted = self.day.script.get(step as usize).map(|step| &step.action);
        match (self.reach, scripted) {
            (Reach::All, _) => None,
            (Reach::Local, Some(Action::Change(change))) => Some(change.replica),
            (Reach::Local, _) => Some(0),
        }
    }
}

impl Observer for StoryTeller<'_> {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        if self.is_meant(answered.request.user, scene) {
            self.collect(Item::Answered(*answered));
        }
    }

    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        let at_us = moment.at_us;
        let item = match moment.kind {
            MomentKind::Committed { user, row, event, lost, change, .. } if self.is_meant(user, scene) => {
                let only = self.only(moment.step);
                Item::Committed { at_us, row, changes: change.is_some(), event, lost, only }
            }
            MomentKind::WriteFailed { user, .. } if self.is_meant(user, scene) => Item::WriteFailed { at_us },
            MomentKind::Delivered(event) if self.is_meant(event.user, scene) => {
                let (row, replica, fails) = (event.row, event.replica, event.fails);
                Item::Delivered { at_us, row, replica, fails, applied }
            }
            MomentKind::Invalidated(user) if self.is_meant(user, scene) => Item::Invalidated { at_us },
            MomentKind::Cleared => Item::Cleared { at_us },
            MomentKind::Restarted(replica) => Item::Restarted { at_us, replica },
            MomentKind::Outage(down) => Item::Outage { at_us, down },
            _ => return,
        };
        self.collect(item);
    }
}

/// Looks on at a run and finds the user of the first stale answer, by the time of the request, of those that
/// count.
#[derive(Debug, Default)]
pub struct FirstStale {
    measure_from_us: u64,
    found: Option<(u64, UserId)>,
}

impl FirstStale {
    /// Nothing found yet.
    #[must_use]
    pub fn new(day: &Day) -> Self {
        Self { measure_from_us: day.clock.measure_from.0 - day.clock.start.0, found: None }
    }

    /// The user, if there is one.
    #[must_use]
    pub fn user(self) -> Option<UserId> {
        self.found.map(|(_, user)| user)
    }
}

impl Observer for FirstStale {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let counts = answered.request.at_us >= self.measure_from_us;
        let is_first = self.found.as_ref().is_none_or(|(position, _)| answered.position < *position);
        if counts && is_first && answered.is_stale() {
            self.found = Some((answered.position, scene.users.id(answered.request.user).clone()));
        }
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}
