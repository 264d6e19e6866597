//! `population`: the active users and the new ones.

use super::context::Words;
use super::field::Field;
use super::id_ranges::Cover;
use super::mapping::Mapping;
use crate::model::shown;
use crate::model::{Active, Activity, IdSet, Members, NewUsers, Population, RoleId, Roles};

/// Steeper than this, one user asks for all of them.
const STEEPEST: f64 = 10.0;

pub(super) fn population(field: Option<Field<'_>>, words: &Words) -> Option<Population> {
    let Some(field) = field else { return Some(Population::default()) };
    let mut map = field.mapping()?;
    let active = map.maybe("active", |field| active(&field, words));
    let new = map.maybe("new", |field| new_users(&field, words).map(|new| (field, new)));
    map.finish();
    let (active, new) = (active?, new?);
    if let (Some(active), Some((field, new))) = (&active, &new)
        && let (Members::Ids(active), Members::Ids(new)) = (&active.members, &new.members)
    {
        apart(field, active, new)?;
    }
    Some(Population { active, new: new.map(|(_, new)| new) })
}

/// Notes users who are both active and new.
fn apart(new_field: &Field<'_>, active: &IdSet, new: &IdSet) -> Option<()> {
    let active = Cover::of(active);
    let place = new_field.node.get("ids").map(|node| new_field.child("ids", node))?;
    let both = new.0.iter().any(|range| {
        place.already_in(&active, range, "a new user is none of the active ones; leave it out of one list")
    });
    (!both).then_some(())
}

fn active(field: &Field<'_>, words: &Words) -> Option<Active> {
    let mut map = field.mapping()?;
    let members = members(&mut map);
    let activity = map.or("activity", Activity::Uniform, |field| activity(&field));
    let roles = map.or("roles", Vec::new(), |field| shares(&field, words.roles.as_ref()));
    map.finish();
    Some(Active { members: members?, activity: activity?, roles: roles? })
}

fn new_users(field: &Field<'_>, words: &Words) -> Option<NewUsers> {
    let mut map = field.mapping()?;
    let members = members(&mut map);
    let between = words.between(&mut map);
    let requests_each = map.or("requests_each", 1, |field| field.whole(1, u64::MAX));
    map.finish();
    Some(NewUsers { members: members?, between: between?, requests_each: requests_each? })
}

fn members(map: &mut Mapping<'_>) -> Option<Members> {
    let (count, ids) = (map.take("count"), map.take("ids"));
    match (count, ids) {
        (Some(count), None) => count.whole(0, u64::MAX).map(Members::Count),
        (None, Some(ids)) => ids.ids().map(Members::Ids),
        (Some(_), Some(ids)) => ids.fault("stands next to `count`; write one of them"),
        (None, None) => map.field.fault("`count` is missing; write `count: 100` or `ids: \"1..=100\"`"),
    }
}

fn activity(field: &Field<'_>) -> Option<Activity> {
    let right = "write `uniform`, `{zipf: 1.1}` or `{lognormal: 1.5}`";
    if field.scalar().is_some() || field.node.is_null() {
        return field.one_of(&[("uniform", Activity::Uniform)]);
    }
    let mut map = field.mapping()?;
    let zipf = map.maybe("zipf", |field| field.number(0.0, STEEPEST));
    let lognormal = map.maybe("lognormal", |field| field.number(0.0, STEEPEST));
    let misspelt = map.has_unknown_keys();
    map.finish();
    match (zipf?, lognormal?) {
        (Some(s), None) => Some(Activity::Zipf(s)),
        (None, Some(sigma)) => Some(Activity::Lognormal(sigma)),
        (None, None) if misspelt => None,
        _ => field.wrong("is not an activity", right),
    }
}

/// The shares of roles above the lowest, in the order of the roles, so that the order of keys says nothing.
pub(super) fn shares(field: &Field<'_>, roles: Option<&Roles>) -> Option<Vec<(RoleId, f64)>> {
    const ROUNDING: f64 = 1e-9;
    let map = field.mapping()?;
    let mut whole = true;
    let mut sum = 0.0;
    let mut shares = Vec::new();
    for (entry, value) in map.all() {
        let share = value.share();
        let role = roles.and_then(|roles| {
            let what = format!("{} is not a role of this scenario", shown(&entry.key));
            value.role_named(&entry.key, &what, roles)
        });
        match (role, share) {
            (Some(role), Some(share)) => {
                sum += share;
                shares.push((role, share));
            }
            _ => whole = false,
        }
    }
    if sum > 1.0 + ROUNDING {
        return field.fault(format!("the shares add up to {sum}; together they are at most 1"));
    }
    shares.retain(|(role, share)| role.0 > 0 && *share > 0.0);
    shares.sort_by_key(|(role, _)| *role);
    whole.then_some(shares)
}
