//! What couples one user's day with another's, so that a day cannot be cut into parts.

/// How a cache couples the users whom it serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coupling {
    /// It has a bound: one user's entry goes for another's.
    pub capacity: bool,
    /// An event for an absent user is held against the largest version that was ever removed, of any user: that matters
    /// as soon as events come late.
    pub version_floor: bool,
    /// It drops or reads the rows of all users at once.
    pub all_users: bool,
}

/// Why a day is not cut into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undivided {
    /// A cache with a capacity: one user's entry goes for another's.
    Capacity,
    /// A cache that drops or reads the rows of all users at once.
    AllUsers,
    /// The database serves a limited number of reads at once.
    Concurrency,
    /// Requests go round all replicas.
    RoundRobin,
    /// Events come late: an older one may find that a cache has dropped something newer, of any user.
    LateEvents,
    /// A feed is polled for all users at once.
    Polls,
    /// A recorded day is read one row after the other.
    Recorded,
    /// Sessions are drawn one after the other.
    Sessions,
    /// A cache of which nothing but its answers is known.
    External,
    /// Its parts would take more memory than the plan allows.
    Memory,
    /// No thread can be started.
    Threads,
}
