//! A bar for each cache: what it saved, and what it cost in truth.
//!
//! A bar is a picture of a hundred units, stretched to its column; its name and its figure are text beside it, so that
//! both stay readable at any width.

use serde::Serialize;

use super::{CacheResult, LOOKS, Words};
use crate::metrics::{Metric, Value};
use crate::model::escape;
use crate::report::words::Arg;

/// A picture with a bar for each cache.
#[derive(Serialize)]
pub(super) struct Bars {
    title: String,
    /// What the title leaves open, where it does.
    note: Option<String>,
    rows: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    look: usize,
    label: String,
    /// From 0 to 100.
    length: String,
    text: String,
    /// What more there is to know.
    detail: Option<String>,
}

/// All pictures; those that would show nothing are left out.
pub(super) fn bars(results: &[CacheResult], words: &Words) -> Vec<Bars> {
    let plain = [
        ("compare-hit-ratio", Metric::HitRatio),
        ("compare-reads", Metric::DbReads),
        ("compare-stale", Metric::StaleReads),
    ];
    let mut all: Vec<Bars> =
        plain.into_iter().map(|(title, metric)| picture(title, metric, results, words, |_| None)).collect();
    let reduced = |result: &CacheResult| result.metrics.get(Metric::WindowMax) != Value::Undefined;
    if results.iter().any(reduced) {
        let mut windows =
            picture("html-windows", Metric::WindowMax, results, words, |result| window(result, words));
        windows.note = Some(words.text("html-windows-note"));
        all.push(windows);
    }
    all
}

fn picture(
    title: &str,
    metric: Metric,
    results: &[CacheResult],
    words: &Words,
    detail: impl Fn(&CacheResult) -> Option<String>,
) -> Bars {
    let number = |result: &CacheResult| result.metrics.get(metric).number().unwrap_or(0.0);
    let top = match metric {
        Metric::HitRatio => 1.0,
        _ => results.iter().map(number).fold(0.0, f64::max),
    };
    let row = |(index, result): (usize, &CacheResult)| Bar {
        look: index % LOOKS,
        label: escape(&result.label),
        length: format!("{:.2}", if top > 0.0 { number(result) / top * 100.0 } else { 0.0 }),
        text: words.value(result.metrics.get(metric), "html-undefined"),
        detail: detail(result),
    };
    Bars { title: words.text(title), note: None, rows: results.iter().enumerate().map(row).collect() }
}

/// How many revocations were still honoured, and for how long; nothing where none was.
fn window(result: &CacheResult, words: &Words) -> Option<String> {
    let Value::Count(exposed @ 1..) = result.metrics.get(Metric::ExposedRevocations) else { return None };
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
