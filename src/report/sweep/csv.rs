//! A sweep as CSV: a row for each point, a column for each varied field and each metric.

use super::swept::{Point, Sweep};
use crate::report::ScenarioInfo;
use crate::report::csv::{inert, rows_of};

/// The rows under a header. The scenario's seed is left out where the seed is varied itself; the reference has no row
/// of its own if it is not a point.
pub(super) fn csv(sweep: &Sweep) -> Result<String, csv::Error> {
    let ScenarioInfo { name, seed, runs, .. } = &sweep.scenario;
    let own_seed = (!sweep.varies_the_seed()).then(|| ("seed".to_owned(), seed.to_string()));
    let before = std::iter::once(("scenario".to_owned(), inert(name))).chain(own_seed);
    let (header, before): (Vec<String>, Vec<String>) = before.unzip();
    let header: Vec<String> =
        header.into_iter().chain(sweep.vary.iter().map(|one| inert(&one.path))).collect();
    let rows = sweep.points.iter().map(|Point { values, result, .. }| {
        let values = values.iter().map(|value| inert(value));
        (before.iter().cloned().chain(values).collect(), result)
    });
    rows_of(&header, rows, *runs > 1)
}
