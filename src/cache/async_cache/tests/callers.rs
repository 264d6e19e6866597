//! What callers bring along: panics, questions inside questions, wakers with a will of their own, threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use super::super::super::OnEvent;
use super::*;

#[test]
fn a_panic_in_a_fetch_or_in_what_makes_it_is_like_dropping_it() {
    let (cache, database) = (cache(), Database::default());
    let armed = Cell::new(false);
    let mut leader: Task<'_> = Box::pin(cache.get_role(&1, || {
        poll_fn(|_| {
            assert!(!armed.replace(true), "the driver panics");
            Poll::<Result<&str, &str>>::Pending
        })
    }));
    // The first poll passes, the second panics.
    assert!(poll(&mut leader).is_pending());
    let mut waiter = reader(&cache, &database);
    let bell = Arc::default();
    assert!(poll_with(&mut waiter, &bell).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| poll(&mut leader))).is_err());
    assert_eq!(bell.rung(), 1);
    database.answers("user", 1);
    assert_eq!(poll(&mut waiter), Poll::Ready(Ok("user")));

    cache.invalidate(&1);
    assert!(catch_unwind(AssertUnwindSafe(|| block_on(cache.get_role(&1, unread)))).is_err());
    database.answers("admin", 2);
    assert_eq!(poll(&mut reader(&cache, &database)), Poll::Ready(Ok("admin")));
}

#[test]
fn a_fetch_may_ask_for_another_user_but_not_for_its_own() {
    let cache = cache();
    let role = block_on(cache.get_role(&1, async || {
        let other = cache.get_role(&2, || ready(Ok::<_, &str>("admin"))).await;
        assert_eq!(other, Ok("admin"));
        let own = cache.get_role(&1, unread).await;
        assert_eq!(own, Err(GetError::Reentrant));
        let own_by_way_of_another = cache
            .get_role(&3, async || cache.get_role(&1, unread).await.map_err(|error| error.to_string()))
            .await;
        assert!(matches!(own_by_way_of_another, Err(GetError::Fetch(_))));
        Ok::<_, &str>("user")
    }));
    assert_eq!(role, Ok("user"));
    assert_eq!(block_on(cache.get_role(&1, unread)), Ok("user"), "the inner question did no harm");
}

#[test]
fn a_fetch_that_a_change_overtook_may_even_ask_for_its_own_user() {
    let cache = cache();
    let role = block_on(cache.get_role(&1, async || {
        let _ = cache.update_role(1, row("admin", 1));
        cache.get_role(&1, unread).await.map_err(|error| error.to_string())
    }));
    assert_eq!(role, Ok("admin"));
}

#[test]
fn a_role_that_panics_when_cloned_poisons_nothing() {
    #[derive(Debug, PartialEq)]
    struct Fragile(u32);
    static ARMED: AtomicUsize = AtomicUsize::new(0);
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            assert_eq!(ARMED.load(Ordering::SeqCst), 0, "broken");
            Self(self.0)
        }
    }
    let cache: AsyncRoleCache<u64, Fragile> = AsyncRoleCache::new(Options::default());
    let ask = |role| block_on(cache.get_role(&1, || ready(Ok::<_, &str>(Fragile(role)))));
    assert_eq!(ask(1), Ok(Fragile(1)));
    ARMED.store(1, Ordering::SeqCst);
    assert!(catch_unwind(AssertUnwindSafe(|| ask(2))).is_err(), "a hit clones under the lock");
    ARMED.store(0, Ordering::SeqCst);
    assert_eq!(ask(3), Ok(Fragile(3)), "the shard forgot, and goes on");
}

#[test]
fn the_future_is_send_and_the_cache_is_sync() {
    fn is_send(_: impl Send) {}
    fn is_sync(_: &(impl Send + Sync)) {}
    let cache: AsyncRoleCache<String, String> = AsyncRoleCache::new(Options::default());
    is_sync(&cache);
    is_send(cache.get_role(&String::new(), || ready(Ok::<_, &str>(String::new()))));
}

#[test]
fn no_thread_reads_a_role_older_than_the_last_reported() {
    let cache: AsyncRoleCache<u64, u64> =
        AsyncRoleCache::new(Options { on_event: OnEvent::Invalidate, ..Options::default() });
    let (committed, told) = (Mutex::new(1), AtomicU64::new(1));
    thread::scope(|scope| {
        scope.spawn(|| {
            for version in 2..=2_000 {
                *committed.lock().unwrap() = version;
                let _ = cache.update_role(1, Row { role: version, version: Version(version) });
                told.store(version, Ordering::SeqCst);
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                while told.load(Ordering::SeqCst) < 2_000 {
                    let at_least = told.load(Ordering::SeqCst);
                    let read = async || {
                        let version = *committed.lock().unwrap();
                        thread::yield_now();
                        Ok::<_, &str>(Row { role: version, version: Version(version) })
                    };
                    match block_on(cache.get_role(&1, read)) {
                        Ok(role) => assert!(role >= at_least, "{role} after {at_least}"),
                        Err(error) => assert_eq!(error, GetError::Overtaken),
                    }
                }
            });
        }
    });
}

#[test]
fn a_waker_may_use_the_cache_and_poll_other_readers() {
    struct Curious(Arc<Cache>, Mutex<Option<Answer>>);
    impl Wake for Curious {
        fn wake(self: Arc<Self>) {
            *self.1.lock().unwrap() = Some(block_on(self.0.get_role(&1, unread)));
            self.0.invalidate(&2);
        }
    }
    let (cache, database) = (Arc::new(cache()), Database::default());
    let curious = Arc::new(Curious(Arc::clone(&cache), Mutex::new(None)));
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    assert!(poll(&mut leader).is_pending());
    let waker = Waker::from(Arc::clone(&curious));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    database.answers("user", 1);
    assert_eq!(poll(&mut leader), Poll::Ready(Ok("user")));
    assert_eq!(*curious.1.lock().unwrap(), Some(Ok("user")), "it was woken when the role was there");
}

#[test]
fn a_waker_that_drops_another_reader_as_it_goes_meets_no_lock() {
    type SendTask = Pin<Box<dyn Future<Output = Answer> + Send>>;
    /// Owns a reader, as the last handle of an executor's task does.
    struct Owner(Mutex<Option<SendTask>>);
    impl Wake for Owner {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
        }
    }
    let (cache, database) = (Arc::new(cache()), Database::default());
    let owned = || -> SendTask {
        let cache = Arc::clone(&cache);
        Box::pin(async move { cache.get_role(&1, unread).await })
    };
    let (mut leader, mut waiter) = (reader(&cache, &database), reader(&cache, &database));
    assert!(poll(&mut leader).is_pending());
    let mut other = owned();
    assert!(other.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let owner = Waker::from(Arc::new(Owner(Mutex::new(Some(other)))));
    assert!(waiter.as_mut().poll(&mut Context::from_waker(&owner)).is_pending());
    drop(owner);
    assert_eq!(registered(&cache), 2);
    assert!(poll(&mut waiter).is_pending(), "the owner is replaced, and goes with the reader that it owns");
    assert_eq!(registered(&cache), 1);
    database.answers("user", 1);
    assert!(poll(&mut leader).is_ready());
}
