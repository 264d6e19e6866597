//! What goes wrong when: the scenario's troubles, asked by instant.
//!
//! Instants count in microseconds from the clock's start. Knows nothing of what the troubles do.

use crate::model::{Clock, Delay, Probability, TimedFault, Trouble};

/// A trouble and its time, closed at `from_us` and open at `to_us`.
#[derive(Clone, Copy, Debug)]
struct ScheduledFault {
    from_us: u64,
    to_us: u64,
    /// The replica that it befalls; `None` if it is all.
    replica: Option<u32>,
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
            replica: fault.replica,
            trouble: fault.trouble,
        };
        Self { entries: faults.iter().map(entry).collect() }
    }

    /// Whether the database is down for all at any instant from the first to the last, both included.
    pub(super) fn is_down_between(&self, first_us: u64, last_us: u64) -> bool {
        self.entries.iter().any(|entry| {
            let is_down = entry.trouble == Trouble::DatabaseDown && entry.replica.is_none();
            is_down && first_us < entry.to_us && entry.from_us <= last_us
        })
    }

    /// Whether the database is down for a replica.
    pub(super) fn is_down(&self, at_us: u64, replica: u32) -> bool {
        self.holds(at_us, replica, Trouble::DatabaseDown)
    }

    /// Whether an event that leaves for a replica then is lost for certain.
    pub(super) fn loses(&self, at_us: u64, replica: u32) -> bool {
        self.holds(at_us, replica, Trouble::ChannelLost) || self.is_cut_off(at_us, replica)
    }

    /// Whether a replica's connection to the channel is broken.
    pub(super) fn is_cut_off(&self, at_us: u64, replica: u32) -> bool {
        self.holds(at_us, replica, Trouble::ChannelDown)
    }

    /// How likely an event that leaves for a replica then is lost, where that is not as always.
    pub(super) fn channel_loss(&self, at_us: u64, replica: u32) -> Option<Probability> {
        self.find(at_us, replica, |trouble| match trouble {
            Trouble::ChannelLoss(loss) => Some(loss),
            _ => None,
        })
    }

    /// How long an event that leaves then takes, where that is not as always.
    pub(super) fn channel_delay(&self, at_us: u64, replica: u32) -> Option<Delay> {
        self.find(at_us, replica, |trouble| match trouble {
            Trouble::ChannelDelay(delay) => Some(delay),
            _ => None,
        })
    }

    /// Whether the update of an event that arrives then fails.
    pub(super) fn fails_updates(&self, at_us: u64, replica: u32) -> bool {
        self.holds(at_us, replica, Trouble::UpdateFails)
    }

    /// How long a read takes that the database begins to serve then, where that is not as always.
    pub(super) fn read_latency(&self, at_us: u64, replica: u32) -> Option<Delay> {
        self.find(at_us, replica, |trouble| match trouble {
            Trouble::ReadLatency(delay) => Some(delay),
            _ => None,
        })
    }

    /// Whether reads ever take another time than always.
    pub(super) fn changes_read_latency(&self) -> bool {
        self.entries.iter().any(|entry| matches!(entry.trouble, Trouble::ReadLatency(_)))
    }

    /// When the database goes down or comes back for some replica, in order of time, and whether it is down for any then;
    /// outages that touch are one.
    pub(super) fn outages(&self, replicas: u32) -> Vec<(u64, bool)> {
        let down = self.entries.iter().filter(|entry| entry.trouble == Trouble::DatabaseDown);
        let mut edges: Vec<u64> = down.flat_map(|entry| [entry.from_us, entry.to_us]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut before: Vec<bool> = vec![false; replicas as usize];
        edges.retain(|at_us| {
            let now: Vec<bool> = (0..replicas).map(|replica| self.is_down(*at_us, replica)).collect();
            std::mem::replace(&mut before, now.clone()) != now
        });
        let any = |at_us: u64| (0..replicas).any(|replica| self.is_down(at_us, replica));
        edges.into_iter().map(|at_us| (at_us, any(at_us))).collect()
    }

    /// What the last entry of the file that holds at an instant says: of those of a replica itself, or else of all.
    fn find<T>(&self, at_us: u64, replica: u32, says: impl Fn(Trouble) -> Option<T>) -> Option<T> {
        let last_of = |whose: Option<u32>| {
            let holds = |entry: &&ScheduledFault| {
                entry.replica == whose && (entry.from_us..entry.to_us).contains(&at_us)
            };
            self.entries.iter().rev().filter(holds).find_map(|entry| says(entry.trouble))
        };
        last_of(Some(replica)).or_else(|| last_of(None))
    }

    fn holds(&self, at_us: u64, replica: u32, wanted: Trouble) -> bool {
        self.find(at_us, replica, |trouble| (trouble == wanted).then_some(())).is_some()
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
                TimedFault { window, replica: None, trouble: *trouble }
            })
            .collect();
        FaultSchedule::new(&faults, &clock)
    }

    #[test]
    fn a_trouble_holds_from_its_first_instant_to_before_its_last() {
        let fault_schedule = fault_schedule(&[(10, 20, Trouble::ChannelLost)]);
        let lost: Vec<u64> =
            [9, 10, 19, 20].into_iter().filter(|at_us| fault_schedule.loses(*at_us, 0)).collect();
        assert_eq!(lost, [10, 19]);
    }

    #[test]
    fn of_two_troubles_the_later_in_the_file_holds() {
        let delay = |us| Trouble::ReadLatency(Delay::Fixed(Micros(us)));
        let fault_schedule =
            fault_schedule(&[(0, 100, delay(1)), (40, 60, delay(2)), (50, 55, Trouble::UpdateFails)]);
        let at = |at_us| fault_schedule.read_latency(at_us, 0).and_then(Delay::fixed_us);
        assert_eq!([at(39), at(40), at(52), at(60), at(100)], [Some(1), Some(2), Some(2), Some(1), None]);
        assert!(fault_schedule.fails_updates(50, 0) && !fault_schedule.fails_updates(55, 0));
    }

    #[test]
    fn an_outage_has_two_edges_and_is_asked_by_instant() {
        let down = Trouble::DatabaseDown;
        let schedule = fault_schedule(&[(50, 60, down), (10, 20, down), (20, 30, down), (25, 28, down)]);
        assert_eq!(schedule.outages(4), [(10, true), (30, false), (50, true), (60, false)]);
        assert!(schedule.is_down_between(29, 49) && !schedule.is_down_between(30, 49));
        assert!(schedule.is_down_between(30, 50), "the first instant of an outage belongs to it");
        assert_eq!([9, 10, 29, 30].map(|at_us| schedule.is_down(at_us, 3)), [false, true, true, false]);
    }

    #[test]
    fn a_replicas_own_trouble_comes_before_that_of_all() {
        let delay = |us| Trouble::ReadLatency(Delay::Fixed(Micros(us)));
        let mut schedule =
            fault_schedule(&[(0, 100, delay(1)), (0, 100, delay(2)), (0, 50, Trouble::DatabaseDown)]);
        schedule.entries[0].replica = Some(1);
        schedule.entries[2].replica = Some(1);
        let latency = |replica| schedule.read_latency(10, replica).and_then(Delay::fixed_us);
        assert_eq!([latency(0), latency(1)], [Some(2), Some(1)]);
        assert_eq!([0, 1].map(|replica| schedule.is_down(10, replica)), [false, true]);
        assert!(!schedule.is_down_between(10, 10), "writes are not the replica's");
    }
}
