//! The state machine's promises, one by one.

use std::time::Duration;

use super::*;

const LIFE: Duration = Duration::from_micros(100);

type Cache = Core<u64, &'static str>;

fn cache(guard: Guard) -> Cache {
    Core::new(Options { guard, ..Options::default() })
}

fn at(us: u64) -> Timestamp {
    Timestamp::from_micros(us)
}

fn row(role: &'static str, version: u64) -> Row<&'static str> {
    Row { role, version: Version(version) }
}

fn miss(cache: &mut Cache, user: u64, us: u64) -> Ticket<u64> {
    match cache.lookup(&user, at(us)) {
        Lookup::Miss(ticket) => ticket,
        other => panic!("expected a miss, got {other:?}"),
    }
}

fn hit(cache: &mut Cache, user: u64, us: u64) -> Option<Row<&'static str>> {
    match cache.lookup(&user, at(us)) {
        Lookup::Hit(row) | Lookup::Stale(row) => Some(row),
        Lookup::Miss(ticket) => {
            cache.fail(ticket);
            None
        }
        Lookup::Pending(_) => None,
    }
}

fn cached(cache: &mut Cache, user: u64, row: Row<&'static str>, us: u64) {
    let ticket = miss(cache, user, us);
    assert_eq!(cache.fill(ticket, row, at(us)), Fill::Stored);
}

#[test]
fn a_filled_role_is_a_hit() {
    let mut cache = cache(Guard::Version);
    cached(&mut cache, 123, row("user", 0), 0);
    assert_eq!(hit(&mut cache, 123, 1), Some(row("user", 0)));
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_change_writes_a_user_who_was_not_cached() {
    let mut cache = cache(Guard::Version);
    assert_eq!(cache.apply(789, row("admin", 1), at(0)), Applied::Written);
    assert_eq!(hit(&mut cache, 789, 1), Some(row("admin", 1)));
}

#[test]
fn only_a_cached_user_is_updated_where_the_options_say_so() {
    let options = Options { on_event: OnEvent::UpdateIfPresent, ..Options::default() };
    let mut cache: Cache = Core::new(options);
    assert_eq!(cache.apply(1, row("admin", 1), at(0)), Applied::Unwritten);
    assert_eq!(hit(&mut cache, 1, 1), None);
    cached(&mut cache, 1, row("admin", 1), 1);
    assert_eq!(cache.apply(1, row("user", 2), at(2)), Applied::Written);
    assert_eq!(hit(&mut cache, 1, 3), Some(row("user", 2)));
}

#[test]
fn an_invalidating_change_drops_the_entry() {
    let mut cache: Cache = Core::new(Options { on_event: OnEvent::Invalidate, ..Options::default() });
    cached(&mut cache, 1, row("user", 0), 0);
    assert_eq!(cache.apply(1, row("admin", 1), at(1)), Applied::Unwritten);
    assert_eq!(hit(&mut cache, 1, 2), None);
}

#[test]
fn an_entry_is_expired_at_exactly_its_life() {
    let mut cache: Cache = Core::new(Options { ttl: Some(LIFE), ..Options::default() });
    cached(&mut cache, 1, row("user", 0), 10);
    assert_eq!(hit(&mut cache, 1, 109), Some(row("user", 0)));
    assert_eq!(hit(&mut cache, 1, 110), None);
    assert!(cache.is_empty(), "the read that finds an expired entry removes it");
}

#[test]
fn a_change_that_writes_starts_the_life_anew() {
    let mut cache: Cache = Core::new(Options { ttl: Some(LIFE), ..Options::default() });
    cached(&mut cache, 1, row("user", 0), 0);
    cache.apply(1, row("admin", 1), at(90));
    assert_eq!(hit(&mut cache, 1, 189), Some(row("admin", 1)));
    assert_eq!(hit(&mut cache, 1, 190), None);
}

#[test]
fn a_swept_cache_leaves_expired_entries_to_the_sweep() {
    let mut cache: Cache = Core::new(Options { ttl: Some(LIFE), swept: true, ..Options::default() });
    cached(&mut cache, 1, row("user", 0), 0);
    cached(&mut cache, 2, row("user", 0), 50);
    assert_eq!(hit(&mut cache, 1, 100), None);
    assert_eq!(cache.len(), 2, "expired, and still there");
    assert_eq!(cache.sweep(at(100)), Swept { checked: 2, removed: 1 });
    assert_eq!(cache.sweep(at(150)), Swept { checked: 1, removed: 1 });
}

#[test]
fn readers_join_the_fetch_in_flight() {
    for guard in [Guard::Version, Guard::SingleFlight] {
        let mut cache = cache(guard);
        let ticket = miss(&mut cache, 1, 0);
        assert_eq!(cache.lookup(&1, at(1)), Lookup::Pending(ticket.id()), "{guard:?}");
        assert_eq!(cache.fill(ticket, row("user", 0), at(2)), Fill::Stored);
    }
    let mut unguarded = cache(Guard::None);
    let (first, second) = (miss(&mut unguarded, 1, 0), miss(&mut unguarded, 1, 0));
    assert_ne!(first.id(), second.id());
}

#[test]
fn only_versions_keep_an_overtaken_fetch_out() {
    for (guard, fill, then) in [
        (Guard::Version, Fill::Overtaken, row("user", 1)),
        (Guard::SingleFlight, Fill::Stored, row("admin", 0)),
        (Guard::None, Fill::Stored, row("admin", 0)),
    ] {
        let mut cache = cache(guard);
        let ticket = miss(&mut cache, 666, 0);
        cache.apply(666, row("user", 1), at(1));
        assert_eq!(cache.fill(ticket, row("admin", 0), at(2)), fill, "{guard:?}");
        assert_eq!(hit(&mut cache, 666, 3), Some(then), "{guard:?}");
    }
}

#[test]
fn a_fetch_that_saw_the_change_is_stored() {
    let mut cache = cache(Guard::Version);
    let ticket = miss(&mut cache, 1, 0);
    cache.apply(1, row("admin", 1), at(1));
    assert_eq!(cache.fill(ticket, row("admin", 1), at(2)), Fill::Stored);
}

#[test]
fn nobody_joins_a_fetch_that_started_before_a_change() {
    let mut cache: Cache = Core::new(Options { on_event: OnEvent::Invalidate, ..Options::default() });
    let old = miss(&mut cache, 1, 0);
    cache.apply(1, row("admin", 1), at(1));
    let new = miss(&mut cache, 1, 2);
    assert_ne!(old.id(), new.id());
    assert_eq!(cache.lookup(&1, at(3)), Lookup::Pending(new.id()));
    assert_eq!(cache.fill(old, row("user", 0), at(4)), Fill::Overtaken);
    assert_eq!(cache.lookup(&1, at(5)), Lookup::Pending(new.id()), "the late answer ends no other flight");
    assert_eq!(cache.fill(new, row("admin", 1), at(6)), Fill::Stored);
}

#[test]
fn an_older_change_is_rejected_and_an_equal_one_written() {
    let mut cache = cache(Guard::Version);
    cached(&mut cache, 1, row("admin", 5), 0);
    assert_eq!(cache.apply(1, row("user", 4), at(1)), Applied::Older);
    assert_eq!(hit(&mut cache, 1, 2), Some(row("admin", 5)));
    assert_eq!(cache.apply(1, row("admin", 5), at(3)), Applied::Written);
}

#[test]
fn a_fetch_older_than_the_entry_is_refused_without_a_change() {
    let mut cache: Cache = Core::new(Options { ttl: Some(LIFE), swept: true, ..Options::default() });
    cached(&mut cache, 1, row("admin", 5), 0);
    let ticket = miss(&mut cache, 1, 100);
    assert_eq!(cache.fill(ticket, row("user", 4), at(101)), Fill::Overtaken);
}

#[test]
fn a_fetch_older_than_an_entry_that_went_is_refused() {
    let mut cache = Cache::new(Options { ttl: Some(LIFE), ..Options::default() });
    let slow = miss(&mut cache, 1, 0);
    // It saw this change, so it is not overtaken by it; but nobody joins it any more.
    cache.apply(1, row("editor", 2), at(1));
    let quick = miss(&mut cache, 1, 101);
    assert_eq!(cache.fill(quick, row("user", 5), at(102)), Fill::Stored);
    assert_eq!(cache.apply(1, row("admin", 3), at(103)), Applied::Older);
    assert_eq!(hit(&mut cache, 1, 202), None, "expired");
    assert_eq!(cache.fill(slow, row("editor", 2), at(203)), Fill::Overtaken);
}

#[test]
fn a_failed_update_forgets_the_user_and_revokes_the_fetch() {
    let mut cache = cache(Guard::Version);
    cached(&mut cache, 1, row("admin", 0), 0);
    cache.fail_update(&1, Version(1));
    assert_eq!(cache.len(), 0);
    let ticket = miss(&mut cache, 1, 1);
    cache.fail_update(&1, Version(2));
    assert_eq!(cache.fill(ticket, row("admin", 1), at(2)), Fill::Overtaken);
}

#[test]
fn what_was_removed_does_not_come_back_as_an_older_change() {
    type Remove = fn(&mut Cache);
    let removals: [(&str, Remove); 5] = [
        ("expiry", |cache| assert_eq!(hit(cache, 1, 1_000), None)),
        ("sweep", |cache| assert_eq!(cache.sweep(at(1_000)).removed, 1)),
        ("failed update", |cache| cache.fail_update(&1, Version(5))),
        ("invalidation", |cache| cache.invalidate(&1)),
        ("clearing", |cache| cache.clear()),
    ];
    for (what, remove) in removals {
        let mut cache: Cache = Core::new(Options { ttl: Some(LIFE), ..Options::default() });
        cached(&mut cache, 1, row("user", 5), 0);
        remove(&mut cache);
        assert_eq!(cache.apply(1, row("admin", 4), at(1_001)), Applied::Older, "{what}");
        assert_eq!(cache.apply(1, row("admin", 5), at(1_001)), Applied::Older, "{what}");
        assert_eq!(hit(&mut cache, 1, 1_002), None, "{what}");
        assert_eq!(cache.apply(1, row("admin", 6), at(1_003)), Applied::Written, "{what}");
    }
}

#[test]
fn the_version_of_a_failed_update_counts_without_an_entry() {
    let mut cache = cache(Guard::Version);
    cache.fail_update(&1, Version(5));
    assert_eq!(cache.apply(1, row("admin", 4), at(1)), Applied::Older);
}

#[test]
fn a_change_at_the_floor_still_keeps_an_older_fetch_out() {
    let mut cache = cache(Guard::Version);
    cached(&mut cache, 2, row("admin", 9), 0);
    cache.invalidate(&2);
    let ticket = miss(&mut cache, 1, 1);
    assert_eq!(
        cache.apply(1, row("user", 4), at(2)),
        Applied::Older,
        "another user's entry raised the floor"
    );
    assert_eq!(cache.fill(ticket, row("admin", 3), at(3)), Fill::Overtaken);
}

#[test]
fn invalidation_revokes_fetches_under_versions_only() {
    let clear = |cache: &mut Cache| cache.clear();
    let invalidate = |cache: &mut Cache| cache.invalidate(&1);
    for drop in [clear as fn(&mut Cache), invalidate as fn(&mut Cache)] {
        for (guard, fill) in [
            (Guard::Version, Fill::Revoked),
            (Guard::SingleFlight, Fill::Stored),
            (Guard::None, Fill::Stored),
        ] {
            let mut cache = cache(guard);
            let ticket = miss(&mut cache, 1, 0);
            drop(&mut cache);
            assert_eq!(cache.fill(ticket, row("user", 0), at(1)), fill, "{guard:?}");
        }
    }
}

#[test]
fn a_failed_fetch_stores_nothing_and_the_next_reader_fetches() {
    for guard in [Guard::Version, Guard::SingleFlight, Guard::None] {
        let mut cache = cache(guard);
        let ticket = miss(&mut cache, 1, 0);
        cache.fail(ticket);
        assert!(cache.is_empty());
        let ticket = miss(&mut cache, 1, 1);
        assert_eq!(cache.fill(ticket, row("user", 0), at(1)), Fill::Stored, "{guard:?}");
    }
}

#[test]
fn a_ticket_of_another_cache_fills_nothing() {
    let (mut one, mut other) = (cache(Guard::Version), cache(Guard::Version));
    let ticket = miss(&mut one, 1, 0);
    assert_eq!(other.fill(ticket, row("admin", 0), at(1)), Fill::Revoked);
    assert!(other.is_empty());
}

#[test]
fn the_end_of_time_saturates() {
    let mut cache: Cache = Core::new(Options { ttl: Some(Duration::MAX), ..Options::default() });
    cached(&mut cache, 1, row("user", 0), u64::MAX - 1);
    assert_eq!(hit(&mut cache, 1, u64::MAX - 1), Some(row("user", 0)));
}
