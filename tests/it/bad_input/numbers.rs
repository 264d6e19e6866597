//! Numbers, shares, durations and times that are out of range, and days that are too large to run.

use std::process::Stdio;

use super::Input::{Json, Yaml};
use super::Row;
use super::measured::Measured;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("a negative count",            Yaml("traffic: {requests: -5}"),                             2, &["day.yaml:1:21", "traffic.requests", "`-5`"]),
    ("a fraction for a count",      Yaml("traffic: {requests: 1.5}"),                            2, &["not a whole number", "`1.5`"]),
    ("an exponent for a count",     Json("{\"traffic\": {\"requests\": 1e3}}"),                  2, &["not a whole number", "`1e3`"]),
    ("a count in quotes",           Json("{\"traffic\": {\"requests\": \"5\"}}"),                2, &["without quotes"]),
    ("a count beyond 64 bits",      Yaml("seed: 18446744073709551616"),                          2, &["too large", "18446744073709551615"]),
    ("a hexadecimal count",         Yaml("seed: 0x10"),                                          2, &["not a whole number"]),
    ("a count with a leading zero", Yaml("seed: 0010"),                                          2, &["seed", "begins with a zero", "`0010`"]),
    ("a count with a plus",         Yaml("seed: +5"),                                            2, &["not a whole number"]),
    ("a digit of another script",   Yaml("seed: ٥"),                                             2, &["not a whole number"]),
    ("true for a count",            Yaml("seed: true"),                                          2, &["not a whole number", "`true`"]),
    ("nothing for a count",         Yaml("seed:"),                                               2, &["found nothing"]),
    ("a list for a count",          Yaml("seed: [1]"),                                           2, &["found a list"]),
    ("not a number",                Yaml("channel: {loss: .nan}"),                               2, &["channel.loss", ".nan"]),
    ("infinite",                    Yaml("channel: {loss: .inf}"),                               2, &["channel.loss"]),
    ("too large for a number",      Yaml("population: {active: {count: 5, activity: {zipf: 1e999}}}"), 2, &["too large for a number"]),
    ("a probability above one",     Yaml("channel: {loss: 1.1}"),                                2, &["from 0 to 1"]),
    ("a probability below zero",    Yaml("database: {read_errors: -0.1}"),                       2, &["from 0 to 1"]),
    ("more than all per cent",      Yaml("channel: {duplicate: \"101 %\"}"),                     2, &["not a share"]),
    ("shares that exceed one",      Yaml("population: {active: {count: 5, roles: {admin: 0.7, user: 0.7}}}"), 2, &["add up to 1.4"]),
    ("a duration without a unit",   Yaml("cache: {kind: ttl, ttl: 300}"),                        2, &["cache.ttl", "300"]),
    ("a negative duration",         Yaml("database: {read_latency: -5ms}"),                      2, &["read_latency", "-5ms"]),
    ("an endless duration",         Yaml("database: {read_latency: 99999999999999999999d}"),     2, &["read_latency"]),
    ("a duration with no number",   Yaml("database: {read_latency: ms}"),                        2, &["read_latency", "`ms`"]),
    ("a unit nobody knows",         Yaml("cache: \"ttl:5 fortnights\""),                         2, &["cache", "fortnights"]),
    ("an empty uniform",            Yaml("database: {read_latency: {uniform: [5ms, 1ms]}}"),     2, &["read_latency"]),
    ("a uniform of one",            Yaml("database: {read_latency: {uniform: [5ms]}}"),          2, &["uniform"]),
    ("a negative spread",           Yaml("database: {read_latency: {lognormal: {median: 5ms, sigma: -1}}}"), 2, &["sigma"]),
    ("two kinds of delay",          Yaml("database: {read_latency: {exponential: 5ms, uniform: [1ms, 2ms]}}"), 2, &["uniform"]),
    ("a life of nothing",           Yaml("{cache: \"ttl:0s\", script: [{at: '08:00', request: 1}]}"), 0, &[]),
    ("sweeps without a pause",      Yaml("cache: \"ttl:5m+sweep=0s\""),                          2, &["sweep"]),
    ("jitter above one",            Yaml("cache: \"ttl:5m+jitter=1.5\""),                        2, &["jitter"]),
    ("a bound of no entries",       Yaml("cache: \"event+capacity=0\""),                         2, &["capacity"]),
    ("a time past midnight",        Yaml("script: [{at: '24:01', request: 1}]"),                 2, &["script.0.at", "24:01"]),
    ("a time at the very end",      Yaml("script: [{at: '24:00', request: 1}]"),                 2, &["script.0.at"]),
    ("a time before the start",     Yaml("{clock: {start: '08:00'}, script: [{at: '07:59', request: 1}]}"), 2, &["script.0.at", "07:59"]),
    ("a time below zero",           Yaml("script: [{at: '-01:00', request: 1}]"),                2, &["script.0.at", "is negative", "write 0 or more"]),
    ("a sixtieth minute",           Yaml("script: [{at: '08:60', request: 1}]"),                 2, &["08:60"]),
    ("a time that is a number",     Yaml("script: [{at: 800, request: 1}]"),                     2, &["script.0.at", "HH:MM"]),
    ("repetitions past the end",    Yaml("script: [{at: '23:00', request: 1, count: 100, every: 1m}]"), 2, &["script.0"]),
    ("every and over",              Yaml("script: [{at: '09:00', request: 1, count: 5, every: 1s, over: 1m}]"), 2, &["over"]),
    ("a clock that runs backwards", Yaml("clock: {start: '10:00', end: '09:00'}"),               2, &["clock.end", "09:00"]),
    ("a clock of no length",        Yaml("clock: {start: '10:00', end: '10:00'}"),               2, &["clock.end"]),
    ("a clock of a thousand years", Yaml("clock: {end: '365000d 00:00'}"),                       2, &["clock.end"]),
    ("measured from the end",       Yaml("clock: {measure_from: '24:00'}"),                      2, &["measure_from"]),
    ("a day of one microsecond",    Yaml("{clock: {end: '00:00:00.000001'}, script: [{at: '00:00', request: 1}]}"), 0, &[]),
    ("a window of no length",       Yaml("{population: {active: {count: 5}}, traffic: {requests: 5, between: ['08:00', '08:00']}}"), 2, &["between"]),
    ("weights all zero",            Yaml("{population: {active: {count: 5}}, traffic: {requests: 5, shape: [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}"), 2, &["24 weights of zero"]),
    ("twenty-three weights",        Yaml("{population: {active: {count: 5}}, traffic: {requests: 5, shape: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}"), 2, &["23 weights"]),
    ("a weight below zero",         Yaml("{population: {active: {count: 5}}, traffic: {requests: 5, shape: [-1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}}"), 2, &["shape.0"]),
    ("nobody and nothing is a day", Yaml("{population: {active: {count: 0}}, traffic: {requests: 0}}"), 0, &[]),
    ("requests of nobody",          Yaml("{population: {active: {count: 0}}, traffic: {requests: 5}}"), 2, &["no active users"]),
    ("fewer requests than users",   Yaml("{population: {active: {count: 9}}, traffic: {requests: 5, every_active_user: true}}"), 2, &["9 active users still to be served"]),
    ("fewer than the script asks",  Yaml("{traffic: {requests: 5}, script: [{at: '09:00', request: 1, count: 6}]}"), 2, &["5 requests − 6 scripted", "leaves -1"]),
    ("sums that overflow",          Yaml("{population: {new: {count: 18446744073709551615, requests_each: 18446744073709551615}}, traffic: {requests: 5}}"), 4, &["users"]),
    ("10^18 users",                 Yaml("{population: {active: {count: 1000000000000000000}}, traffic: {requests: 5}}"), 4, &["day.yaml:1:14", "about 1000000000000000000 users"]),
    ("10^18 users by a range",      Yaml("population: {active: {ids: '1..=1000000000000000000'}}"), 4, &["users"]),
    ("all users there could be",    Yaml("database: {users: [{ids: '0..=18446744073709551615', role: user}]}"), 4, &["about 18446744073709551615 users"]),
    ("10^18 scripted requests",     Yaml("script: [{at: '01:00', request: 1, count: 1000000000000000000}]"), 4, &["about 1000000000000000000 requests"]),
    ("10^18 requests",              Json("{\"population\": {\"active\": {\"count\": 5}}, \"traffic\": {\"requests\": 1000000000000000000}}"), 4, &["traffic.requests", "1000000000000000000 requests", "--max-events"]),
    ("10^18 role changes",          Yaml("{population: {active: {count: 5}}, role_changes: {count: 1000000000000000000}}"), 4, &["1000000000000000000 role changes"]),
    ("10^18 replicas",              Yaml("replicas: {count: 1000000000000000000}"),              4, &["replicas.count", "1000000000000000000 replicas"]),
    ("no replica",                  Yaml("replicas: {count: 0}"),                                2, &["replicas.count"]),
    ("90 million users in three caches", Yaml("{population: {active: {count: 90000000}}, compare: [none]}"),      4, &["MiB of memory", "90000000 users", "--max-memory"]),
    ("processes with a place for everybody", Yaml("{population: {active: {count: 1000000}}, replicas: {count: 1000}, compare: []}"), 4, &["MiB of memory", "--max-memory"]),
    ("role changes beyond memory",  Yaml("{population: {active: {count: 90}}, role_changes: {count: 90000000}}"), 4, &["role_changes.count", "MiB of memory"]),
    ("sweeps of a microsecond",     Yaml("cache: \"ttl:5m+sweep=1us\""),                         4, &["sweep 86400000000 times"]),
    ("sweeps that add up",          Yaml("{population: {active: {count: 2000000}}, cache: \"ttl:5m+sweep=100ms\"}"), 4, &["would be looked at", "sweep more rarely"]),
    ("ten thousand replicas for years", Yaml("{clock: {end: '3660d 00:00'}, replicas: {count: 10000}, compare: [none], cache: \"ttl:5m+sweep=1m\"}"), 4, &["would be looked at"]),
    ("a name with dots is a name",   Yaml("{script: [{at: '08:00', request: a..b}, {at: '08:00', request: 'a..=b'}]}"), 0, &[]),
    ("a range without its =",        Yaml("population: {active: {ids: '1..5'}}"),                2, &["1..5", "1000..=1049"]),
    ("a range with a slip in it",    Yaml("population: {active: {ids: '1..=O5'}}"),              2, &["`O5`", "1000..=1049"]),
    ("a range that runs backwards", Yaml("population: {active: {ids: '5..=1'}}"),                2, &["5..=1"]),
    ("an id with a leading zero",   Yaml("script: [{at: '09:00', request: 0123}]"),              2, &["0123", "quote"]),
    ("an id with a fraction",       Yaml("script: [{at: '09:00', request: 1.5}]"),               2, &["1.5"]),
    ("no concurrency",              Yaml("database: {concurrency: 0}"),                          2, &["concurrency"]),
    ("sessions of half a request",  Yaml("{population: {active: {count: 5}}, traffic: {requests: 5, sessions: {requests: 0.5, gap: 1s}}}"), 2, &["sessions.requests"]),
    ("an activity too steep",       Yaml("population: {active: {count: 5, activity: {zipf: 11}}}"), 2, &["zipf"]),
];

#[test]
fn numbers() {
    super::hold(ROWS);
}

/// A user of whom a million things could be told.
#[test]
fn a_story_that_nobody_could_read_is_not_told() {
    let ground = super::Ground::new();
    ground.put("day.yaml", b"{script: [{at: '00:00', request: 5, count: 1000001, over: 23h}], compare: []}");
    let output = ground
        .run_for(60, &["explain", "day.yaml", "--user", "5"], Stdio::null())
        .within_memory(&["explain"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.starts_with("error: the story of the user `5` has more than 1000000 parts"), "{stderr}");
    assert!(output.stdout.is_empty());
}

/// Years in which nothing happens take no memory for their minutes.
#[test]
fn ten_years_that_nothing_fills_take_little() {
    let ground = super::Ground::new();
    ground.put("day.yaml", b"clock: {end: '3660d 00:00'}");
    for command in ["run", "compare"] {
        let Measured { output, peak_bytes } = ground.run_for(60, &[command, "day.yaml"], Stdio::null());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(peak_bytes >> 20 <= 64, "{} MiB", peak_bytes >> 20);
    }
}

/// What is made of a result is part of what a run needs, and what the refusal names is enough.
#[test]
fn a_page_of_ten_years_is_within_the_limit_or_refused() {
    let ground = super::Ground::new();
    ground.put("day.yaml", b"{clock: {end: '3660d 00:00'}, compare: []}");
    ground.put(
        "days.yaml",
        b"{clock: {end: '400d 00:00'}, compare: [none, oracle, event, \"ttl:1m\", \"ttl:2m\"]}",
    );
    for arguments in [
        &["run", "day.yaml", "-o", "day.html"][..],
        &["run", "day.yaml", "--format", "json"],
        &["run", "day.yaml", "--hourly"],
        &["compare", "days.yaml", "-o", "day.json", "-o", "day.html", "--format", "json"],
        &["check", "days.yaml", "--expectations-only", "-o", "day.html"],
    ] {
        let refused = ground.run_for(60, &[arguments, &["--max-memory", "60"]].concat(), Stdio::null());
        let stderr = String::from_utf8_lossy(&refused.output.stderr).into_owned();
        assert_eq!(refused.output.status.code(), Some(4), "{arguments:?}: {stderr}");
        assert!(
            stderr.contains("days.yaml:1:9: clock: ") || stderr.contains("day.yaml:1:9: clock: "),
            "{stderr}"
        );
        assert!(refused.peak_bytes >> 20 <= 60);
        let named = stderr.split("about ").nth(1).unwrap().split(' ').next().unwrap();
        let run = ground.run_for(120, &[arguments, &["--max-memory", named]].concat(), Stdio::null());
        let (peak, stderr) = (run.peak_bytes >> 20, String::from_utf8_lossy(&run.output.stderr));
        assert_eq!(run.output.status.code(), Some(0), "{arguments:?}: {stderr}");
        println!("{arguments:?}: {peak} MiB of {named}");
        assert!(peak <= named.parse().unwrap(), "{arguments:?}: {peak} MiB, and {named} were named");
    }
}

/// What the refusal names is enough, to the mebibyte, and one less is not.
#[test]
fn what_the_refusal_names_is_enough() {
    let ground = super::Ground::new();
    for (index, cache) in ["event", "ttl:5m+sweep=1m", "event+capacity=900", "none", "oracle", "idle:1h"]
        .into_iter()
        .enumerate()
    {
        for users in [1_000u64, 60_007] {
            let (requests, changes) = (users * (1 + index as u64 % 3), users / 7 * (index as u64 % 2));
            let day = format!(
                "{{population: {{active: {{count: {users}, roles: {{admin: 0.3}}}}}}, traffic: {{requests: {requests}}}, \
                 role_changes: {{count: {changes}, grants: 0.5}}, cache: \"{cache}\", replicas: {{count: {}}}, \
                 clock: {{end: '{}d 12:00'}}}}",
                1 + index % 4,
                1 + index * 20,
            );
            ground.put("day.yaml", day.as_bytes());
            let run = |mebibytes: &str, more: &[&str]| {
                let arguments =
                    ["compare", "day.yaml", "--format", "json", "-o", "day.html", "--max-memory", mebibytes];
                ground.run_for(60, &[&arguments[..], more].concat(), Stdio::null())
            };
            for more in [&["--jobs", "1"][..], &["--jobs", "3"], &["--runs", "3", "--jobs", "2"]] {
                let refused = run("1", more).output;
                let stderr = String::from_utf8_lossy(&refused.stderr).into_owned();
                assert_eq!(refused.status.code(), Some(4), "{day}: {stderr}");
                let named: u64 =
                    stderr.split("about ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
                let Measured { output, peak_bytes } = run(&named.to_string(), more);
                let stderr = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(0), "{day} {more:?} {named}: {stderr}");
                assert!(peak_bytes >> 20 <= named, "{day} {more:?}: {} MiB of {named}", peak_bytes >> 20);
                assert_eq!(run(&(named - 1).to_string(), more).output.status.code(), Some(4), "{day}");
            }
        }
    }
}

/// Users, their entries and requests that wait are held at the same time, and one limit is for all of them.
#[test]
fn users_and_waiting_requests_share_one_limit() {
    let ground = super::Ground::new();
    ground.put(
        "day.yaml",
        b"{population: {active: {count: 200000}}, traffic: {requests: 600000, shape: flat}, cache: none, compare: [event], \
          database: {read_latency: 20h}}",
    );
    for jobs in ["1", "2"] {
        let arguments = ["compare", "day.yaml", "--jobs", jobs, "--max-memory", "120"];
        let Measured { output, peak_bytes } = ground.run_for(60, &arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{stderr}");
        assert!(stderr.contains("200000 users") && stderr.contains(" requests that wait"), "{stderr}");
        assert!(peak_bytes >> 20 <= 120, "{} MiB", peak_bytes >> 20);
    }
}

/// What recorded rows, late events and slow reads take, nobody can tell beforehand.
#[test]
fn what_a_run_turns_out_to_hold_is_refused_where_memory_ends() {
    let waiting = "{population: {active: {count: 1000}}, traffic: {requests: 1000000}, compare: []";
    #[rustfmt::skip]
    let days = [
        ("reads that take all day",  format!("{waiting}, database: {{read_latency: 20h}}, cache: none}}"), " requests that wait"),
        ("reads that many join",     format!("{waiting}, database: {{read_latency: 20h}}, cache: event}}"), " requests that wait"),
        ("reads that queue",         format!("{waiting}, database: {{read_latency: 1s, concurrency: 1}}, cache: none}}"), " requests that wait"),
        ("events that come late",    "{population: {active: {count: 10000}}, replicas: {count: 100}, role_changes: {count: 10000, grants: 1}, channel: {delay: 23h}, cache: event+capacity=9, compare: []}".to_owned(), " events under way"),
        ("changes that rows bring",  "{trace: {file: rows.csv}, compare: []}".to_owned(), "the run holds "),
    ];
    let ground = super::Ground::new();
    let rows = (0..1_300_000).map(|n| format!("{},{},set,admin\n", n / 10, n % 100_000));
    ground.put(
        "rows.csv",
        (std::iter::once("time,user,op,role\n".to_owned()).chain(rows)).collect::<String>().as_bytes(),
    );
    for (name, day, words) in days {
        ground.put("day.yaml", day.as_bytes());
        // Late events alone are estimated at more before they are known to be held.
        let most_mib = if name == "events that come late" { 110 } else { 80 };
        let arguments = ["run", "day.yaml", "--max-memory", &most_mib.to_string()];
        let Measured { output, peak_bytes } = ground.run_for(60, &arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{name}: {stderr}");
        assert!(stderr.starts_with("error: day.yaml:1:1: at ") && stderr.contains(words), "{name}: {stderr}");
        println!("{name}: {} MiB", peak_bytes >> 20);
        assert!(output.stdout.is_empty() && peak_bytes >> 20 <= most_mib, "{name}: {} MiB", peak_bytes >> 20);
        let more = ground.run_for(60, &["run", "day.yaml", "--max-memory", "250"], Stdio::null());
        assert_eq!(
            more.output.status.code(),
            Some(0),
            "{name}: {}",
            String::from_utf8_lossy(&more.output.stderr)
        );
    }
}
