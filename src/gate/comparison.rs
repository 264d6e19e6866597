//! All caches of a report against the accepted ones: who is compared with whom, and the one verdict.

use std::collections::BTreeSet;

use super::change_verdict::{Paired, Standing, of_run, of_runs};
use super::expectation::{Judged, Verdict, overall};
use super::other_version::OtherVersion;
use super::tolerance::{Amount, Tolerances};
use crate::metrics::{Measured, Metric, Value};

/// The figures of one cache, accepted or measured now.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The cache's spec in normal form.
    pub cache: String,
    /// What reports call it.
    pub label: String,
    /// Each run, the first being the scenario's own; at least one.
    pub runs: Vec<Run>,
}

/// What one run of a cache gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What decided its draws.
    pub seed: u64,
    /// A hash of what every request was answered.
    pub fingerprint: u64,
    /// All metrics.
    pub metrics: Measured,
}

/// A report and the accepted one.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Each cache that has an accepted one, the scenario's own first.
    pub pairs: Vec<Pair>,
    /// Labels of accepted caches that nobody runs any more.
    pub missing: Vec<String>,
    /// Labels of caches that have no accepted figures.
    pub unaccepted: Vec<String>,
    /// Whether what is inconclusive fails.
    pub strict: bool,
    /// The version of rolesim that accepted the figures, and what of it is not compared; `None` if it is this one.
    pub other_version: Option<OtherVersion>,
}

/// A cache and its accepted figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// What reports call it.
    pub label: String,
    /// What they called the accepted one: another only of the scenario's own cache.
    pub accepted_label: String,
    /// Whether it is the scenario's own.
    pub own: bool,
    /// Whether its spec is the accepted one.
    pub same_cache: bool,
    /// Whether every request got the accepted answer.
    pub same_answers: bool,
    /// All metrics, in their order.
    pub changes: Vec<Change>,
}

/// A metric and its accepted value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub metric: Metric,
    /// How far it may move; nowhere if nothing is said.
    pub tolerance: Option<Amount>,
    /// The accepted value, of several runs in the one that decides.
    pub accepted: Value,
    /// The value now, of the same run.
    pub actual: Value,
    /// The seed of that run, where there are several.
    pub seed: Option<u64>,
    /// The differences of all runs, where they decide together.
    pub paired: Option<Paired>,
    /// How it stands.
    pub standing: Standing,
}

impl Comparison {
    /// Compares measured caches with accepted ones: the first, which is the scenario's own, with the first, the
    /// others by their labels. Both sides have the same number of runs.
    #[must_use]
    pub fn of(actual: &[Figures], accepted: &[Figures], tolerances: &Tolerances, strict: bool) -> Self {
        let pair = |own: bool, now: &Figures, then: &Figures| Pair {
            label: now.label.clone(),
            accepted_label: then.label.clone(),
            own,
            same_cache: now.cache == then.cache,
            same_answers: prints(now).eq(prints(then)),
            changes: metrics_of(now, then).map(|metric| change(metric, now, then, tolerances)).collect(),
        };
        let named = |all: &[Figures], label: &str| all.iter().position(|one| one.label == label);
        let mut pairs = Vec::new();
        let mut missing = Vec::new();
        let mut paired = vec![false; actual.len()];
        for (index, then) in accepted.iter().enumerate() {
            let place =
                if index == 0 { (!actual.is_empty()).then_some(0) } else { named(actual, &then.label) };
            match place {
                Some(place) => {
                    paired[place] = true;
                    pairs.push(pair(index == 0, &actual[place], then));
                }
                None => missing.push(then.label.clone()),
            }
        }
        let mut unaccepted = Vec::new();
        for (now, _) in actual.iter().zip(paired).filter(|(_, paired)| !paired) {
            // A cache to compare with may be what the own one was.
            match named(accepted, &now.label) {
                Some(place) => pairs.push(pair(false, now, &accepted[place])),
                None => unaccepted.push(now.label.clone()),
            }
        }
        Self { pairs, missing, unaccepted, strict, other_version: None }
    }

    /// The same where another version accepted the figures: without the metrics that it did not have.
    #[must_use]
    pub fn accepted_by(mut self, mut other_version: Option<OtherVersion>) -> Self {
        if let Some(other) = &mut other_version {
            for pair in &mut self.pairs {
                // No list has the spans of `slo`: they are those of a file, and one without any tells of none.
                let lacks = |change: &&Change| {
                    matches!(change.metric, Metric::FreshWithin(_)) && change.accepted == Value::Undefined
                };
                other.absent.extend(pair.changes.iter().filter(lacks).map(|change| change.metric));
                pair.changes.retain(|change| !other.absent.contains(&change.metric));
            }
        }
        Self { other_version, ..self }
    }

    /// Whether the gate holds: nothing is worse, undefined or missing, and there was something to compare.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let compared = self.pairs.iter().any(|pair| !pair.changes.is_empty());
        let holds = self.missing.is_empty() && !self.changes().any(|(_, change)| self.fails(change));
        if compared && holds { Verdict::Pass } else { Verdict::Fail }
    }

    /// Whether a change makes the gate fail.
    #[must_use]
    pub fn fails(&self, change: &Change) -> bool {
        change.standing >= if self.strict { Standing::Inconclusive } else { Standing::Worse }
    }

    /// All changes with their caches.
    pub fn changes(&self) -> impl Iterator<Item = (&Pair, &Change)> {
        self.pairs.iter().flat_map(|pair| pair.changes.iter().map(move |change| (pair, change)))
    }
}

impl Pair {
    /// Whether every figure is the accepted one, and yet somebody was answered differently.
    #[must_use]
    pub fn only_answers_differ(&self) -> bool {
        !self.same_answers && self.changes.iter().all(|change| change.standing == Standing::Same)
    }
}

/// The one verdict of a report: its expectations and, where there is one, its gate.
#[must_use]
pub fn verdict(expectations: &[Judged], comparison: Option<&Comparison>) -> Verdict {
    let gate = comparison.map_or(Verdict::Pass, Comparison::verdict);
    if gate == Verdict::Pass { overall(expectations) } else { Verdict::Fail }
}

/// The metrics of either, in the order of a report.
fn metrics_of<'f>(now: &'f Figures, then: &'f Figures) -> impl Iterator<Item = Metric> {
    let of = |figures: &'f Figures| figures.runs.first().map(|run| run.metrics.metrics());
    of(now).into_iter().chain(of(then)).flatten().collect::<BTreeSet<Metric>>().into_iter()
}

fn measured(figures: &Figures) -> Vec<&Measured> {
    figures.runs.iter().map(|run| &run.metrics).collect()
}

fn prints(figures: &Figures) -> impl Iterator<Item = u64> + '_ {
    figures.runs.iter().map(|run| run.fingerprint)
}

fn change(metric: Metric, now: &Figures, then: &Figures, tolerances: &Tolerances) -> Change {
    let tolerance = tolerances.get(metric);
    let several = now.runs.len() > 1;
    let of_pair = |(now, then): (&Run, &Run)| Change {
        metric,
        tolerance,
        accepted: then.metrics.get(metric),
        actual: now.metrics.get(metric),
        seed: several.then_some(now.seed),
        paired: None,
        standing: of_run(metric, &then.metrics, &now.metrics, tolerance),
    };
    if let Some(amount) = tolerance.filter(|_| several)
        && let Some((standing, paired)) = of_runs(metric, &measured(then), &measured(now), amount)
    {
        let first = |figures| measured(figures).first().map_or(Value::Undefined, |run| run.get(metric));
        let (accepted, actual) = (first(then), first(now));
        return Change { metric, tolerance, accepted, actual, seed: None, paired: Some(paired), standing };
    }
    // The worst run speaks for all, the first among equals. Nothing measured at all never passes.
    let runs = now.runs.iter().zip(&then.runs).map(of_pair);
    let worst = runs.reduce(|worst, one| if one.standing > worst.standing { one } else { worst });
    worst.unwrap_or(Change {
        metric,
        tolerance,
        accepted: Value::Undefined,
        actual: Value::Undefined,
        seed: None,
        paired: None,
        standing: Standing::Undefined,
    })
}

#[cfg(test)]
mod tests;
