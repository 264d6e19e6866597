//! A team's own cache in the test bed: it must be measured like any other.

use std::collections::HashMap;
use std::time::Duration;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rolesim::metrics::Metric;
use rolesim::testbed::{Error, Held, Outcome, OwnCache, Testbed, User};

use crate::day::shipped;
use crate::small_day::script;
use crate::tier;

/// A plain map that is written through on events, or deaf to them.
#[derive(Default)]
struct Map {
    rows: HashMap<String, Held>,
    deaf: bool,
}

impl Map {
    fn deaf() -> Self {
        Self { deaf: true, ..Self::default() }
    }
}

impl OwnCache for Map {
    fn get(&mut self, user: User<'_>, _: Duration) -> Option<Held> {
        self.rows.get(&user.to_string()).copied()
    }

    fn fill(&mut self, user: User<'_>, row: Held, _: Duration) {
        self.rows.insert(user.to_string(), row);
    }

    fn role_changed(&mut self, user: User<'_>, row: Held, now: Duration) {
        self.fill(user, row, now);
    }

    fn remove(&mut self, user: User<'_>) {
        self.rows.remove(&user.to_string());
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn listens(&self) -> bool {
        !self.deaf
    }
}

/// Every metric and the fingerprint of the own cache are those of another.
fn assert_alike(outcome: &Outcome, other: &str, what: &str) {
    // What only rules and contents tell is not known of a cache of somebody's own.
    let hidden = ["settled_us", "guaranteed_window_us", "revocations_asked"];
    for name in Metric::NAMES.iter().filter(|name| !hidden.iter().any(|hidden| name.starts_with(hidden))) {
        let own = outcome.metric(name).unwrap();
        assert_eq!(own, outcome.metric_of(other, name).unwrap(), "{what}: {name}");
    }
    assert_eq!(outcome.fingerprint("ours").unwrap(), outcome.fingerprint(other).unwrap(), "{what}");
}

/// A small day of one minute on a coarse grid, with latencies, faults and everything that touches a cache.
fn small_day(seed: u64) -> String {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let script = script(&mut rng, &["1", "2", "3", "alice"]);
    let [read, write, delay] = [(); 3].map(|()| rng.random_range(0..4));
    format!(
        "{{clock: {{start: '00:00', end: '00:02', measure_from: '00:00:05'}}, \
         database: {{users: [{{id: alice, role: admin}}], read_latency: {read}s, write_latency: {write}s}}, \
         channel: {{delay: {delay}s}}, script: {script}}}"
    )
}

#[test]
fn a_map_written_on_events_is_the_unguarded_event_cache() {
    let unguarded = "event+guard=none";
    let day = Testbed::file(shipped("day.json")).beside(unguarded).run("ours", Map::default).unwrap();
    assert_alike(&day, unguarded, "day.json");
    assert!(day.passes(), "{day}");
    let (mut stale, mut failed) = (0.0, 0.0);
    for seed in tier::seeds(300) {
        let text = small_day(seed);
        let outcome = Testbed::text(&text).beside(unguarded).run("ours", Map::default).unwrap();
        assert_alike(&outcome, unguarded, &format!("small_day({seed}) {text}"));
        stale += outcome.metric("stale_reads").unwrap().unwrap();
        failed += outcome.metric("failed").unwrap().unwrap();
    }
    assert!(stale > 0.0 && failed > 0.0, "days without trouble prove nothing: {stale} {failed}");
}

#[test]
fn a_map_that_ignores_events_is_an_endless_ttl_cache() {
    let endless = "ttl:1000d";
    let day = Testbed::file(shipped("day.json")).beside(endless).run("ours", Map::deaf).unwrap();
    assert_alike(&day, endless, "day.json");
    assert!(day.metric("stale_reads").unwrap() > Some(0.0) && !day.passes());
    assert_eq!(day.failed().collect::<Vec<_>>(), ["freshness", "stale_reads"]);
}

#[test]
fn an_own_cache_is_measured_alike_alone_and_beside_others() {
    let bed = Testbed::file(shipped("walkthrough.json"));
    let alone = bed.run("ours", Map::default).unwrap();
    let together = bed.beside("none").beside("oracle").run("ours", Map::default).unwrap();
    for name in Metric::NAMES {
        assert_eq!(alone.metric(name), together.metric(name), "{name}");
    }
    assert_eq!(alone.fingerprint("ours"), together.fingerprint("ours"));
}

#[test]
fn a_process_that_starts_again_begins_with_a_new_cache() {
    let day = "{script: [{at: '08:00', request: 1}, {at: '09:00', restart: all}, {at: '10:00', request: 1}]}";
    let mut made = 0;
    let make = || {
        made += 1;
        Map::default()
    };
    let outcome = Testbed::text(day).run("ours", make).unwrap();
    assert_eq!((outcome.metric("loads").unwrap(), made), (Some(2.0), 2));
}

#[test]
fn time_is_the_time_since_the_start_and_ids_are_the_scenarios() {
    struct Witness<'w>(&'w mut Vec<(String, Option<u64>, Duration)>);
    impl OwnCache for Witness<'_> {
        fn get(&mut self, user: User<'_>, now: Duration) -> Option<Held> {
            self.0.push((user.to_string(), user.number(), now));
            None
        }
        fn fill(&mut self, _: User<'_>, _: Held, _: Duration) {}
        fn role_changed(&mut self, _: User<'_>, _: Held, _: Duration) {}
        fn remove(&mut self, _: User<'_>) {}
        fn clear(&mut self) {}
        fn len(&self) -> usize {
            0
        }
    }
    let day = "{clock: {start: '08:00', end: '09:00'}, script: [{at: '08:00', request: '7'}, \
               {at: '08:00:01.5', request: alice}]}";
    let mut seen = Vec::new();
    let mut place = Some(&mut seen);
    Testbed::text(day).run("ours", || Witness(place.take().unwrap())).unwrap();
    let [seven, alice] = [("7", Some(7), 0), ("alice", None, 1_500)]
        .map(|(id, number, ms)| (id.to_owned(), number, Duration::from_millis(ms)));
    assert_eq!(seen, [seven, alice]);
}

#[test]
fn expectations_that_name_the_replaced_cache_are_still_about_it() {
    let day = "{cache: {kind: event, label: real}, database: {users: [{id: 7, role: admin}]}, \
               script: [{at: '08:00', request: 7}, {at: '09:00', remove_admin: 7}, {at: '10:00', request: 7}], \
               expect: [{metric: stale_grants, equals: 1}, {metric: stale_grants, cache: real, equals: 0}]}";
    let outcome = Testbed::text(day).run("ours", Map::deaf).unwrap();
    assert!(outcome.passes(), "{outcome}");
    let report: serde_json::Value = serde_json::from_str(&outcome.json()).unwrap();
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "what only an expectation names is not shown");
    assert_eq!((&results[0]["cache"], &results[0]["label"]), (&"own".into(), &"ours".into()));
}

#[test]
fn errors_say_what_is_wrong() {
    let error = |result: Result<Outcome, Error>| result.unwrap_err().to_string();
    let run = |bed: Testbed| error(bed.run("ours", Map::default));
    let missing = run(Testbed::file("no/such.yaml"));
    assert!(missing.starts_with("no/such.yaml: the scenario cannot be read: "), "{missing}");
    let fault = run(Testbed::text("{sede: 7}"));
    assert!(fault.contains("scenario.yaml:1:2") && fault.contains("did you mean `seed`?"), "{fault}");
    let set = run(Testbed::text("{}").set("sede=7"));
    assert!(set.contains("sede"), "{set}");
    let unknown = run(Testbed::text("{}").beside("lru"));
    assert!(unknown.contains("lru: ") && unknown.contains("caches are event"), "{unknown}");
    let twice = error(Testbed::text("{}").beside("event").run("event", Map::default));
    assert_eq!(twice, "two different caches are called `event`");
    let outcome = Testbed::text("{}").run("ours", Map::default).unwrap();
    assert_eq!(outcome.metric("hit_ratio").unwrap(), None, "no requests have no hit ratio");
    let metric = outcome.metric("hit_ration").unwrap_err();
    let metric = format!("{metric:?}");
    assert!(metric.contains("`hit_ration`") && metric.ends_with("did you mean `hit_ratio`?"), "{metric}");
    let cache = outcome.metric_of("their", "hits").unwrap_err().to_string();
    assert_eq!(cache, "no cache of this run is called `their`; there are `ours`");
}

#[test]
fn a_cache_is_found_by_its_label_and_by_its_spec() {
    let day = "{script: [{at: '09:00', request: 7, count: 3, every: 50s}]}";
    let outcome = Testbed::text(day).beside("ttl:60s").beside("event").run("ours", Map::default).unwrap();
    for name in ["ttl:60s", "ttl:1m"] {
        assert_eq!(outcome.metric_of(name, "hits").unwrap(), Some(1.0), "{name}");
        assert_eq!(outcome.fingerprint(name).unwrap(), outcome.fingerprint("event").unwrap());
    }
    let error = outcome.metric_of("ttl:61s", "hits").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no cache of this run is called `ttl:61s`; there are `ours`, `ttl:1m`, `event`"
    );
}
