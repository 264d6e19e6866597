//! A sweep as JSON, for programs.

use super::swept::{AsFresh, Point, Sweep};
use crate::report::CacheResult;
use crate::report::json::{Json, head, measured, object, some, spreads, text};

/// The whole sweep, indented, with a line end at the end.
pub(super) fn json(sweep: &Sweep) -> String {
    let [version, program, scenario] = head(&sweep.scenario, None);
    let vary = sweep.vary.iter().map(|one| {
        let values = one.values.iter().map(|value| Json::from(value.as_str())).collect();
        object([("path", one.path.as_str().into()), ("values", values)])
    });
    let swept = object([
        ("vary", vary.collect()),
        ("points", sweep.points.iter().map(|one| point(sweep, one)).collect()),
        ("reference", sweep.reference.as_ref().map_or(Json::Null, result)),
        ("as_fresh", sweep.as_fresh.as_ref().map_or(Json::Null, as_fresh)),
    ]);
    // Nothing is expected of a sweep, so nothing fails.
    text(&object([version, program, scenario, ("sweep", swept), ("verdict", "pass".into())]))
}

fn point(sweep: &Sweep, point: &Point) -> Json {
    let paths = sweep.vary.iter().map(|one| one.path.clone());
    let values = paths.zip(point.values.iter().map(|value| Json::from(value.as_str()))).collect();
    let before = [("values", Json::Object(values)), ("digest", point.digest.as_str().into())];
    some(before.map(Some).into_iter().chain(figures(&point.result)))
}

fn result(result: &CacheResult) -> Json {
    some(figures(result))
}

fn figures(result: &CacheResult) -> impl Iterator<Item = Option<(&'static str, Json)>> {
    measured(result).map(Some).into_iter().chain([spreads(result)])
}

fn as_fresh(as_fresh: &AsFresh) -> Json {
    let (life, longest) = as_fresh.longest.as_ref().map(|(life, result)| (*life, result)).unzip();
    object([
        ("ttl_us", life.map(|life| life.0).into()),
        ("shortest_us", as_fresh.shortest.0.into()),
        ("stale_from_us", as_fresh.stale_from.map(|life| life.0).into()),
        ("result", longest.map_or(Json::Null, result)),
    ])
}
