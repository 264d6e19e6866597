//! A day cut by users into parts, each of which is a day that a thread of its own can run.
//!
//! Of `n` parts each has every `n`-th user, renumbered, with all that these users do. It does *not* know what couples
//! users in the system under test.

use std::sync::Arc;

use super::Workload;
use super::arrival::Arrival;
use super::arrivals::{Arrivals, Generated};
use super::changes::DrawnChange;
use super::reciprocal::Reciprocal;
use super::script::{NO_USER, Scripted};
use super::shared_draws::{Cut, SharedDraws, exchange};
use super::traffic::Blocks;
use super::users::Users;
use crate::model::RoleId;

/// A day that can be cut.
#[derive(Debug)]
pub struct Divisible {
    users: Users,
    roles: Vec<(u32, RoleId)>,
    active: u32,
    script: Vec<Scripted>,
    changes: Vec<DrawnChange>,
    planned: Vec<Arrival>,
    blocks: Option<Arc<Blocks>>,
}

/// One part of a day, before its thread has made a workload of it.
#[derive(Debug)]
pub struct DayPart {
    cut: Cut,
    shared: Option<SharedDraws>,
}

impl<'a> Workload<'a> {
    /// The day as one that can be cut; itself again if its requests come one after the other, from a recording or in
    /// sessions.
    ///
    /// # Errors
    /// Then it is the workload as it was.
    pub fn divisible(self) -> Result<Divisible, Box<Self>> {
        let Self { users, roles, active, script, changes, arrivals } = self;
        match arrivals.into_blocks() {
            Ok((planned, blocks)) => {
                let blocks = blocks.map(Arc::new);
                Ok(Divisible { users, roles, active, script, changes, planned, blocks })
            }
            Err(arrivals) => {
                Err(Box::new(Self { users, roles, active, script, changes, arrivals: *arrivals }))
            }
        }
    }
}

impl Divisible {
    /// Cuts the day into this many parts, at least two; empty if it cannot be cut so.
    #[must_use]
    pub fn parts(&self, parts: u32) -> Vec<DayPart> {
        let Some(reciprocal) = Reciprocal::new(parts.into()) else { return Vec::new() };
        let mut shared: Vec<Option<SharedDraws>> = (0..parts).map(|_| None).collect();
        if let Some(blocks) = &self.blocks {
            let ends = exchange(parts as usize).into_iter().zip(0..parts);
            let share = |((to, from), part)| {
                let cut = Cut { part, parts, reciprocal };
                Some(SharedDraws::new(Arc::clone(blocks), cut, to, from))
            };
            shared = ends.map(share).collect();
        }
        let cuts = (0..parts).map(|part| Cut { part, parts, reciprocal });
        cuts.zip(shared).map(|(cut, shared)| DayPart { cut, shared }).collect()
    }

    /// What a part's users do.
    #[must_use]
    pub fn workload<'a>(&self, part: DayPart) -> Workload<'a> {
        let DayPart { cut, shared } = part;
        let mut users = Users::default();
        for user in (cut.part..self.users.len() as u32).step_by(cut.parts as usize) {
            users.intern(self.users.id(user));
        }
        let own = |arrival: &Arrival| cut.own(arrival.user).map(|user| Arrival { user, ..*arrival });
        let planned = self.planned.iter().filter_map(own).collect();
        Workload {
            users,
            active: self.active.saturating_sub(cut.part).div_ceil(cut.parts),
            roles: self.roles.iter().filter_map(|(user, role)| Some((cut.own(*user)?, *role))).collect(),
            script: self.script.iter().filter_map(|item| scripted(cut, item)).collect(),
            changes: self
                .changes
                .iter()
                .filter_map(|change| cut.own(change.user).map(|user| DrawnChange { user, ..*change }))
                .collect(),
            arrivals: Arrivals::new(planned, shared.map(Generated::Shared), None),
        }
    }
}

/// What a part has of the script: the requests of its users, and all that is not a request. An action on other users finds
/// none of them here.
fn scripted(cut: Cut, item: &Scripted) -> Option<Scripted> {
    if item.user == NO_USER {
        return Some(*item);
    }
    cut.own(item.user).map(|user| Scripted { user, ..*item })
}
