//! What a cache policy has to be able to do: the verbs by which a lane drives one replica's cache.
//!
//! A policy is told the time and what happens, and says what it does. It does not know the other caches of a run, the
//! database's latency, or how answers are judged; it has no clock and no generator of random numbers but those that its
//! [`LaneSetting`](super::LaneSetting) gave it.

use super::block::{Event, Request};
use super::fetches::Joinable;
use super::observer::Contents;
use crate::cache::{Applied, Fill, Packed, Row, Swept, TicketId, Timestamp};
use crate::model::RoleId;
use crate::workload::Users;

/// What a policy says to a request.
#[derive(Debug)]
pub enum Reply<T> {
    /// Answered from memory.
    Hit(Row<RoleId>),
    /// A read must be issued, and its ticket handed back.
    Miss(T),
    /// A read is in flight that the request joins.
    Pending(TicketId),
}

/// The cache of one replica, as a lane drives it.
pub trait Policy: Contents {
    /// The right to fill.
    type Ticket: Joinable;

    /// Whether one instance serves all replicas.
    const SHARED: bool = false;

    /// Whether every request reads for itself.
    const READS_ALWAYS: bool = false;

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

    /// The answer of a read arrives that a request of this key issued. A policy without entries only hands it on.
    fn fill(
        &mut self,
        ticket: Self::Ticket,
        row: Row<RoleId>,
        now: Timestamp,
        key: impl Fn() -> u64,
    ) -> Fill {
        let _ = (ticket, row, now, key);
        Fill::Stored
    }

    /// A read failed.
    fn fail(&mut self, ticket: Self::Ticket) {
        let _ = ticket;
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

    /// An entry is dropped.
    fn invalidate(&mut self, user: u32) {
        let _ = user;
    }

    /// All entries are dropped.
    fn clear(&mut self) {}

    /// The process starts again; false if that cannot touch the cache, nor its reads in flight.
    fn restart(&mut self) -> bool;

    /// All entries are examined.
    fn sweep(&mut self, now: Timestamp) -> Swept {
        let _ = now;
        Swept::default()
    }
}
