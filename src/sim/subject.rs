//! The caches under test, as the engine drives them.

use std::time::Duration;

use rustc_hash::FxBuildHasher;

use super::block::{Event, Request};
use super::fetches::Joinable;
use super::held::Held;
use super::observer::Contents;
use super::place::Place;
use crate::cache::{
    Applied, Core, Fill, Guard, Lookup, Options, Packed, Row, Swept, Ticket, TicketId, Timestamp,
};
use crate::model::{EventOptions, RoleId, TtlOptions};
use crate::workload::{Chance, Chances, Users, mix};

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
    type Ticket: Joinable;

    /// Whether one of it serves all replicas.
    const SHARED: bool = false;

    /// Whether every request reads for itself.
    const READS_ALWAYS: bool = false;

    /// Learns which users there are by now, before any of them is named in a block.
    fn meet(&mut self, users: &Users) {
        let _ = users;
    }

    /// A request asks, known by its key. Only the oracle looks at the truth.
    fn ask(
        &mut self,
        user: u32,
        now: Timestamp,
        key: impl Fn() -> u64,
        truth: Row<RoleId>,
    ) -> Asked<Self::Ticket>;

    /// Answers requests from memory, as long as each finds the very row that was committed when it started, and starts
    /// before an instant; gives how many those were. May stop anywhere: what it leaves is asked one by one.
    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let _ = (requests, truth, before_us);
        0
    }

    /// The answer of a read arrives that a request of this key issued; who keeps no entries only hands it on.
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

    /// What its process holds, where so many users are known.
    fn held(&self, users: u64) -> Held {
        let _ = users;
        Held { processes: 1, ..Held::default() }
    }
}

/// The real cache; and the TTL and idle caches, which are the same core with one fetch per user, a life for
/// each entry, and nobody to tell it of changes.
///
/// Users are numbers here, so entries lie in a vector; only a bound needs a map, since it knows an order of use.
pub(super) struct Cached<E> {
    core: Core<u32, RoleId, FxBuildHasher, E>,
    options: Options,
    deaf: bool,
    lives: Lives,
}

/// How long entries live, where that is not always the same.
#[derive(Clone, Copy)]
struct Lives {
    ttl_us: u64,
    /// For entries with the lowest role.
    deny_us: u64,
    jitter_ppm: u32,
    /// Whether a hit starts a life anew.
    renewed: bool,
    /// Whether all entries live equally long.
    alike: bool,
    chances: Chances,
}

impl Lives {
    /// When the life of an entry ends that begins now; the key names whose doing it is.
    fn end(&self, role: RoleId, now: Timestamp, key: impl Fn() -> u64) -> Timestamp {
        let middle_us = if role == RoleId::default() { self.deny_us } else { self.ttl_us };
        let life_us = match self.jitter_ppm {
            0 => middle_us,
            ppm => self.chances.around_us(middle_us, ppm, Chance::Life, mix(key() ^ mix(now.as_micros()))),
        };
        now.after_us(life_us)
    }
}

impl<E: Place> Cached<E> {
    pub(super) fn event(options: &EventOptions, chances: Chances) -> Self {
        let EventOptions { on_event, guard, ttl, capacity } = *options;
        let ttl = ttl.map(|ttl| Duration::from_micros(ttl.0));
        let options = Options { on_event, guard, ttl, capacity, ..Options::default() };
        let lives = Lives { ttl_us: 0, deny_us: 0, jitter_ppm: 0, renewed: false, alike: true, chances };
        Self::new(options, false, lives)
    }

    /// A TTL cache, or an idle one, whose lives hits renew.
    pub(super) fn ttl(options: &TtlOptions, renewed: bool, chances: Chances) -> Self {
        let TtlOptions { ttl, sweep, jitter_ppm, deny, capacity } = *options;
        let lives = Lives {
            ttl_us: ttl.0,
            deny_us: deny.unwrap_or(ttl).0,
            jitter_ppm,
            renewed,
            alike: jitter_ppm == 0 && deny.is_none_or(|deny| deny == ttl),
            chances,
        };
        let options = Options {
            guard: Guard::SingleFlight,
            ttl: Some(Duration::from_micros(ttl.0)),
            swept: sweep.is_some(),
            capacity,
            ..Options::default()
        };
        Self::new(options, true, lives)
    }

    fn new(options: Options, deaf: bool, lives: Lives) -> Self {
        Self { core: Self::empty(options), options, deaf, lives }
    }

    fn empty(options: Options) -> Core<u32, RoleId, FxBuildHasher, E> {
        Core::with_store(options, E::empty(&options), FxBuildHasher)
    }
}

impl<E: Place> Contents for Cached<E> {
    fn len(&self) -> usize {
        self.core.len()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.core.store().roles()
    }
}

impl<E: Place> Subject for Cached<E> {
    type Ticket = Ticket<u32>;

    fn meet(&mut self, users: &Users) {
        self.core.expect_users(users.len());
    }

    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let lives = self.lives;
        let asked = requests
            .iter()
            .zip(truth)
            .take_while(|(request, _)| request.at_us < before_us)
            .map(|(request, truth)| (request.user, Timestamp::from_micros(request.at_us), truth.row()));
        match (lives.renewed, lives.jitter_ppm) {
            (false, _) => self.core.confirm(asked, |_, _| None),
            // Without jitter no life depends on whose it is.
            (true, 0) => self.core.confirm(asked, |now, row| Some(lives.end(row.role, now, || 0))),
            (true, _) => 0,
        }
    }

    #[inline]
    fn ask(
        &mut self,
        user: u32,
        now: Timestamp,
        key: impl Fn() -> u64,
        _: Row<RoleId>,
    ) -> Asked<Self::Ticket> {
        match self.core.lookup(&user, now) {
            Lookup::Hit(row) => {
                if self.lives.renewed {
                    self.core.prolong(&user, self.lives.end(row.role, now, key));
                }
                Asked::Hit(row)
            }
            Lookup::Miss(ticket) => Asked::Miss(ticket),
            Lookup::Pending(ticket) => Asked::Pending(ticket),
        }
    }

    #[inline]
    fn fill(
        &mut self,
        ticket: Self::Ticket,
        row: Row<RoleId>,
        now: Timestamp,
        key: impl Fn() -> u64,
    ) -> Fill {
        if self.lives.alike {
            self.core.fill(ticket, row, now)
        } else {
            self.core.fill_until(ticket, row, self.lives.end(row.role, now, key))
        }
    }

    fn fail(&mut self, ticket: Self::Ticket) {
        self.core.fail(ticket);
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
        self.core = Self::empty(self.options);
        true
    }

    fn sweep(&mut self, now: Timestamp) -> Swept {
        self.core.sweep(now)
    }

    fn held(&self, users: u64) -> Held {
        self.core.store().held(users)
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

    const READS_ALWAYS: bool = true;

    fn ask(&mut self, _: u32, _: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Asked<()> {
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

    const SHARED: bool = true;

    fn streak(&mut self, requests: &[Request], _: &[Packed], before_us: u64) -> usize {
        let known = |request: &&Request| {
            let seen = self.seen.get(request.user as usize).is_some_and(Option::is_some);
            seen && request.at_us < before_us
        };
        requests.iter().take_while(known).count()
    }

    fn ask(&mut self, user: u32, _: Timestamp, _: impl Fn() -> u64, truth: Row<RoleId>) -> Asked<()> {
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
