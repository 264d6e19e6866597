//! `token`: entries that the clients hold, so that replicas, restarts and bounds do not touch them.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::dense::{Dense, SLOT_BYTES, Timed, UserStore};
use super::descriptor::{Hearing, Life, Memory, PolicyDescriptor};
use super::event::EVENT;
use super::option::{NO, OptionDefault, OptionKind, OptionSpec, OptionValue, OptionValues, Requirement};
use crate::cache::{Applied, Core, Fill, Guard, Lookup, Options, Row, Store, Ticket, Timestamp, Version};
use crate::model::{Micros, RoleId};
use crate::sim::{CandidateLane, Contents, Event, HeldRole, LaneSetting, Packed, Policy, Reply, Request};
use crate::workload::Users;

/// The token.
pub static TOKEN: PolicyDescriptor = PolicyDescriptor {
    example: "token:15m",
    life: Life::Needed,
    options: &[
        OptionSpec {
            name: "ttl",
            kind: OptionKind::Duration,
            default: OptionDefault::Absent,
            doc: "the life of a token, D: the first request at its end or later renews it",
        },
        OptionSpec {
            name: "denylist",
            kind: OptionKind::Flag,
            default: OptionDefault::Value(OptionValue::Word(NO)),
            doc: "an event that lowers a role refuses the user's older tokens on its replica",
        },
        OptionSpec {
            name: "persist",
            kind: OptionKind::Flag,
            default: OptionDefault::Value(OptionValue::Word(NO)),
            doc: "the list survives a restart of the replica",
        },
    ],
    demands: &[Requirement::Needs("persist", "denylist")],
    hearing: |options| match options.is_on("denylist") {
        true => Hearing::Hears,
        false => Hearing::Deaf,
    },
    memory: |_| Memory::PerUser(SLOT_BYTES),
    longest_honoured_us: |options, certainty| {
        Some(
            options
                .duration("ttl")?
                .0
                .saturating_add(certainty.longest_read_us?)
                .saturating_add(certainty.longest_lag_us),
        )
    },
    hearing_counterpart: |options| {
        let ttl = options.duration("ttl").map(OptionValue::Duration);
        Some((&EVENT, OptionValues::new(EVENT.options).with("ttl", ttl)))
    },
    build,
    ..PolicyDescriptor::new(
        "token",
        "a token that the client holds: it lives for D, wherever it is shown",
        build,
    )
};

fn build(options: &OptionValues, setting: &LaneSetting) -> CandidateLane<'static> {
    let life = options.duration("ttl").unwrap_or_default();
    let core = Options {
        guard: Guard::SingleFlight,
        ttl: Some(Duration::from_micros(life.0)),
        ..Options::default()
    };
    let tokens = Rc::new(RefCell::new(Dense::<Timed>::cache(core, FxBuildHasher)));
    let mut replicas = 0u32..;
    CandidateLane::new(setting, || Token {
        tokens: Rc::clone(&tokens),
        is_first: replicas.next() == Some(0),
        life,
        denied: options.is_on("denylist").then(FxHashMap::default),
        persists: options.is_on("persist"),
    })
}

/// All clients' tokens, as one memory.
type Tokens = Core<u32, RoleId, FxBuildHasher, Dense<Timed>>;

/// What one replica knows of tokens.
struct Token {
    tokens: Rc<RefCell<Tokens>>,
    /// Whether it speaks for what the replicas share.
    is_first: bool,
    life: Micros,
    /// By user, the version below which tokens are refused, and until when; `None` without a list.
    denied: Option<FxHashMap<u32, (Version, Timestamp)>>,
    persists: bool,
}

impl Token {
    /// Whether the list refuses a user's token.
    fn refuses(&self, user: u32, version: Version, now: Timestamp) -> bool {
        self.refused_until(user, version).is_some_and(|until| now < until)
    }

    /// Until when the list refuses it.
    fn refused_until(&self, user: u32, version: Version) -> Option<Timestamp> {
        let (least, until) = *self.denied.as_ref()?.get(&user)?;
        (version < least).then_some(until)
    }
}

impl Contents for Token {
    fn len(&self) -> usize {
        if self.is_first { self.tokens.borrow().len() } else { 0 }
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        if self.is_first { self.tokens.borrow().store().roles() } else { Vec::new() }
    }
}

impl Policy for Token {
    type Ticket = Ticket<u32>;

    const SHARES_ENTRIES: bool = true;

    fn meet(&mut self, users: &Users) {
        self.tokens.borrow_mut().store_mut().expect_users(users.len());
    }

    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let mut tokens = self.tokens.borrow_mut();
        let store = tokens.store_mut();
        let is_good = |(request, row): &(&Request, &Packed)| {
            let now = Timestamp::from_micros(request.at_us);
            // A list refuses nothing that is as new as the truth.
            request.at_us < before_us && store.use_if(request.user, now, **row)
        };
        requests.iter().zip(truth).take_while(is_good).count()
    }

    fn ask(&mut self, user: u32, now: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Reply<Self::Ticket> {
        let mut tokens = self.tokens.borrow_mut();
        let held = tokens.store().kept(&user).filter(|(_, until)| now < *until);
        let lookup = match held {
            Some((row, _)) if self.refuses(user, row.version, now) => tokens.miss(&user, now),
            _ => tokens.lookup(&user, now),
        };
        match lookup {
            Lookup::Hit(row) | Lookup::Stale(row) => Reply::Hit(row),
            Lookup::Miss(ticket) => Reply::Miss(ticket),
            Lookup::Pending(ticket) => Reply::Pending(ticket.number()),
        }
    }

    fn held(&self, user: u32, now: Timestamp) -> Option<HeldRole> {
        let (row, until) = self.tokens.borrow().store().kept(&user)?;
        // A list may forget a token before the token ends.
        let from = self.refused_until(user, row.version).map_or(now, |refused| refused.max(now));
        (from < until).then_some(HeldRole::Entry { role: row.role, from, until })
    }

    fn fill(
        &mut self,
        ticket: Self::Ticket,
        row: Row<RoleId>,
        _: Timestamp,
        now: Timestamp,
        _: impl Fn() -> u64,
    ) -> Fill {
        self.tokens.borrow_mut().fill(ticket, row, now)
    }

    fn fail(&mut self, ticket: Self::Ticket, _: Timestamp, _: bool) -> Option<Row<RoleId>> {
        self.tokens.borrow_mut().fail(ticket);
        None
    }

    fn hears(&self) -> bool {
        self.denied.is_some()
    }

    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        if event.fails {
            self.tokens.borrow_mut().fail_update(&event.user, event.row.version);
        } else if event.lowers
            && let Some(denied) = &mut self.denied
        {
            let until = now.after_us(self.life.0);
            let entry = denied.entry(event.user).or_insert((event.row.version, until));
            *entry = (entry.0.max(event.row.version), entry.1.max(until));
        }
        Applied::Unwritten
    }

    /// A revocation of the user's token everywhere.
    fn invalidate(&mut self, user: u32, _: Timestamp) {
        if self.is_first {
            self.tokens.borrow_mut().invalidate(&user);
        }
    }

    fn entry_bytes(&self, users: u64) -> u64 {
        if self.is_first { self.tokens.borrow().store().bytes(users) } else { 0 }
    }

    fn restart(&mut self, _: Timestamp) -> bool {
        if let Some(denied) = self.denied.as_mut().filter(|_| !self.persists) {
            denied.clear();
        }
        true
    }
}
