//! The program from outside: exit codes, streams and files.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::day::shipped;

pub(crate) fn rolesim(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    command.args(arguments).stdin(Stdio::null()).env_remove("NO_COLOR");
    command.output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

pub(crate) fn scenario(name: &str) -> String {
    shipped(name).display().to_string()
}

/// A scenario in a folder of its own.
pub(crate) fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn every_shipped_scenario_passes_and_asks_a_question() {
    let mut names: Vec<_> = fs::read_dir(shipped(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "yaml"))
        .filter(|path| !path.to_string_lossy().ends_with(".accepted.json"))
        .collect();
    names.sort();
    assert!(names.len() >= 8);
    for path in names {
        let name = path.display().to_string();
        for command in ["run", "compare"] {
            let output = rolesim(&[command, &name, "--quiet"]);
            assert_eq!(output.status.code(), Some(0), "{command} {name}: {}", stderr(&output));
            assert!(stderr(&output).is_empty(), "{name}");
        }
        assert!(fs::read_to_string(&path).unwrap().contains('?'), "{name} asks no question");
    }
}

/// It is the same run after run.
#[test]
fn standard_output_depends_on_the_seed_alone() {
    let day = scenario("day.json");
    for form in
        [&["run"][..], &["run", "--steps", "--hourly"], &["compare"], &["compare", "--format", "json"]]
    {
        let with = |seed| rolesim(&[form, &[day.as_str(), "--seed", seed]].concat()).stdout;
        assert_eq!(with("42"), with("42"), "{form:?}");
        assert_ne!(with("42"), with("43"), "{form:?}");
    }
}

#[test]
fn exit_codes_say_how_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let failing = "{script: [{at: '09:00', request: 1}], expect: [{metric: hits, equals: 5}]}";
    let empty = "{expect: [{metric: hit_ratio, min: 0}]}";
    let huge = "{population: {active: {count: 1000000000000000000}}, traffic: {requests: 1}}";
    for (name, text, code) in [
        ("fails.yaml", failing, 1),
        ("undefined.yaml", empty, 1),
        ("wrong.yaml", "{sed: 4}", 2),
        ("gate.yaml", "{gate: {hit_ratio: 0.05}, expect: [{metric: hit_ratio, min: 0}]}", 1),
        ("huge.yaml", huge, 4),
        ("crowd.yaml", "{replicas: {count: 10001}}", 4),
        ("extension.toml", "", 2),
    ] {
        let path = written(folder.path(), name, text);
        for command in ["run", "compare"] {
            let output = rolesim(&[command, &path]);
            assert_eq!(output.status.code(), Some(code), "{command} {name}: {}", stderr(&output));
            assert!(code == 1 || stdout(&output).is_empty(), "{name}");
            assert!(code == 1 || stderr(&output).starts_with("error: "), "{name}: {}", stderr(&output));
        }
        let validated = rolesim(&["validate", &path]);
        assert_eq!(validated.status.code(), Some(if code == 1 { 0 } else { code }), "validate {name}");
    }
    let missing = folder.path().join("nothing.json").display().to_string();
    assert_eq!(rolesim(&["run", &missing]).status.code(), Some(3));
    assert_eq!(rolesim(&["run", &folder.path().display().to_string()]).status.code(), Some(3));
    assert_eq!(rolesim(&["rnu"]).status.code(), Some(2));
    assert_eq!(rolesim(&["--help"]).status.code(), Some(0));
    assert_eq!(rolesim(&["--version"]).status.code(), Some(0));
}

#[test]
fn help_is_there_as_a_command_and_as_an_option() {
    let help = |arguments: &[&str]| {
        let output = rolesim(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        stdout(&output).to_owned()
    };
    assert_eq!(help(&["help"]), help(&["--help"]));
    for command in ["run", "explain", "trace", "init"] {
        assert_eq!(help(&["help", command]), help(&[command, "--help"]));
    }
    assert_eq!(help(&["help", "trace", "info"]), help(&["trace", "info", "--help"]));
    assert!(help(&["--version"]).ends_with('\n'));
    let explain = help(&["explain", "--help"]);
    for refused in ["--runs", "csv", "markdown", ".html", ".md"] {
        assert!(!explain.contains(refused), "{refused}: {explain}");
    }
    assert!(explain.contains(".txt or .jsonl") && explain.contains("table, json"), "{explain}");
}

#[test]
fn an_error_is_one_object_for_who_asks_for_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), "wrong.yaml", "{sed: 4, cache: tl:5m}");
    let output = rolesim(&["run", &path, "--format", "json"]);
    assert!(stdout(&output).is_empty());
    let object: serde_json::Value = serde_json::from_str(stderr(&output)).unwrap();
    assert_eq!(object["error"]["exit"], 2);
    assert_eq!(object["error"]["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn files_are_whole_or_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let (json, csv) = (folder.path().join("r.json"), folder.path().join("r.csv"));
    let (json_name, csv_name) = (json.display().to_string(), csv.display().to_string());
    let day = scenario("day.json");
    let output = rolesim(&["compare", &day, "-o", &json_name, "-o", &csv_name, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&json).unwrap(), stdout(&output));
    assert_eq!(fs::read_to_string(&csv).unwrap().lines().count(), 6, "a header and five caches");

    let wrong = written(folder.path(), "wrong.yaml", "{sed: 4}");
    let before = fs::read(&json).unwrap();
    assert_eq!(rolesim(&["run", &wrong, "-o", &json_name]).status.code(), Some(2));
    assert_eq!(fs::read(&json).unwrap(), before);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no temporary file stays: {left:?}");

    let nowhere = folder.path().join("nowhere/r.json").display().to_string();
    let output = rolesim(&["run", &day, "-o", &nowhere]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).is_empty() && stderr(&output).contains("cannot be written"));
    assert_eq!(rolesim(&["run", &day, "-o", "report.pdf"]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    let output = rolesim(&["run", &scenario("day.json"), "-q", "--log", &pipe.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(reader.join().unwrap().lines().count(), 10_010);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

#[test]
fn the_log_has_a_line_for_each_request_and_role_change() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("day.jsonl");
    let output = rolesim(&["run", &scenario("day.json"), "--log", &log.display().to_string()]);
    assert_eq!(output.status.code(), Some(0));
    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!((count("request"), count("role_change"), count("event")), (10_000, 5, 5));
    for line in &lines {
        let us = line["at_us"].as_u64().unwrap();
        let [hours, minutes, seconds] = [us / 3_600_000_000, us / 60_000_000 % 60, us / 1_000_000 % 60];
        let at = line["at"].as_str().unwrap();
        assert!(at.starts_with(&format!("{hours:02}:{minutes:02}:{seconds:02}")), "{line}");
        assert_eq!(line["kind"] == "request", line["answered_us"].is_u64(), "{line}");
    }
}

#[test]
fn a_log_is_compressed_as_its_name_says() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str| {
        let log = folder.path().join(name);
        let output =
            rolesim(&["run", &scenario("walkthrough.json"), "-q", "--log", &log.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        fs::read(log).unwrap()
    };
    let plain = bytes("day.jsonl");
    let mut gzip = Vec::new();
    std::io::copy(&mut flate2::read::GzDecoder::new(&bytes("day.jsonl.gz")[..]), &mut gzip).unwrap();
    assert_eq!(gzip, plain);
    assert_eq!(zstd::decode_all(&bytes("day.jsonl.zst")[..]).unwrap(), plain);
}

#[test]
fn csv_has_rows_for_caches_runs_or_hours() {
    let day = scenario("walkthrough.json");
    let rows = |arguments: &[&str]| -> Vec<Vec<String>> {
        let output = rolesim(&[arguments, &["--format", "csv", "-q"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let hours = rows(&["run", &day, "--hourly"]);
    assert_eq!((hours.len(), &hours[0][4..6]), (25, &["hour".to_owned(), "from".to_owned()][..]));
    let long = rows(&["compare", &day, "--runs", "3", "--long"]);
    assert_eq!(long.len(), 1 + 3 * 3);
    let means = rows(&["compare", &day, "--runs", "3"]);
    let column = |rows: &[Vec<String>], name: &str| rows[0].iter().position(|own| own == name).unwrap();
    assert_eq!(means[1][column(&means, "db_reads")], means[1][column(&means, "db_reads_mean")]);
    let output = rolesim(&["run", &day, "--hourly", "--long"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_steps_are_told_in_order_with_what_the_cache_held() {
    let output = rolesim(&["run", &scenario("walkthrough.json"), "--steps", "-q"]);
    let text = stdout(&output);
    for line in [
        "Step 4 · 10:00:00 · add_admin 789",
        "  1. UsersRepo.upsert(789, role=\"admin\")",
        "  4. Cache: {123: \"user\", 456: \"user\", 789: \"admin\"}",
        "  5. tracker.on_admin_added(789, \"new_admin\")",
        "  6. Log: \"Admin added event: 789 (@new_admin)\"",
        "  7. Counts: hits=1, misses=2",
        "  1. MailboxesRepo: UPDATE mailboxes SET creator_id=2000 WHERE id=1",
        "  7. Log: \"Admin transfer event: 123 -> 2000 (mailbox: 1)\"",
        "  4. Counts: hits=78, misses=52",
    ] {
        assert!(text.lines().any(|own| own == line), "`{line}` is missing in\n{text}");
    }
    let steps: Vec<&str> = text.lines().filter(|line| line.starts_with("Step ")).collect();
    assert_eq!(steps.len(), 12);
    let russian = rolesim(&["run", &scenario("walkthrough.json"), "--steps", "-q", "--lang", "ru"]);
    assert!(stdout(&russian).contains("Шаг 12 · 18:00:00") && stdout(&russian).contains("Итоги дня"));
}

#[test]
fn the_steps_are_told_in_the_order_of_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let day = "
database: {users: [{id: 7, role: admin}], read_latency: 3s, write_latency: 2s}
channel: {delay: 10s}
faults: [{from: '09:02', to: '09:03', database: down}]
script:
  - {at: '09:00:00', request: 7}
  - {at: '09:00:01', remove_admin: 7}
  - {at: '09:00:05', request: 7}
  - {at: '09:00:06', request: 7, count: 3, every: 2s}
  - {at: '09:00:13', invalidate: 7}
  - {at: '09:01:59', add_admin: 7}
";
    let day = written(folder.path(), "day.yaml", day);
    let output = rolesim(&["run", &day, "--steps", "-q"]);
    let text = stdout(&output);
    let told: Vec<&str> =
        text.split("Let in with").next().unwrap().split("\n\n").map(|part| part.trim()).collect();
    let heads: Vec<&str> = told.iter().filter_map(|part| part.lines().next()).collect();
    assert_eq!(
        heads,
        [
            "Step 1 · 09:00:00 · request 7",
            "Step 2 · 09:00:01 · remove_admin 7",
            "09:00:03 · later, by step 1 · request 7",
            "09:00:03 · later, by step 2 · remove_admin 7",
            "Step 3 · 09:00:05 · request 7",
            "Step 4 · 09:00:06 · request 7 × 3",
            "09:00:10 · later, by step 4 · request 7 × 3",
            "09:00:13 · later, by step 2 · remove_admin 7",
            "Step 5 · 09:00:13 · invalidate 7",
            "Step 6 · 09:01:59 · add_admin 7",
            "09:02:01 · later, by step 6 · add_admin 7",
        ],
        "{text}"
    );
    for (part, line) in [
        (0, "1. cache.get_role(7, fetch_from_db) → waits for the answer"),
        (1, "1. The database is asked to write"),
        (2, "1. cache.get_role(7, fetch_from_db) → 1 miss that read the database"),
        (3, "2. DB: UPDATE users SET role=\"user\" WHERE user_id=7"),
        (5, "1. 3 requests, the last at 09:00:10"),
        (7, "1. role_cache.update_role(7, \"user\") → written"),
        (10, "1. The write fails, the database is down"),
    ] {
        assert!(told[part].lines().any(|own| own.trim() == line), "`{line}` is not in\n{}", told[part]);
    }
}

#[test]
fn tables_fit_eighty_columns() {
    use unicode_width::UnicodeWidthStr;
    for name in ["day.json", "walkthrough.json", "overtaken-fetch.yaml"] {
        for lang in ["en", "ru"] {
            for form in [&["run", "--steps", "--hourly"][..], &["compare"]] {
                let name = scenario(name);
                let output = rolesim(&[form, &[name.as_str(), "--lang", lang]].concat());
                let wide = stdout(&output).lines().find(|line| line.width() > 80);
                assert_eq!(wide, None, "{form:?} {name} {lang}");
            }
        }
    }
}

#[test]
fn a_scenario_can_come_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    for text in
        [fs::read_to_string(shipped("overtaken-fetch.yaml")).unwrap(), "{\"cache\": \"event\"}".to_owned()]
    {
        let piped = fs::File::open(written(folder.path(), "stdin", &text)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
        assert_eq!(
            command.args(["run", "-"]).stdin(piped).output().unwrap().status.code(),
            Some(0),
            "{text}"
        );
    }
}

#[test]
fn options_change_the_scenario() {
    let day = scenario("day.json");
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = rolesim(&[&["run", day.as_str(), "--format", "json"], arguments].concat());
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", stderr(&output)))
    };
    assert_eq!(json(&["--cache", "ttl:5m"])["results"][0]["cache"], "ttl:5m");
    assert_eq!(json(&["--set", "cache.guard=none"])["results"][0]["cache"], "event+guard=none");
    assert_eq!(json(&["--seed", "7"])["scenario"]["seed"], 7);
    assert_eq!(json(&["--set", "traffic.requests=12000"])["results"][0]["metrics"]["requests"], 12_000);
    let (one, other) = (json(&[]), json(&["--cache", "ttl:5m", "--set", "database.read_latency=5ms"]));
    assert_eq!(one["scenario"]["digest"], other["scenario"]["digest"], "another system, the same day");
    assert_ne!(one["scenario"]["digest"], json(&["--seed", "7"])["scenario"]["digest"]);
}

#[test]
fn a_comparison_of_five_caches_fits_a_screen() {
    use unicode_width::UnicodeWidthStr;
    let lossy = scenario("lossy-day.yaml");
    for (more, most) in [(&[][..], 40), (&["--runs", "5"], 45)] {
        let output = rolesim(&[&["compare", "-q", lossy.as_str()], more].concat());
        let lines: Vec<&str> = stdout(&output).lines().collect();
        assert!(lines.len() <= most, "{} lines\n{}", lines.len(), stdout(&output));
        assert!(lines.iter().all(|line| line.width() <= 80));
    }
}
