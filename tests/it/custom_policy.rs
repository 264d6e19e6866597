//! A policy that is written outside of the program, by the interface that its own policies use: it answers and refreshes,
//! wakes itself and reads all rows, turns to another level, refuses, and answers although a read failed. Expectations are
//! worked out by hand.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rolesim::cache::{Applied, Fill, Row, Swept, Timestamp};
use rolesim::metrics::{Metric, Value};
use rolesim::model::{RoleId, UserId};
use rolesim::sim::RequestOutcome::{self, Coalesced, Failed, Hit, Load};
use rolesim::sim::{
    Answered, Background, Candidate, CandidateLane, CommittedRows, Contents, Coupling, Joinable, LaneSetting,
    LevelReply, Moment, Observer, Plan, Policy, Reply, Scene, Scope, simulate,
};
use rolesim::workload::Users;

use super::day::decoded;

const SECOND_US: u64 = 1_000_000;

/// What the policy does; times are in seconds.
#[derive(Clone, Copy, Debug)]
struct Config {
    /// A hit of an entry that is this old starts a read on its own.
    fresh: u64,
    /// An entry that is this old is no longer usable.
    life: u64,
    /// How long another level takes, in microseconds; `None` if there is none.
    level_us: Option<u64>,
    /// How often all rows are read, from answer to issue; `None` for never.
    period: Option<u64>,
    /// Reads see the last multiple of this; `None` if they see the present.
    round: Option<u64>,
}

const PLAIN: Config = Config { fresh: u64::MAX, life: u64::MAX, level_us: None, period: None, round: None };

/// The right to fill: its number, and what is read.
#[derive(Clone, Copy, Debug)]
struct Ticket(u64, Scope);

impl Joinable for Ticket {
    fn joinable(&self) -> Option<u64> {
        Some(self.0)
    }
}

/// What other replicas of the same cache see as well.
type Level = Rc<RefCell<HashMap<u32, Row<RoleId>>>>;

struct Probe {
    config: Config,
    level: Level,
    /// Rows, and when they were stored.
    entries: HashMap<u32, (Row<RoleId>, u64)>,
    /// Reads in flight, and whether the entry was dropped meanwhile.
    reads: Vec<(Ticket, bool)>,
    tickets: u64,
    wanted: Vec<Background<Ticket>>,
    wake: Option<Timestamp>,
    /// The user that gets errors.
    refused: Option<u32>,
    users: u32,
}

impl Probe {
    fn new(config: Config, level: Level) -> Self {
        let (entries, reads, wanted) = (HashMap::new(), Vec::new(), Vec::new());
        let wake = config.period.map(|_| Timestamp::ZERO);
        Self { config, level, entries, reads, tickets: 0, wanted, wake, refused: None, users: 0 }
    }

    fn ticket(&mut self, scope: Scope) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets, scope);
        self.reads.push((ticket, false));
        ticket
    }

    fn in_flight(&self, user: u32) -> Option<u64> {
        let about =
            |(Ticket(_, scope), _): &&(Ticket, bool)| *scope == Scope::User(user) || *scope == Scope::All;
        self.reads.iter().find(about).map(|(Ticket(number, _), _)| *number)
    }

    /// Takes a read out of those in flight; says whether its entry was dropped.
    fn take(&mut self, ticket: Ticket) -> bool {
        let place = self.reads.iter().position(|(read, _)| read.0 == ticket.0).unwrap();
        self.reads.remove(place).1
    }

    fn want(&mut self, scope: Scope) {
        let ticket = self.ticket(scope);
        self.wanted.push(Background { ticket, scope, number: 1 });
    }
}

impl Contents for Probe {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn entries(&self) -> Vec<(u32, RoleId)> {
        self.entries.iter().map(|(user, (row, _))| (*user, row.role)).collect()
    }
}

impl Policy for Probe {
    type Ticket = Ticket;

    fn meet(&mut self, users: &Users) {
        self.users = users.len() as u32;
        self.refused = (0..self.users).find(|user| *users.id(*user) == UserId::Number(3));
    }

    fn ask(&mut self, user: u32, now: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Reply<Ticket> {
        if self.refused == Some(user) {
            return Reply::Refused;
        }
        if let Some((row, stored_us)) = self.entries.get(&user).copied() {
            let age = (now.as_micros() - stored_us) / SECOND_US;
            if age >= self.config.fresh && self.in_flight(user).is_none() {
                self.want(Scope::User(user));
            }
            if age < self.config.life {
                return Reply::Hit(row);
            }
        }
        if let Some(number) = self.in_flight(user) {
            return Reply::Pending(number);
        }
        let ticket = self.ticket(Scope::User(user));
        self.config.level_us.map_or(Reply::Miss(ticket), |latency_us| Reply::Level(ticket, latency_us))
    }

    fn fill(
        &mut self,
        ticket: Ticket,
        row: Row<RoleId>,
        _: Timestamp,
        now: Timestamp,
        _: impl Fn() -> u64,
    ) -> Fill {
        let Scope::User(user) = ticket.1 else { panic!("all rows come by `fill_all`") };
        if !self.take(ticket) {
            self.entries.insert(user, (row, now.as_micros()));
            self.level.borrow_mut().insert(user, row);
        }
        Fill::Stored
    }

    fn fill_all(&mut self, ticket: Ticket, rows: &CommittedRows<'_>, now: Timestamp) -> Fill {
        self.take(ticket);
        self.entries = (0..self.users).map(|user| (user, (rows.of(user), now.as_micros()))).collect();
        self.wake = self.config.period.map(|period| now.after_us(period * SECOND_US));
        Fill::Stored
    }

    fn reads_as_of(&self, now: Timestamp) -> Option<Timestamp> {
        let round_us = self.config.round? * SECOND_US;
        Some(Timestamp::from_micros(now.as_micros() / round_us * round_us))
    }

    fn level_answered(&mut self, ticket: Ticket, _: Row<RoleId>, _: Timestamp) -> LevelReply<Ticket> {
        let Scope::User(user) = ticket.1 else { panic!("no level is asked for all rows") };
        let row = self.level.borrow().get(&user).copied();
        row.map_or(LevelReply::Missed(ticket), |row| LevelReply::Found(ticket, row))
    }

    fn fail(&mut self, ticket: Ticket, now: Timestamp, _: bool) -> Option<Row<RoleId>> {
        self.take(ticket);
        match ticket.1 {
            Scope::User(user) => self.entries.get(&user).map(|(row, _)| *row),
            Scope::All => {
                self.wake = self.config.period.map(|period| now.after_us(period * SECOND_US));
                None
            }
        }
    }

    fn background(&mut self) -> Option<Background<Ticket>> {
        self.wanted.pop()
    }

    fn next_wake(&self) -> Option<Timestamp> {
        self.wake
    }

    fn wake(&mut self, _: Timestamp) -> Option<Swept> {
        self.wake = None;
        self.want(Scope::All);
        None
    }

    fn invalidate(&mut self, user: u32, _: Timestamp) {
        self.entries.remove(&user);
        let own = self.reads.iter_mut().filter(|(ticket, _)| ticket.1 == Scope::User(user));
        own.for_each(|(_, dropped)| *dropped = true);
    }

    fn restart(&mut self, _: Timestamp) -> bool {
        self.entries.clear();
        self.reads.clear();
        if self.config.period.is_some() {
            self.wake = None;
            self.want(Scope::All);
        }
        true
    }
}

impl Candidate for Config {
    fn name(&self) -> String {
        "probe".to_owned()
    }

    fn coupling(&self) -> Coupling {
        Coupling::default()
    }

    fn divisible(&self) -> Option<&(dyn Candidate + Sync)> {
        Some(self)
    }

    fn lane<'l>(&'l self, setting: &LaneSetting) -> CandidateLane<'l> {
        let level = Level::default();
        CandidateLane::new(setting, || Probe::new(*self, Rc::clone(&level)))
    }
}

/// A request's time, how it was answered, the row's role and version, and the time of the answer; times in tenths of a
/// second after 09:00.
type Told = (u64, RequestOutcome, Option<(u8, u64)>, u64);

#[derive(Default)]
struct Answers(Vec<(u64, Told)>);

impl Observer for Answers {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        let row = answered.row.map(|row| (row.role.0, row.version.0));
        let [start, end] = [answered.request.at_us, answered.at_us].map(|us| us / (SECOND_US / 10));
        self.0.push((answered.position, (start, answered.outcome, row, end)));
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

/// Runs a day and holds it to its answers, by the time of the request, and to figures; observed or not, they are the same.
fn holds(config: Config, day: &str, answers: &[Told], figures: &[(Metric, u64)]) {
    let scenario = decoded(&format!("clock: {{start: '09:00', end: '09:10'}}\n{day}"), "day.yaml");
    let plan = Plan::new(&scenario.day, &scenario.system, [&config]);
    let mut seen = Answers::default();
    let outcome = simulate(&plan, None, &mut seen).unwrap();
    seen.0.sort_by_key(|(position, _)| *position);
    assert_eq!(seen.0.into_iter().map(|(_, told)| told).collect::<Vec<_>>(), answers);
    for (metric, expected) in figures {
        assert_eq!(outcome.caches[0].total.get(*metric), Value::Count(*expected), "{metric}");
    }
    assert_eq!(simulate(&plan, None, &mut ()).unwrap(), outcome);
}

const USER: u8 = 0;
const ADMIN: u8 = 1;

#[test]
fn a_hit_may_start_a_read_that_replaces_its_entry() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
script: [{at: '09:00:00', request: 1}, {at: '09:00:10', request: 1}, {at: '09:00:15', remove_admin: 1},
         {at: '09:00:30', request: 1}, {at: '09:00:31', request: 1}, {at: '09:00:33', request: 1}]
";
    // Stored at 2 s, so 28 s old at 30 s: answered as it is, and read; the read sees the change.
    let answers = [
        (0, Load, Some((ADMIN, 0)), 20),
        (100, Hit, Some((ADMIN, 0)), 100),
        (300, Hit, Some((ADMIN, 0)), 300),
        (310, Hit, Some((ADMIN, 0)), 310),
        (330, Hit, Some((USER, 1)), 330),
    ];
    let figures = [
        (Metric::Loads, 1),
        (Metric::Hits, 4),
        (Metric::DbReads, 2),
        (Metric::DbReadsPeak1s, 1),
        (Metric::DbReadsPeak60s, 2),
        (Metric::StaleGrants, 2),
    ];
    holds(Config { fresh: 20, life: 60, ..PLAIN }, day, &answers, &figures);
}

#[test]
fn a_read_of_a_dropped_entry_answers_and_stores_nothing() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
script: [{at: '09:00:00', request: 1}, {at: '09:00:30', request: 1}, {at: '09:00:31', invalidate: 1},
         {at: '09:00:31.5', request: 1}, {at: '09:00:33', request: 1}, {at: '09:00:40', request: 1}]
";
    // The read of 30 s has no leader; a request joins it after the entry was dropped, and the next one misses.
    let answers = [
        (0, Load, Some((ADMIN, 0)), 20),
        (300, Hit, Some((ADMIN, 0)), 300),
        (315, Coalesced, Some((ADMIN, 0)), 320),
        (330, Load, Some((ADMIN, 0)), 350),
        (400, Hit, Some((ADMIN, 0)), 400),
    ];
    let figures = [(Metric::Loads, 2), (Metric::Coalesced, 1), (Metric::Hits, 2), (Metric::DbReads, 3)];
    holds(Config { fresh: 20, life: 60, ..PLAIN }, day, &answers, &figures);
}

#[test]
fn reads_behind_a_level_or_a_hit_may_see_an_earlier_instant() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
script: [{at: '09:00:05', remove_admin: 1}, {at: '09:00:10', request: 1}, {at: '09:00:40', request: 1},
         {at: '09:00:45', request: 1}]
";
    // The level knows nothing, so at 11 s the database is read, as of 0 s; and at 40 s again, as of 30 s.
    let answers = [
        (100, Load, Some((ADMIN, 0)), 130),
        (400, Hit, Some((ADMIN, 0)), 400),
        (450, Hit, Some((USER, 1)), 450),
    ];
    let config = Config { fresh: 20, level_us: Some(SECOND_US), round: Some(30), ..PLAIN };
    holds(config, day, &answers, &[(Metric::DbReads, 2), (Metric::StaleGrants, 2)]);
}

#[test]
fn a_read_of_all_rows_may_see_an_earlier_instant() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
script: [{at: '09:00:10', remove_admin: 1}, {at: '09:00:25', request: 1}, {at: '09:00:50', request: 1}]
";
    // Issued at 0 s, at 22 s as of 0 s, and at 44 s as of 30 s.
    let answers = [(250, Hit, Some((ADMIN, 0)), 250), (500, Hit, Some((USER, 1)), 500)];
    holds(Config { period: Some(20), round: Some(30), ..PLAIN }, day, &answers, &[(Metric::StaleGrants, 1)]);
}

#[test]
fn a_policy_wakes_itself_and_reads_all_rows() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
faults: [{from: '09:01:10', to: '09:01:20', database: down}]
script: [{at: '09:00:01', request: [1, 2]}, {at: '09:00:33', remove_admin: 1}, {at: '09:00:35', request: 1},
         {at: '09:00:40', restart: all}, {at: '09:00:41', request: 1}, {at: '09:00:50', add_admin: 1},
         {at: '09:01:30', request: 1}, {at: '09:01:50', request: 1}]
";
    // Issued at 0 s, at 32 s (30 s after the answer; it does not see the change of 33 s), at the restart, and at 72 s,
    // which fails; the one of 102 s sees the last change.
    let answers = [
        (10, Coalesced, Some((ADMIN, 0)), 20),
        (10, Coalesced, Some((USER, 0)), 20),
        (350, Hit, Some((ADMIN, 0)), 350),
        (410, Coalesced, Some((USER, 1)), 420),
        (900, Hit, Some((USER, 1)), 900),
        (1100, Hit, Some((ADMIN, 2)), 1100),
    ];
    // Then every 32 s until the end: at 134, 166, …, 582 s.
    let figures = [
        (Metric::Loads, 0),
        (Metric::Coalesced, 3),
        (Metric::Failed, 0),
        (Metric::DbReads, 5 + 15),
        (Metric::DbReadsPeak1s, 1),
        (Metric::StaleGrants, 1),
        (Metric::StaleDenials, 1),
        (Metric::BackgroundRuns, 0),
    ];
    holds(Config { period: Some(30), ..PLAIN }, day, &answers, &figures);
}

#[test]
fn another_level_answers_or_the_database_does() {
    let day = "
replicas: {count: 2, routing: round-robin}
database: {users: [{id: 1, role: admin}], read_latency: 2s, concurrency: 1}
faults: [{from: '09:01:00', to: '09:02:00', database: down}]
script: [{at: '09:00:00', request: 1}, {at: '09:00:05', request: 1}, {at: '09:00:06', request: 1},
         {at: '09:00:59.8', request: 1}, {at: '09:01:30', request: 2}]
";
    // The first replica fills the level at 2.5 s; the second finds the row there, also while the database goes down.
    // User 2 is in neither, and then the database is down.
    let answers = [
        (0, Load, Some((ADMIN, 0)), 25),
        (50, Load, Some((ADMIN, 0)), 55),
        (60, Hit, Some((ADMIN, 0)), 60),
        (598, Load, Some((ADMIN, 0)), 603),
        (900, Failed, None, 905),
    ];
    let figures = [(Metric::Loads, 3), (Metric::Hits, 1), (Metric::DbReads, 2), (Metric::Failed, 1)];
    holds(Config { life: 10, level_us: Some(SECOND_US / 2), ..PLAIN }, day, &answers, &figures);
}

#[test]
fn requests_are_refused_or_answered_though_a_read_failed() {
    let day = "
database: {users: [{id: 1, role: admin}], read_latency: 2s}
faults: [{from: '09:01:00', to: '09:02:00', database: down}]
script: [{at: '09:00:00', request: [1, 3]}, {at: '09:00:30', remove_admin: 1}, {at: '09:00:59', request: 1},
         {at: '09:00:59.5', request: 1}, {at: '09:01:30', request: [1, 2]}]
";
    // The entry of 2 s is too old by 59 s: it is read, joined, and the outage of 60 s ends that read.
    let answers = [
        (0, Load, Some((ADMIN, 0)), 20),
        (0, Failed, None, 0),
        (590, Hit, Some((ADMIN, 0)), 600),
        (595, Hit, Some((ADMIN, 0)), 600),
        (900, Hit, Some((ADMIN, 0)), 900),
        (900, Failed, None, 900),
    ];
    let figures = [
        (Metric::Loads, 1),
        (Metric::Coalesced, 0),
        (Metric::Hits, 3),
        (Metric::Failed, 2),
        (Metric::DbReads, 4),
        (Metric::StaleGrants, 3),
    ];
    holds(Config { life: 10, ..PLAIN }, day, &answers, &figures);
}
