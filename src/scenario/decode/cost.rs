//! What a run would cost, estimated before it starts: how many things happen in it, and how much memory it holds.
//!
//! Counted for all caches that the scenario names, as `compare` runs it, so that every command says the same of a file.
//! It knows rates and sizes only roughly, and never too low by much.

use std::fmt;

use super::field::Field;
use super::totals::Totals;
use crate::model::{Clock, Replicas, Routing, shown};
use crate::policy::{CacheSpec, Memory};
use crate::scenario::fault::FaultKind;

/// What a run may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests, role changes, and deliveries of these.
    pub events: u64,
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// How often the day is run.
    pub runs: u64,
    /// How many of these runs are held in memory at once.
    pub at_once: u64,
    /// How many threads may look at a recorded day before it is run.
    pub threads: usize,
}

impl Default for Limits {
    /// One run of a hundred thousand million events, in 4 GiB.
    fn default() -> Self {
        Self { events: 100_000_000_000, memory_bytes: 4 << 30, runs: 1, at_once: 1, threads: 1 }
    }
}

impl Limits {
    /// The memory that is left beside the program for each of the runs that are held at once.
    #[must_use]
    pub fn each_bytes(&self) -> u64 {
        (self.memory_bytes / self.at_once.max(1)).saturating_sub(PROGRAM_BYTES as u64)
    }

    /// How many users a run may have whose recorded day names them as it goes, with these caches in so many processes.
    #[must_use]
    pub fn met_users<'c, C>(&self, caches: C, replicas: &Replicas) -> usize
    where
        C: IntoIterator<Item = &'c CacheSpec> + Clone,
    {
        let room = u128::from(self.each_bytes());
        let taken = |users: u128| {
            let entries = caches.clone().into_iter().map(|spec| entry_bytes(spec, users, 0, replicas));
            entries.fold(users * USER_BYTES, u128::saturating_add)
        };
        // The largest number that fits, bit by bit.
        let bits = (0..u32::BITS).rev().map(|bit| 1 << bit);
        let most = bits.fold(0, |most, bit| if taken(most + bit) <= room { most + bit } else { most });
        usize::try_from(most).unwrap_or(usize::MAX)
    }
}

/// Bytes that were measured where tables have just grown, rounded up: a user with the database's row and a name of up to
/// 64 letters, a request that is held until its time, a role change, and a process with an empty cache.
const USER_BYTES: u128 = 144;
const HELD_BYTES: u128 = 16;
const CHANGE_BYTES: u128 = 64;
const PROCESS_BYTES: u128 = 4 << 10;
/// The program itself.
const PROGRAM_BYTES: u128 = 32 << 20;

const MINUTE_US: u64 = 60_000_000;
/// Sweeps of one cache at the most; more often than this is a mistake.
const MOST_SWEEPS: u64 = 10_000_000;
/// Looks at entries of one cache at the most; these take minutes.
const MOST_LOOKS: u128 = 100_000_000_000;

/// What a run consists of.
pub(super) struct Setting<'s> {
    pub(super) clock: Clock,
    pub(super) replicas: Replicas,
    /// Each with the field that names it.
    pub(super) caches: Vec<(Field<'s>, CacheSpec)>,
}

/// What happens in a run, by kind; saturating.
struct Events {
    requests: u128,
    changes: u128,
    deliveries: u128,
}

impl Events {
    fn all(&self) -> u128 {
        self.requests.saturating_add(self.changes).saturating_add(self.deliveries)
    }
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, changes, deliveries } = self;
        write!(
            f,
            "the run would need about {} events ({requests} requests, {changes} role changes, {deliveries} deliveries)",
            self.all()
        )
    }
}

/// Judges what a run would cost.
pub(super) fn judge(root: &Field<'_>, totals: &Totals, setting: &Setting<'_>, limits: &Limits) -> Option<()> {
    seldom_swept(totals, setting)?;
    let events = events(totals, setting);
    let bytes =
        bytes(totals, setting).saturating_mul(u128::from(limits.at_once)).saturating_add(PROGRAM_BYTES);
    let mut affordable = Some(());
    if events.all().saturating_mul(u128::from(limits.runs)) > u128::from(limits.events) {
        let most = limits.events;
        let runs = if limits.runs == 1 { String::new() } else { format!(" in each of {} runs", limits.runs) };
        let message = format!("{events}{runs}; at most {most} are simulated, unless --max-events says more");
        affordable = place_of(root, &events, totals).fault_of(FaultKind::Limit, message);
    }
    if bytes > u128::from(limits.memory_bytes) {
        let Totals { users, held, changes, .. } = totals;
        let at_once =
            if limits.at_once == 1 { String::new() } else { format!(" in {} runs at once", limits.at_once) };
        let (need, most) = (bytes >> 20, limits.memory_bytes >> 20);
        affordable = largest(root, totals).fault_of(
            FaultKind::Limit,
            format!(
                "the run would need about {need} MiB of memory ({users} users, {held} requests to hold, {changes} \
                 role changes){at_once}; at most {most} MiB are used, unless --max-memory says more"
            ),
        );
    }
    affordable
}

/// The field that needs most of the memory.
fn largest<'a>(root: &Field<'a>, totals: &Totals) -> Field<'a> {
    if totals.changes > totals.users.max(totals.held) {
        root.at("role_changes").at("count")
    } else if totals.scripted > totals.users {
        root.at("script")
    } else {
        root.at("population")
    }
}

/// The field that has most of the events.
fn place_of<'a>(root: &Field<'a>, events: &Events, totals: &Totals) -> Field<'a> {
    let half = events.all() / 2;
    if events.changes.saturating_add(events.deliveries) > half {
        root.at("role_changes").at("count")
    } else if u128::from(totals.scripted) > half {
        root.at("script")
    } else {
        root.at("traffic").at("requests")
    }
}

/// How many sweeps a cache makes.
fn sweeps(spec: &CacheSpec, clock: &Clock) -> u64 {
    spec.policy.cleanup().map_or(0, |period| (clock.end.0 - clock.start.0) / period.0.max(1))
}

/// Whether each cache sweeps seldom enough.
fn seldom_swept(totals: &Totals, setting: &Setting<'_>) -> Option<()> {
    let mut seldom = Some(());
    for (field, spec) in &setting.caches {
        let sweeps = sweeps(spec, &setting.clock);
        let looks = looks(spec, totals, setting);
        let message = if sweeps > MOST_SWEEPS {
            format!(
                "the cache {} would sweep {sweeps} times; at most {MOST_SWEEPS} are simulated, so sweep more rarely",
                shown(&spec.title())
            )
        } else if looks > MOST_LOOKS {
            format!(
                "the cache {} would be looked at {looks} times, entry by entry, by sweeps and at minutes' ends; at most \
                 {MOST_LOOKS} are simulated, so sweep more rarely, or take fewer users, replicas or days",
                shown(&spec.title())
            )
        } else {
            continue;
        };
        seldom = field.fault_of(FaultKind::Limit, message);
    }
    seldom
}

/// How many entries sweeps look at, and minutes' ends processes.
fn looks(spec: &CacheSpec, totals: &Totals, setting: &Setting<'_>) -> u128 {
    let replicas = u128::from(setting.replicas.count.get());
    let minutes = u128::from((setting.clock.end.0 - setting.clock.start.0) / MINUTE_US);
    // A sweep or a minute's end looks at every process, be it empty.
    let swept = u128::from(sweeps(spec, &setting.clock));
    let entries = entries(spec, totals.users.into(), totals.changes, &setting.replicas).max(replicas);
    swept.saturating_mul(entries).saturating_add(minutes * replicas)
}

fn events(totals: &Totals, setting: &Setting<'_>) -> Events {
    let changes = u128::from(totals.changes);
    let deliveries = changes.saturating_mul(u128::from(setting.replicas.count.get()));
    Events { requests: totals.requests, changes, deliveries }
}

/// The most places for entries that a cache has, over all processes.
fn entries(spec: &CacheSpec, users: u128, changes: u64, replicas: &Replicas) -> u128 {
    let count = u128::from(replicas.count.get());
    let capacity = match spec.policy.memory() {
        Memory::None => return 0,
        // A process has places for all users up to the last whom it met.
        Memory::PerUser(_) => return users.saturating_mul(count),
        Memory::PerEntry(most, _) => most,
    };
    let spread = match replicas.routing {
        // An event writes its row wherever it arrives.
        Routing::Sticky => users.saturating_add(u128::from(changes).saturating_mul(count)),
        Routing::Random | Routing::RoundRobin => users.saturating_mul(count),
    };
    // Nobody is stored more than once in one process.
    spread.min(users.saturating_mul(count)).min(count.saturating_mul(capacity.get() as u128))
}

/// What these places take.
fn entry_bytes(spec: &CacheSpec, users: u128, changes: u64, replicas: &Replicas) -> u128 {
    let each = match spec.policy.memory() {
        Memory::None => 0,
        Memory::PerUser(bytes) | Memory::PerEntry(_, bytes) => bytes,
    };
    entries(spec, users, changes, replicas).saturating_mul(each.into())
}

fn bytes(totals: &Totals, setting: &Setting<'_>) -> u128 {
    let Setting { replicas, caches, .. } = setting;
    let (all, changes) = (u128::from(totals.users), totals.changes);
    let caches = caches.iter().map(|(_, spec)| {
        let processes = u128::from(replicas.count.get()) * PROCESS_BYTES;
        entry_bytes(spec, all, changes, replicas).saturating_add(processes)
    });
    let held = u128::from(totals.held).saturating_mul(HELD_BYTES);
    let users = all.saturating_mul(USER_BYTES);
    let changes = u128::from(changes).saturating_mul(CHANGE_BYTES);
    let parts = caches.chain([held, users, changes]);
    parts.fold(0, u128::saturating_add)
}
