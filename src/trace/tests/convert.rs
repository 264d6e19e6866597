//! Days written anew say the same when they are read again.

use super::super::convert::{Converted, Failed, Target, write_anew};
use super::super::oracle::RECORD;
use super::*;

fn target(format: TraceFormat) -> Target {
    Target { format, sorted: false, numbered: false }
}

fn written(text: &[u8], spec: &TraceSpec, target: Target) -> Result<(Vec<u8>, Converted), String> {
    let mut out = Vec::new();
    match write_anew(text, spec, target, &mut out) {
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
fn records_know_the_place_of_the_next_request() {
    let text = b"time,user,op\n10,7,get\n11,8,get\n11.5,7,get\n12,7,set\n13,9,get\n";
    let (bytes, converted) = written(text, &csv(), target(TraceFormat::OracleGeneral)).unwrap();
    assert_eq!(converted, Converted { rows: 5, written: 4, cut_times: 1, no_requests: 1 });
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
fn sorting_keeps_the_order_of_equal_times_and_numbers_follow_mention() {
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
