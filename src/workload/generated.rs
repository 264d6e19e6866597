//! The generated requests of a day, wherever they come from.

use super::Arrival;
use super::parts::Shared;
use super::sessions::SessionRequests;
use super::traffic::RandomRequests;

/// The generated requests of a day, or those of one part of its users, in order of time.
#[derive(Debug)]
pub(super) enum Generated {
    /// Each for itself.
    Single(RandomRequests),
    /// In bursts.
    InSessions(Box<SessionRequests>),
    /// A part of the users', drawn together with the other parts.
    Shared(Shared),
}

impl Generated {
    /// Draws some more into `out`; false when there are none left.
    pub(super) fn next_block(&mut self, out: &mut Vec<Arrival>) -> bool {
        match self {
            Self::Single(requests) => requests.next_block(out),
            Self::InSessions(requests) => requests.next_block(out),
            Self::Shared(requests) => requests.next_draws(out),
        }
    }
}
