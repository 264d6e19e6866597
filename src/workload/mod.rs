//! The workload of a day: its users, and the times at which each asks.
//!
//! Made once for a seed and the same for every cache. Every draw is keyed by its purpose and by a block of
//! time or a user's id, never by the order of use: turning one dial leaves the other draws alone. It does
//! *not* know caches, latencies or the database's later state.

mod alias;
mod arrival;
mod arrivals;
mod changes;
mod day_parts;
mod free_ids;
mod population;
mod reciprocal;
mod recorded;
mod recorded_rows;
mod rng;
mod role_pool;
mod script;
mod sessions;
mod shape;
mod shared_draws;
#[cfg(test)]
mod tests;
mod traffic;
mod users;

use std::fmt;

pub use arrival::Arrival;
pub use arrivals::{Arrivals, RequestRun};
pub use changes::{DrawError, DrawnChange};
pub use day_parts::{DayPart, Divisible};
pub use free_ids::member_ids;
pub use population::NumberedMembers;
pub use recorded::{RecordedDay, RecordedError, RecordedErrorKind};
pub use recorded_rows::{RecordedRows, RowKind};
pub use rng::{Chance, Chances, mix, run_seed};
pub use script::{NO_USER, Scripted};
pub use users::Users;

use crate::model::{Day, RoleId};

/// Everything about a day that is decided before it runs.
pub struct Workload<'a> {
    /// Every user named so far, each with a dense number.
    pub users: Users,
    /// The roles that the database knows at the start, where they are not the lowest.
    pub roles: Vec<(u32, RoleId)>,
    /// Users numbered below have a row at the start, whatever their role: the active ones.
    pub active: u32,
    /// The scripted requests and actions in their order.
    pub script: Vec<Scripted>,
    /// The drawn role changes, by time and then by number.
    pub changes: Vec<DrawnChange>,
    /// The generated requests and recorded rows, in their order.
    pub arrivals: Arrivals<'a>,
}

impl<'a> Workload<'a> {
    /// Draws the day. `recorded` brings the rows of its trace, if it has one.
    ///
    /// # Errors
    /// When a drawn role change finds nobody whose role it could change, or a recorded day whose users must be known
    /// beforehand cannot be read.
    pub fn new(day: &Day, recorded: Option<&'a mut dyn RecordedDay>) -> Result<Self, DayError> {
        let mut users = Users::default();
        let mut members = NumberedMembers::new(day, &mut users);
        if let Some(recorded) = recorded.as_deref().filter(|_| members.must_know_recorded(day)) {
            members.recorded = recorded::mentioned(recorded, &day.clock, &mut users)?;
        }
        let roles = members.roles(day, &mut users);
        let script = script::compile(day, &mut users);
        let eligible = members.eligible(day, &users);
        let drawn = changes::draw(day, &mut users, &eligible, &roles, &script)?;
        let planned = members.planned(day, &users, &script, drawn.following);
        let generated = members.random(day, &users, &script, planned.len() as u64);
        let arrivals = Arrivals::new(planned, generated, recorded);
        let active = members.active_count();
        Ok(Self { users, roles, active, script, changes: drawn.changes, arrivals })
    }

    /// How many requests, steps and drawn role changes are held until their time, those that have passed included.
    #[must_use]
    pub fn planned(&self) -> usize {
        self.script.len() + self.changes.len() + self.arrivals.planned()
    }
}

/// Why there is no workload. Completes "failed to make the day: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayError {
    /// The day asks for a role change that is not possible.
    Draw(DrawError),
    /// The users of a recorded day could not be read.
    Recorded(RecordedError),
}

impl fmt::Display for DayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draw(error) => write!(f, "{error}"),
            Self::Recorded(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for DayError {}

impl From<DrawError> for DayError {
    fn from(error: DrawError) -> Self {
        Self::Draw(error)
    }
}

impl From<RecordedError> for DayError {
    fn from(error: RecordedError) -> Self {
        Self::Recorded(error)
    }
}
