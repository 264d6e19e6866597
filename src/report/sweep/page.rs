//! A sweep as a page for a browser: its curves, the table, and what life would be as fresh.
//!
//! The last field that was varied lies along the page; each combination of the others is a line of its own, and the
//! cache that all are held against is a level.

use super::text::{cells, curve_points, said_of};
use super::{Point, Sweep, json};
use crate::metrics::{Metric, Value};
use crate::model::escape;
use crate::report::Lang;
use crate::report::html::lines::Drawn;
use crate::report::html::{Cache, LOOKS, Section, Table, page};
use crate::report::words::{Arg, Words};

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
    let scenario = &sweep.scenario;
    let several = scenario.runs > 1;
    let name = escape(&scenario.name);
    let lines: Vec<Vec<&Point>> = lines(sweep);
    let labels = labels(sweep, &lines, &words);
    let drawn = DRAWN.map(|(id, title, metric)| {
        let values = |line: &Vec<&Point>| {
            line.iter().map(|point| point.result.metrics.get(metric)).collect::<Vec<Value>>()
        };
        let level = sweep.reference.iter().map(|cache| {
            let length = lines.first().map_or(0, Vec::len);
            vec![cache.metrics.get(metric); length]
        });
        let all = lines.iter().map(values).chain(level);
        Drawn {
            id,
            title: words.text(title),
            names: along(sweep),
            lines: labels.iter().cloned().zip(all).collect(),
            is_share: metric == Metric::HitRatio,
        }
        .with_some_names(&words)
    });
    let (header, rows) = cells(sweep, &words);
    let seed = words.with("box-seed", &[("seed", Arg::Text(&scenario.seed.to_string()))]);
    let runs = words.with("html-runs", &[("n", Arg::Count(scenario.runs))]);
    let meta = [(!sweep.varies_the_seed(), seed), (several, runs)];
    let meta = meta.into_iter().filter_map(|(holds, text)| holds.then_some(text)).collect();
    let key = labels.iter().enumerate();
    let mut section = Section::new(scenario, meta);
    section.caches =
        key.map(|(at, label)| Cache { look: at % LOOKS, label: label.clone(), spec: None }).collect();
    section.says = sweep
        .as_fresh
        .as_ref()
        .zip(sweep.reference.as_ref())
        .map(|(as_fresh, reference)| said_of(as_fresh, reference, &words));
    section.lines = drawn.into();
    section.tables = vec![Table { title: String::new(), header, rows }];
    section.about_runs = several.then(|| words.text("runs-about"));
    page(&name, &[section], &json::json(sweep), &words)
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

/// The names of the lines, and of the level that they are held against.
fn labels(sweep: &Sweep, lines: &[Vec<&Point>], words: &Words) -> Vec<String> {
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
    lines.iter().map(of).chain(sweep.reference.iter().map(|cache| escape(&cache.label))).collect()
}
