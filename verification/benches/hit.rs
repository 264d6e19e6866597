//! What a hit costs, compared with the maps and caches that could take its place.
//!
//! `cargo bench -p rolesim-benches --bench hit` prints medians and ratios. The contenders take turns, A B C A B C …, so that
//! what else the machine does meets all of them; a ratio is the median of the ratios of one turn. Compare the
//! ratios; nanoseconds depend on the machine. Without `--bench` it only shows that it still runs.
//!
//! All maps hash by FxHash and hold the same users, whose ids are scattered over 64 bits; requests are uniform
//! and all hit. That is the worst case for memory: real users come back, and their entries are near.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::{Barrier, Mutex, RwLock};
use std::time::{Duration, Instant};

use rolesim::cache::{
    Applied, Core, Lookup, Options, RoleCache, Row, SystemClock, Timestamp, Updated, Version,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// Requests of one contender in one turn, for each thread.
const REQUESTS: usize = 1 << 19;

/// Answers a list of requests and adds up the roles, so that none can be left out.
type Answer<'a> = Box<dyn FnMut(&[u64]) -> u64 + 'a>;

/// The same from several threads at once.
type Shared<'a> = Box<dyn Fn(&[u64]) -> u64 + Sync + 'a>;

/// A whole number scattered over 64 bits; the step of SplitMix64.
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn id(user: u64) -> u64 {
    scattered(user)
}

fn role(user: u64) -> u8 {
    (user % 3) as u8
}

fn requests(users: u64, thread: u64) -> Vec<u64> {
    (0..REQUESTS as u64).map(|n| id(scattered(n ^ (thread << 32)) % users)).collect()
}

fn options(capacity: Option<u64>) -> Options {
    Options { capacity: capacity.and_then(|most| NonZeroUsize::new(most as usize)), ..Options::default() }
}

fn filled_core(users: u64, capacity: Option<u64>) -> Core<u64, u8, FxBuildHasher> {
    let mut core = Core::with_hasher(options(capacity), FxBuildHasher);
    for user in 0..users {
        let row = Row { role: role(user), version: Version(user + 1) };
        assert_eq!(core.apply(id(user), row, Timestamp::ZERO), Applied::Written);
    }
    core
}

fn filled_roles(users: u64, capacity: Option<u64>) -> RoleCache<u64, u8, SystemClock, FxBuildHasher> {
    let roles = RoleCache::new(options(capacity)).with_hasher(FxBuildHasher);
    for user in 0..users {
        assert_eq!(roles.update_role(id(user), role(user)), Updated::Applied);
    }
    roles
}

/// Asks for every id. Each contender's `get` becomes part of this loop, so that all are measured alike.
fn ask_all(ids: &[u64], mut get: impl FnMut(&u64) -> Option<u8>) -> u64 {
    ids.iter().map(|id| u64::from(get(id).unwrap())).sum()
}

fn hit(lookup: Lookup<u64, u8>) -> Option<u8> {
    if let Lookup::Hit(row) = lookup { Some(row.role) } else { None }
}

/// Bare maps next to the state machine, on one thread and without locks.
fn alone(users: u64) -> Vec<(&'static str, Answer<'static>)> {
    let bare: FxHashMap<u64, u8> = (0..users).map(|user| (id(user), role(user))).collect();
    let entry = |user| (Row { role: role(user), version: Version(0) }, Timestamp::NEVER);
    let wide: FxHashMap<u64, (Row<u8>, Timestamp)> = (0..users).map(|user| (id(user), entry(user))).collect();
    let (mut core, mut bounded) = (filled_core(users, None), filled_core(users, Some(users)));
    // Told once a turn, and not known to the compiler.
    let now = || black_box(Timestamp::ZERO);
    vec![
        ("HashMap<u64, u8>", Box::new(move |ids| ask_all(ids, |id| bare.get(id).copied()))),
        (
            "HashMap with version and expiry",
            Box::new(move |ids| {
                let now = now();
                let live = |id: &u64| wide.get(id).filter(|(_, expires)| now < *expires);
                ask_all(ids, |id| live(id).map(|(row, _)| row.role))
            }),
        ),
        (
            "Core::lookup",
            Box::new(move |ids| {
                let now = now();
                ask_all(ids, |id| hit(core.lookup(id, now)))
            }),
        ),
        (
            "Core::lookup, bounded",
            Box::new(move |ids| {
                let now = now();
                ask_all(ids, |id| hit(bounded.lookup(id, now)))
            }),
        ),
    ]
}

/// What threads can share: ready-made maps and caches from user to role, and ours behind a lock.
fn shared(users: u64) -> Vec<(&'static str, Shared<'static>)> {
    let rows = || (0..users).map(|user| (id(user), role(user)));
    let papaya = papaya::HashMap::builder().hasher(FxBuildHasher).capacity(users as usize).build();
    rows().for_each(|(id, role)| {
        papaya.pin().insert(id, role);
    });
    // All that are bounded have the same capacity: twice the room, so that uneven shards evict nobody.
    let room = 2 * users;
    let quick = quick_cache::sync::Cache::with(
        room as usize,
        room,
        quick_cache::UnitWeighter,
        FxBuildHasher,
        quick_cache::sync::DefaultLifecycle::default(),
    );
    rows().for_each(|(id, role)| quick.insert(id, role));
    let moka = moka::sync::Cache::builder().max_capacity(room).build_with_hasher(FxBuildHasher);
    rows().for_each(|(id, role)| moka.insert(id, role));
    moka.run_pending_tasks();
    let locked = RwLock::new(rows().collect::<FxHashMap<_, _>>());
    let core = Mutex::new(filled_core(users, None));
    let (roles, bounded) = (filled_roles(users, None), filled_roles(users, Some(room)));
    let miss = || Err::<u8, ()>(());
    vec![
        ("quick_cache", Box::new(move |ids| ask_all(ids, |id| quick.get(id)))),
        ("RoleCache::get_role", Box::new(move |ids| ask_all(ids, |id| roles.get_role(id, miss).ok()))),
        (
            "RoleCache::get_role, bounded",
            Box::new(move |ids| ask_all(ids, |id| bounded.get_role(id, miss).ok())),
        ),
        ("papaya", Box::new(move |ids| ask_all(ids, |id| papaya.pin().get(id).copied()))),
        ("moka", Box::new(move |ids| ask_all(ids, |id| moka.get(id)))),
        ("RwLock<HashMap>", Box::new(move |ids| ask_all(ids, |id| locked.read().unwrap().get(id).copied()))),
        (
            "Mutex<Core>",
            Box::new(move |ids| {
                let now = black_box(Timestamp::ZERO);
                ask_all(ids, |id| hit(core.lock().unwrap().lookup(id, now)))
            }),
        ),
    ]
}

/// Takes turns; gives each contender's time in every turn.
fn in_turns(turns: usize, contenders: usize, mut run: impl FnMut(usize) -> Duration) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); contenders];
    // The first turn only warms up.
    for turn in 0..=turns {
        for (contender, times) in times.iter_mut().enumerate() {
            let took = run(contender).as_nanos() as f64 / REQUESTS as f64;
            if turn > 0 {
                times.push(took);
            }
        }
    }
    times
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Prints medians, and ratios to the first contender within each turn.
fn table(title: &str, names: &[&str], times: &[Vec<f64>]) {
    println!("\n{title}\n{:<34}{:>10}{:>10}", "", "ns a hit", "ratio");
    for (name, own) in names.iter().zip(times) {
        let ratio = median(own.iter().zip(&times[0]).map(|(own, first)| own / first));
        println!("{name:<34}{:>10.1}{ratio:>10.2}", median(own.iter().copied()));
    }
}

fn measure_alone(users: u64, turns: usize) {
    let ids = requests(users, 0);
    let (names, mut answers): (Vec<_>, Vec<_>) = alone(users).into_iter().unzip();
    let sums: Vec<u64> = answers.iter_mut().map(|answer| answer(&ids)).collect();
    assert!(sums.iter().all(|sum| *sum == sums[0]), "all give the same answers");
    let times = in_turns(turns, names.len(), |contender| {
        let begun = Instant::now();
        black_box(answers[contender](black_box(&ids)));
        begun.elapsed()
    });
    table(&format!("{users} users, no lock, 1 thread"), &names, &times);
}

fn measure_shared(users: u64, threads: u64, turns: usize) {
    let ids: Vec<Vec<u64>> = (0..threads).map(|thread| requests(users, thread)).collect();
    let (names, answers): (Vec<_>, Vec<_>) = shared(users).into_iter().unzip();
    let times = in_turns(turns, names.len(), |contender| {
        let answer = &answers[contender];
        let ready = Barrier::new(ids.len() + 1);
        std::thread::scope(|scope| {
            for ids in &ids {
                scope.spawn(|| {
                    ready.wait();
                    black_box(answer(black_box(ids)));
                });
            }
            ready.wait();
            Instant::now()
        })
        .elapsed()
    });
    table(&format!("{users} users, shared, {threads} threads"), &names, &times);
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (sizes, turns) = if measured { (&[10_000, 1_000_000][..], 21) } else { (&[1_000][..], 1) };
    for users in sizes {
        measure_alone(*users, turns);
        for threads in [1, 2] {
            measure_shared(*users, threads, turns);
        }
    }
    println!(
        "\nA thread's time for its own hits: two threads that do not hinder each other keep their figure."
    );
}
