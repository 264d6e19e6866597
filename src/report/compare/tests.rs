use super::*;
use crate::report::render::text::text;
use crate::report::test_reports::{cache, event, none, report, ttl};
use crate::report::words::Lang;

fn compared(results: Vec<CacheResult>) -> String {
    text(&compare(&report(results), Some(Tables::Main), &Words::new(Lang::En)), false)
}

#[test]
fn rows_stand_in_the_order_of_the_front_with_their_verdicts() {
    let text = compared(vec![none(), ttl(), event()]);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("│ ")).collect();
    let names: Vec<&str> =
        rows.iter().filter_map(|row| row.split_whitespace().nth(1)).filter(|name| *name != "let").collect();
    assert_eq!(names[names.len() - 3..], ["event", "ttl:5m+sweep=1m", "none"], "{text}");
    assert!(text.contains("beaten by event") && text.contains("no cache"), "{text}");
}

#[test]
fn other_tables_are_there_when_asked_for() {
    let of =
        |tables| text(&compare(&report(vec![event(), ttl()]), Some(tables), &Words::new(Lang::En)), false);
    for title in ["What it saved", "Whether it was true"] {
        assert!(of(Tables::All).contains(title) && !of(Tables::Main).contains(title), "{title}");
    }
}

#[test]
fn without_requests_there_is_nothing_to_compare() {
    let text = compared(vec![cache("event", &[]), cache("none", &[])]);
    assert!(text.contains("There were no requests, so there is nothing to compare."), "{text}");
}
