//! One day on several threads: the users are cut into parts, and each part is a day with a world and lanes of its own.
//!
//! What is counted of the parts adds up to what one thread would have counted, to the last bit. That holds only where
//! nothing couples one user's day with another's; [`undivided`] says what does.

use std::sync::mpsc::channel;
use std::thread;

use super::engine::{Outcome, Plan, Played, SimError, play};
use super::held::Held;
use super::{Callback, Tracker, simulate};
use crate::cache::{Guard, OnEvent};
use crate::model::{CacheKind, Day, Routing, System, Trouble};
use crate::workload::{Divisible, Part, Recorded, Workload};

/// Requests for which a thread is worth its while.
const REQUESTS_EACH: u64 = 50_000;
/// Parts at the most: each hands something to every other one.
const PARTS_MOST: u64 = 64;

/// Why a day is not cut into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undivided {
    /// A cache with a capacity: one user's entry goes for another's.
    Capacity,
    /// The database serves only so many reads at once.
    Concurrency,
    /// Requests go round all replicas.
    RoundRobin,
    /// Events come late: an older one may find that a cache has let go of something newer, whose ever it was.
    LateEvents,
    /// A recorded day is read one row after the other.
    Recorded,
    /// Sessions are drawn one after the other.
    Sessions,
    /// Its parts would take more memory than there may be.
    Memory,
    /// No thread can be started.
    Threads,
}

impl Undivided {
    /// The key of the words that say so.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Capacity => "undivided-capacity",
            Self::Concurrency => "undivided-concurrency",
            Self::RoundRobin => "undivided-round-robin",
            Self::LateEvents => "undivided-late-events",
            Self::Recorded => "undivided-recorded",
            Self::Sessions => "undivided-sessions",
            Self::Memory => "undivided-memory",
            Self::Threads => "undivided-threads",
        }
    }
}

/// What couples users, so that the plan's day has to be run as a whole; nothing where it can be cut.
#[must_use]
pub fn undivided(plan: &Plan<'_>) -> Option<Undivided> {
    let Plan { day, system, caches, .. } = *plan;
    let bounded = |kind: &CacheKind| match kind {
        CacheKind::Event(options) => options.capacity.is_some(),
        CacheKind::Ttl(options) | CacheKind::Idle(options) => options.capacity.is_some(),
        CacheKind::None | CacheKind::Oracle => false,
    };
    // The floor that all users of a cache share is looked at under this guard alone, and only where an event writes what
    // was not there.
    let has_floor = |kind: &CacheKind| match kind {
        CacheKind::Event(options) => options.guard == Guard::Version && options.on_event == OnEvent::Update,
        _ => false,
    };
    let late = |fault: &crate::model::TimedFault| matches!(fault.trouble, Trouble::ChannelDelay(_));
    let events_late = !system.channel.delay.is_none() || system.faults.iter().any(late);
    [
        (caches.iter().any(bounded), Undivided::Capacity),
        (system.concurrency.is_some(), Undivided::Concurrency),
        (is_round_robin(system), Undivided::RoundRobin),
        (events_late && caches.iter().any(has_floor), Undivided::LateEvents),
        (day.trace.is_some(), Undivided::Recorded),
        (day.traffic.as_ref().is_some_and(|traffic| traffic.sessions.is_some()), Undivided::Sessions),
    ]
    .into_iter()
    .find_map(|(holds, why)| holds.then_some(why))
}

fn is_round_robin(system: &System) -> bool {
    system.replicas.count.get() > 1 && system.replicas.routing == Routing::RoundRobin
}

/// Simulates a day for all caches of a plan on at most so many threads. Nobody looks on.
///
/// # Errors
/// As for [`simulate`].
pub fn simulate_on<'a>(
    jobs: usize,
    plan: &Plan<'a>,
    recorded: Option<&'a mut dyn Recorded>,
    tracker: &mut dyn Tracker,
) -> Result<Outcome, SimError> {
    let parts = parts(plan.day, jobs);
    let mut undivided = undivided(plan).filter(|_| jobs > 1);
    if parts > 1 && undivided.is_none() && !tracker.listens() {
        match in_parts(parts, plan, tracker)? {
            Ok(outcome) => return Ok(outcome),
            Err(why) => undivided = why,
        }
    }
    Ok(Outcome { undivided, ..simulate(plan, recorded, &mut (), tracker)? })
}

/// Simulates a day for all caches of a plan on so many threads, at least two; nothing where it cannot be cut. The tracker
/// learns how far the day has come, and is told of no role change.
///
/// # Errors
/// As for [`simulate`].
pub fn simulate_in_parts(
    parts: u32,
    plan: &Plan<'_>,
    tracker: &mut dyn Tracker,
) -> Result<Option<Outcome>, SimError> {
    Ok(in_parts(parts, plan, tracker)?.ok())
}

/// The same, and where it cannot be cut why, if that is worth saying.
fn in_parts(
    parts: u32,
    plan: &Plan<'_>,
    tracker: &mut dyn Tracker,
) -> Result<Result<Outcome, Option<Undivided>>, SimError> {
    if parts < 2 || !plan.mended.is_empty() || undivided(plan).is_some() {
        return Ok(Err(None));
    }
    let workload = Workload::new(plan.day, None)?;
    // The whole day is kept until its parts have taken theirs.
    let whole =
        Held { users: workload.users.room() as u64, planned: workload.planned() as u64, ..Held::default() };
    let memory_bytes = plan.memory_bytes.saturating_sub(whole.bytes()) / u64::from(parts);
    let Ok(day) = workload.divisible() else { return Ok(Err(None)) };
    match side_by_side(&Plan { memory_bytes, ..plan.clone() }, &day, parts, tracker) {
        Ok(Some(played)) => Ok(Ok(played.measure())),
        Ok(None) => Ok(Err(Some(Undivided::Threads))),
        // One thread keeps the day once, and counts nothing to be added up.
        Err(SimError::TooMuch { .. }) => Ok(Err(Some(Undivided::Memory))),
        Err(error) => Err(error),
    }
}

/// How many parts are worth their while.
fn parts(day: &Day, jobs: usize) -> u32 {
    let requests = day.traffic.as_ref().map_or(0, |traffic| traffic.requests);
    (requests / REQUESTS_EACH).min(jobs as u64).min(PARTS_MOST) as u32
}

/// Runs the first part on this thread, which tells the tracker how far it is, and each other on its own; nothing where
/// no thread can be started. The plan's memory is that of a part.
fn side_by_side(
    plan: &Plan<'_>,
    day: &Divisible,
    parts: u32,
    tracker: &mut dyn Tracker,
) -> Result<Option<Played>, SimError> {
    let mut parts = day.parts(parts).into_iter();
    let Some(first) = parts.next() else { return Ok(None) };
    thread::scope(|scope| {
        let run = |part: Part, tracker: &mut dyn Tracker| {
            play(plan, None, day.workload(part), true, &mut (), tracker)
        };
        // Parts wait for each other, so none begins before all have a thread.
        let (mut begin, mut threads) = (Vec::new(), Vec::new());
        for part in parts {
            let (to, from) = channel::<()>();
            let wait = move || from.recv().is_ok().then(|| run(part, &mut ()));
            let Ok(thread) = thread::Builder::new().spawn_scoped(scope, wait) else { return Ok(None) };
            begin.push(to);
            threads.push(thread);
        }
        begin.iter().for_each(|to| _ = to.send(()));
        let mut whole = run(first, &mut Reach(tracker));
        for thread in threads {
            let part = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            whole = whole.and_then(|mut whole| {
                part.transpose()?.iter().for_each(|part| whole.absorb(part));
                Ok(whole)
            });
        }
        whole.map(Some)
    })
}

/// Hands on how far the day has come, and no more.
struct Reach<'t>(&'t mut dyn Tracker);

impl Tracker for Reach<'_> {
    fn told(&mut self, _: u32, _: u64, _: Callback) {}

    fn listens(&self) -> bool {
        false
    }

    fn reached(&mut self, at_us: u64) {
        self.0.reached(at_us);
    }
}
