//! The users of a day: the active and the new ones, their roles, and the requests that each of
//! them is owed.

use std::sync::Arc;

use rand::RngExt;
use rustc_hash::FxHashSet;

use super::arrival::Arrival;
use super::arrivals::Generated;
use super::free_ids::{member_ids, named_by};
use super::rng::{Purpose, number, stream};
use super::script::{NO_USER, Scripted};
use super::sessions::SessionRequests;
use super::shape::Density;
use super::traffic::{Demand, Picker, RandomRequests, weights};
use super::users::Users;
use crate::model::{Activity, Day, RoleId, Shape};

/// The population with dense numbers, in the order of the file.
#[derive(Debug)]
pub struct NumberedMembers {
    active: Vec<u32>,
    new: Vec<u32>,
    /// The users of the recorded day, where they must be known beforehand.
    pub(super) recorded: Vec<u32>,
}

impl NumberedMembers {
    /// Numbers the day's population.
    pub fn new(day: &Day, users: &mut Users) -> Self {
        let (active, new) = member_ids(day);
        Self {
            active: active.iter().map(|id| users.intern(&id)).collect(),
            new: new.iter().map(|id| users.intern(&id)).collect(),
            recorded: Vec::new(),
        }
    }

    /// How many active users there are; they have the first numbers.
    pub(super) fn active_count(&self) -> u32 {
        self.active.iter().max().map_or(0, |last| last + 1)
    }

    /// Whether the users of the recorded day must be known before it is replayed: where shares of them have a role, or
    /// drawn changes would have nobody else to change.
    pub(super) fn must_know_recorded(&self, day: &Day) -> bool {
        let Some(trace) = &day.trace else { return false };
        let of_others = day.role_changes.as_ref().map_or(0, |changes| changes.count - changes.newcomers());
        !trace.roles.is_empty() || of_others > 0 && self.active.is_empty() && day.users.is_empty()
    }

    /// The users whose roles drawn changes change: the active users, or where there are none those of the database's rows, or
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
    /// where all must ask and the script does not see to it, and those that follow drawn role changes.
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
        let scripted = script.iter().filter(|item| item.user != NO_USER).count() as u64;
        let count = traffic.requests.saturating_sub(scripted).saturating_sub(planned);
        let density = Density::new(&traffic.shape, &traffic.between, &day.clock);
        let picker = Picker::new(activity, &self.active, day.seed, users);
        let demand = Arc::new(Demand { density, picker });
        Some(match traffic.sessions {
            None => Generated::Single(RandomRequests::new(day.seed, count, demand)),
            Some(sessions) => {
                let end_us = traffic.between.to.0 - day.clock.start.0;
                Generated::InSessions(Box::new(SessionRequests::new(
                    day.seed, count, demand, sessions, end_us,
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
