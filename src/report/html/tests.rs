use super::*;
use crate::report::samples::{event, expecting, none, report, ttl};

fn compared() -> Report {
    Report { results: vec![event(), ttl(), none()], ..expecting() }
}

#[test]
fn the_page_needs_nothing_from_anywhere_and_allows_nothing_but_its_styles() {
    let page = html(&compared(), Lang::En).unwrap();
    for absent in
        [" src=", " href=", "url(", "http://", "https://", "@import", " style=", " onload", "javascript:"]
    {
        assert!(!page.contains(absent), "{absent}");
    }
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
