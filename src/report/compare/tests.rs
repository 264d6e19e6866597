use super::*;
use crate::report::render::text::text;
use crate::report::test_reports::{cache, event, none, report, ttl};
use crate::report::words::Lang;

/// The words below the tables, on one line.
fn says(lang: Lang, results: Vec<CacheResult>) -> String {
    let text = text(&compare(&report(results), &Words::new(lang)), false);
    let words = text.rsplit("┘\n").next().unwrap().trim();
    words.replace(['\n', '\u{a0}'], " ")
}

fn counts(label: &str, values: &[(Metric, u64)]) -> CacheResult {
    cache(label, &[&[(Metric::Requests, 100)], values].concat())
}

#[test]
fn the_usual_three_are_put_in_plain_words() {
    assert_eq!(
        says(Lang::En, vec![event(), ttl(), none()]),
        "event made 1,050 reads of the database for 10,000 requests; it was never stale. \
         ttl:5m+sweep=1m made 8,412 more reads of the database than event; it gave 14 answers that were \
         no longer true, of which 9 let a revoked role in, for up to 4m 59s; its sweeps examined 48,750 \
         entries. \
         none made 8,950 more reads of the database than event and read it for every request; it was never stale."
    );
    assert_eq!(
        says(Lang::Ru, vec![event(), ttl(), none()]),
        "event: 1 050 обращений к базе на 10 000 запросов; ни одного устаревшего ответа. \
         ttl:5m+sweep=1m: на 8 412 обращений к базе больше, чем у event; 14 устаревших ответов, из них с \
         отозванной ролью 9, самое долгое — 4 мин 59 с после отзыва; фоновые очистки проверили 48 750 \
         записей. \
         none: на 8 950 обращений к базе больше, чем у event, по одному на каждый запрос; ни одного \
         устаревшего ответа."
    );
}

#[test]
fn a_first_cache_that_does_worse_is_said_to_do_worse() {
    let worse = [(Metric::DbReads, 50), (Metric::StaleReads, 2), (Metric::StaleGrants, 2)];
    let better = [(Metric::DbReads, 49), (Metric::Hits, 51)];
    let results = || vec![counts("event", &worse), counts("ttl:5m", &better)];
    assert_eq!(
        says(Lang::En, results()),
        "event made 50 reads of the database for 100 requests; it gave 2 answers that were no longer true, \
         all of which let a revoked role in. ttl:5m made 1 fewer read of the database than event; it was \
         never stale."
    );
    assert_eq!(
        says(Lang::Ru, results()),
        "event: 50 обращений к базе на 100 запросов; 2 устаревших ответа, все с отозванной ролью. \
         ttl:5m: на 1 обращение к базе меньше, чем у event; ни одного устаревшего ответа."
    );
}

#[test]
fn equal_caches_are_said_to_be_equal() {
    let results = || vec![counts("a", &[(Metric::DbReads, 5)]), counts("b", &[(Metric::DbReads, 5)])];
    assert_eq!(
        says(Lang::En, results()),
        "a made 5 reads of the database for 100 requests; it was never stale. b read the database just as \
         often as a; it was never stale."
    );
    assert_eq!(
        says(Lang::Ru, results()),
        "a: 5 обращений к базе на 100 запросов; ни одного устаревшего ответа. b: столько же обращений к \
         базе, сколько у a; ни одного устаревшего ответа."
    );
}

#[test]
fn a_single_stale_answer_is_counted_as_one() {
    let one = |grants| {
        let stale = [(Metric::DbReads, 1), (Metric::StaleReads, 1), (Metric::StaleGrants, grants)];
        let results = || vec![counts("a", &stale)];
        (says(Lang::En, results()), says(Lang::Ru, results()))
    };
    let (english, russian) = one(0);
    assert_eq!(
        english,
        "a made 1 read of the database for 100 requests; it gave 1 answer that was no longer true, and it let \
         no revoked role in."
    );
    assert_eq!(
        russian,
        "a: 1 обращение к базе на 100 запросов; 1 устаревший ответ, ни одного с отозванной ролью."
    );
    let (english, russian) = one(1);
    assert!(
        english.ends_with("1 answer that was no longer true, and it let a revoked role in."),
        "{english}"
    );
    assert!(russian.ends_with("1 устаревший ответ, с отозванной ролью."), "{russian}");
}

#[test]
fn no_honoured_time_is_named_where_no_revoked_role_got_in() {
    let stale = [(Metric::StaleReads, 3), (Metric::WindowMax, 5_000_000)];
    let text = says(Lang::En, vec![counts("a", &stale)]);
    assert!(
        text.ends_with("3 answers that were no longer true, none of which let a revoked role in."),
        "{text}"
    );
}

#[test]
fn without_requests_there_is_nothing_to_compare() {
    let results = || vec![cache("event", &[]), cache("none", &[])];
    assert_eq!(says(Lang::En, results()), "There were no requests, so there is nothing to compare.");
    assert_eq!(says(Lang::Ru, results()), "Запросов не было, сравнивать нечего.");
}

#[test]
fn a_cache_that_only_failed_is_not_called_fresh() {
    let results = || vec![counts("event", &[(Metric::Failed, 100), (Metric::DbReads, 100)])];
    assert!(says(Lang::En, results()).ends_with("it gave no answer at all."));
    assert!(says(Lang::Ru, results()).ends_with("ни одного ответа."));
    let table = text(&compare(&report(results()), &Words::new(Lang::En)), false);
    assert!(table.contains("│ event          –"), "{table}");
}

#[test]
fn every_request_read_is_said_only_if_it_is_so() {
    let repeated = [(Metric::DbReads, 101)];
    let text = says(Lang::En, vec![counts("event", &[(Metric::DbReads, 1)]), counts("none", &repeated)]);
    assert!(text.contains("none made 100 more reads of the database than event; it"), "{text}");
}
