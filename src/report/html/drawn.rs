//! What is drawn: a cache with its look, and a figure with its interval.

use serde::Serialize;

use crate::metrics::{Metric, Value};
use crate::report::CacheResult;
use crate::report::columns::{column, mean_cell};
use crate::report::words::Words;

/// The look of caches beyond those that have a colour of their own. Numbers at their lines' ends tell them apart.
pub(super) const REST: usize = 5;

/// A line in the key: a cache, or what else a line stands for.
#[derive(Clone, Serialize)]
pub(in crate::report) struct Cache {
    /// Counts from 1.
    pub(in crate::report) number: usize,
    pub(in crate::report) look: usize,
    pub(in crate::report) label: String,
    /// The spec, where the label is another.
    spec: Option<String>,
}

impl Cache {
    /// The one at this place among all, with the look of a place in the order of who is given a colour.
    pub(in crate::report) fn new(at: usize, coloured: usize, label: String, spec: Option<String>) -> Self {
        Self { number: at + 1, look: coloured.min(REST), label, spec }
    }
}

/// A figure as it is drawn and shown: of several runs the mean with its interval.
#[derive(Clone)]
pub(in crate::report) struct Reading {
    pub(in crate::report) number: Option<f64>,
    /// Half the interval of the mean; 0 without one.
    pub(in crate::report) half_width: f64,
    pub(in crate::report) text: String,
}

impl Reading {
    pub(in crate::report) fn of(result: &CacheResult, metric: Metric, words: &Words) -> Self {
        if result.runs.is_empty() {
            return Self::of_value(result.metrics.get(metric), words);
        }
        let spread = result.spread(metric);
        Self {
            number: spread.map(|spread| spread.mean),
            half_width: spread.and_then(|spread| spread.half_width).unwrap_or(0.0),
            text: mean_cell(spread.as_ref(), metric, words).replace('\n', " "),
        }
    }

    /// Those of one column, told apart as in a table.
    pub(in crate::report) fn column<'r>(
        results: impl Iterator<Item = &'r CacheResult> + Clone,
        metric: Metric,
        words: &Words,
    ) -> Vec<Self> {
        let texts = column(results.clone(), metric, words).into_iter().map(|text| text.replace('\n', " "));
        let reading = |(result, text): (&CacheResult, String)| {
            let reading = Self::of(result, metric, words);
            if reading.number.is_some() { Self { text, ..reading } } else { reading }
        };
        results.zip(texts).map(reading).collect()
    }

    pub(in crate::report) fn of_value(value: Value, words: &Words) -> Self {
        Self { number: value.number(), half_width: 0.0, text: words.value(value, "html-undefined") }
    }
}
