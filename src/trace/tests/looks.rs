//! A look at a day: what is guessed, and what is measured.

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

use super::*;

fn guessed(name: &str, content: &[u8]) -> Result<TraceSpec, TraceError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    guess(&path, &Known::default())
}

#[test]
fn a_file_is_known_by_its_content() {
    let columns = |time: &str, user: &str, op: Option<&str>| Columns {
        time: time.to_owned(),
        user: user.to_owned(),
        op: op.map_or(Columns::default().op, |op| Column::Named(op.to_owned())),
        ..Columns::default()
    };
    let plain = columns("time", "user", None);
    let record: Vec<u8> = [0u8; 24].into_iter().chain([1; 24]).collect();
    let log = b"h - - [01/Jan/2024:00:00:10 +0000] \"GET /\" 200 1\n";
    let (csv, tsv, jsonl) = (TraceFormat::Csv, TraceFormat::Tsv, TraceFormat::Jsonl);
    let (s, ms, us, ns) = (TimeUnit::Seconds, TimeUnit::Millis, TimeUnit::Micros, TimeUnit::Nanos);
    for (name, content, format, delimiter, unit, columns) in [
        ("a", &b"time,user\n1700000000,a\n"[..], csv, b',', s, plain.clone()),
        ("a", b"time,user\n1700000000.5,a\n", csv, b',', s, plain.clone()),
        (
            "a",
            b"ts;user_id;action\n1700000000123;a;get\n",
            csv,
            b';',
            ms,
            columns("ts", "user_id", Some("action")),
        ),
        ("a", b"Timestamp\tKey\n1700000000123456\ta\n", tsv, b'\t', us, columns("Timestamp", "Key", None)),
        ("a.csv", b"time|user\n1700000000123456789|a\n", csv, b'|', ns, plain.clone()),
        // CacheLib's.
        (
            "a.csv",
            b"key,op,size,op_count,key_size,op_time\n1,GET,1,1,1,9\n",
            csv,
            b',',
            s,
            columns("op_time", "key", Some("op")),
        ),
        ("a", b"\"time\",\"user\"\n1,a\n", csv, b',', s, plain.clone()),
        ("a.log", b"{\"uid\": 7, \"ts\": 1700000000123}\n", jsonl, b',', ms, columns("ts", "uid", None)),
        ("a.csv", log, TraceFormat::Combined, b',', s, Columns::default()),
        ("a", b"0,key,7,4,1,get,0\n", TraceFormat::Twitter, b',', s, Columns::default()),
        ("a.bin", &record, TraceFormat::OracleGeneral, b',', s, Columns::default()),
    ] {
        let spec = guessed(name, content).unwrap();
        let unit_found = spec.unit_or_seconds();
        let found = (spec.format, spec.delimiter, unit_found, spec.columns);
        assert_eq!(found, (format, delimiter, unit, columns), "{}", String::from_utf8_lossy(content));
        let packed = guessed(name, &zstd::encode_all(content, 1).unwrap()).unwrap();
        assert_eq!(packed.format, format, "compressed");
    }
}

#[test]
fn other_kinds_of_file_are_called_by_their_names() {
    let twice = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
    for (start, words) in [
        (twice(b"\x1f\x8b\x08\0rest"), "is compressed once more, with gzip"),
        (twice(&twice(b"time,user")), "is compressed once more, with zstd"),
        (b"\xff\xfet\0i\0m\0e\0".to_vec(), "is in UTF-16; save it as UTF-8"),
        (b"t\0i\0m\0e\0,\0u\0".to_vec(), "is in UTF-16; save it as UTF-8"),
        (b"\0t\0i\0m\0e\0,\0u".to_vec(), "is in UTF-16; save it as UTF-8"),
        (
            b"PK\x03\x04\x14\0\x06\0".to_vec(),
            "is a zip archive; unpack it, or save a spreadsheet (.xlsx) as csv",
        ),
    ] {
        for format in [
            TraceFormat::Csv,
            TraceFormat::Tsv,
            TraceFormat::Jsonl,
            TraceFormat::Combined,
            TraceFormat::Twitter,
        ] {
            let error = scanned(&start, &TraceSpec::new("day", format)).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}

#[test]
fn what_is_no_recorded_day_is_told_what_to_do() {
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(7);
    let noise: Vec<u8> = (0..100_000).map(|_| dice.random()).collect();
    for (name, content, words) in [
        ("a", &b"hello\n"[..], "looks like no format that is known"),
        ("a", b"", "looks like no format that is known"),
        ("a", &noise, "looks like no format that is known"),
        ("a.log", &noise, "or make one of it, as csv with the header `time,user`"),
        ("a.log", b"Oct 11 22:14:15 host app[12]: hello, world\n", "looks like no format that is known"),
        (
            "a",
            b"<34>1 2003-10-11T22:14:15.003Z host su - ID47 - a, b\n",
            "looks like no format that is known",
        ),
        ("a.xlsx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "save a spreadsheet (.xlsx) as csv"),
        ("a", b"t\0i\0m\0e\0,\0u\0s\0e\0r\0\n\x001\0,\0a\0\n\0", "is in UTF-16; save it as UTF-8"),
    ] {
        let said = guessed(name, content).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_day_that_begins_long_ago_or_far_ahead_is_odd() {
    use TimeUnit::{Micros, Millis, Nanos, Seconds};
    for (first_us, unit, odd) in [
        (1_700_000_000_000_000, Seconds, None),
        (631_152_000_000_000, Seconds, None),
        (4_133_980_799_999_999, Seconds, None),
        (631_151_999_000_000, Seconds, Some(("1989-12-31 23:59:59", None))),
        (4_133_980_800_000_000, Seconds, Some(("2101-01-01 00:00:00", None))),
        (0, Seconds, Some(("1970-01-01 00:00:00", None))),
        // Seconds, milliseconds and microseconds that were taken for less.
        (1_700_000_000_000, Millis, Some(("1970-01-20 16:13:20", Some(Seconds)))),
        (1_700_000_000, Micros, Some(("1970-01-01 00:28:20", Some(Seconds)))),
        (1_700_000, Nanos, Some(("1970-01-01 00:00:01", Some(Seconds)))),
        (1_700_000_000_000, Micros, Some(("1970-01-20 16:13:20", Some(Millis)))),
        (1_700_000_000_000, Nanos, Some(("1970-01-20 16:13:20", Some(Micros)))),
    ] {
        let found = odd_beginning(first_us, Some(unit), "UTC");
        let expected = odd.map(|(date, likely)| OddBeginning { date: date.to_owned(), unit, likely });
        assert_eq!(found, expected, "{first_us} {unit:?}");
    }
    assert_eq!(odd_beginning(0, None, "UTC"), None, "dates have no unit");
}

#[test]
fn rows_without_a_user_are_counted_everywhere() {
    let line = |user: &str| format!("10.0.0.1 - {user} [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1\n");
    let text = [line("-"), line("ann"), line("\"\""), line("-"), line("7")].concat();
    let log = TraceSpec::new("day", TraceFormat::Combined);
    let (rows, _, counts) = replayed(&text, &log).unwrap();
    assert_eq!((counts.rows, counts.hosts, rows[0].1.as_str()), (5, 3, "10.0.0.1"));
    assert_eq!(look(text.as_bytes(), &log).unwrap().counts, counts);
}

#[test]
fn what_is_known_is_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, "time,user,op\n5,a,fly\n").unwrap();
    let known = Known {
        op: Some(String::new()),
        user: Some("op".to_owned()),
        unit: Some(TimeUnit::Millis),
        ..Known::default()
    };
    let spec = guess(&path, &known).unwrap();
    assert_eq!(
        (spec.unit, spec.columns.op, spec.columns.user.as_str()),
        (Some(TimeUnit::Millis), Column::Unused, "op")
    );
}

#[test]
fn a_survey_counts_what_there_is() {
    let text = "time,user,op,role\n10,a,get,\n20,b,,king\n30,b,get,\n40,a,set,\n50,a,delete,\n60,a,nop,\n4000,c,get,\n";
    let survey = look(text.as_bytes(), &csv()).unwrap();
    assert_eq!(survey.roles, ["king"], "any role is one here");
    assert_eq!(
        survey.counts,
        Counts {
            rows: 7,
            requests: 3,
            changes: 1,
            sets: 1,
            deletes: 1,
            neither: 1,
            named: 1,
            ..Counts::default()
        }
    );
    let figures = survey.figures;
    assert_eq!((figures.users, figures.asking_once, figures.first_sights), (3, 3, 2));
    assert_eq!((figures.hours, figures.span_us), (vec![2, 1], Some((10_000_000, 4_000_000_000))));
    let changing = look(text.as_bytes(), &TraceSpec { sets: Sets::Changes, ..csv() }).unwrap();
    assert_eq!((changing.counts.changes, changing.counts.sets), (3, 0));
}

#[test]
fn a_made_up_zipf_day_has_its_exponent() {
    for (s, users, requests) in [(0.6, 2_000, 60_000), (0.9, 5_000, 100_000), (1.2, 20_000, 100_000)] {
        let mut sum = 0.0;
        let shares: Vec<f64> = (1..=users)
            .map(|rank| {
                sum += f64::from(rank).powf(-s);
                sum
            })
            .collect();
        let mut dice = Xoshiro256PlusPlus::seed_from_u64(7);
        let mut text = "time,user\n".to_owned();
        for at in 0..requests {
            let drawn = dice.random::<f64>() * sum;
            let user = shares.partition_point(|share| *share < drawn);
            let _ = writeln!(text, "{at},{user}");
        }
        let fitted = look(text.as_bytes(), &csv()).unwrap().figures.zipf.unwrap();
        assert!((fitted - s).abs() < 0.03, "{s}: {fitted}");
    }
}
