//! What varies, fails and is drawn, as a scenario means it.

use super::{FULL_YAML, read};
use crate::model::{
    Action, Channel, DayTime, Delay, HOUR_US, MINUTE_US, Micros, Probability, Reach, Replicas, Routing,
    SECOND_US, Step, System, TimedFault, Trouble, Window,
};

fn share(value: f64) -> Probability {
    Probability::new(value).unwrap()
}

fn troubles(faults: &[TimedFault]) -> Vec<Trouble> {
    faults.iter().map(|fault| fault.trouble).collect()
}

#[test]
fn a_delay_is_a_duration_or_a_distribution() {
    for (text, delay) in [
        ("5ms", Delay::Fixed(Micros(5_000))),
        ("{exponential: 5ms}", Delay::Exponential(Micros(5_000))),
        ("{exponential: 0s}", Delay::Exponential(Micros(0))),
        ("{uniform: [1ms, 1ms]}", Delay::Uniform(Micros(1_000), Micros(1_000))),
        ("{uniform: [0s, 1m]}", Delay::Uniform(Micros(0), Micros(MINUTE_US))),
        ("{lognormal: {median: 5ms, sigma: 0}}", Delay::Lognormal { median: Micros(5_000), sigma: 0.0 }),
        ("{lognormal: {sigma: 1.5, median: 1s}}", Delay::Lognormal { median: Micros(SECOND_US), sigma: 1.5 }),
    ] {
        let day = "traffic: {requests: 0, sessions: {requests: 2, gap: DELAY}}
database: {read_latency: DELAY, write_latency: DELAY}
channel: {delay: DELAY}
role_changes: {count: 0, retry: {share: 1, after: DELAY}, newcomers: {share: 1, after: DELAY}}
faults: [{from: '01:00', to: '02:00', channel: {delay: DELAY}}, {from: '01:00', to: '02:00', read_latency: DELAY}]";
        let scenario = read(&day.replace("DELAY", text)).unwrap();
        let (day, system) = (scenario.day, scenario.system);
        let changes = day.role_changes.unwrap();
        let follow = [changes.retry.unwrap().after, changes.newcomers.unwrap().after];
        let gap = day.traffic.unwrap().sessions.unwrap().gap;
        let delays = [system.read_latency, system.write_latency, system.channel.delay, gap];
        assert!(delays.iter().chain(&follow).all(|read| *read == delay), "{text}: {delays:?} {follow:?}");
        assert_eq!(troubles(&system.faults), [Trouble::ChannelDelay(delay), Trouble::ReadLatency(delay)]);
    }
}

#[test]
fn the_system_is_read_in_full() {
    let system = read(FULL_YAML).unwrap().system;
    assert_eq!(system.read_errors, share(0.007));
    assert_eq!(system.concurrency.map(|most| most.get()), Some(20));
    let replicas = Replicas { count: 3.try_into().unwrap(), routing: Routing::RoundRobin };
    assert_eq!(system.replicas, replicas);
    let delay = Delay::Exponential(Micros(20_000));
    let channel = Channel {
        delay,
        loss: share(0.01),
        duplicate: share(0.01),
        reach: Reach::Local,
        heartbeat: None,
        poll: None,
    };
    assert_eq!(system.channel, channel);
    let window = Window { from: DayTime(10 * HOUR_US), to: DayTime(10 * HOUR_US + 5 * MINUTE_US) };
    assert_eq!(system.faults[0], TimedFault { window, replica: None, trouble: Trouble::DatabaseDown });
    assert_eq!(
        troubles(&system.faults[1..]),
        [
            Trouble::ChannelLost,
            Trouble::ChannelDelay(Delay::Fixed(Micros(5 * SECOND_US))),
            Trouble::UpdateFails,
            Trouble::ReadLatency(Delay::Exponential(Micros(SECOND_US))),
        ]
    );
}

#[test]
fn what_is_left_out_is_one_perfect_process() {
    let system = read("{replicas: {}, channel: {}, faults: [], database: {}}").unwrap().system;
    assert_eq!(system, System::perfect());
}

#[test]
fn drawn_changes_divide_by_rounded_shares() {
    for (text, grants, reductions, retries, newcomers) in [
        ("count: 10", 5, 5, 0, 0),
        ("count: 5", 3, 2, 0, 0),
        ("count: 7, grants: 0, retry: {share: 50 %, after: 1m}", 0, 7, 4, 0),
        ("count: 7, grants: 1, newcomers: {share: 1, after: 1m}", 7, 0, 0, 7),
        (
            "count: 40, grants: 0.6, retry: {share: 0.5, after: 1m}, newcomers: {share: 0.25, after: 1m}",
            24,
            16,
            8,
            6,
        ),
        ("count: 0, retry: {share: 1, after: 1m}", 0, 0, 0, 0),
        ("count: 60000000, grants: 0.333333333", 20_000_000, 40_000_000, 0, 0),
    ] {
        let changes =
            read(&format!("population: {{active: {{count: 9}}}}\nrole_changes: {{{text}}}")).unwrap();
        let changes = changes.day.role_changes.unwrap();
        let figures = (changes.grants(), changes.reductions(), changes.retries(), changes.newcomers());
        assert_eq!(figures, (grants, reductions, retries, newcomers), "{text}");
        assert_eq!(changes.between, Window { from: DayTime(0), to: DayTime(24 * HOUR_US) });
    }
}

#[test]
fn a_step_names_its_replica() {
    let script = |steps: &str| {
        read(&format!("replicas: {{count: 3}}\nscript: [{steps}]")).map(|scenario| scenario.day.script)
    };
    let at = DayTime(HOUR_US);
    for (value, replica) in [("all", None), ("0", Some(0)), ("2", Some(2))] {
        let steps = script(&format!("{{at: '01:00', restart: {value}}}")).unwrap();
        assert_eq!(steps, [Step { at, action: Action::Restart(replica) }]);
    }
    for (extra, replica) in [("", 0), (", replica: 0", 0), (", replica: 2", 2)] {
        let steps = script(&format!("{{at: '01:00', transfer: {{mailbox: 1, from: 2, to: 3}}{extra}}}"));
        assert!(steps.is_err(), "no mailbox");
        let steps = script(&format!("{{at: '01:00', remove_admin: 5{extra}}}")).unwrap();
        let Action::Change(change) = &steps[0].action else { panic!("a role change") };
        assert_eq!(change.replica, replica);
    }
}

/// No part of a day that is drawn or names a replica may leave its digest alone, and no two look alike.
#[test]
fn each_new_part_of_a_day_has_its_own_digest() {
    let base = "replicas: {count: 3}\npopulation: {active: {count: 5}}\n";
    let mut digests: Vec<String> = Vec::new();
    for text in [
        "",
        "traffic: {requests: 9}",
        "traffic: {requests: 9, sessions: {requests: 2, gap: 1m}}",
        "traffic: {requests: 9, sessions: {requests: 3, gap: 1m}}",
        "traffic: {requests: 9, sessions: {requests: 2, gap: {exponential: 1m}}}",
        "traffic: {requests: 9, sessions: {requests: 2, gap: {uniform: [1m, 1m]}}}",
        "traffic: {requests: 9, sessions: {requests: 2, gap: {lognormal: {median: 1m, sigma: 1}}}}",
        "traffic: {requests: 9, sessions: {requests: 2, gap: {lognormal: {median: 1m, sigma: 2}}}}",
        "role_changes: {count: 0}",
        "role_changes: {count: 5}",
        "role_changes: {count: 5, grants: 0.4}",
        "role_changes: {count: 5, between: ['01:00', '02:00']}",
        "role_changes: {count: 5, retry: {share: 0.5, after: 1m}}",
        "role_changes: {count: 5, newcomers: {share: 0.5, after: 1m}}",
        "role_changes: {count: 5, newcomers: {share: 0.5, after: 2m}}",
        "script: [{at: '01:00', add_admin: 1}]",
        "script: [{at: '01:00', add_admin: 1, replica: 1}]",
        "script: [{at: '01:00', add_admin: 1, replica: 2}]",
        "script: [{at: '01:00', restart: all}]",
        "script: [{at: '01:00', restart: 0}]",
        "script: [{at: '01:00', restart: 1}]",
    ] {
        let digest = read(&format!("{base}{text}")).unwrap().digest;
        assert!(!digests.contains(&digest), "{text}");
        digests.push(digest);
    }
    let default = "role_changes: {count: 5, grants: 50 %, between: ['00:00', '24:00']}";
    assert_eq!(read(&format!("{base}{default}")).unwrap().digest, digests[9]);
}

/// Accepted results name their day by its digest.
#[test]
fn days_without_these_words_keep_their_digests() {
    for (text, digest) in [
        ("{}", "6890c98251599b2f48dc0b4c329d224d"),
        (
            "seed: 7\npopulation: {active: {count: 50, activity: {zipf: 1.1}}, new: {count: 3}}\ntraffic: {requests: 900, shape: day}\nscript: [{at: '01:00', request: 7}, {at: '02:00', add_admin: 8, event: lost}, {at: '03:00', restart: all}]",
            "2ae4b21153237a81c436c6c7570b0aa5",
        ),
    ] {
        assert_eq!(read(text).unwrap().digest, digest, "{text}");
    }
}
