//! What several runs say together: the spread of each figure, and paired differences between caches.
//!
//! Every cache saw the same days, so differences are taken day by day: what the days have in common cancels
//! out. A metric that is undefined in any run has neither, since a mean over the rest would be one of other
//! days. Nothing is judged here.

use super::{CacheResult, Report};
use crate::metrics::{Metric, Spread};

/// A cache compared with another one, in a report the first, over several runs.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    own: &'a CacheResult,
    /// The other cache.
    pub other: &'a CacheResult,
}

impl CacheResult {
    /// The spread of a metric over the runs; `None` if the day was run once or a run has no
    /// value.
    #[must_use]
    pub fn spread(&self, metric: Metric) -> Option<Spread> {
        let figures = self.runs.iter().map(|run| run.metrics.get(metric).number());
        Spread::of(&figures.collect::<Option<Vec<_>>>()?)
    }

    /// A figure as it is compared and drawn: of several runs the mean. `None` if it is undefined.
    pub(super) fn figure(&self, metric: Metric) -> Option<f64> {
        match self.runs.is_empty() {
            true => self.metrics.get(metric).number(),
            false => self.spread(metric).map(|spread| spread.mean),
        }
    }
}

impl<'a> Difference<'a> {
    /// The first of these compared with the second.
    pub(super) fn between(other: &'a CacheResult, own: &'a CacheResult) -> Self {
        Self { own, other }
    }

    /// The spread of the other cache's figure minus the first one's, run by run; `None` if the day was run
    /// once or a run has no value.
    #[must_use]
    pub fn spread(&self, metric: Metric) -> Option<Spread> {
        let pairs = self.own.runs.iter().zip(&self.other.runs);
        let differences = pairs.map(|(own, other)| {
            Some(other.metrics.get(metric).number()? - own.metrics.get(metric).number()?)
        });
        Spread::of(&differences.collect::<Option<Vec<_>>>()?)
    }
}

impl Report {
    /// Each further cache compared with the first; none where the day was run once.
    pub fn differences(&self) -> impl Iterator<Item = Difference<'_>> {
        let several = self.scenario.runs > 1;
        let split = self.results.split_first().filter(|_| several);
        split
            .into_iter()
            .flat_map(|(own, others)| others.iter().map(move |other| Difference::between(other, own)))
    }
}
