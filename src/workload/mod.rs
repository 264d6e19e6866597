//! The workload of a day: which users there are, and who asks when.
//!
//! Made once for a seed and the same for every cache. Every draw is keyed by its purpose and by a block of
//! time or a user's id, never by the order of use: turning one dial leaves the other draws alone. It does
//! *not* know caches, latencies or the database's later state.

mod alias;
mod arrivals;
mod chance;
mod changes;
mod day_error;
mod generated;
mod parts;
mod pool;
mod population;
mod random;
mod reciprocal;
mod recorded;
mod rows;
mod script;
mod sessions;
mod shape;
#[cfg(test)]
mod tests;
mod traffic;
mod users;

pub use arrivals::{Arrival, Arrivals, Run};
pub use chance::{Chance, Chances};
pub use changes::{Change, DrawError};
pub use day_error::DayError;
pub use parts::{Divisible, Part};
pub use population::Members;
pub use random::{mix, run_seed};
pub use recorded::{Recorded, RecordedError, Trouble};
pub use rows::{RecordedRows, RowKind};
pub use script::{NO_USER, Scripted};
pub use users::Users;

use crate::model::{Day, RoleId};

/// Everything about a day that is decided before it runs.
pub struct Workload<'a> {
    /// Every user named so far, each with a dense number.
    pub users: Users,
    /// The roles that the database knows at the start, where they are not the lowest.
    pub roles: Vec<(u32, RoleId)>,
    /// The scripted requests and actions in their order.
    pub script: Vec<Scripted>,
    /// The drawn role changes, by time and then by number.
    pub changes: Vec<Change>,
    /// The generated requests and recorded rows, in their order.
    pub arrivals: Arrivals<'a>,
}

impl<'a> Workload<'a> {
    /// Draws the day. `recorded` brings the rows of its trace, if it has one.
    ///
    /// # Errors
    /// When a drawn role change finds nobody whose role it could change, or a recorded day whose users must be known
    /// beforehand cannot be read.
    pub fn new(day: &Day, recorded: Option<&'a mut dyn Recorded>) -> Result<Self, DayError> {
        let mut users = Users::default();
        let mut members = Members::new(day, &mut users);
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
        Ok(Self { users, roles, script, changes: drawn.changes, arrivals })
    }

    /// How many requests, steps and drawn role changes are held until their time, those that have passed included.
    #[must_use]
    pub fn planned(&self) -> usize {
        self.script.len() + self.changes.len() + self.arrivals.planned()
    }
}

/// How many of what is sorted by time come before an instant.
fn before<T>(sorted: &[T], end_us: u64, at_us: impl Fn(&T) -> u64) -> usize {
    match sorted.last() {
        Some(last) if at_us(last) < end_us => sorted.len(),
        _ => sorted.partition_point(|one| at_us(one) < end_us),
    }
}
