//! The day: everything that is decided by the world outside the system under test.
//!
//! The same day with another system (cache, latencies, channel) is still the same day; that is why the
//! two are separate types.

use super::{DayTime, Delay, IdSet, Probability, RoleId, Roles, Step, TraceSpec, UserId};

/// A simulated day, complete and valid.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Decides every draw.
    pub seed: u64,
    /// The simulated time.
    pub clock: Clock,
    /// The roles that there are.
    pub roles: Roles,
    /// The database's users at the start.
    pub users: Vec<DatabaseUsers>,
    /// The database's mailboxes at the start.
    pub mailboxes: Vec<Mailbox>,
    /// The users who ask without being named by the script.
    pub population: Population,
    /// How much and when the active users ask.
    pub traffic: Option<Traffic>,
    /// Role changes that are drawn.
    pub role_changes: Option<RoleChanges>,
    /// A recorded day, replayed along with the rest.
    pub trace: Option<TraceSpec>,
    /// The scripted steps in the order of the file.
    pub script: Vec<Step>,
}

/// The simulated time; every time counts from the first midnight. `start < end`, and `measure_from`
/// lies between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The first instant.
    pub start: DayTime,
    /// The first instant that is no longer simulated.
    pub end: DayTime,
    /// What happens before is not counted.
    pub measure_from: DayTime,
}

impl Clock {
    /// The time of day of an instant of the simulation, in microseconds since the start.
    #[must_use]
    pub fn time_of(&self, at_us: u64) -> DayTime {
        DayTime(self.start.0.saturating_add(at_us))
    }
}

/// Rows of the database at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseUsers {
    /// The users.
    pub ids: IdSet,
    /// The role of each.
    pub role: RoleId,
    /// The name of the one user, where one was given.
    pub name: Option<String>,
}

/// A mailbox of the database at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The mailbox's id as text.
    pub id: String,
    /// The user whom it belongs to.
    pub creator: UserId,
}

/// The users who ask.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Population {
    /// Users known to the database, who ask over the day.
    pub active: Option<Active>,
    /// Users unknown to the database, who come within a window.
    pub new: Option<NewUsers>,
}

/// Users by number or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Members {
    /// The first free ids from 1, as many as this.
    Count(u64),
    /// These.
    Ids(IdSet),
}

/// The active users.
#[derive(Clone, Debug, PartialEq)]
pub struct Active {
    /// The users.
    pub members: Members,
    /// How unequally they ask.
    pub activity: Activity,
    /// Shares of them that have a role other than the lowest, each in 0 to 1, together at most 1.
    pub roles: Vec<(RoleId, f64)>,
}

/// How unequally the active users ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activity {
    /// All alike.
    Uniform,
    /// The n-th listed user asks in proportion to n^-s; s is finite and not negative.
    Zipf(f64),
    /// Each user's share is drawn from a lognormal distribution with this sigma, finite and not
    /// negative.
    Lognormal(f64),
}

/// The new users.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUsers {
    /// The users.
    pub members: Members,
    /// When they come.
    pub between: Window,
    /// How often each asks.
    pub requests_each: u64,
}

/// A part of the day, closed at `from` and open at `to`; `from < to`, both within the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first instant inside.
    pub from: DayTime,
    /// The first instant after it.
    pub to: DayTime,
}

/// The requests of the active users.
#[derive(Clone, Debug, PartialEq)]
pub struct Traffic {
    /// The day's requests: scripted, of new users, and generated ones, without trace rows.
    pub requests: u64,
    /// When the generated ones come.
    pub between: Window,
    /// How they spread over the hours.
    pub shape: Shape,
    /// Whether each active user asks at least once (scripted requests count).
    pub every_active_user: bool,
    /// Whether users ask in bursts, and in which; else each request stands alone.
    pub sessions: Option<Sessions>,
}

/// Bursts of requests of one user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sessions {
    /// Requests of a session on average, at least 1; their number is geometrically distributed.
    pub requests: f64,
    /// From one request of a session to the next.
    pub gap: Delay,
}

/// Role changes that are drawn rather than scripted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoleChanges {
    /// How many.
    pub count: u64,
    /// When they come, evenly.
    pub between: Window,
    /// The share of them that raise a role; the others lower one.
    pub grants: Probability,
    /// Users whose role was lowered and who ask again.
    pub retry: Option<Follow>,
    /// Grants to users who are new, and whose first request follows.
    pub newcomers: Option<Follow>,
}

impl RoleChanges {
    /// How many raise a role: their share of all, rounded to the nearest.
    #[must_use]
    pub fn grants(&self) -> u64 {
        self.grants.of(self.count)
    }

    /// How many lower one.
    #[must_use]
    pub fn reductions(&self) -> u64 {
        self.count - self.grants()
    }

    /// How many reductions the user's further request follows.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retry.map_or(0, |retry| retry.share.of(self.reductions()))
    }

    /// How many grants go to a user who is new, whose first request follows.
    #[must_use]
    pub fn newcomers(&self) -> u64 {
        self.newcomers.map_or(0, |newcomers| newcomers.share.of(self.grants()))
    }
}

/// A request that follows a role change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Follow {
    /// The share of the changes that it follows.
    pub share: Probability,
    /// How long after the change.
    pub after: Delay,
}

/// How requests spread over the hours of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Evenly.
    Flat,
    /// As in a working day: little at night, most around noon and in the evening.
    Day,
    /// In proportion to these whole-number weights, one for each hour of the clock.
    Hours(Box<[u32; 24]>),
}
