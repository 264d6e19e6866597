//! The plain simulator against figures that were worked out by hand.

mod coming;
mod system;

use rolesim::model::{
    Action, ChangeFault, ChangeKind, Channel, Clock, DatabaseUsers, Day, DayTime, Delay, IdRange, IdSet,
    Micros, Population, RoleChange, RoleId, Roles, Spacing, Step, System, UserId,
};

use rolesim::policy::{NONE, PolicySpec};

use super::Outcome::{Coalesced, Failed, Hit, Load};
use super::{Answer, Commit, Counts, Journal, Outcome, Request, Row, Rules, Run, Write, simulate};

/// A time in milliseconds, and what happens then.
type At = (u64, Action);

fn ask(user: u64) -> Action {
    let users = IdSet(vec![IdRange::One(UserId::Number(user))]);
    Action::Request { users, count: 1, spacing: Spacing::Together }
}

fn change(user: u64, role: u8, fault: ChangeFault) -> Action {
    let kind = ChangeKind::SetRole { user: UserId::Number(user), role: RoleId(role) };
    Action::Change(RoleChange { kind, fault, replica: 0 })
}

fn set_role(user: u64, role: u8) -> Action {
    change(user, role, ChangeFault::None)
}

/// Ten seconds from 08:00 on with the roles user, moderator and admin; user 9 is an admin.
fn day(script: Vec<At>) -> Day {
    let start = 8 * 3_600_000_000;
    let at = |ms: u64| DayTime(start + ms * 1_000);
    Day {
        role_changes: None,
        seed: 1,
        clock: Clock { start: at(0), end: at(10_000), measure_from: at(0) },
        roles: Roles::new(["user", "moderator", "admin"].map(str::to_owned).into()).unwrap(),
        users: vec![DatabaseUsers { ids: IdSet(vec![IdRange::Numbers(9, 9)]), role: RoleId(2), name: None }],
        mailboxes: Vec::new(),
        population: Population::default(),
        traffic: None,
        trace: None,
        script: script.into_iter().map(|(ms, action)| Step { at: at(ms), action }).collect(),
    }
}

/// Latencies in milliseconds: of a read, of a write, of the channel.
fn run(cache: &str, latencies_ms: [u64; 3], script: Vec<At>) -> Run {
    run_day(cache, latencies_ms, &day(script))
}

fn run_day(cache: &str, latencies_ms: [u64; 3], day: &Day) -> Run {
    let cache: PolicySpec = cache.parse().unwrap();
    let [read_latency, write_latency, channel_delay] =
        latencies_ms.map(|ms| Delay::Fixed(Micros(ms * 1_000)));
    simulate(
        day,
        &System {
            read_latency,
            write_latency,
            channel: Channel { delay: channel_delay, ..Channel::default() },
            ..System::perfect()
        },
        &cache,
    )
}

/// Outcome, row, and the answer's time in milliseconds.
type Told = (Outcome, Option<(u8, u64)>, u64);

fn told(run: &Run) -> Vec<Told> {
    run.answers.iter().map(|answer| (answer.outcome, answer.row, answer.answered_us / 1_000)).collect()
}

#[test]
fn the_first_request_of_each_user_misses_and_the_next_one_hits() {
    let run = run("event", [0, 0, 0], vec![(1_000, ask(123)), (2_000, ask(456)), (3_000, ask(123))]);
    let row = Some((0, 0));
    assert_eq!(told(&run), [(Load, row, 1_000), (Load, row, 2_000), (Hit, row, 3_000)]);
    let counts = run.counts;
    assert_eq!((counts.requests, counts.hits, counts.loads, counts.db_reads), (3, 1, 2, 2));
    assert_eq!((counts.cache_size, counts.cache_size_peak, counts.db_reads_peak_1s), (2, 2, 1));
    assert_eq!((counts.db_reads_peak_60s, counts.latencies_us), (2, vec![0, 0, 0]));
}

#[test]
fn an_entry_lives_until_just_before_the_end_of_its_ttl() {
    // Read at 1 s, stored at 1.5 s, usable before 6.5 s.
    let script = || vec![(1_000, ask(1)), (6_499, ask(1)), (6_500, ask(1))];
    for cache in ["ttl:5s", "event+ttl=5s", "ttl:5s+sweep=9s"] {
        let outcomes: Vec<_> = run(cache, [500, 0, 0], script()).answers;
        let outcomes: Vec<_> = outcomes.iter().map(|answer| answer.outcome).collect();
        assert_eq!(outcomes, [Load, Hit, Load], "{cache}");
    }
}

#[test]
fn a_fetch_that_a_change_overtakes_is_rejected_only_by_versions() {
    // The read of 0 ms sees version 0 and is answered at 10 ms; the change of 5 ms is version 1.
    let script = || vec![(0, ask(1)), (2, ask(1)), (5, set_role(1, 2)), (20, ask(1))];

    let version = run("event", [10, 0, 0], script());
    let new = Some((2, 1));
    assert_eq!(told(&version), [(Load, new, 10), (Coalesced, new, 10), (Hit, new, 20)]);
    assert_eq!((version.counts.db_reads, version.counts.fills_rejected), (1, 1));
    assert_eq!((version.counts.stale_reads, version.counts.outdated_reads), (0, 0));

    let old = Some((0, 0));
    let singleflight = run("event+guard=singleflight", [10, 0, 0], script());
    assert_eq!(told(&singleflight), [(Load, old, 10), (Coalesced, old, 10), (Hit, old, 20)]);
    assert_eq!((singleflight.counts.db_reads, singleflight.counts.fills_rejected), (1, 0));
    // Only the request of 20 ms started after the commit of 5 ms.
    assert_eq!((singleflight.counts.stale_denials, singleflight.counts.stale_ages_us), (1, vec![15_000]));
    assert_eq!((singleflight.counts.exposed_changes, singleflight.counts.exposed_revocations), (1, 0));

    let none = run("event+guard=none", [10, 0, 0], script());
    assert_eq!(told(&none), [(Load, old, 10), (Load, old, 12), (Hit, old, 20)]);
    assert_eq!((none.counts.db_reads, none.counts.stale_denials), (2, 1));
}

#[test]
fn a_sweep_comes_before_reads_and_answers_of_its_instant() {
    // Stored at 1 s and expired at 3 s, when the first sweep comes, then the read that fetches again;
    // that entry expires at 5 s and is removed at 6 s; at 9 s nothing is left to examine.
    let at_once = run("ttl:2s+sweep=3s", [0, 0, 0], vec![(1_000, ask(1)), (3_000, ask(1))]);
    assert_eq!((at_once.counts.loads, at_once.counts.background_runs), (2, 3));
    assert_eq!((at_once.counts.background_checks, at_once.counts.background_removed), (2, 2));
    // The answer of 3 s comes after the sweep of 3 s, and lives until 5 s.
    let later = run("ttl:2s+sweep=3s", [2_000, 0, 0], vec![(1_000, ask(1))]);
    assert_eq!((later.counts.background_checks, later.counts.background_removed), (1, 1));
    // A sweep at the end of the day counts, and the size is taken after it.
    let end = run("ttl:1s+sweep=10s", [0, 0, 0], vec![(9_000, ask(1)), (9_500, ask(2))]);
    assert_eq!((end.counts.background_runs, end.counts.background_checks), (1, 2));
    assert_eq!((end.counts.background_removed, end.counts.cache_size), (1, 1));
}

#[test]
fn a_restart_fails_leader_and_waiter_and_the_next_reads() {
    let script = || vec![(0, ask(1)), (2, ask(1)), (5, Action::Restart(None)), (6, ask(1))];
    for cache in ["event", "event+guard=singleflight", "event+guard=none", "ttl:1m", "none"] {
        let run = run(cache, [10, 0, 0], script());
        assert_eq!(told(&run), [(Failed, None, 5), (Failed, None, 5), (Load, Some((0, 0)), 16)], "{cache}");
        let counts = run.counts;
        assert_eq!((counts.loads, counts.coalesced, counts.failed), (1, 0, 2), "{cache}");
        assert_eq!(counts.latencies_us, [10_000], "{cache}");
    }
    let oracle = run("oracle", [10, 0, 0], script());
    assert_eq!(
        told(&oracle),
        [(Load, Some((0, 0)), 10), (Hit, Some((0, 0)), 2), (Hit, Some((0, 0)), 6)],
        "the oracle's answers come as if nothing had happened"
    );
}

#[test]
fn a_request_asks_again_sixteen_times_and_then_fails() {
    // Read at 0, 10, … 160 ms; a change at 5, 15, … 165 ms overtakes each of the 17 reads.
    let mut script = vec![(0, ask(1)), (101, ask(1))];
    script.extend((0..17).map(|n| (10 * n + 5, set_role(1, (n % 3) as u8))));
    let run = run("event+on-event=invalidate", [10, 0, 0], script);
    // The one who joined at 101 ms asked again at 110 ms for the first time, at 170 ms for the seventh,
    // when it found the leader gone and led the read answered at 180 ms. It stays coalesced.
    assert_eq!(told(&run), [(Failed, None, 170), (Coalesced, Some((1, 17)), 180)]);
    assert_eq!((run.counts.db_reads, run.counts.fills_rejected), (18, 17));
    assert_eq!((run.counts.loads, run.counts.coalesced, run.counts.failed), (0, 1, 1));
}

/// Nor does one below it.
#[test]
fn an_event_at_the_floor_stores_nothing_for_absent_users() {
    // Commits at 0 ms (user 1, version 1) and 10 ms (user 2, version 2), each event 100 ms later. The
    // entry of version 2 that is read at 20 ms and dropped at 30 ms leaves the floor at 2.
    let script = || {
        vec![
            (0, set_role(1, 1)),
            (10, set_role(2, 1)),
            (20, ask(2)),
            (30, Action::Invalidate(UserId::Number(2))),
            (40, set_role(3, 1)),
        ]
    };
    let version = run("event", [0, 0, 100], script()).counts;
    assert_eq!((version.events_delivered, version.updates_rejected, version.cache_size), (3, 2, 1));
    let none = run("event+guard=none", [0, 0, 100], script()).counts;
    assert_eq!((none.events_delivered, none.updates_rejected, none.cache_size), (3, 0, 3));
}

#[test]
fn an_invalidated_fetch_asks_again_and_is_no_rejected_fill() {
    let script = |action| vec![(0, ask(1)), (5, action), (6, ask(1)), (30, ask(1))];
    for action in [Action::Invalidate(UserId::Number(1)), Action::Clear] {
        // The read of 0 ms is revoked at 5 ms; the request of 6 ms doesn't join it and reads for itself,
        // and at 10 ms the revoked leader joins that read.
        let version = run("event", [10, 0, 0], script(action.clone()));
        let row = Some((0, 0));
        assert_eq!(told(&version), [(Load, row, 16), (Load, row, 16), (Hit, row, 30)]);
        assert_eq!((version.counts.db_reads, version.counts.fills_rejected), (2, 0));
        // Without versions the fetch goes on.
        let ttl = run("ttl:1m", [10, 0, 0], script(action));
        assert_eq!(told(&ttl), [(Load, row, 10), (Coalesced, row, 10), (Hit, row, 30)]);
    }
}

#[test]
fn a_lost_revocation_is_honoured_until_its_last_stale_grant() {
    // The admin 9 becomes a user at 2 s (version 1); grants at 3 s and 5 s are stale. Made a moderator
    // at 6 s (version 2), with an event that fails and drops the entry.
    let script = vec![
        (1_000, ask(9)),
        (2_000, change(9, 0, ChangeFault::EventLost)),
        (3_000, ask(9)),
        (5_000, ask(9)),
        (6_000, change(9, 1, ChangeFault::UpdateFails)),
        (7_000, ask(9)),
    ];
    let run = run("event", [0, 0, 0], script);
    let old = Some((2, 0));
    assert_eq!(
        told(&run),
        [(Load, old, 1_000), (Hit, old, 3_000), (Hit, old, 5_000), (Load, Some((1, 2)), 7_000)]
    );
    let counts = run.counts;
    assert_eq!((counts.events, counts.events_lost, counts.events_delivered), (2, 1, 1));
    assert_eq!((counts.updates_failed, counts.stale_grants, counts.stale_denials), (1, 2, 0));
    assert_eq!((counts.stale_ages_us, counts.windows_us), (vec![1_000_000, 3_000_000], vec![3_000_000]));
    assert_eq!((counts.exposed_changes, counts.exposed_revocations), (1, 1));
}

#[test]
fn what_started_before_measuring_is_not_counted() {
    let mut day = day(vec![(1_000, ask(1)), (1_000, set_role(1, 2)), (3_000, ask(1)), (3_000, ask(2))]);
    day.clock.measure_from = DayTime(day.clock.start.0 + 2_000_000);
    // The change of 1 s commits at 1.9 s, so it isn't measured, though its event arrives at 2.9 s; the
    // first request's answer at 2 s isn't either.
    let counts = run_day("event", [1_000, 900, 1_000], &day).counts;
    assert_eq!((counts.requests, counts.hits, counts.loads, counts.db_reads), (2, 1, 1, 1));
    assert_eq!((counts.events, counts.events_delivered, counts.db_writes), (0, 0, 0));
    assert_eq!(counts.latencies_us, [0, 1_000_000]);
}

#[test]
fn what_is_under_way_at_the_end_still_counts() {
    let script = vec![(9_999, ask(1)), (9_999, set_role(2, 1))];
    let run = run("event", [10, 10, 10], script);
    assert_eq!(told(&run), [(Load, Some((0, 0)), 10_009)]);
    let counts = run.counts;
    assert_eq!((counts.events_delivered, counts.cache_size, counts.cache_size_peak), (1, 0, 0));
}

#[test]
fn windows_add_up_beyond_64_bits() {
    let user = UserId::Number;
    let reduction = |version: u64| Commit {
        step: 0,
        at_us: 0,
        user: user(version),
        before: 2,
        after: Row { role: 0, version },
        is_event: false,
        writes: 1,
        write: Write { step: 0, number: version, begun_us: 0, key: 0, fails: false },
        fates: Vec::new(),
    };
    let stale = |version: u64| {
        let (start_us, row) = (u64::MAX, Some((2, 0)));
        let answer =
            Answer { step: 0, start_us, user: user(version), outcome: Hit, row, answered_us: start_us };
        let truth = Row { role: 0, version };
        Request { answer, truth, asked_again: 0, key: 0, replica: 0, served_stale: false }
    };
    let (requests, commits) = ([1, 2].map(stale).into(), [1, 2].map(reduction).into());
    let journal = Journal { requests, commits, ..Journal::default() };
    let counts = Counts::new(&journal, &Rules::new(&PolicySpec::of(&NONE)), 0);
    assert_eq!(counts.window_sum_us, 2 * u128::from(u64::MAX));
}
