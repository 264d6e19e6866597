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
    TimedFault { window: Window { from: at(from_ms), to: at(to_ms) }, trouble }
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
fn the_least_recently_used_goes_and_a_hit_of_idle_starts_a_life_anew() {
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
