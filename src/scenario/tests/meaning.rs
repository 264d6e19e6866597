//! What a good scenario means.

use super::{FULL_YAML, read, read_as};
use crate::gate::{Amount, Bounds, Level};
use crate::metrics::{Metric, Value};
use crate::model::{DAY_US, DayTime, Delay, HOUR_US, Keep, Members, Operation, RoleId, Shape, TraceFormat};

/// The same day in JSON, its keys in another order, every default written out.
const FULL_JSON: &str = r#"{
	"$schema": "https:\/\/example.org\/scenario.json",
	"expect": [
		{"because": "the document says so", "level": "note", "within": "1%", "equals": 0.89, "metric": "hit_ratio"},
		{"cache": "ttl:5m+sweep=1m", "max": "1h 9m", "metric": "window_us_max", "level": "error"},
		{"at": "24:00:00", "cache": "ours", "min": 78, "metric": "hits"}
	],
	"script": [
		{"at": "08:00", "every": "60s", "count": 3, "request": [123, "456", 123456]},
		{"over": "600s", "count": 2, "request": ["1000..=1048", 1049], "at": "09:00:00"},
		{"name": "@new_admin", "add_admin": 789, "at": "10:00"},
		{"at": "16:00", "remove_admin": "789", "update": "fails"},
		{"at": "18:00", "transfer": {"to": 2000, "from": "123", "mailbox": "1"}},
		{"at": "18:30", "set_role": {"role": "editor", "user": "alice"}, "event": "lost", "replica": 2},
		{"at": "19:00", "create_user": {"name": "x", "role": "no", "id": 9999}},
		{"at": "19:01", "write_db": {"role": "admin", "user": 9999}},
		{"at": "19:02", "restart": 0},
		{"at": "19:02", "restart": "all"},
		{"at": "19:03", "invalidate": 123},
		{"at": "19:04", "clear": "all"}
	],
	"traffic": {
		"every_active_user": true,
		"sessions": {"gap": {"exponential": "30000ms"}, "requests": 3.50},
		"shape": [0,0,0,0,0,0,0,0,2,4,6,8,11,8,6,4,2,2,2,2,0,0,0,0],
		"between": ["08:00", "20:00"], "requests": 10000
	},
	"population": {
		"new": {"requests_each": 2, "between": ["14:00", "14:30"], "ids": "2000..=2049"},
		"active": {"roles": {"editor": 0.1, "user": 0.5, "admin": 0.02}, "activity": {"zipf": 1.1}, "count": 1000}
	},
	"role_changes": {
		"newcomers": {"after": {"uniform": ["60s", "300s"]}, "share": "25%"},
		"retry": {"after": "60s", "share": 5e-1}, "grants": 0.6, "between": ["09:00", "17:00"], "count": 40
	},
	"faults": [
		{"database": "down", "to": "10:05", "from": "10:00"},
		{"channel": "lost", "to": "11:05", "from": "11:00"},
		{"channel": {"delay": "5s"}, "to": "12:05", "from": "12:00"},
		{"update": "fails", "to": "13:05", "from": "13:00"},
		{"read_latency": {"exponential": "1s"}, "to": "24:00:00", "from": "23:00"}
	],
	"replicas": {"routing": "round-robin", "count": 3},
	"channel": {"reach": "local", "duplicate": 0.01, "loss": "1 %", "delay": {"exponential": "20ms"}},
	"compare": ["ttl:300s+sweep=60s", "none", "event+ttl=60m+guard=none+capacity=500", "oracle",
		{"kind": "idle", "deny": "60s", "jitter": 0.250, "ttl": "5m"}, "ttl:300s+quantize=5000ms"],
	"cache": {"label": "ours", "ttl": "60m", "guard": "none", "on-event": "update", "capacity": 500, "kind": "event"},
	"database": {
		"write_latency": {"uniform": ["1ms", "3000us"]},
		"read_latency": {"lognormal": {"sigma": 0.5, "median": "5000us"}},
		"read_errors": 0.007, "concurrency": 20,
		"mailboxes": [{"creator": "123", "id": "1"}],
		"users": [
			{"name": "@first", "role": "admin", "id": "123"},
			{"role": "user", "ids": [456, "800..=805", "806..=810"]}
		]
	},
	"roles": ["user", "editor", "no", "admin"],
	"clock": {"measure_from": "01:00"},
	"seed": 7, "description": "All there is", "name": "full", "version": 1
}"#;

#[test]
fn one_day_in_json_and_yaml_is_one_scenario() {
    let yaml = read(FULL_YAML).unwrap();
    let mut json = read_as(FULL_JSON, "other.json").unwrap();
    assert_eq!(yaml.digest, json.digest);
    // Sets may be cut into other ranges and be the same sets.
    assert_ne!(yaml.day.users, json.day.users);
    json.day.users.clone_from(&yaml.day.users);
    json.day.script[1].clone_from(&yaml.day.script[1]);
    // Expectations stand where they stand.
    assert_eq!(json.expect.iter().map(|one| one.line).collect::<Vec<_>>(), [4, 5, 6].map(Some));
    json.expect.iter_mut().zip(&yaml.expect).for_each(|(json, yaml)| json.line = yaml.line);
    assert_eq!(yaml, json);
}

#[test]
fn a_gate_loosens_metrics_and_is_not_part_of_the_day() {
    let plain = read("traffic: {requests: 5}\npopulation: {active: {count: 1}}").unwrap();
    let gate = "\ngate: {hit_ratio: 0.5pp, db_reads: 2%, window_us: {max: 5m}, stale_age_us_p50: '1s'}";
    let gated =
        read(&format!("traffic: {{requests: 5}}\npopulation: {{active: {{count: 1}}}}{gate}")).unwrap();
    for (metric, amount) in [
        (Metric::HitRatio, Some(Amount::Absolute(Value::Ratio(0.005)))),
        (Metric::DbReads, Some(Amount::Percent(2_000_000))),
        (Metric::WindowMax, Some(Amount::Absolute(Value::Micros(300_000_000)))),
        (Metric::StaleAgeP50, Some(Amount::Absolute(Value::Micros(1_000_000)))),
        (Metric::Hits, None),
    ] {
        assert_eq!(gated.gate.tolerances.get(metric), amount, "{metric}");
    }
    assert_eq!(plain.digest, gated.digest);
}

#[test]
fn marks_and_line_ends_of_other_editors_change_nothing() {
    let plain = read(FULL_YAML).unwrap();
    let marked = format!("\u{feff}{}", FULL_YAML.replace('\n', "\r\n"));
    assert_eq!(read(&marked), Ok(plain));
    let json = format!("\u{feff}{}", FULL_JSON.replace('\n', "\r\n"));
    assert_eq!(read_as(&json, "-"), read_as(FULL_JSON, "-"));
}

#[test]
fn an_empty_mapping_is_a_whole_scenario_with_all_defaults() {
    let scenario = read_as("{}", "dir/quiet.yml").unwrap();
    assert_eq!((scenario.name.as_str(), scenario.day.seed), ("quiet", 42));
    assert_eq!((scenario.day.clock.start, scenario.day.clock.end), (DayTime(0), DayTime(DAY_US)));
    assert_eq!(scenario.day.roles.names(), ["user", "admin"]);
    assert_eq!(scenario.cache.title(), "event");
    let compared: Vec<String> = scenario.compare.iter().map(|cache| cache.title()).collect();
    assert_eq!(compared, ["ttl:5m+sweep=1m", "none"]);
    assert_eq!(scenario.system.channel.delay, Delay::NONE);
    assert_eq!(scenario.digest.len(), 32);
}

#[test]
fn the_digest_follows_the_day_and_nothing_else() {
    let base = "seed: 1\npopulation: {active: {count: 5}}\ntraffic: {requests: 9}\nscript: [{at: '01:00', request: 7}, {at: '00:30', add_admin: 8}]\n";
    let digest = read(base).unwrap().digest;
    for (what, from, to, same) in [
        ("a name", "seed", "name: x\nseed", true),
        ("the cache", "seed", "cache: none\nseed", true),
        ("latency", "seed", "database: {read_latency: 5ms}\nseed", true),
        ("errors and a queue", "seed", "database: {read_errors: 0.1, concurrency: 5}\nseed", true),
        ("replicas", "seed", "replicas: {count: 3, routing: random}\nseed", true),
        ("the channel", "seed", "channel: {delay: 5s, loss: 0.5, duplicate: 0.5, reach: local}\nseed", true),
        ("a fault", "seed", "faults: [{from: '01:00', to: '02:00', database: down}]\nseed", true),
        ("a written first replica", "add_admin: 8", "add_admin: 8, replica: 0", true),
        ("an expectation", "seed", "expect: [{metric: hits, min: 1}]\nseed", true),
        ("a written default", "seed", "clock: {end: '24:00'}\nseed", true),
        ("a user's log name", "add_admin: 8", "add_admin: 8, name: '@x'", true),
        (
            "the order of the file",
            "[{at: '01:00', request: 7}, {at: '00:30', add_admin: 8}]",
            "[{at: '00:30', add_admin: 8}, {at: '01:00', request: 7}]",
            true,
        ),
        ("the seed", "seed: 1", "seed: 2", false),
        ("a role", "seed", "roles: [a, b]\nseed", false),
        ("the clock", "seed", "clock: {end: '23:00'}\nseed", false),
        ("requests", "requests: 9", "requests: 10", false),
        ("users", "count: 5", "count: 6", false),
        ("a step's time", "'01:00'", "'01:01'", false),
        ("sessions", "requests: 9", "requests: 9, sessions: {requests: 2, gap: 1m}", false),
        ("role changes", "seed", "role_changes: {count: 0}\nseed", false),
        ("a lost event", "add_admin: 8", "add_admin: 8, event: lost", false),
    ] {
        let text = base.replace(from, to);
        assert_ne!(text, base, "{what}");
        assert_eq!(read(&text).unwrap().digest == digest, same, "{what}");
    }
}

#[test]
fn values_mean_what_their_fields_expect() {
    let scenario = read(FULL_YAML).unwrap();
    assert_eq!(scenario.day.roles.find("no"), Some(RoleId(2)));
    let active = scenario.day.population.active.unwrap();
    assert_eq!(active.members, Members::Count(1_000));
    assert_eq!(active.roles, [(RoleId(1), 0.1), (RoleId(3), 0.02)]);
    let Shape::Hours(weights) = scenario.day.traffic.unwrap().shape else { panic!("a list of weights") };
    assert_eq!((weights[0], weights[8], weights[12]), (0, 181_818, 1_000_000));
    let first = &scenario.expect[0];
    assert_eq!((first.metric, first.level), (Metric::HitRatio, Level::Note));
    let bounds =
        Bounds { equals: Some(Value::Ratio(0.89)), within: Some(Value::Ratio(0.01)), ..Bounds::default() };
    assert_eq!(first.bounds, bounds);
    assert_eq!(scenario.expect[1].bounds.max, Some(Value::Micros(69 * 60 * 1_000_000)));
    assert_eq!(scenario.expect[1].cache.as_deref(), Some("ttl:5m+sweep=1m"));
    assert_eq!(scenario.compare.len(), 5, "a cache is compared once");
}

#[test]
fn roles_may_have_names_that_yaml_takes_for_something_else() {
    let text = "roles: [no, 1e3, 0123, true, .nan]\nscript: [{at: '01:00', set_role: {user: 1, role: 1e3}}]";
    assert_eq!(read(text).unwrap().day.roles.names(), ["no", "1e3", "0123", "true", ".nan"]);
}

#[test]
fn a_small_weight_stays_and_weights_scale_to_the_largest() {
    let weights = format!("traffic: {{requests: 0, shape: [1e-300, 1e300, 5e299{}]}}", ", 0".repeat(21));
    let Shape::Hours(weights) = read(&weights).unwrap().day.traffic.unwrap().shape else { panic!("weights") };
    assert_eq!(weights[..4], [1, 1_000_000, 500_000, 0]);
}

#[test]
fn the_clock_of_a_recorded_day_covers_its_rows_unless_given() {
    for (clock, end_us) in
        [("", 2 * DAY_US), ("clock: {end: '24:00'}\n", DAY_US), ("clock: {start: '08:00'}\n", 2 * DAY_US)]
    {
        let scenario =
            read(&format!("{clock}trace: {{file: rows.tsv.gz, timezone: europe/berlin}}")).unwrap();
        assert_eq!(scenario.day.clock.end, DayTime(end_us), "{clock}");
        let trace = scenario.day.trace.unwrap();
        assert_eq!((trace.format, trace.timezone.as_deref()), (TraceFormat::Tsv, Some("Europe/Berlin")));
    }
}

#[test]
fn rows_of_a_recorded_day_are_chosen_by_words() {
    let text = "trace: {file: a.jsonl, skip: [no-user], where: {event: [update, 7], ok: true}, ops: {login: get, to: set_role},\
                columns: {user: input.subject.id, time: '\"t.s\"'}}";
    let trace = read(text).unwrap().day.trace.unwrap();
    let keep = |column: &str, values: &[&str]| Keep {
        column: column.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    assert_eq!(trace.keep, [keep("event", &["update", "7"]), keep("ok", &["true"])]);
    let ops = [("login".to_owned(), Operation::Read), ("to".to_owned(), Operation::SetRole)];
    assert_eq!((trace.skips_no_user, trace.ops), (true, ops.to_vec()));
    assert_eq!((trace.columns.user.as_str(), trace.columns.time.as_str()), ("input.subject.id", "\"t.s\""));
}

#[test]
fn a_recorded_day_may_have_several_files_and_changes() {
    let text = "trace: {files: [a.csv.gz, b.csv], timezone: Asia/Tokyo, reorder: 1m,\
                changes: {file: c.jsonl, columns: {role: to}, timezone: UTC}}";
    let trace = read(text).unwrap().day.trace.unwrap();
    assert_eq!(
        (trace.named().as_str(), trace.format, trace.reorder_us),
        ("a.csv.gz b.csv", TraceFormat::Csv, 60_000_000)
    );
    let changes = trace.changes.unwrap();
    assert_eq!((changes.format, changes.timezone.as_deref()), (TraceFormat::Jsonl, Some("UTC")));
    assert_eq!(changes.columns.role.name(), Some("to"));
    let inherited = read("trace: {file: a.csv, timezone: Asia/Tokyo, changes: {file: c.csv}}").unwrap();
    let changes = inherited.day.trace.unwrap().changes.unwrap();
    assert_eq!(changes.timezone.as_deref(), Some("Asia/Tokyo"));
}

#[test]
fn sums_that_just_fit_are_no_fault() {
    for text in [
        "traffic: {requests: 0}",
        "population: {active: {count: 0}}\ntraffic: {requests: 0, every_active_user: true}",
        "population: {active: {count: 5}}\ntraffic: {requests: 5, every_active_user: true}",
        // Three of the five are served by the script.
        "population: {active: {count: 5}}\ntraffic: {requests: 5, every_active_user: true}\nscript: [{at: '01:00', request: '3..=5'}]",
        "population: {new: {count: 4, requests_each: 2}}\ntraffic: {requests: 8}",
        "script: [{at: '23:59:59.999999', request: 1, count: 1000000}]",
        "script: [{at: '23:00', request: 1, count: 60, every: 1m}]",
        "script: [{at: '23:00', request: 1, count: 60, over: 1h}]",
        "clock: {start: '00:00', end: '00:00:00.000001'}",
        "cache: ttl:0s",
        // A mailbox may go on to the next, whatever the order of the file.
        "database: {mailboxes: [{id: a, creator: 1}]}\nscript: [{at: '02:00', transfer: {mailbox: a, from: 2, to: 3}}, {at: '01:00', transfer: {mailbox: a, from: 1, to: 2}}]",
        "script: [{at: '02:00', add_admin: 5}, {at: '01:00', create_user: {id: 5}}]",
        "population: {active: {count: 5}}\ntraffic: {requests: 7, every_active_user: true}\nrole_changes: {count: 4, retry: {share: 1, after: 1m}}",
        // Newcomers need nobody, and no changes need no roles.
        "role_changes: {count: 10, grants: 1, newcomers: {share: 1, after: 0s}}",
        "roles: [user]\nrole_changes: {count: 0}",
        "replicas: {count: 10000}\nscript: [{at: '01:00', restart: 9999}]",
        "faults: [{from: '00:00', to: '24:00', database: down}, {from: '00:00', to: '24:00', database: down}]",
    ] {
        assert_eq!(read(text).map(drop).map_err(|faults| faults.to_string()), Ok(()), "{text}");
    }
    assert_eq!(HOUR_US * 24, DAY_US);
}
