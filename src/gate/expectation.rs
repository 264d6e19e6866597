//! Expectations of a scenario and their verdicts.

use crate::metrics::{Metric, Value};
use crate::model::DayTime;

/// What a scenario expects of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Of what.
    pub metric: Metric,
    /// Of which cache, by label or spec; the scenario's own where nothing is said.
    pub cache: Option<String>,
    /// When; the end of the day where nothing is said.
    pub at: Option<DayTime>,
    /// What holds.
    pub bounds: Bounds,
    /// How serious it is when it does not.
    pub level: Level,
    /// Why it is expected, for the reader.
    pub because: Option<String>,
    /// The line of the scenario's file where it stands, where it stands in one.
    pub line: Option<u32>,
}

/// What must hold of a value. At least one is set; `within` goes with `equals`; all are defined values of
/// the metric's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// At least this.
    pub min: Option<Value>,
    /// At most this.
    pub max: Option<Value>,
    /// Exactly this, or as near as `within` says.
    pub equals: Option<Value>,
    /// How far from `equals` is near enough, both ends inside.
    pub within: Option<Value>,
}

/// How serious it is when an expectation does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The run fails.
    #[default]
    Error,
    /// Worth a warning.
    Warn,
    /// Worth knowing: a claim next to what was measured.
    Note,
}

/// Whether an expectation holds, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// There was nothing to measure; that never passes.
    Undefined,
    /// It does not.
    Fail,
}

/// An expectation and what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What was expected.
    pub expectation: Expectation,
    /// What was measured: of several runs, in the first that has the verdict.
    pub actual: Value,
    /// Whether it holds: the worst of all runs.
    pub verdict: Verdict,
    /// The seed of the run that gave `actual`; `None` unless there were several runs.
    pub seed: Option<u64>,
    /// The seeds of the runs in which it does not hold, in the order of the runs.
    pub failing_seeds: Vec<u64>,
}

/// Judges what was measured in each run, given with the run's seed. Nothing measured at all is undefined.
#[must_use]
pub fn judge(expectation: Expectation, actuals: &[(u64, Value)]) -> Judged {
    let verdicts =
        || actuals.iter().map(|(seed, actual)| (expectation.bounds.verdict(*actual), *seed, *actual));
    let worst = verdicts().fold(None, |worst: Option<(Verdict, u64, Value)>, one| match worst {
        Some(worst) if worst.0 >= one.0 => Some(worst),
        _ => Some(one),
    });
    let failing = verdicts().filter(|(verdict, ..)| *verdict != Verdict::Pass);
    let failing_seeds = failing.map(|(_, seed, _)| seed).collect();
    let seed = worst.filter(|_| actuals.len() > 1).map(|(_, seed, _)| seed);
    let (verdict, _, actual) = worst.unwrap_or((Verdict::Undefined, 0, Value::Undefined));
    Judged { expectation, actual, verdict, seed, failing_seeds }
}

/// Whether a run passes: no expectation of level `error` fails or is undefined.
#[must_use]
pub(super) fn overall(judged: &[Judged]) -> Verdict {
    let broken = |one: &Judged| one.expectation.level == Level::Error && one.verdict != Verdict::Pass;
    if judged.iter().any(broken) { Verdict::Fail } else { Verdict::Pass }
}

impl Bounds {
    fn verdict(&self, actual: Value) -> Verdict {
        if actual == Value::Undefined {
            return Verdict::Undefined;
        }
        let near = |wanted: Value| match self.within {
            None => distance(actual, wanted).is_some_and(|far| far <= SAME_RATIO),
            Some(within) => distance(actual, wanted)
                .zip(within.number())
                .is_some_and(|(far, near)| far <= near + SAME_RATIO),
        };
        let holds = self.min.is_none_or(|min| order(actual, min).is_some_and(std::cmp::Ordering::is_ge))
            && self.max.is_none_or(|max| order(actual, max).is_some_and(std::cmp::Ordering::is_le))
            && self.equals.is_none_or(near);
        if holds { Verdict::Pass } else { Verdict::Fail }
    }
}

/// Ratios nearer than this are the same: `|0.895 - 0.89|` is a little more than `0.005` in binary, and counts
/// below a thousand million cannot come this close. It is far below the 1 by which integers differ.
pub(super) const SAME_RATIO: f64 = 1e-12;

/// Integers are compared as integers: beyond 2^53 a float would call neighbours equal.
pub(super) fn order(a: Value, b: Value) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Value::Count(a), Value::Count(b)) => Some(a.cmp(&b)),
        (Value::Micros(a), Value::Micros(b)) => Some(a.cmp(&b)),
        (Value::Ratio(a), Value::Ratio(b)) => a.partial_cmp(&b),
        _ => None,
    }
}

fn distance(a: Value, b: Value) -> Option<f64> {
    match (a, b) {
        (Value::Count(a), Value::Count(b)) => Some(a.abs_diff(b) as f64),
        (Value::Micros(a), Value::Micros(b)) => Some(a.abs_diff(b) as f64),
        (Value::Ratio(a), Value::Ratio(b)) => Some((a - b).abs()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(
        min: Option<Value>,
        max: Option<Value>,
        equals: Option<Value>,
        within: Option<Value>,
    ) -> Bounds {
        Bounds { min, max, equals, within }
    }

    #[test]
    fn the_limits_themselves_pass() {
        use Value::{Count, Micros, Ratio, Undefined};
        let (pass, fail) = (Verdict::Pass, Verdict::Fail);
        for (bounds, actual, verdict) in [
            (bounds(Some(Count(5)), None, None, None), Count(5), pass),
            (bounds(Some(Count(5)), None, None, None), Count(4), fail),
            (bounds(None, Some(Micros(5)), None, None), Micros(5), pass),
            (bounds(None, Some(Micros(5)), None, None), Micros(6), fail),
            (bounds(None, None, Some(Ratio(0.5)), None), Ratio(0.5), pass),
            (bounds(None, None, Some(Ratio(0.5)), None), Ratio(0.500_001), fail),
            (bounds(None, None, Some(Ratio(0.89)), Some(Ratio(0.005))), Ratio(0.895), pass),
            (bounds(None, None, Some(Count(10)), Some(Count(2))), Count(12), pass),
            (bounds(None, None, Some(Count(10)), Some(Count(2))), Count(13), fail),
            (bounds(Some(Count(1)), Some(Count(2)), None, None), Count(3), fail),
            (bounds(None, None, Some(Count(u64::MAX)), None), Count(u64::MAX - 1), fail),
            (bounds(Some(Count(0)), None, None, None), Undefined, Verdict::Undefined),
        ] {
            assert_eq!(bounds.verdict(actual), verdict, "{bounds:?} {actual:?}");
        }
    }

    #[test]
    fn only_the_level_error_fails_a_run() {
        let judged = |level, verdict| Judged {
            expectation: Expectation {
                metric: Metric::Hits,
                cache: None,
                at: None,
                bounds: Bounds::default(),
                level,
                because: None,
                line: None,
            },
            actual: Value::Undefined,
            verdict,
            seed: None,
            failing_seeds: Vec::new(),
        };
        assert_eq!(overall(&[]), Verdict::Pass);
        assert_eq!(overall(&[judged(Level::Note, Verdict::Fail)]), Verdict::Pass);
        assert_eq!(overall(&[judged(Level::Warn, Verdict::Fail)]), Verdict::Pass);
        assert_eq!(overall(&[judged(Level::Error, Verdict::Undefined)]), Verdict::Fail);
    }

    #[test]
    fn of_several_runs_the_worst_verdict_and_its_first_value_stand() {
        use Value::{Count, Undefined};
        let (pass, fail, undefined) = (Verdict::Pass, Verdict::Fail, Verdict::Undefined);
        for (actuals, verdict, actual, seed, failing) in [
            (&[Count(3), Count(2)][..], pass, Count(3), Some(0), &[][..]),
            (&[Count(3), Count(6), Count(9)], fail, Count(6), Some(1), &[1, 2]),
            (&[Count(3), Undefined], undefined, Undefined, Some(1), &[1]),
            (&[Undefined, Count(7), Count(3)], fail, Count(7), Some(1), &[0, 1]),
            (&[Count(9)], fail, Count(9), None, &[0]),
            (&[], undefined, Undefined, None, &[]),
        ] {
            let expectation = Expectation {
                metric: Metric::Hits,
                cache: None,
                at: None,
                bounds: bounds(None, Some(Count(5)), None, None),
                level: Level::Error,
                because: None,
                line: None,
            };
            let by_seed: Vec<(u64, Value)> = (0..).zip(actuals.iter().copied()).collect();
            let judged = judge(expectation, &by_seed);
            assert_eq!((judged.verdict, judged.actual, judged.seed), (verdict, actual, seed));
            assert_eq!(judged.failing_seeds, failing);
        }
    }
}
