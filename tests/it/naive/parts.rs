//! What the simulation is made of: requests, entries, fetches, and what is on the agenda.

use std::collections::HashMap;

use rolesim::model::UserId;

use super::Counts;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Hit,
    Load,
    Coalesced,
    Failed,
}

/// A role and the number of the commit that gave it; 0 for what was there at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) role: u8,
    pub(crate) version: u64,
}

/// One request and its answer; a failed one has no row, and `answered_us` is when it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) step: usize,
    pub(crate) start_us: u64,
    pub(crate) user: UserId,
    pub(crate) outcome: Outcome,
    pub(crate) row: Option<(u8, u64)>,
    pub(crate) answered_us: u64,
}

/// How an event ended for one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Lost,
    Applied,
    Failed,
    Rejected,
}

/// One commit; the one with version `v` is the `v`-th.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    pub(crate) step: usize,
    pub(crate) at_us: u64,
    pub(crate) user: UserId,
    pub(crate) before: u8,
    pub(crate) after: Row,
    /// A role change of which an event tells, and not a row written out of band.
    pub(crate) is_event: bool,
    pub(crate) writes: u64,
    pub(super) write: Write,
    /// One for each loss and each arrival: the replica, when, and how.
    pub(crate) fates: Vec<(u32, u64, Fate)>,
}

/// A request under way.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) answer: Answer,
    /// What was committed when it started.
    pub(super) truth: Row,
    pub(super) asked_again: u64,
    pub(super) key: u64,
    pub(super) replica: u32,
    /// Answered from an entry past its life.
    pub(super) served_stale: bool,
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) row: Row,
    pub(super) stored_us: u64,
    pub(super) expires_us: u64,
    /// The number of its last use.
    pub(super) used: u64,
}

/// One replica's cache.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) entries: HashMap<UserId, Entry>,
    /// By shard.
    pub(super) floors: HashMap<u64, u64>,
    pub(super) last_heartbeat_us: u64,
    pub(super) missed_heartbeat: bool,
    /// Until when nothing is filled, for a user and for all.
    pub(super) held_until_us: HashMap<UserId, u64>,
    pub(super) all_held_until_us: u64,
    /// Until when a user is answered from an entry past its life.
    pub(super) no_read_until_us: HashMap<UserId, u64>,
    pub(super) last_fetch_us: HashMap<UserId, u64>,
    /// Requests that wait until their user may be read again.
    pub(super) waiting: HashMap<UserId, Vec<usize>>,
}

/// What a fetch is for.
pub(super) enum Purpose {
    Read,
    Refresh,
    /// All rows, as they were when it was issued.
    Load(HashMap<UserId, Row>),
}

pub(super) struct Fetch {
    pub(super) user: UserId,
    pub(super) replica: u32,
    /// What was committed when it was issued.
    pub(super) row: Row,
    pub(super) purpose: Purpose,
    /// The request that caused it.
    pub(super) leader: usize,
    /// The entry that it brings expires by then.
    pub(super) expires_by_us: u64,
    pub(super) stores_nothing: bool,
    pub(super) from_l2: bool,
    /// The requests that wait for it, its leader first.
    pub(super) waiting: Vec<usize>,
    pub(super) joinable: bool,
    pub(super) revoked: bool,
    /// The largest version of the user that an event brought or another fetch stored meanwhile.
    pub(super) newest_known: u64,
    /// What names it in draws.
    pub(super) key: u64,
    /// The database answers with an error.
    pub(super) fails: bool,
}

impl Fetch {
    /// A fetch that no request waits for and that is for no single user.
    pub(super) fn background(replica: u32, key: u64, purpose: Purpose) -> Self {
        Self {
            user: UserId::Number(0),
            replica,
            row: Row::default(),
            purpose,
            leader: 0,
            expires_by_us: u64::MAX,
            stores_nothing: false,
            from_l2: false,
            waiting: Vec::new(),
            joinable: false,
            revoked: false,
            newest_known: 0,
            key,
            fails: false,
        }
    }

    pub(super) fn is_refresh(&self) -> bool {
        matches!(self.purpose, Purpose::Refresh)
    }
}

/// A read of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) issued_us: u64,
    /// When the database began to serve it; `None` if it never did.
    pub(crate) served_us: Option<u64>,
}

/// A write that an outage failed.
pub(super) struct FailedWrite {
    pub(super) begun_us: u64,
    pub(super) failed_us: u64,
    pub(super) writes: u64,
}

/// Everything that happened, measured or not.
#[derive(Default)]
pub(super) struct Journal {
    pub(super) requests: Vec<Request>,
    pub(super) commits: Vec<Commit>,
    pub(super) failed_writes: Vec<FailedWrite>,
    /// The one that is numbered `n` is the `n`-th.
    pub(super) reads: Vec<Read>,
    pub(super) rejected_fills_us: Vec<u64>,
    /// When, entries examined, entries removed.
    pub(super) sweeps: Vec<(u64, u64, u64)>,
    /// When, and the entries then.
    pub(super) sizes: Vec<(u64, u64)>,
    pub(super) size_at_the_end: u64,
    pub(super) refreshes_us: Vec<u64>,
    pub(super) polls_us: Vec<u64>,
    pub(super) checks_us: Vec<u64>,
    /// When rows were read by loads and polls, and how many.
    pub(super) rows: Vec<(u64, u64)>,
    /// When the second level answered, and whether it had the row.
    pub(super) l2_us: Vec<(u64, bool)>,
    /// The requests in the order of their answers.
    pub(super) answered: Vec<usize>,
    /// By reduction: until when a replica would have answered with a higher role.
    pub(super) settled_us: HashMap<usize, u64>,
}

/// A finished day.
pub(crate) struct Run {
    /// In the order in which the requests started.
    pub(crate) answers: Vec<Answer>,
    /// The replica that each of them reached.
    pub(crate) replicas: Vec<u32>,
    pub(crate) commits: Vec<Commit>,
    /// From when until when writes were under way that failed.
    pub(crate) failed_writes: Vec<(u64, u64)>,
    pub(crate) reads: Vec<Read>,
    pub(crate) counts: Counts,
}

/// The order of what happens at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    MinuteEnd,
    /// Number and replica.
    Heartbeat(u64, u32),
    OutageBegins,
    /// Of a replica, as others do.
    Restart(u32),
    Sweep,
    DayEnd,
    /// In the order of being scheduled.
    UnderWay(u64),
    Poll(u64),
    /// Step, repetition, position in the set.
    Scripted(usize, u64, usize),
}

/// A step's write under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write {
    pub(super) step: usize,
    /// In the order of the steps, from 1.
    pub(super) number: u64,
    pub(super) begun_us: u64,
    pub(super) key: u64,
    /// An outage comes in between.
    pub(super) fails: bool,
}

pub(super) enum Happening {
    MinuteEnd,
    OutageBegins,
    Sweep,
    DayEnd,
    WriteEnds(Write),
    /// The event of a commit, at a replica.
    EventArrives(usize, u32),
    DatabaseAnswers(u64),
    Request(usize, UserId),
    Step(usize),
    Heartbeat(u32, bool),
    Poll(u32),
    Restart(u32),
    LoadDue(u32, u64),
    SecondLevelAnswers(u64),
    Checked(u64),
    DropAgain(u32, UserId),
    MayReadAgain(u32, UserId),
}
