//! A sweep as CSV: a row for each point, a column for each varied field and each metric.

use super::swept::{Point, Sweep, Varied};
use crate::model::Micros;
use crate::policy::PolicySpec;
use crate::report::csv::{CsvRows, inert, rows_of, runs_of};
use crate::report::{CacheResult, ScenarioInfo};

/// The rows under a header. The scenario's seed is left out where the seed is varied itself; the reference has no row
/// of its own if it is not a point. Behind the varied fields, their durations stand once more as numbers.
pub(super) fn csv(sweep: &Sweep, rows: CsvRows) -> Result<String, csv::Error> {
    let ScenarioInfo { name, seed, runs, .. } = &sweep.scenario;
    let durations = durations(sweep);
    let each_run = rows == CsvRows::Runs;
    // A row for each run has a seed of its own.
    let own_seed = (!each_run && !sweep.varies_the_seed()).then(|| ("seed".to_owned(), seed.to_string()));
    let before = std::iter::once(("scenario".to_owned(), inert(name))).chain(own_seed);
    let (header, before): (Vec<String>, Vec<String>) = before.unzip();
    let varied = sweep.vary.iter().map(|one| inert(&one.path));
    let numbers = durations.iter().map(|duration| duration.name.clone());
    let header: Vec<String> = header.into_iter().chain(varied).chain(numbers).collect();
    let rows = sweep.points.iter().map(|point| {
        let values = point.values.iter().map(|value| inert(value));
        let numbers = durations.iter().map(|duration| duration.of(point).unwrap_or_default());
        (before.iter().cloned().chain(values).chain(numbers).collect::<Vec<String>>(), point)
    });
    if each_run {
        return runs_of(&header, rows.map(|(before, point)| (before, seed_of(sweep, point), &point.result)));
    }
    rows_of(&header, rows.map(|(before, point)| (before, &point.result)), *runs > 1)
}

/// The seed of a point that was run once.
fn seed_of(sweep: &Sweep, point: &Point) -> u64 {
    let varied = sweep.vary.iter().zip(&point.values).find(|(one, _)| one.path == "seed");
    varied.and_then(|(_, value)| value.parse().ok()).unwrap_or(sweep.scenario.seed)
}

/// A column of durations in microseconds.
struct Duration {
    name: String,
    /// The field whose values they are; `None` for the life of the cache.
    field: Option<usize>,
}

impl Duration {
    fn of(&self, point: &Point) -> Option<String> {
        let us = match self.field {
            Some(index) => point.values.get(index)?.parse::<Micros>().ok()?,
            None => life(&point.result)?,
        };
        Some(us.0.to_string())
    }
}

/// The durations that are varied: the life of the cache, however it is varied, and fields with such values.
fn durations(sweep: &Sweep) -> Vec<Duration> {
    let is_life = |one: &Varied| one.path == "cache" || one.path == "cache.ttl";
    let lives =
        sweep.vary.iter().any(is_life) && sweep.points.iter().any(|point| life(&point.result).is_some());
    let field = |(index, one): (usize, &Varied)| {
        let last = one.path.rsplit('.').next().unwrap_or(&one.path);
        let times = one.values.iter().any(|value| value.parse::<Micros>().is_ok());
        (times && !is_life(one)).then(|| Duration { name: format!("{}_us", inert(last)), field: Some(index) })
    };
    let life = lives.then(|| Duration { name: "ttl_us".to_owned(), field: None });
    life.into_iter().chain(sweep.vary.iter().enumerate().filter_map(field)).collect()
}

/// For how long an entry of a cache lives; `None` if it has no such bound.
fn life(result: &CacheResult) -> Option<Micros> {
    let policy: PolicySpec = result.cache.parse().ok()?;
    policy.life().or_else(|| policy.options().duration("ttl"))
}
