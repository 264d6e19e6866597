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
            (
                MomentKind::HourEnd
                | MomentKind::MinuteEnd
                | MomentKind::Outage(_)
                | MomentKind::Heartbeat { .. },
                _,
            ) => Self::Before(moment.at_us),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::block::Request;

    const AT_US: u64 = 100;

    /// What a moment lets through of the lane's own: wakes at the instant, answers at it issued before and after position 5,
    /// and both of the microsecond before.
    fn allowed(kind: MomentKind, scheduled: Option<u64>) -> [bool; 4] {
        let moment = Moment { at_us: AT_US, before: 0, step: Request::UNSCRIPTED, scheduled, kind };
        let limit = Limit::of(&moment);
        [
            limit.allows_wake(AT_US),
            limit.allows_answer(AT_US, 4),
            limit.allows_answer(AT_US, 5),
            limit.allows_wake(AT_US - 1) && limit.allows_answer(AT_US - 1, 9),
        ]
    }

    #[test]
    fn ends_of_minutes_and_hours_and_outages_come_first() {
        for kind in [MomentKind::MinuteEnd, MomentKind::HourEnd, MomentKind::Outage(true)] {
            assert_eq!(allowed(kind, None), [false, false, false, true], "{kind:?}");
        }
    }

    #[test]
    fn the_end_of_the_day_comes_after_wakes_before_answers() {
        assert_eq!(allowed(MomentKind::DayEnd, None), [true, false, false, true]);
    }

    #[test]
    fn what_was_scheduled_goes_by_its_position() {
        assert_eq!(allowed(MomentKind::Cleared, Some(5)), [true, true, false, true]);
    }

    #[test]
    fn anything_else_comes_after_the_answers_of_its_instant() {
        for kind in [MomentKind::Checkpoint, MomentKind::Cleared, MomentKind::Restarted(None)] {
            assert_eq!(allowed(kind, None), [true, true, true, true], "{kind:?}");
        }
    }

    #[test]
    fn nothing_passes_that_lies_later() {
        for limit in
            [Limit::Before(AT_US), Limit::Wakes(AT_US), Limit::Scheduled(AT_US, 5), Limit::Through(AT_US)]
        {
            assert!(!limit.allows_wake(AT_US + 1) && !limit.allows_answer(AT_US + 1, 0));
        }
    }
}
