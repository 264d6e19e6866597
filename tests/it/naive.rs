//! A second simulator of scripted days, written from the rules alone, so plain that it is obviously
//! right: one agenda, a few maps, nothing clever. The real engine has to agree with it, answer by answer.
//!
//! It knows one replica, constant latencies and scripted steps; times are microseconds since the start.

mod cache;
mod counts;
mod tests;

pub(crate) use counts::Counts;

use std::collections::{BTreeMap, HashMap, HashSet};

use rolesim::cache::{Guard, OnEvent};
use rolesim::model::{Action, CacheKind, ChangeFault, ChangeKind, Day, RoleChange, System, UserId};

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

/// How an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// There was none, or nobody listens, or it is still under way.
    Unheard,
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
    pub(crate) fate: Fate,
}

/// A request under way.
#[derive(Clone, Debug)]
struct Request {
    answer: Answer,
    /// What was committed when it started.
    truth: Row,
    asked_again: u32,
}

struct Entry {
    row: Row,
    stored_us: u64,
}

struct Fetch {
    user: UserId,
    /// What was committed when it was issued.
    row: Row,
    /// The requests that wait for it, its leader first.
    waiting: Vec<usize>,
    joinable: bool,
    revoked: bool,
    /// The largest version of an event of the user that came meanwhile.
    newest_event: u64,
}

/// Everything that happened, measured or not.
#[derive(Default)]
struct Journal {
    requests: Vec<Request>,
    commits: Vec<Commit>,
    reads_us: Vec<u64>,
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
    pub(crate) commits: Vec<Commit>,
    pub(crate) counts: Counts,
}

/// The order of what happens at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    MinuteEnd,
    Sweep,
    DayEnd,
    /// In the order of being scheduled.
    UnderWay(u64),
    /// Step, repetition, position in the set.
    Scripted(usize, u64, usize),
}

enum Happening {
    MinuteEnd,
    Sweep,
    DayEnd,
    Commit(usize),
    EventArrives(usize),
    DatabaseAnswers(u64),
    Request(usize, UserId),
    Step(usize),
}

/// The cache's options in the terms of this simulator.
#[derive(Default)]
struct Rules {
    oracle: bool,
    stores: bool,
    /// Readers join a fetch in flight.
    joins: bool,
    /// Versions guard entries and fetches.
    versioned: bool,
    /// Deaf to events without.
    on_event: Option<OnEvent>,
    ttl_us: Option<u64>,
    sweep_us: Option<u64>,
}

impl Rules {
    fn new(cache: CacheKind) -> Self {
        match cache {
            CacheKind::Event(options) => Self {
                stores: true,
                joins: options.guard != Guard::None,
                versioned: options.guard == Guard::Version,
                on_event: Some(options.on_event),
                ttl_us: options.ttl.map(|ttl| ttl.0),
                ..Self::default()
            },
            CacheKind::Ttl(options) | CacheKind::Idle(options) => Self {
                stores: true,
                joins: true,
                ttl_us: Some(options.ttl.0),
                sweep_us: options.sweep.map(|period| period.0),
                ..Self::default()
            },
            CacheKind::None => Self::default(),
            CacheKind::Oracle => Self { oracle: true, ..Self::default() },
        }
    }
}

struct Simulation<'a> {
    day: &'a Day,
    system: &'a System,
    rules: Rules,
    now: u64,
    agenda: BTreeMap<(u64, Place), Happening>,
    scheduled: u64,
    database: HashMap<UserId, Row>,
    entries: HashMap<UserId, Entry>,
    floor: u64,
    fetches: BTreeMap<u64, Fetch>,
    /// Whom the oracle knows.
    seen: HashSet<UserId>,
    journal: Journal,
}

/// Replays the script against one cache; `system.cache` plays no part.
pub(crate) fn simulate(day: &Day, system: &System, cache: CacheKind) -> Run {
    let mut simulation = Simulation {
        day,
        system,
        rules: Rules::new(cache),
        now: 0,
        agenda: BTreeMap::new(),
        scheduled: 0,
        database: HashMap::new(),
        entries: HashMap::new(),
        floor: 0,
        fetches: BTreeMap::new(),
        seen: HashSet::new(),
        journal: Journal::default(),
    };
    simulation.prepare();
    while let Some(((at_us, _), happening)) = simulation.agenda.pop_first() {
        simulation.now = at_us;
        simulation.happen(happening);
    }
    let journal = simulation.journal;
    Run {
        counts: Counts::new(&journal, &simulation.rules, day.clock.measure_from.0 - day.clock.start.0),
        answers: journal.requests.into_iter().map(|request| request.answer).collect(),
        commits: journal.commits,
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
            Happening::Commit(step) => self.commit(step),
            Happening::EventArrives(commit) => self.event_arrives(commit),
            Happening::DatabaseAnswers(fetch) => self.database_answers(fetch),
            Happening::Request(step, user) => self.request(step, user),
            Happening::Step(step) => self.step(step),
        }
    }

    fn size(&self) -> u64 {
        (self.entries.len() + self.seen.len()) as u64
    }

    fn step(&mut self, step: usize) {
        let day = self.day;
        match &day.script[step].action {
            Action::Request { .. } => unreachable!("requests are on the agenda one by one"),
            Action::Change(_) | Action::CreateUser { .. } | Action::WriteDb { .. } => {
                self.after(self.system.write_latency.fixed_us().unwrap(), Happening::Commit(step));
            }
            Action::Restart(_) => {
                for fetch in std::mem::take(&mut self.fetches).into_values() {
                    fetch.waiting.into_iter().for_each(|request| self.fail(request));
                }
                self.entries.clear();
                self.floor = 0;
            }
            Action::Invalidate(user) => {
                self.remove(user);
                self.revoke(|of| of == user);
            }
            Action::Clear => {
                let users: Vec<_> = self.entries.keys().cloned().collect();
                users.iter().for_each(|user| self.remove(user));
                self.revoke(|_| true);
            }
        }
    }
}

/// `period`, twice `period`, … up to and including `end_us`.
fn multiples(period: u64, end_us: u64) -> impl Iterator<Item = u64> {
    (1..=end_us / period).map(move |k| k * period)
}

// The database.
impl Simulation<'_> {
    fn committed(&self, user: &UserId) -> Row {
        self.database.get(user).copied().unwrap_or_default()
    }

    fn commit(&mut self, step: usize) {
        let (user, role, event, writes) = match &self.day.script[step].action {
            Action::Change(RoleChange { kind, fault, .. }) => {
                let writes = if matches!(kind, ChangeKind::Transfer { .. }) { 2 } else { 1 };
                (kind.user(), kind.role(&self.day.roles), Some(*fault), writes)
            }
            Action::CreateUser { user, role, .. } | Action::WriteDb { user, role } => (user, *role, None, 1),
            _ => unreachable!("only steps that write commit"),
        };
        let number = self.journal.commits.len();
        let after = Row { role: role.0, version: number as u64 + 1 };
        self.journal.commits.push(Commit {
            step,
            at_us: self.now,
            user: user.clone(),
            before: self.committed(user).role,
            after,
            is_event: event.is_some(),
            writes,
            fate: Fate::Unheard,
        });
        self.database.insert(user.clone(), after);
        if self.rules.oracle && event.is_some() {
            self.seen.insert(user.clone());
        }
        if self.rules.on_event.is_some() {
            match event {
                Some(ChangeFault::EventLost) => self.journal.commits[number].fate = Fate::Lost,
                Some(_) => {
                    self.after(self.system.channel.delay.fixed_us().unwrap(), Happening::EventArrives(number))
                }
                None => {}
            }
        }
    }
}
