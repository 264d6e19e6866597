//! Rewritten days say the same when they are read again.

use super::super::convert::{Failed, rewrite};
use super::super::format::RECORD;
use super::*;

fn target(format: TraceFormat) -> Target {
    Target { format, sorted: false, numbered: false }
}

fn written(text: &[u8], spec: &TraceSpec, target: Target) -> Result<(Vec<u8>, Converted), String> {
    let mut out = Vec::new();
    let rows = Rows::open(text, spec, !target.sorted).map_err(Failed::from);
    match rows.and_then(|mut rows| rewrite(&mut rows, target, &mut out)) {
        Ok(converted) => Ok((out, converted)),
        Err(Failed::Read(fault)) => Err(fault.in_file(Path::new("day")).to_string()),
        Err(Failed::Write(error)) => Err(error.to_string()),
    }
}

const ALL: &str = "time,user,op,role\n1,a,get,\n2.000001,\"b,\"\"\n\",,admin\n3,7,set,\n3,7,delete,\n4,\u{e9},add_admin,\n\
                   5,a,remove_admin,\n6,a,nop,\n7,a,set,user\n7,a,,\n";

#[test]
fn every_kind_of_row_survives_every_text_format() {
    let changing = |format| TraceSpec { sets: Sets::Changes, ..TraceSpec::new("day", format) };
    let (rows, scan, counts) = replayed(ALL, &changing(TraceFormat::Csv)).unwrap();
    assert_eq!((counts.requests, counts.changes, counts.neither), (2, 6, 1));
    for format in [TraceFormat::Csv, TraceFormat::Jsonl] {
        let (text, converted) = written(ALL.as_bytes(), &csv(), target(format)).unwrap();
        assert_eq!((converted.rows, converted.written), (9, 9));
        let again = replayed(&text, &changing(format)).unwrap();
        assert_eq!(again, (rows.clone(), scan.clone(), counts), "{}", String::from_utf8_lossy(&text));
        let (twice, _) = written(&text, &TraceSpec::new("day", format), target(format)).unwrap();
        assert_eq!(twice, text, "what was written is written alike again");
    }
    let tabs = ALL.replace("\"b,\"\"\n\"", "b");
    let (text, _) = written(tabs.as_bytes(), &csv(), target(TraceFormat::Tsv)).unwrap();
    let again = replayed(&text, &changing(TraceFormat::Tsv)).unwrap();
    assert_eq!(again, replayed(&tabs, &changing(TraceFormat::Csv)).unwrap());
}

#[test]
fn a_day_of_requests_has_two_columns() {
    let (text, _) = written(b"user,x,time\na,1,5\n", &csv(), target(TraceFormat::Csv)).unwrap();
    assert_eq!(String::from_utf8_lossy(&text), "time,user\n5,a\n");
    let (text, _) = written(b"user,x,time\na,1,5.5\n", &csv(), target(TraceFormat::Jsonl)).unwrap();
    assert_eq!(String::from_utf8_lossy(&text), "{\"time\":5.5,\"user\":\"a\"}\n");
}

#[test]
fn logs_and_cache_traces_are_written_as_others_write_them() {
    let text = "time,user,op,role\n807249601.5,frank,get,\n807249602,8,set,\n";
    let (log, converted) = written(text.as_bytes(), &csv(), target(TraceFormat::Combined)).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&log),
        "- - frank [01/Aug/1995:04:00:01 +0000] \"GET / HTTP/1.1\" 200 0 \"-\" \"-\"\n"
    );
    assert_eq!(converted, Converted { rows: 2, written: 1, skipped: 0, cut_times: 1, left_out: 1 });
    let (lines, converted) = written(text.as_bytes(), &csv(), target(TraceFormat::Twitter)).unwrap();
    assert_eq!(String::from_utf8_lossy(&lines), "807249601,frank,5,0,0,get,0\n807249602,8,1,0,0,set,0\n");
    assert_eq!(converted, Converted { rows: 2, written: 2, skipped: 0, cut_times: 1, left_out: 0 });
}

#[test]
fn twitter_s_operations_say_all_but_named_roles() {
    let changing = |format| TraceSpec { sets: Sets::Changes, ..TraceSpec::new("day", format) };
    let (text, converted) =
        written(ALL.replace("\"b,\"\"\n\"", "\"b,\"").as_bytes(), &csv(), target(TraceFormat::Twitter))
            .unwrap();
    assert_eq!((converted.written, converted.left_out), (7, 2), "two rows name a role");
    let (rows, _, counts) = replayed(&text, &changing(TraceFormat::Twitter)).unwrap();
    assert_eq!((counts.requests, counts.changes, counts.neither), (2, 4, 1));
    let named = |(_, user, _): &(u64, String, RowKind)| user.clone();
    assert_eq!(rows.iter().map(named).collect::<Vec<_>>(), ["a", "7", "7", "\u{e9}", "a", "a"]);
}

#[test]
fn a_row_that_grows_beyond_what_can_be_read_is_refused() {
    let user = "\u{1}".repeat(300_000);
    let text = format!("time,user\n1,{user}\n");
    assert!(written(text.as_bytes(), &csv(), target(TraceFormat::Csv)).is_ok());
    let said = written(text.as_bytes(), &csv(), target(TraceFormat::Jsonl)).unwrap_err();
    assert_eq!(said, "day:2: would be longer than 1 MiB as jsonl and could not be read again");
}

#[test]
fn records_know_the_place_of_the_next_request() {
    let text = b"time,user,op\n10,7,get\n11,8,get\n11.5,7,get\n12,7,set\n13,9,get\n";
    let (bytes, converted) = written(text, &csv(), target(TraceFormat::OracleGeneral)).unwrap();
    assert_eq!(converted, Converted { rows: 5, written: 4, skipped: 0, cut_times: 1, left_out: 1 });
    let records: Vec<(u32, u64, i64)> = bytes
        .chunks_exact(RECORD)
        .map(|record| {
            let next = i64::from_le_bytes(record[16..24].try_into().unwrap());
            let time = u32::from_le_bytes(record[..4].try_into().unwrap());
            (time, u64::from_le_bytes(record[4..12].try_into().unwrap()), next)
        })
        .collect();
    assert_eq!(records, [(10, 7, 3), (11, 8, i64::MAX), (11, 7, i64::MAX), (13, 9, i64::MAX)]);
}

#[test]
fn records_by_the_hundred_thousand_are_linked_across_blocks() {
    let text: String =
        (0..150_000).fold("time,user\n".to_owned(), |text, at| text + &format!("{at},{}\n", at % 70_000));
    let (bytes, _) = written(text.as_bytes(), &csv(), target(TraceFormat::OracleGeneral)).unwrap();
    for (index, record) in bytes.chunks_exact(RECORD).enumerate() {
        let next = i64::from_le_bytes(record[16..24].try_into().unwrap());
        let expected = if index + 70_000 < 150_000 { index as i64 + 70_001 } else { i64::MAX };
        assert_eq!(next, expected, "record {index}");
    }
}

#[test]
fn what_a_format_cannot_hold_is_refused_with_its_line() {
    for (text, format, words) in [
        (
            "time,user\n1,5\n2,a\n",
            TraceFormat::OracleGeneral,
            "day:3: `a` cannot be written as oracle-general",
        ),
        ("time,user\n4294967296,5\n", TraceFormat::OracleGeneral, "day:2: `4294967296` cannot be written"),
        (
            "time,user\n1,\"a\tb\"\n",
            TraceFormat::Tsv,
            "day:2: `a\\tb` cannot be written as tsv and be read again",
        ),
        (
            "time,user\n1,a\n2,a b\n",
            TraceFormat::Combined,
            "day:3: `a b` cannot be written as combined, whose users have no blank, quote or control character and are \
             not `-`; number the users with --number-users",
        ),
        ("time,user\n1,-\n", TraceFormat::Combined, "day:2: column `user`: `-` is nobody"),
        ("time,user\n1,a\"b\n", TraceFormat::Combined, "day:2: `a\"b` cannot be written as combined"),
        ("time,user\n1,\"a\nb\"\n", TraceFormat::Combined, "day:2: `a\\nb` cannot be written as combined"),
        (
            "time,user\n1,\"a\nb\"\n",
            TraceFormat::Twitter,
            "day:2: `a\\nb` cannot be written as twitter and be read again",
        ),
        ("time,user\n", TraceFormat::Csv, "day: has a header and no rows"),
        (
            "time,user\n2,a\n1,b\n",
            TraceFormat::Csv,
            "day:3: column `time`: `1` is earlier than `2` of line 2",
        ),
    ] {
        let said = written(text.as_bytes(), &csv(), target(format)).unwrap_err();
        assert!(said.starts_with(words), "{said}");
    }
}

#[test]
fn sorting_keeps_the_order_of_equal_times() {
    let sorted = Target { sorted: true, ..target(TraceFormat::Csv) };
    let text = b"time,user,role\n5,b,\n3,a,admin\n5,a,user\n3,c,\n";
    let (out, _) = written(text, &csv(), sorted).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&out),
        "time,user,op,role\n3,a,set_role,admin\n3,c,get,\n5,b,get,\n5,a,set_role,user\n"
    );
    let (out, _) = written(text, &csv(), Target { numbered: true, ..sorted }).unwrap();
    assert!(
        String::from_utf8_lossy(&out)
            .ends_with("3,1,set_role,admin\n3,2,get,\n5,3,get,\n5,1,set_role,user\n")
    );
}

/// What a row of a recorded day may say, and how JSON lines say it.
const SAYINGS: [&str; 7] = [
    "",
    ",\"op\":\"set\"",
    ",\"op\":\"delete\"",
    ",\"op\":\"add_admin\"",
    ",\"op\":\"remove_admin\"",
    ",\"op\":\"nop\"",
    ",\"role\":\"admin\"",
];

/// A recorded day as JSON lines, which hold everything: microseconds, users, and which of the sayings.
fn lines_of(rows: &[(u64, String, usize)]) -> String {
    let line = |(at_us, user, says): &(u64, String, usize)| {
        let (second, fraction) = (at_us / 1_000_000, at_us % 1_000_000);
        let user = serde_json::to_string(user).unwrap();
        format!("{{\"time\":{second}.{fraction:06},\"user\":{user}{}}}\n", SAYINGS[*says])
    };
    rows.iter().map(line).collect()
}

/// What of a day a format can say: which rows, and when.
fn sayable(rows: &[(u64, String, usize)], format: TraceFormat) -> Vec<(u64, String, usize)> {
    let says = |says: usize| match format {
        TraceFormat::Combined | TraceFormat::OracleGeneral => says == 0,
        TraceFormat::Twitter => says < 6,
        _ => true,
    };
    let grain = if format.has_columns() { 1 } else { 1_000_000 };
    let kept = rows.iter().filter(|(_, _, kind)| says(*kind));
    kept.map(|(at_us, user, kind)| (at_us / grain * grain, user.clone(), *kind)).collect()
}

/// Rows in order of time.
fn days(user: &'static str) -> impl Strategy<Value = Vec<(u64, String, usize)>> {
    let row = (0..3_000_000u64, user, 0..SAYINGS.len());
    proptest::collection::vec(row, 1..12).prop_map(|rows| {
        let mut at_us = 1_700_000_000_000_000;
        let mut later = |gap_us: u64| {
            at_us += if gap_us < 1_000_000 { 0 } else { gap_us };
            at_us
        };
        rows.into_iter().map(|(gap_us, user, says)| (later(gap_us), user, says)).collect()
    })
}

/// Writes a day in a format, and reads it again; and what of it the format can say.
fn round_trip(rows: &[(u64, String, usize)], format: TraceFormat) -> Result<(), TestCaseError> {
    let jsonl = |format| TraceSpec { sets: Sets::Changes, ..TraceSpec::new("day", format) };
    let expected = sayable(rows, format);
    let (text, converted) = written(lines_of(rows).as_bytes(), &jsonl(TraceFormat::Jsonl), target(format))
        .map_err(TestCaseError::fail)?;
    prop_assert_eq!((converted.rows, converted.written), (rows.len() as u64, expected.len() as u64));
    prop_assert_eq!(converted.left_out, converted.rows - converted.written);
    if expected.is_empty() {
        return Ok(());
    }
    let again = replayed(&text, &jsonl(format)).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let same = replayed(lines_of(&expected), &jsonl(TraceFormat::Jsonl));
    prop_assert_eq!(again, same.map_err(|error| TestCaseError::fail(error.to_string()))?, "{:?}", format);
    Ok(())
}

proptest! {
    #[test]
    fn a_day_in_any_format_says_the_same_when_read_again(rows in days("[a-z0-9:./\\\\é@-]{2,9}")) {
        for format in written_formats().filter(|format| *format != TraceFormat::OracleGeneral) {
            round_trip(&rows, format)?;
        }
    }

    #[test]
    fn a_day_of_numbered_users_survives_records_too(rows in days("0|[1-9][0-9]{0,17}")) {
        for format in written_formats() {
            round_trip(&rows, format)?;
        }
    }

    #[test]
    fn whatever_a_user_is_called_it_is_read_again_or_refused(
        user in "(\\PC|[ ,\"\\\\\t\r\n\\[\\]-]|\u{a0}|\u{feff}|\u{1b}|\\[01/Jan/1970:00:00:10 \\+0000\\]){1,9}",
        other in "[a-z]",
    ) {
        // The first line and the last are the ones in which something else could be looked for.
        for rows in [[&user, &other], [&other, &user]] {
            let rows = rows.map(|user| (1_000_000u64, user.clone(), 0));
            for format in written_formats() {
                let spec = TraceSpec::new("day", TraceFormat::Jsonl);
                match written(lines_of(&rows).as_bytes(), &spec, target(format)) {
                    Ok(_) => round_trip(&rows, format)?,
                    Err(said) => {
                        let is_refused = said.contains("cannot be written as") || said.contains("is nobody");
                        prop_assert!(is_refused, "{}", said)
                    }
                }
            }
        }
    }
}
