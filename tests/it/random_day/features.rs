//! Everything that a system can do otherwise than plainly matters on many random days: without it, something is
//! answered or counted in another way.

#![cfg(test)]

use rolesim::model::{
    Action, Day, Delay, Micros, Probability, Reach, Replicas, Routing, Spacing, Step, System, TimedFault,
    Trouble,
};
use rolesim::policy::{IDLE, OptionValue, TTL};

use super::system::under;
use super::{RandomDay, random_day};
use crate::naive::simulate;

const SEEDS: u64 = 500;

/// Days that tell for each feature.
const LEAST: u64 = 8;

/// On how many days something changes for some cache when a feature is taken away.
fn days_that_tell(without: impl Fn(&mut RandomDay)) -> u64 {
    let tells = |seed: &u64| {
        let random = random_day(*seed);
        let mut plainer = random.clone();
        without(&mut plainer);
        let caches = random.caches.iter().zip(&plainer.caches);
        let unchanged = random.day == plainer.day && random.system == plainer.system;
        caches.filter(|(cache, plainer)| !unchanged || cache != plainer).any(|(cache, plainer_cache)| {
            let with = simulate(&random.day, &random.system, cache);
            let without = simulate(&plainer.day, &plainer.system, plainer_cache);
            with.answers != without.answers || with.counts != without.counts
        })
    };
    (0..SEEDS).filter(tells).count() as u64
}

#[track_caller]
fn matters(what: &str, without: impl Fn(&mut RandomDay)) {
    let days = days_that_tell(without);
    assert!(days >= LEAST, "{what} matters on {days} days");
}

fn in_system(what: &str, without: impl Fn(&mut System)) {
    matters(what, |random| without(&mut random.system));
}

/// Without an option, or with another value where it is given.
fn in_option(option: &str, value: Option<OptionValue>) {
    matters(option, |random| {
        for cache in random.caches.iter_mut().filter(|cache| !cache.hears_events()) {
            if cache.with(option, None) != *cache {
                *cache = cache.with(option, value);
            }
        }
    });
}

/// What is drawn, but always the same.
fn fixed(delay: Delay) -> Delay {
    match delay {
        Delay::Fixed(delay) | Delay::Exponential(delay) | Delay::Uniform(_, delay) => Delay::Fixed(delay),
        Delay::Lognormal { median, .. } => Delay::Fixed(median),
    }
}

#[test]
fn what_is_drawn_matters() {
    in_system("a drawn read latency", |system| system.read_latency = fixed(system.read_latency));
    in_system("a drawn write latency", |system| system.write_latency = fixed(system.write_latency));
    in_system("a drawn delay", |system| system.channel.delay = fixed(system.channel.delay));
    in_system("an error", |system| system.read_errors = Probability::NEVER);
    in_system("a loss", |system| system.channel.loss = Probability::NEVER);
    in_system("a duplicate", |system| system.channel.duplicate = Probability::NEVER);
    matters("another seed", |random| random.day.seed += 1);
}

#[test]
fn replicas_and_queues_matter() {
    in_system("a queue", |system| system.concurrency = None);
    in_system("a replica", |system| system.replicas = Replicas::default());
    in_system("a short reach", |system| system.channel.reach = Reach::All);
    for routing in [Routing::Random, Routing::RoundRobin] {
        in_system(&format!("{routing:?}"), |system| {
            if system.replicas.routing == routing {
                system.replicas.routing = Routing::Sticky;
            }
        });
    }
    matters("the replica of a change", |random| {
        for step in &mut random.day.script {
            if let Action::Change(change) = &mut step.action {
                change.replica = 0;
            }
        }
    });
    matters("the replica of a restart", |random| {
        for step in &mut random.day.script {
            if let Action::Restart(which) = &mut step.action {
                *which = None;
            }
        }
    });
}

#[test]
fn troubles_matter() {
    let without = |what: &str, is: fn(&Trouble) -> bool| {
        in_system(what, |system| system.faults.retain(|fault| !is(&fault.trouble)));
    };
    without("an outage", |trouble| *trouble == Trouble::DatabaseDown);
    without("a channel that loses", |trouble| *trouble == Trouble::ChannelLost);
    without("a slow channel", |trouble| matches!(trouble, Trouble::ChannelDelay(_)));
    without("updates that fail", |trouble| *trouble == Trouble::UpdateFails);
    without("slow reads", |trouble| matches!(trouble, Trouble::ReadLatency(_)));
    in_system("the order of overlapping troubles", |system| system.faults.reverse());
}

/// Requests of the step that asks for the most at one instant.
fn largest_burst(day: &Day) -> u64 {
    let at_once = |step: &Step| match &step.action {
        Action::Request { users, count, spacing: Spacing::Together } => users.iter().count() as u64 * count,
        _ => 0,
    };
    day.script.iter().map(at_once).max().unwrap_or(0)
}

/// Reads begin to take another time while one waits for its turn.
fn latency_turns_while_a_read_waits(random: &RandomDay) -> bool {
    let start_us = random.day.clock.start.0;
    let spells = random.system.faults.iter().filter(|fault| matches!(fault.trouble, Trouble::ReadLatency(_)));
    let turns_us: Vec<u64> =
        spells.flat_map(|spell| [spell.window.from.0 - start_us, spell.window.to.0 - start_us]).collect();
    random.caches.iter().any(|cache| {
        let reads = simulate(&random.day, &random.system, cache).reads;
        let waits = reads.iter().filter_map(|read| Some((read.issued_us, read.served_us?)));
        waits.into_iter().any(|(from, to)| turns_us.iter().any(|turn_us| from < *turn_us && *turn_us <= to))
    })
}

#[test]
fn queues_meet_spells_of_slow_and_fast_reads() {
    let days: Vec<_> = (0..SEEDS).map(random_day).collect();
    let crowded = days.iter().filter(|RandomDay { day, system, .. }| {
        let slow = |fault: &TimedFault| matches!(fault.trouble, Trouble::ReadLatency(_));
        let most = system.concurrency.map_or(u64::MAX, |most| most.get().into());
        system.faults.iter().any(slow) && most <= 3 && largest_burst(day) > most
    });
    let crowded = crowded.count() as u64;
    assert!(crowded >= SEEDS / 10, "a burst and a spell of slow reads on {crowded} days");
    let turned = days.iter().filter(|random| latency_turns_while_a_read_waits(random)).count() as u64;
    assert!(turned >= SEEDS / 20, "a spell begins or ends while a read waits on {turned} days");
}

#[test]
fn an_outage_meets_writes_and_reads_that_are_under_way() {
    let (mut writes, mut reads) = (0, 0);
    for random in (0..SEEDS).map(random_day) {
        let start_us = random.day.clock.start.0;
        let outages = random.system.faults.iter().filter(|fault| fault.trouble == Trouble::DatabaseDown);
        for from_us in outages.map(|fault| fault.window.from.0 - start_us) {
            let run = simulate(&random.day, &random.system, &random.caches[0]);
            let met = |(begin_us, end_us): &(u64, u64)| *begin_us < from_us && from_us <= *end_us;
            writes += u64::from(run.failed_writes.iter().any(met));
            let failed = run.answers.iter().filter(|answer| answer.row.is_none());
            let at_once = |answer: &crate::naive::Answer| answer.answered_us == from_us;
            reads +=
                u64::from(failed.filter(|answer| at_once(answer)).any(|answer| answer.start_us < from_us));
        }
    }
    assert!(writes >= LEAST && reads >= LEAST, "outages met writes on {writes} and reads on {reads} days");
}

#[test]
fn capacities_and_lives_matter() {
    matters("a capacity", |random| {
        for cache in &mut random.caches {
            *cache = cache.with("capacity", None);
        }
    });
    in_option("jitter", None);
    in_option("deny", None);
    in_option("quantize", None);
    in_option("sweep", Some(OptionValue::Duration(Micros(1_000_000_000))));
    matters("an idle life", |random| {
        for cache in random.caches.iter_mut().filter(|cache| *cache.descriptor() == IDLE) {
            *cache = under(&TTL, cache);
        }
    });
}
