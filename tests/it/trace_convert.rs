//! Recorded days converted, from outside: in every format, and what is refused.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::cli::{rolesim, scenario, stderr, stdout, written};
use crate::traces::metrics;

#[test]
fn a_converted_day_has_the_same_fingerprint_and_digest() {
    let folder = tempfile::tempdir().unwrap();
    let nasa = scenario("nasa/nasa-1995-08-01.tsv");
    let prints = |file: &Path, format: &str| {
        let file = serde_json::to_string(file).unwrap();
        let text = format!("trace: {{file: {file}, format: {format}}}");
        let report = metrics(&written(folder.path(), "day.yaml", &text));
        let hits = &report["results"][0]["metrics"]["hits"];
        (
            report["results"][0]["fingerprint"].to_string(),
            report["scenario"]["digest"].to_string(),
            hits.as_u64().unwrap(),
        )
    };
    let expected = prints(Path::new(&nasa), "tsv");
    assert_eq!(expected.2, 28_604);
    for (name, format) in [
        ("a.csv", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.tsv.gz", "tsv"),
        ("a.log.zst", "combined"),
        ("a", "twitter"),
    ] {
        let out = folder.path().join(name);
        // The option says what the extension says, or what it cannot.
        for more in [&["--to", format][..], &[]].into_iter().filter(|more| !more.is_empty() || name != "a") {
            let output =
                rolesim(&[&["trace", "convert", &nasa, "-o", &out.display().to_string()], more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
            assert_eq!(stderr(&output), "trace: rows read 30,969, written 30,969\n");
            assert_eq!(prints(&out, format), expected, "{name}");
        }
    }
    let numbered = |name: &str, from: &str| {
        let out = folder.path().join(name);
        let output =
            rolesim(&["trace", "convert", from, "--number-users", "-q", "-o", &out.display().to_string()]);
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        out
    };
    let records = prints(&numbered("b.oracleGeneral.zst", &nasa), "oracle-general");
    assert_eq!((records.2, &records), (28_604, &prints(&numbered("b.csv.gz", &nasa), "csv")));
}

#[test]
fn trace_commands_refuse_what_they_cannot_do() {
    let folder = tempfile::tempdir().unwrap();
    let nasa = scenario("nasa/nasa-1995-08-01.tsv");
    let bad = written(folder.path(), "bad.csv", "time,user\n5,a\n4,b\n");
    let spaced = written(folder.path(), "spaced.csv", "time,user\n5,a\n6,b c\n");
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (arguments, code, words) in [
        (vec!["info", "/dev/zero"], 3, "is not a regular file"),
        (vec!["info", "nothing.csv"], 3, "nothing.csv: "),
        (vec!["info", &bad], 2, "bad.csv:3: column `time`: `4` is earlier than `5` of line 2"),
        (vec!["info", &bad, "--format", "json"], 2, "{\"error\":{\"exit\":2"),
        (vec!["info", &bad, "--user", "who"], 2, "column `who` is missing"),
        (vec!["info", &bad, "--trace-format", "parquet"], 2, "known are csv, tsv, jsonl"),
        (vec!["info", &bad, "--timezone", "Mars"], 2, "the time zone `Mars` is unknown"),
        (vec!["inof", &bad], 2, "did you mean `info`?"),
        (
            vec!["convert", &nasa, "-o", &at("out.parquet")],
            2,
            "the extension says no format; write .csv, .tsv, .jsonl, .log or .oracleGeneral",
        ),
        (
            vec!["convert", &spaced, "-o", &at("out.log")],
            2,
            "spaced.csv:3: `b c` cannot be written as combined",
        ),
        (
            vec!["convert", &nasa, "-o", &at("out"), "--to", "parquet"],
            2,
            "known are csv, tsv, jsonl, combined",
        ),
        (vec!["convert", &nasa, "-o", &at("out.oracleGeneral")], 2, "number the users with --number-users"),
        (vec!["convert", &bad, "-o", &bad, "--sort"], 2, "is an input or another output already"),
        (vec!["convert", &bad, "-o", "/nowhere/a.csv"], 3, "/nowhere/a.csv: cannot be written"),
        (vec!["convert", &nasa, "-o", "/dev/full"], 2, "the extension says no format"),
    ] {
        let output = rolesim(&[&["trace"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
    let left = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(
        left.collect::<BTreeSet<_>>(),
        ["bad.csv".into(), "spaced.csv".into()].into(),
        "nothing half-written"
    );
    let out = at("sorted.csv");
    assert_eq!(rolesim(&["trace", "convert", &bad, "-o", &out, "--sort"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&out).unwrap(), "time,user\n4,b\n5,a\n");
}
