//! A small bot on tokio: handlers ask for roles while another task hands in role changes.
//!
//! Each handler gives its read a time limit and refuses the command if no role is known in time. At the end
//! the bot says how often it read the database, and that no handler saw a role older than it should have.
//!
//! ```text
//! cargo run --example bot_tokio
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rolesim::cache::{AsyncRoleCache, GetError, Options, Row, Version};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const USERS: u64 = 20;
const HANDLERS: u64 = 8;
const COMMANDS_EACH: u64 = 100;
const CHANGES: u64 = 200;
const TIME_LIMIT: Duration = Duration::from_millis(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    User,
    Admin,
}

/// Why the database gave no role.
#[derive(Debug)]
struct Unreachable;

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection was lost")
    }
}

/// What a role is answered with: who it is, and since which commit.
type Seen = (Role, Version);

/// A role change, as it comes in after its commit.
struct Change {
    user: u64,
    row: Row<Seen>,
}

/// A database in memory that takes its time, and now and then much of it.
#[derive(Default)]
struct Database {
    rows: Mutex<HashMap<u64, Row<Seen>>>,
    commits: AtomicU64,
    reads: AtomicU64,
}

impl Database {
    async fn read(&self, user: u64) -> Result<Row<Seen>, Unreachable> {
        let read = self.reads.fetch_add(1, Ordering::Relaxed);
        // What is read is decided at the start; a change may overtake the answer on its way.
        let row = self.rows.lock().unwrap_or_else(PoisonError::into_inner).get(&user).copied();
        sleep(Duration::from_millis(if read % 10 == 9 { 100 } else { 3 })).await;
        if read % 25 == 24 {
            return Err(Unreachable);
        }
        Ok(row.unwrap_or(Row { role: (Role::User, Version::UNKNOWN), version: Version::UNKNOWN }))
    }

    fn commit(&self, user: u64, role: Role) -> Change {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let version = Version(self.commits.fetch_add(1, Ordering::Relaxed) + 1);
        let row = Row { role: (role, version), version };
        rows.insert(user, row);
        Change { user, row }
    }
}

/// The bot: what every task of it shares.
struct Bot {
    cache: AsyncRoleCache<u64, Seen>,
    database: Database,
    /// By user, the last change that the cache was told.
    told: Vec<AtomicU64>,
}

/// How a command ended.
enum Reply {
    Done,
    Denied,
    /// No role was known, so nothing is allowed.
    Refused,
    /// The role was older than one that the cache had been told before.
    Stale,
}

/// How many commands ended in which way.
#[derive(Debug, Default)]
struct Tally {
    done: u64,
    denied: u64,
    refused: u64,
    stale: u64,
}

impl Bot {
    fn new() -> Self {
        let told = (0..USERS).map(|_| AtomicU64::new(0)).collect();
        // The cache has room for half the users only, so that there is something to read.
        let options = Options { capacity: NonZeroUsize::new(USERS as usize / 2), ..Options::default() };
        Self { cache: AsyncRoleCache::new(options), database: Database::default(), told }
    }

    async fn role(&self, user: u64) -> Result<Seen, GetError<Unreachable>> {
        self.cache.get_role(&user, || self.database.read(user)).await
    }

    /// A command that only an admin may give.
    async fn handle(&self, user: u64) -> Reply {
        let told_before = self.told[user as usize].load(Ordering::SeqCst);
        // If this handler is the one that reads, another that waits for it takes over when the time is up.
        match timeout(TIME_LIMIT, self.role(user)).await {
            Ok(Ok((_, version))) if version.0 < told_before => Reply::Stale,
            Ok(Ok((Role::Admin, _))) => Reply::Done,
            Ok(Ok((Role::User, _))) => Reply::Denied,
            Ok(Err(_)) | Err(_) => Reply::Refused,
        }
    }

    /// Takes role changes until there are no more.
    async fn listen(&self, mut changes: mpsc::Receiver<Change>) {
        while let Some(Change { user, row }) = changes.recv().await {
            // Whether it was applied or came late: what the cache answers from now on is not older.
            let _ = self.cache.update_role(user, row);
            self.told[user as usize].fetch_max(row.version.0, Ordering::SeqCst);
        }
    }
}

/// Changes roles in the database, and tells each change once it is committed.
async fn administrate(bot: Arc<Bot>, changes: mpsc::Sender<Change>) {
    for number in 0..CHANGES {
        let role = if number % 3 == 0 { Role::User } else { Role::Admin };
        let change = bot.database.commit(number * 7 % USERS, role);
        if changes.send(change).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(2)).await;
    }
}

async fn run() -> Result<(Arc<Bot>, Tally), Box<dyn Error + Send + Sync>> {
    let bot = Arc::new(Bot::new());
    let (sender, receiver) = mpsc::channel(16);
    let administrator = tokio::spawn(administrate(Arc::clone(&bot), sender));
    let listener = tokio::spawn({
        let bot = Arc::clone(&bot);
        async move { bot.listen(receiver).await }
    });
    let mut handlers = JoinSet::new();
    for handler in 0..HANDLERS {
        let bot = Arc::clone(&bot);
        handlers.spawn(async move {
            let mut tally = Tally::default();
            for command in 0..COMMANDS_EACH {
                match bot.handle((handler + command) % USERS).await {
                    Reply::Done => tally.done += 1,
                    Reply::Denied => tally.denied += 1,
                    Reply::Refused => tally.refused += 1,
                    Reply::Stale => tally.stale += 1,
                }
                sleep(Duration::from_millis(1)).await;
            }
            tally
        });
    }
    let mut all = Tally::default();
    while let Some(tally) = handlers.join_next().await {
        let Tally { done, denied, refused, stale } = tally?;
        all.done += done;
        all.denied += denied;
        all.refused += refused;
        all.stale += stale;
    }
    administrator.await?;
    listener.await?;
    Ok((bot, all))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (bot, tally) = run().await?;
    let (stats, reads) = (bot.cache.stats(), bot.database.reads.load(Ordering::Relaxed));
    let Tally { done, denied, refused, stale } = tally;
    println!("{done} commands done, {denied} denied, {refused} refused for want of a role");
    println!(
        "{reads} database reads, {} answers from memory, {} waited for another's read",
        stats.hits, stats.coalesced
    );
    println!("{stale} answers older than a change that the cache had been told");
    if stale > 0 { Err("a role was stale".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_handler_sees_a_role_older_than_what_the_cache_was_told() {
        let (bot, tally) = run().await.unwrap();
        assert_eq!(tally.stale, 0);
        assert_eq!(tally.done + tally.denied + tally.refused, HANDLERS * COMMANDS_EACH);
        assert!(bot.cache.stats().hits > 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn when_a_leader_runs_out_of_time_another_reader_takes_over() {
        let cache: Arc<AsyncRoleCache<u64, Role>> = Arc::new(AsyncRoleCache::new(Options::default()));
        let leader = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move {
                let never = || std::future::pending::<Result<Role, Unreachable>>();
                timeout(Duration::from_millis(50), cache.get_role(&1, never)).await.is_err()
            }
        });
        while cache.stats().loads == 0 {
            tokio::task::yield_now().await;
        }
        let mut waiters = JoinSet::new();
        for _ in 0..50 {
            let cache = Arc::clone(&cache);
            waiters.spawn(async move {
                cache.get_role(&1, async || Ok::<_, Unreachable>(Role::Admin)).await.ok()
            });
        }
        while let Some(role) = waiters.join_next().await {
            assert_eq!(role.unwrap(), Some(Role::Admin));
        }
        assert!(leader.await.unwrap(), "the leader ran out of time");
        assert_eq!(cache.stats().loads, 2);
    }
}
