//! The caches under test, as the engine drives them.

use std::time::Duration;

use rustc_hash::FxBuildHasher;

use super::block::Event;
use super::observer::Contents;
use crate::cache::{Applied, Core, Fill, Guard, Lookup, Options, Row, Swept, Ticket, TicketId, Timestamp};
use crate::model::{EventOptions, RoleId, TtlOptions};
use crate::workload::Users;

/// What a subject says to a request.
#[derive(Debug)]
pub(super) enum Asked<T> {
    /// Answered from memory.
    Hit(Row<RoleId>),
    /// A read must be issued, and its ticket handed back.
    Miss(T),
    /// A read is in flight that the request joins.
    Pending(TicketId),
}

/// A cache under test.
pub(super) trait Subject: Contents {
    /// The right to fill.
    type Ticket;

    /// Learns which users there are by now, before any of them is named in a block.
    fn meet(&mut self, users: &Users) {
        let _ = users;
    }

    /// A request asks. Only the oracle looks at the truth.
    fn ask(&mut self, user: u32, now: Timestamp, truth: Row<RoleId>) -> Asked<Self::Ticket>;

    /// A read's answer arrives; who keeps no entries only hands it on.
    fn fill(&mut self, ticket: Self::Ticket, row: Row<RoleId>, now: Timestamp) -> Fill {
        let _ = (ticket, row, now);
        Fill::Stored
    }

    /// The number of a ticket that others can join.
    fn joinable(ticket: &Self::Ticket) -> Option<TicketId> {
        let _ = ticket;
        None
    }

    /// Whether events arrive here; deaf caches count none.
    fn hears(&self) -> bool {
        false
    }

    /// A commit, of a role change or (`event` false) out of band; true where the cache learns of it
    /// without an event.
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

    /// The process starts again; false where that cannot touch the cache, nor its reads in flight.
    fn restart(&mut self) -> bool;

    /// All entries are examined.
    fn sweep(&mut self, now: Timestamp) -> Swept {
        let _ = now;
        Swept::default()
    }
}

/// The real cache, and the TTL cache, which is the same core with one fetch per user, a life for each
/// entry, and nobody to tell it of changes.
pub(super) struct Cached {
    core: Core<u32, RoleId, FxBuildHasher>,
    options: Options,
    deaf: bool,
}

impl Cached {
    pub(super) fn event(options: &EventOptions) -> Self {
        let options = Options {
            on_event: options.on_event,
            guard: options.guard,
            ttl: options.ttl.map(|ttl| Duration::from_micros(ttl.0)),
            ..Options::default()
        };
        Self::new(options, false)
    }

    pub(super) fn ttl(options: &TtlOptions) -> Self {
        let options = Options {
            guard: Guard::SingleFlight,
            ttl: Some(Duration::from_micros(options.ttl.0)),
            swept: options.sweep.is_some(),
            ..Options::default()
        };
        Self::new(options, true)
    }

    fn new(options: Options, deaf: bool) -> Self {
        Self { core: Core::with_hasher(options, FxBuildHasher), options, deaf }
    }
}

impl Contents for Cached {
    fn len(&self) -> usize {
        self.core.len()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.core.entries().map(|(user, row)| (*user, row.role)).collect()
    }
}

impl Subject for Cached {
    type Ticket = Ticket<u32>;

    #[inline]
    fn ask(&mut self, user: u32, now: Timestamp, _: Row<RoleId>) -> Asked<Self::Ticket> {
        match self.core.lookup(&user, now) {
            Lookup::Hit(row) => Asked::Hit(row),
            Lookup::Miss(ticket) => Asked::Miss(ticket),
            Lookup::Pending(ticket) => Asked::Pending(ticket),
        }
    }

    #[inline]
    fn fill(&mut self, ticket: Self::Ticket, row: Row<RoleId>, now: Timestamp) -> Fill {
        self.core.fill(ticket, row, now)
    }

    fn joinable(ticket: &Self::Ticket) -> Option<TicketId> {
        Some(ticket.id())
    }

    fn hears(&self) -> bool {
        !self.deaf
    }

    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        if event.fails {
            self.core.fail_update(&event.user, event.row.version);
            return Applied::Unwritten;
        }
        self.core.apply(event.user, event.row, now)
    }

    fn invalidate(&mut self, user: u32) {
        self.core.invalidate(&user);
    }

    fn clear(&mut self) {
        self.core.clear();
    }

    fn restart(&mut self) -> bool {
        self.core = Core::with_hasher(self.options, FxBuildHasher);
        true
    }

    fn sweep(&mut self, now: Timestamp) -> Swept {
        self.core.sweep(now)
    }
}

/// No cache: every request reads for itself.
#[derive(Debug)]
pub(super) struct Uncached;

impl Contents for Uncached {
    fn len(&self) -> usize {
        0
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        Vec::new()
    }
}

impl Subject for Uncached {
    type Ticket = ();

    fn ask(&mut self, _: u32, _: Timestamp, _: Row<RoleId>) -> Asked<()> {
        Asked::Miss(())
    }

    fn restart(&mut self) -> bool {
        true
    }
}

/// The bound: it knows the truth of everyone it has seen.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    /// By dense number, whether the user was seen, and the role for who wants to look.
    seen: Vec<Option<RoleId>>,
    count: usize,
}

impl Oracle {
    fn see(&mut self, user: u32, role: RoleId) -> bool {
        let index = user as usize;
        if index >= self.seen.len() {
            self.seen.resize(index + 1, None);
        }
        let first = self.seen[index].replace(role).is_none();
        self.count += usize::from(first);
        first
    }
}

impl Contents for Oracle {
    fn len(&self) -> usize {
        self.count
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        (0..).zip(&self.seen).filter_map(|(user, role)| role.map(|role| (user, role))).collect()
    }
}

impl Subject for Oracle {
    type Ticket = ();

    fn ask(&mut self, user: u32, _: Timestamp, truth: Row<RoleId>) -> Asked<()> {
        if self.see(user, truth.role) { Asked::Miss(()) } else { Asked::Hit(truth) }
    }

    fn learn(&mut self, user: u32, role: RoleId, event: bool) -> bool {
        let known = self.seen.get(user as usize).is_some_and(Option::is_some);
        if event || known {
            self.see(user, role);
        }
        true
    }

    fn restart(&mut self) -> bool {
        false
    }
}
