//! Dates instead of numbers: offsets, zones, and clocks that change.

use super::*;

fn zoned(zone: &str) -> TraceSpec {
    TraceSpec { timezone: Some(zone.to_owned()), ..csv() }
}

/// Times since the epoch of a column of dates.
fn times(dates: &[&str], spec: &TraceSpec) -> Result<Vec<u64>, TraceError> {
    let text = dates.iter().fold("time,user\n".to_owned(), |text, date| text + &format!("\"{date}\",a\n"));
    Ok(rows_of(text.as_bytes(), spec)?.into_iter().map(|(us, _)| us).collect())
}

#[test]
fn a_day_of_dates_is_the_same_day_as_one_of_numbers() {
    let numbers = scanned("time,user\n1795640401.082,a\n1795644000,7\n", &zoned("Europe/Moscow")).unwrap();
    assert_eq!(numbers.first_us, 1_082_000);
    for text in [
        "time,user\n2026-11-26T00:00:01.082+03:00,a\n2026-11-26T01:00:00+03:00,7\n",
        "time,user\n2026-11-25T21:00:01.082Z,a\n2026-11-26T01:00:00+03:00,7\n",
        "time,user\n2026-11-26 00:00:01.082000,a\n2026-11-26 01:00:00,7\n",
    ] {
        assert_eq!(scanned(text, &zoned("Europe/Moscow")).as_ref(), Ok(&numbers), "{text}");
    }
    let lines = "{\"time\":\"2026-11-26T00:00:01.082+03:00\",\"user\":\"a\"}\n{\"time\":\"2026-11-25T22:00:00Z\",\"user\":7}\n";
    let jsonl = TraceSpec { format: TraceFormat::Jsonl, ..zoned("Europe/Moscow") };
    assert_eq!(scanned(lines, &jsonl).as_ref(), Ok(&numbers));
    // The offset is obeyed, and the zone says where midnight is.
    let text = "time,user\n2026-11-26T00:00:01.082+03:00,a\n2026-11-26T01:00:00+03:00,7\n";
    let utc = scanned(text, &csv()).unwrap();
    assert_eq!((utc.digest == numbers.digest, utc.first_us), (false, 21 * 3_600_000_000 + 1_082_000));
}

#[test]
fn what_is_wrong_with_a_date_is_said_with_the_way_out() {
    for (text, spec, words) in [
        (
            "time,user\n2026-11-26 00:00:01,a\n",
            csv(),
            "day:2: column `time`: `2026-11-26 00:00:01` does not say its offset from UTC; write it as in \
             `2026-11-26T00:00:01+03:00`, or say `timezone: Europe/Berlin`",
        ),
        (
            "time,user\n2026-11-26T00:00:01Z,a\n",
            TraceSpec { unit: Some(TimeUnit::Millis), ..csv() },
            "is a date, and `unit: ms` says what numbers count; leave out `unit`",
        ),
        (
            "time,user\n2026-11-26T00:00:01Z,a\n1795640401,a\n",
            csv(),
            "day:3: column `time`: `1795640401` is not a valid time; write it as in `2026-11-26T00:00:01.082+03:00`",
        ),
        (
            "time,user\n1795640401,a\n2026-11-26T00:00:01Z,a\n",
            csv(),
            "day:3: column `time`: `2026-11-26T00:00:01Z` is not a valid time; write seconds since 1970",
        ),
        ("time,user\n2026-11-31T00:00:01Z,a\n", csv(), "is not a valid time; write it as in"),
        ("time,user\n1969-12-31T23:59:59Z,a\n", csv(), "is negative"),
        (
            "time,user\n2026-11-26T00:00:01.5Z,a\n2026-11-26T00:00:01Z,a\n",
            csv(),
            "`2026-11-26T00:00:01Z` is earlier than `2026-11-26T00:00:01.5Z` of line 2",
        ),
        (
            "time,user\n2023-03-26 02:30:00,a\n",
            zoned("Europe/Berlin"),
            "does not exist in Europe/Berlin, whose clocks skip it; write times with their offset",
        ),
    ] {
        let said = scanned(text, &spec).unwrap_err().to_string();
        assert!(said.contains(words), "{said}, not {words}");
    }
}

#[test]
fn an_hour_that_clocks_show_twice_is_read_in_order() {
    let berlin = zoned("Europe/Berlin");
    let hour = 3_600_000_000;
    let first = 1_698_537_600_000_000;
    let dates = ["2023-10-29 02:00:00", "2023-10-29 02:59:59", "2023-10-29 02:00:00", "2023-10-29 03:00:00"];
    let expected = [first, first + hour - 1_000_000, first + hour, first + 2 * hour];
    assert_eq!(times(&dates, &berlin).unwrap(), expected);
    // Several threads, and a piece that begins within that hour.
    let minutes =
        (0..180u64).map(|minute| format!("2023-10-29 0{}:{:02}:00", (minute / 60).max(1), minute % 60));
    let texts: Vec<String> =
        minutes.chain((120..180).map(|n| format!("2023-10-29 02:{:02}:00", n % 60))).collect();
    let rows = texts.iter().fold("time,user\n".to_owned(), |text, date| text + date + ",a\n");
    // The first hour is written twice as 01, which goes backwards and is refused.
    assert!(scanned(&rows, &berlin).is_err());
    let rows = texts[60..].iter().fold("time,user\n".to_owned(), |text, date| text + date + ",a\n");
    let scan = scanned(&rows, &berlin).unwrap();
    assert_eq!((scan.rows, scan.first_us, scan.last_us), (180, hour, 3 * hour + 59 * 60_000_000));
}

#[test]
fn a_recorded_day_ends_where_its_clocks_say() {
    for (date, hours) in [("2023-10-29", 25), ("2023-03-26", 23), ("2023-03-27", 24)] {
        let text = format!("time,user\n{date} 00:00:00,a\n{date} 23:30:00,a\n");
        let open = || Rows::open(Cursor::new(text.clone().into_bytes()), &zoned("Europe/Berlin"), true);
        let path = Path::new("day");
        let mut replay =
            Replay::of(open, TraceFiles::one(path), &zoned("Europe/Berlin"), &Roles::default()).unwrap();
        replay.run_through().unwrap();
        assert_eq!(replay.end_us(), hours * 3_600_000_000, "{date}");
        assert_eq!(replay.odd_beginning(), None);
        let survey = look(text.as_bytes(), &zoned("Europe/Berlin")).unwrap();
        let last_us = survey.midnight_us.saturating_add_unsigned(replay.last_us());
        let odd = odd_days(survey.midnight_us, last_us, "Europe/Berlin");
        let expected = (hours != 24).then(|| (date.to_owned(), hours * 3_600_000_000));
        assert_eq!((odd, survey.unit), (expected.into_iter().collect(), None));
    }
    assert_eq!(odd_days(0, 400 * DAY_US as i64, "Europe/Lisbon"), []);
    assert_eq!(odd_days(1_680_000_000_000_000, 1_711_929_600_000_000, "Europe/Berlin").len(), 2);
}

#[test]
fn a_look_takes_dates_for_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "ts,user\n2026-11-26T00:00:01Z,a\n").unwrap();
    let spec = guess(&path, &Known::default()).unwrap();
    assert_eq!((spec.unit, spec.timezone.as_deref()), (None, None));
    assert_eq!(survey(&path, &spec).unwrap().unit, None);
}
