//! A second simulator of scripted days, written from the rules alone, so plain that it is obviously
//! right: one agenda, a few maps, nothing clever. The real engine has to agree with it, answer by answer.
//!
//! It knows scripted steps only; times are microseconds since the start. What is drawn it draws as the engine does,
//! since what a seed means is part of the input.

mod cache;
mod channel;
mod coming;
mod counts;
mod database;
mod drops;
mod entries;
mod feed;
mod later_counts;
mod look_on;
mod parts;
mod rules;
mod second_level;
mod sensitive;
mod snapshot;
mod tests;
mod token;

pub(crate) use coming::Coming;
pub(crate) use counts::Counts;
use feed::Reader;
pub(crate) use parts::{Answer, Commit, Fate, Outcome, Run};
use parts::{
    Entry, FailedWrite, Fetch, Happening, Journal, Memory, Place, Purpose, Read, Request, Row, Write,
};
use rules::Rules;
use sensitive::Check;
use snapshot::Copy as WholeCopy;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use rolesim::model::{Action, Day, DayTime, System, TimedFault, Trouble, UserId};
use rolesim::policy::PolicySpec;
use rolesim::workload::{Chances, Users, mix};

struct Simulation<'a> {
    day: &'a Day,
    system: &'a System,
    coming: &'a Coming,
    rules: Rules,
    chances: Chances,
    now: u64,
    agenda: BTreeMap<(u64, Place), Happening>,
    scheduled: u64,
    database: HashMap<UserId, Row>,
    /// The database at the start.
    initial: HashMap<UserId, Row>,
    memories: Vec<Memory>,
    copies: Vec<WholeCopy>,
    readers: Vec<Reader>,
    /// By replica and user: tokens with a smaller version are refused until then.
    denied: Vec<HashMap<UserId, (u64, u64)>>,
    l2: HashMap<UserId, Entry>,
    asked_l2: u64,
    begun_writes: u64,
    l2_asks: BTreeMap<u64, Fetch>,
    checks: BTreeMap<u64, Check>,
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
    simulate_with(day, system, cache, &Coming::default())
}

/// The same with what scenarios cannot name yet.
pub(crate) fn simulate_with(day: &Day, system: &System, cache: &PolicySpec, coming: &Coming) -> Run {
    simulate_rules(day, system, Rules::new(cache), coming)
}

fn simulate_rules(day: &Day, system: &System, rules: Rules, coming: &Coming) -> Run {
    let replicas = system.replicas.count.get();
    let mut simulation = Simulation {
        day,
        system,
        coming,
        rules,
        chances: Chances::new(day.seed),
        now: 0,
        agenda: BTreeMap::new(),
        scheduled: 0,
        database: HashMap::new(),
        initial: HashMap::new(),
        memories: (0..replicas).map(|_| Memory::default()).collect(),
        copies: (0..replicas).map(|_| WholeCopy::default()).collect(),
        readers: (0..replicas).map(|_| Reader::default()).collect(),
        denied: vec![HashMap::new(); replicas as usize],
        l2: HashMap::new(),
        asked_l2: 0,
        begun_writes: 0,
        l2_asks: BTreeMap::new(),
        checks: BTreeMap::new(),
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
        simulation.look_on(at_us);
        simulation.now = at_us;
        simulation.happen(happening);
    }
    let measure_from_us = day.clock.measure_from.0 - day.clock.start.0;
    let journal = simulation.journal;
    let mut counts = Counts::new(&journal, &simulation.rules, measure_from_us);
    counts.count_coming(&journal, coming, measure_from_us);
    let failed = journal.failed_writes.iter();
    Run {
        failed_writes: failed.map(|write| (write.begun_us, write.failed_us)).collect(),
        counts,
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
        self.initial = self.database.clone();
        let end_us = self.end_us();
        self.prepare_feed(end_us);
        for at_us in multiples(60_000_000, end_us) {
            self.agenda.insert((at_us, Place::MinuteEnd), Happening::MinuteEnd);
        }
        for at_us in self.rules.sweep_us.into_iter().flat_map(|period| multiples(period, end_us)) {
            self.agenda.insert((at_us, Place::Sweep), Happening::Sweep);
        }
        self.agenda.insert((end_us, Place::DayEnd), Happening::DayEnd);
        let own = self.coming.replica_faults.iter();
        for (_, fault) in own.filter(|(_, fault)| fault.trouble == Trouble::DatabaseDown) {
            let from_us = self.since_start(fault.window.from);
            self.agenda.insert((from_us, Place::OutageBegins), Happening::OutageBegins);
        }
        for (from_us, _) in self.outages() {
            self.agenda.insert((from_us, Place::OutageBegins), Happening::OutageBegins);
        }
        for (from_us, over_us) in &self.coming.rolling_restarts {
            for replica in 0..self.system.replicas.count.get() {
                let at_us = from_us + over_us * u64::from(replica) / self.memories.len() as u64;
                self.agenda.insert((at_us, Place::Restart(replica)), Happening::Restart(replica));
            }
        }
        self.prepare_copies();
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
                self.each_replica(Self::fail_waiting);
            }
            Happening::OutageBegins => self.outage_begins(),
            Happening::WriteEnds(write) => self.write_ends(write),
            Happening::EventArrives(commit, replica) => self.event_arrives(commit, replica),
            Happening::DatabaseAnswers(fetch) => self.database_answers(fetch),
            Happening::Request(step, user) => self.request(step, user),
            Happening::Step(step) => self.step(step),
            Happening::Heartbeat(replica, arrives) => self.heartbeat(replica, arrives),
            Happening::Poll(replica) => self.poll(replica),
            Happening::Restart(replica) => self.restart(Some(replica)),
            Happening::LoadDue(replica, due) => self.load_due(replica, due),
            Happening::SecondLevelAnswers(number) => self.second_level_answers(number),
            Happening::Checked(number) => self.checked(number),
            Happening::DropAgain(replica, user) => self.drop_entry(replica, &user),
            Happening::MayReadAgain(replica, user) => self.may_read_again(replica, &user),
        }
    }

    fn size(&self) -> u64 {
        let entries: usize = self.memories.iter().map(|memory| memory.entries.len()).sum();
        let rows: usize = self.copies.iter().filter_map(|copy| copy.rows.as_ref()).map(HashMap::len).sum();
        (entries + rows + self.seen.len()) as u64
    }

    fn step(&mut self, step: usize) {
        let day = self.day;
        match &day.script[step].action {
            Action::Request { .. } => unreachable!("requests are on the agenda one by one"),
            Action::Change(_) | Action::CreateUser { .. } | Action::WriteDb { .. } => self.write_begins(step),
            Action::Restart(_) if self.rules.oracle => {}
            Action::Restart(which) => self.restart(*which),
            Action::Invalidate(user) => {
                self.l2.remove(user);
                self.each_replica(|simulation, replica| simulation.drop_entry(replica, user));
            }
            Action::Poll(replica) => {
                let all = 0..self.system.replicas.count.get();
                let polls = all.filter(|one| replica.is_none_or(|replica| replica == *one));
                if self.rules.hears() {
                    polls.for_each(|one| self.poll(one));
                }
            }
            Action::Clear if self.rules.token => {}
            Action::Clear => {
                self.l2.clear();
                self.each_replica(Self::clear);
            }
        }
    }

    fn each_replica(&mut self, act: impl Fn(&mut Self, u32)) {
        (0..self.system.replicas.count.get()).for_each(|replica| act(self, replica));
    }

    fn memory(&mut self, replica: u32) -> &mut Memory {
        let home = self.home(replica);
        &mut self.memories[home]
    }

    /// An instant of the clock, since its start; what is before the start is at the start.
    fn since_start(&self, at: DayTime) -> u64 {
        at.0.saturating_sub(self.day.clock.start.0)
    }

    fn end_us(&self) -> u64 {
        self.day.clock.end.0 - self.day.clock.start.0
    }

    /// Fetches under way, those that ask the second level last.
    fn in_flight(&mut self) -> impl Iterator<Item = &mut Fetch> {
        self.fetches.values_mut().chain(self.l2_asks.values_mut())
    }

    /// What goes wrong now with one replica: what goes wrong with all, then its own.
    fn troubles_of(&self, replica: u32) -> impl DoubleEndedIterator<Item = &Trouble> {
        let own = self.coming.replica_faults.iter().filter(move |(of, fault)| {
            *of == replica
                && self.since_start(fault.window.from) <= self.now
                && self.now < self.since_start(fault.window.to)
        });
        self.troubles().chain(own.map(|(_, fault)| &fault.trouble))
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
