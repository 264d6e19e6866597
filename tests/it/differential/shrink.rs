//! The smallest day on which two simulators still disagree.

use std::fmt::Write;

use rolesim::model::{Action, ChangeFault, Channel, DayTime, Delay, Probability, Replicas, Spacing, System};
use rolesim::policy::PolicySpec;

use crate::random_day::RandomDay;

type Difference<'a> = &'a dyn Fn(&RandomDay, &PolicySpec) -> Option<String>;

/// Leaves out and makes plain whatever the disagreement does not need, and says what is left.
pub(super) fn smallest(random: &RandomDay, cache: &PolicySpec, difference: Difference<'_>) -> String {
    let mut smallest = random.clone();
    loop {
        let smaller = simpler(&smallest).into_iter().find(|day| difference(day, cache).is_some());
        let Some(smaller) = smaller else { break };
        smallest = smaller;
    }
    show(&smallest, &difference(&smallest, cache).unwrap_or_default())
}

/// The day with one thing less, each way.
fn simpler(random: &RandomDay) -> Vec<RandomDay> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut RandomDay)| {
        let mut smaller = random.clone();
        change(&mut smaller);
        if smaller.day != random.day || smaller.system != random.system {
            all.push(smaller);
        }
    };
    for index in 0..random.day.script.len() {
        add(&|random| _ = random.day.script.remove(index));
    }
    for index in 0..random.system.faults.len() {
        add(&|random| _ = random.system.faults.remove(index));
    }
    for index in 0..random.day.users.len() {
        add(&|random| _ = random.day.users.remove(index));
    }
    for index in 0..random.day.script.len() {
        add(&|random| match &mut random.day.script[index].action {
            Action::Request { count, spacing, .. } => (*count, *spacing) = (1, Spacing::Together),
            Action::Change(change) => change.fault = ChangeFault::None,
            _ => {}
        });
    }
    let plain = System::perfect();
    add(&|random| random.system.read_latency = plain.read_latency);
    add(&|random| random.system.write_latency = plain.write_latency);
    add(&|random| random.system.read_errors = Probability::NEVER);
    add(&|random| random.system.concurrency = None);
    add(&|random| random.system.channel = Channel::default());
    add(&|random| random.system.channel.delay = Delay::NONE);
    add(&|random| random.system.channel.loss = Probability::NEVER);
    add(&|random| random.system.channel.duplicate = Probability::NEVER);
    add(&|random| random.system.replicas = Replicas::default());
    add(&|random| random.day.clock.measure_from = random.day.clock.start);
    all
}

fn show(random: &RandomDay, difference: &str) -> String {
    let RandomDay { day, system, .. } = random;
    let mut text = format!("{difference}\n{:?}\n{:?}\n{system:?}\n", day.clock, day.users);
    let mut script = day.script.clone();
    script.sort_by_key(|step| step.at);
    for step in script {
        let DayTime(at_us) = step.at;
        let _ = writeln!(text, "{} {:?}", at_us - day.clock.start.0, step.action);
    }
    text
}
