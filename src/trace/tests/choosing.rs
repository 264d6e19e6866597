//! Which rows are kept, what their operations mean, and where in JSON their values stand.

use super::*;
use crate::model::{Keep, Operation};

fn jsonl(time: &str, user: &str) -> TraceSpec {
    let columns = Columns { time: time.to_owned(), user: user.to_owned(), ..Columns::default() };
    TraceSpec { columns, ..TraceSpec::new("day", TraceFormat::Jsonl) }
}

fn keep(column: &str, values: &[&str]) -> Vec<Keep> {
    vec![Keep { column: column.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }]
}

/// Users, and what became of rows.
fn users(text: &str, spec: &TraceSpec) -> Result<(Vec<String>, Counts), TraceError> {
    let (rows, _, counts) = replayed(text, spec)?;
    assert_eq!(look(text.as_bytes(), spec).unwrap().counts, counts, "a look counts the same");
    Ok((rows.into_iter().map(|(_, user, _)| user).collect(), counts))
}

#[test]
fn rows_without_a_user_are_left_out_if_that_is_asked_for() {
    let log = |user: &str| format!("h - {user} [01/Jan/2024:00:00:10 +0000] \"GET /\" 200 1\n");
    let texts = [
        (csv(), "time,user\n1,a\n2,\n3,-\n4,b\n".to_owned()),
        (
            jsonl("time", "user"),
            "{\"time\":1,\"user\":\"a\"}\n{\"time\":2}\n{\"time\":3,\"user\":null}\n{\"time\":4,\"user\":\"b\"}\n"
                .to_owned(),
        ),
        (jsonl("time", "u.id"), "{\"time\":1,\"u\":{\"id\":\"a\"}}\n{\"time\":2,\"u\":null}\n{\"time\":3,\"u\":{\"id\":\"\"}}\n{\"time\":4,\"u\":{\"id\":\"b\"}}\n".to_owned()),
        (TraceSpec::new("day", TraceFormat::Combined), [log("a"), log("-"), log("\"\""), log("b")].concat()),
    ];
    for (spec, text) in texts {
        let skipping = TraceSpec { skips_no_user: true, ..spec.clone() };
        let (users, counts) = users(&text, &skipping).unwrap();
        assert_eq!(
            (users, counts.rows, counts.no_user, counts.hosts),
            (vec!["a".into(), "b".into()], 4, 2, 0)
        );
        let said = replayed(&text, &spec);
        match spec.format {
            TraceFormat::Combined => assert_eq!(said.unwrap().2.hosts, 2),
            _ => {
                let said = said.unwrap_err().to_string();
                assert!(
                    said.starts_with("day:")
                        && said.contains("or leave such rows out with `skip: [no-user]`"),
                    "{said}"
                );
            }
        }
    }
}

#[test]
fn what_stands_for_nobody_is_not_a_user() {
    for (user, words) in [
        ("-", "day:2: column `user`: `-` is nobody; every row needs a user, or leave"),
        ("- -", "day:2: column `user`: `- -` is nobody"),
    ] {
        let said = scanned(format!("time,user\n1,{user}\n"), &csv()).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
    let skipping = TraceSpec { skips_no_user: true, ..csv() };
    assert!(scanned("time,user\n1,a\n2,- -\n", &skipping).is_err(), "it was cut at the wrong places");
    assert_eq!(users("time,user\n1,-a\n2,--\n", &csv()).unwrap().0, ["-a", "--"]);
}

#[test]
fn where_keeps_rows_by_the_values_of_columns() {
    let text = "time,user,event,ok\n1,a,update,1\nx,,healthcheck,1\n3,b,message,0\n4,c,message,1\n";
    let spec = TraceSpec { keep: keep("event", &["update", "message"]), ..csv() };
    let (kept, counts) = users(text, &spec).unwrap();
    assert_eq!((kept, counts.rows, counts.filtered), (vec!["a".into(), "b".into(), "c".into()], 4, 1));
    let both = TraceSpec { keep: [keep("event", &["message"]), keep("ok", &["1"])].concat(), ..csv() };
    assert_eq!(users(text, &both).unwrap().0, ["c"]);
    let lines = "{\"time\":1,\"user\":1,\"e\":{\"k\":\"m\",\"ok\":true}}\n{\"e\":{\"k\":\"n\"}}\n{\"e\":{\"k\":[1]}}\n";
    let inner =
        TraceSpec { keep: [keep("e.k", &["m"]), keep("e.ok", &["true"])].concat(), ..jsonl("time", "user") };
    let said = replayed(lines, &inner).unwrap_err().to_string();
    assert!(said.contains("day:3: key `e.k`: `[1]` is neither"), "{said}");
    assert_eq!(users(&lines[..lines.len() - 16], &inner).unwrap().1.filtered, 1);
    let said = scanned(text, &TraceSpec { keep: keep("evnt", &["x"]), ..csv() }).unwrap_err().to_string();
    assert!(said.contains("day:1: column `evnt` is missing"), "{said}");
    assert!(
        scanned(text, &TraceSpec { keep: keep("event", &["none"]), ..csv() }).is_err(),
        "no rows are left"
    );
}

#[test]
fn own_operations_take_the_place_of_the_usual_ones() {
    let ops = vec![("login".to_owned(), Operation::Read), ("role_changed".to_owned(), Operation::SetRole)];
    let spec = TraceSpec { ops, ..csv() };
    let (rows, _, counts) =
        replayed("time,user,op,role\n1,a,LOGIN,\n2,a,role_changed,admin\n3,a,,\n", &spec).unwrap();
    assert_eq!((rows.len(), counts.requests, counts.changes), (3, 2, 1));
    let said = scanned("time,user,op\n1,a,update\n", &spec).unwrap_err().to_string();
    assert!(said.contains("`update` is not a known operation; known are login, role_changed"), "{said}");
}

#[test]
fn columns_of_json_are_paths() {
    let text = "{\"input\":{\"subject\":{\"id\":\"ann\",\"x\":[]}},\"t.s\":5,\"input2\":1}\n";
    assert_eq!(users(text, &jsonl("\"t.s\"", "input.subject.id")).unwrap().0, ["ann"]);
    for (text, words) in [
        ("{\"t\":1,\"u\":\"x\"}", "day:1: key `u.id` leads through a text, not through an object"),
        ("{\"t\":1,\"u\":[{\"id\":1}]}", "leads through a list"),
        ("{\"t\":1,\"u\":7}", "leads through a number"),
        ("{\"t\":1,\"u\":{\"id\":true}}", "key `u.id`: `true` is neither a text nor a whole number"),
        ("{\"t\":1,\"u\":{\"id\":1,\"id\":2}}", "key `u.id` is there more than once"),
        ("{\"t\":1,\"u\":{}}", "key `u.id` is missing"),
        ("{\"u\":{\"id\":1}}", "key `t` is missing; every line needs it"),
    ] {
        let said = scanned(text, &jsonl("t", "u.id")).unwrap_err().to_string();
        assert!(said.contains(words), "{said}, not {words}");
    }
}

#[test]
fn an_array_is_the_day_that_its_lines_are() {
    let item = |n: u64| format!("{{\"time\":{n},\"user\":{{\"id\":{}}}}}", n % 7);
    let items: Vec<String> = (1..200).map(item).collect();
    let spec = jsonl("time", "user.id");
    let lines = scanned(items.join("\n"), &spec).unwrap();
    for text in [format!("[{}]", items.join(",")), format!("\n[\n{}\n]\n", items.join(",\n"))] {
        assert_eq!(scanned(text, &spec).as_ref(), Ok(&lines));
    }
    let cut = format!("[\n{}", items.join(",\n"));
    assert!(scanned(cut, &spec).unwrap_err().to_string().contains("day:200: the file ends inside an array"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, "[{\"x\":1,\"@timestamp\":1700000000123,\n\"user\":{\"id\":5}}]").unwrap();
    let spec = guess(&path, &Known::default()).unwrap();
    let columns = (spec.columns.time.as_str(), spec.columns.user.as_str());
    assert_eq!(
        (spec.format, columns, spec.unit),
        (TraceFormat::Jsonl, ("@timestamp", "user.id"), Some(TimeUnit::Millis))
    );
}
