//! The parts of a run, one by one: the cache's state machine, numbering users, reading rows, drawing a day, counting,
//! writing a report.
//!
//! `cargo bench -p rolesim-benches --bench parts` takes about a minute; `cargo bench -p rolesim-benches --bench parts -- rows` measures one group, and
//! `-- --test` only shows that all still run. Compare figures of one run with each other; absolute ones depend on the
//! machine.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used)]

mod common;

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use common::scenario;
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use rolesim::cache::{Core, Lookup, Options, Row, Timestamp, Version};
use rolesim::gate::Verdict;
use rolesim::metrics::Samples;
use rolesim::model::{RoleId, Roles, TraceFormat, TraceSpec};
use rolesim::policy::{Dense, Lasting, PolicySpec, Timed, UserStore};
use rolesim::report::{CacheResult, CsvRows, Lang, OutputFormat, Report, ScenarioInfo, written};
use rolesim::sim::{Plan, simulate};
use rolesim::trace::{Known, Opening, Replay, Target, TraceFiles};
use rolesim::workload::{Users, Workload};
use rustc_hash::FxBuildHasher;

/// Users, or what else is gone through once.
const MANY: u64 = 10_000;
/// Rows of a trace, requests of a day.
const ROWS: u64 = 100_000;

/// A group whose figures are elements a second.
fn group<'c>(criterion: &'c mut Criterion, name: &str, elements: u64) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(elements)).sample_size(20);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(1_000));
    group
}

/// The users 0 to [`MANY`], in an order that jumps.
fn shuffled() -> impl Iterator<Item = u64> + Clone {
    (0..MANY).map(|number| number * 7_919 % MANY)
}

fn row(version: u64) -> Row<RoleId> {
    Row { role: RoleId(1), version: Version(version + 1) }
}

/// Asks for every user; who is missing is fetched and filled.
fn ask<E: UserStore>(cache: &mut Core<u32, RoleId, FxBuildHasher, E>, now: Timestamp) -> u64 {
    let mut hits = 0;
    for user in shuffled() {
        match cache.lookup(&(user as u32), now) {
            Lookup::Hit(_) | Lookup::Stale(_) => hits += 1,
            Lookup::Miss(ticket) => _ = cache.fill(ticket, row(0), now),
            Lookup::Pending(_) => unreachable!("every fetch is over at once"),
        }
    }
    hits
}

fn cache_in<E: UserStore>(
    criterion: &mut Criterion,
    name: &str,
    ttl: Option<Duration>,
    cache: impl Fn(Options) -> Core<u32, RoleId, FxBuildHasher, E>,
) {
    let mut group = group(criterion, &format!("cache, {name}"), MANY);
    let empty = || cache(Options { ttl, ..Options::default() });
    let mut full = empty();
    ask(&mut full, Timestamp::ZERO);
    group.bench_function("hit", |bench| {
        bench.iter(|| assert_eq!(ask(&mut full, black_box(Timestamp::ZERO)), MANY));
    });
    group.bench_function("miss and fill", |bench| {
        bench.iter_batched_ref(
            empty,
            |cache| assert_eq!(ask(cache, black_box(Timestamp::ZERO)), 0),
            BatchSize::LargeInput,
        );
    });
    let mut version = 0;
    group.bench_function("apply", |bench| {
        bench.iter(|| {
            for user in shuffled() {
                version += 1;
                black_box(full.apply(user as u32, row(version), black_box(Timestamp::ZERO)));
            }
        });
    });
    group.finish();
}

fn caches(criterion: &mut Criterion) {
    let day = Some(Duration::from_secs(86_400));
    cache_in(criterion, "hashed", day, |options| Core::with_hasher(options, FxBuildHasher));
    cache_in(criterion, "dense, with an end", day, |options| Dense::<Timed>::cache(options, FxBuildHasher));
    cache_in(criterion, "dense, without", None, |options| Dense::<Lasting>::cache(options, FxBuildHasher));
}

fn users(criterion: &mut Criterion) {
    let mut group = group(criterion, "numbering users", 2 * MANY);
    // Each is named twice: once new, once known.
    let twice = || shuffled().chain(shuffled());
    let small: Vec<u64> = twice().collect();
    let scattered: Vec<u64> =
        twice().map(|number| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    let names: Vec<String> = twice().map(|number| format!("user-{number}")).collect();
    for (name, numbers) in [("small ids", &small), ("scattered ids", &scattered)] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let (mut users, mut out) = (Users::default(), Vec::new());
                numbers.chunks(4096).for_each(|chunk| users.intern_numbers(chunk, &mut out));
                assert_eq!((users.len() as u64, out.len()), (MANY, numbers.len()));
            });
        });
    }
    group.bench_function("names", |bench| {
        bench.iter(|| {
            let mut users = Users::default();
            for name in &names {
                black_box(users.intern_text(name));
            }
            assert_eq!(users.len() as u64, MANY);
        });
    });
    group.finish();
}

/// The formats that are written as well as read.
const WRITTEN: [TraceFormat; 5] = [
    TraceFormat::Csv,
    TraceFormat::Tsv,
    TraceFormat::Jsonl,
    TraceFormat::Twitter,
    TraceFormat::OracleGeneral,
];

/// A day of requests in a format, converted from a table.
fn trace_in(format: TraceFormat, folder: &Path) -> TraceSpec {
    let table = folder.join("day.csv");
    let mut out = BufWriter::new(File::create(&table).unwrap());
    writeln!(out, "time,user").unwrap();
    let users = shuffled().cycle().take(ROWS as usize);
    users.enumerate().for_each(|(at, user)| writeln!(out, "{},{user}", 1_700_000_000 + at).unwrap());
    out.into_inner().unwrap();
    let path = folder.join(format.name());
    let target = Target { format, sorted: false, numbered: false };
    let mut out = BufWriter::new(File::create(&path).unwrap());
    let table = table.to_string_lossy().into_owned();
    Opening::new(&[table], &Known::default()).unwrap().convert(target, &mut out).unwrap();
    TraceSpec::new(format.name(), format)
}

fn rows(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = group(criterion, "rows, read, numbered and digested", ROWS);
    for (name, format) in TraceFormat::NAMES.into_iter().filter(|(_, format)| WRITTEN.contains(format)) {
        let spec = trace_in(format, folder.path());
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let files = TraceFiles::of(folder.path(), &spec);
                let mut replay = Replay::open(1, &files, &spec, &Roles::default()).unwrap();
                replay.run_through().unwrap();
                assert_eq!(replay.counts().requests, ROWS);
            });
        });
    }
    group.finish();
}

/// A day without role changes.
fn day(traffic: &str) -> String {
    format!(
        "{{population: {{active: {{count: {MANY}, activity: {{zipf: 0.9}}}}}}, \
         traffic: {{requests: {ROWS}, shape: day{traffic}}}}}"
    )
}

fn drawing(criterion: &mut Criterion) {
    let mut group = group(criterion, "drawing requests", ROWS);
    for (name, traffic) in [("one by one", ""), ("in sessions", ", sessions: {requests: 5, gap: 10s}")] {
        let day = scenario(&day(traffic)).day;
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut workload = Workload::new(&day, None).unwrap();
                let mut count = 0;
                while let Some(at_us) = workload.arrivals.peek_us(&mut workload.users, &day.clock).unwrap() {
                    workload.arrivals.take(at_us).unwrap();
                    count += 1;
                }
                assert_eq!(count, ROWS);
            });
        });
    }
    group.finish();
}

fn counting(criterion: &mut Criterion) {
    let mut group = group(criterion, "recording a value", MANY);
    let values = |bag: &mut Samples| (1..=MANY).for_each(|value| bag.record(black_box(value * 977)));
    group.bench_function("zeros", |bench| {
        let mut bag = Samples::default();
        bench.iter(|| (0..MANY).for_each(|_| bag.record(black_box(0))));
    });
    group.bench_function("kept as they are", |bench| {
        bench.iter_batched_ref(Samples::default, values, BatchSize::LargeInput);
    });
    group.bench_function("in a histogram", |bench| {
        let mut bag = Samples::default();
        (0..2).for_each(|_| values(&mut bag));
        bench.iter(|| values(&mut bag));
    });
    group.finish();
}

/// A report on a day and five caches.
fn report() -> Report {
    let scenario = scenario(&day(""));
    let specs = ["event", "ttl:5m+sweep=1m", "ttl:1h+sweep=1m", "none", "oracle"];
    let caches: Vec<PolicySpec> = specs.iter().map(|spec| spec.parse::<PolicySpec>().unwrap()).collect();
    let (day, system) = (&scenario.day, &scenario.system);
    let plan = Plan::new(day, system, &caches);
    let measured = simulate(&plan, None, &mut ()).unwrap().caches;
    let results = specs.iter().zip(measured).map(|(spec, cache)| CacheResult {
        cache: (*spec).to_owned(),
        label: (*spec).to_owned(),
        fingerprint: cache.fingerprint,
        metrics: cache.total,
        hourly: cache.hourly,
        runs: Vec::new(),
    });
    Report {
        scenario: ScenarioInfo {
            name: "bench".to_owned(),
            description: None,
            digest: String::new(),
            seed: 42,
            runs: 1,
            trace: None,
            incidents: Vec::new(),
        },
        results: results.collect(),
        expectations: Vec::new(),
        gate: None,
        choice: None,
        verdict: Verdict::Pass,
    }
}

fn reports(criterion: &mut Criterion) {
    let mut group = group(criterion, "writing a report of five caches", 1);
    let report = report();
    for (name, form) in [
        ("json", OutputFormat::Json),
        ("csv", OutputFormat::Csv(CsvRows::Caches)),
        ("markdown", OutputFormat::Markdown),
        ("html", OutputFormat::Html),
    ] {
        group.bench_function(name, |bench| bench.iter(|| written(&report, form, Lang::En).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, caches, users, rows, drawing, counting, reports);
criterion_main!(benches);
