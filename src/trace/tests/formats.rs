//! Each format, and what it refuses.

use super::*;

fn spec(format: TraceFormat) -> TraceSpec {
    TraceSpec::new("day", format)
}

/// A record of 24 bytes.
fn record(time: u32, number: u64) -> Vec<u8> {
    let mut bytes = time.to_le_bytes().to_vec();
    bytes.extend(number.to_le_bytes());
    bytes.extend(100u32.to_le_bytes());
    bytes.extend((-1i64).to_le_bytes());
    bytes
}

#[test]
fn every_format_tells_the_same_day() {
    let oracle = [record(10, 7), record(20, 8), record(20, 7)].concat();
    let texts: [(TraceFormat, &[u8]); 6] = [
        (TraceFormat::Csv, b"time,user\n10,7\n20,8\n20,7\n"),
        (TraceFormat::Tsv, b"time\tuser\n10\t7\n20\t8\n20\t7\n"),
        (
            TraceFormat::Jsonl,
            b"{\"time\":10,\"user\":7,\"x\":[{\"time\":1}]}\n\n{\"user\":\"8\",\"time\":\"20\"}\r\n{\"time\":20.0,\"user\":7}",
        ),
        (
            TraceFormat::Combined,
            b"7 - - [01/Jan/1970:00:00:10 +0000] \"GET /\" 200 1\n\
              h - 8 [01/Jan/1970:01:00:20 +0100] \"GET /\" 200 1 \"-\" \"-\"\n\
              7 - - [31/Dec/1969:23:00:20 -0100] \"GET /\" 304 -\n",
        ),
        (TraceFormat::Twitter, b"10,7,1,1,1,get,0\n20,8,1,1,1,gets,0\n20,7,1,1,1,get,0\n"),
        (TraceFormat::OracleGeneral, &oracle),
    ];
    let (expected, day, _) = replayed(texts[0].1, &csv()).unwrap();
    assert_eq!(expected.len(), 3);
    for (format, text) in texts {
        let (rows, scan, counts) = replayed(text, &spec(format)).unwrap();
        assert_eq!((rows, scan), (expected.clone(), day.clone()), "{format:?}");
        assert_eq!((counts.rows, counts.requests), (3, 3));
    }
}

#[test]
fn a_csv_may_have_another_delimiter_and_quotes_around_it() {
    let semicolon = TraceSpec { delimiter: b';', ..csv() };
    let rows = rows_of("user;time\n\"a;b\";1\n".as_bytes(), &semicolon).unwrap();
    assert_eq!(rows, [(1_000_000, "a;b".to_owned())]);
    let error = scanned("user,time\na,1\n", &semicolon).unwrap_err();
    assert!(error.to_string().ends_with("are the cells separated by `;`?"), "{error}");
    let pipe = TraceSpec { delimiter: b'|', ..tsv() };
    assert_eq!(rows_of("user|time\n\"a|1\n".as_bytes(), &pipe).unwrap(), [(1_000_000, "\"a".to_owned())]);
}

#[test]
fn numbers_of_json_keep_all_their_digits() {
    let text = "{\"time\": 1700000000.123456, \"user\": 18446744073709551615}\n\
                {\"time\": 1700000000.1234567, \"user\": 18446744073709551616}\n";
    let rows = rows_of(text.as_bytes(), &spec(TraceFormat::Jsonl)).unwrap();
    assert_eq!(
        rows,
        [
            (1_700_000_000_123_456, "18446744073709551615".to_owned()),
            (1_700_000_000_123_456, "18446744073709551616".to_owned())
        ]
    );
}

#[test]
fn what_a_format_refuses_it_names_with_its_line() {
    let (jsonl, combined, twitter) = (TraceFormat::Jsonl, TraceFormat::Combined, TraceFormat::Twitter);
    for (format, text, words) in [
        (jsonl, "", "day: has no rows"),
        (jsonl, "\n\n", "day: has no rows"),
        (jsonl, "[]\n", "day: has no rows"),
        (
            jsonl,
            "{\"time\":1,\"user\":2}\n{\"time\":1",
            "day:2: is not a JSON object: EOF while parsing an object at column 9",
        ),
        (
            jsonl,
            "{\"time\":1,\"user\":2} x\n",
            "day:1: is not a JSON object: trailing characters at column 21",
        ),
        (jsonl, "{\"time\":1,\"usr\":2}\n", "day:1: key `user` is missing; every line needs it"),
        (jsonl, "{\"time\":1,\"user\":2,\"user\":3}\n", "day:1: key `user` is there more than once"),
        (
            jsonl,
            "{\"time\":1,\"user\":true}\n",
            "day:1: key `user`: `true` is neither a text nor a whole number",
        ),
        (jsonl, "{\"time\":1,\"user\":1.5}\n", "key `user`: `1.5` is neither"),
        (jsonl, "{\"time\":[1],\"user\":1}\n", "key `time`: `[1]` is neither"),
        (jsonl, "{\"time\":1e3,\"user\":1}\n", "column `time`: `1e3` is not a valid time"),
        (jsonl, "{\"time\":-1,\"user\":1}\n", "`-1` is negative"),
        (jsonl, "{\"time\":1,\"user\":\"\"}\n", "column `user`: is empty"),
        (jsonl, "{\"time\":null,\"user\":1}\n", "`` is not a valid time"),
        (
            jsonl,
            "{\"time\":2,\"user\":1}\n{\"time\":1,\"user\":1}",
            "day:2: column `time`: `1` is earlier than `2` of line 1",
        ),
        (combined, "", "day: has no rows"),
        (
            combined,
            "what is this\n",
            "day:1: has no time in brackets, found a line of 12 bytes; a line reads `HOST",
        ),
        (combined, "h - - [01/Jan/1970:00:00:10 +0000] \"GET /", "day:1: ends inside the request"),
        (
            combined,
            "h - - [41/Jan/1970:00:00:10 +0000] \"G\" 200 1",
            "`41/Jan/1970:00:00:10 +0000` is not a valid time; write it as in `[01/Aug",
        ),
        (
            combined,
            "h - - [01/Jan/1970:00:00:10 +0000] \"G\" 200 1\nh - - [01/Jan/1970:00:00:09 +0000] \"G\" 200 1",
            "day:2: `01/Jan/1970:00:00:09 +0000` is earlier than `01/Jan/1970:00:00:10 +0000` of line 1",
        ),
        (twitter, "1,a,1,2,get,0\n", "day:1: found 6 cells in a row, but a row has 7"),
        (twitter, "1,,0,1,2,get,0\n", "day:1: the user is empty"),
        (twitter, "x,a,0,1,2,get,0\n", "day:1: `x` is not a valid time; write seconds since 1970"),
        (twitter, "1,a,0,1,2,fly,0\n", "day:1: `fly` is not a known operation; known are get, gets"),
    ] {
        let said = scanned(text, &spec(format)).unwrap_err().to_string();
        assert!(said.contains(words), "{text:?} says {said:?}, not {words:?}");
    }
}

#[test]
fn records_say_their_number_when_they_are_wrong() {
    let oracle = spec(TraceFormat::OracleGeneral);
    for (bytes, words) in [
        (vec![], "day: has no rows"),
        (record(1, 2)[..23].to_vec(), "day: record 1: the file ends after 23 bytes of 24; is it cut off?"),
        ([record(1, 2), vec![0]].concat(), "day: record 2: the file ends after 1 byte of 24"),
        (
            [record(5, 2), record(4, 2)].concat(),
            "day: record 2: `4` is earlier than `5` of record 1, by 1s; `reorder: 1s`",
        ),
        (
            [record(0, 2), record(u32::MAX, 2)].concat(),
            "day: record 2: `4294967295` is more than 3660 days after",
        ),
    ] {
        let said = scanned(&bytes, &oracle).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
        if let Err(error) = rows_of(&bytes[..], &oracle) {
            assert!(said == error.to_string(), "both ways of reading say the same: {error}");
        }
    }
    // More records than are read at once, with the fault in the second block.
    let mut bytes: Vec<u8> = (0..5000).flat_map(|at| record(at, 1)).collect();
    bytes.extend(record(7, 1));
    let said = scanned(&bytes, &oracle).unwrap_err().to_string();
    assert!(said.contains("record 5001: `7` is earlier than `4999` of record 5000"), "{said}");
}

#[test]
fn other_units_count_for_records_and_for_twitter_too() {
    let millis = |format| TraceSpec { unit: Some(TimeUnit::Millis), ..spec(format) };
    let (rows, ..) = replayed(record(1500, 7), &millis(TraceFormat::OracleGeneral)).unwrap();
    assert_eq!(rows[0].0, 1_500_000);
    let (rows, ..) = replayed("1500,a,1,1,1,get,0", &millis(TraceFormat::Twitter)).unwrap();
    assert_eq!(rows[0].0, 1_500_000);
}

#[test]
fn the_last_record_gives_the_end_without_a_scan() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day");
    let oracle = spec(TraceFormat::OracleGeneral);
    let bytes = [record(86_400 + 10, 1), record(2 * 86_400 + 30, 2)].concat();
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(records_end_us(&TraceFiles::one(&path), &oracle).unwrap(), Some(2 * DAY_US));
    assert_eq!(records_end_us(&TraceFiles::one(&path), &csv()).unwrap(), None);
    for other in [zstd::encode_all(&bytes[..], 1).unwrap(), bytes[..47].to_vec(), Vec::new()] {
        std::fs::write(&path, other).unwrap();
        assert_eq!(records_end_us(&TraceFiles::one(&path), &oracle).unwrap(), None);
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic_in_any_format(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (_, format) in TraceFormat::NAMES {
            if let Err(error) = scanned(&bytes, &spec(format)) {
                prop_assert!(!error.to_string().contains(char::is_control));
            }
        }
    }

    #[test]
    fn nearly_right_lines_never_panic(
        text in "(\\{\"time\":|\"user\":|[0-9]{1,3}|,|\\}|\n|\"|\\[01/Jan/1970:00:00:10 \\+0000\\]| - |h|get){0,40}",
    ) {
        for format in [TraceFormat::Jsonl, TraceFormat::Combined, TraceFormat::Twitter] {
            let _ = scanned(&text, &spec(format));
        }
    }
}

#[test]
fn several_carriage_returns_before_a_newline_end_a_row_like_one() {
    let log = |host: &str| format!("{host} - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1");
    for (format, rows) in [
        (
            TraceFormat::Csv,
            ["time,user".to_owned(), "1,a".to_owned(), "2,a".to_owned(), "3,\"a\"".to_owned()],
        ),
        (
            TraceFormat::Tsv,
            ["time\tuser".to_owned(), "1\ta".to_owned(), "2\ta".to_owned(), "3\ta".to_owned()],
        ),
        (TraceFormat::Jsonl, [1, 2, 3, 4].map(|at| format!("{{\"time\": {at}, \"user\": \"a\"}}"))),
        (TraceFormat::Twitter, [1, 2, 3, 4].map(|at| format!("{at},a,1,2,3,get,0"))),
        (TraceFormat::Combined, ["a", "a", "a", "a"].map(log)),
    ] {
        // Long enough for several threads.
        let text = |ends: [&str; 3]| {
            let ends = ends.into_iter().chain(["\n"]);
            rows.iter().zip(ends).map(|(row, end)| row.clone() + end).collect::<String>()
                + &"\r\r\n".repeat(60)
        };
        let expected = replayed(text(["\n", "\n", "\n"]), &spec(format)).unwrap();
        assert!(expected.0.iter().all(|(_, user, _)| user == "a"), "{format:?}");
        for ends in [["\r\r\n"; 3], ["\r\n", "\r\r\r\n", "\n"]] {
            assert_eq!(replayed(text(ends), &spec(format)).as_ref(), Ok(&expected), "{format:?} {ends:?}");
        }
    }
}

#[test]
fn bytes_that_are_no_records_are_refused_at_once() {
    let oracle = spec(TraceFormat::OracleGeneral);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day");
    for (records, words) in [
        (vec![record(5, 1), record(4, 2)], "day: record 2: `4` is earlier than `5` of record 1"),
        (vec![record(5, 1), record(4, 2)], "if the file is an oracle-general trace at all"),
        // What is wrong is told before what is missing.
        (vec![record(5, 1), record(4, 2), vec![0; 7]], "day: record 2: `4` is earlier"),
        (vec![record(5, 1), record(6, 2), vec![0; 7]], "day: record 3: the file ends after 7 bytes of 24"),
        (
            vec![record(5, 1), record(4_000_000_000, 2)],
            "day: record 2: `4000000000` is more than 3660 days after",
        ),
    ] {
        let bytes = records.concat();
        std::fs::write(&path, &bytes).unwrap();
        // Then the ends say nothing, and all records are read for the last one.
        assert_eq!(records_end_us(&TraceFiles::one(&path), &oracle).unwrap(), None);
        for said in [replayed(&bytes, &oracle).unwrap_err(), rows_of(&bytes[..], &oracle).unwrap_err()] {
            assert!(said.to_string().contains(words), "{said}");
        }
    }
}
