//! Recorded days that cannot be replayed.

use std::io::Write;
use std::process::Stdio;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Input::{MadeTrace, Trace};
use super::Row;

fn million_and_one() -> Vec<u8> {
    let mut rows = b"time,user\n".to_vec();
    (0..50_000).for_each(|n| rows.extend(format!("{},{}\n", n / 10, n % 100).bytes()));
    rows.extend(b"soon,5\n");
    rows
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const ROWS_OF_TWO: &[u8] = b"time,user\n1,2\n3,4\n";

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 9);
    bytes
}

/// The bytes with one of them changed, that many before the end.
fn damaged(mut bytes: Vec<u8>, before_end: usize) -> Vec<u8> {
    let at = bytes.len() - before_end;
    bytes[at] ^= 0x55;
    bytes
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn records(times: &[u32]) -> Vec<u8> {
    times.iter().flat_map(|time| [&time.to_le_bytes()[..], &[7; 20]].concat()).collect()
}

/// Bytes without a pattern.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..count / 8).flat_map(|_| next()).collect()
}

fn long_line() -> Vec<u8> {
    let mut rows = b"time,user\n1,".to_vec();
    rows.resize(100 << 20, b'x');
    rows
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("no row",                      Trace("", b"time,user\n"),                                   2, &["rows.csv"]),
    ("not even a header",           Trace("", b""),                                              2, &["rows.csv", "name the columns"]),
    ("blank lines only",            Trace("", b"\n\n\n"),                                        2, &["rows.csv"]),
    ("no column of users",          Trace("", b"time,who\n1,2\n"),                               2, &["`user`", "`who`"]),
    ("no column of times",          Trace("", b"when,user\n1,2\n"),                              2, &["`time`", "`when`"]),
    ("a column twice",              Trace("", b"time,user,user\n1,2,3\n"),                       2, &["more than once"]),
    ("columns in another order",    Trace("", b"size,user,time\n9,2,1\n"),                       0, &[]),
    ("a short row",                 Trace("", b"time,user\n1,2\n3\n"),                           2, &["rows.csv:3: ", "1 cell"]),
    ("a long row",                  Trace("", b"time,user\n1,2,3\n"),                            2, &["rows.csv:2: ", "3 cells"]),
    ("a time that is a word",       Trace("", b"time,user\nnoon,2\n"),                           2, &["rows.csv:2: ", "`noon`"]),
    ("a time that is empty",        Trace("", b"time,user\n,2\n"),                               2, &["rows.csv:2: "]),
    ("a time that is not one",      Trace("", b"time,user\nnan,2\n"),                            2, &["rows.csv:2: ", "`nan`"]),
    ("a negative time",             Trace("", b"time,user\n-1,2\n"),                             2, &["rows.csv:2: ", "negative"]),
    ("a time beyond the calendar",  Trace("", b"time,user\n99999999999999999999,2\n"),           2, &["rows.csv:2: "]),
    ("a time that acts",            Trace("", b"time,user\n\x1b[31m,2\n"),                       2, &["\\u{1b}[31m"]),
    ("a row without a user",        Trace("", b"time,user\n1,\n"),                               2, &["rows.csv:2: ", "empty"]),
    ("a row that is wrong, far down", MadeTrace("", million_and_one),                            2, &["rows.csv:50002: ", "`soon`"]),
    ("time goes backwards",         Trace("", b"time,user\n5,1\n7,1\n6,1\n"),                    2, &["rows.csv:4: ", "line 3", "--sort"]),
    ("milliseconds for seconds",    Trace("", b"time,user\n1700000000000,1\n1700000500000,2\n"), 2, &["unit"]),
    ("a span of many years",        Trace("", b"time,user\n1,1\n1700000000,2\n"),                2, &["rows.csv:3: ", "days"]),
    ("semicolons",                  Trace("", b"time;user\n1;2\n"),                              2, &["commas"]),
    ("tabs in csv",                 Trace("", b"time\tuser\n1\t2\n"),                            2, &["commas"]),
    ("commas in tsv",               Trace(", format: tsv", b"time,user\n1,2\n"),                 2, &["tabs"]),
    ("an open quote to the end",    Trace("", b"time,user\n1,\"2\n3,4\n"),                       2, &["rows.csv:2: ", "quote"]),
    ("quotes are fine",             Trace("", b"time,user\n1,\"a, \"\"b\"\"\"\n"),               0, &[]),
    ("a last line without its end", Trace("", b"time,user\n1,2\n3,4"),                           0, &[]),
    ("a last line cut in two",      Trace("", b"time,user\n1,2\n3"),                             2, &["rows.csv:3: "]),
    ("a virtual host before the host", Trace(", format: combined", b"example.com:443 client.example - user9 [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1\n"), 2, &["rows.csv:1: ", "format: vhost-combined", "client.example - user9"]),
    ("a virtual host, and nobody",  Trace(", format: combined", b"example.com:443 client.example - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1\n"), 2, &["rows.csv:1: ", "vhost-combined"]),
    ("a blank in a log's user",     Trace(", format: combined", b"10.0.0.7 - a b [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1\n"), 2, &["rows.csv:1: ", "has a blank in its user"]),
    ("times in milliseconds",       Trace("", b"time,user\n1700000000000,a\n"),                  2, &["rows.csv:2: ", "say `unit: ms`"]),
    ("times in nanoseconds",        Trace(", unit: ms", b"time,user\n1700000000000000000,a\n"),  2, &["rows.csv:2: ", "say `unit: ns`"]),
    ("UTF-16 rows without a mark",  Trace("", b"t\0i\0m\0e\0,\0u\0s\0e\0r\0\n\0"),              2, &["UTF-16", "save it as UTF-8"]),
    ("a spreadsheet",               Trace("", b"PK\x03\x04\x14\0\x06\0\x08\0"),                  2, &["a zip archive", ".xlsx"]),
    ("an array of objects",         Trace(", format: jsonl", b"[{\"time\": 1, \"user\": 2},\n"), 2, &["rows.csv:2: ", "ends inside an array"]),
    ("a header that is a secret",   Trace("", b"root:x:0:0:root:/root:/bin/bash\n"),             2, &["rows.csv:1: ", "one of 31 characters"]),
    ("rows that end in two returns", Trace("", b"time,user\r\r\n1,a\r\r\n1,a\r\n\r\r\n"),             0, &[]),
    ("a span of records of decades", MadeTrace(", format: oracle-general", || records(&[5, 4_000_000_000])), 2, &["record 2", "3660 days"]),
    ("noise for records",           MadeTrace(", format: oracle-general", || noise(24 << 18)),   2, &["record ", "is earlier than", "an oracle-general trace at all"]),
    ("noise for records, given a clock", MadeTrace(", format: oracle-general}\nclock: {end: '24:00'", || noise(24 << 18)), 2, &["record ", "is earlier than"]),
    ("UTF-16 rows",                 Trace("", b"\xff\xfet\0i\0m\0e\0"),                          2, &["UTF-16"]),
    ("a zip archive",               Trace("", b"PK\x03\x04abc"),                                 2, &["a zip archive", "gzip or zstd"]),
    ("compressed with xz",          Trace("", b"\xfd7zXZ\x00\x00\x04"),                        2, &["compressed with xz"]),
    ("compressed with bzip2",       Trace("", b"BZh91AY&SY\x01\x02"),                            2, &["compressed with bzip2"]),
    ("a header in capitals",        Trace("", b"TIME,USER\n1,2\n"),                              2, &["`time`", "`TIME`"]),
    ("a time with an exponent",     Trace("", b"time,user\n1e3,2\n"),                            2, &["rows.csv:2: ", "`1e3`"]),
    ("a cell too many at the end",  Trace("", b"time,user\n1,2,\n"),                             2, &["rows.csv:2: ", "3 cells"]),
    ("half a surrogate in a name",  Trace(", format: jsonl", b"{\"time\": 1, \"user\": \"\\ud800\"}\n"), 2, &["rows.csv:1: "]),
    ("two objects in a line",       Trace(", format: jsonl", b"{\"time\": 1, \"user\": 1}{\"time\": 2, \"user\": 1}\n"), 2, &["rows.csv:1: "]),
    ("a user who is null",          Trace(", format: jsonl", b"{\"time\": 1, \"user\": null}\n"), 2, &["rows.csv:1: ", "empty"]),
    ("rows after a byte-order mark",   Trace("", b"\xEF\xBB\xBFtime,user\n1,2\n"),                  0, &[]),
    ("Latin-1 users are fine",      Trace("", b"time,user\n1,caf\xe9\n"),                        0, &[]),
    ("NULs in a name",              Trace("", b"time,user\n1,a\0b\n"),                           0, &[]),
    ("one line of 100 MB",          MadeTrace("", long_line),                                    2, &["longer than"]),
    ("gzip under a plain name is fine", MadeTrace("", || gzip(ROWS_OF_TWO)),                     0, &[]),
    ("zstd under a plain name is fine", MadeTrace("", || zstd(ROWS_OF_TWO)),                     0, &[]),
    ("two members are both read",   MadeTrace("", || [gzip(b"time,user\n1,2\n"), gzip(b"soon,2\n")].concat()), 2, &["rows.csv:3: ", "`soon`"]),
    ("two frames are both read",    MadeTrace("", || [zstd(b"time,user\n1,2\n"), zstd(b"soon,2\n")].concat()), 2, &["rows.csv:3: ", "`soon`"]),
    ("gzip that is cut",            MadeTrace("", || cut(gzip(ROWS_OF_TWO))),                    2, &["rows.csv", "cut off"]),
    ("zstd that is cut",            MadeTrace("", || cut(zstd(ROWS_OF_TWO))),                    2, &["rows.csv", "cut off"]),
    ("gzip with a wrong checksum",  MadeTrace("", || damaged(gzip(ROWS_OF_TWO), 6)),             2, &["rows.csv", "damaged"]),
    ("zstd with a wrong checksum",  MadeTrace("", || damaged(zstd(ROWS_OF_TWO), 2)),             2, &["rows.csv", "damaged"]),
    ("gzip and then noise",         MadeTrace("", || [gzip(ROWS_OF_TWO), b"noise".to_vec()].concat()), 2, &["rows.csv"]),
    ("a row with a role nobody defined", Trace("", b"time,user,op,role\n1,2,set,emperor\n"),          2, &["rows.csv:2: ", "`emperor`"]),
    ("an operation nobody knows",   Trace("", b"time,user,op\n1,2,frobnicate\n"),               2, &["rows.csv:2: ", "`frobnicate`"]),
    ("no JSON in a line",           Trace(", format: jsonl", b"{\"time\": 1, \"user\": 2}\n{\"time\": 1"), 2, &["rows.csv:2: "]),
    ("a list for a line",           Trace(", format: jsonl", b"[1, 2]\n"),                       2, &["rows.csv:1: "]),
    ("deep JSON next to the columns is fine",        MadeTrace(", format: jsonl", || [b"{\"time\": 1, \"user\": 2, \"x\": ".to_vec(), vec![b'['; 200_000], vec![b']'; 200_000], b"}\n".to_vec()].concat()), 0, &[]),
    ("a log line that is none",     Trace(", format: combined", b"hello\n"),                     2, &["rows.csv:1: "]),
    ("a log line with no such day", Trace(", format: combined", b"a - - [31/Feb/2000:00:00:00 +0000] \"GET /\" 200 5\n"), 2, &["rows.csv:1: "]),
    ("too few cells for twitter",   Trace(", format: twitter", b"1,k,3\n"),                      2, &["rows.csv:1: "]),
    ("records that are cut",        MadeTrace(", format: oracle-general", || cut(records(&[1, 2]))), 2, &["rows.csv"]),
    ("records that go backwards",   MadeTrace(", format: oracle-general", || records(&[5, 4])),  2, &["rows.csv", "record 2"]),
    ("text for records",            Trace(", format: oracle-general", b"time,user\n1,2\n"),     2, &["rows.csv"]),
    ("a delimiter that is a word",  Trace(", delimiter: comma", b"time,user\n1,2\n"),           2, &["delimiter"]),
    ("all rows outside the clock",  Trace(", timezone: UTC}\nclock: {start: '08:00', end: '09:00'", b"time,user\n1,2\n"), 0, &[]),
];

#[test]
fn traces() {
    super::hold(ROWS);
}

#[test]
fn a_file_that_is_no_recorded_day_costs_no_memory_to_look_at() {
    let ground = super::Ground::new();
    ground.put("noise", &noise(48 << 20));
    for arguments in [
        &["trace", "info", "noise"][..],
        &["trace", "convert", "noise", "-o", "rows.csv"],
        &["init", "--from-trace", "noise", "-o", "like.yaml"],
    ] {
        let output = ground.run(arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.starts_with("error: noise: looks like no format that is known"), "{stderr}");
    }
}

/// Ten gigabytes, of one row or of many, out of ten megabytes or less.
#[test]
fn a_bomb_is_refused_where_it_goes_off_and_costs_no_memory() {
    let (one, rows) = (gzip(&vec![b'x'; 64 << 20]), gzip(&b"1,2\n".repeat(16 << 20)));
    for (name, member, exit, words) in
        [("one row", one, 2, "longer than"), ("many rows", rows, 4, "decompress it first")]
    {
        let ground = super::Ground::new();
        let bomb = [gzip(b"time,user\n0,1\n"), member.repeat(160)].concat();
        assert!(bomb.len() < 20 << 20, "{name}: {} bytes", bomb.len());
        ground.put("rows.csv", &bomb);
        ground.put("day.yaml", b"trace: {file: rows.csv}");
        for arguments in [
            &["run", "day.yaml"][..],
            &["validate", "day.yaml"],
            &["trace", "info", "rows.csv"],
            &["trace", "convert", "rows.csv", "-o", "rows.jsonl"],
            &["init", "--from-trace", "rows.csv", "-o", "like.yaml"],
        ] {
            // Ten seconds: it takes one to two where no other program runs, and to read it all would take minutes.
            let output = ground.run_for(10, arguments, Stdio::null()).within_memory(arguments);
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(exit), "{name}: {arguments:?}: {stderr}");
            assert!(stderr.starts_with("error: rows.csv") && stderr.contains(words), "{name}: {stderr}");
            assert!(output.stdout.is_empty() && !ground.files().contains_key("rows.jsonl"));
        }
    }
}

/// Rows of ever new users, packed as they are made.
fn ever_new(users: u32, name: impl Fn(u32) -> String) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(b"time,user\n").unwrap();
    for user in 0..users {
        writeln!(encoder, "{},{}", user / 1000, name(user)).unwrap();
    }
    encoder.finish().unwrap()
}

/// One user's role changes more often than there is room for.
#[test]
fn a_day_like_another_keeps_within_the_limit_of_memory() {
    let ground = super::Ground::new();
    let rows: String =
        (0..60_000u32).map(|at| format!("{at},7,set,{}\n", ["user", "admin"][at as usize % 2])).collect();
    ground.put("rows.csv", format!("time,user,op,role\n{rows}60001,7,get,\n").as_bytes());
    ground.put("day.yaml", b"trace: {file: rows.csv}");
    for arguments in [
        &["run", "day.yaml", "--max-memory", "34"][..],
        &["explain", "day.yaml", "--user", "7", "--max-memory", "34"],
        &["init", "--from-trace", "rows.csv", "--max-memory", "34"],
    ] {
        let measured = ground.run_for(60, arguments, Stdio::null());
        let stderr = String::from_utf8_lossy(&measured.output.stderr).into_owned();
        assert_eq!(measured.output.status.code(), Some(4), "{arguments:?}: {stderr}");
        assert!(stderr.contains("role changes") && stderr.contains("--max-memory"), "{stderr}");
    }
    assert!(!ground.files().contains_key("rows.yaml"));
    let enough = ["init", "--from-trace", "rows.csv", "--max-memory", "64"];
    assert_eq!(ground.run_for(60, &enough, Stdio::null()).output.status.code(), Some(0));
}

/// The memory that may be used holds the users whom it is said to hold, and no many more than that.
#[test]
fn more_users_than_memory_holds_are_refused_and_fewer_fit() {
    let mebibytes = 160;
    // 128 MiB next to the program, less three processes; by 144 bytes for a user and 24 for each of two caches with entries.
    // Hours and counters take the room of some hundred users more.
    let held = ((128 << 20) - 3 * 4096) / (144 + 2 * 24);
    let short = |user: u32| format!("user-{user}");
    let long = |user: u32| format!("{user:a>190}");
    for (name, rows, fits) in [
        ("numbers", ever_new(held - 500, |user| user.to_string()), true),
        ("more numbers", ever_new(held + 5000, |user| user.to_string()), false),
        ("names", ever_new(held - 500, short), true),
        ("more names", ever_new(held + 5000, short), false),
        ("long names", ever_new(held / 3 - 500, long), true),
        ("more long names", ever_new(held / 3 + 5000, long), false),
    ] {
        let ground = super::Ground::new();
        ground.put("rows.csv", &rows);
        ground.put("day.yaml", b"{trace: {file: rows.csv}, compare: [\"ttl:5m\", none]}");
        for command in ["run", "compare", "validate"] {
            let arguments = [command, "day.yaml", "--max-memory", &mebibytes.to_string()];
            let super::measured::Measured { output, peak_bytes } =
                ground.run_for(60, &arguments, Stdio::null());
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(if fits { 0 } else { 4 }), "{name}: {command}: {stderr}");
            let words = "more users than 698986, long names counted more than once; no more are held in memory, unless \
                         --max-memory says more";
            assert!(fits || stderr.starts_with("error: rows.csv: ") && stderr.contains(words), "{stderr}");
            println!("{name}: {command}: {} MiB", peak_bytes >> 20);
            assert!(peak_bytes >> 20 <= mebibytes, "{name}: {command}: {} MiB", peak_bytes >> 20);
        }
    }
}
