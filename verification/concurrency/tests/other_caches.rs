//! Does a fetch that a change overtook put the old role back? Other crates' caches compared with this one.
//!
//! Their locks are std's, so no checker drives them. One order of events is enough, and it is made by hand: a
//! fetch reads the old role and is held while the change comes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::sync::mpsc::{Receiver, channel};
use std::thread::scope;
use std::time::Duration;

use moka::sync::Cache as Moka;
use quick_cache::sync::{Cache as Quick, GuardResult};
use rolesim::cache::{Options, RoleCache, Row, Updated, Version};

const USER: u8 = 1;
const OLD: u64 = 1;
const NEW: u64 = 2;
/// No wait is longer: a cache that blocks fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `get` with a fetch that reads the old role and is held while `change` happens; gives the answer of `get`.
fn overtaken<C: Sync>(
    cache: &C,
    get: impl FnOnce(&C, &dyn Fn() -> u64) -> u64 + Send,
    change: impl FnOnce(&C) + Send,
) -> u64 {
    let (has_read, read) = channel();
    let (release, released) = channel();
    scope(|threads| {
        let reader = threads.spawn(move || {
            get(cache, &move || {
                has_read.send(()).unwrap();
                wait(&released);
                OLD
            })
        });
        wait(&read);
        let (has_changed, changed) = channel();
        threads.spawn(move || {
            change(cache);
            // Nobody listens where the patience was over.
            let _ = has_changed.send(());
        });
        let in_time = changed.recv_timeout(PATIENCE);
        release.send(()).unwrap();
        let answer = reader.join().unwrap();
        assert!(in_time.is_ok(), "the change waited for the fetch");
        answer
    })
}

fn wait(sign: &Receiver<()>) {
    sign.recv_timeout(PATIENCE).expect("the other thread goes on");
}

fn moka_get(cache: &Moka<u8, u64>, fetch: &dyn Fn() -> u64) -> u64 {
    cache.get_with(USER, fetch)
}

fn moka_try_get(cache: &Moka<u8, u64>, fetch: &dyn Fn() -> u64) -> u64 {
    cache.try_get_with(USER, || Ok::<_, String>(fetch())).unwrap()
}

/// The guard's insertion is refused where the placeholder has gone; what a caller would then read is new.
fn quick_get(cache: &Quick<u8, u64>, fetch: &dyn Fn() -> u64) -> u64 {
    match cache.get_value_or_guard(&USER, Some(PATIENCE)) {
        GuardResult::Value(role) => role,
        GuardResult::Timeout => panic!("nobody else fetches"),
        GuardResult::Guard(guard) => {
            let role = fetch();
            if guard.insert(role).is_ok() {
                return role;
            }
            cache.get(&USER).unwrap_or(NEW)
        }
    }
}

#[test]
fn moka_puts_an_invalidated_role_back() {
    for get in [moka_get as fn(&_, &dyn Fn() -> u64) -> u64, moka_try_get] {
        let cache = Moka::new(8);
        let answer = overtaken(&cache, get, |cache| cache.invalidate(&USER));
        println!("moka 0.12.16, invalidate: answered {answer}, then holds {:?}", cache.get(&USER));
        assert_eq!((answer, cache.get(&USER)), (OLD, Some(OLD)));
    }
}

#[test]
fn moka_puts_an_old_role_over_a_newer_one() {
    for get in [moka_get as fn(&_, &dyn Fn() -> u64) -> u64, moka_try_get] {
        let cache = Moka::new(8);
        let answer = overtaken(&cache, get, |cache| cache.insert(USER, NEW));
        println!("moka 0.12.16, insert: answered {answer}, then holds {:?}", cache.get(&USER));
        assert_eq!((answer, cache.get(&USER)), (OLD, Some(OLD)));
    }
}

#[test]
fn quick_cache_keeps_an_invalidated_role_out() {
    let cache = Quick::new(8);
    let answer = overtaken(&cache, quick_get, |cache| _ = cache.remove(&USER));
    println!("quick_cache 0.7.0, remove: answered {answer}, then holds {:?}", cache.get(&USER));
    assert_eq!(cache.get(&USER), None);
}

#[test]
fn quick_cache_keeps_the_newer_role() {
    let cache = Quick::new(8);
    let answer = overtaken(&cache, quick_get, |cache| cache.insert(USER, NEW));
    println!("quick_cache 0.7.0, insert: answered {answer}, then holds {:?}", cache.get(&USER));
    assert_eq!((answer, cache.get(&USER)), (NEW, Some(NEW)));
}

/// What is remembered for the user; a fetch would fail.
fn held(cache: &RoleCache<u8, u64>) -> Option<u64> {
    cache.get_role(&USER, || Err::<u64, ()>(())).ok()
}

/// The first read sees the old role and is overtaken; whatever is read again is new.
fn role_get(cache: &RoleCache<u8, u64>, fetch: &dyn Fn() -> u64) -> u64 {
    let mut reads = 0;
    let read = || {
        reads += 1;
        Ok::<_, ()>(if reads == 1 { fetch() } else { NEW })
    };
    cache.get_role(&USER, read).unwrap()
}

#[test]
fn this_cache_keeps_the_old_role_out_whatever_the_change() {
    let updated = |cache: &RoleCache<u8, u64>| assert_eq!(cache.update_role(USER, NEW), Updated::Applied);
    let numbered = |cache: &RoleCache<u8, u64>| {
        let row = Row { role: NEW, version: Version(2) };
        assert_eq!(cache.update_role(USER, row), Updated::Applied);
    };
    type Change = fn(&RoleCache<u8, u64>);
    let changes: [(&str, Change); 4] = [
        ("update", updated),
        ("numbered update", numbered),
        ("invalidate", |cache| cache.invalidate(&USER)),
        ("degrade", |cache| _ = cache.degrade(&USER, Version(2), &"a test")),
    ];
    for (what, change) in changes {
        let cache = RoleCache::new(Options::default());
        // A row without a version is older than a numbered change, so it is refused and read again.
        let answer = overtaken(&cache, role_get, change);
        println!("rolesim, {what}: answered {answer}, then holds {:?}", held(&cache));
        assert_eq!(answer, NEW, "{what}");
        assert_ne!(held(&cache), Some(OLD), "{what}");
    }
}
