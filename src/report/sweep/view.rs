//! A sweep for people: a table, a curve, and what life would be as fresh.

use super::swept::{AsFresh, Point, Sweep, Varied};
use crate::metrics::Metric;
use crate::model::escape;
use crate::report::CacheResult;
use crate::report::columns::{column, said};
use crate::report::document::{Chapter, Chart, Document, Element, Series, Table};
use crate::report::render::plot::{BOTH, FIRST, LEVEL, SECOND, spark};
use crate::report::runs::over;
use crate::report::words::{Arg, Words};

const COLUMNS: [(&str, Metric); 6] = [
    ("compare-hit-ratio", Metric::HitRatio),
    ("compare-reads", Metric::DbReads),
    ("compare-peak", Metric::DbReadsPeak1s),
    ("compare-stale", Metric::StaleReads),
    ("compare-grants", Metric::StaleGrants),
    ("compare-window", Metric::WindowMax),
];

/// Between the values of one point.
const BETWEEN: &str = " · ";
/// Columns of a curve in a table.
const SPARK: usize = 24;

/// The sweep as a document: what was varied, the table, the curve, and what life would be as fresh.
pub(in crate::report) fn swept(sweep: &Sweep, words: &Words) -> Document {
    let scenario = &sweep.scenario;
    let varied = |one: &Varied| {
        let ends = [one.values.first(), one.values.last()].map(|end| escape(end.map_or("", String::as_str)));
        let gaps = [
            ("path", Arg::Text(&escape(&one.path))),
            ("n", Arg::Count(one.values.len() as u64)),
            ("first", Arg::Text(&ends[0])),
            ("last", Arg::Text(&ends[1])),
        ];
        words.with("sweep-vary", &gaps)
    };
    let meta = seed(sweep, words).into_iter().chain(sweep.vary.iter().map(varied)).collect();
    let mut document = Document::about(&scenario.name, scenario.description.as_deref(), meta);
    document.push(None, vec![Element::Table(table(sweep, words))]);
    document.parts.extend(match sweep.vary.as_slice() {
        [_] => curve(sweep, words),
        _ => curves(sweep, words),
    });
    if let (Some(as_fresh), Some(reference)) = (&sweep.as_fresh, &sweep.reference) {
        document.push(None, vec![Element::Paragraph(said_of(as_fresh, reference, words))]);
    }
    if scenario.runs > 1 {
        document.push(None, vec![Element::Paragraph(words.text("runs-about"))]);
    }
    document
}

/// What decided the draws and how often the days were run; `None` for one run of each where the seed itself is varied.
fn seed(sweep: &Sweep, words: &Words) -> Option<String> {
    let scenario = &sweep.scenario;
    match scenario.runs {
        1 if sweep.varies_the_seed() => None,
        1 => Some(words.with("box-seed", &[("seed", Arg::Text(&scenario.seed.to_string()))])),
        _ if sweep.varies_the_seed() => Some(words.with("sweep-runs", &[("n", Arg::Count(scenario.runs))])),
        _ => Some(over(scenario, words)),
    }
}

fn name(point: &Point) -> String {
    point.values.iter().map(|value| escape(value)).collect::<Vec<_>>().join(BETWEEN)
}

/// Whether a result is the reference's.
fn is(result: &CacheResult, reference: &CacheResult) -> bool {
    result.cache == reference.cache
}

/// A row for each point and for the reference.
fn table(sweep: &Sweep, words: &Words) -> Table {
    // The whole paths stand above the table; two fields may end alike.
    let short = |path: &str| escape(path.rsplit('.').next().unwrap_or(path));
    let names: Vec<String> = sweep.vary.iter().map(|one| short(&one.path)).collect();
    // With half-widths the page has no room for all.
    let room = |(_, metric): &&(&str, Metric)| sweep.scenario.runs == 1 || *metric != Metric::DbReadsPeak1s;
    let columns: Vec<_> = COLUMNS.iter().filter(room).collect();
    let header =
        std::iter::once(names.join(BETWEEN)).chain(columns.iter().map(|(key, _)| words.text(key))).collect();
    let apart = |reference: &&CacheResult| !sweep.points.iter().any(|point| is(&point.result, reference));
    let reference = sweep.reference.as_ref().filter(apart);
    let row = |reference: &CacheResult| {
        vec![words.with("sweep-reference", &[("cache", Arg::Text(&escape(&reference.label)))])]
    };
    let names = sweep.points.iter().map(|point| vec![name(point)]).chain(reference.map(row));
    let mut rows: Vec<Vec<String>> = names.collect();
    for (_, metric) in columns {
        let results = sweep.points.iter().map(|point| &point.result).chain(reference);
        for (row, cell) in rows.iter_mut().zip(column(results, *metric, words)) {
            row.push(cell);
        }
    }
    Table::new(header, rows)
}

fn largest<'a>(points: impl IntoIterator<Item = &'a Point>, metric: Metric) -> f64 {
    points.into_iter().filter_map(|point| point.result.figure(metric)).fold(0.0, f64::max)
}

/// The points of the curve over one field's values; the reference is a level, and no point of it.
pub(super) fn curve_points(sweep: &Sweep) -> Vec<&Point> {
    let reference = sweep.reference.as_ref();
    let of_curve = |point: &&Point| reference.is_none_or(|reference| !is(&point.result, reference));
    sweep.points.iter().filter(of_curve).collect()
}

/// The curve over one field's values.
fn curve(sweep: &Sweep, words: &Words) -> Option<Chapter> {
    let reference = sweep.reference.as_ref();
    let points = curve_points(sweep);
    let (first, last) = (points.first()?, points.last()?);
    if points.len() < 2 {
        return None;
    }
    let of = |metric: Metric| points.iter().map(|point| point.result.figure(metric)).collect::<Vec<_>>();
    let (reads, grants) = (of(Metric::DbReads), of(Metric::StaleGrants));
    let level = reference.and_then(|reference| reference.figure(Metric::DbReads));
    let whole = |figure: f64| words.lang().count(figure.ceil() as u64);
    let highest = largest(points.iter().copied(), Metric::DbReads).max(level.unwrap_or(0.0));
    let reads = Series { figures: reads, largest: whole(highest) };
    let grants =
        Series { figures: grants, largest: whole(largest(points.iter().copied(), Metric::StaleGrants)) };
    let mut legend = words.with(
        "sweep-curve",
        &[
            ("first", Arg::Text(&FIRST.to_string())),
            ("second", Arg::Text(&SECOND.to_string())),
            ("both", Arg::Text(&BOTH.to_string())),
        ],
    );
    if let Some(reference) = reference {
        let gaps =
            [("level", Arg::Text(&LEVEL.to_string())), ("cache", Arg::Text(&escape(&reference.label)))];
        legend = format!("{legend}, {}", words.with("sweep-curve-level", &gaps));
    }
    let ends = [name(first), name(last)];
    let chart = Chart { legend, first: reads, second: grants, level, ends };
    Some(Chapter { title: None, blocks: vec![Element::Chart(chart)] })
}

/// For each combination of the other fields a curve over the last one.
fn curves(sweep: &Sweep, words: &Words) -> Option<Chapter> {
    let (last, others) = sweep.vary.split_last()?;
    if last.values.len() < 2 {
        return None;
    }
    let metrics = [("compare-reads", Metric::DbReads), ("compare-grants", Metric::StaleGrants)];
    let row = |points: &[Point]| {
        let values = points.first().map(|point| &point.values[..others.len()]).unwrap_or_default();
        let name = values.iter().map(|value| escape(value)).collect::<Vec<_>>().join(BETWEEN);
        let curves = metrics.iter().map(|(_, metric)| {
            let figures: Vec<_> = points.iter().map(|point| point.result.figure(*metric)).collect();
            spark(&figures, largest(&sweep.points, *metric), SPARK)
        });
        std::iter::once(name).chain(curves).collect()
    };
    let paths: Vec<String> = others.iter().map(|one| escape(&one.path)).collect();
    let header = std::iter::once(paths.join(BETWEEN)).chain(metrics.iter().map(|(key, _)| words.text(key)));
    let rows = sweep.points.chunks(last.values.len()).map(row).collect();
    let title = words.with("sweep-curves", &[("path", Arg::Text(&escape(&last.path)))]);
    Some(Chapter { title: Some(title), blocks: vec![Element::Table(Table::new(header.collect(), rows))] })
}

fn said_of(as_fresh: &AsFresh, reference: &CacheResult, words: &Words) -> String {
    let base = escape(&reference.label);
    let life = |us| words.lang().exact_duration(us);
    let Some((longest, result)) = &as_fresh.longest else {
        let gaps = [("base", Arg::Text(&base)), ("ttl", Arg::Text(&life(as_fresh.shortest.0)))];
        return words.with("sweep-none-as-fresh", &gaps);
    };
    let life_text = life(longest.0);
    let key = if as_fresh.stale_from.is_some() { "sweep-as-fresh" } else { "sweep-all-as-fresh" };
    let fresh = words.with(key, &[("base", Arg::Text(&base)), ("ttl", Arg::Text(&life_text))]);
    let reads = |result| said(result, Metric::DbReads, words);
    let (many, few) = (reads(result), reads(reference));
    let gaps = [
        ("ttl", Arg::Text(life_text.as_str())),
        ("base", Arg::Text(&base)),
        ("reads", Arg::Text(&many)),
        ("base-reads", Arg::Text(&few)),
    ];
    let mut text = format!("{fresh} {}", words.with("sweep-cost", &gaps));
    if let (Some(many), Some(few)) = (result.figure(Metric::DbReads), reference.figure(Metric::DbReads))
        && few > 0.0
    {
        let factor = words.lang().decimal(&format!("{:.1}", many / few));
        text = format!("{text}{}", words.with("sweep-factor", &[("factor", Arg::Text(&factor))]));
    }
    format!("{text}.")
}
