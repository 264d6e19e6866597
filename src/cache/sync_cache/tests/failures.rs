//! Fetches that fail or panic, changes that cannot be applied, and types of the caller's that panic.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;

/// Lets user 1's first fetch end badly while two readers wait for it; gives what those got.
fn joined_to(cache: &Cache, fetch: impl FnOnce() -> Result<&'static str, &'static str> + Send) -> Vec<Got> {
    let (begun, has_begun) = channel();
    thread::scope(|scope| {
        let leader = scope.spawn(move || {
            let mut fetch = Some(fetch);
            catch_unwind(AssertUnwindSafe(|| {
                cache.get_role(&1, || {
                    begun.send(()).unwrap();
                    until_joined(cache, 2);
                    fetch.take().unwrap()()
                })
            }))
        });
        has_begun.recv().unwrap();
        let readers = [(); 2].map(|()| scope.spawn(|| remembered(cache, 1)));
        let got = readers.map(|reader| reader.join().unwrap());
        assert!(!matches!(leader.join().unwrap(), Ok(Ok(_))), "the leader got no role");
        got.into()
    })
}

#[test]
fn a_failed_fetch_tells_its_reader_why_and_stores_nothing() {
    let cache = cache();
    assert_eq!(cache.get_role(&1, || Err::<&str, _>("no network")), Err(GetError::Fetch("no network")));
    assert!(cache.is_empty());
    assert_eq!(cache.stats().fetches_failed, 1);
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"));
}

#[test]
fn a_failed_fetch_wakes_whoever_waits_for_it() {
    let cache = cache();
    assert_eq!(joined_to(&cache, || Err("no network")), [Err(GetError::Joined); 2]);
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"));
}

#[test]
fn a_panic_in_a_fetch_reaches_its_caller_alone() {
    let cache = cache().with_shards(1);
    assert_eq!(cache.update_role(2, "admin"), Updated::Applied);
    assert_eq!(joined_to(&cache, || panic!("as the test wants it")), [Err(GetError::Joined); 2]);
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"));
    assert_eq!(remembered(&cache, 2), Ok("admin"), "nobody else's entry went");
    assert_eq!(cache.stats().fetches_failed, 1);
}

/// A role whose copying panics on demand.
#[derive(Debug)]
struct Brittle(Arc<AtomicBool>);

impl Clone for Brittle {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::SeqCst), "as the test wants it");
        Self(Arc::clone(&self.0))
    }
}

#[test]
fn a_panic_under_the_lock_costs_entries_and_nothing_more() {
    let breaks = Arc::new(AtomicBool::new(false));
    let cache: RoleCache<u64, Brittle> = RoleCache::new(Options::default()).with_shards(1);
    let get = |user| cache.get_role(&user, || Ok::<_, ()>(Brittle(Arc::clone(&breaks)))).is_ok();
    assert!(get(1) && get(2));

    breaks.store(true, Ordering::SeqCst);
    assert!(catch_unwind(AssertUnwindSafe(|| get(1))).is_err(), "a hit copies the role");
    assert!(catch_unwind(AssertUnwindSafe(|| get(3))).is_err(), "so does a fetch");
    breaks.store(false, Ordering::SeqCst);

    assert!(cache.is_empty());
    assert!(get(1) && get(2) && get(3));
    assert_eq!(cache.len(), 3, "the lock is not taken for poisoned ever after");
}

#[test]
fn a_panic_while_the_answer_is_copied_wakes_whoever_waits() {
    let breaks = Arc::new(AtomicBool::new(false));
    let cache: RoleCache<u64, Brittle> = RoleCache::new(Options::default());
    let (begun, has_begun) = channel();
    thread::scope(|scope| {
        let leader = scope.spawn(|| {
            let fetch = || {
                begun.send(()).unwrap();
                while cache.stats().coalesced < 1 {
                    yield_now();
                }
                breaks.store(true, Ordering::SeqCst);
                Ok::<_, ()>(Brittle(Arc::clone(&breaks)))
            };
            catch_unwind(AssertUnwindSafe(|| cache.get_role(&1, fetch).is_ok()))
        });
        has_begun.recv().unwrap();
        let got = cache.get_role(&1, || Err::<Brittle, _>(()));
        assert!(matches!(got, Err(GetError::Joined)));
        assert!(leader.join().unwrap().is_err());
    });
}

type Heard = Arc<Mutex<Vec<String>>>;

/// A cache whose warnings are collected.
fn heard(clock: ManualClock) -> (RoleCache<String, u8, ManualClock>, Heard) {
    let warnings = Heard::default();
    let heard = Arc::clone(&warnings);
    let listen = Box::new(move |text: &str| heard.lock().unwrap().push(text.to_owned()));
    (RoleCache::with_clock(Options::default(), clock).on_warning(listen), warnings)
}

#[test]
fn a_change_that_fails_forgets_the_user_and_is_counted() {
    let cache = cache();
    assert_eq!(cache.update_role(1, "admin"), Updated::Applied);
    assert_eq!(cache.degrade(&1, Version::UNKNOWN, &"no such role"), Updated::Degraded);
    assert!(cache.is_empty());
    assert_eq!(cache.stats().updates_failed, 1);
    assert_eq!(fetched(&cache, 1, "user"), Ok("user"), "the next reader asks the database");
}

#[test]
fn a_change_that_cannot_be_applied_overtakes_the_fetch() {
    let cache = cache();
    let degrade = || _ = cache.degrade(&1, Version::UNKNOWN, &"no such role");
    assert_eq!(while_fetching(&cache, row("user", 0), degrade), (Ok("again"), 2));
}

#[test]
fn a_warning_is_one_line_with_the_user_and_the_cause() {
    let (cache, warnings) = heard(ManualClock::new());
    let _ = cache.degrade(&"ann\n\u{1b}[2J".to_owned(), Version(3), &"role \"boss\"\r\nis unknown");
    let expected = "the role change of user ann\\n\\u{1b}[2J could not be applied: \
                    role \"boss\"\\r\\nis unknown; the next read asks the database";
    assert_eq!(*warnings.lock().unwrap(), [expected]);
}

#[test]
fn warnings_come_once_a_second_and_say_how_many_were_held_back() {
    let clock = ManualClock::new();
    let (cache, warnings) = heard(clock.clone());
    let degrade = || cache.degrade(&"ann".to_owned(), Version::UNKNOWN, &"no such role");
    (0..4).for_each(|_| _ = degrade());
    clock.advance(Duration::from_micros(999_999));
    let _ = degrade();
    assert_eq!(warnings.lock().unwrap().len(), 1);
    clock.advance(Duration::from_micros(1));
    let _ = degrade();
    clock.advance(Duration::from_secs(1));
    let _ = degrade();
    let warnings = warnings.lock().unwrap();
    assert_eq!(warnings.len(), 3);
    assert!(warnings[1].ends_with("(4 more such warnings were held back)"), "{}", warnings[1]);
    assert!(warnings[2].ends_with("asks the database"), "{}", warnings[2]);
    assert_eq!(cache.stats().updates_failed, 7, "held back or not");
}
