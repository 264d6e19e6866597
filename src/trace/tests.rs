//! Whole traces: good ones, bad ones, and the one that comes with the project.

mod choosing;
mod convert;
mod formats;
mod looks;
mod meaning;
mod packing;
mod parallel;
mod random;
mod readers;
mod several;
mod steady;
mod times;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use proptest::prelude::*;

use super::reader::Rows;
use super::trace_row::UserRef;
use super::*;
use crate::model::{Column, Columns, DAY_US, OddBeginning, RoleId, Roles, Sets, TimeUnit, TraceFormat};
use crate::workload::{RecordedErrorKind, RecordedRows, RowKind, Users};

/// The formats that are written as well as read.
fn written_formats() -> impl Iterator<Item = TraceFormat> {
    let formats = TraceFormat::NAMES.into_iter().map(|(_, format)| format);
    formats.filter(|format| super::format::descriptor(*format).writer.is_some())
}

fn csv() -> TraceSpec {
    TraceSpec::new("day", TraceFormat::Csv)
}

fn tsv() -> TraceSpec {
    TraceSpec::new("day", TraceFormat::Tsv)
}

/// What a whole trace is like.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scan {
    rows: u64,
    midnight_us: i64,
    first_us: u64,
    last_us: u64,
    digest: String,
}

/// Rows of a run: when, who and what, and what became of all.
type Replayed = (Vec<(u64, String, RowKind)>, Scan, Counts);

fn replayed_from(
    input: impl Read + Send + 'static,
    spec: &TraceSpec,
    roles: &Roles,
) -> Result<Replayed, TraceError> {
    replayed_by(|| Rows::open(input, spec, true), spec, roles)
}

fn replayed_by(
    open: impl FnOnce() -> Result<Rows<'static>, Located>,
    spec: &TraceSpec,
    roles: &Roles,
) -> Result<Replayed, TraceError> {
    let path = Path::new("day");
    let mut replay =
        Replay::of(open, TraceFiles::one(path), spec, roles).map_err(|fault| fault.in_file(path))?;
    let (mut users, mut rows, mut all) = (Users::default(), RecordedRows::default(), Vec::new());
    loop {
        rows.clear();
        replay.read_on(&mut users, &mut rows).map_err(|fault| fault.in_file(path))?;
        if rows.is_empty() {
            break;
        }
        let said = rows.at_us().iter().zip(rows.users()).enumerate();
        all.extend(
            said.map(|(place, (at_us, user))| (*at_us, users.id(*user).to_string(), rows.kind(place))),
        );
    }
    let scan = Scan {
        rows: replay.counts().rows,
        midnight_us: replay.midnight_us().unwrap(),
        first_us: replay.first_us().unwrap(),
        last_us: replay.last_us(),
        digest: replay.digest(),
    };
    Ok((all, scan, replay.counts()))
}

fn replayed(text: impl AsRef<[u8]>, spec: &TraceSpec) -> Result<Replayed, TraceError> {
    replayed_with(text, spec, &Roles::default())
}

/// What one thread reads, which is what several read.
fn replayed_with(text: impl AsRef<[u8]>, spec: &TraceSpec, roles: &Roles) -> Result<Replayed, TraceError> {
    let alone = replayed_from(Cursor::new(text.as_ref().to_vec()), spec, roles);
    for threads in [2, 3] {
        let bytes = Cursor::new(text.as_ref().to_vec());
        assert_eq!(replayed_by(|| Rows::open_on(threads, bytes, spec), spec, roles), alone);
    }
    alone
}

fn scanned(text: impl AsRef<[u8]>, spec: &TraceSpec) -> Result<Scan, TraceError> {
    replayed(text, spec).map(|(_, scan, _)| scan)
}

/// Times since the epoch and users.
fn rows_of(input: impl Read + Send, spec: &TraceSpec) -> Result<Vec<(u64, String)>, TraceError> {
    let fault = |fault: Located| fault.in_file(Path::new("day"));
    let mut rows = Rows::open(input, spec, true).map_err(fault)?;
    let mut all = Vec::new();
    loop {
        let row = match rows.next() {
            Ok(Some(super::trace_row::NextRow::Row(row))) => row,
            Ok(Some(_)) => continue,
            Ok(None) => break,
            Err(error) => return Err(fault(rows.explained(error))),
        };
        let user = match row.user {
            UserRef::Number(number) => number.to_string(),
            UserRef::Text(text) => text.to_owned(),
        };
        all.push((row.epoch_us, user));
    }
    Ok(all)
}

/// How a file is written, as far as it is known or can be guessed.
fn guess(path: &Path, known: &Known) -> Result<TraceSpec, TraceError> {
    let name = path.to_string_lossy().into_owned();
    Opening::new(&[name], known).map(|opening| opening.spec().clone())
}

/// A look at bytes.
fn look(input: impl Read + Send, spec: &TraceSpec) -> Result<Survey, Located> {
    super::survey::look(&mut Rows::open(input, spec, true)?, spec)
}

/// A look at a file.
fn survey(path: &Path, spec: &TraceSpec) -> Result<Survey, TraceError> {
    super::survey(&TraceFiles::one(path), spec)
}

/// What is wrong with a file.
fn fault_of(path: &Path, spec: &TraceSpec) -> TraceError {
    Replay::open(1, &TraceFiles::one(path), spec, &Roles::default())
        .and_then(|mut replay| replay.run_through())
        .unwrap_err()
}

#[test]
fn equal_rows_have_one_digest_however_they_are_written() {
    let plain = scanned("time,user\n10,a\n20,7\n", &csv()).unwrap();
    assert_eq!(
        (plain.rows, plain.first_us, plain.last_us, plain.midnight_us),
        (2, 10_000_000, 20_000_000, 0)
    );
    assert_eq!(plain.digest.len(), 32);
    for (text, spec) in [
        ("time\tuser\n10\ta\n20\t7\n", tsv()),
        ("user\tx\ttime\r\na\t\t10.0\r\n7\t\"\t20\r\n", tsv()),
        ("\u{feff}time,user\r\n10,a\r\n\r\n20,7", csv()),
        ("\u{feff}\"time\",\"user\"\r\n\"10\",\"a\"\r\n\"20\",\"7\"\r\n", csv()),
        ("note,user,time\n\"many\nlines, \"\"quoted\"\"\",a,10.000000\n\n\n,7,20\n", csv()),
    ] {
        assert_eq!(scanned(text, &spec).as_ref(), Ok(&plain), "{text:?}");
    }
    for other in ["time,user\n10,a\n20,8\n", "time,user\n10,a\n21,7\n", "time,user\n10,a2\n20,7\n"] {
        assert_ne!(scanned(other, &csv()).unwrap().digest, plain.digest, "{other:?}");
    }
}

#[test]
fn a_tsv_is_not_quoted() {
    let rows = rows_of("time\tuser\n1\t\"a\n2\t\"b\"\n".as_bytes(), &tsv()).unwrap();
    assert_eq!(rows, [(1_000_000, "\"a".to_owned()), (2_000_000, "\"b\"".to_owned())]);
}

#[test]
fn a_quoted_cell_of_a_csv_keeps_commas_quotes_and_line_ends() {
    let rows = rows_of("time,user\r\n1,\"a,\"\"b\"\"\r\nc\"\r\n".as_bytes(), &csv()).unwrap();
    assert_eq!(rows, [(1_000_000, "a,\"b\"\r\nc".to_owned())]);
}

#[test]
fn a_cell_that_is_not_utf_8_is_latin_1() {
    let rows = rows_of(&b"time,user\n1,Zo\xeb\n2,Zo\xc3\xab\n"[..], &csv()).unwrap();
    assert_eq!(rows.iter().map(|(_, user)| user.as_str()).collect::<Vec<_>>(), ["Zoë", "Zoë"]);
    let other = rows_of(&b"x,time,user\n\xff\xfe,1,a\n"[..], &csv()).unwrap();
    assert_eq!(other.len(), 1, "what is not named is not decoded");
    let name = Columns { user: "Größe".to_owned(), ..Columns::default() };
    assert!(rows_of(&b"time,Gr\xf6\xdfe\n1,a\n"[..], &TraceSpec { columns: name, ..csv() }).is_ok());
}

#[test]
fn a_day_with_a_clock_change_counts_the_time_that_passed() {
    // Berlin, 29 October 2023: midnight was at 22:00 UTC the day before, and the day had 25 hours.
    let spec = TraceSpec { timezone: Some("Europe/Berlin".to_owned()), ..csv() };
    let autumn = scanned("time,user\n1698530400,a\n1698620399.999999,b\n", &spec).unwrap();
    assert_eq!((autumn.first_us, autumn.last_us), (0, 25 * 3_600_000_000 - 1));
    // 26 March 2023, 04:00 on the clock: three hours after midnight, for one was skipped.
    let spring = scanned("time,user\n1679796000,a\n", &spec).unwrap();
    assert_eq!(spring.first_us, 3 * 3_600_000_000);
}

#[test]
fn equal_times_are_in_order_and_a_trace_may_pass_midnight() {
    let scan = scanned("time,user\n86399,a\n86399,b\n86401,a\n", &csv()).unwrap();
    assert_eq!((scan.first_us, scan.last_us), (86_399_000_000, 86_401_000_000));
}

#[test]
fn a_bad_trace_says_where_and_what_and_what_would_be_right() {
    let long = "x".repeat(200);
    for (text, words) in [
        ("", "day: is empty; the first line must name the columns"),
        ("\n\r\n", "day: is empty"),
        ("time,user\n", "day: has a header and no rows"),
        ("time,user", "has a header and no rows"),
        ("when,user\n1,a\n", "day:1: column `time` is missing; the columns are `when`, `user`"),
        ("time;user\n1;a\n", "the column is one of 9 characters; are the cells separated by commas?"),
        (
            "time,user,user\n1,a,a\n",
            "day:1: column `user` is there more than once; the columns are `time`, `user`",
        ),
        ("Time,user\n1,a\n", "`time` is missing"),
        ("ti\u{202e}me,\u{1b}[31muser\n1,a\n", "the columns are one of 5 characters, one of 9 characters"),
        (
            "at_ms,X-Real.Ip 2,Größe,a/b,\n1,a,b,c,d\n",
            "the columns are `at_ms`, `X-Real.Ip 2`, `Größe`, one of 3 characters, one of 0 characters",
        ),
        (&format!("{},user\n1,a\n", "x".repeat(33)), "the columns are one of 33 characters, `user`"),
        ("time,user\n1,a\n2\n", "day:3: found 1 cell in a row, but the header has 2"),
        ("time,user\n1,a\n\n2,b,c\n", "day:4: found 3 cells in a row, but the header has 2"),
        ("time,user\n1,\"a\nb\"\n2\n", "day:4: found 1 cell"),
        ("time,user\r\n1,a\r\n\r\n2\r\n", "day:4: found 1 cell"),
        ("time,user\n1,\"a\n2,b\n", "day:2: the file ends inside a quoted cell"),
        ("time,user\n1,a\n\n2,\"", "day:4: the file ends inside a quoted cell"),
        ("time,user\n1,\n", "day:2: column `user`: is empty; every row needs a user"),
        ("time,user\n,a\n", "day:2: column `time`: `` is not a valid time; write seconds since 1970"),
        (
            "time,user\n1e3,a\n",
            "`1e3` is not a valid time; write seconds since 1970, as in `807256800` or `807256800.25`",
        ),
        ("time,user\n-1,a\n", "`-1` is negative"),
        ("time,user\n\u{200b}1,a\n", "column `time`: `\\u{200b}1` is not a valid time"),
        (
            "time,user\n1807256800000,a\n",
            "lies after the year 9999; is the unit right? say `unit: ms`, or `--unit ms`, if it counts milliseconds",
        ),
        ("time,user\n1807256800000000,a\n", "say `unit: us`, or `--unit us`, if it counts microseconds"),
        ("time,user\n1807256800000000000,a\n", "say `unit: ns`, or `--unit ns`, if it counts nanoseconds"),
        ("time,user\n1807256800000.5,a\n", "is the unit right? write seconds since 1970"),
        (
            "time,user\n5,a\n\n4.5,b\n",
            "day:4: column `time`: `4.5` is earlier than `5` of line 2, by 500ms; `reorder: 1s`, or `--reorder 1s`, sorts \
             rows that are late by at most that, as these are; or sort the rows by time, as `rolesim trace convert --sort` \
             does",
        ),
        (
            "time,user\n1,a\n316224002,b\n",
            "day:3: column `time`: `316224002` is more than 3660 days after the first row's (line 2); \
             is the unit right?",
        ),
        (&format!("time,user\n{long},a\n"), &format!("`{}…` is not a valid time", &long[..79])),
    ] {
        let error = scanned(text, &csv()).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(words), "{text:?} says {said:?}, not {words:?}");
        assert!(error.kind() == RecordedErrorKind::Content && !said.contains(char::is_control), "{said:?}");
    }
}

#[test]
fn other_units_take_whole_numbers_only() {
    for (unit, time, words) in [
        (TimeUnit::Millis, "1.5", "write whole milliseconds"),
        (TimeUnit::Micros, "1.5", "write whole microseconds"),
        (TimeUnit::Nanos, "x", "write whole nanoseconds"),
    ] {
        let error =
            scanned(format!("time,user\n{time},a\n"), &TraceSpec { unit: Some(unit), ..csv() }).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_unknown_time_zone_is_an_error() {
    let spec = TraceSpec { timezone: Some("Mars/Olympus".to_owned()), ..csv() };
    let error = scanned("time,user\n1,a\n", &spec).unwrap_err();
    assert!(error.to_string().contains("`Mars/Olympus` is unknown; use an IANA name"), "{error}");
}

#[test]
fn a_row_without_end_is_stopped_after_a_mebibyte_or_so() {
    struct Counted<'a>(&'a mut u64, io::Chain<&'static [u8], io::Repeat>);
    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.read(buffer)?;
            *self.0 += count as u64;
            Ok(count)
        }
    }
    for (start, byte) in
        [("", 0), ("time,user\n1,", b'x'), ("time,user\n1,\"", b'\n'), ("time,user\n", b'\n')]
    {
        let mut taken = 0;
        let input = Counted(&mut taken, start.as_bytes().chain(io::repeat(byte)));
        let error = rows_of(input, &csv()).unwrap_err();
        assert!(error.to_string().contains("the row is longer than 1 MiB"), "{error}");
        assert!(taken < 2 << 20, "{taken}");
    }
}

#[test]
fn the_longest_row_is_one_mebibyte_with_its_newline() {
    let user = "x".repeat((1 << 20) - 3);
    assert_eq!(rows_of(format!("time,user\n1,{user}\n2,b\n").as_bytes(), &csv()).unwrap().len(), 2);
    let error = rows_of(format!("time,user\n1,a\n1,{user}x\n2,b\n").as_bytes(), &csv()).unwrap_err();
    assert_eq!(error.to_string(), "day:3: the row is longer than 1 MiB");
}

#[test]
fn what_is_no_file_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("mis\u{1b}sing");
    let error = fault_of(&missing, &csv());
    assert!(
        error.kind() == RecordedErrorKind::Unreadable && error.file().ends_with("mis\\u{1b}sing"),
        "{error}"
    );
    for path in [folder.path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
        let error = fault_of(path, &csv());
        assert!(error.kind() == RecordedErrorKind::Unreadable && error.place().is_none(), "{error}");
    }
}

#[test]
fn a_failing_disk_is_unreadable_and_not_the_end_of_the_day() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let error = rows_of("time,user\n1,a\n".as_bytes().chain(Broken), &csv()).unwrap_err();
    assert!(
        error.kind() == RecordedErrorKind::Unreadable && error.to_string().contains("the disk is gone"),
        "{error}"
    );
}

/// Hits of a cache without bound whose entries live so long.
fn hits(rows: &[(u64, String)], life_us: u64) -> usize {
    let mut stored = HashMap::new();
    let usable = |at: u64, since: Option<&u64>| since.is_some_and(|since| at - since < life_us);
    rows.iter()
        .filter(|(at, user)| {
            let hit = usable(*at, stored.get(user));
            if !hit {
                stored.insert(user, *at);
            }
            hit
        })
        .count()
}

#[test]
fn the_nasa_day_has_its_known_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/nasa/nasa-1995-08-01.tsv");
    let (rows, scan, _) = replayed_from(File::open(path).unwrap(), &tsv(), &Roles::default()).unwrap();
    assert_eq!((scan.rows, scan.midnight_us), (30_969, 807_235_200_000_000));
    assert_eq!((scan.first_us, scan.last_us), (6 * 3_600_000_000, 67_921_000_000));
    let rows: Vec<(u64, String)> = rows.into_iter().map(|(at_us, user, _)| (at_us, user)).collect();
    let users: std::collections::HashSet<&String> = rows.iter().map(|(_, user)| user).collect();
    assert_eq!((rows.len(), users.len()), (30_969, 2_365));
    assert_eq!(hits(&rows, u64::MAX), 28_604);
    for (seconds, known) in [(60, 23_260), (300, 26_335), (900, 27_354), (3_600, 28_039)] {
        assert_eq!(hits(&rows, seconds * 1_000_000), known, "{seconds} s");
    }
}

#[test]
fn a_trace_cut_at_any_byte_is_read_or_refused() {
    let whole = "\u{feff}time,user,note\r\n1,Zoë,\"a \"\"b\"\"\r\n,c\"\r\n\n2.5,\"7\",\r\n".as_bytes();
    let all = rows_of(whole, &csv()).unwrap();
    for end in 0..whole.len() {
        if let Ok(rows) = rows_of(&whole[..end], &csv()) {
            assert!(rows.len() <= all.len(), "cut at {end}");
        }
        let _ = rows_of(&whole[..end], &tsv());
    }
}
