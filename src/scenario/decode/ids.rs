//! Users, sets of users and roles as fields.

use super::field::{Field, decimal};
use super::id_ranges::Cover;
use crate::model::shown;
use crate::model::{IdRange, IdSet, RoleId, Roles, UserId};
use crate::scenario::node::NodeKind;

impl Field<'_> {
    /// One user, or another thing with an id of that form.
    pub(super) fn id(&self) -> Option<UserId> {
        match self.id_range()? {
            IdRange::One(id) => Some(id),
            IdRange::Numbers(..) => self.wrong("is a range", "write one id"),
        }
    }

    /// A set of ids: one, a range, or a list of both.
    pub(super) fn ids(&self) -> Option<IdSet> {
        let ranges = match &self.node.kind {
            NodeKind::List(items) if items.is_empty() => {
                return self.fault("holds no id; write at least one, as in `[123, \"1000..=1049\"]`");
            }
            NodeKind::List(_) => self.each(|item| item.id_range().map(|range| (item, range)))?,
            _ => vec![(self.clone(), self.id_range()?)],
        };
        let mut seen = Cover::default();
        let mut set = Vec::with_capacity(ranges.len());
        let mut twice = false;
        for (field, range) in ranges {
            twice |= field.already_in(&seen, &range, "this set has that id already; leave it out");
            seen.add(&range);
            set.push(range);
        }
        (!twice).then_some(IdSet(set))
    }

    /// Notes that a user of the range is there already, if so.
    pub(super) fn already_in(&self, seen: &Cover, range: &IdRange, why: &str) -> bool {
        let common = seen.common(range);
        if let Some(id) = &common {
            self.fault::<()>(format!("names a user a second time, found {}; {why}", shown(&id.to_string())));
        }
        common.is_some()
    }

    fn id_range(&self) -> Option<IdRange> {
        let right = "write a whole number or a text";
        let Some((text, quoted)) = self.scalar() else { return self.wrong("is not a user id", right) };
        let is_number = decimal(text).is_some() || text.starts_with("0x") || text.starts_with("0o");
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if !quoted && ["true", "false"].contains(&text) {
            return self
                .wrong("is not a user id", &format!("{right}; quote it if that is the id: \"{text}\""));
        }
        if !quoted && is_number {
            if digits && text.len() > 1 && text.starts_with('0') {
                return self.wrong("begins with a zero", &format!("quote it if that is the id: \"{text}\""));
            }
            if text.starts_with('-') {
                return self
                    .wrong("is a negative number", "an id is a whole number; quote it if it is a text");
            }
            if !digits {
                return self.wrong(
                    "is not a plain whole number",
                    "an id is a whole number; quote it if it is a text",
                );
            }
        }
        IdRange::parse(text).map_or_else(|error| self.refuse(&error.what(), error.remedy()), Some)
    }

    /// One of the roles.
    pub(super) fn role(&self, roles: Option<&Roles>) -> Option<RoleId> {
        let Some((text, _)) = self.scalar() else {
            return self.wrong("is not a role", "write the name of one");
        };
        self.role_named(text, "is not a role of this scenario", roles?)
    }

    /// The role of this name, which stands here as a value or as a key.
    pub(super) fn role_named(&self, name: &str, what: &str, roles: &Roles) -> Option<RoleId> {
        roles.find(name).or_else(|| {
            let known: Vec<&str> = roles.names().iter().map(String::as_str).collect();
            self.misnamed(what, name, &known)
        })
    }
}
