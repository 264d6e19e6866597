//! Queues, outages, replicas and bounds, worked out by hand.

use std::num::{NonZeroU32, NonZeroUsize};

use rolesim::model::{ChangeFault, Reach, Replicas, Routing, TimedFault, Trouble, Window};
use rolesim::policy::{IDLE, NONE, OptionValue, PolicySpec, TTL};

use super::*;
use crate::naive::Fate::{Applied, Failed as UpdateFailed, Lost};

const MS: Micros = Micros(1_000);

fn ms(count: u64) -> Delay {
    Delay::Fixed(Micros(count * MS.0))
}

fn system() -> System {
    System::perfect()
}

/// A trouble from one millisecond of the day to another.
fn trouble(from_ms: u64, to_ms: u64, trouble: Trouble) -> TimedFault {
    let at = |ms: u64| DayTime(8 * 3_600_000_000 + ms * MS.0);
    TimedFault { window: Window { from: at(from_ms), to: at(to_ms) }, replica: None, trouble }
}

fn event() -> PolicySpec {
    PolicySpec::default()
}

const ROW: Option<(u8, u64)> = Some((0, 0));

#[test]
fn reads_queue_and_see_what_was_committed_at_their_issue() {
    let system = System { read_latency: ms(10), concurrency: NonZeroU32::new(1), ..system() };
    let script = vec![(0, ask(1)), (1, ask(2)), (2, ask(3)), (5, Action::Restart(None)), (6, ask(1))];
    let run = simulate(&day(script), &system, &PolicySpec::of(&NONE));
    assert_eq!(told(&run), [(Failed, None, 5), (Failed, None, 5), (Failed, None, 5), (Load, ROW, 16)]);
    let script = vec![(0, ask(1)), (1, ask(2)), (2, set_role(2, 2)), (12, ask(3))];
    let run = simulate(&day(script), &system, &PolicySpec::of(&NONE));
    assert_eq!(told(&run), [(Load, ROW, 10), (Load, ROW, 20), (Load, ROW, 30)]);
}

/// Reads that the database serves at once; what one takes, and from when until when it takes that instead; all in
/// milliseconds. Then the longest that one of nine reads takes that are issued together at 0 ms.
type Spell = (u32, u64, u64, (u64, u64), u64);

const SPELLS: [Spell; 6] = [
    // Served at 0 to 4 s for 1 s, and at 5, 15, 25 and 35 s for 10 s.
    (1, 1_000, 10_000, (5_000, 60_000), 45_000),
    // The same: the spell of fast reads is over when the sixth is served.
    (1, 10_000, 1_000, (0, 5_000), 45_000),
    // Only the third begins within the spell, at 2 s, and outlasts it: six more of 1 s from 12 s on.
    (1, 1_000, 10_000, (2_000, 3_000), 18_000),
    // The first until 10 s, five within the spell until 15 s, three of 10 s.
    (1, 10_000, 1_000, (5_000, 15_000), 45_000),
    // Four until 4 s, and then all that are left at once.
    (1, 1_000, 0, (4_000, 5_000), 4_000),
    // Three rounds of three reads each, the last one from 2 s on.
    (3, 1_000, 10_000, (2_000, 3_000), 12_000),
];

#[test]
fn a_read_takes_what_reads_take_when_it_is_served() {
    for spell in SPELLS {
        let (concurrency, plain_ms, spell_ms, (from_ms, to_ms), longest_ms) = spell;
        let system = System {
            read_latency: ms(plain_ms),
            concurrency: NonZeroU32::new(concurrency),
            faults: vec![trouble(from_ms, to_ms, Trouble::ReadLatency(ms(spell_ms)))],
            ..system()
        };
        let users = IdSet(vec![IdRange::Numbers(1, 9)]);
        let nine = Action::Request { users, count: 1, spacing: Spacing::Together };
        let counts = simulate(&day(vec![(0, nine)]), &system, &PolicySpec::of(&NONE)).counts;
        assert_eq!((counts.loads, counts.latencies_us.last()), (9, Some(&(longest_ms * MS.0))), "{spell:?}");
    }
}

#[test]
fn a_queued_read_that_takes_no_time_goes_behind_what_is_due() {
    // The first read's answer of 10 ms frees the place for the second, which takes no time then; but the event of
    // 5 ms is due at 10 ms and comes before its answer.
    let faults = vec![trouble(10, 20, Trouble::ReadLatency(ms(0)))];
    let channel = Channel { delay: ms(5), ..Channel::default() };
    let concurrency = NonZeroU32::new(1);
    let system = System { read_latency: ms(10), concurrency, channel, faults, ..system() };
    let script = vec![(0, ask(1)), (1, ask(2)), (5, set_role(2, 1)), (10, ask(2))];
    let run = simulate(&day(script), &system, &event());
    let new = Some((1, 1));
    assert_eq!(told(&run), [(Load, ROW, 10), (Load, new, 10), (Hit, new, 10)]);
    assert_eq!((run.counts.fills_rejected, run.counts.db_reads), (1, 2));
}

#[test]
fn a_restart_serves_the_next_read_at_what_reads_take_then() {
    let replicas = Replicas { count: NonZeroU32::new(2).unwrap(), routing: Routing::RoundRobin };
    let faults = vec![trouble(5, 6, Trouble::ReadLatency(ms(30)))];
    let system =
        System { read_latency: ms(10), concurrency: NonZeroU32::new(1), replicas, faults, ..system() };
    let script = vec![(0, ask(1)), (1, ask(2)), (5, Action::Restart(Some(0)))];
    let run = simulate(&day(script), &system, &event());
    assert_eq!(told(&run), [(Failed, None, 5), (Load, ROW, 35)]);
}

#[test]
fn an_outage_fails_what_is_under_way_and_what_comes() {
    let faults = vec![trouble(10, 20, Trouble::DatabaseDown)];
    let system = System { read_latency: ms(10), write_latency: ms(3), faults, ..system() };
    // The read of 0 ms would be answered when the outage begins, the write of 7 ms be committed then; the write of
    // 9 ms fails at 12 ms, that of 15 ms at once; those of 6 ms and of 20 ms succeed.
    let mut script = vec![(0, ask(1)), (15, ask(1)), (20, ask(1))];
    script.extend([6, 7, 9, 15, 20].map(|ms| (ms, set_role(2, 1))));
    let run = simulate(&day(script), &system, &event());
    assert_eq!(told(&run), [(Failed, None, 10), (Failed, None, 15), (Load, ROW, 30)]);
    let committed: Vec<_> = run.commits.iter().map(|commit| commit.at_us / MS.0).collect();
    assert_eq!(committed, [9, 23]);
    assert_eq!(run.failed_writes, [(7, 10), (9, 12), (15, 15)].map(|(from, to)| (from * MS.0, to * MS.0)));
    let counts = run.counts;
    assert_eq!((counts.db_reads, counts.db_writes, counts.events, counts.failed), (3, 5, 2, 2));
}

#[test]
fn each_replica_hears_for_itself() {
    let replicas = Replicas { count: NonZeroU32::new(2).unwrap(), routing: Routing::RoundRobin };
    let faults = vec![
        trouble(20, 30, Trouble::ChannelLost),
        trouble(35, 40, Trouble::UpdateFails),
        trouble(30, 35, Trouble::ChannelDelay(ms(5))),
    ];
    let mut system = System { replicas, faults, ..system() };
    let script = || {
        let mut script =
            vec![(1, ask(1)), (2, ask(1)), (3, ask(1)), (3, Action::Restart(Some(0))), (4, ask(1))];
        script.extend([(5, ask(1)), (10, set_role(1, 1)), (20, set_role(1, 2)), (30, set_role(1, 1))]);
        day(script)
    };
    let run = simulate(&script(), &system, &event());
    assert_eq!(run.replicas, [0, 1, 0, 1, 0]);
    let outcomes: Vec<_> = run.answers.iter().map(|answer| answer.outcome).collect();
    assert_eq!(outcomes, [Load, Load, Hit, Hit, Load]);
    let fates: Vec<_> = run.commits.iter().map(|commit| commit.fates.clone()).collect();
    let of = |at_ms: u64, fate| vec![(0, at_ms * MS.0, fate), (1, at_ms * MS.0, fate)];
    assert_eq!(fates, [of(10, Applied), of(20, Lost), of(35, UpdateFailed)]);
    system.channel.reach = Reach::Local;
    let counts = simulate(&script(), &system, &event()).counts;
    assert_eq!((counts.events_delivered, counts.events_lost, counts.updates_failed), (2, 1, 1));
}

#[test]
fn the_least_recently_used_goes_and_idle_renews_on_hits() {
    let capacity = NonZeroUsize::new(2).map(OptionValue::Count);
    let bounded = event().with("capacity", capacity);
    let asked = |run: &Run| run.answers.iter().map(|answer| answer.outcome).collect::<Vec<_>>();
    let script = vec![(0, ask(1)), (1, ask(2)), (2, ask(1)), (3, ask(3)), (4, ask(1)), (5, ask(2))];
    let run = simulate(&day(script), &system(), &bounded);
    assert_eq!(asked(&run), [Load, Load, Hit, Load, Hit, Load]);
    // User 9 is an admin, and is let live longer than user 1.
    let deny = Some(OptionValue::Duration(Micros(2 * MS.0)));
    let [idle, ttl] =
        [&IDLE, &TTL].map(|policy| PolicySpec::living(policy, Micros(5 * MS.0)).with("deny", deny));
    let script =
        || day([(0, 1), (0, 9), (4, 1), (4, 9), (8, 9), (13, 9)].map(|(ms, id)| (ms, ask(id))).into());
    let idle = simulate(&script(), &system(), &idle);
    assert_eq!(asked(&idle), [Load, Load, Load, Hit, Hit, Load]);
    let ttl = simulate(&script(), &system(), &ttl);
    assert_eq!(asked(&ttl), [Load, Load, Load, Hit, Load, Load]);
}

#[test]
fn a_scripted_fault_holds_beside_the_troubles() {
    let script = vec![(1, change(1, 1, ChangeFault::EventLost)), (2, change(1, 2, ChangeFault::UpdateFails))];
    let run = simulate(&day(script), &system(), &event());
    let fates: Vec<_> = run.commits.iter().map(|commit| commit.fates[0].2).collect();
    assert_eq!(fates, [Lost, UpdateFailed]);
}
