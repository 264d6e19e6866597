//! One metric against its accepted value: same, better or worse, and by how much it may be worse.
//!
//! Without a tolerance values are compared exactly: integers as integers, ratios bit by bit. No data never passes:
//! what is undefined is at most nothing to compare. Over several runs with a tolerance it is the paired
//! interval that decides, since the runs of both sides are the same days.

use super::expectation::{SAME_RATIO, order};
use super::tolerance::Amount;
use crate::metrics::{Direction, Measured, Metric, Spread, Unit, Value};

/// How a value stands next to the accepted one, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is the accepted one.
    Same,
    /// It is another, within the tolerance.
    Within,
    /// It is another of a metric of which neither is better.
    Changed,
    /// It is better by more than the tolerance, and should be accepted again.
    Better,
    /// The runs are too few or too different to say whether it is within the tolerance.
    Inconclusive,
    /// It is worse by more than the tolerance.
    Worse,
    /// There is nothing to compare with, or nothing that could be; that never passes.
    Undefined,
}

impl Standing {
    const NAMES: [(Self, &str); 7] = [
        (Self::Same, "same"),
        (Self::Within, "within"),
        (Self::Changed, "changed"),
        (Self::Better, "better"),
        (Self::Inconclusive, "inconclusive"),
        (Self::Worse, "worse"),
        (Self::Undefined, "undefined"),
    ];

    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(one, _)| *one == self).map_or("", |(_, name)| name)
    }

    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(one, _)| *one)
    }
}

/// Compares a metric of one run.
pub(super) fn of_run(
    metric: Metric,
    accepted: &Measured,
    actual: &Measured,
    tolerance: Option<Amount>,
) -> Standing {
    let (old, new) = (accepted.get(metric), actual.get(metric));
    match (old == Value::Undefined, new == Value::Undefined) {
        // Without a value there is no bound.
        (true, true) if metric == Metric::GuaranteedWindow => Standing::Same,
        (false, true) if metric == Metric::GuaranteedWindow => Standing::Worse,
        (true, false) if metric == Metric::GuaranteedWindow => Standing::Better,
        (false, false) => of_values(metric, old, new, tolerance),
        (true, true) if best_if_none(metric, accepted) && best_if_none(metric, actual) => Standing::Same,
        (true, true) if metric.unit() == Unit::Micros && tolerance.is_none() => Standing::Same,
        (false, true) if best_if_none(metric, actual) => Standing::Better,
        (true, false) if best_if_none(metric, accepted) => Standing::Worse,
        _ => Standing::Undefined,
    }
}

/// Whether having no value is the best that this metric can have: there were requests, and no stale answer or no
/// reduced role that could have had an age or a window.
pub(super) fn best_if_none(metric: Metric, measured: &Measured) -> bool {
    use Metric::{
        SettledMax, SettledP50, SettledP95, StaleAgeMax, StaleAgeP50, StaleAgeP95, StaleAgeP99, StaleReads,
        WindowMax, WindowP50, WindowP95,
    };
    let asked = matches!(measured.get(Metric::Requests), Value::Count(1..));
    match metric {
        StaleAgeP50 | StaleAgeP95 | StaleAgeP99 | StaleAgeMax => {
            asked && measured.get(StaleReads) == Value::Count(0)
        }
        WindowP50 | WindowP95 | WindowMax | SettledP50 | SettledP95 | SettledMax => asked,
        _ => false,
    }
}

fn of_values(metric: Metric, old: Value, new: Value, tolerance: Option<Amount>) -> Standing {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let Some(order) = order(new, old) else { return Standing::Undefined };
    if order == Equal {
        return Standing::Same;
    }
    if tolerance.is_some_and(|amount| allows(amount, old, new)) {
        return Standing::Within;
    }
    match (metric.direction(), order) {
        (Direction::Up, Greater) | (Direction::Down, Less) => Standing::Better,
        (Direction::None, _) if tolerance.is_none() => Standing::Changed,
        _ => Standing::Worse,
    }
}

fn allows(amount: Amount, old: Value, new: Value) -> bool {
    match (old, new) {
        (Value::Ratio(old), Value::Ratio(new)) => (old - new).abs() <= amount.limit(old) + SAME_RATIO,
        _ => {
            old.whole().zip(new.whole()).is_some_and(|(old, new)| amount.allows_whole(old, old.abs_diff(new)))
        }
    }
}

/// The figures of several runs, summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The accepted values.
    pub accepted: Spread,
    /// The actual ones.
    pub actual: Spread,
    /// Actual less accepted, run by run.
    pub difference: Spread,
}

/// Compares a metric of several runs by the interval of its differences; `None` if a run has no value.
pub(super) fn of_runs(
    metric: Metric,
    accepted: &[&Measured],
    actual: &[&Measured],
    amount: Amount,
) -> Option<(Standing, Paired)> {
    let numbers = |runs: &[&Measured]| -> Option<Vec<f64>> {
        runs.iter().map(|run| run.get(metric).number()).collect()
    };
    let (old, new) = (numbers(accepted)?, numbers(actual)?);
    let differences: Vec<f64> = new.iter().zip(&old).map(|(new, old)| new - old).collect();
    let paired = Paired {
        accepted: Spread::of(&old)?,
        actual: Spread::of(&new)?,
        difference: Spread::of(&differences)?,
    };
    Some((of_interval(metric, &paired, amount), paired))
}

fn of_interval(metric: Metric, paired: &Paired, amount: Amount) -> Standing {
    // One run alone has no interval, and proves nothing.
    let Spread { mean, half_width: Some(half_width), .. } = paired.difference else {
        return Standing::Inconclusive;
    };
    let limit = amount.limit(paired.accepted.mean);
    // Sums of floats: what is on the limit must not be pushed over it by the last bits.
    let limit = limit + SAME_RATIO * limit.abs().max(1.0);
    let (low, high) = (mean - half_width, mean + half_width);
    let within = low >= -limit && high <= limit;
    match metric.direction() {
        _ if mean == 0.0 && half_width == 0.0 => Standing::Same,
        _ if within => Standing::Within,
        Direction::Up if high < -limit => Standing::Worse,
        Direction::Up if low > limit => Standing::Better,
        // Not worse than the limit allows, and perhaps better.
        Direction::Up if low >= -limit => Standing::Within,
        Direction::Down if low > limit => Standing::Worse,
        Direction::Down if high < -limit => Standing::Better,
        Direction::Down if high <= limit => Standing::Within,
        Direction::Same | Direction::None if low > limit || high < -limit => Standing::Worse,
        _ => Standing::Inconclusive,
    }
}

#[cfg(test)]
mod tests;
