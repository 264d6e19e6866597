//! A second simulator of scripted days, written from the rules alone, so plain that it is obviously
//! right: one agenda, a few maps, nothing clever. The real engine has to agree with it, answer by answer.
//!
//! It knows scripted steps only; times are microseconds since the start. What is drawn it draws as the engine does,
//! since what a seed means is part of the input.

mod cache;
mod channel;
mod counts;
mod database;
mod entries;
mod rules;
mod tests;

pub(crate) use counts::Counts;
use rules::Rules;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use rolesim::model::{Action, Day, DayTime, System, TimedFault, Trouble, UserId};
use rolesim::policy::PolicySpec;
use rolesim::workload::{Chances, Users, mix};

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
    /// One for each loss and each arrival: the replica, when, and how.
    pub(crate) fates: Vec<(u32, u64, Fate)>,
}

/// A request under way.
#[derive(Clone, Debug)]
struct Request {
    answer: Answer,
    /// What was committed when it started.
    truth: Row,
    asked_again: u64,
    key: u64,
    replica: u32,
}

struct Entry {
    row: Row,
    expires_us: u64,
    /// The number of its last use.
    used: u64,
}

/// One replica's cache.
#[derive(Default)]
struct Memory {
    entries: HashMap<UserId, Entry>,
    floor: u64,
}

struct Fetch {
    user: UserId,
    replica: u32,
    /// What was committed when it was issued.
    row: Row,
    /// The requests that wait for it, its leader first.
    waiting: Vec<usize>,
    joinable: bool,
    revoked: bool,
    /// The largest version of the user that an event brought or another fetch stored meanwhile.
    newest_known: u64,
    /// What names it in draws.
    key: u64,
    /// The database answers with an error.
    fails: bool,
}

/// A read of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) issued_us: u64,
    /// When the database began to serve it; `None` if it never did.
    pub(crate) served_us: Option<u64>,
}

/// A write that an outage failed.
struct FailedWrite {
    begun_us: u64,
    failed_us: u64,
    writes: u64,
}

/// Everything that happened, measured or not.
#[derive(Default)]
struct Journal {
    requests: Vec<Request>,
    commits: Vec<Commit>,
    failed_writes: Vec<FailedWrite>,
    /// The one that is numbered `n` is the `n`-th.
    reads: Vec<Read>,
    rejected_fills_us: Vec<u64>,
    /// When, entries examined, entries removed.
    sweeps: Vec<(u64, u64, u64)>,
    /// When, and the entries then.
    sizes: Vec<(u64, u64)>,
    size_at_the_end: u64,
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
enum Place {
    MinuteEnd,
    OutageBegins,
    Sweep,
    DayEnd,
    /// In the order of being scheduled.
    UnderWay(u64),
    /// Step, repetition, position in the set.
    Scripted(usize, u64, usize),
}

/// A step's write under way.
#[derive(Clone, Copy)]
struct Write {
    step: usize,
    begun_us: u64,
    key: u64,
    /// An outage comes in between.
    fails: bool,
}

enum Happening {
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
}

struct Simulation<'a> {
    day: &'a Day,
    system: &'a System,
    rules: Rules,
    chances: Chances,
    now: u64,
    agenda: BTreeMap<(u64, Place), Happening>,
    scheduled: u64,
    database: HashMap<UserId, Row>,
    memories: Vec<Memory>,
    uses: u64,
    fetches: BTreeMap<u64, Fetch>,
    /// Fetches that the database is busy with, and those that wait for it, first in, first out.
    served: HashSet<u64>,
    queued: VecDeque<u64>,
    /// How often each user asked, and was written.
    requests_of: HashMap<UserId, u64>,
    writes_of: HashMap<UserId, u64>,
    /// The users that the oracle knows.
    seen: HashSet<UserId>,
    journal: Journal,
}

/// Replays the script against one cache.
pub(crate) fn simulate(day: &Day, system: &System, cache: &PolicySpec) -> Run {
    let mut simulation = Simulation {
        day,
        system,
        rules: Rules::new(cache),
        chances: Chances::new(day.seed),
        now: 0,
        agenda: BTreeMap::new(),
        scheduled: 0,
        database: HashMap::new(),
        memories: (0..system.replicas.count.get()).map(|_| Memory::default()).collect(),
        uses: 0,
        fetches: BTreeMap::new(),
        served: HashSet::new(),
        queued: VecDeque::new(),
        requests_of: HashMap::new(),
        writes_of: HashMap::new(),
        seen: HashSet::new(),
        journal: Journal::default(),
    };
    simulation.prepare();
    while let Some(((at_us, _), happening)) = simulation.agenda.pop_first() {
        simulation.now = at_us;
        simulation.happen(happening);
    }
    let journal = simulation.journal;
    let failed = journal.failed_writes.iter();
    Run {
        failed_writes: failed.map(|write| (write.begun_us, write.failed_us)).collect(),
        counts: Counts::new(&journal, &simulation.rules, day.clock.measure_from.0 - day.clock.start.0),
        replicas: journal.requests.iter().map(|request| request.replica).collect(),
        answers: journal.requests.into_iter().map(|request| request.answer).collect(),
        commits: journal.commits,
        reads: journal.reads,
    }
}

impl Simulation<'_> {
    /// Fills the database, and the agenda with what is certain from the start.
    fn prepare(&mut self) {
        let day = self.day;
        for users in &day.users {
            for user in users.ids.iter() {
                self.database.insert(user, Row { role: users.role.0, version: 0 });
            }
        }
        let end_us = day.clock.end.0 - day.clock.start.0;
        for at_us in multiples(60_000_000, end_us) {
            self.agenda.insert((at_us, Place::MinuteEnd), Happening::MinuteEnd);
        }
        for at_us in self.rules.sweep_us.into_iter().flat_map(|period| multiples(period, end_us)) {
            self.agenda.insert((at_us, Place::Sweep), Happening::Sweep);
        }
        self.agenda.insert((end_us, Place::DayEnd), Happening::DayEnd);
        for (from_us, _) in self.outages() {
            self.agenda.insert((from_us, Place::OutageBegins), Happening::OutageBegins);
        }
        for (index, step) in day.script.iter().enumerate() {
            let at_us = step.at.0 - day.clock.start.0;
            let Action::Request { users, count, spacing } = &step.action else {
                self.agenda.insert((at_us, Place::Scripted(index, 0, 0)), Happening::Step(index));
                continue;
            };
            for round in 0..*count {
                let round_us = at_us + spacing.offset_us(round, *count);
                for (position, user) in users.iter().enumerate() {
                    let place = Place::Scripted(index, round, position);
                    self.agenda.insert((round_us, place), Happening::Request(index, user));
                }
            }
        }
    }

    /// At once without a delay, else later, behind what is already scheduled for that instant.
    fn after(&mut self, delay_us: u64, happening: Happening) {
        if delay_us == 0 {
            return self.happen(happening);
        }
        self.schedule(delay_us, happening);
    }

    fn schedule(&mut self, delay_us: u64, happening: Happening) {
        self.scheduled += 1;
        self.agenda.insert((self.now + delay_us, Place::UnderWay(self.scheduled)), happening);
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::MinuteEnd => self.journal.sizes.push((self.now, self.size())),
            Happening::Sweep => self.sweep(),
            Happening::DayEnd => {
                self.journal.size_at_the_end = self.size();
                self.journal.sizes.push((self.now, self.size()));
            }
            Happening::OutageBegins => self.outage_begins(),
            Happening::WriteEnds(write) => self.write_ends(write),
            Happening::EventArrives(commit, replica) => self.event_arrives(commit, replica),
            Happening::DatabaseAnswers(fetch) => self.database_answers(fetch),
            Happening::Request(step, user) => self.request(step, user),
            Happening::Step(step) => self.step(step),
        }
    }

    fn size(&self) -> u64 {
        let entries: usize = self.memories.iter().map(|memory| memory.entries.len()).sum();
        (entries + self.seen.len()) as u64
    }

    fn step(&mut self, step: usize) {
        let day = self.day;
        match &day.script[step].action {
            Action::Request { .. } => unreachable!("requests are on the agenda one by one"),
            Action::Change(_) | Action::CreateUser { .. } | Action::WriteDb { .. } => self.write_begins(step),
            Action::Restart(_) if self.rules.oracle => {}
            Action::Restart(which) => self.restart(*which),
            Action::Invalidate(user) => {
                self.each_replica(|simulation, replica| simulation.remove(replica, user));
                self.revoke(|of| of == user);
            }
            Action::Clear => {
                self.each_replica(|simulation, replica| {
                    let users: Vec<_> = simulation.memory(replica).entries.keys().cloned().collect();
                    users.iter().for_each(|user| simulation.remove(replica, user));
                });
                self.revoke(|_| true);
            }
        }
    }

    fn each_replica(&mut self, act: impl Fn(&mut Self, u32)) {
        (0..self.system.replicas.count.get()).for_each(|replica| act(self, replica));
    }

    fn memory(&mut self, replica: u32) -> &mut Memory {
        &mut self.memories[replica as usize]
    }

    /// An instant of the clock, since its start; what is before the start is at the start.
    fn since_start(&self, at: DayTime) -> u64 {
        at.0.saturating_sub(self.day.clock.start.0)
    }

    /// What goes wrong now, in the order of the file.
    fn troubles(&self) -> impl DoubleEndedIterator<Item = &Trouble> {
        let holds = |fault: &&TimedFault| {
            self.since_start(fault.window.from) <= self.now && self.now < self.since_start(fault.window.to)
        };
        self.system.faults.iter().filter(holds).map(|fault| &fault.trouble)
    }

    /// From when until when the database is down.
    fn outages(&self) -> Vec<(u64, u64)> {
        let faults = self.system.faults.iter().filter(|fault| fault.trouble == Trouble::DatabaseDown);
        faults
            .map(|TimedFault { window, .. }| (self.since_start(window.from), self.since_start(window.to)))
            .collect()
    }
}

/// `period`, twice `period`, … up to and including `end_us`.
fn multiples(period: u64, end_us: u64) -> impl Iterator<Item = u64> {
    (1..=end_us / period).map(move |k| k * period)
}

/// What names a user in draws.
fn user_key(user: &UserId) -> u64 {
    let mut users = Users::default();
    let number = users.intern(user);
    users.key(number)
}

/// What names one part of what a key names.
fn part(key: u64, part: u64) -> u64 {
    mix(key ^ mix(part))
}
