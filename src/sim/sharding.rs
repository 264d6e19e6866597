//! One day on several threads: the users are cut into parts, and each part is a day with a world and lanes of its own.
//!
//! What is counted of the parts adds up to what one thread would have counted, to the last bit. That holds only where
//! nothing couples one user's day with another's; [`undivided`] says what does.

use std::sync::mpsc::channel;
use std::thread;

use super::Observer;
use super::candidate::Candidate;
use super::coupling::{Coupling, Undivided};
use super::engine::{Outcome, PartOutcome, Plan, SimError, play};
use super::memory_use::MemoryUse;
use crate::model::{Day, DayTime, Routing, Span, System, TimedFault, Trouble};
use crate::workload::{DayPart, Divisible, RecordedDay, Workload};

/// Requests for which a thread is worth its while.
const REQUESTS_EACH: u64 = 50_000;
/// At most this many parts: each hands something to every other one.
const PARTS_MOST: u64 = 64;

/// What couples users, so that the plan's day has to be run as a whole; `None` if it can be cut.
#[must_use]
pub fn undivided(plan: &Plan<'_>) -> Option<Undivided> {
    let Plan { day, system, ref caches, .. } = *plan;
    let late = |fault: &TimedFault| matches!(fault.trouble, Trouble::ChannelDelay(_));
    let events_late = !system.channel.delay.is_none() || system.faults.iter().any(late);
    let couples = |how: fn(Coupling) -> bool| caches.iter().any(|cache| how(cache.coupling()));
    [
        (couples(|coupling| coupling.capacity), Undivided::Capacity),
        (couples(|coupling| coupling.all_users), Undivided::AllUsers),
        (system.concurrency.is_some(), Undivided::Concurrency),
        (is_round_robin(system), Undivided::RoundRobin),
        (events_late && couples(|coupling| coupling.version_floor), Undivided::LateEvents),
        (system.channel.poll.is_some(), Undivided::Polls),
        (day.trace.is_some(), Undivided::Recorded),
        (day.traffic.as_ref().is_some_and(|traffic| traffic.sessions.is_some()), Undivided::Sessions),
        (caches.iter().any(|cache| cache.divisible().is_none()), Undivided::External),
    ]
    .into_iter()
    .find_map(|(holds, why)| holds.then_some(why))
}

fn is_round_robin(system: &System) -> bool {
    system.replicas.count.get() > 1 && system.replicas.routing == Routing::RoundRobin
}

/// Simulates a day for all caches of a plan on at most `jobs` threads; on one if an observer looks on.
///
/// # Errors
/// As for [`simulate`](super::simulate).
pub fn simulate_on<'a>(
    jobs: usize,
    plan: &Plan<'a>,
    recorded: Option<&'a mut dyn RecordedDay>,
    observer: &mut dyn Observer,
) -> Result<Outcome, SimError> {
    let parts = parts(plan.day, jobs);
    let mut undivided = undivided(plan).filter(|_| jobs > 1 && !observer.looks());
    if parts > 1 && undivided.is_none() {
        match in_parts(parts, plan, observer)? {
            Ok(outcomes) => return Ok(whole(outcomes)),
            Err(why) => undivided = why,
        }
    }
    let workload = Workload::new(plan.day, recorded)?;
    Ok(Outcome { undivided, ..play(plan, workload, false, observer)?.measure() })
}

/// Simulates a day for all caches of a plan on this many threads, at least two, each of which plays a part of the users;
/// `None` if it cannot be cut, or the observer wants more than how far the day has come.
///
/// # Errors
/// As for [`simulate`](super::simulate).
pub fn simulate_in_parts(
    parts: u32,
    plan: &Plan<'_>,
    observer: &mut dyn Observer,
) -> Result<Option<Vec<PartOutcome>>, SimError> {
    Ok(in_parts(parts, plan, observer)?.ok())
}

/// The same; if it cannot be cut, the reason, if that is worth saying.
fn in_parts(
    parts: u32,
    plan: &Plan<'_>,
    observer: &mut dyn Observer,
) -> Result<Result<Vec<PartOutcome>, Option<Undivided>>, SimError> {
    if parts < 2
        || !plan.mended.is_empty()
        || observer.looks()
        || observer.listens()
        || undivided(plan).is_some()
    {
        return Ok(Err(None));
    }
    let Plan { day, system, ref caches, checkpoints, spans, .. } = *plan;
    let Some(caches) = caches.iter().map(|cache| cache.divisible()).collect::<Option<Vec<_>>>() else {
        return Ok(Err(None));
    };
    let workload = Workload::new(day, None)?;
    // The whole day is kept until its parts have taken theirs.
    let (users, planned) = (workload.users.room() as u64, workload.planned() as u64);
    let whole = MemoryUse { users, planned, ..MemoryUse::default() };
    let memory_bytes = plan.memory_bytes.saturating_sub(whole.bytes()) / u64::from(parts);
    let Ok(divisible) = workload.divisible() else { return Ok(Err(None)) };
    let shared = PartPlan { day, system, caches: &caches, checkpoints, spans, memory_bytes };
    match side_by_side(shared, &divisible, parts, observer) {
        Ok(Some(outcomes)) => Ok(Ok(outcomes)),
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

/// What the threads share of a plan.
#[derive(Clone, Copy)]
struct PartPlan<'a> {
    day: &'a Day,
    system: &'a System,
    caches: &'a [&'a (dyn Candidate + Sync)],
    checkpoints: &'a [DayTime],
    spans: &'a [Span],
    memory_bytes: u64,
}

impl<'a> PartPlan<'a> {
    fn play(self, workload: Workload<'a>, observer: &mut dyn Observer) -> Result<PartOutcome, SimError> {
        let Self { day, system, caches, checkpoints, spans, memory_bytes } = self;
        let caches = caches.iter().map(|cache| *cache as &dyn Candidate).collect();
        let plan = Plan { day, system, caches, checkpoints, mended: &[], spans, memory_bytes };
        play(&plan, workload, true, observer)
    }
}

/// Runs the first part on this thread, with which the observer learns how far the day has come, and each other one on a thread of its own;
/// `None` if no thread can be started.
fn side_by_side(
    shared: PartPlan<'_>,
    day: &Divisible,
    parts: u32,
    observer: &mut dyn Observer,
) -> Result<Option<Vec<PartOutcome>>, SimError> {
    let mut parts = day.parts(parts).into_iter();
    let Some(first) = parts.next() else { return Ok(None) };
    thread::scope(|scope| {
        let run = |part: DayPart, observer: &mut dyn Observer| shared.play(day.workload(part), observer);
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
        let mut outcomes = vec![run(first, observer)];
        for thread in threads {
            let part = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcomes.extend(part);
        }
        outcomes.into_iter().collect::<Result<_, _>>().map(Some)
    })
}

/// What was counted of the parts, added up.
fn whole(outcomes: Vec<PartOutcome>) -> Outcome {
    let add = |mut sum: PartOutcome, part: PartOutcome| {
        sum.absorb(&part);
        sum
    };
    outcomes.into_iter().reduce(add).map(PartOutcome::measure).unwrap_or_default()
}
