//! Why answers were stale: one tiny day for each cause, random days on which every cause must prove to be one, and
//! the command.

mod command;

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rolesim::model::{
    Action, Channel, Day, DayTime, Delay, Micros, Probability, Reach, Replicas, RoleId, Routing, System,
    TimedFault, Trouble, UserId, Window,
};
use rolesim::policy::{IDLE, PolicySpec};
use rolesim::report::explain::{Cause, Item, Mends, Missed, Story, StoryTeller, Then, Told, explain};
use rolesim::sim::{Plan, simulate};

use crate::day::decoded;
use crate::random_day::random_day;
use crate::tier;

const HOUR: u64 = 3_600_000_000;
const SECOND: u64 = 1_000_000;

fn story(day: &Day, system: &System, user: &UserId, cache: &PolicySpec, mended: &[u64]) -> Story {
    let mut teller = StoryTeller::new(user, cache, day, system);
    let plan = Plan { mended, ..Plan::new(day, system, [cache]) };
    simulate(&plan, None, &mut teller).unwrap();
    teller.finish()
}

/// A user's story with its causes, and how often the day was run for it.
fn told(day: &Day, system: &System, user: &UserId, cache: &PolicySpec) -> (Told, u64) {
    let own = story(day, system, user, cache, &[]);
    let mut runs = 1;
    let again = |mends: &Mends| -> Result<Story, std::convert::Infallible> {
        runs += 1;
        Ok(story(day, system, user, &mends.cache(cache), &mends.versions()))
    };
    let checked = explain(&own, again).unwrap();
    (Told { story: own, checked }, runs)
}

/// The causes and the outcome of each stale answer to user 1, on a day with the script and a changed system.
fn why(text: &str, cache: &str, change: impl FnOnce(&mut System)) -> Vec<(usize, Vec<Cause>, Then)> {
    let mut scenario = decoded(text, "a.yaml");
    change(&mut scenario.system);
    let cache = cache.parse::<PolicySpec>().unwrap();
    let (told, _) = told(&scenario.day, &scenario.system, &UserId::Number(1), &cache);
    told.checked.into_iter().map(|one| (one.number, one.causes, one.then)).collect()
}

const USER: RoleId = RoleId(0);
const ADMIN: RoleId = RoleId(1);

fn at_hour(hour: u64) -> Missed {
    Missed { version: 1, at_us: hour * HOUR }
}

#[test]
fn a_write_past_the_bot_is_named() {
    let text = "{script: [{at: '09:00', request: 1}, {at: '10:00', write_db: {user: 1, role: admin}}, \
                {at: '11:00', request: 1}]}";
    let causes = vec![Cause::OutOfBand { missed: at_hour(10) }];
    assert_eq!(why(text, "event", |_| {}), [(2, causes, Then::True(ADMIN))]);
}

#[test]
fn a_lost_event_is_named() {
    let text = "{script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1, event: lost}, \
                {at: '11:00', request: 1}]}";
    let causes = vec![Cause::Lost { missed: at_hour(10) }];
    assert_eq!(why(text, "event", |_| {}), [(2, causes, Then::True(ADMIN))]);
}

#[test]
fn an_event_that_was_never_sent_to_the_replica_is_named() {
    let text = "{script: [{at: '09:00', request: 1, count: 2}, {at: '10:00', add_admin: 1}, \
                {at: '11:00', request: 1, count: 2}]}";
    let local = |system: &mut System| {
        system.replicas = Replicas { count: NonZeroU32::new(2).unwrap(), routing: Routing::RoundRobin };
        system.channel.reach = Reach::Local;
    };
    let causes = vec![Cause::NotSent { missed: at_hour(10) }];
    assert_eq!(why(text, "event", local), [(4, causes, Then::True(ADMIN))]);
}

#[test]
fn a_late_event_is_named() {
    let text = "{channel: {delay: 5s}, script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1}, \
                {at: '10:00:02', request: 1}, {at: '10:00:05', request: 1}]}";
    let causes = vec![Cause::Late { missed: at_hour(10), arrives_us: 10 * HOUR + 5 * SECOND }];
    assert_eq!(why(text, "event", |_| {}), [(2, causes, Then::True(ADMIN))]);
}

/// User 1 is admin, and no longer a tenth of a second after a read of a fifth began.
const OVERTAKEN: &str = "{database: {users: [{id: 1, role: admin}], read_latency: 200ms}, script: [\
    {at: '09:00', request: 1}, {at: '09:00:00.1', remove_admin: 1}, {at: '09:00:00.15', request: 1}, \
    {at: '09:01', request: 1}]}";

#[test]
fn a_read_that_the_change_overtook_is_named() {
    let missed = Missed { version: 1, at_us: 9 * HOUR + SECOND / 10 };
    let (arrived_us, issued_us, answered_us) = (missed.at_us, 9 * HOUR, 9 * HOUR + SECOND / 5);
    let cause = |joined| vec![Cause::OvertakenFetch { missed, arrived_us, issued_us, answered_us, joined }];
    assert_eq!(why(OVERTAKEN, "event", |_| {}), []);
    // In between, the cache holds the event's role, which the read's answer then replaces.
    assert_eq!(why(OVERTAKEN, "event+guard=none", |_| {}), [(3, cause(false), Then::True(USER))]);
    let invalidated = why(OVERTAKEN, "event+guard=singleflight+on-event=invalidate", |_| {});
    assert_eq!(
        invalidated,
        [(2, cause(true), Then::True(USER)), (3, cause(false), Then::True(USER))],
        "after an invalidation the second request joins the read"
    );
}

#[test]
fn an_older_event_that_came_later_is_named() {
    let text = "{script: [{at: '09:00', request: 1}, {at: '09:30', add_admin: 1}, {at: '10:30', remove_admin: 1}, \
                {at: '11:00', request: 1}, {at: '12:00', request: 1}]}";
    let slow = |system: &mut System| {
        let window = Window { from: DayTime(9 * HOUR), to: DayTime(10 * HOUR) };
        let trouble = Trouble::ChannelDelay(Delay::Fixed(Micros(2 * HOUR)));
        system.faults = vec![TimedFault { window, replica: None, trouble }];
    };
    let cause = Cause::OvertakenEvent {
        missed: Missed { version: 2, at_us: 10 * HOUR + HOUR / 2 },
        arrived_us: 10 * HOUR + HOUR / 2,
        older_version: 1,
        older_us: 11 * HOUR + HOUR / 2,
    };
    assert_eq!(why(text, "event+guard=none", slow), [(3, vec![cause], Then::True(USER))]);
    assert_eq!(why(text, "event", slow), []);
}

#[test]
fn what_a_restart_made_a_process_forget_is_named() {
    // As before, but the cache would have known better, had it not started again.
    let text = "{script: [{at: '09:30', add_admin: 1}, {at: '10:30', remove_admin: 1}, {at: '11:00', restart: all}, \
                {at: '12:00', request: 1}]}";
    let slow = |system: &mut System| {
        let window = Window { from: DayTime(9 * HOUR), to: DayTime(10 * HOUR) };
        let trouble = Trouble::ChannelDelay(Delay::Fixed(Micros(2 * HOUR)));
        system.faults = vec![TimedFault { window, replica: None, trouble }];
    };
    let told = why(text, "event", slow);
    let [(1, causes, Then::True(USER))] = &told[..] else { panic!("{told:?}") };
    assert!(matches!(causes[..], [Cause::OvertakenEvent { older_version: 1, .. }]), "{causes:?}");
}

/// What is still wrong for a cache that hears is named too.
#[test]
fn a_deaf_cache_is_named_and_what_is_wrong_without_that() {
    let text =
        "{script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1}, {at: '11:00', request: 1}]}";
    let deaf = Cause::Deaf { missed: at_hour(10), read: Some((9 * HOUR, 9 * HOUR)) };
    assert_eq!(why(text, "ttl:5h", |_| {}), [(2, vec![deaf], Then::True(ADMIN))]);
    let lost = text.replace("add_admin: 1}", "add_admin: 1, event: lost}");
    let causes = vec![deaf, Cause::Lost { missed: at_hour(10) }];
    assert_eq!(why(&lost, "ttl:5h", |_| {}), [(2, causes, Then::True(ADMIN))]);
    assert_eq!(why(text, "none", |_| {}), []);
    assert_eq!(why(text, "oracle", |_| {}), []);
}

/// The read of 11:30 sees the database as it was at 10:00, before the change of 11:00; that of 12:00 sees it.
#[test]
fn a_read_of_an_earlier_instant_is_named() {
    let text = "{script: [{at: '10:30', request: 1}, {at: '11:00', add_admin: 1}, {at: '11:15', request: 1}, \
                {at: '11:15', invalidate: 1}, {at: '11:30', request: 1}, {at: '11:45', request: 1}, \
                {at: '12:00', request: 1}]}";
    let missed = at_hour(11);
    let deaf =
        Cause::Deaf { missed, read: Some((10 * HOUR + 30 * 60 * SECOND, 10 * HOUR + 30 * 60 * SECOND)) };
    let old = Cause::OldRead { missed, issued_us: 11 * HOUR + 30 * 60 * SECOND };
    let told = why(text, "ttl:9h+quantize=2h", |_| {});
    let then = Then::True(ADMIN);
    assert_eq!(told, [(2, vec![deaf], then), (3, vec![old], then), (4, vec![old], then)]);
}

#[test]
fn a_second_cause_is_named_where_the_first_is_not_all() {
    let text = OVERTAKEN
        .replace("remove_admin: 1}", "remove_admin: 1, event: lost}")
        .replace("{at: '09:00:00.15', request: 1}, ", "");
    let told = why(&text, "event+guard=none", |_| {});
    let (_, causes, then) = told.last().unwrap();
    assert!(matches!(causes[..], [Cause::Lost { .. }, Cause::OvertakenFetch { .. }]), "{causes:?}");
    assert_eq!(*then, Then::True(USER));
}

#[test]
fn a_request_may_fail_rather_than_be_stale() {
    let text = "{script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1, event: lost}, \
                {at: '11:00', request: 1}]}";
    let down = |system: &mut System| {
        let window = Window { from: DayTime(10 * HOUR + 1), to: DayTime(12 * HOUR) };
        system.faults = vec![TimedFault { window, replica: None, trouble: Trouble::DatabaseDown }];
    };
    let causes = vec![Cause::Lost { missed: at_hour(10) }];
    assert_eq!(why(text, "event+on-event=invalidate", down), [(2, causes, Then::Failed)]);
}

#[test]
fn the_latest_change_of_role_is_the_one_that_was_missed() {
    // The second write changes nothing; that the first went unheard is what matters.
    let text = "{script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1, event: lost}, \
                {at: '10:30', write_db: {user: 1, role: admin}}, {at: '11:00', request: 1}]}";
    let causes = vec![Cause::Lost { missed: at_hour(10) }];
    assert_eq!(why(text, "event", |_| {}), [(2, causes, Then::True(ADMIN))]);
}

#[test]
fn answers_with_the_same_causes_share_a_run() {
    let text = "{script: [{at: '09:00', request: 1}, {at: '10:00', add_admin: 1, event: lost}, \
                {at: '11:00', request: 1, count: 500, every: 1s}]}";
    let scenario = decoded(text, "a.yaml");
    let (told, runs) = told(&scenario.day, &scenario.system, &UserId::Number(1), &scenario.cache.policy);
    assert_eq!((told.checked.len(), runs), (500, 2));
}

#[test]
fn there_is_an_end_to_running_again() {
    let mut steps = vec!["{at: '00:00', request: 1}".to_owned()];
    for minute in 0..50 {
        let action = if minute % 2 == 0 { "add_admin" } else { "remove_admin" };
        steps.push(format!("{{at: '01:{minute:02}', {action}: 1, event: lost}}"));
        steps.push(format!("{{at: '01:{minute:02}:30', request: 1}}"));
    }
    let scenario = decoded(&format!("{{script: [{}], cache: event+guard=none}}", steps.join(", ")), "a.yaml");
    let system = System { read_latency: Delay::Fixed(Micros(1)), ..scenario.system };
    let mut day = scenario.day;
    // The cache believes `user`; only every other change makes that stale.
    let (one, runs) = told(&day, &system, &UserId::Number(1), &scenario.cache.policy);
    assert_eq!((one.checked.len(), runs), (25, 26));
    assert!(one.checked.iter().all(|one| one.then == Then::True(ADMIN)));
    let later = |mut step: rolesim::model::Step| {
        step.at.0 += 2 * HOUR;
        step
    };
    let again: Vec<_> = day.script[1..].iter().cloned().map(later).collect();
    day.script.extend(again);
    let (two, runs) = told(&day, &system, &UserId::Number(1), &scenario.cache.policy);
    let untried = two.checked.iter().filter(|one| one.then == Then::NotRun).count();
    assert_eq!((two.checked.len(), runs, untried), (50, 33, 18));
    assert!(two.checked.iter().all(|one| !one.causes.is_empty()));
}

/// A random day, whose system is also made to lose, double and delay, with several replicas.
fn troubled(seed: u64) -> (Day, System, Vec<PolicySpec>) {
    let random = random_day(seed);
    let (mut day, mut system, mut caches) = (random.day, random.system, random.caches);
    // Stories have no words yet for copies, tokens and what may become of a connection.
    let is_told = |cache: &PolicySpec| {
        let options = cache.options();
        let untold = ["lease", "hold", "stale-if-error", "refresh"];
        let is_plain = untold.iter().all(|option| options.duration(option).is_none());
        is_plain && !["snapshot", "token"].contains(&cache.descriptor().name)
    };
    caches.retain(is_told);
    system.replica_lag = Delay::NONE;
    system.faults.retain(|fault| {
        fault.replica.is_none() && !matches!(fault.trouble, Trouble::ChannelLoss(_) | Trouble::ChannelDown)
    });
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0xe4_91a1);
    let count = rng.random_range(1..=3);
    let routing = *[Routing::Sticky, Routing::Random, Routing::RoundRobin].choose(&mut rng).unwrap();
    system.replicas = Replicas { count: NonZeroU32::new(count).unwrap(), routing };
    let mut rarely = |percent: u32, value: f64| {
        let value = if rng.random_ratio(percent, 100) { value } else { 0.0 };
        Probability::new(value).unwrap()
    };
    let (loss, duplicate) = (rarely(40, 0.2), rarely(40, 0.3));
    system.read_errors = rarely(20, 0.1);
    let varied = |delay: Delay| match delay.fixed_us() {
        Some(us) if us > 0 => Delay::Uniform(Micros(0), Micros(8 * us)),
        _ => delay,
    };
    let reach = if rng.random_ratio(25, 100) { Reach::Local } else { Reach::All };
    let delay = if rng.random_ratio(50, 100) { varied(system.channel.delay) } else { system.channel.delay };
    system.channel = Channel { delay, loss, duplicate, reach, heartbeat: None, poll: None };
    if rng.random_ratio(30, 100) {
        system.read_latency = varied(system.read_latency);
    }
    if rng.random_ratio(20, 100) {
        system.concurrency = NonZeroU32::new(rng.random_range(1..=2));
    }
    for step in &mut day.script {
        match &mut step.action {
            Action::Change(change) => change.replica = rng.random_range(0..count),
            action @ (Action::Invalidate(_) | Action::Clear) if rng.random_ratio(60, 100) => {
                *action = Action::Restart(Some(rng.random_range(0..count)));
            }
            _ => {}
        }
    }
    if rng.random_ratio(30, 100) {
        let (start, length) = (day.clock.start.0, (day.clock.end.0 - day.clock.start.0) / 4);
        let from = start + rng.random_range(0..length);
        let troubles = [
            Trouble::DatabaseDown,
            Trouble::ChannelLost,
            Trouble::UpdateFails,
            Trouble::ChannelDelay(Delay::Fixed(Micros(length))),
            Trouble::ReadLatency(Delay::Fixed(Micros(length / 8))),
        ];
        let window = Window { from: DayTime(from), to: DayTime(from + length) };
        system.faults =
            vec![TimedFault { window, replica: None, trouble: *troubles.choose(&mut rng).unwrap() }];
    }
    caches.push(PolicySpec::living(&IDLE, Micros(day.clock.end.0 / 8 + 1)));
    (day, system, caches)
}

/// On random days.
#[test]
fn every_stale_answer_has_a_cause_without_which_it_is_true() {
    let mut named: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in tier::seeds(1_000) {
        let (day, system, caches) = troubled(seed);
        for cache in caches {
            for user in ["1", "2", "3", "alice"].map(UserId::new) {
                let (told, _) = told(&day, &system, &user, &cache);
                let stale = told.story.items.iter().filter(|item| match item {
                    Item::Answered(answered) => answered.row.is_some_and(|row| {
                        row.version < answered.truth.version && row.role != answered.truth.role
                    }),
                    _ => false,
                });
                assert_eq!(stale.count(), told.checked.len());
                for one in &told.checked {
                    let name = format!("troubled({seed}) with {cache}, {user}: {one:?}");
                    assert!(!matches!(one.then, Then::Stale), "{name}");
                    assert!(!one.causes.is_empty() && !one.causes.contains(&Cause::Unknown), "{name}");
                    for cause in &one.causes {
                        *named.entry(kind(cause)).or_default() += 1;
                    }
                    *named.entry(if one.causes.len() > 1 { "several" } else { "one" }).or_default() += 1;
                    *named.entry(if one.then == Then::NotRun { "untried" } else { "tried" }).or_default() +=
                        1;
                }
            }
        }
    }
    for name in [
        "deaf",
        "old read",
        "out of band",
        "lost",
        "not sent",
        "late",
        "overtaken fetch",
        "joined",
        "overtaken event",
        "several",
        "one",
    ] {
        assert!(named.get(name).is_some_and(|count| *count >= tier::share(100)), "{name}: {named:#?}");
    }
    assert!(named.get("untried").copied().unwrap_or(0) < named["tried"] / 20, "{named:#?}");
}

fn kind(cause: &Cause) -> &'static str {
    match cause {
        Cause::Deaf { .. } => "deaf",
        Cause::OldRead { .. } => "old read",
        Cause::OutOfBand { .. } => "out of band",
        Cause::Lost { .. } => "lost",
        Cause::NotSent { .. } => "not sent",
        Cause::Late { .. } => "late",
        Cause::OvertakenFetch { joined: false, .. } => "overtaken fetch",
        Cause::OvertakenFetch { joined: true, .. } => "joined",
        Cause::OvertakenEvent { .. } => "overtaken event",
        Cause::Unknown => "unknown",
    }
}
