use super::*;
use crate::report::test_reports::{cache, event, none, report, several, ttl};
use crate::report::words::Lang;

/// The whole answer, a line for each of its lines.
fn said_of(results: Vec<CacheResult>, lang: Lang) -> Vec<String> {
    of(&report(results), lang)
}

fn of(report: &Report, lang: Lang) -> Vec<String> {
    let Some(answer) = answer(report, &Words::new(lang)) else { return Vec::new() };
    let lines = answer.lines.iter().map(AnswerLine::sentence);
    let all = answer.lead.into_iter().chain(lines).chain(answer.more);
    all.map(|line| line.replace('\u{a0}', " ")).collect()
}

fn costing(label: &str, values: &[(Metric, u64)]) -> CacheResult {
    cache(label, &[&[(Metric::Requests, 100), (Metric::GuaranteedWindow, 60_000_000)], values].concat())
}

#[test]
fn each_cache_worth_a_look_has_its_price_in_a_line() {
    let results = || {
        vec![
            costing(
                "event",
                &[(Metric::DbReads, 10), (Metric::StaleGrants, 3), (Metric::WindowMax, 90_000_000)],
            ),
            costing("ttl:5m", &[(Metric::DbReads, 25), (Metric::Failed, 1)]),
            costing("ttl:1m", &[(Metric::DbReads, 26), (Metric::Failed, 1)]),
            costing("none", &[(Metric::DbReads, 100)]),
        ]
    };
    assert_eq!(
        said_of(results(), Lang::En),
        [
            "2 of 3 caches are worth a look; the other is matched or beaten by one of them.",
            "event: 10 database reads; 3 answers let a revoked role in, for up to 1m 30s (guaranteed: at most 1m); none failed",
            "ttl:5m: 25 database reads (2.5 × event); no revoked role let in (guaranteed: at most 1m); 1 failed",
        ]
    );
    assert_eq!(
        said_of(results(), Lang::Ru),
        [
            "Внимания стоят 2 кэша из 3; остальной не лучше одного из них.",
            "event: 10 обращений к базе; 3 ответа с отозванной ролью, самый поздний через 1 мин 30 с после отзыва (гарантия: не позже 1 мин); без ошибок",
            "ttl:5m: 25 обращений к базе (2,5 × event); ни одного ответа с отозванной ролью (гарантия: не позже 1 мин); с ошибкой: 1",
        ]
    );
}

#[test]
fn a_cache_without_an_alternative_is_said_to_be_the_only_one() {
    let said = said_of(vec![event(), none()], Lang::En);
    assert!(said[0].starts_with("One cache can be chosen here"), "{said:?}");
    assert_eq!(said.iter().filter(|line| line.starts_with("event: ")).count(), 1);
}

#[test]
fn caches_with_the_same_figures_share_a_line() {
    let like = |label: &str| costing(label, &[(Metric::DbReads, 10)]);
    let said = said_of(vec![like("event"), like("idle:1h")], Lang::En);
    assert_eq!(said[0], "1 of 2 caches is worth a look; the others do the same.");
    assert!(said[1].starts_with("event and idle:1h: 10 database reads;"), "{said:?}");
    let said = said_of(vec![like("event"), like("idle:1h"), like("idle:2h")], Lang::En);
    assert!(said[1].starts_with("event and 2 more like it: "), "{said:?}");
}

#[test]
fn of_a_long_front_five_are_written_out_with_both_ends() {
    let of =
        |at: u64| costing(&format!("ttl:{at}m"), &[(Metric::DbReads, 100 - at), (Metric::StaleGrants, at)]);
    let said = said_of((0..12).map(of).collect(), Lang::En);
    assert!(said[0].ends_with("5 of them:"), "{said:?}");
    assert_eq!(said.len(), 6);
    assert!(said[1].starts_with("ttl:11m: ") && said[5].starts_with("ttl:0m: "), "{said:?}");
}

#[test]
fn of_one_cache_four_figures_lead() {
    assert_eq!(
        said_of(vec![event()], Lang::En),
        [
            "Let in with a revoked role: none (guaranteed: at most 0s)",
            "Database reads: 1,050, of which 12 in the busiest second",
            "From memory: 89.50 %",
            "Failed: none",
        ]
    );
}

#[test]
fn evidence_is_named_where_changes_were_not_put_to_the_test() {
    let tested = |asked| {
        let values = [(Metric::DbReads, 1), (Metric::Events, 20), (Metric::RevocationsAsked, asked)];
        said_of(vec![costing("event", &values), costing("ttl:5m", &values)], Lang::En)
            .pop()
            .unwrap_or_default()
    };
    assert!(tested(7).starts_with("7 of 20 role changes put this to the test"));
    assert!(!tested(20).contains("put this to the test"), "all of them did");
}

#[test]
fn several_runs_are_means_and_the_longest_of_any() {
    let mut whole = several(report(vec![event(), ttl()]), 3);
    let mut late = ttl();
    late.metrics = costing("x", &[(Metric::StaleGrants, 9), (Metric::WindowMax, 600_000_000)]).metrics;
    whole.results[1].runs[1].metrics = late.metrics;
    let said = of(&whole, Lang::En);
    assert!(said[1].starts_with("event: 1,051.0 ± 2.5 database reads; no revoked role"), "{said:?}");
    let one = whole.results.remove(1);
    assert_eq!(longest_us(&one), Some(600_000_000));
}

#[test]
fn without_requests_there_is_no_answer() {
    assert!(said_of(vec![cache("event", &[]), cache("none", &[])], Lang::En).is_empty());
}
