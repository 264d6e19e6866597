//! What holds without statistics, on small days that are made to hit trouble: few users, a coarse grid of times, and
//! latencies and lives that are multiples of it. Theory is that no day and no request is an exception.

use std::collections::HashSet;

use rand::RngExt;
use rolesim::cache::{Applied, OnEvent};
use rolesim::metrics::Metric;
use rolesim::model::Probability;
use rolesim::scenario::Scenario;
use rolesim::sim::{Answered, Moment, Observer, RequestOutcome, Scene};

use crate::days::{Setup, count, decoded, play, watch};
use crate::lab::{Experiment, nightly};
use crate::map::{Map, Slip};
use crate::small_day::script;
use crate::table::{Judge, Line, Reading};

pub(crate) fn laws() -> Vec<Experiment> {
    vec![
        each_day("E1", "days whose books don't balance", "failed ones are left out", books),
        each_day("E2", "answers unlike the map's: event", "usable at exactly T (≤ for <)", unlike_event_map),
        each_day("E2", "answers unlike the map's: ttl", "usable at exactly T (≤ for <)", unlike_ttl_map),
        each_day("E3", "oracle: stale reads, and misses beyond one a user", "ttl:5s", oracle),
        each_day("E4", "days that differ as JSON, YAML, in another order", "another seed", texts),
        each_day("E5", "reads that fewer lost events made stale: update-if-present", "update", |seed| {
            (fewer_losses("event+on-event=update-if-present", seed), fewer_losses("event", seed))
        }),
        each_day("E5", "  the same", "update-if-present with a TTL", |seed| {
            let lives = "event+on-event=update-if-present+ttl=100s";
            (fewer_losses("event+on-event=update-if-present", seed), fewer_losses(lives, seed))
        }),
    ]
}

/// Small days of each run.
fn days() -> u64 {
    if nightly() { 400 } else { 40 }
}

/// Exceptions over many days, right and wrong.
fn each_day(
    law: &'static str,
    what: &'static str,
    wrong: &'static str,
    exceptions: fn(u64) -> (f64, f64),
) -> Experiment {
    let line = Line::new(law, what, format!("{} days", days())).judged(Judge::Exact).rejects(wrong);
    Experiment::one(line, move |run| {
        let found = (0..days()).map(|day| exceptions(run * 1_000_000 + day));
        let (right, wrong) = found.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Reading::new(0.0, right, wrong)
    })
}

/// Settings of a small day.
#[derive(Clone, Copy, Debug, Default)]
struct Latencies {
    read: bool,
    channel: bool,
}

/// A minute of three users on a grid of a second.
fn small_day(seed: u64, latencies: Latencies) -> Scenario {
    let mut dice = Setup::new(seed, 0, 0.0, 1.0).dice(7);
    let script = script(&mut dice, &["1", "2", "3"]);
    let mut seconds = |wanted: bool| if wanted { dice.random_range(0..4) } else { 0 };
    let (read, delay) = (seconds(latencies.read), seconds(latencies.channel));
    let text = format!(
        "{{seed: {seed}, clock: {{end: '00:02'}}, database: {{users: [{{id: 2, role: admin}}], read_latency: {read}s}}, \
         channel: {{delay: {delay}s}}, script: {script}}}"
    );
    decoded(&text, "small.yaml")
}

/// requests = hits + loads + coalesced + failed; stale_grants + stale_denials = stale_reads ≤ outdated_reads; and without
/// a channel delay, outdated_reads ≤ requests − loads − failed for guard=version.
fn books(seed: u64) -> (f64, f64) {
    let channel = seed.is_multiple_of(2);
    let day = small_day(seed, Latencies { read: true, channel });
    let caches =
        ["event", "event+guard=none+ttl=5s", "event+guard=singleflight", "ttl:5s+sweep=2s", "none", "oracle"];
    let (mut right, mut wrong) = (0.0, 0.0);
    for (outcome, cache) in play(&day, None, &caches).iter().zip(caches) {
        let [requests, hits, loads, coalesced, failed, stale, grants, denials, outdated] = [
            Metric::Requests,
            Metric::Hits,
            Metric::Loads,
            Metric::Coalesced,
            Metric::Failed,
            Metric::StaleReads,
            Metric::StaleGrants,
            Metric::StaleDenials,
            Metric::OutdatedReads,
        ]
        .map(|metric| count(outcome, metric));
        let bounded = channel || cache != "event" || outdated <= requests - loads - failed;
        let stale_add_up = grants + denials == stale && stale <= outdated && bounded;
        let exception = |balances: bool| f64::from(u8::from(!balances));
        right += exception(requests == hits + loads + coalesced + failed && stale_add_up);
        wrong += exception(requests == hits + loads + coalesced && stale_add_up);
    }
    (right, wrong)
}

/// Every answer.
#[derive(Default)]
struct Answers(Vec<Answered>);

impl Observer for Answers {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        self.0.push(*answered);
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

fn answers(day: &Scenario, map: Option<Map>, caches: &[&str]) -> Vec<Answered> {
    let mut answers = Answers::default();
    watch(day, map, caches, &mut answers);
    answers.0.sort_by_key(|answered| answered.position);
    answers.0
}

fn differing(left: &[Answered], right: &[Answered]) -> f64 {
    let pairs = left.iter().zip(right).filter(|(left, right)| left != right).count();
    pairs as f64 + left.len().abs_diff(right.len()) as f64
}

fn unlike_event_map(seed: u64) -> (f64, f64) {
    let day = small_day(seed, Latencies { read: true, channel: true });
    let modes = [
        ("update", OnEvent::Update),
        ("update-if-present", OnEvent::UpdateIfPresent),
        ("invalidate", OnEvent::Invalidate),
    ];
    let (name, on_event) = modes[(seed % 3) as usize];
    let lives = !seed.is_multiple_of(4);
    let (life, life_us) = if lives { ("+ttl=5s", Some(5_000_000)) } else { ("", None) };
    let engine = answers(&day, None, &[&format!("event+guard=none+on-event={name}{life}")]);
    let unlike = |slip| differing(&engine, &answers(&day, Some(Map::event(on_event, life_us, slip)), &[]));
    (unlike(Slip::None), unlike(Slip::UsableAtExpiry))
}

fn unlike_ttl_map(seed: u64) -> (f64, f64) {
    let day = small_day(seed, Latencies::default());
    let engine = answers(&day, None, &["ttl:5s"]);
    let unlike = |slip| differing(&engine, &answers(&day, Some(Map::ttl(5_000_000, slip)), &[]));
    (unlike(Slip::None), unlike(Slip::UsableAtExpiry))
}

/// Stale reads, and misses beyond one for each user; a joined read is none of a second fetch.
fn oracle(seed: u64) -> (f64, f64) {
    let day = small_day(seed, Latencies { read: true, channel: true });
    let exceptions = |cache: &str| {
        let answers = answers(&day, None, &[cache]);
        let stale = answers.iter().filter(|one| one.row.is_some_and(|row| row.version < one.truth.version));
        let missed = answers.iter().filter(|one| one.outcome != RequestOutcome::Hit);
        let users: HashSet<u32> = missed.clone().map(|one| one.request.user).collect();
        (stale.count() + missed.count() - users.len()) as f64
    };
    (exceptions("oracle"), exceptions("ttl:5s"))
}

/// One day in both formats, with its keys in different orders.
fn texts(seed: u64) -> (f64, f64) {
    let (users, requests) = (20 + seed % 30, 300 + seed % 700);
    let json = format!(
        r#"{{"seed": {seed}, "population": {{"active": {{"count": {users}, "activity": {{"zipf": 1.1}}}},
            "new": {{"count": 5, "between": ["09:00", "10:00"]}}}}, "traffic": {{"requests": {requests}, "shape": "day"}},
            "script": [{{"at": "08:00", "request": "1..=3"}}, {{"at": "12:00", "add_admin": 2}}]}}"#
    );
    let yaml = |seed: u64| {
        format!(
            "script:\n  - {{request: [1, \"2..=3\"], at: '08:00'}}\n  - add_admin: \"2\"\n    at: '12:00'\n\
             traffic: {{shape: day, requests: {requests}}}\npopulation:\n  new: {{between: ['09:00', '10:00'], count: 5}}\n  \
             active: {{activity: {{zipf: 1.1}}, count: {users}}}\nseed: {seed}\n"
        )
    };
    let day = |text: &str, name: &str| {
        let day = decoded(text, name);
        let prints =
            play(&day, None, &["event", "ttl:1h"]).iter().map(|one| one.fingerprint).collect::<Vec<_>>();
        (day.digest, prints)
    };
    let (json, yaml, other) =
        (day(&json, "a.json"), day(&yaml(seed), "b.yaml"), day(&yaml(seed + 1), "c.yaml"));
    let differs = |other: &_| f64::from(u8::from(json != *other));
    (differs(&yaml), differs(&other))
}

/// Outdated requests that were not outdated while a superset of the events was lost, as the draws of losses are nested. Losing fewer events never adds one
/// for `update-if-present` without a TTL: who is cached does not depend on events, and every event only brings what
/// is cached forward. With `update` or with a TTL it may: a delivered event creates or prolongs an entry that a later lost
/// one makes outdated, where without it the user would have been read again.
fn fewer_losses(cache: &str, seed: u64) -> f64 {
    let setup = Setup::new(seed, 5, 3.0, 5.0);
    let changes = setup.changes(2.0, 0.0);
    let outdated = |loss: f64| -> HashSet<u64> {
        let mut day = setup.scenario();
        day.day.script.clone_from(&changes);
        day.system.channel.loss = Probability::new(loss).unwrap();
        let all = answers(&day, None, &[cache]);
        let old = all.iter().filter(|one| one.row.is_some_and(|row| row.version < one.truth.version));
        old.map(key).collect()
    };
    let losses = [0.0, 0.1, 0.3, 0.6, 1.0].map(outdated);
    losses.windows(2).map(|pair| pair[0].difference(&pair[1]).count() as f64).sum()
}

/// A request, whatever else is in the order of things: a lost event takes no place in it.
fn key(answered: &Answered) -> u64 {
    answered.request.at_us * 16 + u64::from(answered.request.user)
}
