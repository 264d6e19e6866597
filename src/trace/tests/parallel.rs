//! Several threads read what one reads: rows, counts, digest, and errors with their lines.

use super::*;

/// Lines of each format, good and bad; `#` stands for a time that may go backwards.
const LINES: [(TraceFormat, &str, &[&str]); 5] = [
    (
        TraceFormat::Csv,
        "time,user,op,role\n",
        &[
            "#,a,get,\n",
            "#,7,,user\n",
            "#,0123,set,\r\n",
            "\n",
            "#,5,,admin\r\r\n",
            "\r\r\n",
            "#,\"b,\n\n\"\"c\",get,\n",
            "#,\u{feff}x,nop,\n",
            "\u{feff}#,y,,\n",
            "#.000003,b,get,\n",
            "#,z,,",
            "#,,get,\n",
            "#,a,fly,\n",
            "#,a,get\n",
            "#,\"open,,\n",
            "x,a,,\n",
        ],
    ),
    (
        TraceFormat::Tsv,
        "user\ttime\n",
        &["a\t#\n", "\"7\t#\n", "\n", "8\t#\r\r\n", "\u{feff}9\t#\n", "a\n", "\t#\n", "5\t#"],
    ),
    (
        TraceFormat::Jsonl,
        "",
        &[
            "{\"time\":#,\"user\":\"a\"}\n",
            "{\"user\":7,\"time\":\"#\",\"role\":\"user\"}\n",
            "{\"x\":{},\"user\":\"\\u00e9\\n\",\"time\":#}\r\r\n",
            "\n",
            "{\"time\":#}\n",
            "{\"time\":#,\"user\":1,\"user\":2}\n",
            "[]\n",
            "{\"time\":#,\"user\":1}",
        ],
    ),
    (
        TraceFormat::Twitter,
        "",
        &[
            "#,a,b,1,2,3,get,0\n",
            "#,7,1,2,3,set,60\n",
            "#,7,1,2,3,delete,60\r\n",
            "\n",
            "#,1,2\n",
            "#,7,1,2,3,jump,0\n",
        ],
    ),
    (
        TraceFormat::Combined,
        "",
        &[
            "h - - [01/Aug/1995:00:00:% -0400] \"GET / HTTP/1.0\" 200 7\n",
            "h - ann [01/Aug/1995:00:01:% -0400] \"GET \\\" HTTP/1.0\" 304 - \"-\" \"x\"\r\n",
            "\n",
            "h - \"\" [01/Aug/1995:00:01:% -0400] \"GET / HTTP/1.0\" 200 7\r\r\n",
            "v:80 h - ann [01/Aug/1995:00:01:% -0400] \"GET / HTTP/1.0\" 200 7\n",
            "h - a b [01/Aug/1995:00:01:% -0400] \"GET / HTTP/1.0\" 200 7\n",
            "h - - [01/Aug/1995:00:00:% -0400] GET\n",
            "h - - [41/Aug/1995:00:00:% -0400] \"GET / HTTP/1.0\" 200 7\n",
        ],
    ),
];

/// A text of these lines, with times that go up by these steps, or once down.
fn text(header: &str, lines: &[&str], picks: &[(usize, u64)], down: bool) -> String {
    let mut at = 10u64;
    picks.iter().enumerate().fold(header.to_owned(), |text, (number, (pick, step))| {
        at += step;
        let shown = if down && number > 20 { at - 9 } else { at };
        // Most lines are good: those stand first.
        let line = lines[pick % lines.len()];
        text + &line.replace('#', &shown.to_string()).replace('%', &format!("{:02}", (shown / 9).min(59)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn several_threads_read_what_one_reads(
        format in 0..LINES.len(),
        good in prop::bool::weighted(0.6),
        picks in prop::collection::vec((0..15usize, 0..3u64), 0..60),
        down in prop::bool::weighted(0.2),
        skips_no_user in prop::bool::ANY,
    ) {
        let (format, header, lines) = LINES[format];
        let lines = if good { &lines[..lines.len().min(5)] } else { lines };
        let text = text(header, lines, &picks, down);
        let spec = TraceSpec { sets: Sets::Changes, skips_no_user, ..TraceSpec::new("day", format) };
        // It compares what one thread reads with what two and three do.
        let read = replayed_with(&text, &spec, &Roles::default());
        prop_assert!(read.is_err() || read.unwrap().2.rows > 0);
    }
}

/// Bytes, and then a failure of the disk.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}

#[test]
fn what_comes_before_a_failure_is_read_before_it() {
    for (text, words) in [
        ("time,user\n".to_owned() + &"1,a\n".repeat(100), "day: the disk is gone"),
        ("time,user\n".to_owned() + &"1,a\n".repeat(100) + "2,b", "day: the disk is gone"),
        (
            "time,user\n".to_owned() + &"1,a\n".repeat(100) + "x,b\n",
            "day:102: column `time`: `x` is not a valid time",
        ),
    ] {
        for threads in [1, 2, 3] {
            let open = || Rows::open_on(threads, Failing(Cursor::new(text.clone().into())), &csv());
            let said = replayed_by(open, &csv(), &Roles::default()).unwrap_err().to_string();
            assert!(said.starts_with(words), "{threads}: {said}");
        }
    }
}

#[test]
fn a_line_without_an_end_is_stopped_by_several_threads_too() {
    let text = "time,user\n".to_owned() + &"1,a\n".repeat(100);
    let endless = || Cursor::new(text.clone().into_bytes()).chain(io::repeat(b'x'));
    let said = replayed_by(|| Rows::open_on(2, endless(), &csv()), &csv(), &Roles::default()).unwrap_err();
    assert!(matches!(said.fault(), TraceFault::TooLong { .. }), "{said}");
}

#[test]
fn a_compressed_day_is_shared_as_well() {
    let text =
        "time,user\n".to_owned() + &(0..5_000).map(|at| format!("{at},{}\n", at % 77)).collect::<String>();
    let packed = zstd::encode_all(text.as_bytes(), 1).unwrap();
    assert_eq!(
        replayed_with(&packed, &csv(), &Roles::default()),
        replayed_with(&text, &csv(), &Roles::default())
    );
    let cut = &packed[..packed.len() - 5];
    assert!(replayed_with(cut, &csv(), &Roles::default()).unwrap_err().to_string().contains("cut off"));
}

#[test]
fn a_microsecond_backwards_is_found_wherever_a_piece_ends() {
    for place in 2..40 {
        let row = |at| if at == place { "7.000002,a\n" } else { "7.000003,a\n" };
        let text = "time,user\n".to_owned() + &(1..60).map(row).collect::<String>();
        let said = replayed_with(&text, &csv(), &Roles::default()).unwrap_err();
        assert_eq!(said.place(), Some(Place::Line(place + 1)), "{said}");
    }
}
