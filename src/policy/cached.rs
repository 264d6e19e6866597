//! What the policies that keep entries have in common: the product's state machine, driven by the engine.
//!
//! `ttl` and `idle` are that same machine with one fetch per user, a life for each entry, and nobody to tell it of
//! changes. Users are numbers here, so entries lie in a vector; only a bound needs a map, since it knows an order of use.

use std::collections::VecDeque;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::dense::{Dense, ENTRY_BYTES, Lasting, SLOT_BYTES, Timed, UserStore};
use super::descriptor::Memory;
use super::option::OptionValues;
use crate::cache::{Ageing, Applied, Core, Fill, Hashed, Lookup, Options, Row, Swept, Ticket, Timestamp};
use crate::model::{Micros, RoleId};
use crate::sim::{
    Background, CandidateLane, Contents, Event, HeldRole, LaneSetting, Packed, Policy, Reply, Request, Scope,
};
use crate::workload::{Chance, Chances, Users, mix};

/// The memory that entries take.
pub(super) fn memory(options: &OptionValues) -> Memory {
    match options.count("capacity") {
        Some(most) => Memory::PerEntry(most, ENTRY_BYTES),
        None => Memory::PerUser(SLOT_BYTES),
    }
}

/// By which rules a cache keeps its entries.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// Those of the state machine.
    pub(super) core: Options,
    /// Whether no event reaches it.
    pub(super) is_deaf: bool,
    /// How long entries live.
    pub(super) lives: Lives,
    /// How often all entries are examined and expired ones removed.
    pub(super) cleanup: Option<Micros>,
    /// What becomes of entries as they age.
    pub(super) ageing: Ageing,
    /// Whether an entry with the lowest role is read again before it answers.
    pub(super) rechecks_lowest: bool,
    /// What the channel's heartbeats mean to it.
    pub(super) connection: Connection,
    /// For so long after an event or a drop nothing is filled, in microseconds.
    pub(super) hold_us: u64,
    /// At whose instants reads see the database; `None` if they see it as it is. Needs lives of [`Lives::new`].
    pub(super) quantum: Option<Quantum>,
}

/// What a cache makes of the channel's heartbeats.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Connection {
    /// Entries are usable for so long after the last one, in microseconds; `None` if always.
    pub(super) lease_us: Option<u64>,
    /// Whether the first one after a missed one drops everything.
    pub(super) flushes: bool,
}

/// A period that divides the day, from its start on, in microseconds; longer than 0.
#[derive(Clone, Copy)]
pub(super) struct Quantum(u64);

impl Quantum {
    /// A period; `None` for 0.
    pub(super) fn new(period: Micros) -> Option<Self> {
        Some(Self(period.0)).filter(|quantum| quantum.0 > 0)
    }

    /// Its last multiple up to now.
    fn last(self, now: Timestamp) -> Timestamp {
        Timestamp::from_micros(now.as_micros() / self.0 * self.0)
    }

    /// Its first multiple after now.
    fn next(self, now: Timestamp) -> Timestamp {
        self.last(now).after_us(self.0)
    }
}

/// The lane of caches with these rules.
pub(super) fn lane(rules: Rules, setting: &LaneSetting) -> CandidateLane<'static> {
    match (rules.core.capacity, rules.core.ttl) {
        (None, None) => lane_of::<Dense<Lasting>>(rules, setting),
        (None, Some(_)) => lane_of::<Dense<Timed>>(rules, setting),
        (Some(_), _) => lane_of::<Hashed<u32, RoleId, FxBuildHasher>>(rules, setting),
    }
}

fn lane_of<E: UserStore + 'static>(rules: Rules, setting: &LaneSetting) -> CandidateLane<'static> {
    CandidateLane::new(setting, || Cached::<E> {
        core: Cached::empty(&rules),
        rules,
        renewals: VecDeque::new(),
        last_heartbeat: Timestamp::ZERO,
        missed_heartbeat: false,
        holds: Holds::default(),
        next_cleanup: rules.cleanup.map(|period| Timestamp::from_micros(period.0)),
    })
}

/// How long entries live, if that is not always the same.
#[derive(Clone, Copy)]
pub(super) struct Lives {
    life_us: u64,
    /// For entries with the lowest role.
    deny_us: u64,
    jitter_ppm: u32,
    /// Whether a hit starts the life again.
    is_renewed: bool,
    /// Whether all entries live equally long.
    is_uniform: bool,
    chances: Chances,
}

impl Lives {
    /// As long as the state machine's own options say.
    pub(super) fn uniform(setting: &LaneSetting) -> Self {
        let chances = setting.chances();
        Self { life_us: 0, deny_us: 0, jitter_ppm: 0, is_renewed: false, is_uniform: true, chances }
    }

    /// A life, which may be another for entries with the lowest role, and varies by a share of its length.
    pub(super) fn new(
        life: Micros,
        deny: Micros,
        jitter_ppm: u32,
        is_renewed: bool,
        setting: &LaneSetting,
    ) -> Self {
        let chances = setting.chances();
        let is_uniform = jitter_ppm == 0 && deny == life;
        Self { life_us: life.0, deny_us: deny.0, jitter_ppm, is_renewed, is_uniform, chances }
    }

    /// When the life of an entry ends that begins now; the key names what it is drawn for.
    fn end(&self, role: RoleId, now: Timestamp, key: impl Fn() -> u64) -> Timestamp {
        let middle_us = if role == RoleId::default() { self.deny_us } else { self.life_us };
        let life_us = match self.jitter_ppm {
            0 => middle_us,
            ppm => self.chances.around_us(middle_us, ppm, Chance::Life, mix(key() ^ mix(now.as_micros()))),
        };
        now.after_us(life_us)
    }
}

/// Until when nothing is filled.
#[derive(Debug, Default)]
struct Holds {
    /// By user.
    users: FxHashMap<u32, Timestamp>,
    all: Option<Timestamp>,
}

impl Holds {
    fn holds(&self, user: u32, now: Timestamp) -> bool {
        let own = self.users.get(&user).copied();
        own.max(self.all).is_some_and(|until| now < until)
    }
}

/// A cache of the engine: entries, and by which rules they are kept.
struct Cached<E> {
    core: Core<u32, RoleId, FxBuildHasher, E>,
    rules: Rules,
    /// Reads that it wants to start in the background.
    renewals: VecDeque<Ticket<u32>>,
    /// When the channel was heard last; the start counts.
    last_heartbeat: Timestamp,
    missed_heartbeat: bool,
    holds: Holds,
    /// Cleanups go on through restarts: they are times of the day.
    next_cleanup: Option<Timestamp>,
}

impl<E: UserStore> Cached<E> {
    fn empty(rules: &Rules) -> Core<u32, RoleId, FxBuildHasher, E> {
        E::cache(rules.core, FxBuildHasher).with_ageing(rules.ageing)
    }

    /// Whether entries may be used as far as the lease goes.
    fn is_leased(&self, now: Timestamp) -> bool {
        let lease_us = self.rules.connection.lease_us;
        lease_us.is_none_or(|lease_us| now < self.last_heartbeat.after_us(lease_us))
    }

    /// Nothing is filled for a user for a while.
    fn hold(&mut self, user: u32, now: Timestamp) {
        if self.rules.hold_us > 0 {
            self.holds.users.insert(user, now.after_us(self.rules.hold_us));
        }
    }

    /// Whether an entry could answer that is not to do so unchecked.
    fn rechecks(&self, user: u32, now: Timestamp) -> bool {
        let held = || self.core.store().kept(&user);
        self.rules.rechecks_lowest
            && held().is_some_and(|(row, expires)| now < expires && row.role == RoleId::default())
    }
}

impl<E: UserStore> Contents for Cached<E> {
    fn len(&self) -> usize {
        self.core.len()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.core.store().roles()
    }
}

impl<E: UserStore> Policy for Cached<E> {
    type Ticket = Ticket<u32>;

    fn meet(&mut self, users: &Users) {
        self.core.store_mut().expect_users(users.len());
    }

    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let Rules { lives, ageing, rechecks_lowest, .. } = self.rules;
        let is_leased = self.rules.connection.lease_us.is_none();
        if (lives.is_renewed && lives.jitter_ppm > 0)
            || ageing.refresh_us.is_some()
            || rechecks_lowest
            || !is_leased
        {
            // Then a life depends on the request that renews it, or a hit may bring about a read.
            return 0;
        }
        let store = self.core.store_mut();
        let mut count = 0;
        for (request, truth) in requests.iter().zip(truth) {
            let (user, now) = (request.user, Timestamp::from_micros(request.at_us));
            if request.at_us >= before_us || !store.use_if(user, now, *truth) {
                break;
            }
            if lives.is_renewed {
                store.prolong(&user, lives.end(truth.row().role, now, || 0));
            }
            count += 1;
        }
        count
    }

    #[inline]
    fn ask(
        &mut self,
        user: u32,
        now: Timestamp,
        key: impl Fn() -> u64,
        _: Row<RoleId>,
    ) -> Reply<Self::Ticket> {
        let lookup = match self.rechecks(user, now) || !self.is_leased(now) {
            true => self.core.miss(&user, now),
            false => self.core.lookup(&user, now),
        };
        match lookup {
            Lookup::Hit(row) => {
                if self.rules.lives.is_renewed {
                    self.core.prolong(&user, self.rules.lives.end(row.role, now, key));
                }
                if self.rules.ageing.refresh_us.is_some() {
                    self.renewals.extend(self.core.renewal(&user, now));
                }
                Reply::Hit(row)
            }
            Lookup::Stale(row) => Reply::Stale(row),
            Lookup::Miss(ticket) => Reply::Miss(ticket),
            Lookup::Pending(ticket) => Reply::Pending(ticket.number()),
        }
    }

    fn held(&self, user: u32, now: Timestamp) -> Option<HeldRole> {
        let (row, until) = self.core.store().kept(&user)?;
        let lease_us = self.rules.connection.lease_us;
        let leased = lease_us.map_or(Timestamp::NEVER, |lease_us| self.last_heartbeat.after_us(lease_us));
        let until = until.min(leased);
        (now < until).then_some(HeldRole::Entry { role: row.role, from: now, until })
    }

    fn evicted(&mut self) -> Option<u32> {
        self.core.store_mut().evicted()
    }

    fn never_goes_back(&self) -> bool {
        // Rows that are only answered may be newer than the entry that answers later.
        self.rules.connection.lease_us.is_none() && self.rules.hold_us == 0
    }

    fn reads_as_of(&self, now: Timestamp) -> Option<Timestamp> {
        self.rules.quantum.map(|quantum| quantum.last(now))
    }

    #[inline]
    fn fill(
        &mut self,
        ticket: Self::Ticket,
        row: Row<RoleId>,
        issued: Timestamp,
        now: Timestamp,
        key: impl Fn() -> u64,
    ) -> Fill {
        let Rules { lives, quantum, .. } = self.rules;
        if !self.is_leased(now) || self.holds.holds(*ticket.user(), now) {
            return self.core.fill_unkept(&ticket, row.version);
        }
        if lives.is_uniform && quantum.is_none() {
            return self.core.fill(ticket, row, now);
        }
        let ends_by = quantum.map_or(Timestamp::NEVER, |quantum| quantum.next(issued));
        self.core.fill_until(ticket, row, lives.end(row.role, now, key).min(ends_by))
    }

    fn fail(&mut self, ticket: Self::Ticket, now: Timestamp, is_awaited: bool) -> Option<Row<RoleId>> {
        let user = *ticket.user();
        self.core.fail(ticket);
        if is_awaited && self.rules.ageing.stale_us > 0 { self.core.rescue(&user, now) } else { None }
    }

    fn background(&mut self) -> Option<Background<Self::Ticket>> {
        let ticket = self.renewals.pop_front()?;
        let scope = Scope::User(*ticket.user());
        Some(Background { ticket, scope, number: 0 })
    }

    fn drops_others(&self) -> bool {
        self.rules.ageing.scope_all
    }

    fn next_wake(&self) -> Option<Timestamp> {
        self.next_cleanup
    }

    fn wake(&mut self, now: Timestamp) -> Option<Swept> {
        self.next_cleanup = self.rules.cleanup.map(|period| now.after_us(period.0));
        Some(self.core.sweep(now))
    }

    fn hears(&self) -> bool {
        !self.rules.is_deaf
    }

    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        self.hold(event.user, now);
        if event.fails {
            self.core.fail_update(&event.user, event.row.version);
            return Applied::Unwritten;
        }
        self.core.apply(event.user, event.row, now)
    }

    fn heartbeat(&mut self, arrives: bool, now: Timestamp) {
        if !arrives {
            self.missed_heartbeat = true;
            return;
        }
        self.last_heartbeat = now;
        if std::mem::take(&mut self.missed_heartbeat) && self.rules.connection.flushes {
            self.clear(now);
        }
    }

    fn invalidate(&mut self, user: u32, now: Timestamp) {
        self.hold(user, now);
        self.core.invalidate(&user);
    }

    fn clear(&mut self, now: Timestamp) {
        if self.rules.hold_us > 0 {
            self.holds.all = Some(now.after_us(self.rules.hold_us));
        }
        self.core.clear();
    }

    fn entry_bytes(&self, users: u64) -> u64 {
        self.core.store().bytes(users)
    }

    fn restart(&mut self, now: Timestamp) -> bool {
        self.core = Self::empty(&self.rules);
        self.renewals.clear();
        (self.last_heartbeat, self.missed_heartbeat) = (now, false);
        self.holds = Holds::default();
        true
    }
}
