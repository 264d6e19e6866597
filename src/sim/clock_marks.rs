//! The marks on the clock at which counters are read: minutes, hours, the day's end, checkpoints.

use super::block::MomentKind;
use crate::model::{Clock, HOUR_US, MINUTE_US};

/// A heartbeat of the channel that reaches a replica, or would if the connection were not broken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heartbeat {
    pub(super) at_us: u64,
    pub(super) replica: u32,
    pub(super) arrives: bool,
}

/// The marks that have not been passed.
#[derive(Debug)]
pub(super) struct ClockMarks {
    next_minute_us: u64,
    next_hour_us: u64,
    end_us: Option<u64>,
    last_us: u64,
    /// When the database goes down or comes back for somebody.
    outages: std::iter::Peekable<std::vec::IntoIter<(u64, bool)>>,
    heartbeats: std::iter::Peekable<std::vec::IntoIter<Heartbeat>>,
    checkpoints_us: std::iter::Peekable<std::vec::IntoIter<u64>>,
}

impl ClockMarks {
    /// All marks of a day. Minutes count from the clock's start, hours are those of the clock.
    pub(super) fn new(
        clock: &Clock,
        checkpoints_us: Vec<u64>,
        outages: Vec<(u64, bool)>,
        heartbeats: Vec<Heartbeat>,
    ) -> Self {
        let length_us = clock.end.0 - clock.start.0;
        Self {
            next_minute_us: MINUTE_US,
            next_hour_us: HOUR_US - clock.start.0 % HOUR_US,
            end_us: Some(length_us),
            last_us: length_us,
            outages: outages.into_iter().peekable(),
            heartbeats: heartbeats.into_iter().peekable(),
            checkpoints_us: checkpoints_us.into_iter().peekable(),
        }
    }

    /// The first instant before the things of which [`next_before`](Self::next_before) has a mark; the largest where
    /// none is left.
    pub(super) fn next_us(&mut self) -> u64 {
        let hour_us = Some(self.next_hour_us).filter(|at_us| *at_us < self.last_us);
        let minute_us = Some(self.next_minute_us).filter(|at_us| *at_us <= self.last_us);
        let outage_us = self.outages.peek().map(|(at_us, _)| *at_us);
        let heartbeat_us = self.heartbeats.peek().map(|heartbeat| heartbeat.at_us);
        let checkpoint_us = self.checkpoints_us.peek().map(|at_us| at_us + 1);
        let all = [hour_us, minute_us, heartbeat_us, outage_us, self.end_us, checkpoint_us];
        all.into_iter().flatten().min().unwrap_or(u64::MAX)
    }

    /// Passes the next mark that lies before the things of an instant, if there is one.
    ///
    /// Minutes and hours end before anything of their instant, and outages begin and end before all else of it;
    /// the day ends after its sweeps, and checkpoints come after everything.
    pub(super) fn next_before(&mut self, now_us: u64) -> Option<(u64, MomentKind)> {
        let hour_us = Some(self.next_hour_us).filter(|at_us| *at_us < self.last_us);
        let minute_us = Some(self.next_minute_us).filter(|at_us| *at_us <= self.last_us);
        let checkpoint_us = self.checkpoints_us.peek().copied();
        let outage = self.outages.peek().copied();
        let heartbeat = self.heartbeats.peek().copied().unwrap_or_default();
        let heartbeat_us = self.heartbeats.peek().map(|heartbeat| heartbeat.at_us);
        let Heartbeat { replica, arrives, .. } = heartbeat;
        let candidates = [
            (hour_us, MomentKind::HourEnd),
            (minute_us, MomentKind::MinuteEnd),
            (heartbeat_us, MomentKind::Heartbeat { replica, arrives }),
            (outage.map(|(at_us, _)| at_us), MomentKind::Outage(outage.is_some_and(|(_, down)| down))),
            (self.end_us, MomentKind::DayEnd),
            (checkpoint_us.filter(|at_us| *at_us < now_us), MomentKind::Checkpoint),
        ];
        // The first of equal times wins, and the candidates stand in the order of one instant.
        let (at_us, kind) = candidates
            .into_iter()
            .filter_map(|(at_us, kind)| at_us.filter(|at_us| *at_us <= now_us).map(|at_us| (at_us, kind)))
            .min_by_key(|(at_us, _)| *at_us)?;
        match kind {
            MomentKind::HourEnd => self.next_hour_us += HOUR_US,
            MomentKind::MinuteEnd => self.next_minute_us += MINUTE_US,
            MomentKind::DayEnd => self.end_us = None,
            MomentKind::Outage(_) => _ = self.outages.next(),
            MomentKind::Heartbeat { .. } => _ = self.heartbeats.next(),
            _ => {
                self.checkpoints_us.next();
            }
        }
        Some((at_us, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DayTime;

    #[test]
    fn marks_come_in_the_order_of_their_instant() {
        let start = DayTime(HOUR_US - 2 * MINUTE_US);
        let end = DayTime(start.0 + 3 * MINUTE_US);
        let clock = Clock { start, end, measure_from: start };
        let mut marks = ClockMarks::new(
            &clock,
            vec![2 * MINUTE_US, 3 * MINUTE_US],
            vec![(MINUTE_US, true), (2 * MINUTE_US, false)],
            Vec::new(),
        );
        let mut before = |now_us| {
            let passed: Vec<_> = std::iter::from_fn(|| {
                let due = marks.next_us() <= now_us;
                let mark = marks.next_before(now_us);
                assert_eq!(
                    mark.is_some(),
                    due && mark.is_some(),
                    "a mark comes no earlier than it is said to"
                );
                mark
            })
            .map(|(at_us, kind)| (at_us / MINUTE_US, kind))
            .collect();
            assert!(marks.next_us() > now_us || now_us == u64::MAX);
            passed
        };
        use MomentKind::{Checkpoint, DayEnd, HourEnd, MinuteEnd, Outage};
        assert_eq!(before(MINUTE_US - 1), []);
        assert_eq!(before(MINUTE_US), [(1, MinuteEnd), (1, Outage(true))]);
        assert_eq!(before(2 * MINUTE_US), [(2, HourEnd), (2, MinuteEnd), (2, Outage(false))]);
        assert_eq!(before(2 * MINUTE_US + 1), [(2, Checkpoint)]);
        assert_eq!(before(u64::MAX), [(3, MinuteEnd), (3, DayEnd), (3, Checkpoint)]);
    }
}
