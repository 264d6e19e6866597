//! What the world hands to the caches: a stretch of the day, in its order.

use super::database::Database;
use super::fingerprint;
use super::packed::Packed;
use super::unasked::Unasked;
use crate::cache::Row;
use crate::ledger::Charged;
use crate::model::RoleId;

/// A call of `get_role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// The user.
    pub user: u32,
    /// The scripted step that asks, or [`Request::UNSCRIPTED`].
    pub step: u32,
}

impl Request {
    /// Stands for a step where a request is generated or recorded.
    pub const UNSCRIPTED: u32 = u32::MAX;
}

/// An event on its way to the caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The user whose role changed.
    pub user: u32,
    /// The row as committed.
    pub row: Row<RoleId>,
    /// Whether the change lowered the role.
    pub lowers: bool,
    /// Whether the cache's update fails.
    pub fails: bool,
    /// Whether the change counts, by its commit.
    pub measured: bool,
    /// The replica that it reaches.
    pub replica: u32,
}

/// What happens between requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentKind {
    /// A scripted action begins.
    Started,
    /// A write was committed.
    Committed {
        /// The user of the row.
        user: u32,
        /// The row as committed.
        row: Row<RoleId>,
        /// How many writes it took.
        writes: u64,
        /// Whether it is a role change, of which an event should tell.
        event: bool,
        /// To how many replicas the channel loses that event.
        lost: u64,
        /// The change of role, where the role differs from the one before.
        change: Option<Charged>,
        /// Whether it counts.
        measured: bool,
    },
    /// A write came to nothing, because the database was down.
    WriteFailed {
        /// The user whose row it would have written.
        user: u32,
        /// How many writes it would have taken.
        writes: u64,
        /// Whether it counts.
        measured: bool,
    },
    /// An event arrives.
    Delivered(Event),
    /// A replica polls the feed.
    Polled {
        /// The replica.
        replica: u32,
        /// The changes that it brings; `None` if the feed cannot be reached.
        rows: Option<u64>,
        /// Changes that count and that it passes over for good.
        lost: u64,
    },
    /// A replica starts again, or all of them do.
    Restarted(Option<u32>),
    /// One entry is dropped.
    Invalidated(u32),
    /// All entries are dropped.
    Cleared,
    /// The database goes down or comes back for some replica, and whether it is down for any then: before anything else of
    /// this instant.
    Outage(bool),
    /// A heartbeat of the channel arrives at a replica, or would have if the connection were not broken: before outages.
    Heartbeat {
        /// The replica.
        replica: u32,
        /// Whether it arrives.
        arrives: bool,
    },
    /// A minute ends: before anything of this instant.
    MinuteEnd,
    /// A clock hour ends: before anything of this instant.
    HourEnd,
    /// The day ends: after the sweeps of this instant, before anything else of it.
    DayEnd,
    /// Somebody wants to read the counters: after everything of this instant.
    Checkpoint,
    /// Nothing comes any more: what is in flight lands.
    Drained,
}

/// Something that happens to every cache at one place in the order of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// The request of the block before which it happens.
    pub before: usize,
    /// The scripted step that it belongs to, or [`Request::UNSCRIPTED`].
    pub step: u32,
    /// For what was under way: the position in the order of things at which it was scheduled.
    pub scheduled: Option<u64>,
    /// What happens.
    pub kind: MomentKind,
}

/// A stretch of the day. Positions in the order of things count requests and moments together.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The position of its first element.
    pub(super) first_position: u64,
    /// Its requests, in order.
    pub(super) requests: Vec<Request>,
    /// What was committed when each request started.
    pub(super) truth: Vec<Packed>,
    /// What each request adds to a fingerprint if it is answered with that; its user's word, as long as it has no truth.
    pub(super) prints: Vec<u64>,
    /// What names each request where something about it is left to chance; empty where nothing is.
    pub(super) draws: Vec<u64>,
    /// The replica that each request reaches; empty where there is but one.
    pub(super) replicas: Vec<u32>,
    /// What happens between them, in order.
    pub(super) moments: Vec<Moment>,
    /// Requests that are the first of a user since a reduction of the role: each by its place, and when that was committed.
    pub(super) asked: Vec<(usize, u64)>,
}

impl Block {
    /// Empties it; its next element has this position.
    pub(super) fn restart(&mut self, first_position: u64) {
        self.first_position = first_position;
        self.requests.clear();
        self.truth.clear();
        self.prints.clear();
        self.draws.clear();
        self.replicas.clear();
        self.moments.clear();
        self.asked.clear();
    }

    /// Adds the truth of requests that have none yet: of those since something last changed it.
    pub(super) fn judge(&mut self, database: &Database, unasked: &mut Unasked) {
        let known = self.truth.len();
        let new = &self.requests[known..];
        // What lies all over the memory is gathered first, with nothing else to do: many looks are under way at once.
        self.truth.extend(new.iter().map(|request| database.packed(request.user)));
        let mut instant = fingerprint::Instant::default();
        let judged = new.iter().zip(&self.truth[known..]).zip(&mut self.prints[known..]);
        for ((request, truth), print) in judged {
            let key = instant.key(*print, request.at_us);
            *print = fingerprint::answered(key, truth.row().role);
        }
        if unasked.is_empty() {
            return;
        }
        for (index, request) in self.requests.iter().enumerate().skip(known) {
            let commits_us = unasked.asks(request.user, database.history());
            self.asked.extend(commits_us.into_iter().map(|commit_us| (index, commit_us)));
        }
    }

    /// When its last element is.
    pub(super) fn last_us(&self) -> Option<u64> {
        let request = self.requests.last().map(|request| request.at_us);
        request.max(self.moments.last().map(|moment| moment.at_us))
    }

    /// How many elements it has.
    pub(super) fn len(&self) -> usize {
        self.requests.len() + self.moments.len()
    }
}
