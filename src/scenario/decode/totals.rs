//! Whether a day's requests add up, and whether a run of it stays within what the simulator can hold.
//!
//! Sets of users are counted as runs of numbers, so the answer for 10^18 of them takes no longer.

use super::cover::Cover;
use super::field::Field;
use crate::model::{Action, DatabaseUsers, Members, Population, Step, Traffic};
use crate::scenario::fault::FaultKind;

/// Each user takes about a hundred bytes of memory.
const MOST_USERS: u64 = 100_000_000;
/// Requests that the script or a new user is owed are held in memory, sixteen bytes each.
const MOST_OWED: u64 = 100_000_000;
/// More requests than this take days of real time.
const MOST_REQUESTS: u64 = 100_000_000_000;

/// The parts of a day that decide how large it is.
pub(super) struct Parts<'p> {
    pub(super) users: &'p [DatabaseUsers],
    pub(super) population: &'p Population,
    pub(super) traffic: Option<&'p Traffic>,
    pub(super) script: &'p [Step],
}

/// The requests of a day by where they come from.
struct Sum {
    requests: u64,
    scripted: u64,
    new_users: u64,
    requests_each: u64,
}

impl Sum {
    fn of(parts: &Parts<'_>, requests: u64) -> Self {
        let new = parts.population.new.as_ref();
        let new_users = new.map_or(0, |new| match &new.members {
            Members::Count(count) => *count,
            Members::Ids(ids) => ids.len(),
        });
        let requests_each = new.map_or(0, |new| new.requests_each);
        Self { requests, scripted: scripted(parts.script), new_users, requests_each }
    }

    /// What script and new users ask.
    fn asked_for(&self) -> i128 {
        let of_new = u128::from(self.new_users) * u128::from(self.requests_each);
        i128::from(self.scripted).saturating_add(i128::try_from(of_new).unwrap_or(i128::MAX))
    }

    fn generated(&self) -> i128 {
        i128::from(self.requests) - self.asked_for()
    }

    /// The sum with its numbers, as the beginning of a message.
    fn shown(&self) -> String {
        let Self { requests, scripted, new_users, requests_each } = self;
        let generated = self.generated();
        format!(
            "{requests} requests − {scripted} scripted − {new_users} new users × {requests_each} each \
             leaves {generated} to generate"
        )
    }
}

/// The users whom `members` are, and for a count the first free ones beside `others`.
fn who(members: &Members, others: &Cover) -> Cover {
    match members {
        Members::Ids(ids) => Cover::of(ids),
        Members::Count(count) => others.first_free(*count),
    }
}

/// The active users.
pub(super) fn active_users(population: &Population) -> Cover {
    let named = |members: &Members| match members {
        Members::Ids(ids) => Cover::of(ids),
        Members::Count(_) => Cover::default(),
    };
    let new = population.new.as_ref().map_or_else(Cover::default, |new| named(&new.members));
    population.active.as_ref().map_or_else(Cover::default, |active| who(&active.members, &new))
}

/// Judges the day: first whether it is too large, then whether its requests add up.
pub(super) fn judge(root: &Field<'_>, parts: &Parts<'_>) -> Option<()> {
    let active = active_users(parts.population);
    let scripted_users = requested(parts.script);
    within_limits(root, parts, &active, &scripted_users)?;
    let Some(traffic) = parts.traffic else { return Some(()) };
    let place = root.at("traffic").at("requests");
    let sum = Sum::of(parts, traffic.requests);
    let generated = sum.generated();
    if generated < 0 {
        return place.fault(format!("{}; write at least {}", sum.shown(), sum.asked_for()));
    }
    if generated > 0 && active.len() == 0 {
        return place.fault(format!(
            "{}, and there are no active users to ask them; add `population.active` or write {}",
            sum.shown(),
            sum.asked_for()
        ));
    }
    let unserved = i128::from(active.len() - active.shared(&scripted_users));
    if traffic.every_active_user && generated < unserved {
        return place.fault(format!(
            "{}, fewer than the {unserved} active users still to be served; write at least {}",
            sum.shown(),
            sum.asked_for() + unserved
        ));
    }
    Some(())
}

/// Everybody whom the script lets ask.
fn requested(script: &[Step]) -> Cover {
    let mut users = Cover::default();
    for step in script {
        if let Action::Request { users: set, .. } = &step.action {
            users.add_set(set);
        }
    }
    users
}

/// The requests of all steps; saturating.
fn scripted(script: &[Step]) -> u64 {
    script
        .iter()
        .map(|step| match &step.action {
            Action::Request { users, count, .. } => users.len().saturating_mul(*count),
            _ => 0,
        })
        .fold(0, u64::saturating_add)
}

fn within_limits(root: &Field<'_>, parts: &Parts<'_>, active: &Cover, scripted_users: &Cover) -> Option<()> {
    let mut all = active.clone();
    parts.users.iter().for_each(|users| all.add_set(&users.ids));
    all.add_all(scripted_users);
    let new = parts.population.new.as_ref().map(|new| who(&new.members, active));
    if let Some(new) = &new {
        all.add_all(new);
    }
    let users = all.len();
    if users > MOST_USERS {
        let part = if scripted_users.len() > MOST_USERS { "script" } else { "population" };
        return root.at(part).fault_of(
            FaultKind::Limit,
            format!("the run would need about {users} users; at most {MOST_USERS} can be simulated"),
        );
    }
    let sum = Sum::of(parts, parts.traffic.map_or(0, |traffic| traffic.requests));
    let owed = sum.asked_for();
    if owed > i128::from(MOST_OWED) {
        let part = if sum.scripted > MOST_OWED { "script" } else { "population" };
        return root.at(part).fault_of(
            FaultKind::Limit,
            format!(
                "script and new users would ask about {owed} requests, which a run holds in memory; at most \
                 {MOST_OWED} can be simulated"
            ),
        );
    }
    let requests = sum.asked_for().max(i128::from(sum.requests));
    if requests > i128::from(MOST_REQUESTS) {
        let place = if sum.requests > MOST_REQUESTS { root.at("traffic") } else { root.clone() };
        return place.fault_of(
            FaultKind::Limit,
            format!("the run would need about {requests} requests; at most {MOST_REQUESTS} can be simulated"),
        );
    }
    Some(())
}
