//! Who the users of a day are: the active and the new ones, their roles, and the requests that each of
//! them is owed.

use std::sync::Arc;

use rand::RngExt;
use rustc_hash::FxHashSet;

use super::generated::Generated;
use super::random::{Purpose, number, stream};
use super::sessions::SessionRequests;
use super::shape::Density;
use super::traffic::{Picker, RandomRequests, Spread, weights};
use super::{Arrival, Scripted, Users};
use crate::model::{self, Action, Activity, ChangeKind, Day, IdRange, IdSet, RoleId, Shape, UserId};

/// The population with dense numbers, in the order of the file.
#[derive(Debug)]
pub struct Members {
    active: Vec<u32>,
    new: Vec<u32>,
    /// The users of the recorded day, where they must be known beforehand.
    pub(super) recorded: Vec<u32>,
}

impl Members {
    /// Numbers the day's population.
    pub fn new(day: &Day, users: &mut Users) -> Self {
        let (active, new) = Self::ids(day);
        Self {
            active: active.iter().map(|id| users.intern(&id)).collect(),
            new: new.iter().map(|id| users.intern(&id)).collect(),
            recorded: Vec::new(),
        }
    }

    /// The ids of the active and of the new users. A count takes the first ids from 1 that the other
    /// group does not name, the active users first.
    #[must_use]
    pub fn ids(day: &Day) -> (IdSet, IdSet) {
        let active = day.population.active.as_ref().map(|active| &active.members);
        let new = day.population.new.as_ref().map(|new| &new.members);
        let named = |members: Option<&model::Members>| match members {
            Some(model::Members::Ids(ids)) => ids.clone(),
            _ => IdSet::default(),
        };
        let active_ids = match active {
            Some(model::Members::Count(count)) => first_free(*count, &named(new)),
            _ => named(active),
        };
        let new_ids = match new {
            Some(model::Members::Count(count)) => first_free(*count, &active_ids),
            _ => named(new),
        };
        (active_ids, new_ids)
    }

    /// Whether the users of the recorded day must be known before it is replayed: where shares of them have a role, or
    /// drawn changes would have nobody else to change.
    pub(super) fn must_know_recorded(&self, day: &Day) -> bool {
        let Some(trace) = &day.trace else { return false };
        let of_others = day.role_changes.as_ref().map_or(0, |changes| changes.count - changes.newcomers());
        !trace.roles.is_empty() || of_others > 0 && self.active.is_empty() && day.users.is_empty()
    }

    /// Whose roles drawn changes change: the active users, or where there are none those of the database's rows, or
    /// where there are none either those of the recorded day. A user may come twice.
    pub(super) fn eligible(&self, day: &Day, users: &Users) -> Vec<u32> {
        if !self.active.is_empty() {
            return self.active.clone();
        }
        if day.users.is_empty() {
            return self.recorded.clone();
        }
        day.users.iter().flat_map(|row| row.ids.iter()).filter_map(|id| users.find(&id)).collect()
    }

    /// The roles that the database knows at the start: shares of the recorded and of the active users first, then the
    /// rows that the scenario spells out, which win.
    pub fn roles(&self, day: &Day, users: &mut Users) -> Vec<(u32, RoleId)> {
        let mut roles = Vec::new();
        if let Some(trace) = &day.trace {
            deal(day.seed, &self.recorded, &trace.roles, users, &mut roles);
        }
        if let Some(active) = &day.population.active {
            deal(day.seed, &self.active, &active.roles, users, &mut roles);
        }
        for row in &day.users {
            roles.extend(row.ids.iter().map(|id| (users.intern(&id), row.role)));
        }
        for step in &day.script {
            for id in named_by(&step.action) {
                users.intern(id);
            }
        }
        roles
    }

    /// The requests that single users are owed: those of the new users, and one for each active user
    /// where all must ask and the script does not see to it, beside those that follow drawn role changes.
    /// In order of time.
    pub(super) fn planned(
        &self,
        day: &Day,
        users: &Users,
        script: &[Scripted],
        following: Vec<Arrival>,
    ) -> Vec<Arrival> {
        let mut planned = following;
        if let Some(new) = &day.population.new {
            let density = Density::new(&Shape::Flat, &new.between, &day.clock);
            for user in &self.new {
                let mut draw = stream(day.seed, Purpose::NewUser, users.key(*user));
                for _ in 0..new.requests_each {
                    let at_us = density.time_us(draw.random_range(0..density.total()));
                    planned.push(Arrival { at_us, user: *user });
                }
            }
        }
        if let Some(traffic) = day.traffic.as_ref().filter(|traffic| traffic.every_active_user) {
            let scripted: FxHashSet<u32> = script.iter().map(|item| item.user).collect();
            let density = Density::new(&traffic.shape, &traffic.between, &day.clock);
            for user in self.active.iter().filter(|user| !scripted.contains(user)) {
                let mut draw = stream(day.seed, Purpose::AskOnce, users.key(*user));
                let at_us = density.time_us(draw.random_range(0..density.total()));
                planned.push(Arrival { at_us, user: *user });
            }
        }
        planned.sort_by_key(|arrival| (arrival.at_us, users.key(arrival.user)));
        planned
    }

    /// The share of the requests that nobody in particular is owed which each active user gets on average,
    /// in the order of the file. They add up to 1.
    #[must_use]
    pub fn shares(&self, day: &Day, users: &Users) -> Vec<f64> {
        let activity = day.population.active.as_ref().map_or(Activity::Uniform, |active| active.activity);
        let weights = weights(activity, &self.active, day.seed, users);
        let weights = weights.unwrap_or_else(|| vec![1; self.active.len()]);
        let total: f64 = weights.iter().map(|weight| *weight as f64).sum();
        weights.into_iter().map(|weight| weight as f64 / total).collect()
    }

    /// The requests that nobody in particular is owed: what is left of the day's total.
    pub(super) fn random(
        &self,
        day: &Day,
        users: &Users,
        script: &[Scripted],
        planned: u64,
    ) -> Option<Generated> {
        let traffic = day.traffic.as_ref()?;
        let activity = day.population.active.as_ref()?.activity;
        let scripted = script.iter().filter(|item| item.user != super::NO_USER).count() as u64;
        let count = traffic.requests.saturating_sub(scripted).saturating_sub(planned);
        let density = Density::new(&traffic.shape, &traffic.between, &day.clock);
        let picker = Picker::new(activity, &self.active, day.seed, users);
        let spread = Arc::new(Spread { density, picker });
        Some(match traffic.sessions {
            None => Generated::Single(RandomRequests::new(day.seed, count, spread)),
            Some(sessions) => {
                let end_us = traffic.between.to.0 - day.clock.start.0;
                Generated::InSessions(Box::new(SessionRequests::new(
                    day.seed, count, spread, sessions, end_us,
                )))
            }
        })
    }
}

/// Gives roles to shares of some users, each an exact number; who has them is decided by a hash of the id.
fn deal(seed: u64, members: &[u32], shares: &[(RoleId, f64)], users: &Users, roles: &mut Vec<(u32, RoleId)>) {
    if shares.is_empty() {
        return;
    }
    let mut drawn = members.to_vec();
    drawn.sort_by_cached_key(|user| number(seed, Purpose::Role, users.key(*user)));
    let mut rest = drawn.as_slice();
    for (role, share) in shares {
        let count = (share * members.len() as f64).round() as usize;
        let (chosen, others) = rest.split_at(count.min(rest.len()));
        roles.extend(chosen.iter().map(|user| (*user, *role)));
        rest = others;
    }
}

/// The first `count` ids from 1 that the day names nowhere. Its recorded rows are not looked at.
pub(super) fn fresh(day: &Day, count: u64) -> IdSet {
    let (active, new) = Members::ids(day);
    let mut taken = [active.0, new.0].concat();
    taken.extend(day.users.iter().flat_map(|row| row.ids.0.iter().cloned()));
    taken.extend(day.mailboxes.iter().map(|mailbox| IdRange::One(mailbox.creator.clone())));
    for step in &day.script {
        match &step.action {
            Action::Request { users, .. } => taken.extend(users.0.iter().cloned()),
            action => taken.extend(named_by(action).into_iter().cloned().map(IdRange::One)),
        }
    }
    first_free(count, &IdSet(taken))
}

/// The first `count` whole numbers from 1 that are not taken.
fn first_free(count: u64, taken: &IdSet) -> IdSet {
    let mut blocked: Vec<(u64, u64)> = taken
        .0
        .iter()
        .filter_map(|range| match range {
            IdRange::One(UserId::Number(number)) => Some((*number, *number)),
            IdRange::Numbers(from, to) => Some((*from, *to)),
            IdRange::One(UserId::Name(_)) => None,
        })
        .collect();
    blocked.sort_unstable();
    let (mut ranges, mut next, mut left) = (Vec::new(), 1u64, count);
    for (from, to) in blocked.into_iter().chain([(u64::MAX, u64::MAX)]) {
        let gap = from.saturating_sub(next).min(left);
        if gap > 0 {
            ranges.push(IdRange::Numbers(next, next + gap - 1));
            left -= gap;
        }
        next = next.max(to.saturating_add(1));
    }
    IdSet(ranges)
}

/// The users whom an action names, other than those who ask.
fn named_by(action: &Action) -> Vec<&UserId> {
    match action {
        Action::Request { .. } | Action::Restart(_) | Action::Clear => Vec::new(),
        Action::Change(change) => match &change.kind {
            ChangeKind::Transfer { from, to, .. } => vec![from, to],
            kind => vec![kind.user()],
        },
        Action::CreateUser { user, .. } | Action::WriteDb { user, .. } | Action::Invalidate(user) => {
            vec![user]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_takes_the_first_numbers_that_the_others_leave() {
        for (count, taken, ids) in [
            (3, "", "1..=3"),
            (3, "2", "1..=1, 3..=4"),
            (1000, "1000..=1049", "1..=999, 1050..=1050"),
            (2, "1..=5", "6..=7"),
            (2, "alice", "1..=2"),
            (4, "4..=6, 2..=4", "1..=1, 7..=9"),
        ] {
            let taken = IdSet(
                taken.split(", ").filter(|t| !t.is_empty()).map(|t| IdRange::parse(t).unwrap()).collect(),
            );
            assert_eq!(first_free(count, &taken).to_string(), ids, "{count} {taken}");
        }
    }
}
