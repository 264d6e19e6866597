//! Checks for the tests of this layer.

use super::{Against, Checked};
use crate::gate::{Comparison, Tolerances, verdict};
use crate::metrics::{Measured, Metric, Value};
use crate::report::test_reports::{event, report};
use crate::report::{CacheResult, Report, figures};

/// A result with some of its figures replaced.
pub(in crate::report) fn with(result: CacheResult, given: &[(Metric, Value)]) -> CacheResult {
    let own = |metric| given.iter().find(|(name, _)| *name == metric).map(|(_, value)| *value);
    let metrics = Measured::collect(&[], |metric| own(metric).unwrap_or(result.metrics.get(metric)));
    CacheResult { metrics, ..result }
}

/// One report held to another.
pub(in crate::report) fn against(mut now: Report, then: &Report, tolerances: &Tolerances) -> Checked {
    let comparison = Comparison::of(&figures(&now), &figures(then), tolerances, false);
    now.verdict = verdict(&now.expectations, Some(&comparison));
    now.gate = Some(comparison);
    Checked {
        file: "scenarios/day.json".to_owned(),
        options: Vec::new(),
        accepted: None,
        against: Against::Accepted,
        report: now,
    }
}

fn day() -> Report {
    report(vec![event()])
}

/// A day with the accepted figures.
pub(in crate::report) fn checked() -> Checked {
    against(day(), &day(), &Tolerances::default())
}

/// One hit in ten thousand fewer, and all that follows from it.
pub(in crate::report) fn one_hit_fewer() -> Report {
    report(vec![with(
        event(),
        &[
            (Metric::Hits, Value::Count(8_949)),
            (Metric::HitRatio, Value::Ratio(0.8949)),
            (Metric::Misses, Value::Count(1_051)),
        ],
    )])
}

/// That day held to the accepted one.
pub(in crate::report) fn worse() -> Checked {
    against(one_hit_fewer(), &day(), &Tolerances::default())
}

/// The same of a cache whose name is an attack.
pub(in crate::report) fn hostile() -> Checked {
    const NAME: &str = "<script>]]>&amp;\u{1b}[31m\u{ffff}|`[x](http://y)\n::error::z\u{202e}";
    let rename = |mut report: Report| {
        report.scenario.name = NAME.to_owned();
        report.results[0].label = NAME.to_owned();
        report
    };
    let mut hostile = against(rename(one_hit_fewer()), &rename(day()), &Tolerances::default());
    hostile.file = format!("{NAME}.json");
    hostile
}
