//! The same scenario several times, each time with draws of its own.
//!
//! The first run is the scenario's own; each later one has a seed that follows from the scenario's. Every cache
//! sees the same days, so that caches can be compared run by run. Of a finished run only its figures are kept.

use std::sync::{Mutex, PoisonError};

use super::Progress;
use super::day::{Played, Runs, Setup};
use super::failure::Failure;
use super::load::Loaded;
use super::parallel::in_order;
use crate::metrics::Value;
use crate::policy::CacheSpec;
use crate::report::{Report, RunFigures};
use crate::sim::{Observer, Outcome};

/// How often, and on how many threads at most; both at least 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) runs: u64,
    pub(crate) jobs: usize,
}

/// What is kept of a run.
struct Kept {
    figures: Vec<RunFigures>,
    readings: Vec<Value>,
    /// Of the first run.
    played: Option<Played>,
}

/// Runs the day as often as wanted for the listed caches, and judges over all runs. The observer looks on at the
/// first run alone, whose outcome is returned.
pub(crate) fn run(
    loaded: &Loaded,
    listed: &[CacheSpec],
    effort: Effort,
    progress: Progress<'_>,
    observer: &mut (dyn Observer + Send),
) -> Result<(Report, Outcome), Failure> {
    let setup = Setup::new(loaded, listed, &[])?;
    let observer = Mutex::new(Some(observer));
    // Threads that runs leave over go into the runs.
    let jobs = usize::try_from(effort.jobs as u64 / effort.runs.max(1)).map_or(1, |jobs| jobs.max(1));
    let one = |index: usize| {
        let mut first = if index == 0 { take(&observer) } else { None };
        let observer: &mut dyn Observer = match &mut first {
            Some(observer) => *observer,
            None => &mut (),
        };
        let (seed, played) = setup.play_run(index, jobs, observer)?;
        Ok(Kept {
            figures: setup.figures(seed, &played.outcome),
            readings: setup.readings(&played.outcome, 0),
            played: (index == 0).then_some(played),
        })
    };
    let runs = usize::try_from(effort.runs).unwrap_or(usize::MAX);
    let mut kept = in_order(runs, effort.jobs, progress, one)?;
    let played = kept.first_mut().and_then(|first| first.played.take()).unwrap_or_default();
    let by_run = (runs > 1).then(|| transposed(kept, listed.len(), loaded.scenario.expect.len()));
    Ok((setup.report(None, &played, by_run), played.outcome))
}

fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// By cache and by expectation what came by run.
fn transposed(kept: Vec<Kept>, caches: usize, expectations: usize) -> Runs {
    let mut runs = Runs { figures: vec![Vec::new(); caches], readings: vec![Vec::new(); expectations] };
    for one in kept {
        runs.figures.iter_mut().zip(one.figures).for_each(|(all, figures)| all.push(figures));
        runs.readings.iter_mut().zip(one.readings).for_each(|(all, value)| all.push(value));
    }
    runs
}
