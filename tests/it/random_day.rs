//! Random days that are made to hit trouble: few users, a coarse grid of times so that much happens at
//! once, and latencies, lives and sweeps that are multiples of the grid. What is drawn falls between its lines, so
//! many grids are a few microseconds wide, where even that happens at once now and then.

mod features;
mod system;
mod tests;

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rolesim::model::{
    Action, ChangeFault, ChangeKind, Clock, DatabaseUsers, Day, DayTime, IdRange, IdSet, Mailbox, Micros,
    Population, RoleChange, RoleId, Roles, Spacing, Step, System, UserId,
};
use rolesim::policy::PolicySpec;
use rolesim::sim::Plan;

/// A day, a system, and the caches to try on them; the same seed gives the same.
#[derive(Clone, Debug)]
pub(crate) struct RandomDay {
    /// Replays it, and is printed by a test that fails.
    pub(crate) seed: u64,
    pub(crate) day: Day,
    pub(crate) system: System,
    pub(crate) caches: Vec<PolicySpec>,
}

impl RandomDay {
    /// The day for all its caches.
    pub(crate) fn plan(&self) -> Plan<'_> {
        Plan::new(&self.day, &self.system, &self.caches)
    }
}

/// The day of a seed.
pub(crate) fn random_day(seed: u64) -> RandomDay {
    let mut dice = Dice::new(seed);
    let caches = dice.caches();
    let start_us = *[0, 8 * 3_600_000_000, 11_111_111].choose(&mut dice.rng).unwrap();
    let day = dice.day(seed, start_us);
    let system = dice.system(start_us);
    RandomDay { seed, day, system, caches }
}

struct Dice {
    rng: Xoshiro256PlusPlus,
    /// The step of the grid.
    tick_us: u64,
    /// The script happens from this tick …
    first: u64,
    /// … until before this one.
    end: u64,
    users: Vec<UserId>,
    roles: u8,
    replicas: u32,
    /// Nothing varies and nothing fails but what the script says.
    plain: bool,
    /// Bursts of reads queue for a database that is slower or faster for a while.
    crowded: bool,
    /// Ids of mailboxes that the day defines.
    mailboxes: Vec<String>,
}

impl Dice {
    fn new(seed: u64) -> Self {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let plain = rng.random_ratio(1, 5);
        let fine = !plain && rng.random_ratio(1, 2);
        let grids: &[u64] = if fine { &[2, 4] } else { &[10_000, 1_000_000, 5_000_000] };
        let tick_us = *grids.choose(&mut rng).unwrap();
        let ticks = rng.random_range(6..=40);
        // Often across the end of a minute.
        let minute = 60_000_000 / tick_us;
        let first = match rng.random_range(0..4) {
            _ if fine => 0,
            0 => minute - rng.random_range(0..=ticks.min(minute)),
            1 => rng.random_range(0..=minute),
            _ => 0,
        };
        let users = [UserId::Number(1), UserId::Number(2), UserId::Number(3), UserId::new("alice")];
        let users = users[..rng.random_range(1..=4)].to_vec();
        let roles = rng.random_range(2..=3);
        let mailboxes = (0..rng.random_range(0..3)).map(|n| format!("box{n}")).collect();
        let replicas = if plain || rng.random_ratio(1, 2) { 1 } else { rng.random_range(2..=3) };
        let crowded = !plain && rng.random_ratio(1, 4);
        Self { rng, tick_us, first, end: first + ticks, users, roles, replicas, plain, crowded, mailboxes }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_ratio(percent, 100)
    }

    fn ticks(&mut self, from: u64, to: u64) -> Micros {
        Micros(self.rng.random_range(from..=to) * self.tick_us)
    }

    fn user(&mut self) -> UserId {
        self.users.choose(&mut self.rng).unwrap().clone()
    }

    fn role(&mut self) -> RoleId {
        RoleId(self.rng.random_range(0..self.roles))
    }
}

// The day.
impl Dice {
    fn day(&mut self, seed: u64, start: u64) -> Day {
        let mut script = if self.chance(10) { self.storm() } else { self.script() };
        let longer = if self.tick_us < 10_000 { 20 } else { 30_000_000 };
        let clock = Clock {
            start: DayTime(start),
            // Sometimes with time left after the last step for what is under way, and more sweeps.
            end: DayTime(start + self.end * self.tick_us + self.rng.random_range(0..=1) * longer),
            measure_from: match self.rng.random_range(0..3) {
                0 => DayTime(start + self.rng.random_range(self.first..self.end) * self.tick_us),
                _ => DayTime(start),
            },
        };
        let names = ["user", "moderator", "admin"];
        let roles =
            Roles::new(names[..usize::from(self.roles)].iter().map(|&name| name.to_owned()).collect());
        let mut users = Vec::new();
        for user in self.users.clone() {
            if self.chance(50) {
                let (ids, role) = (IdSet(vec![IdRange::One(user)]), self.role());
                users.push(DatabaseUsers { ids, role, name: None });
            }
        }
        let mailboxes = self.mailboxes.clone();
        let mailboxes: Vec<_> =
            mailboxes.into_iter().map(|id| Mailbox { id, creator: self.user() }).collect();
        for step in &mut script {
            step.at.0 += start;
        }
        make_consistent(&mut script, &users, &mailboxes);
        Day {
            role_changes: None,
            seed,
            clock,
            roles: roles.unwrap(),
            users,
            mailboxes,
            population: Population::default(),
            traffic: None,
            trace: None,
            script,
        }
    }

    /// Steps of all kinds, in no order of time; times count from the clock's start.
    fn script(&mut self) -> Vec<Step> {
        let steps = self.rng.random_range(3..=40);
        (0..steps)
            .map(|_| {
                let tick = self.rng.random_range(self.first..self.end);
                Step { at: DayTime(tick * self.tick_us), action: self.action(tick) }
            })
            .collect()
    }

    /// One user is changed between all ticks and asked for now and then: fetches that are overtaken
    /// again and again, until somebody gives up.
    fn storm(&mut self) -> Vec<Step> {
        self.end = self.first + 36;
        let user = self.user();
        let perfect = self.chance(70);
        let mut script = Vec::new();
        for tick in self.first..self.end - 4 {
            let at_us = tick * self.tick_us;
            let kind = ChangeKind::SetRole { user: user.clone(), role: self.role() };
            let mut change = self.change(kind);
            if perfect {
                change.fault = ChangeFault::None;
            }
            let action = Action::Change(change);
            script.push(Step { at: DayTime(at_us + self.tick_us / 2), action });
            if tick == self.first || self.chance(20) {
                let action = self.request(tick);
                script.push(Step { at: DayTime(at_us), action });
                let users = IdSet(vec![IdRange::One(user.clone())]);
                let action = Action::Request { users, count: 1, spacing: Spacing::Together };
                script.push(Step { at: DayTime(at_us), action });
            }
        }
        script
    }

    fn action(&mut self, tick: u64) -> Action {
        match self.rng.random_range(0..100) {
            0..45 => self.request(tick),
            45..77 => {
                let kind = self.change_kind();
                Action::Change(self.change(kind))
            }
            77..82 => Action::CreateUser { user: self.user(), role: self.role(), name: None },
            82..88 => Action::WriteDb { user: self.user(), role: self.role() },
            88..92 => Action::Restart(self.restarted()),
            92..97 => Action::Invalidate(self.user()),
            _ => Action::Clear,
        }
    }

    fn restarted(&mut self) -> Option<u32> {
        (self.replicas > 1 && self.chance(70)).then(|| self.rng.random_range(0..self.replicas))
    }

    /// More users at once than a crowded database serves.
    fn burst(&mut self) -> Action {
        let users = IdSet(vec![IdRange::Numbers(1, self.rng.random_range(4..=8))]);
        Action::Request { users, count: self.rng.random_range(1..=2), spacing: Spacing::Together }
    }

    fn request(&mut self, tick: u64) -> Action {
        if self.crowded && self.chance(25) {
            return self.burst();
        }
        let users = match self.rng.random_range(0..6) {
            0 => vec![IdRange::Numbers(1, 3)],
            1 => vec![IdRange::One(self.user()), IdRange::Numbers(2, 3), IdRange::One(self.user())],
            _ => vec![IdRange::One(self.user())],
        };
        let left = self.end - tick;
        let count = if self.chance(60) { 1 } else { self.rng.random_range(2..=5) };
        let spacing = match self.rng.random_range(0..4) {
            0 if left > count => Spacing::Every(Micros((left - 1) / count * self.tick_us)),
            1 if left > count => Spacing::Every(Micros(self.tick_us)),
            2 => Spacing::Over(self.ticks(1, left)),
            _ => Spacing::Together,
        };
        Action::Request { users: IdSet(users), count, spacing }
    }

    fn change_kind(&mut self) -> ChangeKind {
        let user = self.user();
        match self.rng.random_range(0..4) {
            0 => ChangeKind::AddAdmin { user, name: None },
            1 => ChangeKind::RemoveAdmin { user, name: None },
            2 if !self.mailboxes.is_empty() => {
                let mailbox = self.mailboxes.choose(&mut self.rng).unwrap().clone();
                // From whom is known when all steps are.
                ChangeKind::Transfer { mailbox, from: user.clone(), to: user }
            }
            _ => ChangeKind::SetRole { user, role: self.role() },
        }
    }

    fn change(&mut self, kind: ChangeKind) -> RoleChange {
        let fault = match self.rng.random_range(0..10) {
            0 => ChangeFault::UpdateFails,
            1 => ChangeFault::EventLost,
            _ => ChangeFault::None,
        };
        RoleChange { kind, fault, replica: self.rng.random_range(0..self.replicas) }
    }
}

/// Walks the steps in their order of time: a transfer comes from the mailbox's creator and goes to
/// somebody else, and only users are created who don't exist.
fn make_consistent(script: &mut [Step], users: &[DatabaseUsers], mailboxes: &[Mailbox]) {
    let mut existing: Vec<UserId> = users.iter().flat_map(|users| users.ids.iter()).collect();
    let mut mailboxes = mailboxes.to_vec();
    let mut order: Vec<usize> = (0..script.len()).collect();
    order.sort_by_key(|index| (script[*index].at, *index));
    for index in order {
        let action = &mut script[index].action;
        match action {
            Action::Change(RoleChange { kind, .. }) => {
                if let ChangeKind::Transfer { mailbox, from, to } = kind {
                    let mailbox = mailboxes.iter_mut().find(|own| own.id == *mailbox).unwrap();
                    if mailbox.creator == *to {
                        *kind = ChangeKind::AddAdmin { user: to.clone(), name: None };
                    } else {
                        *from = std::mem::replace(&mut mailbox.creator, to.clone());
                    }
                }
                existing.push(kind.user().clone());
            }
            Action::CreateUser { user, role, .. } if existing.contains(user) => {
                *action = Action::WriteDb { user: user.clone(), role: *role };
            }
            Action::CreateUser { user, .. } | Action::WriteDb { user, .. } => existing.push(user.clone()),
            _ => {}
        }
    }
}
