use unicode_width::UnicodeWidthStr;

use super::test_checks::{against, checked, hostile, one_hit_fewer, with, worse};
use super::*;
use crate::gate::{Amount, Tolerances, Verdict, verdict};
use crate::metrics::{Metric, Value};
use crate::report::test_reports::{event, expecting, none, report, ttl};
use crate::report::{Lang, Report, Style, checks_text};

const PLAIN: Style = Style { lang: Lang::En, colour: false };
const RUSSIAN: Style = Style { lang: Lang::Ru, colour: false };

fn accepted() -> Report {
    report(vec![event()])
}

#[test]
fn all_well_is_one_line() {
    assert_eq!(
        checks_text(&[checked()], &PLAIN),
        "✓ scenarios/day.json: 54 figures compared, all as accepted\n"
    );
    assert_eq!(
        checks_text(&[checked(), checked()], &RUSSIAN),
        "✓ scenarios/day.json: сравнены 54 показателя, всё как в эталоне\n\
         ✓ scenarios/day.json: сравнены 54 показателя, всё как в эталоне\n\n\
         2 сценария: прошло 2, не прошло 0.\n"
    );
}

#[test]
fn one_hit_in_ten_thousand_fails_and_is_told_with_both_values() {
    assert_eq!(
        checks_text(&[worse()], &PLAIN),
        "✗ scenarios/day.json: 54 figures compared, 3 worse\n  \
           event, the scenario’s own cache:\n    \
             ✗ hits: accepted 8,950, now 8,949, −1 – worse (no tolerance)\n    \
             ✗ misses: accepted 1,050, now 1,051, +1 – worse (no tolerance)\n    \
             ✗ hit_ratio: accepted 89.50 %, now 89.49 %, −0.01 pp – worse (no tolerance)\n  \
           If this change is intended, accept it: rolesim check --accept\n  \
           scenarios/day.json\n"
    );
    assert_eq!(worse().report.verdict, Verdict::Fail);
}

#[test]
fn within_tolerances_it_passes_and_says_how_much_was_used() {
    let mut tolerances = Tolerances::default();
    tolerances.set(Metric::Hits, Amount::Absolute(Value::Count(1)));
    tolerances.set(Metric::Misses, Amount::Percent(1_000_000));
    tolerances.set(Metric::HitRatio, Amount::Absolute(Value::Ratio(0.005)));
    let within = against(one_hit_fewer(), &accepted(), &tolerances);
    assert_eq!(
        checks_text(&[within], &PLAIN),
        "✓ scenarios/day.json: 54 figures compared, 3 within their tolerances\n"
    );
    let far = report(vec![with(event(), &[(Metric::Misses, Value::Count(1_061))])]);
    let text = checks_text(&[against(far, &accepted(), &tolerances)], &PLAIN);
    assert!(text.contains("misses: accepted 1,050, now 1,061, +11 – worse (tolerance 1 %)"), "{text}");
}

#[test]
fn an_improvement_passes_and_asks_to_be_accepted() {
    let better = against(accepted(), &one_hit_fewer(), &Tolerances::default());
    assert_eq!(better.report.verdict, Verdict::Pass);
    let text = checks_text(&[better], &PLAIN);
    assert!(text.starts_with("✓ scenarios/day.json: 54 figures compared, 3 better\n"), "{text}");
    assert!(text.contains("    + hits: accepted 8,949, now 8,950, +1 – better"), "{text}");
    assert!(text.ends_with("accept it: rolesim check --accept\n  scenarios/day.json\n"), "{text}");
}

#[test]
fn a_difference_that_two_digits_hide_is_shown_with_all() {
    let close = report(vec![with(event(), &[(Metric::HitRatio, Value::Ratio(0.894_999_9))])]);
    let text = checks_text(&[against(close, &accepted(), &Tolerances::default())], &PLAIN);
    assert!(text.contains("hit_ratio: accepted 89.5 %, now 89.49999 %, −0.00001 pp – worse"), "{text}");
}

#[test]
fn caches_that_came_and_went_are_named() {
    let then = report(vec![event(), ttl()]);
    let now = report(vec![event(), none()]);
    let text = checks_text(&[against(now, &then, &Tolerances::default())], &PLAIN);
    for line in [
        "✗ scenarios/day.json: 54 figures compared, 1 accepted cache missing\n",
        "  ✗ ttl:5m+sweep=1m: has accepted figures, and no cache of this label is run any\n    more\n",
        "  · none: has no accepted figures yet\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn expectations_are_told_where_they_do_not_hold() {
    let mut broken = expecting();
    broken.expectations[0].verdict = Verdict::Fail;
    broken.verdict = verdict(&broken.expectations, None);
    let one = Checked {
        file: "day.json".to_owned(),
        options: Vec::new(),
        accepted: None,
        against: Against::Nothing,
        report: broken,
    };
    let text = checks_text(&[one], &PLAIN);
    assert!(text.starts_with("✗ day.json: 1 of 4 expectations holds\n"), "{text}");
    assert!(text.contains("  ✗ hits at 13:00:00: expected exactly 77"), "{text}");
    assert!(!text.contains("claimed"), "claims decide nothing: {text}");
}

#[test]
fn no_name_leaves_its_line_or_hides() {
    for style in [PLAIN, RUSSIAN] {
        let text = checks_text(&[hostile(), worse()], &style);
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{ffff}']), "{text}");
    }
}
