//! What a run would cost, estimated before it starts: how many things happen in it, and how much memory it holds.
//!
//! Counted for all caches that the scenario names, as `compare` runs it, so that every command says the same of a file.
//! It knows rates and sizes only roughly, and never too low by much.

use std::fmt;

use super::field::Field;
use super::totals::Totals;
use crate::ledger::Exposure;
use crate::model::{Clock, HOUR_US, MINUTE_US, Replicas, Routing, shown};
use crate::policy::{CacheSpec, Memory};
use crate::scenario::fault::FaultKind;
use crate::sim::{MemoryUse, followed_bytes};

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
    /// What becomes of the results.
    pub written: Written,
}

/// The memory in which results are written, in bytes; 0 where nothing is made of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// For each cache and hour.
    pub hour_bytes: u64,
    /// For each cache and run.
    pub figures_bytes: u64,
    /// For each role change.
    pub change_bytes: u64,
}

impl Default for Limits {
    /// One run of a hundred thousand million events, in 4 GiB.
    fn default() -> Self {
        let written = Written::default();
        Self { events: 100_000_000_000, memory_bytes: 4 << 30, runs: 1, at_once: 1, threads: 1, written }
    }
}

impl Limits {
    /// The memory that is left next to the program for each of the runs that are held at once.
    #[must_use]
    pub fn each_bytes(&self) -> u64 {
        self.memory_bytes.saturating_sub(PROGRAM_BYTES) / self.at_once.max(1)
    }

    /// How many users a run may have whose recorded day names them as it goes, with these caches in this many processes.
    #[must_use]
    pub fn met_users<'c, C>(&self, caches: C, replicas: &Replicas) -> usize
    where
        C: IntoIterator<Item = &'c CacheSpec> + Clone,
    {
        let room = self.each_bytes();
        let taken = |users: u64| {
            let entries = caches.clone().into_iter().map(|spec| cached(spec, users, 0, replicas));
            entries.fold(MemoryUse { users, ..MemoryUse::default() }, MemoryUse::and).bytes()
        };
        // The largest number that fits, bit by bit.
        let bits = (0..u32::BITS).rev().map(|bit| 1 << bit);
        let most = bits.fold(0, |most, bit| if taken(most + bit) <= room { most + bit } else { most });
        usize::try_from(most).unwrap_or(usize::MAX)
    }
}

/// The program itself.
const PROGRAM_BYTES: u64 = 32 << 20;
/// The figures of a cache that are kept of each run.
const FIGURES_BYTES: u64 = 1 << 10;
/// A metric's samples at most; few take no more than a table that has just grown.
const SAMPLES_BYTES: u64 = 1 << 20;
const SAMPLE_BYTES: u64 = 16;
/// Metrics of a cache that have samples.
const SAMPLED: u64 = 5;

/// At most this many sweeps of one cache; more are a mistake.
const MOST_SWEEPS: u64 = 10_000_000;
/// At most this many looks at entries of one cache; these take minutes.
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
    let bytes = bytes(totals, setting, limits);
    let mut affordable = Some(());
    if events.all().saturating_mul(u128::from(limits.runs)) > u128::from(limits.events) {
        let most = limits.events;
        let runs = if limits.runs == 1 { String::new() } else { format!(" in each of {} runs", limits.runs) };
        let message = format!("{events}{runs}; at most {most} are simulated, unless --max-events says more");
        affordable = place_of(root, &events, totals).fault_of(FaultKind::Limit, message);
    }
    if bytes > limits.memory_bytes {
        let Totals { users, held, changes, .. } = totals;
        let at_once =
            if limits.at_once == 1 { String::new() } else { format!(" in {} runs at once", limits.at_once) };
        // What is named is enough.
        let (need, most) = (bytes.div_ceil(1 << 20), limits.memory_bytes >> 20);
        let hours = hours(&setting.clock);
        affordable = largest(root, totals, setting).fault_of(
            FaultKind::Limit,
            format!(
                "the run would need about {need} MiB of memory ({users} users, {held} requests to hold, {changes} \
                 role changes, {hours} hours of {} caches){at_once}; at most {most} MiB are used, unless \
                 --max-memory says more and the machine has it",
                setting.caches.len()
            ),
        );
    }
    affordable
}

/// The field that needs most of the memory.
fn largest<'a>(root: &Field<'a>, totals: &Totals, setting: &Setting<'_>) -> Field<'a> {
    let hours = hours(&setting.clock).saturating_mul(setting.caches.len() as u64);
    if hours > totals.users.max(totals.held).max(totals.changes) {
        root.at("clock")
    } else if totals.changes > totals.users.max(totals.held) {
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
    let (entries, _) = entries(spec, totals.users, totals.changes, &setting.replicas);
    let entries = u128::from(entries).max(replicas);
    swept.saturating_mul(entries).saturating_add(minutes * replicas)
}

fn events(totals: &Totals, setting: &Setting<'_>) -> Events {
    let changes = u128::from(totals.changes);
    let deliveries = changes.saturating_mul(u128::from(setting.replicas.count.get()));
    Events { requests: totals.requests, changes, deliveries }
}

/// Clock hours that the day touches.
fn hours(clock: &Clock) -> u64 {
    clock.end.0.div_ceil(HOUR_US) - clock.start.0 / HOUR_US
}

/// The most places for entries that a cache has, over all processes, and what each takes.
fn entries(spec: &CacheSpec, users: u64, changes: u64, replicas: &Replicas) -> (u64, u64) {
    let processes = u64::from(replicas.count.get());
    let everywhere = users.saturating_mul(processes);
    let (capacity, bytes) = match spec.policy.memory() {
        Memory::None => return (0, 0),
        // A process has places for all users up to the last whom it met.
        Memory::PerUser(bytes) => return (everywhere, bytes),
        Memory::PerEntry(most, bytes) => (most, bytes),
    };
    let spread = match replicas.routing {
        // An event writes its row wherever it arrives.
        Routing::Sticky => users.saturating_add(changes.saturating_mul(processes)),
        Routing::Random | Routing::RoundRobin => everywhere,
    };
    // Nobody is stored more than once in one process.
    let entries = spread.min(everywhere).min(processes.saturating_mul(capacity.get() as u64));
    (entries, bytes)
}

/// What a cache holds at most, in all its processes.
fn cached(spec: &CacheSpec, users: u64, changes: u64, replicas: &Replicas) -> MemoryUse {
    let (count, bytes) = entries(spec, users, changes, replicas);
    let processes = replicas.count.get().into();
    MemoryUse { entry_bytes: count.saturating_mul(bytes), processes, ..MemoryUse::default() }
}

/// What all runs at once hold, and what is made of their results.
fn bytes(totals: &Totals, setting: &Setting<'_>, limits: &Limits) -> u64 {
    let Setting { clock, replicas, caches } = setting;
    let Totals { users, held, changes, .. } = *totals;
    let (hours, count) = (hours(clock), caches.len() as u64);
    let requests = u64::try_from(totals.requests).unwrap_or(u64::MAX);
    let charged = Exposure::most_open_bytes(users, changes.min(requests));
    let followed = followed_bytes(users, changes, replicas.count.get().into());
    let samples = SAMPLED * requests.saturating_mul(SAMPLE_BYTES).min(SAMPLES_BYTES);
    let day = MemoryUse {
        users,
        planned: held.saturating_add(changes),
        commits: changes,
        hours: hours.saturating_mul(count),
        counter_bytes: charged.saturating_add(followed).saturating_add(samples).saturating_mul(count),
        ..MemoryUse::default()
    };
    let caches = caches.iter().map(|(_, spec)| cached(spec, users, changes, replicas));
    let run = caches.fold(day, MemoryUse::and).bytes();
    let Written { hour_bytes, figures_bytes, change_bytes } = limits.written;
    let figures = if limits.runs > 1 { FIGURES_BYTES.saturating_add(figures_bytes) } else { figures_bytes };
    let parts = [
        run.saturating_mul(limits.at_once),
        hour_bytes.saturating_mul(day.hours),
        figures.saturating_mul(limits.runs).saturating_mul(count),
        change_bytes.saturating_mul(changes),
    ];
    parts.into_iter().fold(PROGRAM_BYTES, u64::saturating_add)
}
