//! A sweep as a page for a browser: its curves, the table, and what life would be as fresh.
//!
//! The last field that was varied lies along the page; each combination of the others is a line of its own, and the
//! cache that all are held against is a level.

use super::json;
use super::swept::{Point, Sweep};
use super::view::{curve_points, swept};
use crate::metrics::Metric;
use crate::model::escape;
use crate::report::html::drawn::{Cache, Reading};
use crate::report::html::lines::{Drawn, LineShape, aligned};
use crate::report::html::{Downloads, Section, page};
use crate::report::words::{Arg, Words};
use crate::report::{CsvRows, Lang};

/// What is drawn: a name within the page, the title, the metric.
const DRAWN: [(&str, &str, Metric); 4] = [
    ("db-reads", "compare-reads", Metric::DbReads),
    ("stale-grants", "compare-grants", Metric::StaleGrants),
    ("stale-reads", "compare-stale", Metric::StaleReads),
    ("hit-ratio", "compare-hit-ratio", Metric::HitRatio),
];

/// The sweep as a page.
///
/// # Errors
/// When the template fails, which it has no reason to.
pub(super) fn sweep_html(sweep: &Sweep, lang: Lang) -> Result<String, minijinja::Error> {
    let words = Words::new(lang);
    let name = escape(&sweep.scenario.name);
    let lines: Vec<Vec<&Point>> = lines(sweep);
    let key = key(sweep, &lines, &words);
    let drawn = DRAWN.map(|(id, title, metric)| {
        let values = |line: &Vec<&Point>| {
            line.iter().map(|point| Reading::of(&point.result, metric, &words)).collect::<Vec<_>>()
        };
        let level = sweep.reference.iter().map(|cache| {
            let length = lines.first().map_or(0, Vec::len);
            vec![Reading::of(cache, metric, &words); length]
        });
        Drawn {
            id,
            title: words.text(title),
            axis: sweep.vary.last().map(|last| escape(&last.path)),
            names: along(sweep),
            caches: &key,
            lines: lines.iter().map(values).chain(level).collect(),
            is_share: metric == Metric::HitRatio,
            shape: LineShape::Curve,
        }
        .with_some_names(&words)
    });
    let lines = aligned(drawn.into());
    let along =
        sweep.vary.last().map(|last| words.with("html-along", &[("path", Arg::Text(&escape(&last.path)))]));
    let section = Section::new(swept(sweep, &words), key.clone(), lines).over(along);
    let saved = Downloads::new(
        &json::json(sweep),
        super::csv::csv(sweep, CsvRows::Caches).ok(),
        &sweep.scenario.digest,
    );
    page(&name, &[section], &saved, &words)
}

/// The points of each line, along the last field that was varied.
fn lines(sweep: &Sweep) -> Vec<Vec<&Point>> {
    if sweep.vary.len() == 1 {
        return vec![curve_points(sweep)];
    }
    let along = sweep.vary.last().map_or(1, |last| last.values.len()).max(1);
    sweep.points.chunks(along).map(|line| line.iter().collect()).collect()
}

/// What stands below the points.
fn along(sweep: &Sweep) -> Vec<String> {
    if sweep.vary.len() == 1 {
        return curve_points(sweep)
            .iter()
            .flat_map(|point| &point.values)
            .map(|value| escape(value))
            .collect();
    }
    sweep.vary.last().map(|last| last.values.iter().map(|value| escape(value)).collect()).unwrap_or_default()
}

/// The lines, and the level that they are held against. The level is given its colour right after the first line.
fn key(sweep: &Sweep, lines: &[Vec<&Point>], words: &Words) -> Vec<Cache> {
    let varied = sweep.vary.last().map_or_else(String::new, |last| escape(&last.path));
    let of = |line: &Vec<&Point>| {
        let fixed = line.first().map_or(&[][..], |point| point.values.as_slice());
        let fixed: Vec<String> = sweep
            .vary
            .iter()
            .zip(fixed)
            .rev()
            .skip(1)
            .rev()
            .map(|(field, value)| format!("{}={}", escape(&field.path), escape(value)))
            .collect();
        if fixed.is_empty() {
            format!("{varied} ({})", words.text("html-sweep-as-varied"))
        } else {
            fixed.join(", ")
        }
    };
    let coloured = |at: usize| if at == 0 { 0 } else { at + 1 };
    let lines = lines.iter().map(of).enumerate();
    let mut key: Vec<Cache> = lines.map(|(at, label)| Cache::new(at, coloured(at), label, None)).collect();
    let at = key.len();
    key.extend(sweep.reference.iter().map(|cache| Cache::new(at, 1, escape(&cache.label), None)));
    key
}
