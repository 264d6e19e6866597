use super::*;
use crate::gate::UpperLimit;
use crate::gate::{Choice, Tolerances};
use crate::report::check::test_checks::{against, one_hit_fewer, worse};
use crate::report::test_reports::{event, expecting, none, report, several, ttl};
use crate::report::{Lang, checks_json, figures, html, json, junit, markdown};

fn again(report: &Report) -> Report {
    match Saved::read(json(report).as_bytes()).unwrap() {
        Saved::Report(report) => *report,
        Saved::Checks(_) => panic!("not a check"),
    }
}

#[test]
fn a_report_reads_back_as_it_was_written() {
    let mut choosing = report(vec![event(), ttl(), none()]);
    let limit = UpperLimit { metric: Metric::WindowMax, most: Value::Micros(60_000_000) };
    choosing.choice = Some(Choice::of(&figures(&choosing), vec![limit]));
    let mut wide = expecting();
    wide.results.push(ttl());
    for one in [expecting(), wide.clone(), several(wide, 3), choosing] {
        let read = again(&one);
        assert_eq!(read, one);
        for lang in [Lang::En, Lang::Ru] {
            assert_eq!(markdown(&read, lang), markdown(&one, lang));
            assert_eq!(html(&read, lang).unwrap(), html(&one, lang).unwrap());
        }
        assert_eq!(json(&read), json(&one));
    }
}

#[test]
fn a_check_reads_back_with_its_verdicts() {
    let mut tolerances = Tolerances::default();
    tolerances.set(Metric::Hits, Amount::Percent(1_000_000));
    let within = against(one_hit_fewer(), &report(vec![event()]), &tolerances);
    for checks in [vec![worse()], vec![worse(), within]] {
        let Saved::Checks(read) = Saved::read(checks_json(&checks).as_bytes()).unwrap() else {
            panic!("not a check")
        };
        assert_eq!(junit(&read, Lang::En).unwrap(), junit(&checks, Lang::En).unwrap());
        assert_eq!(checks_json(&read), checks_json(&checks));
    }
}

#[test]
fn what_is_not_a_report_says_so() {
    for (text, said) in [
        ("", "the saved results are empty"),
        ("{}", "this is valid JSON, but not a rolesim report"),
        ("{\"report\": 1, \"sweep\": {}}", "the report of a sweep"),
        ("{\"report\": 1}", "missing field `scenario`"),
    ] {
        let error = Saved::read(text.as_bytes()).unwrap_err().told_of("saved");
        assert!(error.contains(said), "{text}: {error}");
    }
}
