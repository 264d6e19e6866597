//! Recorded days from outside: what is refused and how, what is replayed, looked at and converted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::cli::{rolesim, scenario, stderr, stdout, written};

/// Files that cannot be replayed, whether the clock is given or not: what the scenario says of them, their content,
/// the exit code, and words of the message.
const BAD: &[(&str, &[u8], i32, &str)] = &[
    ("format: csv", b"", 2, "bad: is empty; the first line must name the columns"),
    ("format: csv", b"time,user\n", 2, "bad: has a header and no rows"),
    (
        "format: csv",
        b"when,user\n1,a\n",
        2,
        "bad:1: column `time` is missing; the columns are `when`, `user`",
    ),
    ("format: csv", b"time,time,user\n1,1,a\n", 2, "bad:1: column `time` is there more than once"),
    ("format: csv", b"time;user\n1;a\n", 2, "are the cells separated by commas?"),
    ("format: tsv", b"time,user\n1,a\n", 2, "are the cells separated by tabs?"),
    ("format: csv", b"time,user\n1,a\n2\n", 2, "bad:3: found 1 cell in a row, but the header has 2"),
    ("format: csv", b"time,user\n1,a\n2,b,c\n", 2, "bad:3: found 3 cells"),
    ("format: csv", b"time,user\n1,\"a\n", 2, "bad:2: the file ends inside a quoted cell"),
    ("format: csv", b"time,user\n1,\n", 2, "bad:2: column `user`: is empty"),
    (
        "format: csv",
        b"time,user\nnoon,a\n",
        2,
        "bad:2: column `time`: `noon` is not a valid time; write seconds since 1970",
    ),
    ("format: csv", b"time,user\n-5,a\n", 2, "`-5` is negative"),
    ("format: csv", b"time,user\n5,a\n4,b\n", 2, "bad:3: column `time`: `4` is earlier than `5` of line 2"),
    ("format: csv", b"time,user\n1700000000000,a\n", 2, "lies after the year 9999; is the unit right?"),
    ("format: csv, unit: ms", b"time,user\n1.5,a\n", 2, "write whole milliseconds"),
    (
        "format: csv",
        b"time,user\n1,a\n999999999,a\n",
        2,
        "bad:3: column `time`: `999999999` is more than 3660 days",
    ),
    (
        "format: csv",
        b"time,user,op\n1,a,gte\n",
        2,
        "bad:2: column `op`: `gte` is not a known operation; did you mean `get`?",
    ),
    (
        "format: csv",
        b"time,user,role\n1,a,amdin\n",
        2,
        "bad:2: column `role`: `amdin` is not a role of the scenario",
    ),
    ("format: csv", b"time,user\n1,a\x1b[31m\n2,\x1b]0;x\x07\n1,b\n", 2, "bad:4: column `time`"),
    ("format: csv", b"\xff\xfet\0i\0", 2, "bad: is in UTF-16"),
    ("format: jsonl", b"{\"time\":1}\n", 2, "bad:1: key `user` is missing"),
    ("format: jsonl", b"{\"time\":1,\"user\":1}\n{\"time\":2,\"us", 2, "bad:2: is not a JSON object"),
    ("format: jsonl", b"[1]\n", 2, "bad:1: is not a JSON object: invalid type"),
    ("format: combined", b"hello world\n", 2, "bad:1: has no time in brackets"),
    ("format: twitter", b"1,k,1,1,1,get\n", 2, "bad:1: found 6 cells in a row, but a row has 7"),
    ("format: oracle-general", b"0123456789", 2, "bad: record 1: the file ends after 10 bytes of 24"),
    ("format: csv", b"\x1f\x8b\x08\0\0\0\0\0\0\x03cut", 2, "bad: the compressed file is"),
    ("format: csv", b"\x28\xb5\x2f\xfd\x04", 2, "bad: the compressed file is cut off"),
    ("format: csv", b"\x28\xb5\x2f\xfd\0\xa0\x09\0\0x", 4, "wants a window of more than 128 MiB"),
];

#[test]
fn run_and_validate_say_the_same_of_a_bad_recorded_day() {
    let folder = tempfile::tempdir().unwrap();
    for (spec, content, code, words) in BAD {
        fs::write(folder.path().join("bad"), content).unwrap();
        for clock in ["", "clock: {end: \"24:00\"}\n"] {
            let path = written(folder.path(), "day.yaml", &format!("{clock}trace: {{file: bad, {spec}}}"));
            let mut said = BTreeSet::new();
            for command in ["run", "compare", "validate"] {
                let output = rolesim(&[command, &path]);
                assert_eq!(
                    output.status.code(),
                    Some(*code),
                    "{command} {spec} {content:?}: {}",
                    stderr(&output)
                );
                assert!(stdout(&output).is_empty());
                let message = stderr(&output).to_owned();
                assert!(
                    words.split('…').all(|part| message.contains(part)),
                    "{spec}: {message:?} lacks {words:?}"
                );
                assert!(
                    message.starts_with("error: ") && !message.trim_end().contains('\u{1b}'),
                    "{message:?}"
                );
                said.insert(message);
            }
            assert_eq!(said.len(), 1, "{said:?}");
        }
    }
}

#[test]
fn a_fault_far_down_is_found_though_the_clock_ends_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String =
        (0..20_000).fold("time,user\n".to_owned(), |text, at| text + &format!("{},a\n", at * 10));
    fs::write(folder.path().join("bad"), rows + "x,a\n").unwrap();
    let text = "clock: {end: \"01:00\"}\ntrace: {file: bad, format: csv}";
    let path = written(folder.path(), "day.yaml", text);
    let log = folder.path().join("log.jsonl").display().to_string();
    let output = rolesim(&["run", &path, "--log", &log]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("bad:20002: column `time`: `x` is not a valid time"),
        "{}",
        stderr(&output)
    );
    assert!(stdout(&output).is_empty() && !Path::new(&log).exists());
}

/// What a plain count makes of rows (time in seconds, user, role or nothing for a request) with a TTL cache.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    requests: u64,
    hits: u64,
    events: u64,
    stale: u64,
}

fn counted(rows: &[(u64, u32, Option<u8>)], ttl: u64) -> Counted {
    let (mut roles, mut cache) = (BTreeMap::new(), BTreeMap::<u32, (u64, u8)>::new());
    let mut all = Counted::default();
    for (at, user, role) in rows {
        if let Some(role) = role {
            all.events += 1;
            roles.insert(user, *role);
            continue;
        }
        all.requests += 1;
        let truth = roles.get(user).copied().unwrap_or(0);
        match cache.get(user) {
            Some((stored, seen)) if *at < stored + ttl => {
                all.hits += 1;
                all.stale += u64::from(*seen != truth);
            }
            _ => {
                cache.insert(*user, (*at, truth));
            }
        }
    }
    all
}

/// A random day of requests and role changes, many at the same second.
fn random_rows(seed: u64) -> Vec<(u64, u32, Option<u8>)> {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut at = 0;
    let mut row = |dice: &mut Xoshiro256PlusPlus| {
        at += [0, 0, 1, 7].choose(dice).unwrap();
        (at, dice.random_range(0..12), dice.random_bool(0.2).then(|| dice.random_range(0..3)))
    };
    (0..600).map(|_| row(&mut dice)).collect()
}

const ROLES: [&str; 3] = ["user", "editor", "admin"];

/// The JSON report of a run.
pub(crate) fn metrics(scenario: &str) -> Value {
    let output = rolesim(&["run", scenario, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

/// Requests and role changes, with random rows.
#[test]
fn recorded_rows_come_out_as_a_plain_count_says() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..20 {
        let rows = random_rows(seed);
        let (mut table, mut lines) = ("user,op,time,role\n".to_owned(), String::new());
        for (at, user, role) in &rows {
            let name = role.map_or("", |role| ROLES[usize::from(role)]);
            let op = if role.is_none() && user % 2 == 0 { "get" } else { "" };
            let _ = writeln!(table, "u{user},{op},{at},{name}");
            let role = if name.is_empty() { "null".to_owned() } else { format!("\"{name}\"") };
            let _ = writeln!(lines, "{{\"role\":{role},\"user\":\"u{user}\",\"time\":{at}}}");
        }
        fs::write(folder.path().join("day.csv"), table).unwrap();
        fs::write(folder.path().join("day.jsonl"), lines).unwrap();
        let expected = counted(&rows, 90);
        let mut fingerprints = BTreeSet::new();
        for file in ["day.csv", "day.jsonl"] {
            let text = format!("roles: [user, editor, admin]\ncache: ttl:90s\ntrace: {{file: {file}}}");
            let report = metrics(&written(folder.path(), "day.yaml", &text));
            let figures = &report["results"][0]["metrics"];
            let count = |name: &str| figures[name].as_u64().unwrap();
            let found = Counted {
                requests: count("requests"),
                hits: count("hits"),
                events: count("events"),
                stale: count("stale_reads"),
            };
            assert_eq!(found, expected, "seed {seed}, {file}");
            let trace = &report["scenario"]["trace"];
            assert_eq!((&trace["rows"], &trace["used"]), (&600.into(), &600.into()));
            fingerprints.insert((
                report["results"][0]["fingerprint"].to_string(),
                report["scenario"]["digest"].to_string(),
            ));
        }
        assert_eq!(fingerprints.len(), 1, "one day, however it is written");
        let event = metrics(&written(
            folder.path(),
            "day.yaml",
            "roles: [user, editor, admin]\ntrace: {file: day.csv}",
        ));
        assert_eq!(event["results"][0]["metrics"]["stale_reads"], 0);
    }
}

#[test]
fn sets_and_deletes_are_left_out_and_said_or_change_the_role() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "0,k,1,1,1,get,0\n1,k,1,1,1,set,0\n2,k,1,1,1,get,0\n3,k,1,1,1,set,0\n4,k,1,1,1,get,0\n\
                5,k,1,1,1,set,0\n6,k,1,1,1,delete,0\n7,k,1,1,1,get,0\n90000,k,1,1,1,get,0\n";
    fs::write(folder.path().join("cluster"), rows).unwrap();
    let run = |sets: &str| {
        let text = format!(
            "clock: {{end: \"24:00\"}}\ncache: ttl:1h\ntrace: {{file: cluster, format: twitter, sets: {sets}}}"
        );
        let path = written(folder.path(), "day.yaml", &text);
        let report = metrics(&path);
        (report, stderr(&rolesim(&["run", &path])).to_owned())
    };
    let (ignored, said) = run("ignore");
    let expected = serde_json::json!({"rows": 9, "used": 4, "skipped":
        {"outside_clock": 1, "sets": 3, "deletes": 1, "neither_asks_nor_writes": 0}});
    assert_eq!(ignored["scenario"]["trace"], expected);
    assert_eq!(ignored["results"][0]["metrics"]["events"], 0);
    assert!(said.contains(
        "trace: rows read 9, used 4, skipped 1 (outside clock), skipped 3 (sets), skipped 1 (deletes)"
    ));
    let (changed, _) = run("changes");
    let figures = &changed["results"][0]["metrics"];
    // Each set gives another role than before: admin, user, admin; the delete gives the lowest.
    assert_eq!((&figures["events"], &figures["exposed_changes"]), (&4.into(), &1.into()));
    assert_eq!((&figures["requests"], &figures["stale_reads"]), (&4.into(), &1.into()));
    assert_ne!(ignored["scenario"]["digest"], changed["scenario"]["digest"]);
}

#[test]
fn drawn_changes_concern_recorded_users_if_none_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..4000)
        .fold("time,user\n".to_owned(), |text, at| text + &format!("{},u{}\n", at * 20, at * 7 % 40));
    fs::write(folder.path().join("day.csv"), rows).unwrap();
    let run = |text: &str| {
        let log = folder.path().join("log.jsonl");
        let path = written(folder.path(), "day.yaml", text);
        let output = rolesim(&["run", &path, "--quiet", "--log", &log.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let lines = fs::read_to_string(&log).unwrap();
        let changes = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let changes: Vec<Value> = changes.filter(|line| line["kind"] == "role_change").collect();
        changes.iter().map(|change| change["user"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let users = run("trace: {file: day.csv, roles: {admin: 0.5}}\nrole_changes: {count: 100}");
    let distinct: BTreeSet<&String> = users.iter().collect();
    assert!(users.len() == 100 && distinct.len() > 30, "{distinct:?}");
    assert!(distinct.iter().all(|user| user.starts_with('u')));
    let named = "database: {users: [{ids: 1..=10, role: admin}, {ids: 11..=20, role: user}]}\ntrace: {file: day.csv}\n\
                 role_changes: {count: 10}";
    let changed = run(named);
    assert_eq!(changed.len(), 10);
    assert!(changed.iter().all(|user| (1..=20).contains(&user.parse().unwrap_or(0))), "{changed:?}");
}

#[test]
fn half_of_the_recorded_users_may_begin_as_admins() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..40).fold("time,user\n".to_owned(), |text, at| text + &format!("{at},u{at}\n"));
    fs::write(folder.path().join("day.csv"), rows).unwrap();
    let log = folder.path().join("log.jsonl");
    let path = written(folder.path(), "day.yaml", "trace: {file: day.csv, roles: {admin: 50 %}}");
    assert_eq!(rolesim(&["run", &path, "--log", &log.display().to_string()]).status.code(), Some(0));
    let admins = fs::read_to_string(&log).unwrap().matches("\"role\":\"admin\"").count();
    assert_eq!(admins, 20);
}

#[test]
fn a_look_at_the_nasa_day_says_what_the_readme_says() {
    let nasa = scenario("nasa/nasa-1995-08-01.tsv");
    let output = rolesim(&["trace", "info", &nasa, "--format", "json"]);
    let info: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!((&info["rows"], &info["users"]), (&30_969.into(), &2_365.into()));
    assert_eq!(
        (&info["first"], &info["last"]),
        (&"1995-08-01 06:00:00".into(), &"1995-08-01 18:52:01".into())
    );
    // The misses of a perfect cache are the users.
    assert_eq!(info["perfect_hit_ratio"].as_f64().unwrap(), (30_969.0 - 2_365.0) / 30_969.0);
    assert_eq!(info["hourly"].as_array().unwrap().len(), 19);
    for (format, lang, words) in [
        ("table", "en", "Hit ratio of a perfect cache                 92.36 %"),
        ("table", "ru", "Доля попаданий идеального кэша"),
        ("markdown", "en", "| Users | 2,365 |"),
        ("csv", "en", "\nusers,2365\n"),
    ] {
        let output = rolesim(&["trace", "info", &nasa, "--format", format, "--lang", lang]);
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
    }
    let names = tempfile::tempdir().unwrap();
    let file = written(names.path(), "a|\u{202e}<b>.csv", "time,user\n1,a\n");
    for format in ["table", "markdown", "json"] {
        let output = rolesim(&["trace", "info", &file, "--format", format]);
        assert!(!stdout(&output).contains('\u{202e}'), "{}", stdout(&output));
    }
}

#[test]
fn a_scenario_like_the_nasa_day_says_how_like_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("like.yaml").display().to_string();
    let nasa = scenario("nasa/nasa-1995-08-01.tsv");
    let output = rolesim(&["init", "--from-trace", &nasa, "like: NASA's", "-o", &path]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("# A generated day that resembles") && text.contains("name: \"like: NASA's\"\n")
    );
    let report = metrics(&path);
    assert_eq!(report["results"][0]["metrics"]["requests"], 30_969);
    let users = report["results"][0]["metrics"]["cache_size"].as_u64().unwrap();
    let plain = text.replace(',', "");
    let shown = plain.lines().find(|line| line.starts_with("# Users who ask ") && line.contains("2365"));
    assert!(
        shown.is_some_and(|line| line.ends_with(&format!(" {users}"))),
        "the figures are those of a run: {text}"
    );
    assert!(users.abs_diff(2_365) < 70, "{users}");
}

fn log_of(names: &[&str]) -> String {
    let line = |names: &&str| format!("{names} [10/Oct/2026:13:55:36 -0700] \"GET / HTTP/1.1\" 200 7\n");
    names.iter().map(line).collect()
}

#[test]
fn a_virtual_host_is_read_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let log = written(
        folder.path(),
        "access.log",
        &log_of(&["example.com:443 10.0.0.7 - -", "example.com:443 10.0.0.8 - user99"]),
    );
    let day = written(folder.path(), "day.yaml", "trace: {file: access.log}");
    let named = written(folder.path(), "named.yaml", "trace: {file: access.log, format: vhost-combined}");
    let out = folder.path().join("out.csv").display().to_string();
    for arguments in [
        &["run", &day][..],
        &["run", &named],
        &["validate", &day],
        &["trace", "info", &log],
        &["trace", "convert", &log, "-o", &out],
    ] {
        let output = rolesim(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        let is_looked_at = ["run", "trace"].contains(&arguments[0]) && !arguments.contains(&"convert");
        assert_eq!(stderr(&output).contains("1 of 2 rows have no user"), is_looked_at, "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(&out).unwrap(), "time,user\n1791665736,10.0.0.7\n1791665736,user99\n");
    let info = rolesim(&["trace", "info", &log, "--format", "json"]);
    assert!(stdout(&info).contains("\"format\": \"vhost-combined\""), "{}", stdout(&info));
}

#[test]
fn what_may_show_that_a_day_was_misread_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "time,user,role\n1700000000,a,user\n1700000001,b,admin\n";
    for (name, content, spec, options, english, russian) in [
        (
            "access.log",
            log_of(&["10.0.0.7 - -", "10.0.0.8 - ann", "10.0.0.9 - -"]),
            "",
            &[][..],
            "trace: 2 of 3 rows have no user; their host was taken",
            "журнал: строк без пользователя 2 из 3, вместо него взят хост",
        ),
        (
            "roles.csv",
            rows.to_owned(),
            "",
            &[],
            "warning: trace: all rows are role changes, 2 in all",
            "предупреждение: журнал: все строки — смены ролей, всего 2",
        ),
        (
            "most.csv",
            "time,user,role\n1700000000,a,user\n1700000001,b,admin\n1700000002,c,\n".to_owned(),
            "",
            &[],
            "warning: trace: 2 of 3 rows are role changes, for each names a role",
            "предупреждение: журнал: смен ролей — 2 из 3 строк",
        ),
        (
            "seconds.csv",
            "time,user\n1700000000,a\n".to_owned(),
            ", unit: ms",
            &["--unit", "ms"],
            "warning: trace: the first row is of 1970-01-20 16:13:20, with times in `unit: ms`; they look like `unit: s`",
            "предупреждение: журнал: первая строка относится к 1970-01-20 16:13:20, время прочитано с `unit: ms`; \
             похоже, нужно `unit: s`",
        ),
        (
            "later.csv",
            "time,user\n5000000000,a\n".to_owned(),
            "",
            &[],
            "warning: trace: the first row is of 2128-06-11 08:53:20, with times in `unit: s`; is that the unit?",
            "верна ли единица?",
        ),
    ] {
        let file = written(folder.path(), name, &content);
        let day = written(folder.path(), "day.yaml", &format!("trace: {{file: {name}{spec}}}"));
        for (lang, words) in [("en", english), ("ru", russian)] {
            for arguments in [&["run", &day, "--lang", lang][..], &["trace", "info", &file, "--lang", lang]] {
                let output =
                    rolesim(&[arguments, if arguments[0] == "run" { &[] } else { options }].concat());
                assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
                let lines =
                    stderr(&output).lines().filter(|line| line.starts_with(words) || line.contains(words));
                assert_eq!(lines.count(), 1, "{arguments:?}: {}", stderr(&output));
            }
        }
        assert!(stderr(&rolesim(&["run", &day, "-q"])).is_empty());
    }
    let info = rolesim(&["trace", "info", &folder.path().join("access.log").display().to_string()]);
    assert!(stdout(&info).contains("without a user: their host was taken"), "{}", stdout(&info));
    // The way out that is named is one.
    let day = written(folder.path(), "day.yaml", "trace: {file: roles.csv, role: \"\"}");
    assert_eq!(metrics(&day)["results"][0]["metrics"]["requests"], 2);
    assert!(!stderr(&rolesim(&["run", &day])).contains("warning"));
}

#[test]
fn a_log_with_a_third_role_has_a_way_to_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let changes = ["admin", "member", "moderator", "member", "moderator", "member"];
    let mut rows = "time,user,op,role\n".to_owned();
    for (at, role) in changes.iter().enumerate() {
        let _ = writeln!(
            rows,
            "{},b{at},set_role,{role}\n{},b{at},get,\n{},c,get,",
            10 * at,
            10 * at + 4,
            10 * at + 5
        );
    }
    let file = written(folder.path(), "mod.csv", &rows);
    let alone = "time,user,op,role\n1700000000,a,get,\n1700000001,b,set_role,moderator\n1700000009,b,get,\n";
    let alone = written(folder.path(), "alone.csv", alone);
    for (file, roles, lang) in [
        (&file, "roles: [\"member\", \"moderator\", \"admin\"]\n", "en"),
        (&file, "roles: [\"member\", \"moderator\", \"admin\"]\n", "ru"),
        (&alone, "roles: [\"user\", \"moderator\"]\n", "en"),
    ] {
        let like = folder.path().join("like.yaml").display().to_string();
        let output = rolesim(&["init", "--from-trace", file, "-o", &like, "--lang", lang]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = fs::read_to_string(&like).unwrap();
        // In the scenario, and in the comment that says how the log itself is replayed.
        assert!(text.contains(&format!("\n{roles}")) && text.contains(&format!("#   {roles}")), "{text}");
        assert_eq!(rolesim(&["run", &like]).status.code(), Some(0));
        fs::remove_file(&like).unwrap();
        let info = rolesim(&["trace", "info", file]);
        let spec = stdout(&info).split("In a scenario:\n").nth(1).unwrap().to_owned();
        assert!(spec.starts_with(roles), "{spec}");
        assert_eq!(
            rolesim(&["run", &written(folder.path(), "day.yaml", &spec)]).status.code(),
            Some(0),
            "{spec}"
        );
    }
    let ignored = rolesim(&["trace", "info", &file, "--role", ""]);
    assert!(!stdout(&ignored).contains("roles:"), "{}", stdout(&ignored));
}

#[test]
fn a_look_shows_in_a_page_how_requests_are_spread() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "time,user,role\n0,a,\n1,a,\n90,a,\n100,b,admin\n100,b,\n7000,b,\n7001,c,admin\n";
    let file = written(folder.path(), "day.csv", rows);
    let [page, data] = ["day.html", "day.json"].map(|name| folder.path().join(name).display().to_string());
    for (lang, words) in [
        (
            "en",
            ["Requests by the time since the user", "Users by their requests", "Role changes by how soon"],
        ),
        (
            "ru",
            ["Запросы по времени с предыдущего", "Пользователи по числу запросов", "Смены ролей по времени"],
        ),
    ] {
        let output = rolesim(&["trace", "info", &file, "-o", &page, "-o", &data, "--lang", lang]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let page = fs::read_to_string(&page).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"), "{page}");
        assert!(words.iter().all(|words| page.contains(words)), "{page}");
        assert!(page.contains("format: csv"), "what a scenario says: {page}");
    }
    let data: Value = serde_json::from_str(&fs::read_to_string(&data).unwrap()).unwrap();
    let classes = |key: &str, count: &str| -> Vec<(Option<u64>, u64)> {
        let all = data[key].as_array().unwrap().iter();
        let all = all.map(|class| (class["at_most_us"].as_u64(), class[count].as_u64().unwrap()));
        all.filter(|(_, count)| *count > 0).collect()
    };
    let second = 1_000_000;
    let expected = [(Some(second), 1), (Some(120 * second), 1), (Some(7200 * second), 1)];
    assert_eq!(classes("gaps", "requests"), expected);
    assert_eq!(classes("changes_followed", "role_changes"), [(Some(second), 1)]);
    assert_eq!(data["users_by_requests"], serde_json::json!([{"from": 1, "users": 2, "requests": 5}]));
    let refused = rolesim(&["trace", "info", &file, "-o", &file]);
    assert_eq!(refused.status.code(), Some(2));
    let refused =
        rolesim(&["trace", "info", &file, "-o", &folder.path().join("x.xml").display().to_string()]);
    assert_eq!(refused.status.code(), Some(2));
}

/// A run and a conversion wait here until somebody takes what they write, so that the file is cut while it is read.
#[cfg(unix)]
#[test]
fn a_file_that_is_cut_while_it_is_read_ends_the_command() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    // Far more than is read ahead, and than a pipe holds.
    let rows: String = (0..300_000).fold("time,user\n".to_owned(), |mut text, at| {
        let _ = writeln!(text, "{},u{at:06}", 1_700_000_000 + at / 60);
        text
    });
    assert!(Command::new("mkfifo").arg(place("pipe")).status().unwrap().success());
    written(folder.path(), "day.yaml", "{clock: {end: '24:00'}, trace: {file: rows.csv}}");
    for arguments in [
        &["run", "day.yaml", "--jobs", "1", "--log", "pipe"][..],
        &["run", "day.yaml", "--jobs", "2", "--log", "pipe"],
        &["trace", "convert", "rows.csv", "-o", "pipe", "--to", "csv"],
    ] {
        fs::write(place("rows.csv"), &rows).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
        command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).stderr(Stdio::piped());
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut pipe = fs::File::open(place("pipe")).unwrap();
        pipe.read_exact(&mut [0; 100]).unwrap();
        // At the end of a row: what is left is a whole day.
        let cut = fs::File::options().write(true).open(place("rows.csv")).unwrap();
        cut.set_len("time,user\n".len() as u64 + 100_000 * "1700000000,u000000\n".len() as u64).unwrap();
        std::io::copy(&mut pipe, &mut std::io::sink()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("rows.csv: the file changed while it was read"),
            "{}",
            stderr(&output)
        );
        assert!(stdout(&output).is_empty());
    }
}
