//! The coming caches, worked out by hand.

use rolesim::model::{TimedFault, Trouble, Window};

use super::*;
use crate::naive::coming::{Poll, PollStep};
use crate::naive::drops::OnWrite;
use crate::naive::sensitive::Sensitive;
use crate::naive::{Coming, simulate_rules};

const S: u64 = 1_000_000;

/// What user 9 was at the start, and is after its first change.
const OLD: Option<(u8, u64)> = Some((2, 0));
const NEW: Option<(u8, u64)> = Some((0, 1));

fn rules(cache: &str, adapt: impl FnOnce(&mut Rules)) -> Rules {
    let mut rules = Rules::new(&cache.parse().unwrap());
    adapt(&mut rules);
    rules
}

fn run_on(system: &System, rules: Rules, coming: &Coming, script: Vec<At>) -> Run {
    simulate_rules(&day(script), system, rules, coming)
}

fn run_with(rules: Rules, coming: &Coming, script: Vec<At>) -> Run {
    run_on(&System::perfect(), rules, coming, script)
}

fn reading(ms: u64) -> System {
    System { read_latency: Delay::Fixed(Micros(ms * 1_000)), ..System::perfect() }
}

fn outcomes(run: &Run) -> Vec<(Outcome, Option<(u8, u64)>)> {
    run.answers.iter().map(|answer| (answer.outcome, answer.row)).collect()
}

#[test]
fn the_documented_table_of_a_cache_controller_holds() {
    let seconds = [0, 5, 10, 11, 20, 310, 311, 313, 314];
    let mut script: Vec<At> = seconds.map(|second| (second * 1_000, ask(9))).into();
    script.insert(1, (1_000, set_role(9, 0)));
    script.insert(8, (312_000, set_role(9, 2)));
    let mut day = day(script);
    day.clock.end = DayTime(day.clock.start.0 + 400 * S);
    let coming = Coming {
        poll: Some(Poll { period_us: 10 * S, on_read: true, ..Poll::default() }),
        poll_steps: vec![PollStep { at_us: 313 * S, after: 9, replica: None }],
        ..Coming::default()
    };
    let rules = rules("event+on-event=invalidate+ttl=300s", |rules| rules.scope_all = true);
    let run = simulate_rules(&day, &System::perfect(), rules, &coming);
    let back = Some((2, 2));
    let expected = [
        (Load, OLD),
        (Hit, OLD),
        (Hit, OLD),
        (Load, NEW),
        (Hit, NEW),
        (Hit, NEW),
        (Load, NEW),
        (Hit, NEW),
        (Load, back),
    ];
    assert_eq!(outcomes(&run), expected);
    let counts = run.counts;
    assert_eq!((counts.stale_grants, counts.stale_denials, counts.polls), (2, 1, 5));
    assert_eq!(counts.windows_us, [9 * S]);
}

#[test]
fn a_cursor_by_number_skips_a_commit_that_comes_late() {
    let system = System { write_latency: Delay::Uniform(Micros(0), Micros(2 * S)), ..System::perfect() };
    let poll = Poll { period_us: S / 2, ..Poll::default() };
    let lost = |seed: u64, poll: Poll| {
        let mut day = day(vec![(1_000, set_role(1, 2)), (1_001, set_role(2, 2))]);
        day.seed = seed;
        let coming = Coming { poll: Some(poll), ..Coming::default() };
        simulate_rules(&day, &system, rules("event", |_| {}), &coming)
    };
    let is_late = |seed: &u64| {
        let commits = lost(*seed, poll).commits;
        commits[0].user == UserId::Number(2) && commits[0].at_us + S / 2 < commits[1].at_us
    };
    let seed = (1..100).find(is_late).unwrap();
    let told = |poll| {
        let counts = lost(seed, poll).counts;
        (counts.events_delivered, counts.events_lost)
    };
    assert_eq!(told(poll), (2, 0));
    assert_eq!(told(Poll { by_number: true, ..poll }), (1, 1));
    assert_eq!(told(Poll { by_number: true, lag_us: 3 * S, ..poll }), (2, 0));
}

#[test]
fn a_poll_over_an_outage_of_the_channel_catches_up() {
    let from_to = |from: u64, to: u64| Window {
        from: DayTime(8 * 3_600 * S + from * S),
        to: DayTime(8 * 3_600 * S + to * S),
    };
    let faults = vec![TimedFault { replica: None, window: from_to(1, 4), trouble: Trouble::ChannelLost }];
    let system = System { faults, ..System::perfect() };
    let coming = Coming { poll: Some(Poll { period_us: S, ..Poll::default() }), ..Coming::default() };
    let script = || vec![(0, ask(9)), (1_500, set_role(9, 0)), (3_999, ask(9)), (4_000, ask(9))];
    let polled = run_on(&system, rules("event", |_| {}), &coming, script());
    assert_eq!(outcomes(&polled), [(Load, OLD), (Hit, OLD), (Hit, NEW)]);
    assert_eq!((polled.counts.polls, polled.counts.db_rows, polled.counts.events_lost), (10, 1, 0));
    let pushed = run_on(&system, rules("event", |_| {}), &Coming::default(), script());
    assert_eq!(outcomes(&pushed), [(Load, OLD), (Hit, OLD), (Hit, OLD)]);
}

#[test]
fn a_refresh_reads_as_often_as_its_ttl_would() {
    let script = || [0, 500, 1_999, 2_000, 3_000, 4_000, 4_100, 8_500].map(|ms| (ms, ask(9))).into();
    let ttl = run_with(rules("ttl:2s", |_| {}), &Coming::default(), script()).counts;
    let refresh = rules("ttl:5s", |rules| rules.refresh_us = Some(2 * S));
    let refresh = run_with(refresh, &Coming::default(), script()).counts;
    assert_eq!((ttl.db_reads, ttl.loads), (4, 4));
    assert_eq!((refresh.db_reads, refresh.loads, refresh.refreshes, refresh.hits), (4, 1, 3, 7));
}

#[test]
fn a_miss_joins_a_refresh_which_stores_nothing_if_dropped() {
    // Stored at 1 s; refreshed from 3.5 s to 4.5 s; expired at 4 s.
    let cache = || rules("ttl:3s", |rules| rules.refresh_us = Some(2 * S));
    let asks = || vec![(0, ask(9)), (3_500, ask(9)), (4_200, ask(9)), (4_600, ask(9))];
    let run = run_on(&reading(1_000), cache(), &Coming::default(), asks());
    assert_eq!(
        told(&run),
        [(Load, OLD, 1_000), (Hit, OLD, 3_500), (Coalesced, OLD, 4_500), (Hit, OLD, 4_600)]
    );
    let mut script = asks();
    script.insert(2, (3_900, Action::Invalidate(UserId::Number(9))));
    let run = run_on(&reading(1_000), cache(), &Coming::default(), script);
    assert_eq!(told(&run)[2..], [(Coalesced, OLD, 4_500), (Load, OLD, 5_600)]);
}

#[test]
fn a_snapshot_is_as_old_as_its_load_was_issued() {
    // Loads from 0 to 0.5 s, from 2.5 s to 3 s, from 5 s to 5.5 s, from 7.5 s to 8 s.
    let script = vec![(100, ask(9)), (2_600, set_role(9, 0)), (5_499, ask(9)), (5_500, ask(9))];
    let rules = rules("none", |rules| rules.snapshot_us = Some(2 * S));
    let run = run_on(&reading(500), rules, &Coming::default(), script);
    assert_eq!(told(&run), [(Coalesced, OLD, 500), (Hit, OLD, 5_499), (Hit, NEW, 5_500)]);
    assert_eq!((run.counts.db_reads, run.counts.db_rows, run.counts.loads), (4, 4, 0));
    assert_eq!(run.counts.windows_us, [2_899_000]);
}

fn token(adapt: impl FnOnce(&mut Rules)) -> Rules {
    rules("ttl:5s", |rules| {
        rules.token = true;
        adapt(rules);
    })
}

#[test]
fn a_token_survives_restarts_and_a_denylist_does_not() {
    let script = || {
        vec![
            (0, ask(9)),
            (1_000, set_role(9, 0)),
            (2_000, Action::Restart(None)),
            (3_000, ask(9)),
            (5_000, ask(9)),
        ]
    };
    let coming = Coming { settling: true, ..Coming::default() };
    let run = run_with(token(|_| {}), &coming, script());
    assert_eq!(outcomes(&run), [(Load, OLD), (Hit, OLD), (Load, NEW)]);
    assert_eq!((run.counts.settled_us, run.counts.revocations_asked), (vec![4 * S], 1));
    let forgets = run_with(token(|rules| rules.denylist = true), &coming, script());
    assert_eq!(outcomes(&forgets), [(Load, OLD), (Hit, OLD), (Load, NEW)]);
    let keeps = token(|rules| (rules.denylist, rules.persists) = (true, true));
    let keeps = run_with(keeps, &coming, script());
    assert_eq!(outcomes(&keeps), [(Load, OLD), (Load, NEW), (Hit, NEW)]);
}

#[test]
fn a_lease_ends_a_window_and_a_gap_is_flushed() {
    // Heartbeats at 0, 1, 2 s and from 7 s on; the lease ends at 4 s.
    let coming = Coming { heartbeat_us: Some(S), channel_down: vec![(3 * S, 7 * S)], ..Coming::default() };
    let script = || {
        let mut script: Vec<At> = [0, 3_900, 4_000, 4_100, 7_500, 7_600].map(|ms| (ms, ask(9))).into();
        script.insert(1, (3_500, set_role(9, 0)));
        script
    };
    let leased = |flushes| rules("event", |rules| (rules.lease_us, rules.flushes) = (Some(2 * S), flushes));
    let flushed = run_with(leased(true), &coming, script());
    let start = [(Load, OLD), (Hit, OLD), (Load, NEW), (Load, NEW)];
    assert_eq!(outcomes(&flushed)[..4], start);
    assert_eq!(outcomes(&flushed)[4..], [(Load, NEW), (Hit, NEW)]);
    let kept = run_with(leased(false), &coming, script());
    assert_eq!(outcomes(&kept)[..4], start);
    assert_eq!(outcomes(&kept)[4..], [(Hit, OLD), (Hit, OLD)]);
}

#[test]
fn an_entry_past_its_life_answers_while_reads_fail() {
    let at = |second_tenths: u64| DayTime(8 * 3_600 * S + second_tenths * S / 10);
    let window = Window { from: at(15), to: at(90) };
    let faults = vec![TimedFault { window, replica: None, trouble: Trouble::DatabaseDown }];
    let system = System { faults, ..System::perfect() };
    let script = || [0, 1_900, 2_500, 4_999, 5_000].map(|ms| (ms, ask(9))).into();
    for (retry_us, reads) in [(None, 4), (Some(10 * S), 3)] {
        let cache = rules("ttl:2s", |rules| (rules.stale_us, rules.retry_us) = (Some(3 * S), retry_us));
        let run = run_on(&system, cache, &Coming::default(), script());
        assert_eq!(outcomes(&run), [(Load, OLD), (Hit, OLD), (Hit, OLD), (Hit, OLD), (Failed, None)]);
        assert_eq!((run.counts.stale_served, run.counts.db_reads), (2, reads));
    }
}

#[test]
fn a_second_level_gives_back_the_old_role() {
    let script = vec![(0, ask(9)), (500, set_role(9, 0)), (2_500, ask(9)), (4_400, ask(9)), (4_500, ask(9))];
    let cache = rules("ttl:2s", |rules| rules.l2_us = Some(3 * S));
    let run = run_with(cache, &Coming::default(), script);
    assert_eq!(outcomes(&run), [(Load, OLD), (Load, OLD), (Hit, OLD), (Load, NEW)]);
    assert_eq!((run.counts.l2_hits, run.counts.l2_misses, run.counts.db_reads), (1, 2, 2));
    assert_eq!(run.counts.windows_us, [3_900_000]);
}

#[test]
fn a_lagging_read_after_an_invalidation_stores_the_old_role() {
    let coming = Coming { replica_lag: Some(Delay::Fixed(Micros(S))), ..Coming::default() };
    let script = vec![(0, ask(9)), (2_000, set_role(9, 0)), (2_500, ask(9)), (5_000, ask(9))];
    let run = run_with(rules("event+on-event=invalidate", |_| {}), &coming, script);
    assert_eq!(outcomes(&run), [(Load, OLD), (Load, OLD), (Hit, OLD)]);
}

#[test]
fn an_entry_that_is_dropped_before_the_commit_comes_back_old() {
    // The step at 2 s commits at 3 s.
    let system = System { write_latency: Delay::Fixed(Micros(S)), ..System::perfect() };
    let script = || vec![(0, ask(9)), (2_000, set_role(9, 0)), (2_500, ask(9)), (4_000, ask(9))];
    let cache = |before, after| rules("ttl:9s", |rules| rules.on_write = OnWrite { before, after });
    let before = run_on(&system, cache(true, false), &Coming::default(), script());
    assert_eq!(outcomes(&before), [(Load, OLD), (Load, OLD), (Hit, OLD)]);
    let after = run_on(&system, cache(false, true), &Coming::default(), script());
    assert_eq!(outcomes(&after), [(Load, OLD), (Hit, OLD), (Load, NEW)]);
}

#[test]
fn a_voided_fetch_answers_and_the_next_one_waits_for_its_turn() {
    let cache = rules("event+on-event=invalidate", |rules| {
        (rules.answers_voided, rules.lease_rate_us) = (true, S);
    });
    let script = vec![(0, ask(9)), (50, set_role(9, 0)), (150, ask(9)), (160, ask(9))];
    let run = run_on(&reading(100), cache, &Coming::default(), script);
    assert_eq!(told(&run), [(Load, OLD, 100), (Load, NEW, 1_100), (Coalesced, NEW, 1_100)]);
}

#[test]
fn a_sensitive_request_compares_versions_or_reads() {
    let coming = Coming { sensitive_steps: [2, 3].into(), ..Coming::default() };
    let script = || vec![(0, ask(9)), (1_000, set_role(9, 0)), (2_000, ask(9)), (3_000, ask(9))];
    let run = |sensitive| {
        let cache = rules("ttl:9s", |rules| rules.sensitive = sensitive);
        run_with(cache, &coming, script())
    };
    let validated = run(Sensitive::Validate);
    assert_eq!(outcomes(&validated), [(Load, OLD), (Load, NEW), (Hit, NEW)]);
    assert_eq!((validated.counts.db_checks, validated.counts.db_reads), (2, 2));
    assert_eq!(outcomes(&run(Sensitive::Bypass)), [(Load, OLD), (Load, NEW), (Load, NEW)]);
    assert_eq!(outcomes(&run(Sensitive::Cached)), [(Load, OLD), (Hit, OLD), (Hit, OLD)]);
}

#[test]
fn small_options_of_a_ttl_cache() {
    let script = || vec![(500, ask(9)), (1_000, set_role(9, 0)), (1_500, ask(9)), (2_000, ask(9))];
    let quantized = rules("ttl:9s", |rules| rules.quantize_us = Some(2 * S));
    let quantized = run_with(quantized, &Coming::default(), script());
    assert_eq!(outcomes(&quantized), [(Load, OLD), (Hit, OLD), (Load, NEW)]);
    let rechecked = rules("ttl:9s", |rules| rules.recheck_deny = true);
    let rechecked = run_with(rechecked, &Coming::default(), vec![(0, ask(1)), (1_000, ask(1))]);
    assert_eq!(outcomes(&rechecked), [(Load, Some((0, 0))), (Load, Some((0, 0)))]);
}
