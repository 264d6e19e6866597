//! A second simulator of scripted days, written from the rules alone, so plain that it is obviously
//! right: one agenda, a few maps, nothing clever. The real engine has to agree with it, answer by answer.
//!
//! It knows one replica, constant latencies and scripted steps; times are microseconds since the start.

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
            CacheKind::Ttl(options) => Self {
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
                self.after(self.system.write_latency.0, Happening::Commit(step));
            }
            Action::Restart => {
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
            Action::Change(RoleChange { kind, fault }) => {
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
                Some(_) => self.after(self.system.channel_delay.0, Happening::EventArrives(number)),
                None => {}
            }
        }
    }
}

// What a cache is asked.
impl Simulation<'_> {
    fn request(&mut self, step: usize, user: UserId) {
        let (id, truth) = (self.journal.requests.len(), self.committed(&user));
        let answer = Answer {
            step,
            start_us: self.now,
            user: user.clone(),
            outcome: Outcome::Hit,
            row: None,
            answered_us: 0,
        };
        self.journal.requests.push(Request { answer, truth, asked_again: 0 });
        if !self.rules.oracle {
            return self.ask(id);
        }
        self.answer(id, truth);
        if self.seen.insert(user) {
            let answer = &mut self.journal.requests[id].answer;
            answer.outcome = Outcome::Load;
            answer.answered_us += self.system.read_latency.0;
            self.journal.reads_us.push(self.now);
        }
    }

    fn ask(&mut self, id: usize) {
        let user = self.journal.requests[id].answer.user.clone();
        if let Some(row) = self.usable(&user) {
            return self.answer(id, row);
        }
        if self.rules.sweep_us.is_none() {
            self.remove(&user); // if it is there, it has expired
        }
        let current = self.fetches.values_mut().find(|fetch| fetch.joinable && fetch.user == user);
        if let (true, Some(fetch)) = (self.rules.joins, current) {
            fetch.waiting.push(id);
            return self.first_missed(id, Outcome::Coalesced);
        }
        self.first_missed(id, Outcome::Load);
        self.journal.reads_us.push(self.now);
        let number = self.journal.reads_us.len() as u64;
        let row = self.committed(&user);
        let fetch = Fetch { user, row, waiting: vec![id], joinable: true, revoked: false, newest_event: 0 };
        self.fetches.insert(number, fetch);
        self.after(self.system.read_latency.0, Happening::DatabaseAnswers(number));
    }

    /// A request stays what its first miss made it.
    fn first_missed(&mut self, id: usize, outcome: Outcome) {
        let request = &mut self.journal.requests[id];
        if request.asked_again == 0 {
            request.answer.outcome = outcome;
        }
    }

    fn answer(&mut self, id: usize, row: Row) {
        let answer = &mut self.journal.requests[id].answer;
        answer.row = Some((row.role, row.version));
        answer.answered_us = self.now;
    }

    fn fail(&mut self, id: usize) {
        let answer = &mut self.journal.requests[id].answer;
        answer.outcome = Outcome::Failed;
        answer.answered_us = self.now;
    }
}

// What a cache does.
impl Simulation<'_> {
    fn expired(&self, entry: &Entry) -> bool {
        self.rules.ttl_us.is_some_and(|ttl| self.now >= entry.stored_us + ttl)
    }

    fn usable(&self, user: &UserId) -> Option<Row> {
        self.entries.get(user).filter(|entry| !self.expired(entry)).map(|entry| entry.row)
    }

    fn store(&mut self, user: UserId, row: Row) {
        self.entries.insert(user, Entry { row, stored_us: self.now });
    }

    /// Drops an entry and remembers its version.
    fn remove(&mut self, user: &UserId) {
        if let Some(entry) = self.entries.remove(user) {
            self.floor = self.floor.max(entry.row.version);
        }
    }

    fn revoke(&mut self, whose: impl Fn(&UserId) -> bool) {
        if self.rules.versioned {
            for fetch in self.fetches.values_mut().filter(|fetch| whose(&fetch.user)) {
                fetch.revoked = true;
                fetch.joinable = false;
            }
        }
    }

    /// A change of the user is known: a fetch in flight that read less is overtaken, and nobody joins it.
    fn overtake(&mut self, user: &UserId, version: u64) {
        for fetch in self.fetches.values_mut().filter(|fetch| self.rules.versioned && fetch.user == *user) {
            fetch.joinable = false;
            fetch.newest_event = fetch.newest_event.max(version);
        }
    }

    fn database_answers(&mut self, number: u64) {
        let Some(fetch) = self.fetches.remove(&number) else {
            return; // a restart lost it
        };
        let newest_entry = self.entries.get(&fetch.user).map_or(0, |entry| entry.row.version);
        let overtaken = self.rules.versioned && fetch.newest_event.max(newest_entry) > fetch.row.version;
        if overtaken {
            self.journal.rejected_fills_us.push(self.now);
        }
        if !overtaken && !fetch.revoked {
            if self.rules.stores {
                self.store(fetch.user, fetch.row);
            }
            return fetch.waiting.into_iter().for_each(|id| self.answer(id, fetch.row));
        }
        for id in fetch.waiting {
            if self.journal.requests[id].asked_again == 16 {
                self.fail(id);
            } else {
                self.journal.requests[id].asked_again += 1;
                self.ask(id);
            }
        }
    }

    fn event_arrives(&mut self, number: usize) {
        let Commit { step, ref user, after: row, .. } = self.journal.commits[number];
        let user = user.clone();
        let Action::Change(change) = &self.day.script[step].action else { unreachable!("only changes tell") };
        self.journal.commits[number].fate = if change.fault == ChangeFault::UpdateFails {
            self.remove(&user);
            self.floor = self.floor.max(row.version);
            self.overtake(&user, row.version);
            Fate::Failed
        } else {
            self.apply(user, row)
        };
    }

    fn apply(&mut self, user: UserId, row: Row) -> Fate {
        if self.rules.versioned {
            match self.entries.get(&user) {
                Some(entry) if row.version < entry.row.version => return Fate::Rejected,
                None if row.version <= self.floor => {
                    self.overtake(&user, row.version);
                    return Fate::Rejected;
                }
                _ => self.overtake(&user, row.version),
            }
        }
        match self.rules.on_event {
            Some(OnEvent::Update) => self.store(user, row),
            Some(OnEvent::UpdateIfPresent) if self.usable(&user).is_some() => self.store(user, row),
            Some(OnEvent::UpdateIfPresent) | None => {}
            Some(OnEvent::Invalidate) => drop(self.entries.remove(&user)),
        }
        Fate::Applied
    }

    fn sweep(&mut self) {
        let before = self.entries.len() as u64;
        let (now, ttl_us) = (self.now, self.rules.ttl_us.unwrap_or(u64::MAX));
        self.entries.retain(|_, entry| now < entry.stored_us.saturating_add(ttl_us));
        self.journal.sweeps.push((now, before, before - self.entries.len() as u64));
    }
}
