//! Settings of the system that scenarios cannot name yet.

use std::collections::BTreeSet;

use rolesim::model::{Cursor, Day, Delay, PollTrigger, Probability, System, TimedFault, Trouble};

/// What the system has beyond `System`; all times are microseconds since the start. The default is none of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coming {
    /// Events are fetched from a feed, and not sent.
    pub(crate) poll: Option<Poll>,
    /// Polls that a script asks for.
    pub(crate) poll_steps: Vec<PollStep>,
    pub(crate) heartbeat_us: Option<u64>,
    /// From when until when the channel's connection is broken.
    pub(crate) channel_down: Vec<(u64, u64)>,
    /// Extra losses: from, to, how likely.
    pub(crate) channel_loss: Vec<(u64, u64, Probability)>,
    /// How old the data is that a read sees.
    pub(crate) replica_lag: Option<Delay>,
    /// What the second level takes to answer.
    pub(crate) l2_latency: Option<Delay>,
    /// What a version check takes; that of a read by default.
    pub(crate) check_latency: Option<Delay>,
    /// Steps whose requests are sensitive.
    pub(crate) sensitive_steps: BTreeSet<usize>,
    /// Faults of one replica.
    pub(crate) replica_faults: Vec<(u32, TimedFault)>,
    /// Restarts that roll over all replicas: when the first comes, and over how long.
    pub(crate) rolling_restarts: Vec<(u64, u64)>,
    /// The spans of `fresh_within`.
    pub(crate) slo_us: Vec<u64>,
    /// Keep account of what every replica would have answered at every instant.
    pub(crate) settling: bool,
    /// Within how long after a reduction a request counts for `revocations_asked`; an hour by default.
    pub(crate) asked_within_us: Option<u64>,
}

impl Coming {
    /// A system without what the plain simulator knows apart, and that.
    pub(crate) fn apart(day: &Day, system: &System) -> (System, Self) {
        let mut coming = Self {
            heartbeat_us: system.channel.heartbeat.map(|period| period.0),
            poll: system.channel.poll.map(|polling| Poll {
                period_us: polling.period.0,
                on_read: polling.trigger == PollTrigger::Read,
                by_number: polling.cursor == Cursor::Id,
                lag_us: polling.lag.0,
            }),
            replica_lag: Some(system.replica_lag).filter(|lag| !lag.is_none()),
            ..Self::default()
        };
        let mut rest = System { replica_lag: Delay::NONE, faults: Vec::new(), ..system.clone() };
        for fault in &system.faults {
            let since = |at: rolesim::model::DayTime| at.0.saturating_sub(day.clock.start.0);
            let (from_us, to_us) = (since(fault.window.from), since(fault.window.to));
            match (fault.replica, fault.trouble) {
                (None, Trouble::ChannelDown) => coming.channel_down.push((from_us, to_us)),
                (None, Trouble::ChannelLoss(loss)) => coming.channel_loss.push((from_us, to_us, loss)),
                (Some(replica), _) => coming.replica_faults.push((replica, *fault)),
                (None, _) => rest.faults.push(*fault),
            }
        }
        (rest, coming)
    }
}

/// How a feed is polled.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Poll {
    pub(crate) period_us: u64,
    /// Requests trigger polls, not a timetable.
    pub(crate) on_read: bool,
    /// The cursor is the largest number seen, and not the last commit.
    pub(crate) by_number: bool,
    pub(crate) lag_us: u64,
}

/// A poll of one replica or of all, behind everything of the script's step `after`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PollStep {
    pub(crate) at_us: u64,
    pub(crate) after: usize,
    pub(crate) replica: Option<u32>,
}
