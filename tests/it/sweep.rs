//! A grid of runs: its points are the runs that they say they are, and the life that is as fresh is.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::cli::{rolesim, scenario, stderr, stdout, written};

/// A day on which a TTL cache is stale, with an expectation that no point can meet.
const DAY: &str = "
clock: {start: \"08:00\", end: \"12:00\"}
population: {active: {count: 40, activity: {zipf: 0.9}, roles: {admin: 0.5}}}
traffic: {requests: 2000}
role_changes: {count: 40}
expect: [{metric: requests, equals: 1}]
";

fn json(arguments: &[&str]) -> Value {
    let output = rolesim(&[arguments, &["--format", "json", "--quiet"]].concat());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

fn day() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let day = written(folder.path(), "day.yaml", DAY);
    (folder, day)
}

fn points(sweep: &Value) -> &Vec<Value> {
    sweep["sweep"]["points"].as_array().unwrap()
}

#[test]
fn each_point_is_the_single_run_with_its_values_set() {
    let (_folder, day) = day();
    for (vary, count) in [
        (&["cache.ttl=30s..=8m*2", "population.active.count=40,60", "database.read_latency=0s,2s"][..], 20),
        (&["cache=event,ttl:5m+sweep=1m,{kind: idle, ttl: 2m},none,oracle"], 5),
        (&["seed=1..=3+1", "cache.guard=version,none"], 6),
        (&["channel.loss=0..=0.5+0.25", "replicas.count=1..=4*2", "cache.capacity=5,50"], 18),
    ] {
        let varies = vary.iter().flat_map(|one| ["--vary", one]).collect::<Vec<_>>();
        let swept = json(&[&["sweep", &day][..], &varies].concat());
        assert_eq!(points(&swept).len(), count, "{vary:?}");
        for point in points(&swept) {
            let values = point["values"].as_object().unwrap();
            let sets: Vec<String> =
                values.iter().map(|(path, value)| format!("{path}={}", value.as_str().unwrap())).collect();
            let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
            let single = json(&[&["run", &day][..], &sets].concat());
            let result = &single["results"][0];
            for key in ["cache", "label", "fingerprint", "metrics"] {
                assert_eq!(result[key], point[key], "{values:?}");
            }
            assert_eq!(single["scenario"]["digest"], point["digest"]);
        }
    }
}

#[test]
fn the_points_of_a_recorded_day_know_its_rows() {
    let day = scenario("nasa-day.yaml");
    for (vary, fields) in
        [(&["--vary", "cache.ttl=1m,1h"][..], 1), (&["--vary", "cache.ttl=1m", "--vary", "seed=42,7"], 2)]
    {
        let swept = json(&[&["sweep", &day], vary].concat());
        let base = json(&["run", &day]);
        assert_eq!(swept["scenario"]["digest"], base["scenario"]["digest"], "{vary:?}");
        assert_eq!(points(&swept)[0]["digest"], base["scenario"]["digest"], "{vary:?}");
        let other = points(&swept)[1]["digest"] != base["scenario"]["digest"];
        assert_eq!(other, fields == 2, "another seed is another day");
        let single = json(&["run", &day, "--set", "cache.ttl=1m"]);
        assert_eq!(points(&swept)[0]["fingerprint"], single["results"][0]["fingerprint"]);
    }
}

#[test]
fn the_bytes_are_the_same_for_every_number_of_threads() {
    let (_folder, day) = day();
    for more in [&[][..], &["--vary", "cache.ttl=30s..=1h*2", "--vary", "seed=1,2"], &["--runs", "7"]] {
        for form in ["table", "json", "csv"] {
            let bytes =
                |jobs| rolesim(&[&["sweep", &day, "--jobs", jobs, "--format", form], more].concat()).stdout;
            let one = bytes("1");
            assert!(!one.is_empty());
            assert_eq!(one, bytes("2"), "{more:?} {form}");
            assert_eq!(one, bytes("13"), "{more:?} {form}");
        }
    }
}

#[test]
fn a_point_of_several_runs_is_what_several_runs_of_it_are() {
    let (_folder, day) = day();
    let swept = json(&["sweep", &day, "--runs", "6", "--vary", "cache=ttl:1m,event"]);
    for point in points(&swept) {
        let cache = point["cache"].as_str().unwrap();
        let several = json(&["run", &day, "--runs", "6", "--cache", cache]);
        assert_eq!(point["spread"], several["results"][0]["spread"]);
        assert_eq!(point["metrics"], several["results"][0]["metrics"]);
    }
}

#[test]
fn a_sweep_without_a_field_compares_event_with_longer_lives() {
    let (_folder, day) = day();
    let swept = json(&["sweep", &day]);
    let caches: Vec<&str> = points(&swept).iter().map(|point| point["cache"].as_str().unwrap()).collect();
    assert_eq!((caches[0], caches[1], caches[18]), ("event", "ttl:1s", "ttl:1d"));
    assert_eq!(swept["sweep"]["reference"]["cache"], "event");
    assert_eq!(swept["sweep"]["reference"]["metrics"], points(&swept)[0]["metrics"]);
    assert_eq!(swept["verdict"], "pass", "expectations are not judged");
    let reads: Vec<u64> =
        points(&swept)[1..].iter().map(|point| point["metrics"]["db_reads"].as_u64().unwrap()).collect();
    assert!(reads.is_sorted_by(|a, b| a >= b), "{reads:?}");
    // A TTL cache of one's own is the kind whose lives are tried, and stands among them.
    let swept = json(&["sweep", &day, "--cache", "idle:7m+sweep=1m"]);
    let caches: Vec<&str> = points(&swept).iter().map(|point| point["cache"].as_str().unwrap()).collect();
    assert_eq!(caches[..3], ["event", "idle:7m+sweep=1m", "idle:1s+sweep=1m"]);
}

/// Stale answers and stale grants of a cache.
fn stale(day: &str, cache: &str) -> [u64; 2] {
    let metrics = &json(&["run", day, "--cache", cache])["results"][0]["metrics"];
    ["stale_reads", "stale_grants"].map(|metric| metrics[metric].as_u64().unwrap())
}

#[test]
fn the_life_that_is_as_fresh_is_and_the_next_is_not() {
    let lossy = "channel.loss=0.3";
    for (set, family) in [(lossy, "ttl"), (lossy, "idle"), ("channel.delay=20s", "ttl")] {
        let (_folder, day) = day();
        let cache = format!("{family}:1m");
        let swept = json(&["sweep", &day, "--set", set, "--cache", &cache, "--vary", "cache.ttl=1s..=2h*2"]);
        let as_fresh = &swept["sweep"]["as_fresh"];
        let (ttl, next) = (as_fresh["ttl_us"].as_u64().unwrap(), as_fresh["stale_from_us"].as_u64().unwrap());
        assert!(ttl < next && next - ttl <= (ttl / 100).max(1_000_000), "{ttl} {next}");
        let set_day = written(
            _folder.path(),
            "set.yaml",
            &format!("{DAY}channel: {{{}}}\n", set[8..].replace('=', ": ")),
        );
        let [reads, grants] = stale(&set_day, "event");
        assert!(reads > 0, "a reference that is stale itself");
        let of = |us: u64| stale(&set_day, &format!("{family}:{us}us"));
        let fresh = |[own_reads, own_grants]: [u64; 2]| own_reads <= reads && own_grants <= grants;
        assert!(fresh(of(ttl)), "{family} {set}: {ttl}");
        assert!(!fresh(of(next)), "{family} {set}: {next}");
        for point in points(&swept) {
            let life: u64 =
                point["values"]["cache.ttl"].as_str().unwrap().parse::<rolesim::model::Micros>().unwrap().0;
            assert!(life > ttl || fresh(of(life)), "every shorter life that was tried is as fresh: {life}");
        }
        assert_eq!(
            as_fresh["result"]["cache"],
            points(&json(&["sweep", &day, "--set", set, "--vary", &format!("cache={family}:{ttl}us")]))[0]["cache"]
        );
    }
}

/// An admin asks, is removed five seconds later and asks again after five more: lives of up to 10 s are as fresh.
#[test]
fn the_search_goes_on_until_lives_are_near() {
    let folder = tempfile::tempdir().unwrap();
    let day = "{database: {users: [{id: 1, role: admin}]}, script: [{at: '01:00:00', request: 1}, \
               {at: '01:00:05', remove_admin: 1}, {at: '01:00:10', request: 1}]}";
    let day = written(folder.path(), "day.yaml", day);
    for lives in ["1s,ttl:1d", "1ms,ttl:1d", "1s,ttl:1h", "1s,ttl:1m", "1us,ttl:3650d", "0s,ttl:1h"] {
        let swept = json(&["sweep", &day, "--vary", &format!("cache=ttl:{lives}")]);
        let of = |key: &str| swept["sweep"]["as_fresh"][key].as_u64().unwrap();
        let (fresh, stale) = (of("ttl_us"), of("stale_from_us"));
        assert!(fresh <= 10_000_000 && 10_000_000 < stale, "{lives}: {fresh} {stale}");
        assert!(stale - fresh <= fresh / 100, "{lives}: {fresh} {stale}");
    }
}

#[test]
fn no_seed_is_named_where_seeds_are_varied() {
    let (_folder, day) = day();
    let swept = |more: &[&str]| {
        let output = rolesim(&[&["sweep", &day, "-q"], more].concat());
        stdout(&output).to_owned()
    };
    for format in ["table", "markdown"] {
        let text = swept(&["--vary", "seed=1..=5+1", "--format", format]);
        assert!(!text.contains("42") && !text.contains("Seed"), "{text}");
    }
    let text = swept(&["--vary", "seed=1..=3+1", "--runs", "2"]);
    assert!(text.contains("2 runs of each point") && !text.contains("42"), "{text}");
    assert!(swept(&["--vary", "cache=event,none"]).contains("Seed 42"));
}

#[test]
fn where_no_life_or_every_life_is_as_fresh_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    // A revoked user asks every half second: only a life of 0s is never stale.
    let busy = "
database: {users: [{id: 1, role: admin}]}
script:
  - {at: \"08:00\", request: 1, count: 1000, every: 500ms}
  - {at: \"08:01\", remove_admin: 1}
";
    let busy = written(folder.path(), "busy.yaml", busy);
    let text = |day: &str, lang: &str| {
        stdout(&rolesim(&["sweep", day, "--lang", lang])).replace(['\n', '\u{a0}'], " ")
    };
    assert!(text(&busy, "en").contains("Not even with a life of 1s would a TTL cache be as fresh as event."));
    assert!(
        text(&busy, "ru")
            .contains("Даже со сроком жизни 1 с ответы кэша с TTL были бы менее актуальны, чем у event.")
    );
    assert!(json(&["sweep", &busy])["sweep"]["as_fresh"]["ttl_us"].is_null());
    let quiet =
        written(folder.path(), "quiet.yaml", "population: {active: {count: 9}}\ntraffic: {requests: 99}\n");
    assert!(
        text(&quiet, "en")
            .contains("With every life that was tried, up to 1d, a TTL cache was as fresh as event")
    );
    assert!(json(&["sweep", &quiet])["sweep"]["as_fresh"]["stale_from_us"].is_null());
    // Lives of two kinds have no single answer, and neither has a grid over days.
    for vary in [&["cache=ttl:1m,idle:1m"][..], &["cache=event,none"], &["cache.ttl=1s,1m", "seed=1,2"]] {
        let varies = vary.iter().flat_map(|one| ["--vary", one]).collect::<Vec<_>>();
        let swept = json(&[&["sweep", &quiet, "--cache", "ttl:5m"][..], &varies].concat());
        assert!(swept["sweep"]["as_fresh"].is_null(), "{vary:?}");
        assert_eq!(swept["sweep"]["reference"].is_null(), vary.len() == 2, "{vary:?}");
    }
}

#[test]
fn faults_of_all_points_are_told_at_once_and_name_the_option() {
    let (_folder, day) = day();
    for (vary, exit, words) in [
        (&["cache.ttl=5"][..], 2, &["--vary cache.ttl=5: cache.ttl: the duration of `ttl` has no unit"][..]),
        (
            &["cache.tll=1s,2s", "traffic.requests=5,many"],
            2,
            &[
                "--vary cache.tll=1s: cache.tll: ",
                "did you mean `ttl`",
                "--vary cache.tll=2s",
                "--vary traffic.requests=many",
            ],
        ),
        (&["nonsense"], 2, &["--vary nonsense: no values are given"]),
        (
            &["seed=1..=9", "cache.ttl=,"],
            2,
            &["--vary seed=1..=9: seed: the range has no step", "--vary cache.ttl=,"],
        ),
        (&["seed=1,2", "seed=3"], 2, &["--vary seed=3: seed: the field is varied twice"]),
        (&["seed=0..=99999+1"], 4, &["these are 100000 values; at most 10000"]),
        (
            &["seed=1..=200+1", "traffic.requests=1000..=1100+1"],
            4,
            &["the sweep has 20200 points; at most 10000"],
        ),
        (
            &["cache=ttl:5m+sweep=1us"],
            4,
            &["--vary cache=ttl:5m+sweep=1us: ", "would sweep 14400000000 times"],
        ),
        (
            &["role_changes.grants=0.5,1", "seed=1"],
            2,
            &["--vary role_changes.grants=1 --vary seed=1: ", "finds nobody"],
        ),
    ] {
        let varies = vary.iter().flat_map(|one| ["--vary", one]).collect::<Vec<_>>();
        let output = rolesim(&[&["sweep", &day][..], &varies].concat());
        assert_eq!(output.status.code(), Some(exit), "{vary:?}: {}", stderr(&output));
        for words in words {
            assert!(stderr(&output).contains(words), "{vary:?}: {}", stderr(&output));
        }
        assert!(output.stdout.is_empty());
    }
    let output = rolesim(&["sweep", &day, "--vary", "seed=1..=2000+1", "--runs", "100"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("which makes 200000 runs"), "{}", stderr(&output));
}

#[test]
fn csv_has_a_row_for_each_point_and_a_column_for_each_field() {
    let (_folder, day) = day();
    let output =
        rolesim(&["sweep", &day, "--vary", "cache.ttl=1s,1m", "--vary", "seed=1,2,3", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(stdout(&output).as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..6], ["scenario", "cache.ttl", "seed", "ttl_us", "cache", "label"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!((&rows[4][1], &rows[4][2], &rows[4][4]), ("1m", "2", "event+ttl=1m"));
}

#[test]
fn json_has_its_keys_in_order() {
    let (_folder, day) = day();
    let keys = |json: &Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let swept = json(&["sweep", &day, "--cache", "ttl:5m", "--vary", "cache.ttl=1m,1h", "--runs", "2"]);
    assert_eq!(keys(&swept), ["report", "rolesim", "scenario", "sweep", "verdict"]);
    assert_eq!(keys(&swept["scenario"]), ["name", "description", "digest", "seed", "runs"]);
    assert_eq!(keys(&swept["sweep"]), ["vary", "points", "reference", "as_fresh"]);
    assert_eq!(swept["sweep"]["vary"], serde_json::json!([{"path": "cache.ttl", "values": ["1m", "1h"]}]));
    let figures = ["cache", "label", "fingerprint", "metrics", "spread"];
    assert_eq!(keys(&points(&swept)[0]), [&["values", "digest"][..], &figures].concat());
    assert_eq!(keys(&swept["sweep"]["reference"]), figures);
    assert_eq!(keys(&swept["sweep"]["as_fresh"]), ["ttl_us", "shortest_us", "stale_from_us", "result"]);
}

#[test]
fn a_sweep_fits_eighty_columns_in_both_languages() {
    let day = scenario("day.json");
    for more in [
        &[][..],
        &["--runs", "3"],
        &["--cache", "ttl:5m+sweep=1m"],
        &["--vary", "cache.ttl=1s..=50m+1m"],
        &[
            "--vary",
            "population.active.activity={zipf: 1},{lognormal: 0.5},uniform",
            "--vary",
            "cache.ttl=1m,5m",
        ],
        &["--vary", "traffic.requests=5000", "--vary", "seed=1..=30+1", "--runs", "2"],
    ] {
        for lang in ["en", "ru"] {
            let output = rolesim(&[&["sweep", &day, "--lang", lang], more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            let text = stdout(&output);
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= 80, "{more:?} {lang}: {widest}\n{text}");
        }
    }
}

#[test]
fn no_csv_names_two_columns_alike() {
    let (folder, day) = day();
    let file = folder.path().join("curve.csv").display().to_string();
    for arguments in [
        &["sweep"][..],
        &["sweep", "--runs", "3"],
        &["sweep", "--vary", "cache=event,ttl:1m", "--vary", "seed=1,2"],
        &["sweep", "--vary", "cache.ttl=1m,2m", "--vary", "traffic.requests=100,200"],
        &["run"],
        &["compare", "--runs", "3"],
        &["check", "--expectations-only"],
    ] {
        // The day expects what does not hold, which only `sweep` does not judge.
        let output = rolesim(&[arguments, &[day.as_str(), "-q", "-o", &file]].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {}", stderr(&output));
        let header = csv::Reader::from_path(&file).unwrap().headers().unwrap().clone();
        let unique: std::collections::BTreeSet<&str> = header.iter().collect();
        assert_eq!(unique.len(), header.len(), "{arguments:?}: {header:?}");
        let varied = header.iter().any(|name| name == "varied_cache");
        assert_eq!(
            varied,
            arguments[0] == "sweep" && !arguments.contains(&"cache.ttl=1m,2m"),
            "{arguments:?}"
        );
    }
}

#[test]
fn durations_are_numbers_in_csv() {
    let (_folder, day) = day();
    let rows = |arguments: &[&str]| -> Vec<std::collections::BTreeMap<String, String>> {
        let output = rolesim(&[&["sweep", &day, "--format", "csv", "-q"][..], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let mut lines = stdout(&output).lines().map(|line| line.split(',').map(str::to_owned));
        let header: Vec<String> = lines.next().unwrap().collect();
        lines.map(|row| header.iter().cloned().zip(row).collect()).collect()
    };
    let swept = rows(&["--vary", "cache=ttl:1m30s,event,event+ttl=2h"]);
    let lives: Vec<&str> = swept.iter().map(|row| row["ttl_us"].as_str()).collect();
    assert_eq!(lives, ["90000000", "", "7200000000"]);
    let swept = rows(&["--vary", "cache.ttl=1s,2s", "--vary", "channel.delay=250ms,1m"]);
    let of = |name: &str| swept.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("ttl_us"), ["1000000", "1000000", "2000000", "2000000"]);
    assert_eq!(of("delay_us"), ["250000", "60000000", "250000", "60000000"]);
    assert!(!rows(&["--vary", "channel.loss=0,0.5"])[0].keys().any(|name| name == "ttl_us"));
    let long = rows(&["--vary", "cache.ttl=1s,2s", "--runs", "3", "--long"]);
    assert_eq!(long.len(), 6);
    let runs: Vec<&str> = long.iter().map(|row| row["run"].as_str()).collect();
    assert_eq!(runs, ["1", "2", "3", "1", "2", "3"]);
}
