//! One day on several threads: the users are cut into parts, and each part is a day with a world and lanes of its own.
//!
//! What is counted of the parts adds up to what one thread would have counted, to the last bit. That holds only where
//! nothing couples one user's day with another's; [`undivided`] says what does.

use std::fmt;
use std::thread;

use super::engine::{Outcome, Plan, Played, SimError, play};
use super::{Tracker, simulate};
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
}

impl fmt::Display for Undivided {
    /// Completes "on one thread: …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Capacity => "a cache has a capacity, for which its users compete",
            Self::Concurrency => "reads queue for the database, which has a concurrency",
            Self::RoundRobin => "round-robin routing counts the requests of all users",
            Self::LateEvents => {
                "the channel has a delay, so what a cache has dropped of one user decides about others"
            }
            Self::Recorded => "a recorded day is read row by row",
            Self::Sessions => "sessions are drawn one after the other",
        })
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
    let undivided = undivided(plan).filter(|_| jobs > 1);
    if parts > 1
        && undivided.is_none()
        && !tracker.listens()
        && let Some(outcome) = simulate_in_parts(parts, plan)?
    {
        return Ok(outcome);
    }
    Ok(Outcome { undivided, ..simulate(plan, recorded, &mut (), tracker)? })
}

/// Simulates a day for all caches of a plan on so many threads, at least two; nothing where it cannot be cut.
///
/// # Errors
/// As for [`simulate`].
pub fn simulate_in_parts(parts: u32, plan: &Plan<'_>) -> Result<Option<Outcome>, SimError> {
    if parts < 2 || !plan.mended.is_empty() || undivided(plan).is_some() {
        return Ok(None);
    }
    match Workload::new(plan.day, None)?.divisible() {
        Ok(day) => Ok(Some(side_by_side(plan, &day, parts)?.measure())),
        Err(_) => Ok(None),
    }
}

/// How many parts are worth their while.
fn parts(day: &Day, jobs: usize) -> u32 {
    let requests = day.traffic.as_ref().map_or(0, |traffic| traffic.requests);
    (requests / REQUESTS_EACH).min(jobs as u64).min(PARTS_MOST) as u32
}

fn side_by_side(plan: &Plan<'_>, day: &Divisible, parts: u32) -> Result<Played, SimError> {
    let run = &|part: Part| play(plan, None, day.workload(part), true, &mut (), &mut ());
    let played: Vec<Result<Played, SimError>> = thread::scope(|scope| {
        let parts = day.parts(parts);
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || run(part))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect()
    });
    let mut played = played.into_iter();
    let mut whole = match played.next() {
        Some(first) => first?,
        None => return Err(SimError::Unbalanced { cache: String::new() }),
    };
    for part in played {
        whole.absorb(&part?);
    }
    Ok(whole)
}
