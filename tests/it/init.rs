//! What helps to begin: starters, schemas, completions, and a bar while a run lasts.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

use crate::cli::{rolesim, scenario, stderr, stdout, written};
use crate::day::shipped;

/// Runs the program in a folder.
fn there(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesim"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn names() -> Vec<String> {
    let list = rolesim(&["init", "--list"]);
    let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let own = stdout(&list).lines().filter(|line| !line.starts_with(' '));
    own.filter_map(first).collect()
}

/// In both languages.
#[test]
fn every_starter_runs_and_holds_what_it_expects() {
    let names = names();
    assert!(names.len() >= 6, "{names:?}");
    for lang in ["en", "ru"] {
        let folder = tempfile::tempdir().unwrap();
        for name in &names {
            let init = there(folder.path(), &["init", name, "--lang", lang]);
            assert_eq!(init.status.code(), Some(0), "{name}: {}", stderr(&init));
            assert!(stdout(&init).is_empty() && stderr(&init).contains(&format!("{name}.yaml")));
            let file = format!("{name}.yaml");
            let text = fs::read_to_string(folder.path().join(&file)).unwrap();
            assert!(text.starts_with("# ") && text.contains("because:"), "{name} teaches nothing");
            for command in ["validate", "run", "compare"] {
                let run = there(folder.path(), &[command, &file, "-q"]);
                assert_eq!(
                    run.status.code(),
                    Some(0),
                    "{command} {name} {lang}: {}{}",
                    stderr(&run),
                    stdout(&run)
                );
                // Neither a warning nor a claim of a starter may fail: who begins would wonder.
                assert!(
                    !stdout(&run).contains('✗') && !stdout(&run).contains("  ? "),
                    "{name}: {}",
                    stdout(&run)
                );
            }
        }
    }
}

/// The comments of a scenario: what stands behind a `#` that begins a line or follows a blank.
fn comments(yaml: &str) -> Vec<String> {
    let comment = |line: &str| format!(" {line}").split_once(" #").map(|(_, text)| text.trim().to_owned());
    yaml.lines().filter_map(comment).collect()
}

#[test]
fn no_russian_starter_holds_an_english_comment() {
    let folder = tempfile::tempdir().unwrap();
    for name in names() {
        assert_eq!(there(folder.path(), &["init", &name, "--lang", "ru"]).status.code(), Some(0));
        let text = fs::read_to_string(folder.path().join(format!("{name}.yaml"))).unwrap();
        for comment in comments(&text) {
            // A command without a remark is the same in both languages.
            let says = comment.chars().any(char::is_alphabetic) && !comment.starts_with("rolesim ");
            let russian = comment.chars().any(|c| ('а'..='я').contains(&c));
            assert!(russian || !says, "{name}: {comment}");
        }
    }
}

/// In both languages.
#[test]
fn the_starters_are_listed_within_eighty_columns() {
    for (lang, word) in [("en", "expectations"), ("ru", "ожидания")] {
        let list = rolesim(&["init", "--list", "--lang", lang]);
        assert!(stdout(&list).contains(word));
        assert!(stdout(&list).lines().all(|line| line.width() <= 80), "{}", stdout(&list));
    }
    assert_eq!(names()[0], "day", "the one to begin with stands first");
}

#[test]
fn init_overwrites_nothing_and_leaves_no_half_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("day.yaml");
    fs::write(&own, "mine").unwrap();
    let refused = there(folder.path(), &["init"]);
    assert_eq!(refused.status.code(), Some(3), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("day.yaml: cannot be written: it is there already"));
    assert_eq!(fs::read_to_string(&own).unwrap(), "mine");
    // The sample of the recorded day is there: then the scenario is not written either.
    fs::write(folder.path().join("recorded-day.csv"), "mine").unwrap();
    assert_eq!(there(folder.path(), &["init", "recorded-day"]).status.code(), Some(3));
    assert!(!folder.path().join("recorded-day.yaml").exists());
    assert_eq!(there(folder.path(), &["init", "day", "-o", "other.yaml"]).status.code(), Some(0));
    #[cfg(unix)]
    {
        // A link that leads nowhere is a file too.
        std::os::unix::fs::symlink("nowhere.yaml", folder.path().join("link.yaml")).unwrap();
        assert_eq!(there(folder.path(), &["init", "-o", "link.yaml"]).status.code(), Some(3));
        assert!(!folder.path().join("nowhere.yaml").exists());
    }
    for (arguments, words) in [
        (&["init", "dya"][..], "did you mean `day`?"),
        (&["init", "day", "-o", "day.json"], "a starter is YAML"),
        (&["init", "day", "--list"], "cannot be used with"),
    ] {
        let wrong = there(folder.path(), arguments);
        assert_eq!(wrong.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&wrong).contains(words), "{arguments:?}: {}", stderr(&wrong));
    }
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["day.yaml", "link.yaml", "other.yaml", "recorded-day.csv"]);
}

#[test]
fn a_scenario_like_a_recorded_day_runs_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let trace = shipped("nasa/nasa-1995-08-01.tsv").display().to_string();
    for (arguments, file, word) in [
        (&["init", "--from-trace", trace.as_str()][..], "nasa-1995-08-01.yaml", "Recorded"),
        (&["init", "like.yaml", "--from-trace", &trace, "--lang", "ru"], "like.yaml", "В журнале"),
    ] {
        let init = there(folder.path(), arguments);
        assert_eq!(init.status.code(), Some(0), "{}", stderr(&init));
        assert!(stderr(&init).contains(word) && stderr(&init).contains(file), "{}", stderr(&init));
        let comments = comments(&fs::read_to_string(folder.path().join(file)).unwrap());
        let english = comments.iter().any(|comment| comment.contains("Requests"));
        assert_eq!(english, word == "Recorded", "{comments:?}");
        let grouped = if english { "30,969" } else { "30\u{a0}969" };
        assert!(comments.iter().any(|comment| comment.contains(grouped)), "{comments:?}");
        let run = there(folder.path(), &["run", file, "-q", "--format", "json"]);
        let report: Json = serde_json::from_slice(&run.stdout).unwrap();
        let requests = report["results"][0]["metrics"]["requests"].as_u64().unwrap();
        assert!((30_000..32_000).contains(&requests), "{requests}");
        assert_eq!(there(folder.path(), arguments).status.code(), Some(3));
    }
    assert_eq!(there(folder.path(), &["init", "--from-trace", "gone.csv"]).status.code(), Some(3));
}

#[test]
fn a_day_with_its_own_columns_is_resembled_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    // Every user asks six times in two hours; the other columns say something else.
    let rows: String = (0..1200).map(|at| format!("{};u{};fly;{at}\n", at * 6_000, at % 200)).collect();
    fs::write(folder.path().join("own.txt"), format!("wann;wer;op;user\n{rows}")).unwrap();
    let typed = [
        &["--trace-format", "csv", "--delimiter", ";", "--time", "wann", "--user", "wer", "--op", ""][..],
        &["--unit", "ms", "--timezone", "Asia/Tokyo", "--sets", "changes"],
    ]
    .concat();
    let init = there(folder.path(), &[&["init", "like", "--from-trace", "own.txt"][..], &typed].concat());
    assert_eq!(init.status.code(), Some(0), "{}", stderr(&init));
    let text = fs::read_to_string(folder.path().join("like.yaml")).unwrap();
    // What its comments say of the recorded day replays it, as a scenario of its own.
    let said = text.split_once("is replayed by:\n#\n").unwrap().1;
    let replay = said.lines().map_while(|line| line.strip_prefix("#   "));
    let replay: String = replay.map(|line| format!("{line}\n")).collect();
    for words in [
        "file: \"own.txt\"",
        "format: csv",
        "columns: {time: \"wann\", user: \"wer\", op: \"\"}",
        "delimiter: \";\"",
        "unit: ms",
        "timezone: \"Asia/Tokyo\"",
        "sets: changes",
    ] {
        assert!(replay.contains(words), "`{words}` is missing in {text}");
    }
    fs::write(folder.path().join("replay.yaml"), &replay).unwrap();
    let of = |file: &str| -> Json {
        let run = there(folder.path(), &["run", file, "-q", "--format", "json"]);
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        let report: Json = serde_json::from_slice(&run.stdout).unwrap();
        report["results"][0]["metrics"]["requests"].clone()
    };
    assert_eq!((of("replay.yaml"), of("like.yaml")), (json!(1200), json!(1200)));
    // Midnight in Tokyo is nine hours before the first row.
    assert!(text.contains("between: [\"09:00:00\", \"10:59:55\"]"), "{text}");
    for (arguments, code, words) in [
        (&["init", "day", "--time", "wann"][..], 2, "--from-trace"),
        (&["init", "--list", "--unit", "ms"], 2, "cannot be used with"),
        (
            &["init", "x", "--from-trace", "own.txt", "--time", "wann", "--user", "who"],
            2,
            "column `who` is missing",
        ),
        (&["init", "x", "--from-trace", "own.txt", "--unit", "weeks"], 2, "known are s, ms, us, ns"),
    ] {
        let wrong = there(folder.path(), arguments);
        assert_eq!(wrong.status.code(), Some(code), "{arguments:?}: {}", stderr(&wrong));
        assert!(stderr(&wrong).contains(words), "{arguments:?}: {}", stderr(&wrong));
    }
    assert!(!folder.path().join("day.yaml").exists() && !folder.path().join("x.yaml").exists());
}

#[test]
fn schemas_are_printed_as_they_are_shipped() {
    assert_eq!(rolesim(&["schema"]).stdout, rolesim(&["schema", "scenario"]).stdout);
    for of in ["scenario", "report"] {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{of}.schema.json"));
        assert_eq!(stdout(&rolesim(&["schema", of])), fs::read_to_string(shipped).unwrap());
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = rolesim(&["completions", shell]);
        assert_eq!(script.status.code(), Some(0), "{shell}");
        assert!(stderr(&script).is_empty());
        for word in ["compare", "completions", "--hourly", "--cache"] {
            let word = if shell == "fish" { word.trim_start_matches("--") } else { word };
            assert!(stdout(&script).contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(rolesim(&["completions", "cmd"]).status.code(), Some(2));
}

/// Asks bash itself to complete a line.
#[cfg(unix)]
#[test]
fn bash_completes_commands_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let script = written(folder.path(), "rolesim.bash", stdout(&rolesim(&["completions", "bash"])));
    assert!(Command::new("bash").args(["-n", &script]).status().unwrap().success());
    for (line, word, wanted) in [
        ("rolesim com", "com", vec!["compare", "completions"]),
        ("rolesim run --hou", "--hou", vec!["--hourly"]),
        ("rolesim schema ", "", vec!["scenario", "report"]),
    ] {
        let asked = format!(
            "source {script}; COMP_WORDS=({line} {}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             COMP_LINE='{line}'; _rolesim rolesim '{word}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            if word.is_empty() { "''" } else { "" },
        );
        let output = Command::new("bash").args(["-c", &asked]).output().unwrap();
        let reply: Vec<&str> = stdout(&output).lines().collect();
        assert!(wanted.iter().all(|word| reply.contains(word)), "{line}: {reply:?} {}", stderr(&output));
    }
}

/// What appears on a terminal of its own, by the `script` of util-linux, while standard output goes elsewhere.
#[cfg(target_os = "linux")]
fn on_a_terminal(arguments: &str) -> String {
    let command = format!("{} {arguments} > /dev/null", env!("CARGO_BIN_EXE_rolesim"));
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stdout(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a_bar_appears_only_on_a_terminal_and_only_after_a_second() {
    let folder = tempfile::tempdir().unwrap();
    // Some seconds: without optimization each request takes longer.
    let requests = if cfg!(debug_assertions) { 40_000_000 } else { 80_000_000 };
    let text = format!("{{population: {{active: {{count: 100000}}}}, traffic: {{requests: {requests}}}}}");
    let long = written(folder.path(), "long.yaml", &text);
    let short = scenario("walkthrough.json");
    let bar = |text: &str| text.contains('█');
    let seen = on_a_terminal(&format!("run {long}"));
    assert!(bar(&seen) && seen.contains("left") && seen.contains("done in"), "{seen:?}");
    assert!(on_a_terminal(&format!("run {long} --lang ru")).contains("осталось около"));
    let runs =
        on_a_terminal(&format!("run {long} --runs 4 --jobs 1 --set traffic.requests={}", requests / 2));
    assert!(runs.contains(" of 4, about"), "{runs:?}");
    assert!(!bar(&on_a_terminal(&format!("run {short}"))), "a short run");
    assert!(!bar(&on_a_terminal(&format!("run {long} -q"))), "a quiet run");
    assert!(!bar(stderr(&rolesim(&["run", &long]))), "no terminal");
}

#[test]
fn remarks_are_in_the_language_of_the_report() {
    let failing = scenario("update-failure.json");
    let nasa = scenario("nasa-day.yaml");
    for (arguments, words) in [
        (&["run", failing.as_str()][..], &["warning: failed to update cache `event`", "done in 0."][..]),
        (&["run", &failing, "--lang", "ru"], &["предупреждение: кэш `event`", "готово за 0,"]),
        (&["run", &nasa], &["trace: rows read 30,969, used 30,969"]),
        (&["run", &nasa, "--lang", "ru"], &["прочитано строк 30\u{a0}969"]),
        (&["validate", &failing, "--lang", "ru"], &["ошибок не найдено"]),
        (&["run", &failing, "--lang", "ru", "--runs", "3"], &["день прогнан 3 раза"]),
        (&["run", &failing, "--lang", "ru", "--runs", "5"], &["день прогнан 5 раз"]),
    ] {
        let output = rolesim(arguments);
        for word in words {
            assert!(
                stderr(&output).contains(word),
                "{arguments:?}: `{word}` is missing in {}",
                stderr(&output)
            );
        }
    }
}
