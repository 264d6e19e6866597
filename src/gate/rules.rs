//! What a scenario says of its gate: how far metrics may move, and what is compared at all.

use std::collections::BTreeSet;

use super::comparison::Comparison;
use super::tolerance::Tolerances;
use crate::metrics::Metric;

/// The rules of a scenario's gate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateRules {
    /// How far metrics may move from their accepted values.
    pub tolerances: Tolerances,
    /// What is compared.
    pub scope: GateScope,
}

/// What of a report is compared with accepted figures; by default all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateScope {
    /// The metrics that alone are compared; `None` for all.
    pub only: Option<BTreeSet<Metric>>,
    /// Metrics that are not compared.
    pub ignored: BTreeSet<Metric>,
    /// Labels of caches that are not compared.
    pub ignored_caches: BTreeSet<String>,
}

impl GateScope {
    fn holds(&self, metric: Metric) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&metric)) && !self.ignored.contains(&metric)
    }
}

impl Comparison {
    /// The same without what is not to be compared.
    #[must_use]
    pub fn within(mut self, scope: &GateScope) -> Self {
        let is_compared = |label: &String| !scope.ignored_caches.contains(label);
        self.pairs.retain(|pair| is_compared(&pair.label));
        self.missing.retain(is_compared);
        self.unaccepted.retain(is_compared);
        for pair in &mut self.pairs {
            pair.changes.retain(|change| scope.holds(change.metric));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Figures, Run, Verdict};
    use crate::metrics::{Measured, Value};

    fn figures(label: &str, hits: u64) -> Figures {
        let metrics = Measured::collect(&[], |metric| match metric {
            Metric::Hits => Value::Count(hits),
            Metric::HitRatio | Metric::Freshness => Value::Ratio(0.5),
            _ => Value::Count(1),
        });
        let runs = vec![Run { seed: 1, fingerprint: 0, metrics }];
        Figures { cache: label.to_owned(), label: label.to_owned(), runs }
    }

    #[test]
    fn what_is_out_of_scope_fails_nothing() {
        let now = [figures("own", 5), figures("other", 4), figures("new", 1)];
        let then = [figures("own", 5), figures("other", 9), figures("gone", 1)];
        let of = |scope: &GateScope| Comparison::of(&now, &then, &Tolerances::default(), false).within(scope);
        assert_eq!(of(&GateScope::default()).verdict(), Verdict::Fail);
        let caches = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        let scope = GateScope { ignored_caches: caches(&["other", "gone", "new"]), ..GateScope::default() };
        let narrowed = of(&scope);
        assert_eq!((narrowed.verdict(), narrowed.unaccepted.len()), (Verdict::Pass, 0));
        let scope = GateScope { ignored_caches: caches(&["gone"]), ..GateScope::default() };
        let scope = GateScope { ignored: [Metric::Hits].into(), ..scope };
        assert_eq!(of(&scope).verdict(), Verdict::Pass);
        let scope = GateScope { only: Some([Metric::Hits].into()), ignored: BTreeSet::new(), ..scope };
        assert_eq!((of(&scope).verdict(), of(&scope).changes().count()), (Verdict::Fail, 2));
        // Nothing compared is not a pass.
        let scope = GateScope { ignored: [Metric::Hits].into(), ..scope };
        assert_eq!(of(&scope).verdict(), Verdict::Fail);
    }
}
