//! What a stale answer comes from.
//!
//! The change that it missed is the user's latest change of role committed when the request started, the one that
//! stale answers are charged to. Either its event had not reached the replica by then, and why it had not is the
//! cause; or it had, and something put the old role back. Places in the story are compared, not times: at one
//! instant several things happen in an order.

use std::collections::BTreeMap;

use super::story::{Item, Story};
use crate::cache::{Applied, Version};
use crate::sim::{Answered, RequestOutcome};

/// The change of role that a stale answer missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missed {
    /// The number of its commit.
    pub version: u64,
    /// When it was committed, in microseconds since the clock's start.
    pub at_us: u64,
}

/// Why an answer was stale. All times are in microseconds since the clock's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The cache hears no events: what it once read is believed to the end of its life.
    Deaf {
        /// What was missed.
        missed: Missed,
        /// When the read was issued that brought the old role, and when its answer was stored.
        read: Option<(u64, u64)>,
    },
    /// The cache hears no events, and its read, though issued after the change, saw the database as it was before.
    OldRead {
        /// What was missed.
        missed: Missed,
        /// When the read was issued.
        issued_us: u64,
    },
    /// The role was written past the bot: no event tells of it.
    OutOfBand {
        /// What was missed.
        missed: Missed,
    },
    /// The event was lost.
    Lost {
        /// What was missed.
        missed: Missed,
    },
    /// The event was not sent to this replica, only to the one that handled the change.
    NotSent {
        /// What was missed.
        missed: Missed,
    },
    /// The event arrived after the answer.
    Late {
        /// What was missed.
        missed: Missed,
        /// When it arrived.
        arrives_us: u64,
    },
    /// The event had arrived, and then a read that had been issued before the change brought the old role back.
    OvertakenFetch {
        /// What was missed.
        missed: Missed,
        /// When its event had arrived.
        arrived_us: u64,
        /// When the read was issued.
        issued_us: u64,
        /// When it was answered.
        answered_us: u64,
        /// Whether the request had joined that read, so that its answer is the read's own.
        joined: bool,
    },
    /// The event had arrived, and then an older one did and was written over it.
    OvertakenEvent {
        /// What was missed.
        missed: Missed,
        /// When its event had arrived.
        arrived_us: u64,
        /// The commit of which the older event tells.
        older_version: u64,
        /// When that arrived.
        older_us: u64,
    },
    /// Nothing in the story accounts for it.
    Unknown,
}

/// What put an old row into a replica's cache.
#[derive(Clone, Copy)]
enum Put {
    /// A read that was led from this instant to that, and the latest version that was committed when it began.
    Read(u64, u64, Version),
    /// An event that arrived then.
    Event(u64),
}

/// A commit as far as causes look at it.
#[derive(Clone, Copy)]
struct Commit {
    version: u64,
    at_us: u64,
    changes: bool,
    event: bool,
    only: Option<u32>,
}

/// A place in the story, and its time.
type Arrival = (usize, u64);

/// The causes of all stale answers of a story, by the place of the answer.
pub(super) fn causes(story: &Story) -> BTreeMap<usize, Cause> {
    let mut commits: Vec<Commit> = Vec::new();
    let mut arrivals: BTreeMap<(u64, u32), Vec<Arrival>> = BTreeMap::new();
    for (place, item) in story.items.iter().enumerate() {
        match *item {
            Item::Committed { at_us, row, changes, event, only, .. } => {
                commits.push(Commit { version: row.version.0, at_us, changes, event, only });
            }
            Item::Delivered { at_us, row, replica, applied: Some(_), .. } => {
                arrivals.entry((row.version.0, replica)).or_default().push((place, at_us));
            }
            _ => {}
        }
    }
    let mut puts: BTreeMap<(u32, u64), (usize, Put)> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (place, item) in story.items.iter().enumerate() {
        match item {
            Item::Delivered { at_us, row, replica, applied: Some(Applied::Written), .. } => {
                puts.insert((*replica, row.version.0), (place, Put::Event(*at_us)));
            }
            Item::Answered(answered) => {
                if let (RequestOutcome::Load, Some(row)) = (answered.outcome, answered.row) {
                    let put = Put::Read(answered.request.at_us, answered.at_us, answered.truth.version);
                    puts.insert((answered.replica, row.version.0), (place, put));
                }
                if answered.is_stale() {
                    let put = answered.row.and_then(|row| puts.get(&(answered.replica, row.version.0)));
                    let heard = story.cache.hears_events();
                    let missed = commit_missed(&commits, answered);
                    let cause = missed.map_or(Cause::Unknown, |missed| {
                        let arrivals = arrivals.get(&(missed.version, answered.replica));
                        let arrivals = arrivals.map_or(&[][..], Vec::as_slice);
                        cause(answered, place, &missed, arrivals, put.copied(), heard)
                    });
                    found.insert(place, cause);
                }
            }
            _ => {}
        }
    }
    found
}

/// The latest change of role committed when the request started.
fn commit_missed(commits: &[Commit], answered: &Answered) -> Option<Commit> {
    let known = commits.partition_point(|commit| commit.version <= answered.truth.version.0);
    commits[..known].iter().rev().find(|commit| commit.changes).copied()
}

fn cause(
    answered: &Answered,
    place: usize,
    commit: &Commit,
    arrivals: &[Arrival],
    put: Option<(usize, Put)>,
    heard: bool,
) -> Cause {
    let missed = Missed { version: commit.version, at_us: commit.at_us };
    if !heard {
        return match put {
            Some((_, Put::Read(issued_us, _, committed))) if committed.0 >= commit.version => {
                Cause::OldRead { missed, issued_us }
            }
            Some((_, Put::Read(issued_us, answered_us, _))) => {
                Cause::Deaf { missed, read: Some((issued_us, answered_us)) }
            }
            _ => Cause::Deaf { missed, read: None },
        };
    }
    let before = arrivals.partition_point(|(arrival, _)| *arrival < place);
    // Of an event that comes twice, the last arrival before the answer is the one that something undid.
    let Some((arrival, arrived_us)) = before.checked_sub(1).and_then(|last| arrivals.get(last)).copied()
    else {
        return match arrivals.first() {
            Some((_, arrives_us)) => Cause::Late { missed, arrives_us: *arrives_us },
            None if !commit.event => Cause::OutOfBand { missed },
            None if commit.only.is_some_and(|only| only != answered.replica) => Cause::NotSent { missed },
            None => Cause::Lost { missed },
        };
    };
    match put {
        Some((put, Put::Read(issued_us, answered_us, _))) if put > arrival => Cause::OvertakenFetch {
            missed,
            arrived_us,
            issued_us,
            answered_us,
            joined: answered.outcome == RequestOutcome::Coalesced,
        },
        Some((put, Put::Event(older_us))) if put > arrival => Cause::OvertakenEvent {
            missed,
            arrived_us,
            older_version: answered.row.map_or(0, |row| row.version.0),
            older_us,
        },
        _ => Cause::Unknown,
    }
}
