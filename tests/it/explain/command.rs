//! `rolesim explain` from outside.

use std::fs;

use crate::cli::{rolesim, scenario, stderr, stdout, written};

fn explain(arguments: &[&str]) -> std::process::Output {
    rolesim(&[&["explain"], arguments].concat())
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_story_of_the_first_stale_answer_is_told() {
    let path = scenario("overtaken-fetch.yaml");
    let output = explain(&[&path, "--first-stale", "--cache", "event+guard=none", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).is_empty());
    let text = stdout(&output);
    for part in ["User 666 · cache event+guard=none · seed 42", "51 requests, 50 stale answers", "✗ 09:01:00"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains('\u{1b}'));
    let same = explain(&[&path, "--user", "666", "--cache", "event+guard=none"]);
    assert_eq!(stdout(&same), text);
    let coloured = explain(&[&path, "--user", "666", "--cache", "event+guard=none", "--color", "always"]);
    assert!(stdout(&coloured).contains("\u{1b}[31m✗\u{1b}[0m"));
}

#[test]
fn a_story_holds_the_warm_up_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let day = "{clock: {start: '08:00', measure_from: '09:00'}, database: {users: [{id: 7, role: admin}]}, script: [\
               {at: '08:10', request: 7}, {at: '08:20', remove_admin: 7, event: lost}, {at: '08:30', request: 7}, \
               {at: '09:30', request: 7}]}";
    let day = written(folder.path(), "day.yaml", day);
    let told = explain(&[&day, "--user", "7", "-q"]);
    let line = "3 requests, 2 stale answers, all from 08:00:00 on, though metrics count from 09:00:00 on";
    assert!(stdout(&told).replace('\n', " ").contains(line), "{}", stdout(&told));
    let first = &lines(stdout(&explain(&[&day, "--user", "7", "--format", "json"])))[0];
    assert_eq!((&first["stale_reads"], &first["measure_from"]), (&2.into(), &"09:00:00".into()));
    let whole = explain(&[&day, "--user", "7", "--set", "clock.measure_from=08:00", "--format", "json"]);
    assert!(lines(stdout(&whole))[0].get("measure_from").is_none());
}

#[test]
fn the_first_stale_answer_is_the_one_that_was_asked_for_first() {
    let folder = tempfile::tempdir().unwrap();
    // User 1 joins a slow read and waits; user 2 asks later and is answered at once.
    let text = "{database: {users: [{ids: '1..=2', role: admin}], read_latency: 1s}, \
        cache: event+guard=singleflight+on-event=invalidate, script: [{at: '08:00', request: 2}, \
        {at: '08:30', write_db: {user: 2, role: user}}, {at: '09:00', request: 1}, \
        {at: '09:00:00.1', remove_admin: 1}, {at: '09:00:00.2', request: 1}, {at: '09:00:00.5', request: 2}]}";
    let path = written(folder.path(), "first.yaml", text);
    let output = explain(&[&path, "--first-stale"]);
    assert!(stdout(&output).contains("\nUser 1 ·"), "{}", stdout(&output));
    assert!(stdout(&output).contains("The request joined a read"), "{}", stdout(&output));
    let measured = explain(&[&path, "--first-stale", "--set", "clock.measure_from=09:00:00.3"]);
    assert!(stdout(&measured).contains("\nUser 2 ·"), "{}", stdout(&measured));
}

#[test]
fn a_day_without_stale_answers_says_so() {
    let path = scenario("overtaken-fetch.yaml");
    let output = explain(&[&path, "--first-stale"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("No answer of the day was stale"));
    let json = explain(&[&path, "--first-stale", "--format", "json"]);
    let lines = lines(stdout(&json));
    assert_eq!(
        (lines.len(), &lines[0]["user"], &lines[0]["stale_reads"]),
        (1, &serde_json::Value::Null, &0.into())
    );
}

#[test]
fn whoever_is_not_there_and_nobody_and_two_are_refused() {
    let path = scenario("overtaken-fetch.yaml");
    let output = explain(&[&path, "--user", "667\u{1b}[31m"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).is_empty());
    assert!(
        stderr(&output).contains("`667\\u{1b}[31m`: this user neither asks nor is written"),
        "{}",
        stderr(&output)
    );
    for wrong in [
        &[path.as_str()][..],
        &[&path, "--user", "666", "--first-stale"],
        &[&path, "--user", "666", "--format", "csv"],
        &[&path, "--user", "666", "-o", "story.csv"],
        &["nowhere.toml", "--user", "666", "--cache", "tl:5m"],
    ] {
        let output = explain(wrong);
        assert!(matches!(output.status.code(), Some(2 | 3)), "{wrong:?}");
        assert!(stdout(&output).is_empty(), "{wrong:?}");
    }
}

#[test]
fn the_lines_have_the_whole_story() {
    let folder = tempfile::tempdir().unwrap();
    let (data, text) = (folder.path().join("s.jsonl"), folder.path().join("s.txt"));
    let (data_name, text_name) = (data.display().to_string(), text.display().to_string());
    let path = scenario("overtaken-fetch.yaml");
    let common = [path.as_str(), "--user", "666", "--cache", "event+guard=none+ttl=5m"];
    let output = explain(&[&common[..], &["--format", "json", "-o", &data_name, "-o", &text_name]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(&data).unwrap(), stdout(&output));
    assert_eq!(fs::read_to_string(&text).unwrap(), stdout(&explain(&common)));
    let lines = lines(stdout(&output));
    let count = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!(
        (count("story"), count("request"), count("role_change"), count("event"), count("why")),
        (1, 51, 1, 1, 5)
    );
    let stale: Vec<_> =
        lines.iter().filter(|line| line["stale"] == true).map(|line| &line["number"]).collect();
    let why: Vec<_> = lines.iter().filter(|line| line["kind"] == "why").collect();
    assert_eq!(why.iter().map(|line| &line["request"]).collect::<Vec<_>>(), stale);
    for line in why {
        assert_eq!((&line["causes"][0]["cause"], &line["then"]), (&"overtaken_fetch".into(), &"true".into()));
    }
}

/// A name that would colour the terminal, turn the direction of reading and end its line.
const HOSTILE: &str = "a\\u001b[31mb\\u202e\\nc`\\\"";

#[test]
fn names_are_harmless_in_every_form_and_lines_fit_the_page() {
    use unicode_width::UnicodeWidthStr;
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{{\"name\": \"{HOSTILE}\", \"roles\": [\"{HOSTILE}\", \"admin {HOSTILE}\"], \"cache\": {{\"kind\": \"ttl\", \
         \"ttl\": \"5h\", \"label\": \"{HOSTILE}\"}}, \"script\": [{{\"at\": \"09:00\", \"request\": \"{HOSTILE}\"}}, \
         {{\"at\": \"10:00\", \"add_admin\": \"{HOSTILE}\"}}, {{\"at\": \"11:00\", \"request\": \"{HOSTILE}\", \
         \"count\": 9, \"every\": \"1m\"}}]}}"
    );
    let path = written(folder.path(), "hostile.json", &text);
    for form in [&["--lang", "en"][..], &["--lang", "ru"], &["--format", "json"]] {
        let output = explain(&[&[path.as_str(), "--first-stale"], form].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let out = stdout(&output);
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out}");
        let wide = form[1] != "json" && out.lines().any(|line| line.width() > 80);
        assert!(!wide, "{out}");
    }
}

#[test]
fn russian_is_spoken() {
    let path = scenario("overtaken-fetch.yaml");
    let cache = ["--cache", "event+guard=none+ttl=5m"];
    let output = explain(&[&[path.as_str(), "--user", "666", "--lang", "ru"], &cache[..]].concat());
    let text = stdout(&output);
    for part in ["Пользователь 666", "51 запрос, 5 устаревших ответов", "Почему", "все ответы (5) верны"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn more_is_said_on_request() {
    let path = scenario("overtaken-fetch.yaml");
    let output = explain(&[&path, "--user", "666", "-v", "--cache", "event+guard=none"]);
    let said = stderr(&output);
    assert!(said.contains("Admin removed event: 666") && said.contains("the day was run 2 times"), "{said}");
}
