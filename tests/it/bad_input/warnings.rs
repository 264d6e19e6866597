//! Days on which millions of things go wrong, none of which ends the run: a few lines and a count tell of them.

use std::fmt::Write;
use std::process::Stdio;

use super::Ground;

/// A hundred processes, and a hundred thousand changes that none of them can apply.
const FAILED_UPDATES: &str = "{population: {active: {count: 110000}}, replicas: {count: 100}, \
                              role_changes: {count: 100000, grants: 1.0}, \
                              cache: {kind: event, capacity: 5}, \
                              faults: [{from: '00:00', to: '24:00', update: fails}], compare: []}";

#[test]
fn ten_million_failed_updates_are_a_line_and_a_count() {
    let ground = Ground::new();
    ground.put("day.yaml", FAILED_UPDATES.as_bytes());
    for (arguments, words) in [
        (&["run", "day.yaml"][..], "warning: failed to update cache `event+capacity=5`, 10,000,000 in all"),
        (&["run", "day.yaml", "-v"], "10,000,000 in all"),
        (&["run", "day.yaml", "--lang", "ru"], "предупреждение: "),
        (&["check", "day.yaml", "--expectations-only"], "10,000,000 in all"),
    ] {
        let output = ground.run_for(60, arguments, Stdio::null()).within_memory(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(stderr.contains(words) && stderr.lines().count() <= 4, "{arguments:?}: {stderr}");
    }
}

/// Each of forty caches fails to be updated.
#[test]
fn many_caches_that_warn_are_three_lines_and_a_count() {
    let ground = Ground::new();
    let mut day = "{script: [{at: '08:00', add_admin: 7, update: fails}], compare: [none".to_owned();
    (1..40).for_each(|life| write!(day, ", 'event+ttl={life}m'").unwrap());
    ground.put("day.yaml", format!("{day}]}}").as_bytes());
    for (arguments, last) in [
        (&["compare", "day.yaml"][..], "warning: failed to update 37 more caches, 37 in all"),
        (&["compare", "day.yaml", "--lang", "ru"], "предупреждение: ещё 37 кэшей не удалось обновить 37 раз"),
    ] {
        let output = ground.run(arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let warnings: Vec<&str> = stderr.lines().filter(|line| line.contains(": ")).collect();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(warnings.len() == 4 && warnings[3].starts_with(last), "{stderr}");
    }
}

/// A million rows that mean nothing here.
#[test]
fn rows_that_are_left_out_are_one_line_and_a_count() {
    let ground = Ground::new();
    let mut rows = "time,user,op\n".to_owned();
    (0..500_000).for_each(|n| write!(rows, "{n},{n},set\n{n},{n},touch\n").unwrap());
    ground.put("rows.csv", rows.as_bytes());
    ground.put("day.yaml", b"trace: {file: rows.csv}");
    let arguments = ["run", "day.yaml", "-v"];
    let output = ground.run_for(60, &arguments, Stdio::null()).within_memory(&arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let words = "skipped 500,000 (sets), skipped 500,000 (neither asks nor writes)";
    assert!(stderr.contains(words) && stderr.lines().count() <= 4, "{stderr}");
}

/// Of several scenarios each line says which it is about; of one it need not.
#[test]
fn warnings_of_several_scenarios_name_theirs() {
    let ground = Ground::new();
    let day = "{script: [{at: '08:00', add_admin: 7, update: fails}], expect: [{metric: hits, min: 0}], compare: []}";
    ground.put("one.yaml", day.as_bytes());
    ground.put("other.yaml", day.as_bytes());
    ground.put("rows.yaml", b"{trace: {file: day.csv}, compare: []}");
    for (files, lang, words) in [
        (&["one.yaml"][..], "en", &["warning: failed to update cache `event`, 1 in all"][..]),
        (
            &["one.yaml", "other.yaml", "rows.yaml"],
            "en",
            &[
                "warning: one.yaml: failed to update cache `event`, 1 in all",
                "warning: other.yaml: failed to update cache `event`, 1 in all",
                "rows.yaml: trace: rows read 2, used 2",
                "warning: rows.yaml: expects nothing, so nothing was checked",
            ],
        ),
        (
            &["one.yaml", "rows.yaml"],
            "ru",
            &[
                "предупреждение: one.yaml: кэш `event` не удалось обновить 1 раз",
                "rows.yaml: журнал: прочитано строк 2, использовано 2",
                "предупреждение: rows.yaml: ожиданий нет",
            ],
        ),
    ] {
        let arguments = [&["check", "--expectations-only", "--lang", lang], files].concat();
        let output = ground.run(&arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        let begins = |words: &&str| stderr.lines().any(|line| line.starts_with(words));
        assert!(words.iter().all(begins), "{arguments:?}: {stderr}");
    }
}

#[test]
fn what_became_of_converted_rows_is_told_in_both_languages() {
    let ground = Ground::new();
    ground.put("some.csv", b"time,user,op\n0.5,1,get\n1,2,set\n2,3,set\n");
    for (lang, words) in [
        (
            "en",
            "trace: rows read 3, written 1, left out 2 (no requests, and oracle-general holds nothing else), times cut to whole seconds 1\n",
        ),
        (
            "ru",
            "журнал: прочитано строк 3, записано 1, пропущено 2 (не запросы, а oracle-general хранит только их), время округлено вниз до секунд в 1 строке\n",
        ),
    ] {
        let arguments = ["trace", "convert", "some.csv", "-o", "some.oracleGeneral", "--lang", lang];
        let output = ground.run(&arguments, Stdio::null());
        assert_eq!(
            (output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()),
            (Some(0), words)
        );
    }
}
