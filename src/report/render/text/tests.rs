use unicode_width::UnicodeWidthStr;

use super::Style;
use crate::gate::{Bounds, Level};
use crate::metrics::{Measured, Metric, Unit, Value};
use crate::report::test_reports::{cache, event, expect, expecting, none, report, several, ttl};
use crate::report::words::Lang;
use crate::report::{HourRow, Report, Tables, compare_text, run_text};

const PLAIN: Style = Style { lang: Lang::En, colour: false };
const RUSSIAN: Style = Style { lang: Lang::Ru, colour: false };

#[test]
fn the_day_of_the_event_cache_in_english() {
    let golden = include_str!("run.en.txt");
    assert_eq!(run_text(&expecting(), &PLAIN, true), golden);
}

#[test]
fn the_day_of_the_event_cache_in_russian() {
    let golden = include_str!("run.ru.txt");
    assert_eq!(run_text(&expecting(), &RUSSIAN, true), golden);
}

#[test]
fn three_caches_side_by_side() {
    let three = report(vec![event(), ttl(), none()]);
    assert_eq!(compare_text(&three, &PLAIN, Tables::All), include_str!("compare.en.txt"));
    assert_eq!(compare_text(&three, &RUSSIAN, Tables::All), include_str!("compare.ru.txt"));
}

#[test]
fn lines_appear_only_where_there_is_something_to_say() {
    let quiet = run_text(&report(vec![event()]), &PLAIN, false);
    for absent in ["Time to answer", "joined", "failed", "overtaken", "lost", "Sweeps", "Expectations"] {
        assert!(!quiet.contains(absent), "{absent}\n{quiet}");
    }
    let busy = [
        (Metric::Requests, 10),
        (Metric::Coalesced, 1),
        (Metric::Failed, 2),
        (Metric::FillsRejected, 3),
        (Metric::EventsLost, 4),
        (Metric::LatencyMax, 1_500),
    ];
    let text = run_text(&report(vec![cache("event", &busy)]), &PLAIN, false);
    for present in
        ["joined a read in flight", "  failed", "overtaken by a change", "Events lost", "1ms 500us"]
    {
        assert!(text.contains(present), "{present}\n{text}");
    }
}

#[test]
fn a_day_without_requests_says_so() {
    let empty = report(vec![cache("event", &[])]);
    let (english, russian) = (run_text(&empty, &PLAIN, false), run_text(&empty, &RUSSIAN, false));
    for present in ["There were no requests.", "– (no requests)", "– (no answers)", "– (no role reduced)"]
    {
        assert!(english.contains(present), "{english}");
    }
    assert!(russian.contains("Запросов не было.") && russian.contains("– (нет запросов)"), "{russian}");
}

#[test]
fn a_near_miss_shows_the_digits_that_decide() {
    let min = Bounds { min: Some(Value::Ratio(0.895)), ..Bounds::default() };
    let mut missed = report(vec![event()]);
    missed.expectations = vec![expect(Metric::HitRatio, min, Level::Error, Value::Ratio(0.894_999_9))];
    missed.verdict = crate::gate::verdict(&missed.expectations, None);
    let text = run_text(&missed, &PLAIN, false);
    assert!(text.contains("expected at least 89.5 %, measured 89.49999 % – does not hold"), "{text}");
    assert!(text.ends_with("0 of 1 expectation hold. The run fails.\n"), "{text}");
}

#[test]
fn a_clear_miss_is_not_buried_in_digits() {
    let bounds =
        Bounds { equals: Some(Value::Ratio(0.5)), within: Some(Value::Ratio(0.05)), ..Bounds::default() };
    let mut missed = report(vec![event()]);
    missed.expectations = vec![expect(Metric::HitRatio, bounds, Level::Note, Value::ratio(1, 3))];
    assert!(run_text(&missed, &PLAIN, false).contains("measured 33.33 % –"));
    missed.expectations = vec![expect(Metric::HitRatio, bounds, Level::Note, Value::Ratio(0.449_99))];
    assert!(run_text(&missed, &PLAIN, false).contains("measured 44.999 % –"));
}

#[test]
fn colours_are_there_only_when_asked_for() {
    let coloured = run_text(&expecting(), &Style { lang: Lang::En, colour: true }, true);
    let plain = run_text(&expecting(), &PLAIN, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(
        coloured.contains("\u{1b}[32m✓\u{1b}[0m hits")
            && coloured.contains("\u{1b}[31m✗\u{1b}[0m window")
            && coloured.contains("\u{1b}[90m≠\u{1b}[0m hits")
    );
    let bare = coloured
        .replace("\u{1b}[1m", "")
        .replace("\u{1b}[32m", "")
        .replace("\u{1b}[31m", "")
        .replace("\u{1b}[90m", "")
        .replace("\u{1b}[0m", "");
    assert_eq!(bare, plain);
}

/// A report that does its worst: everything huge, long or hostile.
fn worst(label: &str, value: u64) -> Report {
    let mut one = cache(label, &[]);
    one.metrics = Measured::collect(&[], |metric| match metric.unit() {
        Unit::Count => Value::Count(value),
        Unit::Micros => Value::Micros(value.into()),
        Unit::Ratio => Value::Ratio(0.123_456_789_012_345_67),
    });
    let (requests, hits) = (value, value / 2);
    let hour = HourRow {
        requests,
        hits,
        db_reads: value,
        stale_reads: value,
        cache_size: value,
        ..Default::default()
    };
    one.hourly = vec![hour; 3];
    let mut whole = report(vec![one.clone(), event(), one]);
    whole.scenario.name = label.to_owned();
    whole.expectations = expecting().expectations;
    for judged in &mut whole.expectations {
        judged.expectation.cache = Some(label.to_owned());
        judged.expectation.because = Some(label.to_owned());
        judged.expectation.bounds.min = Some(Value::Count(value));
    }
    whole
}

#[test]
fn no_line_is_wider_than_the_page_whatever_is_in_it() {
    let labels = [
        "event".to_owned(),
        "x".repeat(500),
        "茶 ".repeat(100),
        "\u{1b}[2J\u{202e}\u{200b}\n\t".repeat(30),
        "👩\u{200d}👩\u{200d}👧".repeat(40),
        "e\u{301}\u{302}".repeat(90),
        "* ".repeat(60),
    ];
    for label in &labels {
        for value in [0, 1_000_000, 1_000_000_000_000, u64::MAX] {
            for style in [PLAIN, RUSSIAN] {
                let whole = worst(label, value);
                let often = several(whole.clone(), 3);
                for text in [
                    run_text(&whole, &style, true),
                    compare_text(&whole, &style, Tables::All),
                    run_text(&often, &style, true),
                    compare_text(&often, &style, Tables::All),
                ] {
                    for line in text.lines() {
                        assert!(line.width() <= 80, "{} columns: {line}\n{text}", line.width());
                        assert!(!line.chars().any(char::is_control), "{line:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn huge_counts_are_shown_to_the_last_digit() {
    let text = run_text(&worst("event", u64::MAX), &PLAIN, false);
    assert!(text.contains("18,446,744,073,709,551,615 users"), "{text}");
}

#[test]
fn several_runs_are_means_with_intervals_and_differences_by_day() {
    let whole = several(report(vec![event(), ttl(), none()]), 3);
    let text = compare_text(&whole, &PLAIN, Tables::Main);
    let closed_up = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "3 runs, the first with seed 42",
        // 1,050 to 1,052, with Student's 4.30 for three runs.
        "1,051.0",
        "± 2.5",
        // Both caches' counts grow alike, so that the difference is the same in each run.
        "+8,412",
        "≈",
    ] {
        assert!(closed_up.contains(words), "{words}:\n{text}");
    }
    assert!(!text.contains("more reads of the database"), "{text}");
    let run = run_text(&several(expecting(), 3), &PLAIN, true);
    assert!(run.contains("Mean") && run.contains("By the hour, the first of 3 runs: event"), "{run}");
    let russian = compare_text(&whole, &RUSSIAN, Tables::Main);
    assert!(russian.contains("3 прогона, первый с зерном 42") && russian.contains("≈: различие не выявлено"));
}
