//! What the bot's tracker is called with after a role change, and the log line that follows.

use std::fmt;

use crate::model::UserId;

/// A call of the tracker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// A user got the highest role.
    AdminAdded {
        /// The user.
        user: UserId,
        /// The name, where one is known.
        name: Option<String>,
    },
    /// A user got the first role.
    AdminRemoved {
        /// The user.
        user: UserId,
        /// The name, where one is known.
        name: Option<String>,
    },
    /// A mailbox changed hands.
    AdminTransferred {
        /// Its creator before.
        from: UserId,
        /// Its creator now.
        to: UserId,
        /// Which mailbox.
        mailbox: String,
    },
    /// A user got some role; the log says nothing of it.
    RoleSet {
        /// The user.
        user: UserId,
        /// The role's name.
        role: String,
    },
}

impl Callback {
    /// The line in the log, if this call writes one.
    #[must_use]
    pub fn log_line(&self) -> Option<String> {
        let named =
            |name: &Option<String>| name.as_ref().map(|name| format!(" (@{name})")).unwrap_or_default();
        match self {
            Self::AdminAdded { user, name } => Some(format!("Admin added event: {user}{}", named(name))),
            Self::AdminRemoved { user, name } => Some(format!("Admin removed event: {user}{}", named(name))),
            Self::AdminTransferred { from, to, mailbox } => {
                Some(format!("Admin transfer event: {from} -> {to} (mailbox: {mailbox})"))
            }
            Self::RoleSet { .. } => None,
        }
    }
}

impl fmt::Display for Callback {
    /// The call as code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            |name: &Option<String>| name.as_ref().map(|name| format!(", {name:?}")).unwrap_or_default();
        match self {
            Self::AdminAdded { user, name } => write!(f, "on_admin_added({user}{})", named(name)),
            Self::AdminRemoved { user, name } => write!(f, "on_admin_removed({user}{})", named(name)),
            Self::AdminTransferred { from, to, mailbox } => {
                write!(f, "on_admin_transferred({from}, {to}, {mailbox})")
            }
            Self::RoleSet { user, role } => write!(f, "on_role_set({user}, {role:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_who_got_what() {
        let user = || UserId::Number(789);
        let name = || Some("new_admin".to_owned());
        let (from, to) = (UserId::Number(123), UserId::Number(2000));
        for (callback, call, line) in [
            (
                Callback::AdminAdded { user: user(), name: name() },
                "on_admin_added(789, \"new_admin\")",
                Some("Admin added event: 789 (@new_admin)"),
            ),
            (
                Callback::AdminRemoved { user: user(), name: name() },
                "on_admin_removed(789, \"new_admin\")",
                Some("Admin removed event: 789 (@new_admin)"),
            ),
            (
                Callback::AdminTransferred { from, to, mailbox: "1".to_owned() },
                "on_admin_transferred(123, 2000, 1)",
                Some("Admin transfer event: 123 -> 2000 (mailbox: 1)"),
            ),
            (
                Callback::AdminAdded { user: user(), name: None },
                "on_admin_added(789)",
                Some("Admin added event: 789"),
            ),
            (
                Callback::RoleSet { user: user(), role: "editor".to_owned() },
                "on_role_set(789, \"editor\")",
                None,
            ),
        ] {
            assert_eq!((callback.to_string().as_str(), callback.log_line().as_deref()), (call, line));
        }
    }
}
