//! The threaded face's promises, one by one.

mod failures;
mod stress;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread::{self, yield_now};
use std::time::Duration;

use super::super::{ManualClock, OnEvent};
use super::*;

type Cache = RoleCache<u64, &'static str>;
type Got = Result<&'static str, GetError<&'static str>>;

fn cache() -> Cache {
    RoleCache::new(Options::default())
}

fn invalidating() -> Cache {
    RoleCache::new(Options { on_event: OnEvent::Invalidate, ..Options::default() })
}

fn row(role: &'static str, version: u64) -> Row<&'static str> {
    Row { role, version: Version(version) }
}

/// Asks where nothing needs to be fetched.
fn remembered(cache: &Cache, user: u64) -> Got {
    cache.get_role(&user, || Err::<&str, _>("not remembered"))
}

fn fetched(cache: &Cache, user: u64, role: &'static str) -> Got {
    cache.get_role(&user, || Ok::<_, &str>(role))
}

/// Goes on when this many readers have joined a fetch.
fn until_joined(cache: &Cache, readers: u64) {
    while cache.stats().coalesced < readers {
        yield_now();
    }
}

/// Starts a fetch for user 1, does `meanwhile` while it is under way, and lets it read `read` then. Gives
/// what it answered and how often it fetched; from the second time on it reads "again".
fn while_fetching(cache: &Cache, read: Row<&'static str>, meanwhile: impl FnOnce()) -> (Got, u32) {
    let (begun, has_begun) = channel();
    let (go_on, may_go_on) = channel::<()>();
    let may_go_on = Mutex::new(may_go_on);
    let mut fetches = 0;
    let fetch = || {
        fetches += 1;
        if fetches > 1 {
            return Ok(row("again", 100));
        }
        begun.send(()).unwrap();
        may_go_on.lock().unwrap().recv().unwrap();
        Ok::<_, &str>(read)
    };
    let got = thread::scope(|scope| {
        let reader = scope.spawn(|| cache.get_role(&1, fetch));
        has_begun.recv().unwrap();
        meanwhile();
        go_on.send(()).unwrap();
        reader.join().unwrap()
    });
    (got, fetches)
}

#[test]
fn a_cache_is_shared_among_threads_and_survives_caught_panics() {
    fn shared<T: Send + Sync + std::panic::RefUnwindSafe>() {}
    shared::<RoleCache<String, String>>();
}

#[test]
fn what_was_fetched_is_remembered() {
    let cache = cache();
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"));
    assert_eq!(remembered(&cache, 1), Ok("user"));
    assert_eq!((cache.len(), cache.stats().hits, cache.stats().loads), (1, 1, 1));
}

#[test]
fn a_change_is_seen_at_once() {
    let cache = cache();
    assert_eq!(cache.update_role(1, "admin"), Updated::Applied);
    assert_eq!(remembered(&cache, 1), Ok("admin"));
    assert_eq!(cache.update_role(1, "user"), Updated::Applied);
    assert_eq!(remembered(&cache, 1), Ok("user"));
}

#[test]
fn an_older_change_is_refused() {
    let cache = cache();
    assert_eq!(cache.update_role(1, row("admin", 2)), Updated::Applied);
    assert_eq!(cache.update_role(1, row("user", 1)), Updated::Older);
    assert_eq!(remembered(&cache, 1), Ok("admin"));
    assert_eq!(cache.stats().updates_older, 1);
}

#[test]
fn threads_that_ask_at_once_share_one_fetch() {
    let cache = cache();
    thread::scope(|scope| {
        let mut readers = Vec::new();
        let (got, fetches) = while_fetching(&cache, row("user", 0), || {
            readers.extend((0..3).map(|_| scope.spawn(|| remembered(&cache, 1))));
            until_joined(&cache, 3);
        });
        assert_eq!((got, fetches), (Ok("user"), 1));
        for reader in readers {
            assert_eq!(reader.join().unwrap(), Ok("user"));
        }
    });
    assert_eq!(cache.stats().loads, 1);
}

#[test]
fn an_overtaken_fetch_is_neither_stored_nor_returned() {
    let cache = cache();
    let change = || assert_eq!(cache.update_role(1, "admin"), Updated::Applied);
    assert_eq!(while_fetching(&cache, row("user", 0), change), (Ok("admin"), 1));
    assert_eq!(remembered(&cache, 1), Ok("admin"));
    assert_eq!(cache.stats().fills_refused, 1);
}

#[test]
fn a_fetch_that_already_saw_the_change_counts() {
    let cache = invalidating();
    let change = || assert_eq!(cache.update_role(1, row("admin", 7)), Updated::Applied);
    assert_eq!(while_fetching(&cache, row("admin", 7), change), (Ok("admin"), 1));
    assert_eq!(remembered(&cache, 1), Ok("admin"));
}

#[test]
fn whoever_joined_an_overtaken_fetch_asks_again_too() {
    let cache = invalidating();
    thread::scope(|scope| {
        let mut reader = None;
        let (got, _) = while_fetching(&cache, row("user", 0), || {
            reader = Some(scope.spawn(|| fetched(&cache, 1, "again")));
            until_joined(&cache, 1);
            assert_eq!(cache.update_role(1, "admin"), Updated::Applied);
        });
        assert_eq!(got, Ok("again"));
        assert_eq!(reader.unwrap().join().unwrap(), Ok("again"));
    });
}

#[test]
fn nobody_who_comes_after_a_change_joins_a_fetch_from_before() {
    let cache = invalidating();
    let (got, fetches) = while_fetching(&cache, row("user", 0), || {
        assert_eq!(cache.update_role(1, "admin"), Updated::Applied);
        // The first fetch is still under way; this would wait for ever if it joined it.
        assert_eq!(fetched(&cache, 1, "admin"), Ok("admin"));
    });
    assert_eq!((got, fetches), (Ok("admin"), 1), "the late answer is given up for the newer one");
    assert_eq!(cache.stats().coalesced, 0);
}

#[test]
fn forgetting_a_user_overtakes_the_fetch() {
    type Forget = fn(&Cache);
    for forget in [(|cache| cache.invalidate(&1)) as Forget, |cache| cache.clear()] {
        let cache = cache();
        let got = while_fetching(&cache, row("user", 0), || forget(&cache));
        assert_eq!(got, (Ok("again"), 2));
        forget(&cache);
        assert!(cache.is_empty());
    }
}

#[test]
fn after_sixteen_more_fetches_a_reader_gives_up() {
    let cache = cache();
    let mut fetches = 0;
    let got: Got = cache.get_role(&1, || {
        fetches += 1;
        cache.invalidate(&1);
        Ok("user")
    });
    assert_eq!((got, fetches), (Err(GetError::Overtaken), 17));
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"), "and the next reader starts afresh");
}

#[test]
fn a_fetch_may_ask_for_another_user() {
    let cache = cache().with_shards(1);
    let got: Got = cache.get_role(&1, || fetched(&cache, 2, "owner").map_err(|_| "the other failed"));
    assert_eq!(got, Ok("owner"));
    assert_eq!(cache.len(), 2);
}

#[test]
fn a_fetch_that_asks_for_its_own_user_gets_an_error() {
    let cache = cache();
    let mut inner = None;
    let got: Got = cache.get_role(&1, || {
        inner = Some(fetched(&cache, 1, "inner"));
        Ok("outer")
    });
    assert_eq!(got, Ok("outer"));
    assert_eq!(inner, Some(Err(GetError::Reentrant)));
}

#[test]
fn a_fetch_that_asks_through_another_gets_an_error() {
    let cache = cache();
    let mut inner = None;
    let got: Got = cache.get_role(&1, || {
        let second: Got = cache.get_role(&2, || {
            inner = Some(fetched(&cache, 1, "inner"));
            Ok("second")
        });
        second.map_err(|_| "the second failed")
    });
    assert_eq!((got, inner), (Ok("second"), Some(Err(GetError::Reentrant))));
}

#[test]
fn the_capacity_holds_over_all_shards() {
    for (shards, capacity) in [(1, 10), (4, 10), (8, 3), (2, 1)] {
        let options = Options { capacity: NonZeroUsize::new(capacity), ..Options::default() };
        let cache: Cache = RoleCache::new(options).with_shards(shards);
        for user in 0..1_000 {
            assert_eq!(fetched(&cache, user, "user"), Ok("user"));
            assert!(cache.len() <= capacity);
        }
        assert_eq!(cache.len(), capacity);
        assert_eq!(cache.stats().evictions, 1_000 - capacity as u64);
    }
}

#[test]
fn an_entry_lives_as_long_as_the_options_say() {
    let clock = ManualClock::new();
    let options = Options { ttl: Some(Duration::from_secs(10)), ..Options::default() };
    let cache: RoleCache<u64, u8, _> = RoleCache::with_clock(options, clock.clone()).with_shards(4);
    let role = |role| cache.get_role(&1, || Ok::<u8, ()>(role));
    assert_eq!(role(1), Ok(1));
    clock.advance(Duration::from_secs(9));
    assert_eq!(role(2), Ok(1));
    clock.advance(Duration::from_secs(1));
    assert_eq!(role(3), Ok(3));
    for user in 2..20 {
        assert_eq!(cache.update_role(user, 9), Updated::Applied);
    }
    clock.advance(Duration::from_secs(10));
    assert_eq!(cache.sweep(), Swept { checked: 19, removed: 19 });
    assert!(cache.is_empty());
}

#[test]
fn a_hasher_of_the_callers_choice_is_used() {
    type Fixed = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;
    let cache = RoleCache::new(Options::default()).with_hasher(Fixed::default()).with_shards(2);
    assert_eq!(cache.update_role("ann".to_owned(), "admin"), Updated::Applied);
    assert_eq!(cache.get_role(&"ann".to_owned(), || Err::<&str, _>(())), Ok("admin"));
}
