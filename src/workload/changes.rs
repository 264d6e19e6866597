//! Drawn role changes: when, which way, whose, and the requests that follow them.
//!
//! They are walked in order of time over the roles as scripted steps and earlier drawn changes leave them, as if
//! writes took no time and never failed. It does *not* know the system under test, nor recorded rows.
//!
//! Changes are numbered, and every draw is keyed by a number. Which way a change goes is decided by its place among
//! the hashes of all: from the smallest on newcomers, then other grants, then reductions, at the end those with a
//! retry. So the numbers are exact, and more of one kind takes from its neighbour alone.

use std::fmt;

use rand::RngExt;

use super::arrival::Arrival;
use super::free_ids::fresh;
use super::rng::{self, Purpose, draw_us, stream};
use super::role_pool::{RolePool, Way};
use super::script::{NO_USER, Scripted};
use super::users::Users;
use crate::model::{Action, Day, DayTime, RoleChanges, RoleId};

/// A drawn role change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawnChange {
    /// When, in microseconds since the clock's start.
    pub at_us: u64,
    /// The user whose role changes.
    pub user: u32,
    /// The role from then on.
    pub role: RoleId,
}

/// Why a day cannot be drawn. Completes "failed to draw the day: …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawError {
    /// Nobody has a role that a grant could raise.
    NobodyToRaise {
        /// The time of the grant.
        at: DayTime,
    },
    /// Nobody has a role that a reduction could lower.
    NobodyToLower {
        /// The time of the reduction.
        at: DayTime,
    },
}

impl fmt::Display for DrawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, who, users, share) = match self {
            Self::NobodyToRaise { at } => (at, "below the highest", "fewer users the highest", "smaller"),
            Self::NobodyToLower { at } => (at, "above the lowest", "more users one", "larger"),
        };
        write!(
            f,
            "at {at} `role_changes` finds nobody with a role {who}; give {users} from the start, as in \
             `population.active.roles: {{admin: 0.02}}` (of a recorded day `trace.roles`), a {share} share of `grants`, \
             or fewer changes"
        )
    }
}

impl std::error::Error for DrawError {}

/// What is drawn of a day's role changes.
#[derive(Debug, Default)]
pub(super) struct DrawnChanges {
    /// By time, then by number.
    pub(super) changes: Vec<DrawnChange>,
    /// The requests that follow within the clock, in no order.
    pub(super) following: Vec<Arrival>,
}

/// What a change is, by its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A grant to the new user of this rank.
    Newcomer(usize),
    /// A grant to a user of the pool.
    Grant,
    /// A reduction.
    Reduction { retried: bool },
}

/// Where one kind ends and the next begins among the hashes, which are all different.
#[derive(Debug)]
struct Kinds {
    newcomers: Vec<u64>,
    last_grant: Option<u64>,
    first_retried: Option<u64>,
}

impl Kinds {
    fn new(seed: u64, spec: &RoleChanges) -> Self {
        /// The `count` smallest, and the others.
        fn part(hashes: &mut [u64], count: u64) -> (&mut [u64], &mut [u64]) {
            let count = (count as usize).min(hashes.len());
            if count < hashes.len() {
                hashes.select_nth_unstable(count);
            }
            hashes.split_at_mut(count)
        }
        let mut hashes: Vec<u64> =
            (0..spec.count).map(|number| rng::number(seed, Purpose::ChangeKind, number)).collect();
        let (grants, reductions) = part(&mut hashes, spec.grants());
        let last_grant = grants.iter().max().copied();
        let mut newcomers = part(grants, spec.newcomers()).0.to_vec();
        newcomers.sort_unstable();
        let (_, retried) = part(reductions, spec.reductions() - spec.retries());
        Self { newcomers, last_grant, first_retried: retried.iter().min().copied() }
    }

    fn of(&self, hash: u64) -> Kind {
        if self.last_grant.is_some_and(|last| hash <= last) {
            let maybe = self.newcomers.last().is_some_and(|last| hash <= *last);
            let rank = if maybe { self.newcomers.binary_search(&hash).ok() } else { None };
            rank.map_or(Kind::Grant, Kind::Newcomer)
        } else {
            Kind::Reduction { retried: self.first_retried.is_some_and(|first| hash >= first) }
        }
    }
}

/// Draws a day's role changes. `members` are those whose roles change, `roles` what the database knows at the
/// start; both and the script have numbered users.
pub(super) fn draw(
    day: &Day,
    users: &mut Users,
    members: &[u32],
    roles: &[(u32, RoleId)],
    script: &[Scripted],
) -> Result<DrawnChanges, DrawError> {
    let Some(spec) = &day.role_changes else { return Ok(DrawnChanges::default()) };
    let kinds = Kinds::new(day.seed, spec);
    let new: Vec<u32> = fresh(day, spec.newcomers()).iter().map(|id| users.intern(&id)).collect();
    let (highest, clock) = (day.roles.highest(), &day.clock);
    let mut pool = RolePool::new(members, highest);
    for (user, role) in roles {
        pool.set(*user, *role);
    }
    let mut writes = writes(day, users, script).peekable();
    let mut changes = Vec::with_capacity(spec.count as usize);
    let mut following = Vec::new();
    for (at_us, number) in times(day, spec) {
        while let Some((_, user, role)) = writes.next_if(|(written_us, ..)| *written_us <= at_us) {
            pool.set(user, role);
        }
        let kind = kinds.of(rng::number(day.seed, Purpose::ChangeKind, number));
        let mut draw = stream(day.seed, Purpose::ChangeWhom, number);
        let (picked, follow) = match kind {
            Kind::Newcomer(rank) => {
                let role = (highest > RoleId(0)).then(|| RoleId(draw.random_range(1..=highest.0)));
                (new.get(rank).copied().zip(role), spec.newcomers)
            }
            Kind::Grant => (pool.pick(Way::Up, &mut draw), None),
            Kind::Reduction { retried } => (pool.pick(Way::Down, &mut draw), spec.retry.filter(|_| retried)),
        };
        let at = clock.time_of(at_us);
        let (user, role) = picked.ok_or(match kind {
            Kind::Reduction { .. } => DrawError::NobodyToLower { at },
            Kind::Newcomer(_) | Kind::Grant => DrawError::NobodyToRaise { at },
        })?;
        pool.set(user, role);
        changes.push(DrawnChange { at_us, user, role });
        if let Some(follow) = follow {
            let after_us = draw_us(follow.after, &mut stream(day.seed, Purpose::Follow, number));
            let asks_us = at_us.saturating_add(after_us);
            if asks_us < clock.end.0 - clock.start.0 {
                following.push(Arrival { at_us: asks_us, user });
            }
        }
    }
    Ok(DrawnChanges { changes, following })
}

/// When the changes come, in microseconds since the clock's start, with their numbers; sorted.
fn times(day: &Day, spec: &RoleChanges) -> Vec<(u64, u64)> {
    let start = day.clock.start.0;
    let (from_us, to_us) = (spec.between.from.0 - start, spec.between.to.0 - start);
    let mut times: Vec<(u64, u64)> = (0..spec.count)
        .map(|number| (stream(day.seed, Purpose::ChangeWhen, number).random_range(from_us..to_us), number))
        .collect();
    times.sort_unstable();
    times
}

/// What the script writes to the users' table: when, whose role, and which; in its order.
fn writes(day: &Day, users: &Users, script: &[Scripted]) -> impl Iterator<Item = (u64, u32, RoleId)> {
    script.iter().filter(|item| item.user == NO_USER).filter_map(|item| {
        let (id, role) = match &day.script[item.step as usize].action {
            Action::Change(change) => (change.kind.user(), change.kind.role(&day.roles)),
            Action::CreateUser { user, role, .. } | Action::WriteDb { user, role } => (user, *role),
            Action::Request { .. }
            | Action::Restart(_)
            | Action::Invalidate(_)
            | Action::Clear
            | Action::Poll(_) => {
                return None;
            }
        };
        users.find(id).map(|user| (item.at_us, user, role))
    })
}
