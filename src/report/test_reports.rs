//! Reports for the tests of this layer.

use super::{CacheResult, HourRow, Report, RunFigures, ScenarioInfo};
use crate::gate::{Bounds, Expectation, Judged, Level, Verdict, judge, verdict};
use crate::metrics::{Measured, Metric, Unit, Value};
use crate::model::{DayTime, HOUR_US};

/// A cache of which only these counts and durations are not 0; ratios follow from them.
pub(super) fn cache(label: &str, values: &[(Metric, u64)]) -> CacheResult {
    let given = |metric| values.iter().find(|(name, _)| *name == metric).map_or(0, |(_, value)| *value);
    let answered = given(Metric::Requests) - given(Metric::Failed);
    let metrics = Measured::collect(&[], |metric| match (metric, metric.unit()) {
        (Metric::HitRatio, _) => Value::ratio(given(Metric::Hits), given(Metric::Requests)),
        (Metric::Freshness, _) => Value::ratio(answered - given(Metric::StaleReads), answered),
        (Metric::WindowMax, _) if values.iter().all(|(name, _)| *name != metric) => Value::Undefined,
        (_, Unit::Micros) => Value::Micros(given(metric).into()),
        _ => Value::Count(given(metric)),
    });
    let (cache, label) = (label.to_owned(), label.to_owned());
    CacheResult { cache, label, fingerprint: 0xbeef, metrics, hourly: Vec::new(), runs: Vec::new() }
}

/// The event-driven cache on the sample day.
pub(super) fn event() -> CacheResult {
    use Metric as M;
    let mut result = cache(
        "event",
        &[
            (M::Requests, 10_000),
            (M::Hits, 8_950),
            (M::Misses, 1_050),
            (M::Loads, 1_050),
            (M::DbReads, 1_050),
            (M::DbReadsPeak1s, 12),
            (M::DbWrites, 6),
            (M::Events, 5),
            (M::CacheSize, 1_050),
            (M::WindowMax, 0),
        ],
    );
    result.hourly = vec![
        HourRow {
            from: DayTime(8 * HOUR_US),
            requests: 3,
            hits: 1,
            db_reads: 2,
            cache_size: 2,
            ..HourRow::default()
        },
        HourRow { from: DayTime(9 * HOUR_US), cache_size: 2, ..HourRow::default() },
        HourRow {
            from: DayTime(10 * HOUR_US),
            requests: 9_997,
            hits: 8_949,
            db_reads: 1_048,
            cache_size: 1_050,
            ..HourRow::default()
        },
    ];
    result
}

/// The cache with a life of five minutes on the sample day.
pub(super) fn ttl() -> CacheResult {
    use Metric as M;
    cache(
        "ttl:5m+sweep=1m",
        &[
            (M::Requests, 10_000),
            (M::Hits, 538),
            (M::Misses, 9_462),
            (M::DbReads, 9_462),
            (M::DbReadsPeak1s, 12),
            (M::DbWrites, 6),
            (M::Events, 5),
            (M::CacheSize, 31),
            (M::StaleReads, 14),
            (M::StaleGrants, 9),
            (M::StaleDenials, 5),
            (M::WindowMax, 299_000_000),
            (M::BackgroundRuns, 1_440),
            (M::BackgroundChecks, 48_750),
            (M::BackgroundRemoved, 9_431),
        ],
    )
}

/// No cache on the sample day.
pub(super) fn none() -> CacheResult {
    use Metric as M;
    let counts = [(M::Requests, 10_000), (M::Misses, 10_000), (M::DbReads, 10_000), (M::DbReadsPeak1s, 14)];
    cache("none", &[&counts[..], &[(M::DbWrites, 6), (M::Events, 5), (M::WindowMax, 0)]].concat())
}

/// A report of these caches, without expectations.
pub(super) fn report(results: Vec<CacheResult>) -> Report {
    let scenario = ScenarioInfo {
        name: "A day of a mail bot".to_owned(),
        description: None,
        digest: "0123abcd".to_owned(),
        seed: 42,
        runs: 1,
        trace: None,
        incidents: Vec::new(),
    };
    Report { scenario, results, expectations: Vec::new(), gate: None, choice: None, verdict: Verdict::Pass }
}

/// The report as if the day had been run several times, the counts of each run a little larger than before.
pub(super) fn several(mut report: Report, runs: u64) -> Report {
    report.scenario.runs = runs;
    for result in &mut report.results {
        let more = |run: u64| {
            Measured::collect(&[], |metric| match result.metrics.get(metric) {
                Value::Count(count) if count > 0 => Value::Count(count.saturating_add(run)),
                other => other,
            })
        };
        let figures = |run| RunFigures { seed: 42 + run, fingerprint: 0xbeef + run, metrics: more(run) };
        result.runs = (0..runs).map(figures).collect();
    }
    report
}

/// An expectation of the own cache.
pub(super) fn expect(metric: Metric, bounds: Bounds, level: Level, actual: Value) -> Judged {
    judge(
        Expectation { metric, cache: None, at: None, bounds, level, because: None, line: None },
        &[(42, actual)],
    )
}

/// The report of the sample day with expectations and claims of every kind.
pub(super) fn expecting() -> Report {
    let mut whole = report(vec![event()]);
    let min = |value| Bounds { min: Some(value), ..Bounds::default() };
    let max = |value| Bounds { max: Some(value), ..Bounds::default() };
    let equals = |value, within| Bounds { equals: Some(value), within, ..Bounds::default() };
    let hit_ratio = Value::Ratio(0.895);
    let mut noon = expect(Metric::Hits, equals(Value::Count(77), None), Level::Error, Value::Count(77));
    noon.expectation.at = Some(DayTime(13 * HOUR_US));
    let mut claim = expect(Metric::Hits, equals(Value::Count(97), None), Level::Note, Value::Count(77));
    claim.expectation.at = Some(DayTime(13 * HOUR_US));
    claim.expectation.because = Some(
        "30, 25 and 20 requests are 75, and two hits came before them; the\ndocument says 97".to_owned(),
    );
    let mut half = expect(
        Metric::HitRatio,
        equals(Value::Ratio(0.5), Some(Value::Ratio(0.05))),
        Level::Note,
        Value::Ratio(0.0538),
    );
    half.expectation.cache = Some("ttl:5m+sweep=1m".to_owned());
    let five_minutes = Value::Micros(300 * 1_000_000);
    whole.expectations = vec![
        noon,
        expect(Metric::HitRatio, min(Value::Ratio(0.89)), Level::Error, hit_ratio),
        expect(Metric::WindowMax, max(five_minutes), Level::Warn, Value::Micros(300_000_001)),
        expect(Metric::StaleAgeMax, max(five_minutes), Level::Warn, Value::Undefined),
        claim,
        expect(Metric::HitRatio, min(Value::Ratio(0.89)), Level::Note, hit_ratio),
        half,
    ];
    whole.verdict = verdict(&whole.expectations, None);
    whole
}
