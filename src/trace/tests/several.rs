//! Rows from more than one place: late ones, several files, and role changes of their own.

use std::fs;

use super::*;

/// Times, users and kinds of rows, what became of all, and the digest.
type WholeDay = (Vec<(u64, String, RowKind)>, Counts, String);

/// A day that lies in files.
fn read(folder: &Path, spec: &TraceSpec) -> Result<WholeDay, TraceError> {
    let mut alone = None;
    for threads in [1, 2, 3] {
        let mut replay = Replay::open(threads, &TraceFiles::of(folder, spec), spec, &Roles::default())?;
        let (mut users, mut rows, mut all) = (Users::default(), RecordedRows::default(), Vec::new());
        loop {
            rows.clear();
            replay.read_on(&mut users, &mut rows).map_err(|fault| replay.files().error(fault))?;
            if rows.is_empty() {
                break;
            }
            let said = rows.at_us().iter().zip(rows.users()).enumerate();
            all.extend(said.map(|(at, (us, user))| (*us, users.id(*user).to_string(), rows.kind(at))));
        }
        let read = (all, replay.counts(), replay.digest());
        assert_eq!(alone.get_or_insert_with(|| read.clone()), &read, "{threads} threads");
    }
    Ok(alone.unwrap())
}

fn csv_of(files: &[&str]) -> TraceSpec {
    TraceSpec { files: files.iter().map(|file| (*file).to_owned()).collect(), ..csv() }
}

/// Rows whose times are at most a second late, and their times in order.
fn late_rows() -> (String, Vec<u64>) {
    let times: Vec<u64> = (0..400u64).map(|n| 100 + n - if n % 5 == 4 { 2 } else { 0 }).collect();
    let text = times.iter().fold("time,user\n".to_owned(), |text, at| text + &format!("{at},u{}\n", at % 9));
    let mut sorted: Vec<u64> = times.iter().map(|at| at * 1_000_000).collect();
    sorted.sort_unstable();
    (text, sorted)
}

#[test]
fn rows_that_are_a_little_late_are_put_in_order() {
    let (text, sorted) = late_rows();
    let window = |reorder_us| TraceSpec { reorder_us, ..csv() };
    let (rows, scan, _) = replayed(&text, &window(1_000_000)).unwrap();
    assert_eq!(rows.iter().map(|(us, ..)| *us).collect::<Vec<_>>(), sorted);
    let lines: Vec<String> =
        sorted.iter().map(|us| format!("{},u{}\n", us / 1_000_000, us / 1_000_000 % 9)).collect();
    let in_order = scanned("time,user\n".to_owned() + &lines.concat(), &csv()).unwrap();
    assert_eq!(scan.digest, in_order.digest);
    assert_eq!(look(text.as_bytes(), &window(1_000_000)).unwrap().counts.rows, 400);
    // Rows of one time stay in the order of the file.
    let text = "time,user\n5,a\n4,b\n5,c\n4,d\n6,e\n";
    let users: Vec<String> =
        replayed(text, &window(1_000_000)).unwrap().0.into_iter().map(|row| row.1).collect();
    assert_eq!(users, ["b", "d", "a", "c", "e"]);
}

#[test]
fn a_row_that_is_too_late_says_how_late_all_are() {
    let (text, _) = late_rows();
    for (reorder_us, words) in [
        (
            0,
            "day:6: column `time`: `102` is earlier than `103` of line 5, by 1s; `reorder: 1s`, or `--reorder 1s`, sorts rows \
             that are late by at most that, as these are; or sort the rows by time",
        ),
        (500_000, "day:6: column `time`: `102` is earlier than `103` of line 5, by 1s; `reorder: 1s`"),
    ] {
        let said = scanned(&text, &TraceSpec { reorder_us, ..csv() }).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
    let said = scanned("time,user\n9000,a\n1,b\n", &csv()).unwrap_err().to_string();
    assert!(
        said.contains("by 2h 29min 59s; sort the rows by time")
            || said.contains("by 2h 29m 59s; sort the rows"),
        "{said}"
    );
    // A fault behind it does not hide it.
    let said = scanned("time,user\n9,a\n8.98,b\nx,c\n1,d\n", &csv()).unwrap_err().to_string();
    assert!(said.contains("by 20ms; `reorder: 1s`"), "{said}");
}

#[test]
fn several_files_are_one_day() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let rows =
        |from: u64, to: u64| (from..to).fold(String::new(), |text, at| text + &format!("{at},u{}\n", at % 7));
    write("all.csv", format!("time,user\n{}", rows(0, 300)).as_bytes());
    let zstd = zstd::encode_all(format!("time,user\n{}", rows(0, 100)).as_bytes(), 1).unwrap();
    write("a", &zstd);
    // Another order of columns, and no newline at its end.
    let turned: Vec<String> = (100..200u64).map(|at| format!("u{},x,{at}", at % 7)).collect();
    write("b.gz", format!("user,more,time\n{}", turned.join("\n")).as_bytes());
    write("c.csv", format!("time,user\n{}", rows(200, 300)).as_bytes());
    let whole = read(folder.path(), &csv_of(&["all.csv"])).unwrap();
    assert_eq!(read(folder.path(), &csv_of(&["a", "b.gz", "c.csv"])).unwrap(), whole);
    let spec = csv_of(&["a", "b.gz", "c.csv"]);
    let survey = super::super::survey(&TraceFiles::of(folder.path(), &spec), &spec).unwrap();
    assert_eq!((survey.counts.rows, survey.packings), (300, vec![Packing::Zstd, Packing::Plain]));
    let records: Vec<u8> = (0..4u32).flat_map(|at| [&at.to_le_bytes()[..], &[1; 20]].concat()).collect();
    write("r1", &records[..48]);
    write("r2", &records[48..]);
    let oracle = TraceSpec { format: TraceFormat::OracleGeneral, ..csv_of(&["r1", "r2"]) };
    assert_eq!(read(folder.path(), &oracle).unwrap().1.requests, 4);
    // A fault is that of its file.
    write("bad", b"time,user\n400,a\n5,b\n");
    for (files, words) in [
        (&["c.csv", "a"][..], "/a:2: column `time`: `0` is earlier than `299` of an earlier file, by 4m 59s"),
        (&["a", "bad"], "/bad:3: column `time`: `5` is earlier than `400` of line 2"),
        (&["a", "gone"], "/gone: "),
        (&["a", "."], "/.: is not a regular file"),
        (&["a", "r1"], "/r1:1: column `time` is missing"),
    ] {
        let said = read(folder.path(), &csv_of(files)).unwrap_err().to_string();
        assert!(said.contains(words), "{said}, not {words}");
    }
}

#[test]
fn role_changes_of_another_file_come_first_at_an_instant() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("requests.csv", "time,user\n86400,a\n86410,a\n86420,b\n");
    let spec = |columns: Columns| {
        let changes = TraceSpec { columns, ..TraceSpec::new("changes.jsonl", TraceFormat::Jsonl) };
        TraceSpec { changes: Some(Box::new(changes)), ..csv_of(&["requests.csv"]) }
    };
    write(
        "changes.jsonl",
        "{\"time\":5,\"user\":\"a\",\"role\":\"admin\"}\n{\"time\":\"86410\",\"user\":\"a\",\"role\":\"user\"}\n\
         {\"time\":86410,\"user\":\"b\",\"op\":\"delete\"}\n{\"time\":86500,\"user\":\"b\",\"role\":\"admin\"}\n\
         {\"time\":172800,\"user\":\"b\",\"role\":\"admin\"}\n",
    );
    let (rows, counts, digest) = read(folder.path(), &spec(Columns::default())).unwrap();
    let change = |role| RowKind::Change(RoleId(role));
    let expected = [
        // What was before the day is what it begins with; what is after it is not looked at.
        (0, "a", change(1)),
        (0, "a", RowKind::Request),
        (10, "a", change(0)),
        (10, "b", change(0)),
        (10, "a", RowKind::Request),
        (20, "b", RowKind::Request),
        (100, "b", change(1)),
    ];
    let expected = expected.map(|(seconds, user, kind)| (seconds * 1_000_000, user.to_owned(), kind));
    assert_eq!(rows, expected);
    assert_eq!((counts.rows, counts.requests, counts.changes), (7, 3, 4));
    // The same as one file.
    write(
        "one.csv",
        "time,user,op,role\n86400,a,set_role,admin\n86400,a,,\n86410,a,,user\n86410,b,remove_admin,\n86410,a,,\n86420,b,,\n\
         86500,b,,admin\n",
    );
    assert_eq!(read(folder.path(), &csv_of(&["one.csv"])).unwrap().2, digest);
    let unnamed = Columns { role: Column::Unused, ..Columns::default() };
    for (spec, words) in [
        (
            spec(unnamed),
            "/changes.jsonl:1: says nothing of a role, and `changes` holds role changes; name the column",
        ),
        (
            spec(Columns { user: "who".to_owned(), ..Columns::default() }),
            "/changes.jsonl:1: key `who` is missing",
        ),
    ] {
        let said = read(folder.path(), &spec).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
    write(
        "changes.jsonl",
        "{\"time\":9,\"user\":1,\"role\":\"admin\"}\n{\"time\":8,\"user\":1,\"role\":\"user\"}\n",
    );
    let said = read(folder.path(), &spec(Columns::default())).unwrap_err().to_string();
    assert!(said.contains("/changes.jsonl:2: ") && said.contains("by 1s; `reorder: 1s`"), "{said}");
}

#[test]
fn a_role_that_nobody_named_lists_those_of_the_rows() {
    let text =
        "time,user,role\n1,a,user\n2,b,user\n3,c,moderator\n4,d,admin\n5,e,moderator\n6,f,moderator\n7,g,\n";
    let said = scanned(text, &csv()).unwrap_err().to_string();
    let words = "day:4: column `role`: `moderator` is not a role of the scenario; known are user, admin; the rows name \
                 moderator (3), user (2), admin (1): write `roles: [moderator, user, admin]` in the order from the lowest";
    assert_eq!(said, words);
}
