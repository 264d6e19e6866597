//! The promises to tasks, one by one. Futures are polled by hand, so that every interleaving is chosen.

use std::cell::Cell;
use std::future::{Ready, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use super::super::ManualClock;
use super::*;

mod callers;

type Cache = AsyncRoleCache<u64, &'static str>;
type Answer = Result<&'static str, GetError<&'static str>>;
type Task<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// Counts its wake-ups.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    fn rung(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A database that answers when the test says so.
#[derive(Default)]
struct Database {
    reads: Cell<u32>,
    answer: Cell<Option<Result<Row<&'static str>, &'static str>>>,
}

impl Database {
    fn read(&self) -> impl Future<Output = Result<Row<&'static str>, &'static str>> {
        self.reads.set(self.reads.get() + 1);
        poll_fn(|_| self.answer.take().map_or(Poll::Pending, Poll::Ready))
    }

    fn answers(&self, role: &'static str, version: u64) {
        self.answer.set(Some(Ok(row(role, version))));
    }
}

fn row(role: &'static str, version: u64) -> Row<&'static str> {
    Row { role, version: Version(version) }
}

fn cache() -> Cache {
    Cache::new(Options::default())
}

fn reader<'a>(cache: &'a Cache, database: &'a Database) -> Task<'a> {
    Box::pin(cache.get_role(&1, || database.read()))
}

fn poll_with(task: &mut Task<'_>, bell: &Arc<Bell>) -> Poll<Answer> {
    let waker = Waker::from(Arc::clone(bell));
    task.as_mut().poll(&mut Context::from_waker(&waker))
}

fn poll(task: &mut Task<'_>) -> Poll<Answer> {
    poll_with(task, &Arc::default())
}

/// Those who wait for the fetch of user 1.
fn registered(cache: &Cache) -> usize {
    cache.shards.of(&1).lock().waiting.values().map(|wait| wait.registered()).sum()
}

fn nobody_waits(cache: &Cache) -> bool {
    cache.shards.of(&1).lock().waiting.is_empty()
}

fn unread() -> Ready<Result<&'static str, &'static str>> {
    panic!("nothing was to be read")
}

fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn a_role_is_read_once_and_then_remembered() {
    let (cache, database) = (cache(), Database::default());
    database.answers("user", 1);
    assert_eq!(poll(&mut reader(&cache, &database)), Poll::Ready(Ok("user")));
    assert_eq!(block_on(cache.get_role(&1, unread)), Ok("user"));
    assert_eq!((cache.len(), cache.is_empty(), database.reads.get()), (1, false, 1));
    assert_eq!((cache.stats().hits, cache.stats().loads), (1, 1));
}

#[test]
fn many_readers_share_one_fetch_and_each_is_woken_once() {
    let (cache, database) = (cache(), Database::default());
    let mut leader = reader(&cache, &database);
    assert!(poll(&mut leader).is_pending());
    let mut waiters: Vec<_> =
        (0..100).map(|_| (reader(&cache, &database), Arc::new(Bell::default()))).collect();
    for (waiter, bell) in &mut waiters {
        assert!(poll_with(waiter, bell).is_pending());
    }
    database.answers("user", 1);
    assert_eq!(poll(&mut leader), Poll::Ready(Ok("user")));
    for (waiter, bell) in &mut waiters {
        assert_eq!(bell.rung(), 1);
        assert_eq!(poll_with(waiter, bell), Poll::Ready(Ok("user")));
    }
    assert_eq!((database.reads.get(), cache.stats().coalesced), (1, 100));
    assert!(nobody_waits(&cache));
}

#[test]
fn of_those_a_dropped_leader_wakes_one_fetches() {
    let (cache, database) = (cache(), Database::default());
    let mut leader = reader(&cache, &database);
    let (mut one, mut other) = (reader(&cache, &database), reader(&cache, &database));
    let (bell, other_bell) = (Arc::default(), Arc::default());
    assert!(poll(&mut leader).is_pending());
    assert!(poll_with(&mut one, &bell).is_pending() && poll_with(&mut other, &other_bell).is_pending());
    drop(leader);
    assert_eq!((bell.rung(), other_bell.rung(), cache.len()), (1, 1, 0));
    assert!(poll_with(&mut other, &other_bell).is_pending(), "it leads now");
    assert!(poll_with(&mut one, &bell).is_pending(), "it waits again");
    database.answers("user", 1);
    assert_eq!(poll(&mut other), Poll::Ready(Ok("user")));
    assert_eq!(bell.rung(), 2);
    assert_eq!(poll(&mut one), Poll::Ready(Ok("user")));
    assert_eq!(database.reads.get(), 2);
}

#[test]
fn a_new_leader_dropped_before_its_first_poll_strands_nobody() {
    let (cache, database) = (cache(), Database::default());
    let mut leader = reader(&cache, &database);
    let (mut one, mut other) = (reader(&cache, &database), reader(&cache, &database));
    assert!(poll(&mut leader).is_pending() && poll(&mut one).is_pending() && poll(&mut other).is_pending());
    drop(leader);
    drop(one);
    database.answers("user", 1);
    assert_eq!(poll(&mut other), Poll::Ready(Ok("user")));
}

#[test]
fn being_abandoned_uses_up_no_try() {
    let (cache, database) = (cache(), Database::default());
    let mut patient = reader(&cache, &database);
    for _ in 0..3 * ASK_AGAIN_MOST {
        let mut leader = reader(&cache, &database);
        assert!(poll(&mut leader).is_pending());
        assert!(poll(&mut patient).is_pending());
        drop(leader);
    }
    database.answers("user", 1);
    assert_eq!(poll(&mut patient), Poll::Ready(Ok("user")));
}

#[test]
fn a_dropped_waiter_leaves_no_trace() {
    let (cache, database) = (cache(), Database::default());
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    let bell = Arc::default();
    assert!(poll(&mut leader).is_pending() && poll_with(&mut waiter, &bell).is_pending());
    assert_eq!((registered(&cache), Arc::strong_count(&bell)), (1, 2));
    drop(waiter);
    assert_eq!((registered(&cache), Arc::strong_count(&bell)), (0, 1));
    database.answers("user", 1);
    assert_eq!(poll(&mut leader), Poll::Ready(Ok("user")));
    assert_eq!(bell.rung(), 0);
    assert!(nobody_waits(&cache));
}

#[test]
fn a_waiter_polled_with_another_waker_is_woken_by_that_one_only() {
    let (cache, database) = (cache(), Database::default());
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    let (stale, current) = (Arc::default(), Arc::default());
    assert!(poll(&mut leader).is_pending());
    assert!(poll_with(&mut waiter, &stale).is_pending() && poll_with(&mut waiter, &current).is_pending());
    assert_eq!((registered(&cache), Arc::strong_count(&stale)), (1, 1));
    database.answers("user", 1);
    assert!(poll(&mut leader).is_ready());
    assert_eq!((stale.rung(), current.rung()), (0, 1));
}

#[test]
fn a_change_during_a_fetch_is_what_everybody_gets() {
    let (cache, database) = (cache(), Database::default());
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    assert!(poll(&mut leader).is_pending() && poll(&mut waiter).is_pending());
    assert_eq!(cache.update_role(1, row("admin", 2)), Updated::Applied);
    assert_eq!(block_on(cache.get_role(&1, unread)), Ok("admin"), "who starts later does not wait");
    database.answers("user", 1);
    assert_eq!(poll(&mut leader), Poll::Ready(Ok("admin")));
    assert_eq!(poll(&mut waiter), Poll::Ready(Ok("admin")));
    assert_eq!((database.reads.get(), cache.stats().fills_refused), (1, 1));
}

#[test]
fn whatever_revokes_a_fetch_makes_it_ask_again() {
    type Revoke = fn(&Cache);
    let revocations: [(&str, Revoke); 3] = [
        ("invalidation", |cache| cache.invalidate(&1)),
        ("clearing", AsyncRoleCache::clear),
        ("degrading", |cache| _ = cache.degrade(&1, Version::UNKNOWN, &"a test")),
    ];
    for (what, revoke) in revocations {
        let (cache, database) = (cache(), Database::default());
        let mut leader = reader(&cache, &database);
        assert!(poll(&mut leader).is_pending());
        revoke(&cache);
        database.answers("user", 1);
        assert!(poll(&mut leader).is_pending(), "{what}");
        database.answers("admin", 2);
        assert_eq!(poll(&mut leader), Poll::Ready(Ok("admin")), "{what}");
        assert_eq!(database.reads.get(), 2, "{what}");
    }
}

#[test]
fn sixteen_overtaken_answers_in_a_row_are_an_error() {
    let (cache, database) = (cache(), Database::default());
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    for _ in 0..ASK_AGAIN_MOST {
        assert!(poll(&mut leader).is_pending() && poll(&mut waiter).is_pending());
        cache.invalidate(&1);
        database.answers("user", 1);
    }
    assert!(poll(&mut leader).is_pending() && poll(&mut waiter).is_pending());
    cache.invalidate(&1);
    database.answers("user", 1);
    assert_eq!(poll(&mut leader), Poll::Ready(Err(GetError::Overtaken)));
    assert_eq!(poll(&mut waiter), Poll::Ready(Err(GetError::Overtaken)));
    assert_eq!(database.reads.get(), ASK_AGAIN_MOST + 1);
}

#[test]
fn a_failed_fetch_gives_its_leader_the_reason() {
    let (cache, database) = (cache(), Database::default());
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    let bell = Arc::default();
    assert!(poll(&mut leader).is_pending() && poll_with(&mut waiter, &bell).is_pending());
    database.answer.set(Some(Err("down")));
    assert_eq!(poll(&mut leader), Poll::Ready(Err(GetError::Fetch("down"))));
    assert_eq!(bell.rung(), 1);
    assert_eq!(poll(&mut waiter), Poll::Ready(Err(GetError::Joined)));
    database.answers("user", 1);
    assert_eq!(poll(&mut reader(&cache, &database)), Poll::Ready(Ok("user")));
}

#[test]
fn roles_expire_by_the_clock_that_was_given() {
    let clock = ManualClock::new();
    let options = Options { ttl: Some(Duration::from_secs(1)), swept: true, ..Options::default() };
    let cache = AsyncRoleCache::with_clock(options, clock.clone());
    assert_eq!(block_on(cache.get_role(&1, || ready(Ok::<_, &str>("user")))), Ok("user"));
    clock.advance(Duration::from_secs(1));
    assert_eq!(cache.sweep(), Swept { checked: 1, removed: 1 });
}
