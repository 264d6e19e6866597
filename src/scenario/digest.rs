//! The digest of a day: the same for every way to write it, another for every other day.
//!
//! Covers what the day *means*, with defaults filled in. Names, labels and the system under test are
//! outside. Each value is hashed with its length or a tag, so that no two days share their bytes.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::model::{
    Action, Activity, ChangeFault, ChangeKind, Day, DayTime, Delay, Follow, IdRange, IdSet, Members,
    RoleChange, RoleChanges, Shape, Spacing, Step, UserId, Window,
};

/// Bytes of the hash that identify a day; it is shown with twice as many hex digits.
const DIGEST_BYTES: usize = 16;

/// Identifies a day, in 32 hex digits; `trace_digest` stands for the rows of its recorded day.
#[must_use]
pub fn digest(day: &Day, trace_digest: Option<&str>) -> String {
    let mut bytes = Bytes(Sha256::new());
    bytes.text("rolesim day 1");
    bytes.number(day.seed);
    for time in [day.clock.start, day.clock.end, day.clock.measure_from] {
        bytes.time(time);
    }
    bytes.count(day.roles.names().len());
    day.roles.names().iter().for_each(|name| bytes.text(name));
    database(&mut bytes, day);
    population(&mut bytes, day);
    traffic(&mut bytes, day);
    if let Some(changes) = &day.role_changes {
        role_changes(&mut bytes, changes);
    }
    bytes.maybe(day.trace.as_ref(), |bytes, trace| {
        // Without its rows, a recorded day is known by its name only.
        bytes.text(trace_digest.unwrap_or(&trace.named()));
        for (role, share) in &trace.roles {
            bytes.number(role.0.into());
            bytes.float(*share);
        }
    });
    script(&mut bytes, day);
    bytes.finish()
}

/// A hash that is fed values rather than bytes.
struct Bytes(Sha256);

impl Bytes {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn float(&mut self, float: f64) {
        self.number(float.to_bits());
    }

    fn time(&mut self, time: DayTime) {
        self.number(time.0);
    }

    fn window(&mut self, window: Window) {
        self.time(window.from);
        self.time(window.to);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn maybe<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            put(self, value);
        }
    }

    fn delay(&mut self, delay: Delay) {
        match delay {
            Delay::Fixed(fixed) => {
                self.text("fixed");
                self.number(fixed.0);
            }
            Delay::Uniform(shortest, longest) => {
                self.text("uniform");
                self.number(shortest.0);
                self.number(longest.0);
            }
            Delay::Exponential(mean) => {
                self.text("exponential");
                self.number(mean.0);
            }
            Delay::Lognormal { median, sigma } => {
                self.text("lognormal");
                self.number(median.0);
                self.float(sigma);
            }
        }
    }

    fn user(&mut self, user: &UserId) {
        match user {
            UserId::Number(number) => {
                self.text("number");
                self.number(*number);
            }
            UserId::Name(name) => {
                self.text("name");
                self.text(name);
            }
        }
    }

    /// A set in its order; runs that follow on each other are one run, however they were written.
    fn ids(&mut self, ids: &IdSet) {
        let mut run: Option<(u64, u64)> = None;
        for range in &ids.0 {
            let numbers = match range {
                IdRange::One(UserId::Number(number)) => Some((*number, *number)),
                IdRange::Numbers(from, to) => Some((*from, *to)),
                IdRange::One(UserId::Name(_)) => None,
            };
            run = match (run, numbers) {
                (Some((from, to)), Some((next, last))) if to.checked_add(1) == Some(next) => {
                    Some((from, last))
                }
                (ended, numbers) => {
                    self.run(ended);
                    numbers
                }
            };
            if let (IdRange::One(user @ UserId::Name(_)), None) = (range, numbers) {
                self.user(user);
            }
        }
        self.run(run);
        self.text("end");
    }

    fn run(&mut self, run: Option<(u64, u64)>) {
        if let Some((from, to)) = run {
            self.text("run");
            self.number(from);
            self.number(to);
        }
    }

    fn members(&mut self, members: &Members) {
        match members {
            Members::Count(count) => {
                self.text("count");
                self.number(*count);
            }
            Members::Ids(ids) => {
                self.text("ids");
                self.ids(ids);
            }
        }
    }

    fn finish(self) -> String {
        self.0.finalize().iter().take(DIGEST_BYTES).fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

fn database(bytes: &mut Bytes, day: &Day) {
    bytes.count(day.users.len());
    for users in &day.users {
        bytes.ids(&users.ids);
        bytes.number(users.role.0.into());
    }
    bytes.count(day.mailboxes.len());
    for mailbox in &day.mailboxes {
        bytes.text(&mailbox.id);
        bytes.user(&mailbox.creator);
    }
}

fn population(bytes: &mut Bytes, day: &Day) {
    bytes.maybe(day.population.active.as_ref(), |bytes, active| {
        bytes.members(&active.members);
        match active.activity {
            Activity::Uniform => bytes.text("uniform"),
            Activity::Zipf(s) => {
                bytes.text("zipf");
                bytes.float(s);
            }
            Activity::Lognormal(sigma) => {
                bytes.text("lognormal");
                bytes.float(sigma);
            }
        }
        bytes.count(active.roles.len());
        for (role, share) in &active.roles {
            bytes.number(role.0.into());
            bytes.float(*share);
        }
    });
    bytes.maybe(day.population.new.as_ref(), |bytes, new| {
        bytes.members(&new.members);
        bytes.window(new.between);
        bytes.number(new.requests_each);
    });
}

fn traffic(bytes: &mut Bytes, day: &Day) {
    bytes.maybe(day.traffic.as_ref(), |bytes, traffic| {
        bytes.number(traffic.requests);
        bytes.window(traffic.between);
        match &traffic.shape {
            Shape::Flat => bytes.text("flat"),
            Shape::Day => bytes.text("day"),
            Shape::Hours(weights) => {
                bytes.text("hours");
                weights.iter().for_each(|weight| bytes.number((*weight).into()));
            }
        }
        bytes.number(traffic.every_active_user.into());
        // Parts that came later are fed only where they are, so that older days keep their digests.
        if let Some(sessions) = traffic.sessions {
            bytes.text("sessions");
            bytes.float(sessions.requests);
            bytes.delay(sessions.gap);
        }
    });
}

fn role_changes(bytes: &mut Bytes, changes: &RoleChanges) {
    let follow = |bytes: &mut Bytes, follow: Follow| {
        bytes.float(follow.share.get());
        bytes.delay(follow.after);
    };
    bytes.text("role_changes");
    bytes.number(changes.count);
    bytes.window(changes.between);
    bytes.float(changes.grants.get());
    bytes.maybe(changes.retry, follow);
    bytes.maybe(changes.newcomers, follow);
}

/// The steps as they happen: the order of the file only counts among steps of one instant.
fn script(bytes: &mut Bytes, day: &Day) {
    let mut steps: Vec<&Step> = day.script.iter().collect();
    steps.sort_by_key(|step| step.at);
    bytes.count(steps.len());
    for step in steps {
        bytes.time(step.at);
        action(bytes, &step.action);
    }
}

fn action(bytes: &mut Bytes, action: &Action) {
    match action {
        Action::Request { users, count, spacing } => {
            bytes.text("request");
            bytes.ids(users);
            bytes.number(*count);
            let (name, span_us) = match spacing {
                Spacing::Together => ("together", 0),
                Spacing::Every(gap) => ("every", gap.0),
                Spacing::Over(span) => ("over", span.0),
            };
            bytes.text(name);
            bytes.number(span_us);
        }
        Action::Change(what) => change(bytes, what),
        Action::CreateUser { user, role, name: _ } => {
            bytes.text("create_user");
            bytes.user(user);
            bytes.number(role.0.into());
        }
        Action::WriteDb { user, role } => {
            bytes.text("write_db");
            bytes.user(user);
            bytes.number(role.0.into());
        }
        Action::Restart(None) => bytes.text("restart"),
        Action::Restart(Some(replica)) => {
            bytes.text("restart one");
            bytes.number((*replica).into());
        }
        Action::Invalidate(user) => {
            bytes.text("invalidate");
            bytes.user(user);
        }
        Action::Clear => bytes.text("clear"),
        Action::Poll(replica) => {
            bytes.text("poll");
            bytes.maybe(replica.as_ref(), |bytes, replica| bytes.number((*replica).into()));
        }
    }
}

fn change(bytes: &mut Bytes, change: &RoleChange) {
    if change.replica > 0 {
        bytes.text("replica");
        bytes.number(change.replica.into());
    }
    match &change.kind {
        ChangeKind::AddAdmin { user, name: _ } => {
            bytes.text("add_admin");
            bytes.user(user);
        }
        ChangeKind::RemoveAdmin { user, name: _ } => {
            bytes.text("remove_admin");
            bytes.user(user);
        }
        ChangeKind::Transfer { mailbox, from, to } => {
            bytes.text("transfer");
            bytes.text(mailbox);
            bytes.user(from);
            bytes.user(to);
        }
        ChangeKind::SetRole { user, role } => {
            bytes.text("set_role");
            bytes.user(user);
            bytes.number(role.0.into());
        }
    }
    bytes.text(match change.fault {
        ChangeFault::None => "arrives",
        ChangeFault::UpdateFails => "update fails",
        ChangeFault::EventLost => "event lost",
    });
}
