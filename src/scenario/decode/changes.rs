//! `role_changes`: changes of roles that are drawn rather than scripted.

use super::context::Words;
use super::field::Field;
use crate::model::{Follow, Probability, RoleChanges};

pub(super) fn role_changes(field: &Field<'_>, words: &Words) -> Option<RoleChanges> {
    let mut map = field.mapping()?;
    let count = map.need("count", "say how many the day has", |field| field.whole(0, u64::MAX));
    let between = words.between(&mut map);
    let grants = map.or("grants", Probability::HALF, |field| field.probability());
    let retry = map.maybe("retry", |field| follow(&field));
    let newcomers = map.maybe("newcomers", |field| follow(&field));
    map.finish();
    if count.is_some_and(|count| count > 0)
        && words.roles.as_ref().is_some_and(|roles| roles.names().len() < 2)
    {
        return field.fault("there is only one role, so none can change; name two or more in `roles`");
    }
    Some(RoleChanges {
        count: count?,
        between: between?,
        grants: grants?,
        retry: retry?,
        newcomers: newcomers?,
    })
}

fn follow(field: &Field<'_>) -> Option<Follow> {
    let mut map = field.mapping()?;
    let share =
        map.need("share", "say what share of the changes a request follows", |field| field.probability());
    let after = map.need("after", "say how long after the change it comes", |field| field.delay());
    map.finish();
    Some(Follow { share: share?, after: after? })
}
