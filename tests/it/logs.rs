//! Logs that teams have, from outside: as they are written, from a log to an answer.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::cli::{rolesim, scenario, stderr, stdout, written};
use crate::traces::metrics;

/// The program with something on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rolesim"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn prints(report: &serde_json::Value) -> (String, String) {
    (report["results"][0]["fingerprint"].to_string(), report["scenario"]["digest"].to_string())
}

#[test]
fn every_shipped_log_runs_as_it_is() {
    for name in ["opa", "k8s", "cloudtrail", "vhosts"] {
        let output = rolesim(&["run", &scenario(&format!("logs/{name}.yaml")), "--quiet"]);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{name}");
    }
    let report = metrics(&scenario("logs/opa.yaml"));
    let figures = &report["results"][0]["metrics"];
    // 48 decisions, and 7 changes of users; one is of a group.
    assert_eq!((&figures["requests"], &figures["events"]), (&48.into(), &7.into()));
    assert_eq!(report["scenario"]["trace"]["skipped"]["neither_asks_nor_writes"], 1);
}

/// A day as a bot behind a proxy logs it: local times, nested keys, rows without a user and of other kinds, late rows, roles
/// that change, in three pieces of which two are packed; and the same day as plain csv.
fn bot_day(folder: &Path, rows: u64) -> String {
    let (mut lines, mut plain) = (Vec::new(), Vec::new());
    let written_at = |ms: u64| {
        let (hours, rest) = (ms / 3_600_000, ms % 3_600_000);
        let (minutes, ms) = (rest / 60_000, rest % 60_000);
        format!("2026-11-26T{hours:02}:{minutes:02}:{:02}.{:03}+03:00", ms / 1000, ms % 1000)
    };
    for n in 0..rows {
        // In bursts of seven rows, of which the last comes 20 ms late.
        let ms = n / 7 * (80_000_000 * 7 / rows) + if n % 7 == 6 { 5 } else { n % 7 * 5 };
        let user = n * n % 997;
        let at = written_at(ms);
        let (line, cells) = match n % 100 {
            0 => (format!("{{\"ts\":\"{at}\",\"event\":\"healthcheck\"}}"), None),
            50 => (format!("{{\"ts\":\"{at}\",\"event\":\"update\",\"from\":{{\"id\":null}}}}"), None),
            75 => (
                format!(
                    "{{\"ts\":\"{at}\",\"event\":\"role_changed\",\"from\":{{\"id\":{user}}},\"role\":\"moderator\"}}"
                ),
                Some("moderator"),
            ),
            _ => (
                format!(
                    "{{\"ts\":\"{at}\",\"event\":\"update\",\"from\":{{\"id\":{user},\"lang\":\"ru\"}}}}"
                ),
                Some(""),
            ),
        };
        lines.push(line);
        plain.extend(cells.map(|role| (1_795_640_400_000 + ms, user, role)));
    }
    plain.sort_by_key(|row| row.0);
    let table = plain.iter().fold("time,user,role\n".to_owned(), |mut text, (ms, user, role)| {
        let _ = writeln!(text, "{}.{:03},{user},{role}", ms / 1000, ms % 1000);
        text
    });
    fs::write(folder.join("plain.csv"), table).unwrap();
    let third = lines.len() / 3;
    let mut pieces = lines.chunks(third + 1).map(|lines| lines.join("\n") + "\n");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(pieces.next().unwrap().as_bytes()).unwrap();
    fs::write(folder.join("app.1.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(folder.join("app.2.zst"), zstd::encode_all(pieces.next().unwrap().as_bytes(), 1).unwrap())
        .unwrap();
    fs::write(folder.join("app.jsonl"), pieces.next().unwrap()).unwrap();
    lines.join("\n")
}

const BOT: &str = "  format: jsonl
  columns: {time: ts, user: from.id, op: event}
  where: {event: [update, role_changed]}
  ops: {update: get, role_changed: set_role}
  timezone: Europe/Moscow
  reorder: 1s
  skip: [no-user]
";

#[test]
fn the_log_of_a_bot_is_the_day_that_a_script_makes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let all = bot_day(folder.path(), 50_000);
    let roles = "roles: [user, moderator, admin]\ncache: ttl:5m\n";
    let text = format!("{roles}trace:\n  files: [app.1.gz, app.2.zst, app.jsonl]\n{BOT}");
    assert!(text.lines().count() <= 15);
    let report = metrics(&written(folder.path(), "bot.yaml", &text));
    let plain = format!("{roles}trace: {{file: plain.csv, timezone: Europe/Moscow}}");
    let plain = metrics(&written(folder.path(), "plain.yaml", &plain));
    assert_eq!(prints(&report), prints(&plain));
    assert_eq!(report["results"][0]["metrics"], plain["results"][0]["metrics"]);
    let trace = &report["scenario"]["trace"];
    assert_eq!((&trace["rows"], &trace["used"]), (&50_000.into(), &49_000.into()));
    assert_eq!((&trace["skipped"]["filtered"], &trace["skipped"]["no_user"]), (&500.into(), &500.into()));
    // The same from standard input, read once.
    let text = format!("{roles}clock: {{end: \"24:00\"}}\ntrace:\n  file: \"-\"\n{BOT}");
    let path = written(folder.path(), "piped.yaml", &text);
    let output = fed(&["run", &path, "--format", "json"], all.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(prints(&serde_json::from_str(stdout(&output)).unwrap()), prints(&plain));
    // A look at it, by options.
    let pieces =
        ["app.1.gz", "app.2.zst", "app.jsonl"].map(|name| folder.path().join(name).display().to_string());
    let how = [
        "--user",
        "from.id",
        "--op",
        "event",
        "--where",
        "event=update,role_changed",
        "--ops",
        "update=get",
        "--ops",
        "role_changed=set_role",
        "--timezone",
        "Europe/Moscow",
        "--reorder",
        "1s",
        "--skip",
        "no-user",
        "--format",
        "json",
    ];
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let looks = [
        rolesim(&[&["trace", "info"][..], &pieces, &how].concat()),
        fed(&[&["trace", "info", "-"][..], &how].concat(), all.as_bytes()),
    ];
    for output in looks {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let info: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
        assert_eq!((&info["requests"], &info["role_changes"]), (&48_500.into(), &500.into()));
        assert_eq!((&info["skipped"]["filtered"], &info["skipped"]["no_user"]), (&500.into(), &500.into()));
        assert_eq!(info["first"], "2026-11-26 00:00:00");
    }
    let out = folder.path().join("out.csv").display().to_string();
    let options = &how[..how.len() - 2];
    let output = rolesim(&[&["trace", "convert", "-o", &out][..], &pieces, options].concat());
    assert_eq!(
        stderr(&output),
        "trace: rows read 50,000, written 49,000, left out 1,000 (by skip or where)\n"
    );
    let again = format!("{roles}trace: {{file: out.csv, timezone: Europe/Moscow}}");
    assert_eq!(prints(&metrics(&written(folder.path(), "again.yaml", &again))), prints(&plain));
}

#[test]
fn each_oddity_of_that_log_names_its_way_out() {
    let folder = tempfile::tempdir().unwrap();
    bot_day(folder.path(), 1_000);
    let run = |spec: &str| {
        let path = written(
            folder.path(),
            "day.yaml",
            &format!("trace:\n  files: [app.1.gz, app.2.zst, app.jsonl]\n{spec}"),
        );
        let output = rolesim(&["run", &path]);
        assert_eq!(output.status.code(), Some(2), "{spec}");
        stderr(&output).to_owned()
    };
    let without = |line: &str| {
        BOT.lines().filter(|other| !other.contains(line)).fold(String::new(), |all, line| all + line + "\n")
    };
    for (line, words) in [
        (
            "skip:",
            "app.1.gz:51: column `from.id`: is empty; every row needs a user, or leave such rows out with `skip: [no-user]`",
        ),
        ("ops:", "`role_changed` is not a known operation"),
        ("reorder:", "by 20ms; `reorder: 1s`, or `--reorder 1s`"),
        (
            "nothing",
            "`moderator` is not a role of the scenario; known are user, admin; the rows name moderator (10): write",
        ),
    ] {
        let said = run(&without(line));
        assert!(said.contains(words), "{said}, not {words}");
    }
}

#[test]
fn standard_input_is_read_once_or_the_error_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let rows = b"time,user\n10,a\n20,b\n";
    let trace = "trace: {file: \"-\", format: csv}\n";
    let clock = "clock: {end: \"24:00\"}\n";
    for (text, more, words) in [
        (trace.to_owned(), &[][..], "write `clock: {end: \"24:00\"}`"),
        (
            format!("{clock}{trace}role_changes: {{count: 2}}"),
            &[],
            "name the users in `population` or `database.users`",
        ),
        (
            format!("{clock}trace: {{file: \"-\", format: csv, roles: {{admin: 0.5}}}}"),
            &[],
            "name the users in",
        ),
        (format!("{clock}{trace}"), &["--runs", "2"], "standard input was read already"),
    ] {
        let path = written(folder.path(), "day.yaml", &text);
        let output = fed(&[&["run", &path][..], more].concat(), rows);
        assert!(stderr(&output).contains(words), "{} lacks {words}", stderr(&output));
        assert_ne!(output.status.code(), Some(0));
    }
    let both = fed(&["run", "-"], format!("{clock}{trace}").as_bytes());
    assert!(stderr(&both).contains("the scenario itself comes from standard input"), "{}", stderr(&both));
    let path = written(folder.path(), "day.yaml", &format!("{clock}{trace}compare: [none]"));
    for command in ["run", "compare", "validate"] {
        let output = fed(&[command, &path], rows);
        assert_eq!(output.status.code(), Some(0), "{command}: {}", stderr(&output));
    }
    let several = rolesim(&["trace", "info", "a.csv", "-"]);
    assert!(stderr(&several).contains("stands alone"), "{}", stderr(&several));
}

#[test]
fn a_day_on_which_clocks_change_is_as_long_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "time,user\n2023-10-29 00:30:00,a\n2023-10-29 02:30:00,a\n2023-10-29 02:10:00,a\n2023-10-29 23:30:00,b\n";
    let file = written(folder.path(), "day.csv", rows);
    let text = "trace: {file: day.csv, timezone: Europe/Berlin}";
    let report = metrics(&written(folder.path(), "day.yaml", text));
    assert_eq!(report["results"][0]["hourly"].as_array().unwrap().len(), 25);
    assert_eq!(report["results"][0]["metrics"]["requests"], 4);
    let output = rolesim(&["trace", "info", &file, "--timezone", "Europe/Berlin"]);
    assert!(stdout(&output).contains("2023-10-29: 25h"), "{}", stdout(&output));
    let output = rolesim(&["trace", "info", &file]);
    assert!(stderr(&output).contains("--timezone Europe/Berlin"), "{}", stderr(&output));
}
