//! What goes wrong when: the scenario's troubles, asked by instant.
//!
//! Instants count in microseconds from the clock's start. Knows nothing of what the troubles do.

use crate::model::{Clock, Delay, TimedFault, Trouble};

/// A trouble and its time, closed at `from_us` and open at `to_us`.
#[derive(Clone, Copy, Debug)]
struct ScheduledFault {
    from_us: u64,
    to_us: u64,
    trouble: Trouble,
}

/// All troubles, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct FaultSchedule {
    entries: Vec<ScheduledFault>,
}

impl FaultSchedule {
    pub(super) fn new(faults: &[TimedFault], clock: &Clock) -> Self {
        let entry = |fault: &TimedFault| ScheduledFault {
            from_us: fault.window.from.0 - clock.start.0,
            to_us: fault.window.to.0 - clock.start.0,
            trouble: fault.trouble,
        };
        Self { entries: faults.iter().map(entry).collect() }
    }

    /// Whether the database is down at any instant from the first to the last, both included.
    pub(super) fn is_down_between(&self, first_us: u64, last_us: u64) -> bool {
        self.entries.iter().any(|entry| {
            entry.trouble == Trouble::DatabaseDown && first_us < entry.to_us && entry.from_us <= last_us
        })
    }

    /// Whether an event that leaves then is lost.
    pub(super) fn loses(&self, at_us: u64) -> bool {
        self.find(at_us, |trouble| (trouble == Trouble::ChannelLost).then_some(())).is_some()
    }

    /// How long an event that leaves then takes, where that is not as always.
    pub(super) fn channel_delay(&self, at_us: u64) -> Option<Delay> {
        self.find(at_us, |trouble| match trouble {
            Trouble::ChannelDelay(delay) => Some(delay),
            _ => None,
        })
    }

    /// Whether the update of an event that arrives then fails.
    pub(super) fn fails_updates(&self, at_us: u64) -> bool {
        self.find(at_us, |trouble| (trouble == Trouble::UpdateFails).then_some(())).is_some()
    }

    /// How long a read takes that the database begins to serve then, where that is not as always.
    pub(super) fn read_latency(&self, at_us: u64) -> Option<Delay> {
        self.find(at_us, |trouble| match trouble {
            Trouble::ReadLatency(delay) => Some(delay),
            _ => None,
        })
    }

    /// Whether reads ever take another time than always.
    pub(super) fn changes_read_latency(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.trouble, Trouble::ReadLatency(_)))
    }

    /// When the database goes down (true) and comes back (false), in order of time; outages that touch are one.
    pub(super) fn outages(&self) -> Vec<(u64, bool)> {
        let down = |entry: &&ScheduledFault| entry.trouble == Trouble::DatabaseDown;
        let mut spans: Vec<(u64, u64)> =
            self.entries.iter().filter(down).map(|entry| (entry.from_us, entry.to_us)).collect();
        spans.sort_unstable();
        let mut edges: Vec<(u64, bool)> = Vec::new();
        for (from_us, to_us) in spans {
            match edges.last_mut() {
                Some((end_us, false)) if from_us <= *end_us => *end_us = to_us.max(*end_us),
                _ => edges.extend([(from_us, true), (to_us, false)]),
            }
        }
        edges
    }

    /// What the last entry of the file that holds at an instant says.
    fn find<T>(&self, at_us: u64, says: impl Fn(Trouble) -> Option<T>) -> Option<T> {
        let holds = |entry: &&ScheduledFault| (entry.from_us..entry.to_us).contains(&at_us);
        self.entries.iter().rev().filter(holds).find_map(|entry| says(entry.trouble))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DayTime, Micros, Window};

    fn fault_schedule(faults: &[(u64, u64, Trouble)]) -> FaultSchedule {
        let start = 1_000;
        let clock = Clock { start: DayTime(start), end: DayTime(9_000), measure_from: DayTime(start) };
        let faults: Vec<TimedFault> = faults
            .iter()
            .map(|(from, to, trouble)| {
                let window = Window { from: DayTime(start + from), to: DayTime(start + to) };
                TimedFault { window, trouble: *trouble }
            })
            .collect();
        FaultSchedule::new(&faults, &clock)
    }

    #[test]
    fn a_trouble_holds_from_its_first_instant_to_before_its_last() {
        let fault_schedule = fault_schedule(&[(10, 20, Trouble::ChannelLost)]);
        let lost: Vec<u64> =
            [9, 10, 19, 20].into_iter().filter(|at_us| fault_schedule.loses(*at_us)).collect();
        assert_eq!(lost, [10, 19]);
    }

    #[test]
    fn of_two_troubles_the_later_in_the_file_holds() {
        let delay = |us| Trouble::ReadLatency(Delay::Fixed(Micros(us)));
        let fault_schedule =
            fault_schedule(&[(0, 100, delay(1)), (40, 60, delay(2)), (50, 55, Trouble::UpdateFails)]);
        let at = |at_us| fault_schedule.read_latency(at_us).and_then(Delay::fixed_us);
        assert_eq!([at(39), at(40), at(52), at(60), at(100)], [Some(1), Some(2), Some(2), Some(1), None]);
        assert!(fault_schedule.fails_updates(50) && !fault_schedule.fails_updates(55));
    }

    #[test]
    fn outages_that_touch_are_one() {
        let down = Trouble::DatabaseDown;
        let fault_schedule =
            fault_schedule(&[(50, 60, down), (10, 20, down), (20, 30, down), (25, 28, down)]);
        assert_eq!(fault_schedule.outages(), [(10, true), (30, false), (50, true), (60, false)]);
        assert!(fault_schedule.is_down_between(29, 49) && !fault_schedule.is_down_between(30, 49));
        assert!(fault_schedule.is_down_between(30, 50), "the first instant of an outage belongs to it");
    }
}
