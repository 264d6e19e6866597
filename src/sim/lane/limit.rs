//! Which of a lane's own answers and wakes come before something of the world.

use crate::sim::block::{Moment, MomentKind};

/// How far a lane's own answers and wakes may run before something of the world happens.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// Everything before the instant.
    Before(u64),
    /// Everything before the instant, and its wakes.
    Wakes(u64),
    /// Everything before the instant, its wakes, and its answers scheduled before a position.
    Scheduled(u64, u64),
    /// Everything of the instant too.
    Through(u64),
}

impl Limit {
    pub(super) fn of(moment: &Moment) -> Self {
        match (moment.kind, moment.scheduled) {
            (MomentKind::HourEnd | MomentKind::MinuteEnd | MomentKind::Outage(_), _) => {
                Self::Before(moment.at_us)
            }
            (MomentKind::DayEnd, _) => Self::Wakes(moment.at_us),
            (_, Some(position)) => Self::Scheduled(moment.at_us, position),
            (_, None) => Self::Through(moment.at_us),
        }
    }

    pub(super) fn allows_wake(self, at_us: u64) -> bool {
        match self {
            Self::Before(limit_us) => at_us < limit_us,
            Self::Wakes(limit_us) | Self::Scheduled(limit_us, _) | Self::Through(limit_us) => {
                at_us <= limit_us
            }
        }
    }

    pub(super) fn allows_answer(self, at_us: u64, issued: u64) -> bool {
        match self {
            Self::Before(limit_us) | Self::Wakes(limit_us) => at_us < limit_us,
            Self::Scheduled(limit_us, position) => {
                at_us < limit_us || (at_us == limit_us && issued < position)
            }
            Self::Through(limit_us) => at_us <= limit_us,
        }
    }
}
