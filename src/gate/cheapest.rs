//! The cheapest of several caches that keeps all limits, and what each of the others breaks.
//!
//! Cheap is what asks the database least. Of caches that ask as often the one with fewer stale grants is chosen, and of
//! those the first. Over several runs reads are summed, and a limit must be kept in each.

use super::change_verdict::best_if_none;
use super::comparison::{Figures, Run};
use super::expectation::order;
use crate::metrics::{Metric, Value};

/// The most that a metric may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpperLimit {
    /// Of what.
    pub metric: Metric,
    /// A defined value of its unit; itself allowed.
    pub most: Value,
}

/// A limit that a cache does not keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The limit.
    pub limit: UpperLimit,
    /// What was measured, in the worst run; undefined if there was no value that could be held to it.
    pub value: Value,
}

/// What was chosen among candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The limits, in the order in which they were given.
    pub limits: Vec<UpperLimit>,
    /// The place of the chosen candidate; `None` if none keeps all limits.
    pub chosen: Option<usize>,
    /// For each candidate the limits that it breaks.
    pub broken: Vec<Vec<Break>>,
}

impl UpperLimit {
    /// How a run breaks it; `None` if it keeps it, or had nothing that could break it.
    fn broken_by(self, run: &Run) -> Option<Break> {
        let value = run.metrics.get(self.metric);
        let kept = match value {
            Value::Undefined => best_if_none(self.metric, &run.metrics),
            value => order(value, self.most).is_some_and(std::cmp::Ordering::is_le),
        };
        (!kept).then_some(Break { limit: self, value })
    }

    /// How the worst run breaks it.
    fn worst(self, runs: &[Run]) -> Option<Break> {
        let worse = |worst: Break, one: Break| match order(one.value, worst.value) {
            Some(order) if order.is_gt() => one,
            None if one.value == Value::Undefined => one,
            _ => worst,
        };
        runs.iter().filter_map(|run| self.broken_by(run)).reduce(worse)
    }
}

impl Choice {
    /// Chooses among candidates, each with at least one run.
    #[must_use]
    pub fn of(candidates: &[Figures], limits: Vec<UpperLimit>) -> Self {
        let broken: Vec<Vec<Break>> = candidates
            .iter()
            .map(|one| limits.iter().filter_map(|limit| limit.worst(&one.runs)).collect())
            .collect();
        let keeping = candidates.iter().zip(&broken).enumerate().filter(|(_, (_, broken))| broken.is_empty());
        let cost =
            |one: &Figures| [Metric::DbReads, Metric::StaleGrants].map(|metric| sum(&one.runs, metric));
        let chosen = keeping.min_by_key(|(_, (one, _))| cost(one)).map(|(index, _)| index);
        Self { limits, chosen, broken }
    }
}

/// A count over all runs.
fn sum(runs: &[Run], metric: Metric) -> u128 {
    runs.iter().filter_map(|run| run.metrics.get(metric).whole()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Measured;

    /// A candidate with these reads, stale grants and windows, run by run.
    fn candidate(runs: &[(u64, u64, Option<u64>)]) -> Figures {
        let run = |(reads, grants, window_us): &(u64, u64, Option<u64>)| Run {
            seed: 1,
            fingerprint: 0,
            metrics: Measured::collect(&[], |metric| match metric {
                Metric::DbReads => Value::Count(*reads),
                Metric::StaleGrants => Value::Count(*grants),
                Metric::Requests => Value::Count(100),
                Metric::WindowMax | Metric::GuaranteedWindow => Value::time(*window_us),
                _ => Value::Count(0),
            }),
        };
        let runs = runs.iter().map(run).collect();
        Figures { cache: "x".to_owned(), label: "x".to_owned(), runs }
    }

    fn window(most: u128) -> UpperLimit {
        UpperLimit { metric: Metric::WindowMax, most: Value::Micros(most) }
    }

    #[test]
    fn the_fewest_reads_win_then_fewer_grants_then_the_first() {
        for (candidates, chosen) in [
            (&[(5, 0, Some(1)), (4, 9, Some(9)), (4, 9, Some(1))][..], Some(2)),
            (&[(4, 2, Some(1)), (4, 1, Some(1)), (4, 1, Some(1))], Some(1)),
            (&[(5, 0, Some(3)), (4, 9, Some(9))], None),
            (&[(5, 0, Some(2)), (4, 9, Some(3))], Some(0)),
            (&[], None),
        ] {
            let candidates: Vec<Figures> = candidates.iter().map(|one| candidate(&[*one])).collect();
            assert_eq!(Choice::of(&candidates, vec![window(2)]).chosen, chosen);
        }
    }

    #[test]
    fn every_run_must_keep_a_limit_and_the_worst_is_told() {
        let candidates = [candidate(&[(1, 0, Some(2)), (1, 0, Some(7)), (1, 0, Some(5))])];
        let choice = Choice::of(&candidates, vec![window(2)]);
        assert_eq!(choice.chosen, None);
        assert_eq!(choice.broken, [[Break { limit: window(2), value: Value::Micros(7) }]]);
    }

    #[test]
    fn no_bound_breaks_a_limit_and_no_reduction_keeps_it() {
        let candidates = [candidate(&[(1, 0, None)])];
        assert_eq!(Choice::of(&candidates, vec![window(0)]).chosen, Some(0));
        let guaranteed = UpperLimit { metric: Metric::GuaranteedWindow, most: Value::Micros(u128::MAX) };
        let choice = Choice::of(&candidates, vec![window(0), guaranteed]);
        assert_eq!(choice.chosen, None);
        assert_eq!(choice.broken, [[Break { limit: guaranteed, value: Value::Undefined }]]);
    }
}
