//! What is under way in the world: writes that were begun, and events on their way.

use crate::model::RoleId;
use crate::sim::block::{Event, Request};

/// Where a write comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum WriteCause {
    /// A scripted step.
    Step(u32),
    /// A drawn role change, by its place.
    Drawn(usize),
    /// A recorded role change.
    Recorded {
        /// The user.
        user: u32,
        /// The role from then on.
        role: RoleId,
    },
}

impl WriteCause {
    /// The step as blocks name it.
    pub(super) fn step(self) -> u32 {
        match self {
            Self::Step(step) => step,
            Self::Drawn(_) | Self::Recorded { .. } => Request::UNSCRIPTED,
        }
    }
}

/// A write that was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) cause: WriteCause,
    /// When it was begun, in microseconds since the clock's start.
    pub(super) at_us: u64,
    /// Its draw key among its user's writes.
    pub(super) key: u64,
    /// Its number among all writes, from 1 on.
    pub(super) number: u64,
}

/// What is under way.
#[derive(Clone, Copy, Debug)]
pub(super) enum UnderWay {
    /// A write.
    Commit(Begun),
    /// An event, of a step if it is scripted.
    Deliver { step: u32, event: Event },
}
