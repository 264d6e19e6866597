//! Whole reports for people, put together from their parts.
//!
//! It does not know whether they go to a terminal or into a file: the language and the use of colour
//! are told to it.

use super::compare::compare;
use unicode_width::UnicodeWidthStr;

use super::escape::escape_prose;
use super::expectations::expectations;
use super::hourly::hourly;
use super::layout::wrapped;
use super::runs::of_runs;
use super::summary::summary;
use super::words::{Lang, Words};
use super::{CacheResult, Report};

/// How a report for people looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Whether the marks of verdicts are coloured.
    pub colour: bool,
}

/// The day's totals of each cache, the table by the hour if wanted, and the expectations.
#[must_use]
pub fn run_text(report: &Report, style: &Style, by_the_hour: bool) -> String {
    let words = Words::new(style.lang);
    let of_one = |result: &CacheResult| {
        let totals = match result.runs.is_empty() {
            true => summary(&report.scenario, result, &words),
            false => of_runs(&report.scenario, result, &words),
        };
        let hours = by_the_hour.then(|| hourly(&report.scenario, result, &words));
        std::iter::once(totals).chain(hours)
    };
    let description = report.scenario.description.iter().map(|text| wrapped("", 0, &escape_prose(text)));
    let mut parts: Vec<String> = description.chain(report.results.iter().flat_map(of_one)).collect();
    parts.push(expectations(report, style, &words));
    joined(parts)
}

/// The caches side by side, what their figures mean, and the expectations.
#[must_use]
pub fn compare_text(report: &Report, style: &Style) -> String {
    let words = Words::new(style.lang);
    joined(vec![compare(report, &words), expectations(report, style, &words)])
}

/// Names in a column, each with what is to be said of it.
#[must_use]
pub fn list_text(entries: &[(&str, String)]) -> String {
    let column = entries.iter().map(|(name, _)| name.width()).max().unwrap_or(0) + 2;
    let line = |(name, text): &(&str, String)| {
        let gap = " ".repeat(column - name.width());
        wrapped(&format!("{name}{gap}"), column, text)
    };
    entries.iter().map(line).collect()
}

/// The parts that say something, with an empty line between them.
fn joined(mut parts: Vec<String>) -> String {
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

#[cfg(test)]
mod tests;
