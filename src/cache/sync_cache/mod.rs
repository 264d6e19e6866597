//! The cache as threads share it: [`RoleCache`].
//!
//! It adds locks, waiting and a clock to [`Core`](super::Core), which decides everything else. It knows
//! nothing of databases, of events' transport and of async runtimes.

mod shard;
mod waiting_room;

// A model checker's locks work only inside its own runs.
#[cfg(test)]
#[cfg(not(any(checker = "loom", checker = "shuttle")))]
mod tests;

use std::fmt::Display;
use std::hash::{BuildHasher, Hash, RandomState};

use self::shard::{Ask, Led, Locked};
use self::waiting_room::FetchOutcome;
use super::shards::{Shard, Shards};
use super::warnings::Handler;
use super::{
    ASK_AGAIN_MOST, Clock, GetError, Options, Row, Stats, Swept, SystemClock, Timestamp, Updated, Version,
};

/// A role cache that threads share by reference or in an `Arc`.
///
/// Handlers ask [`get_role`](Self::get_role), which reads the database only where the cache does not know;
/// the receiver of role events calls [`update_role`](Self::update_role).
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Mutex, MutexGuard, PoisonError};
///
/// use rolesim::cache::{GetError, Options, RoleCache, Updated};
///
/// struct Database(Mutex<HashMap<u64, &'static str>>);
///
/// impl Database {
///     fn rows(&self) -> MutexGuard<'_, HashMap<u64, &'static str>> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
///     fn role_of(&self, user: u64) -> Result<&'static str, String> {
///         self.rows().get(&user).copied().ok_or_else(|| format!("no user {user}"))
///     }
/// }
///
/// struct Bot {
///     database: Database,
///     roles: RoleCache<u64, &'static str>,
/// }
///
/// impl Bot {
///     fn may_ban(&self, user: u64) -> Result<bool, GetError<String>> {
///         let role = self.roles.get_role(&user, || self.database.role_of(user))?;
///         Ok(role == "admin")
///     }
///     fn on_role_event(&self, user: u64, role: &'static str) -> Updated {
///         self.roles.update_role(user, role)
///     }
/// }
///
/// let rows = HashMap::from([(123, "admin")]);
/// let bot = Bot { database: Database(Mutex::new(rows)), roles: RoleCache::new(Options::default()) };
/// assert_eq!(bot.may_ban(123), Ok(true));
///
/// // The change is committed first, and then the cache is told.
/// bot.database.rows().insert(123, "user");
/// assert_eq!(bot.on_role_event(123, "user"), Updated::Applied);
/// assert_eq!(bot.may_ban(123), Ok(false));
///
/// assert_eq!(bot.may_ban(5), Err(GetError::Fetch("no user 5".to_owned())));
/// ```
///
/// # What it promises
///
/// These hold for [`Options::default`], and with any lifetime, capacity and
/// [`on_event`](Options::on_event); other [guards](super::Guard) promise less. They have two preconditions:
///
/// - **Commit first.** A role change is committed to the database before `update_role` or
///   [`degrade`](Self::degrade) is called for it, and a fetch reads what is committed (not a replica that
///   lags behind).
/// - **Order.** Either both the events and the fetched rows carry a [`Version`], which grows with every
///   commit, or neither does and the changes of one user come one after the other. A version on one side
///   alone does not do.
///
/// Then:
///
/// - **Fresh.** Once `update_role` or `degrade` has returned, no `get_role` for that user that starts later
///   returns an older role, also where a fetch was under way.
/// - **One fetch.** Threads that ask for a user at the same time share one fetch. Nobody who starts after a
///   change joins a fetch that began before it.
/// - **Overtaken fetches ask again.** What a fetch read before a change is neither stored nor returned:
///   the fetch is called again, at most 16 times. With versions, a fetch that already saw the change counts.
/// - **Failures leave nothing behind.** A fetch that fails or panics stores nothing and wakes every reader
///   that waited for it; the next one to ask fetches again.
/// - **Bounded on request.** Never more than [`capacity`](Options::capacity) entries are held.
///
/// Each user's reads and changes happen as if one after the other; nothing is promised across users.
///
/// # What it asks for
///
/// - `fetch` runs outside all locks, and may ask the cache for *other* users. Two threads whose fetches ask
///   for each other's user wait for each other for ever. Read what a fetch needs of other users before it,
///   or let fetches ask only in one direction, say for smaller ids.
/// - A fetch that never returns keeps its readers waiting; give the database call a timeout.
/// - `Hash`, `Eq`, `Clone` and `Drop` of users and roles run under a lock and must not use the cache. Large
///   roles are cheaper in an `Arc`. Should one of them panic, the shard it happened in forgets its entries.
///
/// # Cost
///
/// Users are spread over shards, each with a lock, a part of the capacity and an order of use of its own, so
/// what is evicted is the least recently used of a shard. A hit takes one lock for a short time, hashes the
/// user once with `S` and once cheaply, and allocates nothing beyond what the role's `clone` does. Without
/// a lifetime it does not look at the clock.
///
/// Measured with `u64` users, one-byte roles and the same fast hasher (`cargo bench -p rolesim-benches --bench hit`): a hit costs
/// 1.05 times one of quick_cache with ten thousand users, 1.1 times where both have the same capacity, and 0.75
/// times with a million users. In memory an entry takes 38 to 69 bytes, of which 32 are its own and the rest is
/// what maps keep free; with a capacity 49 to 110. Caches of 10,000 to 1,000,000 such entries were measured.
///
/// With a capacity, one write of many looks at all entries of its shard to find the oldest, at about 10 ns
/// each; like a growing map, that keeps the shard's readers waiting.
#[derive(Debug)]
pub struct RoleCache<U, R, C = SystemClock, S = RandomState> {
    shards: Shards<U, R, Led<R>, C, S>,
}

impl<U: Eq + Hash + Clone, R: Clone> RoleCache<U, R> {
    /// An empty cache on the system's clock.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self::with_clock(options, SystemClock::new())
    }
}

impl<U: Eq + Hash + Clone, R: Clone, C: Clock> RoleCache<U, R, C> {
    /// An empty cache on a clock of the caller's.
    #[must_use]
    pub fn with_clock(options: Options, clock: C) -> Self {
        Self { shards: Shards::new(options, clock, RandomState::new()) }
    }
}

/// Setting up, before the first use.
impl<U: Eq + Hash + Clone, R: Clone, C: Clock, S: BuildHasher + Clone> RoleCache<U, R, C, S> {
    /// The same cache, empty, over this many shards: rounded up to a power of two, but no more than the
    /// capacity. Without this it is four for each thread that the machine runs at once, or as many as hold
    /// about 64 entries each.
    #[must_use]
    pub fn with_shards(self, shards: usize) -> Self {
        Self { shards: self.shards.with_shards(shards) }
    }

    /// The same cache, empty, with another hasher. The default withstands users who choose their ids to
    /// collide; a faster one is for ids that nobody chooses.
    #[must_use]
    pub fn with_hasher<T: BuildHasher + Clone>(self, hasher: T) -> RoleCache<U, R, C, T> {
        RoleCache { shards: self.shards.with_hasher(hasher) }
    }

    /// Gives the warnings of [`degrade`](Self::degrade) to a handler. It is called by the thread that
    /// degrades, outside all locks, at most once a second of the cache's clock.
    #[must_use]
    pub fn on_warning(self, handler: Handler) -> Self {
        Self { shards: self.shards.on_warning(handler) }
    }
}

impl<U: Eq + Hash + Clone, R: Clone, C: Clock, S: BuildHasher + Clone> RoleCache<U, R, C, S> {
    /// The user's role, from memory or from `fetch`, which reads the database. A fetch that gives a plain
    /// role has no version; one with versions gives a [`Row`].
    ///
    /// Where another thread is fetching for the user already, this waits for it instead. `fetch` is called
    /// again where a change overtook what it read.
    ///
    /// # Errors
    ///
    /// - [`GetError::Fetch`]: `fetch` failed, with this error.
    /// - [`GetError::Joined`]: another thread's fetch, which this reader waited for, failed or panicked.
    /// - [`GetError::Overtaken`]: changes overtook the answer, and then each of the 16 asked for again.
    /// - [`GetError::Reentrant`]: this was called from inside a fetch of the same thread for the same user.
    ///
    /// None of them is kept: the next call asks again.
    ///
    /// # Panics
    ///
    /// Where `fetch` does; the cache is none the worse for it.
    #[inline(always)]
    pub fn get_role<T: Into<Row<R>>, E>(
        &self,
        user: &U,
        fetch: impl FnMut() -> Result<T, E>,
    ) -> Result<R, GetError<E>> {
        let shard = self.shards.of(user);
        let now = self.shards.now();
        let mut state = shard.lock();
        match state.core.hit(user, now) {
            Some(row) => Ok(row.role.clone()),
            None => self.get_missing(shard, state, user, now, fetch),
        }
    }

    /// The role of a user who is not in memory, which was seen at `now` under the lock that is still held.
    // Kept apart, so that a hit is small enough to become part of its caller.
    #[cold]
    #[inline(never)]
    fn get_missing<T: Into<Row<R>>, E>(
        &self,
        shard: &Shard<U, R, Led<R>, S>,
        state: Locked<'_, U, R, S>,
        user: &U,
        now: Timestamp,
        mut fetch: impl FnMut() -> Result<T, E>,
    ) -> Result<R, GetError<E>> {
        let mut held = Some((now, state));
        for _ in 0..=ASK_AGAIN_MOST {
            let (now, state) = held.take().unwrap_or_else(|| (self.shards.now(), shard.lock()));
            match shard.ask(state, user, now) {
                Ask::Answer(role) => return Ok(role),
                Ask::Reentrant => return Err(GetError::Reentrant),
                Ask::Join(wait) => match wait.until_told() {
                    FetchOutcome::Role(role) => return Ok(role),
                    FetchOutcome::Failed => return Err(GetError::Joined),
                    FetchOutcome::AskAgain => {}
                },
                Ask::Lead(lead) => {
                    // Where the fetch fails or panics, dropping the lead wakes those who joined.
                    let row = fetch().map_err(GetError::Fetch)?.into();
                    if let Some(role) = lead.land(row, self.shards.now()) {
                        return Ok(role);
                    }
                }
            }
        }
        Err(GetError::Overtaken)
    }

    /// Takes in a role change that is committed to the database. A plain role has no version; see the
    /// [preconditions](Self#what-it-promises).
    ///
    /// When this returns, every reader of the user sees this change or a later one.
    pub fn update_role(&self, user: U, role: impl Into<Row<R>>) -> Updated {
        self.shards.update(user, role.into())
    }

    /// Takes in a role change that could not be applied, say because its event cannot be read: the user's
    /// entry goes, what is being fetched is overtaken, and the next reader asks the database. It counts in
    /// [`Stats::updates_failed`], and [`Updated::Degraded`] says so.
    ///
    /// `version` is the change's, or [`Version::UNKNOWN`]. The handler of [`on_warning`](Self::on_warning)
    /// is told the user and the cause on one line, at most once a second; it is then also told how many
    /// warnings were held back.
    pub fn degrade(&self, user: &U, version: Version, cause: &dyn Display) -> Updated
    where
        U: Display,
    {
        self.shards.degrade(user, version, cause)
    }

    /// Forgets a user, and overtakes what is being fetched: who asks next gets what the database says then.
    ///
    /// It has no version, so it does not tell the cache of a commit: an event of an older commit that comes late
    /// is still written. Where a change is known to have happened, [`degrade`](Self::degrade) with its version.
    pub fn invalidate(&self, user: &U) {
        self.shards.invalidate(user);
    }

    /// Forgets all users, as [`invalidate`](Self::invalidate) does for each: shard after shard, not all at
    /// one instant.
    pub fn clear(&self) {
        self.shards.clear();
    }

    /// Removes the entries whose life is over. With [`Options::swept`] somebody has to call this from time
    /// to time; without, it spares the memory of users whom nobody asks for.
    pub fn sweep(&self) -> Swept {
        self.shards.sweep()
    }

    /// What happened so far, all shards together. What happens meanwhile may be counted or not.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shards.stats()
    }

    /// Entries held, expired ones that nobody removed included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.len()
    }

    /// Whether it holds no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
