//! Ids by count: the first numbers that nothing else in a day names.

use crate::model::{Action, ChangeKind, Day, IdRange, IdSet, Members, UserId};

/// The ids of the active and of the new users. A count takes the first ids from 1 that the other
/// group does not name, the active users first.
#[must_use]
pub fn member_ids(day: &Day) -> (IdSet, IdSet) {
    let active = day.population.active.as_ref().map(|active| &active.members);
    let new = day.population.new.as_ref().map(|new| &new.members);
    let named = |members: Option<&Members>| match members {
        Some(Members::Ids(ids)) => ids.clone(),
        _ => IdSet::default(),
    };
    let active_ids = match active {
        Some(Members::Count(count)) => first_free(*count, &named(new)),
        _ => named(active),
    };
    let new_ids = match new {
        Some(Members::Count(count)) => first_free(*count, &active_ids),
        _ => named(new),
    };
    (active_ids, new_ids)
}

/// The first `count` ids from 1 that the day names nowhere. Its recorded rows are not looked at.
pub(super) fn fresh(day: &Day, count: u64) -> IdSet {
    let (active, new) = member_ids(day);
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

/// The users whom an action names, other than those of a request.
pub(super) fn named_by(action: &Action) -> Vec<&UserId> {
    match action {
        Action::Request { .. } | Action::Restart(_) | Action::Clear | Action::Poll(_) => Vec::new(),
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
