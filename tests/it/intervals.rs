//! Whether the intervals of several runs hold the truth as often as they promise: in 95 of 100 cases.

use std::thread;

use serde_json::Value;

use crate::cli::{rolesim, stderr, stdout, written};
use crate::tier;

const TRIALS: u64 = 400;

/// How many of all trials' intervals may hold the truth: four standard deviations of the binomial distribution
/// around 95 %.
const HOLDING: std::ops::RangeInclusive<usize> = 363..=397;

const USERS: u64 = 50;
const REQUESTS: u64 = 60;

/// A mean and a half-width.
type Interval = (f64, f64);

/// What `of` reads from the reports of as many trials, each with a seed of its own.
fn trials<T: Send>(more: &str, runs: u64, of: impl Fn(&Value) -> T + Sync) -> Vec<T> {
    let folder = tempfile::tempdir().unwrap();
    let day = format!(
        "{{population: {{active: {{count: {USERS}, activity: {{zipf: 1}}}}}}, traffic: {{requests: {REQUESTS}}}, {more}}}"
    );
    let day = written(folder.path(), "day.yaml", &day);
    let one = |trial: u64| {
        let (seed, runs) = ((1_000 + trial).to_string(), runs.to_string());
        let arguments =
            ["compare", &day, "--seed", &seed, "--runs", &runs, "--jobs", "1", "--format", "json", "-q"];
        let output = rolesim(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        of(&serde_json::from_str(stdout(&output)).unwrap())
    };
    thread::scope(|scope| {
        let halves = [0..TRIALS / 2, TRIALS / 2..TRIALS];
        let one = &one;
        let halves = halves.map(|trials| scope.spawn(move || trials.map(one).collect::<Vec<_>>()));
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    })
}

fn interval(spread: &Value) -> Interval {
    (spread["mean"].as_f64().unwrap(), spread["half_width"].as_f64().unwrap())
}

/// How many intervals hold the truth, after their half-widths were stretched.
fn holding(intervals: &[Interval], truth: f64, stretch: f64) -> usize {
    intervals.iter().filter(|(mean, half)| (mean - truth).abs() <= half * stretch).count()
}

/// Law H8: of a number of requests drawn from shares, the users who ask at least once; a cache that forgets nothing
/// misses once for each.
fn distinct_users() -> f64 {
    let weights: Vec<f64> = (1..=USERS).map(|rank| 1.0 / rank as f64).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| 1.0 - (1.0 - weight / sum).powi(REQUESTS as i32)).sum()
}

#[test]
fn an_interval_holds_what_a_law_says_in_95_of_100_trials() {
    let truth = distinct_users();
    for (runs, normal_quantile_for_students) in tier::forms([(5, Some(1.959_964 / 2.776_445)), (30, None)], 0)
    {
        let read = |report: &Value| interval(&report["results"][0]["spread"]["misses"]);
        let intervals = trials("compare: []", runs, read);
        let held = holding(&intervals, truth, 1.0);
        assert!(HOLDING.contains(&held), "{runs} runs: {held} of {TRIALS}");
        if let Some(wrong) = normal_quantile_for_students {
            let held = holding(&intervals, truth, wrong);
            assert!(!HOLDING.contains(&held), "the normal quantile is not told from Student's: {held}");
        }
        let law_of_others = holding(&intervals, truth + 1.0, 1.0);
        assert!(!HOLDING.contains(&law_of_others), "{runs} runs hold what is not true: {law_of_others}");
    }
}

/// An unpaired interval can be told from it.
#[test]
fn a_paired_interval_covers_the_mean_difference() {
    // Twelve thousand runs are CI's: fewer cannot tell the two.
    if !tier::full() {
        return;
    }
    let read = |report: &Value| {
        let own = |index: usize| interval(&report["results"][index]["spread"]["db_reads"]);
        (interval(&report["differences"][0]["metrics"]["db_reads"]), own(0), own(1))
    };
    let trials = trials("cache: \"ttl:4h\", compare: [\"ttl:6h\"]", 30, read);
    // The mean over all trials is twenty times as sure as that of one.
    let truth = trials.iter().map(|(paired, ..)| paired.0).sum::<f64>() / TRIALS as f64;
    let paired: Vec<Interval> = trials.iter().map(|trial| trial.0).collect();
    let held = holding(&paired, truth, 1.0);
    assert!(HOLDING.contains(&held), "{held} of {TRIALS}");
    // As if the two caches had seen days of their own: variances add up.
    let unpaired: Vec<Interval> =
        trials.iter().map(|(paired, own, other)| (paired.0, own.1.hypot(other.1))).collect();
    let held = holding(&unpaired, truth, 1.0);
    assert!(!HOLDING.contains(&held), "pairing makes no difference: {held} of {TRIALS}");
}
