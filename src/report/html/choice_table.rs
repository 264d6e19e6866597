//! The table of a choice: a row for each cache in the order of the front, with bars next to its figures.
//!
//! Beyond what every choice needs it has what the scenario's expectations name and what else differs: a peak of reads,
//! slow answers. A bar is a picture of a hundred units, stretched to its column; all text is text.

use serde::Serialize;

use super::drawn::Reading;
use crate::metrics::Metric;
use crate::model::escape;
use crate::report::answer::{longest_us, times};
use crate::report::compare::verdict;
use crate::report::format::interval::NOTHING;
use crate::report::front::{Rank, Ranked, ranked};
use crate::report::words::{Arg, Words};
use crate::report::{CacheResult, Report};

/// Columns beyond those of every choice.
const MORE_MOST: usize = 4;

/// Runs that are drawn one by one.
const DOTS_MOST: usize = 100;

/// What each cache costs besides reads; the verdict stands before the share answered from memory.
const COSTS: [(&str, Metric); 3] = [
    ("compare-let-in", Metric::StaleGrants),
    ("compare-for", Metric::WindowMax),
    ("compare-guaranteed", Metric::GuaranteedWindow),
];

/// The table.
#[derive(Serialize)]
pub(super) struct ChoiceTable {
    title: String,
    header: Vec<String>,
    /// Columns up to the verdict, for which there is room on paper; all figures are there below.
    narrow: usize,
    rows: Vec<Row>,
}

/// A cache.
#[derive(Serialize)]
struct Row {
    /// Its place in the key, from 1.
    number: usize,
    label: String,
    is_own: bool,
    is_front: bool,
    cells: Vec<Cell>,
}

/// A figure and its bar.
#[derive(Serialize)]
struct Cell {
    text: String,
    /// From 0 to 100; `None` without a bar.
    bar: Option<String>,
    /// Where the interval of the mean begins and ends; `None` for one run.
    interval: Option<[String; 2]>,
    /// Each of several runs as a dot.
    dots: String,
    is_alarm: bool,
    /// Whether it says what a cache is next to the others.
    is_verdict: bool,
}

impl Cell {
    fn plain(text: String) -> Self {
        Self { text, bar: None, interval: None, dots: String::new(), is_alarm: false, is_verdict: false }
    }
}

/// The table of a comparison; `None` of a single cache.
pub(super) fn choice(report: &Report, words: &Words) -> Option<ChoiceTable> {
    let own = report.results.first().filter(|_| report.results.len() > 1)?;
    let ranked = ranked(&report.results);
    let results: Vec<&CacheResult> = ranked.iter().map(|one| one.result).collect();
    let times_header = words.with("compare-times", &[("own", Arg::Text(&escape(&own.label)))]);
    let mut header = vec![words.text("compare-cache"), words.text("compare-reads"), times_header];
    let mut columns = vec![
        bars(&results, Metric::DbReads, words),
        results
            .iter()
            .map(|result| Cell::plain(times(result, own, words).unwrap_or_else(|| NOTHING.to_owned())))
            .collect(),
    ];
    let mut narrow = 0;
    for (name, metric) in metrics(report, words) {
        if metric == Metric::HitRatio {
            header.push(words.text("compare-verdict"));
            narrow = header.len();
            let cell = |one: &Ranked<'_>| Cell { is_verdict: true, ..Cell::plain(verdict(one.rank, words)) };
            columns.push(ranked.iter().map(cell).collect());
        }
        header.push(name);
        columns.push(match metric {
            Metric::WindowMax => longest(&results, words),
            Metric::GuaranteedWindow => guaranteed(&results, words),
            metric => bars(&results, metric, words),
        });
    }
    let mut rows: Vec<Row> = ranked
        .iter()
        .map(|one| Row {
            number: one.place + 1,
            label: escape(&one.result.label),
            is_own: one.place == 0,
            is_front: matches!(one.rank, Rank::Front | Rank::Same(_)),
            cells: Vec::new(),
        })
        .collect();
    for column in columns {
        rows.iter_mut().zip(column).for_each(|(row, cell)| row.cells.push(cell));
    }
    Some(ChoiceTable { title: words.text("compare-choice"), header, narrow, rows })
}

/// What stands in columns behind the reads.
fn metrics(report: &Report, words: &Words) -> Vec<(String, Metric)> {
    let differs = |metric: Metric| {
        let mut figures = report.results.iter().map(|result| result.figure(metric));
        let first = figures.next();
        figures.any(|figure| Some(figure) != first)
    };
    let more = [
        ("compare-failed", Metric::Failed),
        ("compare-hit-ratio", Metric::HitRatio),
        ("compare-peak", Metric::DbReadsPeak1s),
        ("compare-p99", Metric::LatencyP99),
    ];
    let mut all: Vec<(String, Metric)> = COSTS.map(|(key, metric)| (words.text(key), metric)).into();
    let more = more.into_iter().filter(|(_, metric)| *metric == Metric::HitRatio || differs(*metric));
    all.extend(more.map(|(key, metric)| (words.text(key), metric)));
    let named = report.expectations.iter().map(|one| one.expectation.metric);
    let named: Vec<Metric> = named.filter(|metric| *metric != Metric::DbReads && differs(*metric)).collect();
    let most = all.len() + MORE_MOST;
    for metric in named {
        if all.len() < most && all.iter().all(|(_, other)| *other != metric) {
            all.push((metric.to_string(), metric));
        }
    }
    all
}

/// A metric with bars from 0 to the largest.
fn bars(results: &[&CacheResult], metric: Metric, words: &Words) -> Vec<Cell> {
    let readings = Reading::column(results.iter().copied(), metric, words);
    let runs = |result: &CacheResult| -> Vec<f64> {
        let some = result.runs.iter().take(DOTS_MOST);
        some.filter_map(|run| run.metrics.get(metric).number()).collect()
    };
    let most = |reading: &Reading| reading.number.unwrap_or(0.0) + reading.half_width;
    let of_runs = results.iter().flat_map(|result| runs(result));
    let top = readings.iter().map(most).chain(of_runs).fold(0.0, f64::max);
    let length =
        |number: f64| format!("{:.2}", if top > 0.0 { number / top * 100.0 } else { 0.0 }.clamp(0.0, 100.0));
    let cell = |(reading, result): (Reading, &&CacheResult)| {
        let (number, half) = (reading.number.unwrap_or(0.0), reading.half_width);
        Cell {
            text: reading.text,
            bar: Some(length(number)),
            interval: (half > 0.0).then(|| [length(number - half), length(number + half)]),
            dots: runs(result).into_iter().map(|figure| format!("M{} 5h0", length(figure))).collect(),
            is_alarm: metric == Metric::StaleGrants && number > 0.0,
            is_verdict: false,
        }
    };
    readings.into_iter().zip(results).map(cell).collect()
}

/// The longest that a revoked role was honoured, of several runs in any.
fn longest(results: &[&CacheResult], words: &Words) -> Vec<Cell> {
    let cell = |result: &&CacheResult| match longest_us(result) {
        Some(us) => Cell { is_alarm: us > 0, ..Cell::plain(words.lang().duration(us)) },
        None => Cell::plain(NOTHING.to_owned()),
    };
    results.iter().map(cell).collect()
}

/// The longest that the cache's rules allow.
fn guaranteed(results: &[&CacheResult], words: &Words) -> Vec<Cell> {
    let cell = |result: &&CacheResult| match result.metrics.get(Metric::GuaranteedWindow).whole() {
        Some(us) => Cell::plain(words.lang().duration(us)),
        None => Cell::plain(words.text("compare-no-bound")),
    };
    results.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Lang;
    use crate::report::test_reports::{event, expecting, none, report, several, ttl};

    #[test]
    fn rows_stand_in_the_order_of_the_front_with_bars_from_nothing() {
        let choice = choice(&report(vec![none(), ttl(), event()]), &Words::new(Lang::En)).unwrap();
        let labels: Vec<&str> = choice.rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["event", "ttl:5m+sweep=1m", "none"]);
        let bars: Vec<_> = choice.rows.iter().map(|row| row.cells[0].bar.as_deref()).collect();
        assert_eq!(bars, [Some("10.50"), Some("94.62"), Some("100.00")]);
        assert_eq!(choice.rows[2].number, 1, "the number of the key");
        assert!(choice.rows[1].cells[2].is_alarm && !choice.rows[0].cells[2].is_alarm);
    }

    #[test]
    fn what_expectations_name_has_a_column_where_caches_differ() {
        let whole = Report { results: vec![event(), ttl()], ..expecting() };
        let header = choice(&whole, &Words::new(Lang::En)).unwrap().header;
        assert!(header.contains(&"hits".to_owned()), "{header:?}");
    }

    #[test]
    fn several_runs_have_means_and_intervals() {
        let whole = several(report(vec![event(), ttl()]), 3);
        let choice = choice(&whole, &Words::new(Lang::En)).unwrap();
        let own = &choice.rows[0].cells[0];
        assert_eq!(own.text, "1,051.0 ± 2.5");
        assert!(own.interval.is_some());
        assert_eq!(own.dots.matches('M').count(), 3, "a dot for each run");
    }
}
