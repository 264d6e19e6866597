//! What couples one user's day with another's, so that a day cannot be cut into parts.

use super::engine::Plan;
use crate::model::{Routing, System, TimedFault, Trouble};

/// How a cache couples the users whom it serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coupling {
    /// It has a bound: one user's entry goes for another's.
    pub capacity: bool,
    /// An event for an absent user is held against the largest version that was ever removed, whose ever it was: that
    /// matters as soon as events come late.
    pub version_floor: bool,
}

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
    /// A cache of which nothing but its answers is known.
    External,
}

/// What couples users, so that the plan's day has to be run as a whole; `None` if it can be cut.
#[must_use]
pub fn undivided(plan: &Plan<'_>) -> Option<Undivided> {
    let Plan { day, system, ref caches, .. } = *plan;
    let late = |fault: &TimedFault| matches!(fault.trouble, Trouble::ChannelDelay(_));
    let events_late = !system.channel.delay.is_none() || system.faults.iter().any(late);
    let couples = |how: fn(Coupling) -> bool| caches.iter().any(|cache| how(cache.coupling()));
    [
        (couples(|coupling| coupling.capacity), Undivided::Capacity),
        (system.concurrency.is_some(), Undivided::Concurrency),
        (is_round_robin(system), Undivided::RoundRobin),
        (events_late && couples(|coupling| coupling.version_floor), Undivided::LateEvents),
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
