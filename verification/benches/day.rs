//! A day of a million requests of a hundred thousand users: drawn, replayed and checked for truth.
//!
//! `cargo bench -p rolesim-benches --bench day` prints requests a second for each cache, alone and side by side. Compare figures
//! of one run with each other; absolute ones depend on the machine.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rolesim::model::{Day, System};
use rolesim::policy::PolicySpec;
use rolesim::sim::{Plan, simulate};

const REQUESTS: u64 = 1_000_000;

fn day(system: &str) -> (Day, System) {
    let text = format!(
        "{{population: {{active: {{count: 100000, activity: {{zipf: 0.9}}}}}}, traffic: {{requests: {REQUESTS}, \
         shape: day}}, database: {{{system}}}, script: [{{at: '12:00', add_admin: 5}}, {{at: '13:00', remove_admin: 5}}]}}"
    );
    let scenario = common::scenario(&text);
    (scenario.day, scenario.system)
}

fn caches(specs: &[&str]) -> Vec<PolicySpec> {
    specs.iter().map(|spec| spec.parse::<PolicySpec>().unwrap()).collect()
}

fn replay(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a day of a million requests");
    group.throughput(Throughput::Elements(REQUESTS)).sample_size(10);
    let (instant, system) = day("");
    for specs in [
        &["event"][..],
        &["ttl:5m+sweep=1m"],
        &["none"],
        &["oracle"],
        &["event", "ttl:5m+sweep=1m", "ttl:1h+sweep=1m", "none", "oracle"],
    ] {
        let caches = caches(specs);
        let plan = Plan::new(&instant, &system, &caches);
        let name =
            if specs.len() == 1 { specs[0].to_owned() } else { format!("{} side by side", specs.len()) };
        group.bench_function(name, |bench| bench.iter(|| simulate(&plan, None, &mut ()).unwrap()));
    }
    let (slow, system) = day("read_latency: 20ms");
    let caches = caches(&["event"]);
    let plan = Plan::new(&slow, &system, &caches);
    group.bench_function("event, reads of 20 ms", |bench| {
        bench.iter(|| simulate(&plan, None, &mut ()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, replay);
criterion_main!(benches);
