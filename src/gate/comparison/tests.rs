use std::slice;

use proptest::prelude::*;

use super::*;
use crate::metrics::{Direction, Unit};

fn plain(metric: Metric) -> Value {
    match metric.unit() {
        Unit::Count => Value::Count(100),
        Unit::Ratio => Value::Ratio(0.5),
        Unit::Micros => Value::Micros(100),
    }
}

fn run(seed: u64, given: &[(Metric, Value)]) -> Run {
    let value = |metric| given.iter().find(|(name, _)| *name == metric).map(|(_, value)| *value);
    let metrics = Measured::collect(&[], |metric| value(metric).unwrap_or(plain(metric)));
    Run { seed, fingerprint: 7, metrics }
}

fn figures(label: &str, given: &[(Metric, Value)]) -> Figures {
    Figures { cache: label.to_owned(), label: label.to_owned(), runs: vec![run(42, given)] }
}

fn exact(actual: &[Figures], accepted: &[Figures]) -> Comparison {
    Comparison::of(actual, accepted, &Tolerances::default(), false)
}

fn failing(comparison: &Comparison) -> Vec<(String, Metric)> {
    let all = comparison.changes().filter(|(_, change)| comparison.fails(change));
    all.map(|(pair, change)| (pair.label.clone(), change.metric)).collect()
}

#[test]
fn own_caches_are_compared_and_others_by_label() {
    let accepted = [figures("event", &[]), figures("ttl:5m", &[]), figures("none", &[])];
    let labels = |comparison: &Comparison| -> Vec<(String, String, bool)> {
        let of = |pair: &Pair| (pair.label.clone(), pair.accepted_label.clone(), pair.own);
        comparison.pairs.iter().map(of).collect()
    };
    let of = |label: &str, accepted: &str, own| (label.to_owned(), accepted.to_owned(), own);

    let same = exact(&accepted, &accepted);
    assert_eq!(
        labels(&same),
        [of("event", "event", true), of("ttl:5m", "ttl:5m", false), of("none", "none", false)]
    );
    assert_eq!((same.verdict(), same.missing.len(), same.unaccepted.len()), (Verdict::Pass, 0, 0));

    // The own cache became the one it was compared with: it answers for both.
    let moved = exact(&[figures("ttl:5m", &[]), figures("none", &[])], &accepted);
    assert_eq!(
        labels(&moved),
        [of("ttl:5m", "event", true), of("ttl:5m", "ttl:5m", false), of("none", "none", false)]
    );
    assert!(!moved.pairs[0].same_cache && moved.pairs[1].same_cache);

    // What was the own one is now one of the others.
    let swapped = exact(&[figures("ttl:5m", &[]), figures("event", &[]), figures("none", &[])], &accepted);
    assert_eq!(labels(&swapped).last(), Some(&of("event", "event", false)));
    assert_eq!(swapped.verdict(), Verdict::Pass);
}

#[test]
fn a_missing_cache_fails_and_a_new_one_is_only_named() {
    let gone = exact(&[figures("event", &[])], &[figures("event", &[]), figures("none", &[])]);
    assert_eq!((gone.verdict(), gone.missing), (Verdict::Fail, vec!["none".to_owned()]));
    let new = exact(&[figures("event", &[]), figures("none", &[])], &[figures("event", &[])]);
    assert_eq!((new.verdict(), new.unaccepted), (Verdict::Pass, vec!["none".to_owned()]));
    assert_eq!(exact(&[], &[]).verdict(), Verdict::Fail, "nothing compared is nothing shown");
    assert_eq!(exact(&[figures("event", &[])], &[]).verdict(), Verdict::Fail);
    assert_eq!(exact(&[], &[figures("event", &[])]).verdict(), Verdict::Fail);
}

#[test]
fn without_tolerance_the_worst_of_several_runs_speaks() {
    let runs = |values: [u64; 3]| Figures {
        runs: (0..)
            .zip(values)
            .map(|(seed, hits)| run(seed, &[(Metric::Hits, Value::Count(hits))]))
            .collect(),
        ..figures("event", &[])
    };
    let comparison = exact(&[runs([11, 10, 9])], &[runs([10, 10, 10])]);
    assert_eq!(failing(&comparison), [("event".to_owned(), Metric::Hits)]);
    let change = comparison.pairs[0].changes.iter().find(|change| change.metric == Metric::Hits).unwrap();
    assert_eq!((change.seed, change.accepted, change.actual), (Some(2), Value::Count(10), Value::Count(9)));
}

#[test]
fn an_inconclusive_change_fails_only_under_strict() {
    let runs = |values: [u64; 3]| Figures {
        runs: (0..)
            .zip(values)
            .map(|(seed, reads)| run(seed, &[(Metric::DbReads, Value::Count(reads))]))
            .collect(),
        ..figures("event", &[])
    };
    let mut tolerances = Tolerances::default();
    tolerances.set(Metric::DbReads, Amount::Absolute(Value::Count(1)));
    let of = |strict| Comparison::of(&[runs([10, 14, 12])], &[runs([10, 10, 10])], &tolerances, strict);
    let standing = |comparison: &Comparison| comparison.changes().map(|(_, change)| change.standing).max();
    assert_eq!(standing(&of(false)), Some(Standing::Inconclusive));
    assert_eq!((of(false).verdict(), of(true).verdict()), (Verdict::Pass, Verdict::Fail));
    // Where a run has no value there is no interval, and the runs are compared one by one.
    let mut holed = runs([10, 10, 10]);
    holed.runs[1] = run(1, &[(Metric::DbReads, Value::Undefined)]);
    let comparison = Comparison::of(&[runs([10, 10, 10])], &[holed], &tolerances, false);
    assert_eq!(failing(&comparison), [("event".to_owned(), Metric::DbReads)]);
}

#[test]
fn one_verdict_holds_for_expectations_and_gate() {
    let (good, bad) = (figures("event", &[]), figures("event", &[(Metric::Hits, Value::Count(99))]));
    let (passes, fails) = (exact(slice::from_ref(&good), slice::from_ref(&good)), exact(&[bad], &[good]));
    assert_eq!(verdict(&[], None), Verdict::Pass);
    assert_eq!(verdict(&[], Some(&passes)), Verdict::Pass);
    assert_eq!(verdict(&[], Some(&fails)), Verdict::Fail);
}

#[test]
fn equal_figures_with_other_answers_are_noticed_and_pass() {
    let mut other = figures("event", &[]);
    other.runs[0].fingerprint = 8;
    let comparison = exact(&[other], &[figures("event", &[])]);
    assert_eq!(comparison.verdict(), Verdict::Pass);
    assert!(comparison.pairs[0].only_answers_differ());
}

proptest! {
    #[test]
    fn any_single_step_in_the_bad_direction_fails_and_is_named(
        index in 0..Metric::ALL.len(),
        cache in 0..3usize,
        step in 1..50u64,
    ) {
        let metric = Metric::ALL[index];
        let bad = match (metric.direction(), plain(metric)) {
            (Direction::None, _) => return Ok(()),
            (Direction::Up, Value::Count(value)) => Value::Count(value - step),
            (Direction::Up, Value::Ratio(value)) => Value::Ratio(value - step as f64 * 1e-9),
            (_, Value::Count(value)) => Value::Count(value + step),
            (_, Value::Micros(value)) => Value::Micros(value + u128::from(step)),
            (_, value) => panic!("{metric}: {value:?} has no bad direction"),
        };
        let labels = ["event", "ttl:5m", "none"];
        let accepted = labels.map(|label| figures(label, &[]));
        let mut actual = accepted.clone();
        prop_assert_eq!(exact(&actual, &accepted).verdict(), Verdict::Pass);
        actual[cache] = figures(labels[cache], &[(metric, bad)]);
        let comparison = exact(&actual, &accepted);
        prop_assert_eq!(comparison.verdict(), Verdict::Fail);
        prop_assert_eq!(failing(&comparison), [(labels[cache].to_owned(), metric)]);
        // The other way round it got better, or it is a figure that should not move at all.
        let back = exact(&accepted, &actual);
        prop_assert_eq!(back.verdict() == Verdict::Pass, metric.direction() != Direction::Same);
    }
}
