//! `script`: what happens when. Whether the steps fit each other is judged in [`order`](super::order).

use super::context::Words;
use super::field::Field;
use super::mapping::Mapping;
use crate::model::{
    Action, ChangeFault, ChangeKind, DayTime, Micros, RoleChange, RoleId, Spacing, Step, UserId,
};

const ACTIONS: [&str; 11] = [
    "request",
    "add_admin",
    "remove_admin",
    "transfer",
    "set_role",
    "create_user",
    "write_db",
    "restart",
    "invalidate",
    "clear",
    "poll",
];
/// Keys next to an action, and the actions that they go with.
const EXTRAS: [(&str, &[&str]); 7] = [
    ("count", &["request"]),
    ("every", &["request"]),
    ("over", &["request"]),
    ("name", &["add_admin", "remove_admin"]),
    ("update", &CHANGES),
    ("event", &CHANGES),
    ("replica", &CHANGES),
];
const CHANGES: [&str; 4] = ["add_admin", "remove_admin", "transfer", "set_role"];

/// Reads all steps, in the order of the file; one that cannot be read is nothing.
pub(super) fn script(field: &Field<'_>, words: &Words) -> Option<Vec<Option<Step>>> {
    Some(field.list()?.into_iter().map(|field| step(&field, words)).collect())
}

fn step(field: &Field<'_>, words: &Words) -> Option<Step> {
    let mut map = field.mapping()?;
    let at = map.need("at", "say when, as in `at: \"08:00\"`", |field| words.instant(&field));
    EXTRAS.iter().for_each(|(name, _)| drop(map.take(name)));
    let none = format!("has no action; write one of {}", ACTIONS.join(", "));
    let named = map.only(&ACTIONS, &none, "a step has one action, so write two steps");
    let action = named.and_then(|(name, value)| {
        let fits = extras_fit(&mut map, name);
        let action = action(name, &value, &mut map, words);
        if fits { action } else { None }
    });
    map.finish();
    let step = Step { at: at?, action: action? };
    ends_in_time(field, &step, words)?;
    Some(step)
}

/// Notes keys that do not go with the action.
fn extras_fit(map: &mut Mapping<'_>, action: &str) -> bool {
    let mut fit = true;
    for (name, actions) in EXTRAS {
        if let Some(field) = map.take(name)
            && !actions.contains(&action)
        {
            fit = false;
            field.fault::<()>(format!(
                "`{name}` does not go with `{action}`; it goes with {}",
                actions.join(", ")
            ));
        }
    }
    fit
}

fn action(name: &str, value: &Field<'_>, map: &mut Mapping<'_>, words: &Words) -> Option<Action> {
    match name {
        "request" => request(value, map),
        "add_admin" | "remove_admin" => {
            let (user, name_of) = (value.id(), map.maybe("name", |field| field.text()));
            let kind = user.zip(name_of).map(|(user, name_of)| match name {
                "add_admin" => ChangeKind::AddAdmin { user, name: name_of },
                _ => ChangeKind::RemoveAdmin { user, name: name_of },
            });
            change(kind, map, words)
        }
        "transfer" => change(transfer(value), map, words),
        "set_role" => {
            let kind = user_and_role(value, words).map(|(user, role)| ChangeKind::SetRole { user, role });
            change(kind, map, words)
        }
        "create_user" => create_user(value, words),
        "write_db" => user_and_role(value, words).map(|(user, role)| Action::WriteDb { user, role }),
        "restart" => one_or_all(value, words).map(Action::Restart),
        "poll" => one_or_all(value, words).map(Action::Poll),
        "invalidate" => value.id().map(Action::Invalidate),
        _ => value.one_of(&[("all", Action::Clear)]),
    }
}

fn request(value: &Field<'_>, map: &mut Mapping<'_>) -> Option<Action> {
    let users = value.ids();
    let every = map.maybe("every", |field| field.duration());
    let over = map.maybe("over", |field| field.duration().map(|span| (field, span)));
    let count = map.maybe("count", |field| field.whole(1, u64::MAX));
    let (every, over, count) = (every?, over?, count?);
    let spacing = match (every, over) {
        (None, None) => Spacing::Together,
        (Some(gap), None) => Spacing::Every(gap),
        (None, Some((_, span))) => Spacing::Over(span),
        (Some(_), Some((field, _))) => {
            return field.fault("`over` stands next to `every`; write one of them");
        }
    };
    if count.is_none() && spacing != Spacing::Together {
        let name = if every.is_some() { "every" } else { "over" };
        return map.field.fault(format!("`{name}` has no `count` next to it; say how often each user asks"));
    }
    Some(Action::Request { users: users?, count: count.unwrap_or(1), spacing })
}

/// A role change with what stands next to it.
fn change(kind: Option<ChangeKind>, map: &mut Mapping<'_>, words: &Words) -> Option<Action> {
    let fault = change_fault(map);
    let replica = map.or("replica", 0, |field| words.replica(&field));
    Some(Action::Change(RoleChange { kind: kind?, fault: fault?, replica: replica? }))
}

fn change_fault(map: &mut Mapping<'_>) -> Option<ChangeFault> {
    let update = map.maybe("update", |field| field.one_of(&[("fails", ())]));
    let event = map.maybe("event", |field| field.one_of(&[("lost", ())]).map(|()| field));
    match (update?, event?) {
        (None, None) => Some(ChangeFault::None),
        (Some(()), None) => Some(ChangeFault::UpdateFails),
        (None, Some(_)) => Some(ChangeFault::EventLost),
        (Some(()), Some(event)) => event.fault(
            "`event: lost` stands next to `update: fails`; a lost event updates nothing, so write one",
        ),
    }
}

fn transfer(value: &Field<'_>) -> Option<ChangeKind> {
    let mut map = value.mapping()?;
    let mailbox = map.need("mailbox", "say which mailbox", |field| field.id());
    let from = map.need("from", "say who its creator is until now", |field| field.id());
    let to = map.need("to", "say who its creator becomes", |field| field.id());
    map.finish();
    Some(ChangeKind::Transfer { mailbox: mailbox?.to_string(), from: from?, to: to? })
}

fn user_and_role(value: &Field<'_>, words: &Words) -> Option<(UserId, RoleId)> {
    let mut map = value.mapping()?;
    let user = map.need("user", "say whose role it is", |field| field.id());
    let role = map.need("role", "say which role", |field| field.role(words.roles.as_ref()));
    map.finish();
    Some((user?, role?))
}

fn create_user(value: &Field<'_>, words: &Words) -> Option<Action> {
    let mut map = value.mapping()?;
    let user = map.need("id", "say whom", |field| field.id());
    let role = map.or("role", RoleId::default(), |field| field.role(words.roles.as_ref()));
    let name = map.maybe("name", |field| field.text());
    map.finish();
    Some(Action::CreateUser { user: user?, role: role?, name: name? })
}

/// One replica, or all of them.
fn one_or_all(value: &Field<'_>, words: &Words) -> Option<Option<u32>> {
    match value.scalar() {
        Some(("all", _)) => Some(None),
        Some((text, false)) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            words.replica(value).map(Some)
        }
        _ => value.wrong("is not a replica", "write all, or the number of one, counted from 0"),
    }
}

/// Notes a repetition that would come when the day is over.
fn ends_in_time(field: &Field<'_>, step: &Step, words: &Words) -> Option<()> {
    let Action::Request { count, spacing, .. } = &step.action else { return Some(()) };
    let clock = words.clock?;
    let last = DayTime(step.at.0.saturating_add(spacing.offset_us(count - 1, *count)));
    if last < clock.end {
        return Some(());
    }
    let key = if matches!(spacing, Spacing::Every(_)) { "every" } else { "over" };
    let after = Micros(last.0 - step.at.0);
    field.at(key).wrong(
        "makes repetitions come after the day's end",
        &format!("the last one would come {after} after {}, and the clock ends at {}", step.at, clock.end),
    )
}
