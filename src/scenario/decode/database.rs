//! `database`: rows at the start, how fast it is, and how often it fails.

use std::num::NonZeroU32;

use super::context::Words;
use super::field::Field;
use super::id_ranges::Cover;
use crate::model::{DatabaseUsers, Delay, IdRange, IdSet, Mailbox, Probability};

/// What `database` says.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) users: Vec<DatabaseUsers>,
    pub(super) mailboxes: Vec<Mailbox>,
    pub(super) read_latency: Delay,
    pub(super) write_latency: Delay,
    pub(super) read_errors: Probability,
    pub(super) replica_lag: Delay,
    pub(super) concurrency: Option<NonZeroU32>,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            mailboxes: Vec::new(),
            read_latency: Delay::NONE,
            write_latency: Delay::NONE,
            read_errors: Probability::NEVER,
            replica_lag: Delay::NONE,
            concurrency: None,
        }
    }
}

pub(super) fn database(field: Option<Field<'_>>, words: &Words) -> Option<Database> {
    let Some(field) = field else { return Some(Database::default()) };
    let mut map = field.mapping()?;
    let users = map.or("users", Vec::new(), |field| users(&field, words));
    let mailboxes = map.or("mailboxes", Vec::new(), |field| mailboxes(&field));
    let read_latency = map.or("read_latency", Delay::NONE, |field| field.delay());
    let write_latency = map.or("write_latency", Delay::NONE, |field| field.delay());
    let read_errors = map.or("read_errors", Probability::NEVER, |field| field.probability());
    let replica_lag = map.or("replica_lag", Delay::NONE, |field| field.delay());
    let concurrency = map.maybe("concurrency", |field| field.whole(1, u32::MAX.into()));
    map.finish();
    Some(Database {
        users: users?,
        mailboxes: mailboxes?,
        read_latency: read_latency?,
        write_latency: write_latency?,
        read_errors: read_errors?,
        replica_lag: replica_lag?,
        concurrency: concurrency?.and_then(|most| NonZeroU32::new(most as u32)),
    })
}

fn users(field: &Field<'_>, words: &Words) -> Option<Vec<DatabaseUsers>> {
    let mut seen = Cover::default();
    let mut twice = false;
    let users = field.each(|field| {
        let (place, users) = entry(&field, words)?;
        for range in &users.ids.0 {
            twice |= place.already_in(&seen, range, "each user has one row; leave it out");
        }
        seen.add_set(&users.ids);
        Some(users)
    })?;
    (!twice).then_some(users)
}

/// One entry of `users`, with the field of its ids.
fn entry<'a>(field: &Field<'a>, words: &Words) -> Option<(Field<'a>, DatabaseUsers)> {
    let mut map = field.mapping()?;
    let (id, ids) = (map.take("id"), map.take("ids"));
    let role = map.need("role", "say which role these users have", |field| field.role(words.roles.as_ref()));
    let name = map.maybe("name", |field| field.text());
    map.finish();
    let (place, ids) = match (id, ids) {
        (Some(id), None) => {
            let one = id.id().map(|id| IdSet(vec![IdRange::One(id)]));
            (id, one)
        }
        (None, Some(ids)) => {
            let set = ids.ids();
            (ids, set)
        }
        (Some(_), Some(both)) => {
            return both.fault("stands next to `id`; write `id` for one user or `ids` for several");
        }
        (None, None) => return field.fault("`id` is missing; write `id: 123` or `ids: \"1..=50\"`"),
    };
    let users = DatabaseUsers { ids: ids?, role: role?, name: name? };
    if users.name.is_some() && users.ids.len() != 1 {
        return field.fault("gives one `name` to several users; write an entry for each");
    }
    Some((place, users))
}

fn mailboxes(field: &Field<'_>) -> Option<Vec<Mailbox>> {
    let mut seen = Cover::default();
    field.each(|field| {
        let mut map = field.mapping()?;
        let id = map.need("id", "give the mailbox an id", |field| {
            let id = field.id()?;
            let twice = seen.contains(&id);
            seen.add_user(&id);
            if twice { field.wrong("names a mailbox a second time", "leave it out") } else { Some(id) }
        });
        let creator = map.need("creator", "say which user it belongs to", |field| field.id());
        map.finish();
        Some(Mailbox { id: id?.to_string(), creator: creator? })
    })
}
