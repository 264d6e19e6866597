//! From a scenario to a report: which caches, which readings, one pass, and the verdicts.

use super::failure::{Exit, Failure};
use super::guarantee;
use super::load::{Loaded, Trace};
use crate::gate::{Expectation, judge, verdict};
use crate::metrics::Value;
use crate::model::{Day, DayTime, OddBeginning, shown};
use crate::policy::{CacheSpec, PolicySpec};
use crate::report::{CacheResult, Incident, Replayed, Report, RunFigures, ScenarioInfo};
use crate::scenario::{Scenario, digest};
use crate::sim::{CacheOutcome, External, Observer, Outcome, Plan, simulate_on};
use crate::trace::{Counts, Replay};
use crate::workload::{RecordedDay, Workload, run_seed};

/// A cache that a user of the crate wrote.
pub(crate) struct Own<'a> {
    pub(crate) label: String,
    pub(crate) cache: External<'a>,
}

/// What reports and errors say in place of a spec if a cache has none.
pub(crate) const OWN: &str = "own";

/// Runs the day once with a cache of the caller's in the place of the scenario's own; `listed` are others. Judges as
/// [`replications::run`](super::replications::run) does.
pub(crate) fn run_beside(
    loaded: &Loaded,
    own: Own<'_>,
    listed: &[CacheSpec],
) -> Result<(Report, Outcome), Failure> {
    // Where the caller's cache stands in for the scenario's, that one can still be meant by its label.
    let setup = Setup::new(loaded, listed, std::slice::from_ref(&loaded.scenario.cache))?;
    let Own { label, cache } = own;
    let mut plan = setup.plan(&loaded.scenario.day);
    plan.caches.insert(0, &cache);
    let played = simulated(loaded, plan, 1, &mut ())?;
    Ok((setup.report(Some(label), &played, None), played.outcome))
}

/// What is settled before a day is run, however often.
pub(super) struct Setup<'a> {
    pub(super) loaded: &'a Loaded,
    listed: &'a [CacheSpec],
    /// Those listed, and those that only an expectation names.
    policies: Vec<PolicySpec>,
    /// The cache that each expectation means; the first that is simulated where it names none.
    places: Vec<Option<usize>>,
    checkpoints: Vec<DayTime>,
}

/// What one run gave.
#[derive(Default)]
pub(crate) struct Played {
    pub(crate) outcome: Outcome,
    pub(crate) trace: Option<ReadTrace>,
}

/// What is known of a recorded day once it was read.
pub(crate) struct ReadTrace {
    replayed: Replayed,
    digest: String,
}

impl ReadTrace {
    fn new(rows: &Replay, outside_clock: u64) -> Self {
        Self { replayed: replayed(rows.counts(), outside_clock, rows.odd_beginning()), digest: rows.digest() }
    }
}

/// What became of rows, as reports say it.
pub(crate) fn replayed(counts: Counts, outside_clock: u64, odd_beginning: Option<OddBeginning>) -> Replayed {
    let Counts { rows, requests, changes, named, sets, deletes, neither, no_user, filtered, hosts } = counts;
    let used = requests + changes - outside_clock;
    Replayed {
        rows,
        used,
        outside_clock,
        sets,
        deletes,
        neither,
        no_user,
        filtered,
        hosts,
        named,
        odd_beginning,
    }
}

/// What several runs gave next to the first one's outcome.
pub(super) struct Runs {
    /// For each listed cache each run.
    pub(super) figures: Vec<Vec<RunFigures>>,
    /// For each expectation what each run measured.
    pub(super) readings: Vec<Vec<Value>>,
}

impl<'a> Setup<'a> {
    pub(super) fn new(
        loaded: &'a Loaded,
        listed: &'a [CacheSpec],
        replaced: &[CacheSpec],
    ) -> Result<Self, Failure> {
        let scenario = &loaded.scenario;
        let others: Vec<CacheSpec> = replaced.iter().chain(&scenario.compare).cloned().collect();
        let (caches, places) = caches(listed, &others, &scenario.expect)?;
        let mut checkpoints: Vec<DayTime> = scenario.expect.iter().filter_map(|one| one.at).collect();
        checkpoints.sort_unstable();
        checkpoints.dedup();
        let policies = caches.into_iter().map(|spec| spec.policy).collect();
        Ok(Self { loaded, listed, policies, places, checkpoints })
    }

    /// What is simulated of a day, the scenario's or the same with another seed.
    fn plan<'p>(&'p self, day: &'p Day) -> Plan<'p> {
        let system = &self.loaded.scenario.system;
        let (checkpoints, spans) = (&self.checkpoints, &self.loaded.scenario.slo);
        Plan { checkpoints, spans, ..Plan::new(day, system, &self.policies) }
    }

    /// Runs the scenario's day, or a later one of several runs, without looking on and on at most this many threads; also
    /// what decided its draws.
    pub(super) fn play_run(
        &self,
        run: usize,
        jobs: usize,
        observer: &mut dyn Observer,
    ) -> Result<(u64, Played), Failure> {
        let day = &self.loaded.scenario.day;
        let seed = run_seed(day.seed, run as u64);
        if run == 0 {
            return Ok((seed, simulated(self.loaded, self.plan(day), jobs, observer)?));
        }
        let day = Day { seed, ..day.clone() };
        match simulated(self.loaded, self.plan(&day), jobs, observer) {
            Ok(played) => Ok((seed, played)),
            Err(failure) => Err(failure.of(&format!("run {}, which is --seed {seed}", run + 1))),
        }
    }

    /// What a run gave for each listed cache.
    pub(super) fn figures(&self, seed: u64, outcome: &Outcome) -> Vec<RunFigures> {
        let listed = outcome.caches.iter().take(self.listed.len());
        let figures = |cache: &CacheOutcome| RunFigures {
            seed,
            fingerprint: cache.fingerprint,
            metrics: cache.total.clone(),
        };
        listed.map(figures).collect()
    }

    /// What a run measured of each expectation. `shift` is how many caches came before those of the setup.
    pub(super) fn readings(&self, outcome: &Outcome, shift: usize) -> Vec<Value> {
        let reading = |(expectation, place): (&Expectation, &Option<usize>)| {
            let cache = &outcome.caches[place.map_or(0, |place| place + shift)];
            let at = expectation.at.and_then(|at| self.checkpoints.binary_search(&at).ok());
            at.map_or(&cache.total, |index| &cache.readings[index]).get(expectation.metric)
        };
        self.loaded.scenario.expect.iter().zip(&self.places).map(reading).collect()
    }

    /// The report of an outcome, which is the first one's where there were several runs.
    pub(super) fn report(&self, own: Option<String>, played: &Played, runs: Option<Runs>) -> Report {
        let outcome = &played.outcome;
        let scenario = &self.loaded.scenario;
        let shift = usize::from(own.is_some());
        let count = runs.as_ref().and_then(|runs| runs.figures.first()).map_or(1, |runs| runs.len() as u64);
        let (figures, readings) = match runs {
            Some(Runs { figures, readings }) => (figures, readings),
            None => (Vec::new(), self.readings(outcome, shift).into_iter().map(|one| vec![one]).collect()),
        };
        let seeds: Vec<u64> = match figures.first() {
            Some(runs) => runs.iter().map(|run| run.seed).collect(),
            None => vec![scenario.day.seed],
        };
        let expectations: Vec<_> = scenario
            .expect
            .iter()
            .zip(readings)
            .map(|(expectation, readings)| {
                let by_seed: Vec<_> = seeds.iter().copied().zip(readings).collect();
                judge(expectation.clone(), &by_seed)
            })
            .collect();
        let own = own.map(|label| (OWN.to_owned(), label));
        let names = self.listed.iter().map(|spec| (spec.policy.to_string(), spec.title()));
        let mut figures = figures.into_iter();
        let results =
            own.into_iter().chain(names).zip(&outcome.caches).map(|((cache, label), measured)| CacheResult {
                cache,
                label,
                fingerprint: measured.fingerprint,
                metrics: measured.total.clone(),
                hourly: measured.hourly.clone(),
                runs: figures.next().unwrap_or_default(),
            });
        Report {
            scenario: scenario_info(scenario, count, played.trace.as_ref()),
            results: results.collect(),
            gate: None,
            choice: None,
            verdict: verdict(&expectations, None),
            expectations,
        }
    }
}

/// Simulates a plan on at most `threads` threads, over the recorded day if there is one. All that simulates goes through
/// here: so everything keeps within the limit of memory, and every cache is held to what it promises.
///
/// # Errors
/// Whatever may end a simulation, and a promise that was broken.
pub(super) fn simulated(
    loaded: &Loaded,
    plan: Plan<'_>,
    threads: usize,
    observer: &mut dyn Observer,
) -> Result<Played, Failure> {
    let plan = Plan { memory_bytes: loaded.memory_bytes, ..plan };
    let mut rows = loaded.trace.as_ref().map(|trace| trace.open(threads)).transpose()?;
    let recorded = rows.as_mut().map(|rows| rows as &mut dyn RecordedDay);
    let outcome = simulate_on(threads, &plan, recorded, observer).map_err(|error| loaded.failure(error))?;
    hold_promises(loaded, &plan, &outcome)?;
    let trace = rows.map(|rows| ReadTrace::new(&rows, outcome.skipped_rows));
    Ok(Played { outcome, trace })
}

/// Holds every cache of a plan to what it promises, where the plan's system lets it.
fn hold_promises(loaded: &Loaded, plan: &Plan<'_>, outcome: &Outcome) -> Result<(), Failure> {
    if !guarantee::is_due(plan.day, plan.system) {
        return Ok(());
    }
    let measured = outcome.caches.iter().map(|cache| &cache.total);
    guarantee::hold_all(&plan.caches, measured, &loaded.file, plan.day.seed)
}

/// Identifies the day, the rows of its recorded day included once they were read.
pub(super) fn digest_of(scenario: &Scenario, trace: Option<&ReadTrace>) -> String {
    trace.map_or_else(|| scenario.digest.clone(), |trace| digest(&scenario.day, Some(&trace.digest)))
}

/// What was run, and how often.
pub(crate) fn scenario_info(scenario: &Scenario, runs: u64, trace: Option<&ReadTrace>) -> ScenarioInfo {
    ScenarioInfo {
        name: scenario.name.clone(),
        description: scenario.description.clone(),
        digest: digest_of(scenario, trace),
        seed: scenario.day.seed,
        runs,
        trace: trace.map(|trace| trace.replayed.clone()),
        incidents: Incident::all(&scenario.day, &scenario.system),
    }
}

/// Whether a day could be run: what `run` would find before it begins, and in its recorded day.
pub(crate) fn check(loaded: &Loaded) -> Result<(), Failure> {
    let Scenario { cache, compare, expect, .. } = &loaded.scenario;
    let listed = side_by_side(cache, compare.iter().cloned())?;
    caches(&listed, &[], expect)?;
    loaded.trace.as_ref().map_or(Ok(()), Trace::check)?;
    drawn(loaded)
}

/// Whether the day can be drawn: whether each drawn role change finds somebody.
fn drawn(loaded: &Loaded) -> Result<(), Failure> {
    let day = &loaded.scenario.day;
    if day.role_changes.is_none() {
        return Ok(());
    }
    let mut rows = loaded.trace.as_ref().map(|trace| trace.open(1)).transpose()?;
    let recorded = rows.as_mut().map(|rows| rows as &mut dyn RecordedDay);
    Workload::new(day, recorded).map(drop).map_err(|error| loaded.failure(error.into()))
}

/// The caches to simulate, and which of them each expectation means: a listed one or one of the scenario's
/// other ones by label, or any cache by its spec; `None` if it names none.
fn caches(
    listed: &[CacheSpec],
    others: &[CacheSpec],
    expect: &[Expectation],
) -> Result<(Vec<CacheSpec>, Vec<Option<usize>>), Failure> {
    let mut caches = listed.to_vec();
    let mut places = Vec::new();
    for expectation in expect {
        let Some(name) = &expectation.cache else {
            places.push(None);
            continue;
        };
        let labelled = caches.iter().chain(others).find(|spec| spec.title() == *name).cloned();
        let spec = labelled.map_or_else(|| name.parse::<CacheSpec>(), Ok).map_err(|error| {
            let line = format!(
                "an expectation of `{}` names the cache {}, which is not a label here: {error}",
                expectation.metric,
                shown(name)
            );
            Failure::new(Exit::Wrong, line)
        })?;
        places.push(Some(caches.iter().position(|known| known.policy == spec.policy).unwrap_or_else(|| {
            caches.push(spec);
            caches.len() - 1
        })));
    }
    Ok((caches, places))
}

/// Adds caches to a list, each once.
///
/// # Errors
/// When two different caches would have one label.
pub(crate) fn side_by_side(
    own: &CacheSpec,
    others: impl IntoIterator<Item = CacheSpec>,
) -> Result<Vec<CacheSpec>, Failure> {
    let mut list = vec![own.clone()];
    for spec in others {
        match list.iter().find(|known| known.title() == spec.title()) {
            Some(known) if known.policy == spec.policy => {}
            Some(_) => {
                let line = format!("two different caches are called {}", shown(&spec.title()));
                return Err(Failure::new(Exit::Wrong, line));
            }
            None => list.push(spec),
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Measured, Metric};
    use crate::policy::NONE;
    use crate::run::load::load_bytes;
    use crate::scenario::Limits;

    /// An outcome whose one cache gave this number of outdated answers.
    fn lying(outdated: u64) -> Outcome {
        let count = |metric| if metric == Metric::OutdatedReads { outdated } else { 0 };
        let total = Measured::collect(&[], |metric| Value::Count(count(metric)));
        let cache = CacheOutcome { total, readings: Vec::new(), hourly: Vec::new(), fingerprint: 0 };
        Outcome { caches: vec![cache], ..Outcome::default() }
    }

    #[test]
    fn an_outdated_answer_breaks_a_promise_that_is_due() {
        let (event, none) = (PolicySpec::default(), PolicySpec::of(&NONE));
        for (text, cache, outdated, exit) in [
            ("{}", &event, 3, Some(Exit::Broken)),
            ("{}", &event, 0, None),
            ("channel: {delay: 1s}", &event, 3, None),
            ("{}", &none, 3, None),
        ] {
            let loaded =
                load_bytes(text.as_bytes(), "day.yaml", std::path::Path::new(""), &[], &Limits::default());
            let loaded = loaded.unwrap();
            let Scenario { day, system, .. } = &loaded.scenario;
            let held = hold_promises(&loaded, &Plan::new(day, system, [cache]), &lying(outdated));
            assert_eq!(held.err().map(|failure| failure.exit), exit, "{text}");
        }
    }
}
