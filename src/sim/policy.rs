//! What a cache policy has to be able to do: the verbs by which a lane drives one replica's cache.
//!
//! A policy is told the time and what happens, and says what it does: it answers, lets a request wait for a read, turns to
//! another level, refuses, starts reads on its own, and asks to be woken. It does not know the other caches of a run, the
//! database's latency, or how answers are judged; it has no clock and no generator of random numbers but those that its
//! [`LaneSetting`](super::LaneSetting) gave it.

use super::block::{Event, Request};
use super::database::Database;
use super::lane::HeldRole;
use super::observer::Contents;
use super::packed::Packed;
use crate::cache::{Applied, Fill, Row, Swept, Ticket, Timestamp, Version};
use crate::model::RoleId;
use crate::workload::Users;

/// A right to fill, which requests may wait for.
pub trait Joinable {
    /// The number by which a read can be joined, unique among the reads of one replica that are in flight; `None` if it
    /// cannot be joined.
    fn joinable(&self) -> Option<u64> {
        None
    }
}

/// Nobody joins a read that fills nothing.
impl Joinable for () {}

impl Joinable for Ticket<u32> {
    fn joinable(&self) -> Option<u64> {
        Some(self.id().number())
    }
}

/// What a policy says to a request.
#[derive(Debug)]
pub enum Reply<T> {
    /// Answered from memory.
    Hit(Row<RoleId>),
    /// The database is read, and the ticket handed back with the answer.
    Miss(T),
    /// Another level is asked, which takes this many microseconds; [`Policy::level_answered`] says what it knows.
    Level(T, u64),
    /// The request joins a read of this replica that is in flight, by the number of its ticket.
    Pending(u64),
    /// Answered from an entry past its life, because a read failed a moment ago.
    Stale(Row<RoleId>),
    /// Answered from a copy of all rows: with the user's newest row up to this version.
    Copied(Version),
    /// The request waits until the policy [releases](Policy::released) it.
    Wait(Scope),
    /// The request gets an error.
    Refused,
}

/// What another level says.
#[derive(Debug)]
pub enum LevelReply<T> {
    /// It has a row, which is handed on as a read's answer.
    Found(T, Row<RoleId>),
    /// It has none: the database is read.
    Missed(T),
}

/// What a policy wants to be told later: a number or a user, as it likes.
pub type Timer = u64;

/// A read that a policy starts on its own. No request leads it, but requests may join it.
#[derive(Debug)]
pub struct Background<T> {
    /// Handed back with the answer.
    pub ticket: T,
    /// What is read.
    pub scope: Scope,
    /// For a read of all rows, its number among those of this policy, from 1 on, which names it in draws; 0 for a read that
    /// a request causes.
    pub number: u32,
}

/// What a read is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// A user's row.
    User(u32),
    /// All rows.
    All,
}

/// All rows of the database, as a read of them saw them.
pub struct CommittedRows<'w> {
    pub(super) database: &'w Database,
    pub(super) position: u64,
}

impl CommittedRows<'_> {
    /// A user's row.
    #[must_use]
    pub fn of(&self, user: u32) -> Row<RoleId> {
        self.database.row_at(user, self.position)
    }

    /// The version of the last commit that the read saw.
    #[must_use]
    pub fn version(&self) -> Version {
        self.database.history().version_at(self.position)
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.database.rows_at(self.version())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The cache of one replica, as a lane drives it.
///
/// Whatever it is told, it may start reads on its own ([`background`](Self::background)) and change when it wants to be woken
/// ([`next_wake`](Self::next_wake)); only [`streak`](Self::streak) does neither.
pub trait Policy: Contents {
    /// The right to fill.
    type Ticket: Joinable;

    /// Whether one instance serves all replicas.
    const SHARED: bool = false;

    /// Whether the replicas share their entries: requests join any replica's reads, and a fill is one for all.
    const SHARES_ENTRIES: bool = false;

    /// Whether every request reads for itself.
    const READS_ALWAYS: bool = false;

    /// Whether [`held`](Self::held) says what it holds; nobody knows what a foreign cache holds.
    const SHOWS_CONTENTS: bool = true;

    /// Learns which users there are by now, before any of them is named in a block.
    fn meet(&mut self, users: &Users) {
        let _ = users;
    }

    /// A request asks; the key names it where its answer leaves something to chance. `truth` is what was committed when it
    /// started, at which only an upper bound may look.
    fn ask(
        &mut self,
        user: u32,
        now: Timestamp,
        key: impl Fn() -> u64,
        truth: Row<RoleId>,
    ) -> Reply<Self::Ticket>;

    /// Answers requests from memory as long as each finds the very row that was committed when it started, and starts
    /// before `before_us`; returns how many those were. May stop anywhere: the rest is asked one by one.
    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let _ = (requests, truth, before_us);
        0
    }

    /// What it would answer a user from memory; `None` if it would have to ask.
    fn held(&self, user: u32, now: Timestamp) -> Option<HeldRole> {
        let _ = (user, now);
        None
    }

    /// A user whose entry had to go for another's since this was last asked; `None` if there is none.
    fn evicted(&mut self) -> Option<u32> {
        None
    }

    /// Whether no answer from memory is older than an earlier one to the same user, if reads and events take no time and
    /// there is one replica.
    fn never_goes_back(&self) -> bool {
        false
    }

    /// The answer arrives of a read that a request of this key caused, and that was issued then. A policy without entries
    /// only hands it on.
    fn fill(
        &mut self,
        ticket: Self::Ticket,
        row: Row<RoleId>,
        issued: Timestamp,
        now: Timestamp,
        key: impl Fn() -> u64,
    ) -> Fill {
        let _ = (ticket, row, issued, now, key);
        Fill::Stored
    }

    /// The answer of a read of all rows arrives. The requests that wait for it get their users' rows, or ask again.
    fn fill_all(&mut self, ticket: Self::Ticket, rows: &CommittedRows<'_>, now: Timestamp) -> Fill {
        let _ = (ticket, rows, now);
        Fill::Stored
    }

    /// The instant up to whose commits a read of the database sees that is issued now; `None` if it sees all that is
    /// committed by now.
    fn reads_as_of(&self, now: Timestamp) -> Option<Timestamp> {
        let _ = now;
        None
    }

    /// Another level answers, as [`Reply::Level`] asked for; `truth` is what was committed then.
    fn level_answered(
        &mut self,
        ticket: Self::Ticket,
        truth: Row<RoleId>,
        now: Timestamp,
    ) -> LevelReply<Self::Ticket> {
        let _ = (truth, now);
        LevelReply::Missed(ticket)
    }

    /// A read failed; returns the row that the requests which wait for it get all the same, and then count as hits. `None`
    /// if they get an error. `is_awaited` says whether there are any.
    fn fail(&mut self, ticket: Self::Ticket, now: Timestamp, is_awaited: bool) -> Option<Row<RoleId>> {
        let _ = (ticket, now, is_awaited);
        None
    }

    /// The next read that it wants to start on its own. Asked after everything that it is told, until there is none. After
    /// the day's end none is issued, and its ticket fails.
    fn background(&mut self) -> Option<Background<Self::Ticket>> {
        None
    }

    /// Requests that waited and are to ask again: of one user, or all. Asked after everything that it is told, until there
    /// are none.
    fn released(&mut self) -> Option<Scope> {
        None
    }

    /// Something that it wants to be told after a while, in microseconds: what it is, and in how long. Unlike a wake it takes
    /// its turn among what is under way at that instant. Asked after everything that it is told, until there is none.
    fn timer(&mut self) -> Option<(u64, Timer)> {
        None
    }

    /// The while is over.
    fn timer_due(&mut self, timer: Timer, now: Timestamp) {
        let _ = (timer, now);
    }

    /// Whether its events drop entries of other users too.
    fn drops_others(&self) -> bool {
        false
    }

    /// When it wants to be woken next; `None` for never. Nobody is woken after the day's end.
    fn next_wake(&self) -> Option<Timestamp> {
        None
    }

    /// It is woken, before any answer of this instant; whatever it wants next must be later. Returns what it did if it
    /// examined its entries, which counts as a background run.
    fn wake(&mut self, now: Timestamp) -> Option<Swept> {
        let _ = now;
        None
    }

    /// Whether events arrive here; deaf caches count none.
    fn hears(&self) -> bool {
        false
    }

    /// A commit, of a role change or (`event` false) out of band; true if the cache learns of it without an event.
    fn learn(&mut self, user: u32, role: RoleId, event: bool) -> bool {
        let _ = (user, role, event);
        false
    }

    /// An event arrives at a cache that hears it.
    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        let _ = (event, now);
        Applied::Unwritten
    }

    /// A heartbeat of the channel arrives, or would have arrived if the connection were not broken.
    fn heartbeat(&mut self, arrives: bool, now: Timestamp) {
        let _ = (arrives, now);
    }

    /// An entry is dropped.
    fn invalidate(&mut self, user: u32, now: Timestamp) {
        let _ = (user, now);
    }

    /// All entries are dropped.
    fn clear(&mut self, now: Timestamp) {
        let _ = now;
    }

    /// What its entries take, in bytes, while this many users are known.
    fn entry_bytes(&self, users: u64) -> u64 {
        let _ = users;
        0
    }

    /// The process starts again; false if that cannot touch the cache, nor its reads in flight.
    fn restart(&mut self, now: Timestamp) -> bool;
}
