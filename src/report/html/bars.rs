//! A bar for each cache: what it saved, and what it cost in truth.
//!
//! A bar is a picture of a hundred units, stretched to its column; its name and its figure are text in columns of
//! their own, so that both stay readable at any width. Of several runs a bar is the mean, with its interval.

use serde::Serialize;

use super::drawn::{Cache, Reading};
use crate::metrics::{Metric, Value};
use crate::report::CacheResult;
use crate::report::words::{Arg, Words};

/// A picture with a bar for each cache.
#[derive(Serialize)]
pub(super) struct Bars {
    title: String,
    /// What the title leaves open.
    note: Option<String>,
    rows: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    look: usize,
    label: String,
    /// From 0 to 100.
    length: String,
    /// Where the interval of the mean begins and ends, from 0 to 100; `None` without an interval.
    interval: Option<[String; 2]>,
    text: String,
    /// What more there is to know.
    detail: Option<String>,
}

/// All pictures; those that would show nothing are left out.
pub(super) fn bars(results: &[CacheResult], caches: &[Cache], words: &Words) -> Vec<Bars> {
    let mut plotted = vec![
        ("compare-hit-ratio", Metric::HitRatio),
        ("compare-reads", Metric::DbReads),
        ("compare-stale", Metric::StaleReads),
    ];
    let readings = |metric| Reading::column(results, metric, words);
    if readings(Metric::WindowMax).iter().any(|reading| reading.number.is_some()) {
        plotted.push(("html-windows", Metric::WindowMax));
    }
    let picture = |(title, metric): (&str, Metric)| {
        let mut rows = rows(metric, readings(metric), caches);
        let is_window = metric == Metric::WindowMax;
        if is_window {
            rows.iter_mut().zip(results).for_each(|(row, result)| row.detail = window(result, words));
        }
        let note = is_window.then(|| words.text("html-windows-note"));
        Bars { title: words.text(title), note, rows }
    };
    plotted.into_iter().map(picture).collect()
}

fn rows(metric: Metric, readings: Vec<Reading>, caches: &[Cache]) -> Vec<Bar> {
    let most = |reading: &Reading| reading.number.unwrap_or(0.0) + reading.half_width;
    let top = match metric {
        Metric::HitRatio => 1.0,
        _ => readings.iter().map(most).fold(0.0, f64::max),
    };
    let length = |number: f64| {
        let share = if top > 0.0 { number / top * 100.0 } else { 0.0 };
        format!("{:.2}", share.clamp(0.0, 100.0))
    };
    let row = |(reading, cache): (Reading, &Cache)| {
        let number = reading.number.unwrap_or(0.0);
        let half = reading.half_width;
        Bar {
            look: cache.look,
            label: cache.label.clone(),
            length: length(number),
            interval: (half > 0.0).then(|| [length(number - half), length(number + half)]),
            text: reading.text,
            detail: None,
        }
    };
    readings.into_iter().zip(caches).map(row).collect()
}

/// How many revocations were still honoured, and for how long; `None` if none was, and for several runs, whose windows
/// are of different days.
fn window(result: &CacheResult, words: &Words) -> Option<String> {
    let Value::Count(exposed @ 1..) = result.metrics.get(Metric::ExposedRevocations) else { return None };
    if !result.runs.is_empty() {
        return None;
    }
    let value = |metric| words.value(result.metrics.get(metric), "html-undefined");
    let (p50, p95, sum) = (value(Metric::WindowP50), value(Metric::WindowP95), value(Metric::WindowSum));
    let gaps = [
        ("n", Arg::Count(exposed)),
        ("p50", Arg::Text(&p50)),
        ("p95", Arg::Text(&p95)),
        ("sum", Arg::Text(&sum)),
    ];
    Some(words.with("html-window-detail", &gaps))
}
