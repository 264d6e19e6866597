use super::drawn::REST;
use super::*;
use crate::gate::{Bounds, Level, judge};
use crate::report::json;
use crate::report::test_reports::{cache as sample, event, expect, expecting, none, report, several, ttl};

fn compared() -> Report {
    Report { results: vec![event(), ttl(), none()], ..expecting() }
}

#[test]
fn the_page_needs_nothing_and_allows_only_its_styles() {
    let page = html(&compared(), Lang::En).unwrap();
    for absent in [" src=", "url(", "http://", "https://", "@import", " style=", " onload", "javascript:"] {
        assert!(!page.contains(absent), "{absent}");
    }
    let elsewhere =
        page.split(" href=\"").skip(1).filter(|rest| !rest.starts_with('#') && !rest.starts_with("data:"));
    assert_eq!(elsewhere.count(), 0, "links lead to parts of the page and to data in it");
    assert_eq!(page.matches("<script").count(), 1, "the report as data");
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    assert!(page.contains(&policy), "the policy allows the styles that are there");
    assert!(page.contains(&format!("<style>{STYLE}</style>")));
}

#[test]
fn the_report_inside_is_the_json_report() {
    let report = compared();
    let page = html(&report, Lang::Ru).unwrap();
    let inside = page.split("id=\"report\">").nth(1).unwrap().split("</script>").next().unwrap();
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(read(inside), read(&json(&report)));
}

#[test]
fn hostile_names_stay_text() {
    let hostile =
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>\" ' {{ 7 * 7 }} \u{202e}<!--";
    let mut report = compared();
    report.scenario.name = hostile.to_owned();
    report.scenario.description = Some(hostile.to_owned());
    report.results[1].label = hostile.to_owned();
    report.results[1].cache = hostile.to_owned();
    report.expectations[0].expectation.because = Some(hostile.to_owned());
    report.expectations[1].expectation.cache = Some(hostile.to_owned());
    let page = html(&report, Lang::En).unwrap();
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    for absent in ["<img", "<!--", "49", "\u{202e}"] {
        assert_eq!(
            page.replace("49,", "").contains(absent),
            html(&compared(), Lang::En).unwrap().replace("49,", "").contains(absent),
            "{absent}"
        );
    }
}

#[test]
fn every_cache_and_every_figure_is_there() {
    let report = compared();
    for lang in [Lang::En, Lang::Ru] {
        let page = html(&report, lang).unwrap();
        for result in &report.results {
            assert!(page.matches(&result.label).count() > 4, "{}", result.label);
        }
        for metric in Metric::ALL {
            assert!(page.contains(&format!("data-metric=\"{metric}\"")), "{metric}");
        }
        assert!(page.contains("<data value=\"0.895\">"), "a message is missing");
    }
}

#[test]
fn a_day_without_hours_or_expectations_has_a_page() {
    let mut bare = report(vec![none()]);
    bare.results[0].hourly.clear();
    let page = html(&bare, Lang::En).unwrap();
    assert!(!page.contains("over-day\"") && !page.contains("<ul class=\"expected\">"));
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(html(&compared(), Lang::En).unwrap(), html(&compared(), Lang::En).unwrap());
}

#[test]
fn a_page_of_several_runs_shows_means_and_no_run_by_itself() {
    let whole = several(Report { results: vec![event(), ttl()], ..expecting() }, 3);
    for (lang, reads, difference) in
        [(Lang::En, "1,051.0 ± 2.5", "+8,412"), (Lang::Ru, "1\u{a0}051,0 ± 2,5", "+8\u{a0}412")]
    {
        let page = html(&whole, lang).unwrap();
        let shown = page.split("<script").next().unwrap();
        assert!(shown.contains(reads), "the mean is in the picture\n{shown}");
        assert!(shown.contains(&reads.replace(" ±", "\n±")), "and in the table");
        assert!(shown.contains("class=\"interval\""));
        assert!(shown.contains("<data value=\"1051\">") && !shown.contains("<data value=\"1050\">"));
        assert!(shown.contains(difference), "the paired differences are there");
        assert!(!shown.contains("over-day\""), "hours are those of the first run");
    }
    let page = html(&whole, Lang::En).unwrap();
    for sentence in ["≈: no difference is shown", "There are no pictures by the hour", "taken day by day"] {
        assert!(page.contains(sentence), "{sentence}");
    }
}

#[test]
fn an_expectation_that_fails_in_some_runs_names_their_seeds() {
    let max = Bounds { max: Some(Value::Count(5)), ..Bounds::default() };
    let judged = expect(Metric::Hits, max, Level::Error, Value::Count(1));
    let values = (1..=10).map(|run| (100 + run, Value::Count(run)));
    let judged = judge(judged.expectation, &values.collect::<Vec<_>>());
    let mut one = several(report(vec![event()]), 10);
    one.expectations = vec![judged.clone()];
    let said = "does not hold, in 5 of 10 runs (seeds 106, 107, 108, 109, 110)";
    let page = html(&one, Lang::En).unwrap();
    assert!(page.contains(said) && page.contains("6 with seed 106"));
    let markdown = crate::report::markdown(&one, Lang::En);
    assert!(markdown.contains("6 with seed 106 | does not hold, in 5 of 10 runs (seeds 106, "), "{markdown}");
    let text = crate::report::run_text(&one, &crate::report::Style::default(), false);
    assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(said), "{text}");
    one.expectations[0].failing_seeds = (1..=7).collect();
    let page = html(&one, Lang::Ru).unwrap();
    assert!(page.contains("в 7 из 10 прогонов (зёрна 1, 2, 3, 4, 5 и ещё 2)"));
}

#[test]
fn a_claim_that_fails_is_marked_apart_from_an_expectation() {
    let page = html(&expecting(), Lang::En).unwrap();
    let marks = |sign: &str| page.matches(&format!("aria-hidden=\"true\">{sign}</span>")).count();
    // One warning fails, one is undefined; two claims do not hold.
    assert_eq!((marks("✗"), marks("?"), marks("≠")), (1, 1, 2));
    assert_eq!(page.matches("<li class=\"note\">").count(), 2);
}

#[test]
fn no_two_of_many_caches_are_taken_for_one_another() {
    let caches = (0..13).map(|at| {
        let mut result = sample(&format!("ttl:{at}m"), &[(Metric::Requests, 10)]);
        result.hourly = event().hourly;
        result.hourly[0].db_reads = at / 2;
        result
    });
    let page = html(&report(caches.collect()), Lang::En).unwrap();
    let reads = page.split("<desc id=\"d-1-db-reads\">").nth(1).unwrap().split("<details>").next().unwrap();
    let looks = |look: usize| reads.matches(&format!("\"line look{look}\"")).count();
    assert_eq!((0..REST).map(looks).collect::<Vec<_>>(), [1, 0, 1, 0, 1], "each colour is of one line");
    assert_eq!(looks(REST), 4, "lines with the same values are drawn once");
    for label in ["1, 2", "3, 4", "11, 12", "13"] {
        assert!(reads.contains(&format!(">{label}</text>")), "{label}\n{reads}");
    }
}

#[test]
fn what_an_author_wrote_keeps_its_lines_and_claims_no_language() {
    let mut report = compared();
    report.scenario.description = Some("one\n- two\n".to_owned());
    let page = html(&report, Lang::Ru).unwrap();
    assert!(page.contains("<p class=\"lead\" lang=\"\">one\n- two</p>"));
}

#[test]
fn tables_behind_pictures_have_names_of_their_own() {
    let page = html(&compared(), Lang::En).unwrap();
    let names: Vec<&str> =
        page.split("<summary>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!((names.len(), unique.len()), (2, 2), "{names:?}");
}

#[test]
fn the_page_begins_with_the_answer_and_offers_its_data() {
    let page = html(&compared(), Lang::En).unwrap();
    let order = [
        "class=\"answer",
        "class=\"scatter\"",
        "class=\"choice\"",
        "class=\"over-day\"",
        "class=\"expected\"",
    ];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let data = |name: &str| {
        let link = page.split(&format!("download=\"rolesim.{name}\" href=\"data:")).nth(1).unwrap();
        let data = link.split("base64,").nth(1).unwrap().split('"').next().unwrap();
        String::from_utf8(BASE64_STANDARD.decode(data.replace("&#x2f;", "/")).unwrap()).unwrap()
    };
    assert_eq!(data("csv"), crate::report::csv(&compared(), crate::report::CsvRows::Caches).unwrap());
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(read(&data("json")), read(&json(&compared())));
    assert!(page.contains("<code>0123abcd</code>"), "the day's digest");
}

#[test]
fn of_one_cache_there_are_figures_and_no_comparison() {
    let page = html(&expecting(), Lang::En).unwrap();
    assert!(page.contains("class=\"answer of-one\""));
    assert!(!page.contains("class=\"scatter\"") && !page.contains("class=\"choice\""));
}

#[test]
fn of_very_many_runs_a_page_holds_how_they_spread() {
    for (runs, is_whole) in [(100, true), (101, false)] {
        let page = html(&several(report(vec![event(), ttl()]), runs), Lang::En).unwrap();
        let inside = page.split("id=\"report\">").nth(1).unwrap();
        assert_eq!(inside.contains("\"runs\":["), is_whole, "{runs}");
        assert!(inside.contains("\"spread\":") && inside.contains(&format!("\"runs\":{runs}")));
    }
}

#[test]
fn a_picture_stands_alone_in_its_shade() {
    let svg = |shade| picture(&compared(), Lang::En, shade).unwrap().unwrap();
    let (light, dark, auto) = (svg(Shade::Light), svg(Shade::Dark), svg(Shade::Auto));
    assert!(light.contains("--page: #fff") && !light.contains("@media") && dark.contains("--page: #12161d"));
    assert!(auto.contains("@media (prefers-color-scheme: dark)"));
    for one in [light, dark, auto] {
        assert!(one.starts_with("<svg xmlns=") && !one.contains("<script") && !one.contains("url("), "{one}");
        assert_eq!(one.matches("<circle").count(), 3);
    }
    assert!(picture(&expecting(), Lang::En, Shade::Light).unwrap().is_none());
}

#[test]
fn what_fails_comes_first_and_an_index_leads_to_each() {
    use crate::report::check::test_checks::{checked, worse};
    let page = checks_html(&[checked(), worse(), checked()], Lang::En).unwrap();
    let index = page.split("<ul class=\"index\">").nth(1).unwrap().split("</ul>").next().unwrap();
    let marks: Vec<&str> = index.split("<li class=\"").skip(1).map(|rest| &rest[..4]).collect();
    assert_eq!(marks, ["fail", "pass", "pass"]);
    for nth in 1..=3 {
        assert!(index.contains(&format!("href=\"#scenario-{nth}\"")));
        assert!(page.contains(&format!("<section id=\"scenario-{nth}\">")));
    }
    assert!(!checks_html(&[worse()], Lang::En).unwrap().contains("class=\"index\""));
}
