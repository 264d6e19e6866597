//! Whether a day's requests add up, and whether a run of it stays within what the simulator can hold.
//!
//! Sets of users are counted as runs of numbers, so the answer for 10^18 of them takes no longer.

use super::field::Field;
use super::id_ranges::Cover;
use crate::model::{Action, DatabaseUsers, Members, Population, RoleChanges, Step, Traffic};
use crate::scenario::fault::FaultKind;

/// Each user takes about a hundred bytes of memory.
const MOST_USERS: u64 = 100_000_000;
/// Requests that the script or a new user is owed, or that follow a role change, are held in memory, sixteen
/// bytes each.
const MOST_OWED: u64 = 100_000_000;
/// Drawn role changes are held in memory.
const MOST_CHANGES: u64 = 100_000_000;

/// How large a day is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// Everybody.
    pub(super) users: u64,
    /// Requests, trace rows excluded.
    pub(super) requests: u128,
    /// Those of the script.
    pub(super) scripted: u64,
    /// Those that a run holds in memory until their time.
    pub(super) held: u64,
    /// Role changes, drawn and scripted.
    pub(super) changes: u64,
}

/// The parts of a day that decide how large it is.
pub(super) struct Parts<'p> {
    pub(super) users: &'p [DatabaseUsers],
    pub(super) population: &'p Population,
    pub(super) traffic: Option<&'p Traffic>,
    pub(super) role_changes: Option<&'p RoleChanges>,
    pub(super) script: &'p [Step],
    /// Whether there is a recorded day.
    pub(super) recorded: bool,
}

/// The requests of a day by where they come from.
struct Sum {
    requests: u64,
    scripted: u64,
    new_users: u64,
    requests_each: u64,
    /// What follows drawn role changes, where there are any: retries, and first requests of newcomers.
    follow: Option<(u64, u64)>,
}

impl Sum {
    fn of(parts: &Parts<'_>, requests: u64) -> Self {
        let new = parts.population.new.as_ref();
        let new_users = new.map_or(0, |new| match &new.members {
            Members::Count(count) => *count,
            Members::Ids(ids) => ids.len(),
        });
        let requests_each = new.map_or(0, |new| new.requests_each);
        let follow = parts.role_changes.map(|changes| (changes.retries(), changes.newcomers()));
        Self { requests, scripted: scripted(parts.script), new_users, requests_each, follow }
    }

    /// What script and new users ask, and what follows role changes.
    fn asked_for(&self) -> i128 {
        let of_new = u128::from(self.new_users) * u128::from(self.requests_each);
        let (retries, newcomers) = self.follow.unwrap_or_default();
        let others = [self.scripted, retries, newcomers].map(i128::from).iter().sum::<i128>();
        others.saturating_add(i128::try_from(of_new).unwrap_or(i128::MAX))
    }

    fn generated(&self) -> i128 {
        i128::from(self.requests) - self.asked_for()
    }

    /// The sum with its numbers, as the beginning of a message.
    fn shown(&self) -> String {
        let Self { requests, scripted, new_users, requests_each, follow } = self;
        let generated = self.generated();
        let follow = follow.map_or_else(String::new, |(retries, newcomers)| {
            format!(" − {retries} retries − {newcomers} first requests of newcomers")
        });
        format!(
            "{requests} requests − {scripted} scripted − {new_users} new users × {requests_each} each{follow} \
             leaves {generated} to generate"
        )
    }
}

/// The users whom `members` are, and for a count the first free ones next to `others`.
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

/// Judges the day: first whether it is too large, then whether its requests add up. How large it is, where it is not.
pub(super) fn judge(root: &Field<'_>, parts: &Parts<'_>) -> Option<Totals> {
    let active = active_users(parts.population);
    let scripted_users = requested(parts.script);
    let totals = within_limits(root, parts, &active, &scripted_users)?;
    let change_whom = somebody_to_change(root, parts, &active);
    adds_up(root, parts, &active, &scripted_users).and(change_whom).and(Some(totals))
}

/// Whether there is anybody whose role a drawn change could raise or lower; newcomers come by themselves.
fn somebody_to_change(root: &Field<'_>, parts: &Parts<'_>, active: &Cover) -> Option<()> {
    let Some(changes) = parts.role_changes else { return Some(()) };
    let of_others = changes.count - changes.newcomers();
    // The users of a recorded day are known when it is read.
    if of_others == 0 || active.len() > 0 || !parts.users.is_empty() || parts.recorded {
        return Some(());
    }
    root.at("role_changes").fault(format!(
        "there is nobody whose role these {of_others} changes could raise or lower; add `population.active` or \
         `database.users`"
    ))
}

fn adds_up(root: &Field<'_>, parts: &Parts<'_>, active: &Cover, scripted_users: &Cover) -> Option<()> {
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
    let unserved = i128::from(active.len() - active.shared(scripted_users));
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

fn within_limits(
    root: &Field<'_>,
    parts: &Parts<'_>,
    active: &Cover,
    scripted_users: &Cover,
) -> Option<Totals> {
    let changes = parts.role_changes.map_or(0, |changes| changes.count);
    if changes > MOST_CHANGES {
        return root.at("role_changes").at("count").fault_of(
            FaultKind::Limit,
            format!("the run would need {changes} role changes; at most {MOST_CHANGES} can be simulated"),
        );
    }
    let mut all = active.clone();
    parts.users.iter().for_each(|users| all.add_set(&users.ids));
    all.add_all(scripted_users);
    let new = parts.population.new.as_ref().map(|new| who(&new.members, active));
    if let Some(new) = &new {
        all.add_all(new);
    }
    // Newcomers are none of these.
    let users = all.len().saturating_add(parts.role_changes.map_or(0, RoleChanges::newcomers));
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
                "script, new users and role changes would ask about {owed} requests, which a run holds in \
                 memory; at most {MOST_OWED} can be simulated"
            ),
        );
    }
    let requests = u128::try_from(owed.max(i128::from(sum.requests))).unwrap_or_default();
    let steps = parts.script.iter().filter(|step| !matches!(step.action, Action::Request { .. })).count();
    Some(Totals {
        users,
        requests,
        scripted: sum.scripted,
        held: u64::try_from(owed).unwrap_or_default(),
        changes: changes.saturating_add(steps as u64),
    })
}
