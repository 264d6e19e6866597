//! Names that act: on a terminal, in a log of a build service, in a spreadsheet, in a page. They are harmless in every
//! form in which they come out, and none of them is lost. And machines that give little: few addresses, no threads.

use std::fs;

use rolesim::report::OutputFormat;

use crate::cli::{rolesim, stderr, stdout, written};
use crate::tier;

/// What names may hold.
const HOSTILE: [&str; 14] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{9b}31m",
    "::error file=day.yaml,line=1::owned",
    "##vso[task.complete result=Succeeded]owned",
    "##[error]owned",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "a|b `c` [d](javascript:alert(1)) **e**",
    "]]>",
    "\u{202e}desrever\u{2066}",
    "zero\u{200b}width\u{feff}",
    "line\none\r\n::error::two",
];

/// A scenario in which every text that a person may choose is hostile.
fn scenario(text: &str) -> String {
    let object = serde_json::json!({
        "name": text, "description": format!("so {text} and {text}"),
        "roles": ["user", text],
        "database": {"users": [{"id": format!("{text} one"), "role": text, "name": text}], "mailboxes": [{"id": text, "creator": text}]},
        "cache": {"kind": "event", "label": text},
        "compare": [{"kind": "none", "label": format!("{text} two")}],
        "script": [
            {"at": "08:00", "request": text}, {"at": "08:01", "add_admin": text, "name": text},
            {"at": "08:02", "transfer": {"mailbox": text, "from": text, "to": "7"}},
            {"at": "08:03", "remove_admin": text, "name": text, "event": "lost"}, {"at": "08:04", "request": text},
        ],
        "expect": [
            {"metric": "hits", "min": 99, "because": text}, {"metric": "hits", "min": 0, "cache": format!("{text} two"), "because": text},
        ],
    });
    object.to_string()
}

/// Commands that show the scenario's text, or get it themselves.
fn commands(text: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["run", "--steps", "--hourly", "-v"],
        vec!["compare", "-v", "--lang", "ru"],
        vec!["explain", "--first-stale"],
        vec!["explain", "--user", text],
        vec!["explain", "--user", "nobody \u{1b}[1m::error::x"],
        vec!["validate"],
        vec!["check", "--expectations-only"],
        vec!["check", "--expectations-only", "--format", "markdown"],
        vec!["compare", "--format", "markdown"],
        vec!["sweep", "--vary", "cache.ttl=1m,5m"],
        vec!["sweep", "--vary", text],
        vec!["check", "--tolerance", text],
        vec!["check", "--accepted", text],
        vec!["run", "--set", text],
        vec!["run", "--cache", text],
        vec!["run", "-o", text],
    ]
}

/// Nothing that acts on a terminal, and nothing that commands a build service, wherever its lines may begin.
fn assert_inert(shown: &str, what: &str) {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!shown.contains(acts), "{what}: {shown:?}");
    for command in ["::error", "##vso[", "##["] {
        let inert = |line: &str| !line.trim_start().starts_with(command);
        assert!(shown.lines().all(inert), "{what}: `{command}` begins a line of\n{shown}");
    }
}

#[test]
fn a_hostile_name_is_harmless_wherever_people_read_it() {
    let folder = tempfile::tempdir().unwrap();
    for turn in 0..commands("").len() {
        for text in tier::forms(HOSTILE, turn) {
            let path = written(folder.path(), "day.json", &scenario(text));
            let joined = [&commands(text)[turn][..], &[path.as_str()]].concat();
            let output = rolesim(&joined);
            assert!(output.status.code().is_some_and(|code| code < 3), "{joined:?}: {}", stderr(&output));
            let said = [stdout(&output), stderr(&output)].concat();
            assert_inert(&said, &format!("{joined:?}"));
            assert!(!said.is_empty());
        }
    }
}

#[test]
fn a_hostile_name_is_harmless_in_every_form_of_a_report() {
    let folder = tempfile::tempdir().unwrap();
    for (turn, text) in HOSTILE.into_iter().enumerate() {
        let path = written(folder.path(), "day.json", &scenario(text));
        for extension in tier::forms(OutputFormat::extensions(|_| true), turn) {
            let file = folder.path().join(format!("report{extension}"));
            let command: &[&str] =
                if extension == ".xml" { &["check", "--expectations-only"] } else { &["compare"] };
            let output = rolesim(&[command, &["-q", &path, "-o", &file.display().to_string()]].concat());
            assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
            let report = fs::read_to_string(&file).unwrap();
            assert_inert(&report.replace("\r\n", "\n"), &extension);
            match extension.as_str() {
                ".json" => json(&report, text),
                ".csv" => cells(&report),
                ".md" => assert!(!report.contains("<script") && !report.contains("<img"), "{report}"),
                ".html" => {
                    let markup = report.to_ascii_lowercase();
                    assert!(!markup.contains("<script>alert") && !markup.contains("<img src=x"), "{report}");
                }
                ".xml" | ".svg" => {
                    roxmltree::Document::parse(&report).unwrap();
                    assert!(!report.contains("<script") && !report.contains("<img"), "{report}");
                }
                other => panic!("{other} is a form of which nobody has thought here"),
            }
        }
    }
}

/// Programs get the name as it is.
fn json(report: &str, text: &str) {
    let value: serde_json::Value = serde_json::from_str(report).unwrap();
    assert_eq!(value["scenario"]["name"], text);
    assert_eq!(value["results"][0]["label"], text);
    assert_eq!(value["expectations"][0]["because"], text);
}

/// No cell begins a formula.
fn cells(report: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(report.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() == 3 && rows.iter().all(|row| row.len() == rows[0].len()));
    assert!(
        rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
        "{report}"
    );
}

/// Under GitHub's runner there are annotations, and a name makes no further ones.
#[test]
fn a_hostile_name_makes_no_annotation_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for text in HOSTILE {
        let path = written(folder.path(), "day.json", &scenario(text));
        let summary = folder.path().join("summary.md");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rolesim"));
        command.args(["check", "--expectations-only", &path]).env("GITHUB_ACTIONS", "true");
        let output = command.env("GITHUB_STEP_SUMMARY", &summary).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let said = [stdout(&output), stderr(&output)].concat();
        let annotations: Vec<&str> =
            said.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert_eq!(annotations.len(), 1, "{said}");
        assert!(annotations[0].starts_with("::error file="), "{said}");
        assert!(!said.lines().any(|line| line.contains("##vso[") || line.contains("##[")), "{said}");
        let summary = fs::read_to_string(&summary).unwrap();
        assert!(!summary.contains("<script") && !summary.contains("<img"), "{summary}");
    }
}

/// Runs the program where the shell sets a limit first.
fn limited(folder: &std::path::Path, limit: &str, arguments: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &format!("{limit}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_rolesim")]);
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// Whatever the limit of addresses is, a day runs or is refused; no allocation fails.
#[test]
fn few_addresses_end_in_no_signal() {
    let folder = tempfile::tempdir().unwrap();
    let many = "{population: {active: {count: 400000, roles: {admin: 0.3}}}, traffic: {requests: 800000}, role_changes: {count: 2000, grants: 0.5}}";
    written(folder.path(), "many.yaml", many);
    written(folder.path(), "few.yaml", "{population: {active: {count: 20}}, traffic: {requests: 300000}}");
    let mut ran = [0, 0];
    for mebibytes in (80..=136).step_by(4).chain([160, 200, 264, 300, 400, 600]) {
        for (index, day) in ["many.yaml", "few.yaml"].into_iter().enumerate() {
            for more in [&["--jobs", "4"][..], &["--jobs", "4", "--runs", "4"], &["--max-memory", "4096"]] {
                let arguments = [&["compare", day, "-q"], more].concat();
                let output = limited(folder.path(), &format!("ulimit -v {}", mebibytes << 10), &arguments);
                let code = output.status.code();
                assert!(
                    matches!(code, Some(0 | 4)),
                    "{mebibytes} {arguments:?}: {:?} {}",
                    output.status,
                    stderr(&output)
                );
                ran[index] += usize::from(code == Some(0));
            }
        }
    }
    assert!(ran[0] >= 6 && ran[1] >= 18, "{ran:?}");
}

/// Where no thread can be started the day is run all the same, and `--jobs` makes it say why it takes longer.
#[test]
fn without_threads_the_day_is_run_on_one() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "day.yaml", "{population: {active: {count: 20}}, traffic: {requests: 300000}}");
    // No stack can be as large as this.
    let none = "export RUST_MIN_STACK=1125899906842624";
    for arguments in
        [&["compare", "day.yaml", "--jobs", "4"][..], &["run", "day.yaml", "--jobs", "4", "--runs", "4"]]
    {
        let (with, without) =
            (limited(folder.path(), "true", arguments), limited(folder.path(), none, arguments));
        assert_eq!(
            (without.status.code(), stdout(&without)),
            (Some(0), stdout(&with)),
            "{}",
            stderr(&without)
        );
    }
    let told = limited(folder.path(), none, &["run", "day.yaml", "--jobs", "4"]);
    assert!(stderr(&told).contains("on one thread: no thread can be started"), "{}", stderr(&told));
}
