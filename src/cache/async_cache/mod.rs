//! The cache for asynchronous tasks, on any executor.
//!
//! It knows nothing of runtimes, of timers and of the database: the caller brings a future that reads, and
//! puts a time limit around the call if it wants one. It does not know either what a fetch does on other
//! tasks or threads; see [`GetError::Reentrant`] and the limits at [`AsyncRoleCache`].

mod fetch_guard;
mod reentry;
mod waiters;

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::hash::{Hash, RandomState};
use std::sync::Arc;

use self::fetch_guard::{FetchGuard, TaskShard};
use self::waiters::{Notified, Waiters, Waiting};
use super::shards::Shards;
use super::warnings::Handler;
use super::{
    ASK_AGAIN_MOST, Clock, Fill, GetError, Lookup, Options, Row, Stats, Swept, SystemClock, Ticket, Updated,
    Version,
};

/// A role cache that tasks share: `get_role` is awaited, everything else returns at once.
///
/// # Promises
///
/// They hold under [`Guard::Version`](super::Guard::Version), the default, and for callers who commit a role
/// change to the database **before** they call [`update_role`](Self::update_role), and who either give
/// versions to events *and* rows or hand in the changes of one user one after the other.
///
/// - Once `update_role`, [`degrade`](Self::degrade) or [`invalidate`](Self::invalidate) has returned, no
///   `get_role` that starts later answers with an older role, whatever was in flight.
/// - At most one current fetch per user: who asks meanwhile waits for it, unless a change overtook it.
/// - A fetch that was overtaken neither stores nor returns what it read; its readers ask again.
/// - A fetch that fails, panics or is dropped (by a time limit, or `select`) stores nothing. If it failed, those
///   who waited for it get [`GetError::Joined`]; otherwise they ask again, and one of them fetches.
/// - A reader may be dropped at any time. The next one finds nothing of it.
/// - A hit allocates nothing and takes one short lock.
///
/// No lock is held while a fetch runs or a task waits, and nobody is woken under one. The future of
/// `get_role` is `Send` where the key, the role and the fetch are.
///
/// # Limits
///
/// - A fetch may ask for *other* users, but not in a circle: if the fetch for one user waits for a second
///   user, whose fetch on another task waits for the first, both wait until one of them is dropped.
/// - A leaked future (`std::mem::forget`) that was fetching is never seen to end. Its user is answered again
///   after the next change or invalidation.
/// - Keys and roles may not call the cache from their `Hash`, `Eq`, `Clone` or `Drop`, which run under a lock.
///   If one of these panics, the shard that it happened in forgets its entries, and goes on.
/// - A capacity is shared out among the shards, each of which evicts its own least recently used entry.
///
/// ```
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut future = std::pin::pin!(future);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop {
/// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
/// #             return output;
/// #         }
/// #     }
/// # }
/// use std::convert::Infallible;
///
/// use rolesim::cache::{AsyncRoleCache, GetError, Options, Row, Updated, Version};
///
/// # fn main() -> Result<(), GetError<Infallible>> {
/// # block_on(async {
/// let cache: AsyncRoleCache<u64, &str> = AsyncRoleCache::new(Options::default());
/// let read = || async { Ok::<_, Infallible>(Row { role: "user", version: Version(1) }) };
/// assert_eq!(cache.get_role(&789, read).await?, "user");
///
/// // 789 becomes an admin; the change is committed, and then told.
/// assert_eq!(cache.update_role(789, Row { role: "admin", version: Version(2) }), Updated::Applied);
/// assert_eq!(cache.get_role(&789, read).await?, "admin");
/// assert_eq!(cache.stats().loads, 1);
/// # Ok(())
/// # })
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncRoleCache<U, R, C = SystemClock> {
    shards: Shards<U, R, Arc<Waiters<R>>, C, RandomState>,
}

impl<U: Eq + Hash + Clone, R: Clone> AsyncRoleCache<U, R> {
    /// An empty cache on the system's clock.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self::with_clock(options, SystemClock::new())
    }
}

impl<U: Eq + Hash + Clone, R: Clone, C: Clock> AsyncRoleCache<U, R, C> {
    /// An empty cache that tells the time by `clock`.
    #[must_use]
    pub fn with_clock(options: Options, clock: C) -> Self {
        Self { shards: Shards::new(options, clock, RandomState::new()) }
    }

    /// The same cache, empty, with a handler of warnings about changes that could not be applied.
    #[must_use]
    pub fn on_warning(self, handler: Handler) -> Self {
        Self { shards: self.shards.on_warning(handler) }
    }

    /// The user's role: from memory, or read by `fetch`, or by the fetch of another task that is in flight.
    ///
    /// `fetch` gives a role, or a [`Row`] with its version. It is called again whenever what it read was
    /// overtaken, and not at all if another task's read answers. Dropping the returned future is safe at any
    /// time: if it was fetching, the fetch is dropped with it and one of those who waited takes over, which
    /// counts as no try of theirs.
    ///
    /// # Errors
    ///
    /// - [`GetError::Fetch`] if `fetch` failed. The next reader fetches.
    /// - [`GetError::Joined`] if the fetch that was waited for failed.
    /// - [`GetError::Overtaken`] if changes or invalidations overtook the answer and those of sixteen more tries.
    /// - [`GetError::Reentrant`] if called inside the user's own fetch. It is recognised where the fetch's
    ///   future polls this one itself; from a task that the fetch spawned and awaits, the call waits until
    ///   the outer one is dropped.
    pub async fn get_role<T: Into<Row<R>>, E, F>(
        &self,
        user: &U,
        mut fetch: impl FnMut() -> F,
    ) -> Result<R, GetError<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let shard = self.shards.of(user);
        let mut overtaken = 0;
        while overtaken <= ASK_AGAIN_MOST {
            let told = match self.ask(shard, user) {
                Asked::Hit(role) => return Ok(role),
                Asked::Wait(waiting) => waiting.await,
                Asked::Fetch(ticket) => self.lead(FetchGuard::new(shard, ticket), &mut fetch).await?,
            };
            match told {
                Notified::Answer(role) => return Ok(role),
                Notified::AskAgain => overtaken += 1,
                Notified::Abandoned => {}
                Notified::Failed => return Err(GetError::Joined),
                Notified::Reentrant => return Err(GetError::Reentrant),
            }
        }
        Err(GetError::Overtaken)
    }

    /// A role change reaches the cache. Call it when the change is committed to the database, not before.
    ///
    /// With a [`Row`] that has a version, changes may come in any order; a bare role has none, and then the
    /// changes of one user must come one after the other. It never waits for a fetch: one that is in flight
    /// and did not see the change will ask again.
    pub fn update_role(&self, user: U, role: impl Into<Row<R>>) -> Updated {
        self.shards.update(user, role.into())
    }

    /// A role change that cannot be applied, because its role cannot be read, say: the entry goes, and what is
    /// in flight is not stored if it may not have seen the change, so that the next read asks the database.
    ///
    /// [`Version::UNKNOWN`] overtakes every fetch in flight, a version those that read an older one.
    ///
    /// Gives [`Updated::Degraded`]. The cause goes into a warning, of which there is at most one a second: see
    /// [`on_warning`](Self::on_warning).
    pub fn degrade(&self, user: &U, version: Version, cause: &dyn Display) -> Updated
    where
        U: Display,
    {
        self.shards.degrade(user, version, cause)
    }

    /// Drops a user's entry, and revokes what is in flight.
    ///
    /// It has no version, so it does not tell the cache of a commit: an event of an older commit that comes late
    /// is still written. Where a change is known to have happened, [`degrade`](Self::degrade) with its version.
    pub fn invalidate(&self, user: &U) {
        self.shards.invalidate(user);
    }

    /// Drops all entries, and revokes what is in flight; one shard after the other, not at one instant.
    pub fn clear(&self) {
        self.shards.clear();
    }

    /// Removes the expired entries, one shard after the other.
    pub fn sweep(&self) -> Swept {
        self.shards.sweep()
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

    /// What happened so far. The shards are counted one after the other.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shards.stats()
    }

    /// Asks the shard, and where somebody fetches already, takes a place among those who wait: under one
    /// lock, since the fetch could end between two.
    fn ask(&self, shard: &TaskShard<U, R>, user: &U) -> Asked<U, R> {
        let now = self.shards.now();
        let mut shard = shard.lock();
        match shard.core.lookup(user, now) {
            Lookup::Hit(row) | Lookup::Stale(row) => Asked::Hit(row.role),
            Lookup::Miss(ticket) => Asked::Fetch(ticket),
            Lookup::Pending(ticket) => {
                let wait = shard.waiting.entry(ticket).or_insert_with(|| Arc::new(Waiters::new()));
                Asked::Wait(Waiting::new(Arc::clone(wait), ticket))
            }
        }
    }

    /// Fetches for everybody who waits, and tells the leader what they are told.
    async fn lead<T: Into<Row<R>>, E, F>(
        &self,
        lead: FetchGuard<'_, U, R>,
        fetch: impl FnMut() -> F,
    ) -> Result<Notified<R>, GetError<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        let row: Row<R> = match reentry::fetching(lead.ticket(), fetch).await {
            Ok(read) => read.into(),
            Err(error) => {
                lead.land(|core, ticket| {
                    core.fail(ticket);
                    Notified::Failed
                });
                return Err(GetError::Fetch(error));
            }
        };
        // Cloned before the lock is taken: a role's own code should run under it as little as possible.
        let (own, shared) = (Notified::Answer(row.role.clone()), Notified::Answer(row.role.clone()));
        let now = self.shards.now();
        let mut fill = Fill::Stored;
        lead.land(|core, ticket| {
            fill = core.fill(ticket, row, now);
            if fill.answers() { shared } else { Notified::AskAgain }
        });
        Ok(if fill.answers() { own } else { Notified::AskAgain })
    }
}

/// What a shard says to a reader.
enum Asked<U, R> {
    Hit(R),
    Wait(Waiting<R>),
    Fetch(Ticket<U>),
}
