//! The cache's state machine against a plain model, and against its promise, on random operations.
//!
//! A database commits changes of three users; their events arrive late, in any order, or as failures; reads
//! are issued, answered in any order or fail; the clock moves; entries expire, are swept, invalidated and
//! evicted. Every answer must be the model's, and no hit may be older than what has been delivered, or stored.

use std::hash::RandomState;
use std::num::NonZeroUsize;
use std::time::Duration;

use proptest::prelude::*;
use rolesim::cache::{Core, Fill, Guard, Lookup, OnEvent, Options, Row, Ticket, Timestamp, Version};
use rolesim::model::RoleId;
use rolesim::policy::{Dense, Lasting, Timed, UserStore};
use rolesim::sim::Packed;

use crate::plain_cache::PlainCache;
use crate::tier;

#[derive(Clone, Debug)]
enum Op {
    Commit(u8),
    Deliver(usize),
    DeliverFailing(usize),
    Lookup(u8),
    Read(usize),
    Fill(usize),
    Fail(usize),
    Invalidate(u8),
    Clear,
    Sweep,
    Advance(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let user = || 0..3u8;
    let any = || 0..8usize;
    prop_oneof![
        3 => user().prop_map(Op::Commit),
        4 => any().prop_map(Op::Deliver),
        1 => any().prop_map(Op::DeliverFailing),
        5 => user().prop_map(Op::Lookup),
        1 => any().prop_map(Op::Read),
        4 => any().prop_map(Op::Fill),
        1 => any().prop_map(Op::Fail),
        1 => user().prop_map(Op::Invalidate),
        1 => Just(Op::Clear),
        1 => Just(Op::Sweep),
        2 => (0..6u64).prop_map(Op::Advance),
    ]
}

fn options() -> impl Strategy<Value = Options> {
    let on_event =
        prop_oneof![Just(OnEvent::Update), Just(OnEvent::UpdateIfPresent), Just(OnEvent::Invalidate)];
    let ttl = prop_oneof![Just(None), (1..8u64).prop_map(|us| Some(Duration::from_micros(us)))];
    (on_event, ttl, any::<bool>(), 0..3usize).prop_map(|(on_event, ttl, swept, capacity)| Options {
        on_event,
        guard: Guard::Version,
        ttl,
        swept,
        capacity: NonZeroUsize::new(capacity),
    })
}

/// The cache, its model, the database and everything under way.
struct Play<E> {
    options: Options,
    cache: Core<u32, RoleId, RandomState, E>,
    model: PlainCache,
    committed: [u64; 3],
    commits: u64,
    known: [u64; 3],
    events: Vec<(u8, u64)>,
    reads: Vec<(usize, Ticket<u32>, u64)>,
    tickets: usize,
    now: u64,
}

impl<E: UserStore> Play<E> {
    fn new(options: Options, cache: Core<u32, RoleId, RandomState, E>) -> Self {
        Self {
            options,
            cache,
            model: PlainCache::default(),
            committed: [0; 3],
            commits: 0,
            known: [0; 3],
            events: Vec::new(),
            reads: Vec::new(),
            tickets: 0,
            now: 0,
        }
    }

    /// The role tells the version that it came with, so that a mix-up would show.
    fn row(version: u64) -> Row<RoleId> {
        Row { role: RoleId(version as u8 * 4), version: Version(version) }
    }

    fn step(&mut self, op: &Op) {
        let now = Timestamp::from_micros(self.now);
        match *op {
            Op::Commit(user) => {
                self.commits += 1;
                self.committed[usize::from(user)] = self.commits;
                self.events.push((user, self.commits));
            }
            Op::Deliver(index) if index < self.events.len() => {
                let (user, version) = self.events.swap_remove(index);
                let wanted = self.model.apply(user.into(), version, self.now, &self.options);
                assert_eq!(self.cache.apply(user.into(), Self::row(version), now), wanted);
                self.note_known(user, version);
            }
            Op::DeliverFailing(index) if index < self.events.len() => {
                let (user, version) = self.events.swap_remove(index);
                self.model.remove(user.into());
                self.model.floor = self.model.floor.max(version);
                self.model.overtake(user.into(), version);
                self.cache.fail_update(&user.into(), Version(version));
                self.note_known(user, version);
            }
            Op::Lookup(user) => self.lookup(user, now),
            Op::Read(index) if index < self.reads.len() => {
                let (_, ticket, version) = &mut self.reads[index];
                *version = self.committed[*ticket.user() as usize];
            }
            Op::Fill(index) if index < self.reads.len() => {
                let (number, ticket, version) = self.reads.swap_remove(index);
                let wanted = self.model.fill(number, version, self.now, &self.options);
                let user = *ticket.user() as u8;
                assert_eq!(self.cache.fill(ticket, Self::row(version), now), wanted);
                if wanted == Fill::Stored {
                    self.note_known(user, version);
                }
            }
            Op::Fail(index) if index < self.reads.len() => {
                let (number, ticket, _) = self.reads.swap_remove(index);
                self.model.flights.remove(&number);
                self.cache.fail(ticket);
            }
            Op::Invalidate(user) => {
                self.model.remove(user.into());
                self.model.revoke(|own| own == u64::from(user));
                self.cache.invalidate(&user.into());
            }
            Op::Clear => {
                (0..3).for_each(|user| self.model.remove(user));
                self.model.revoke(|_| true);
                self.cache.clear();
            }
            Op::Sweep => {
                let model = &mut self.model;
                let expired: Vec<u64> = model
                    .entries
                    .iter()
                    .filter(|(_, entry)| self.now >= entry.expires)
                    .map(|(user, _)| *user)
                    .collect();
                let checked = model.entries.len() as u64;
                expired.iter().for_each(|user| model.remove(*user));
                let swept = self.cache.sweep(now);
                assert_eq!((swept.checked, swept.removed), (checked, expired.len() as u64));
            }
            Op::Advance(us) => self.now += us,
            _ => {}
        }
        assert_eq!(self.cache.len(), self.model.entries.len());
        assert!(self.options.capacity.is_none_or(|most| self.cache.len() <= most.get()));
    }

    fn lookup(&mut self, user: u8, now: Timestamp) {
        self.tickets += 1;
        let (version, joined) = self.model.lookup(user.into(), self.tickets, self.now, &self.options);
        self.confirm(user, now);
        match self.cache.lookup(&user.into(), now) {
            Lookup::Stale(row) => panic!("{row:?} is past its life, and no option keeps it"),
            Lookup::Hit(row) => {
                assert_eq!(Some(row), version.map(Self::row));
                let known = self.known[usize::from(user)];
                assert!(row.version.0 >= known, "a hit of {row:?} after {known} was known");
            }
            Lookup::Pending(ticket) => {
                let known =
                    self.reads.iter().find(|(_, own, _)| own.id() == ticket).map(|(number, ..)| *number);
                assert_eq!((version, joined), (None, known));
            }
            Lookup::Miss(ticket) => {
                assert_eq!((version, joined), (None, None));
                let row = self.committed[usize::from(user)];
                self.reads.push((self.tickets, ticket, row));
            }
        }
    }

    /// An entry that is asked for with its row is found; with any other row it is not, which does not count as an access.
    fn confirm(&mut self, user: u8, now: Timestamp) {
        let held = self.model.entries.get(&u64::from(user)).filter(|entry| self.now < entry.expires);
        let held = held.map(|entry| Self::row(entry.version));
        let mut ask = |row| E::of(&mut self.cache).use_if(user.into(), now, Packed::new(row));
        assert!(!ask(Row { role: RoleId(255), version: Version(0) }));
        assert_eq!(held.map(ask).unwrap_or_default(), held.is_some());
    }

    fn note_known(&mut self, user: u8, version: u64) {
        let known = &mut self.known[usize::from(user)];
        *known = (*known).max(version);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: tier::share(10_000) as u32, ..ProptestConfig::default() })]

    #[test]
    fn the_cache_does_as_the_model_and_never_goes_back(
        options in options(),
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let mut play = Play::new(options, Core::with_hasher(options, RandomState::new()));
        ops.iter().for_each(|op| play.step(op));
        if options.capacity.is_none() {
            let mut play = Play::new(options, Dense::<Timed>::cache(options, RandomState::new()));
            ops.iter().for_each(|op| play.step(op));
        }
        if options.capacity.is_none() && options.ttl.is_none() {
            let mut play = Play::new(options, Dense::<Lasting>::cache(options, RandomState::new()));
            ops.iter().for_each(|op| play.step(op));
        }
    }
}
