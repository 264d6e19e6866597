//! Looking on: what a cache answered, request by request.
//!
//! One trait for everything that a run tells while it goes on: answers, moments, role changes, how far it has come.

use super::block::{Moment, Request};
use super::callback::Callback;
use crate::cache::{Applied, Row};
use crate::ledger::{Judgement, Tally};
use crate::model::RoleId;
use crate::workload::Users;

/// How a request was answered. The first ask decides: a request that fetched once stays a load, however often a
/// change made it ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestOutcome {
    /// From memory.
    Hit,
    /// It led a database read.
    Load,
    /// It joined a read in flight.
    Coalesced,
    /// It got an error.
    Failed,
}

/// A request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The request.
    pub request: Request,
    /// Its position in the order of things, by which requests can be sorted.
    pub position: u64,
    /// The replica that it reached.
    pub replica: u32,
    /// How it was answered.
    pub outcome: RequestOutcome,
    /// How often it asked again because its read was overtaken or revoked.
    pub asked_again: u8,
    /// The row it was answered with; `None` if it failed.
    pub row: Option<Row<RoleId>>,
    /// What was committed when it started.
    pub truth: Row<RoleId>,
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
}

impl Answered {
    /// Whether the answer was no longer true when the request started. A request that failed got none.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.row.is_some_and(|row| Judgement::of(row, self.truth).is_stale())
    }
}

/// What a cache holds, to be printed.
pub trait Contents {
    /// How many entries.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries by dense number of user, in no particular order.
    fn entries(&self) -> Vec<(u32, RoleId)>;
}

/// Where an observer stands: the users, the cache and its counters at this point.
pub struct Scene<'s> {
    /// Ids of dense numbers.
    pub users: &'s Users,
    /// The cache.
    pub cache: &'s dyn Contents,
    /// The counters.
    pub tally: &'s Tally,
}

/// Looks on while a day is simulated. Says beforehand what it wants to be told of: what it does not want costs nothing.
pub trait Observer {
    /// Whether it wants every answer and moment of the first cache; asked once for each block of the day.
    fn looks(&self) -> bool {
        true
    }

    /// Whether it wants role changes.
    fn listens(&self) -> bool {
        false
    }

    /// A request was answered by the first cache.
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let _ = (answered, scene);
    }

    /// Something happened between requests; for the arrival of an event at the first cache, what became of it.
    fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        let _ = (moment, applied, scene);
    }

    /// A role change of a step is complete.
    fn role_changed(&mut self, step: u32, at_us: u64, callback: Callback) {
        let _ = (step, at_us, callback);
    }

    /// How far the day has come, in microseconds since the clock's start; once for each block.
    fn reached(&mut self, at_us: u64) {
        let _ = at_us;
    }
}

/// Nobody looks on.
impl Observer for () {
    fn looks(&self) -> bool {
        false
    }
}

/// Keeps every role change.
impl Observer for Vec<(u32, u64, Callback)> {
    fn looks(&self) -> bool {
        false
    }

    fn listens(&self) -> bool {
        true
    }

    fn role_changed(&mut self, step: u32, at_us: u64, callback: Callback) {
        self.push((step, at_us, callback));
    }
}

/// What a lane shows of itself: everything to an observer, or nothing, which is free.
pub(super) trait View {
    /// Whether anything is shown, known when the lane is compiled.
    const SHOWS: bool;

    /// A request was answered.
    fn show_answer(&mut self, answered: &Answered, scene: &Scene<'_>);

    /// Something happened between requests.
    fn show_moment(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>);
}

impl View for () {
    const SHOWS: bool = false;

    fn show_answer(&mut self, _: &Answered, _: &Scene<'_>) {}

    fn show_moment(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

impl View for dyn Observer + '_ {
    const SHOWS: bool = true;

    fn show_answer(&mut self, answered: &Answered, scene: &Scene<'_>) {
        self.answered(answered, scene);
    }

    fn show_moment(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        self.happened(moment, applied, scene);
    }
}
