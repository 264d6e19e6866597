//! The system under test: what a team could build otherwise on the same day.

use std::num::NonZeroU32;

use super::{Delay, Micros, Probability, Window};

/// The processes that hold a cache, the database, the channel, and what goes wrong with them when.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// From the moment the database serves a read to its answer.
    pub read_latency: Delay,
    /// How likely a read fails, at the time of its answer.
    pub read_errors: Probability,
    /// How long ago the data was committed that a read sees.
    pub replica_lag: Delay,
    /// Reads that the database serves at once; the others queue in the order of their issue. `None` is without a limit.
    pub concurrency: Option<NonZeroU32>,
    /// From a write's step to its commit.
    pub write_latency: Delay,
    /// The processes.
    pub replicas: Replicas,
    /// From the database's commit to the caches.
    pub channel: Channel,
    /// What goes wrong on a timetable, in the order of the file.
    pub faults: Vec<TimedFault>,
}

impl System {
    /// One process, everything instant and perfect.
    #[must_use]
    pub fn perfect() -> Self {
        Self {
            read_latency: Delay::NONE,
            read_errors: Probability::NEVER,
            replica_lag: Delay::NONE,
            concurrency: None,
            write_latency: Delay::NONE,
            replicas: Replicas::default(),
            channel: Channel::default(),
            faults: Vec::new(),
        }
    }
}

/// Processes, each with a cache of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// How many.
    pub count: NonZeroU32,
    /// Which of them a request reaches.
    pub routing: Routing,
}

impl Default for Replicas {
    fn default() -> Self {
        Self { count: NonZeroU32::MIN, routing: Routing::Sticky }
    }
}

/// Which replica a request reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// A user's requests always reach the same one.
    Sticky,
    /// Any, drawn for each request.
    Random,
    /// One after the other, over all requests.
    RoundRobin,
}

/// How events travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channel {
    /// From a commit to the arrival of its event, drawn for each replica.
    pub delay: Delay,
    /// How likely a replica never gets an event.
    pub loss: Probability,
    /// How likely a replica gets an event twice, each with a delay of its own.
    pub duplicate: Probability,
    /// The replicas that an event is sent to.
    pub reach: Reach,
    /// How often the channel says that it is there; `None` if it does not.
    pub heartbeat: Option<Micros>,
    /// How the replicas poll a feed, if events are not sent to them.
    pub poll: Option<Polling>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            delay: Delay::NONE,
            loss: Probability::NEVER,
            duplicate: Probability::NEVER,
            reach: Reach::All,
            heartbeat: None,
            poll: None,
        }
    }
}

/// How a replica polls a feed of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// From a poll to the next one; longer than 0.
    pub period: Micros,
    /// What brings a poll about.
    pub trigger: PollTrigger,
    /// How it knows what it has had.
    pub cursor: Cursor,
    /// Only changes whose steps are so old are read.
    pub lag: Micros,
}

/// What brings a poll about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollTrigger {
    /// A timetable, over which the replicas are spread.
    Timetable,
    /// A request, once the period is over: it is answered first.
    Read,
}

/// How a reader of a feed knows what it has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// By the order of commits: nothing is passed over.
    Commit,
    /// By the largest number seen. Numbers are given at the step, so one that commits late is passed over.
    Id,
}

/// The replicas that an event is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All replicas.
    All,
    /// Only the one that handled the change.
    Local,
}

/// Something that goes wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedFault {
    /// When.
    pub window: Window,
    /// The replica that it befalls; `None` if it is all.
    pub replica: Option<u32>,
    /// What.
    pub trouble: Trouble,
}

/// What goes wrong for a while. Of two that overlap, the later one in the file holds, and one of a single replica before
/// those of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// Reads fail at once, those in flight too; writes commit nothing and send no event.
    DatabaseDown,
    /// Events that leave are lost.
    ChannelLost,
    /// Events that leave are lost with this probability, in place of the channel's own.
    ChannelLoss(Probability),
    /// The connection is broken: events that leave are lost, and no heartbeat arrives.
    ChannelDown,
    /// Events that leave take so long.
    ChannelDelay(Delay),
    /// The cache's update fails for events that arrive.
    UpdateFails,
    /// Reads that are issued take so long.
    ReadLatency(Delay),
}
