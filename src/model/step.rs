//! The steps of a script: what happens at fixed times.

use super::{DayTime, IdSet, Micros, RoleId, Roles, UserId};

/// One scripted step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When it happens, or its first repetition.
    pub at: DayTime,
    /// What happens.
    pub action: Action,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `get_role` for each user, `count` times each.
    Request {
        /// The users, in rounds: all of them, then all again.
        users: IdSet,
        /// How often each asks; at least 1.
        count: u64,
        /// How the repetitions spread.
        spacing: Spacing,
    },
    /// A role change of which an event tells the caches.
    Change(RoleChange),
    /// A row of the database; no event.
    CreateUser {
        /// The user.
        user: UserId,
        /// The role of the row.
        role: RoleId,
        /// The name of the row.
        name: Option<String>,
    },
    /// The role changes in the database and no event tells anyone.
    WriteDb {
        /// The user.
        user: UserId,
        /// To what.
        role: RoleId,
    },
    /// A replica, or all of them, start again with empty caches.
    Restart(Option<u32>),
    /// One entry is dropped.
    Invalidate(UserId),
    /// All entries are dropped.
    Clear,
    /// A replica, or all of them, poll the feed at once.
    Poll(Option<u32>),
}

/// How the repetitions of a request spread from the step's time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// All at once.
    Together,
    /// One of these apart.
    Every(Micros),
    /// Evenly over this span, its end outside.
    Over(Micros),
}

impl Spacing {
    /// How long after the step's time repetition `index` of `count` comes; saturating.
    #[must_use]
    pub fn offset_us(self, index: u64, count: u64) -> u64 {
        match self {
            Self::Together => 0,
            Self::Every(gap) => gap.0.saturating_mul(index),
            Self::Over(span) => {
                let share = u128::from(span.0) * u128::from(index) / u128::from(count.max(1));
                u64::try_from(share).unwrap_or(u64::MAX)
            }
        }
    }
}

/// A role change, and what goes wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// Which change.
    pub kind: ChangeKind,
    /// What goes wrong.
    pub fault: ChangeFault,
    /// The replica that handles it.
    pub replica: u32,
}

/// Which change of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The user gets the highest role.
    AddAdmin {
        /// The user.
        user: UserId,
        /// The name for the log; the database's where none is given.
        name: Option<String>,
    },
    /// The user gets the first role.
    RemoveAdmin {
        /// The user.
        user: UserId,
        /// The name for the log; the database's where none is given.
        name: Option<String>,
    },
    /// A mailbox changes hands and its new creator gets the highest role.
    Transfer {
        /// Which mailbox.
        mailbox: String,
        /// Its creator until now.
        from: UserId,
        /// Its creator from now on.
        to: UserId,
    },
    /// The user gets a role.
    SetRole {
        /// The user.
        user: UserId,
        /// Which role.
        role: RoleId,
    },
}

impl ChangeKind {
    /// The user whose role it changes.
    #[must_use]
    pub fn user(&self) -> &UserId {
        match self {
            Self::AddAdmin { user, .. } | Self::RemoveAdmin { user, .. } | Self::SetRole { user, .. } => user,
            Self::Transfer { to, .. } => to,
        }
    }

    /// The role that it gives.
    #[must_use]
    pub fn role(&self, roles: &Roles) -> RoleId {
        match self {
            Self::AddAdmin { .. } | Self::Transfer { .. } => roles.highest(),
            Self::RemoveAdmin { .. } => roles.lowest(),
            Self::SetRole { role, .. } => *role,
        }
    }
}

/// What goes wrong with a role change after its commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChangeFault {
    /// Nothing.
    #[default]
    None,
    /// The cache's `update_role` returns an error.
    UpdateFails,
    /// The event never arrives.
    EventLost,
}
