//! What a system makes certain: how long reads and events take at most, and whether every change is told.
//!
//! From it follows for how long a cache's rules let a revoked role be honoured. A delay whose distribution has no end counts
//! up to the length that one in a million million exceeds.

use crate::model::{Action, ChangeFault, Cursor, Day, Delay, PollTrigger, Reach, System, Trouble};

/// One draw in a million million is longer than this many means of an exponential distribution, or this many deviations
/// above the middle of a normal one.
const EXPONENTIAL_MEANS: f64 = 27.631021115928547;
const NORMAL_DEVIATIONS: f64 = 7.034483825301131;

/// What holds whatever happens on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certainty {
    /// The longest from the issue of a read to its answer, in microseconds; `None` if reads may queue.
    pub longest_read_us: Option<u64>,
    /// How old the data may be that a read sees, in microseconds.
    pub longest_lag_us: u64,
    /// The longest that an event takes that arrives, in microseconds.
    pub longest_delay_us: u64,
    /// Whether reads may fail.
    pub reads_fail: bool,
    /// Whether every change of a role is told to every replica.
    pub all_told: bool,
}

impl Certainty {
    /// What holds for a day on a system.
    #[must_use]
    pub fn of(day: &Day, system: &System) -> Self {
        let (mut read_us, mut delay_us) = (longest_us(system.read_latency), longest_us(system.channel.delay));
        let (mut is_lost, mut reads_fail) = (false, !system.read_errors.is_never());
        for fault in &system.faults {
            match fault.trouble {
                Trouble::ReadLatency(latency) => read_us = read_us.max(longest_us(latency)),
                Trouble::ChannelDelay(delay) => delay_us = delay_us.max(longest_us(delay)),
                Trouble::ChannelLost | Trouble::ChannelLoss(_) | Trouble::ChannelDown => is_lost = true,
                Trouble::DatabaseDown => reads_fail = true,
                Trouble::UpdateFails => {}
            }
        }
        if let Some(polling) = system.channel.poll {
            // A poll that the feed's troubles or nobody's requests put off has no bound.
            is_lost |= polling.cursor == Cursor::Id || polling.trigger == PollTrigger::Read || reads_fail;
            delay_us = delay_us.saturating_add(polling.period.0).saturating_add(polling.lag.0);
        }
        let is_complete = system.channel.reach == Reach::All || system.replicas.count.get() == 1;
        let is_told = |action: &Action| match action {
            Action::WriteDb { .. } | Action::CreateUser { .. } => false,
            Action::Change(change) => change.fault != ChangeFault::EventLost,
            _ => true,
        };
        let all_told = !is_lost
            && is_complete
            && system.channel.loss.is_never()
            && day.script.iter().all(|step| is_told(&step.action));
        Self {
            longest_read_us: system.concurrency.is_none().then_some(read_us),
            longest_lag_us: longest_us(system.replica_lag),
            longest_delay_us: delay_us,
            reads_fail,
            all_told,
        }
    }
}

/// The longest that something takes, in microseconds.
fn longest_us(delay: Delay) -> u64 {
    match delay {
        Delay::Fixed(fixed) => fixed.0,
        Delay::Uniform(_, longest) => longest.0,
        Delay::Exponential(mean) => (mean.0 as f64 * EXPONENTIAL_MEANS).ceil() as u64,
        Delay::Lognormal { median, sigma } => {
            (median.0 as f64 * libm::exp(sigma * NORMAL_DEVIATIONS)).ceil() as u64
        }
    }
}
