//! The engine with the real cache against the plain simulator, answer by answer and counter by counter.
//!
//! The plain simulator was written from the rules alone, without sight of the engine, and shares no code
//! with it. A difference prints the seed that replays it, and the smallest day that still shows it.

mod shrink;

use rolesim::cache::Applied;
use rolesim::metrics::{Measured, Metric, Value};
use rolesim::model::{Span, UserId};
use rolesim::policy::PolicySpec;
use rolesim::sim::{Answered, Moment, Observer, Plan, RequestOutcome, Scene, simulate};

use self::shrink::smallest;
use crate::naive::{self, Answer, Coming, Counts, Outcome};
use crate::random_day::{RandomDay, random_day};
use crate::tier;

/// Days that CI tries, each with eight caches.
const DAYS: u64 = 4_000;

/// Keeps every answer with the position of its request, by which the plain simulator sorts.
#[derive(Default)]
struct Answers(Vec<(u64, UserId, Answered)>);

impl Observer for Answers {
    fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        self.0.push((answered.position, scene.users.id(answered.request.user).clone(), *answered));
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

fn engine(random: &RandomDay, cache: &PolicySpec, spans: &[Span]) -> (Vec<Answer>, Measured) {
    let plan = Plan { spans, ..Plan::new(&random.day, &random.system, [cache]) };
    let mut observer = Answers::default();
    let mut outcome = simulate(&plan, None, &mut observer).unwrap();
    observer.0.sort_by_key(|(position, ..)| *position);
    let answers = observer.0.into_iter().map(|(_, user, answered)| Answer {
        step: answered.request.step as usize,
        start_us: answered.request.at_us,
        user,
        outcome: match answered.outcome {
            RequestOutcome::Hit => Outcome::Hit,
            RequestOutcome::Load => Outcome::Load,
            RequestOutcome::Coalesced => Outcome::Coalesced,
            RequestOutcome::Failed => Outcome::Failed,
        },
        row: answered.row.map(|row| (row.role.0, row.version.0)),
        answered_us: answered.at_us,
    });
    (answers.collect(), outcome.caches.remove(0).total)
}

/// The spans of `fresh_within`.
fn spans() -> [Span; 2] {
    ["10s", "5m"].map(|text| text.parse().unwrap())
}

/// The smallest of the sorted values that at least `percent` of a hundred do not exceed.
fn nearest_rank(sorted: &[u64], percent: usize) -> Value {
    match (sorted.len() * percent).div_ceil(100) {
        0 => Value::Undefined,
        rank => Value::Micros(sorted[rank - 1].into()),
    }
}

/// A metric by the rules.
pub(crate) fn expected(counts: &Counts, metric: Metric) -> Value {
    let misses = counts.loads + counts.coalesced + counts.failed;
    let answered = counts.requests - counts.failed;
    let count = |value: u64| Value::Count(value);
    match metric {
        Metric::Requests => count(counts.requests),
        Metric::Hits => count(counts.hits),
        Metric::Misses => count(misses),
        Metric::Loads => count(counts.loads),
        Metric::Coalesced => count(counts.coalesced),
        Metric::Failed => count(counts.failed),
        Metric::HitRatio => Value::ratio(counts.hits, counts.requests),
        Metric::DbReads => count(counts.db_reads),
        Metric::DbWrites => count(counts.db_writes),
        Metric::DbReadsPeak1s => count(counts.db_reads_peak_1s),
        Metric::DbReadsPeak60s => count(counts.db_reads_peak_60s),
        Metric::Events => count(counts.events),
        Metric::EventsDelivered => count(counts.events_delivered),
        Metric::EventsLost => count(counts.events_lost),
        Metric::UpdatesFailed => count(counts.updates_failed),
        Metric::UpdatesRejected => count(counts.updates_rejected),
        Metric::FillsRejected => count(counts.fills_rejected),
        Metric::OutdatedReads => count(counts.outdated_reads),
        Metric::StaleReads => count(counts.stale_reads),
        Metric::StaleGrants => count(counts.stale_grants),
        Metric::StaleDenials => count(counts.stale_denials),
        Metric::Freshness if answered == 0 => Value::Undefined,
        Metric::Freshness => Value::Ratio(1.0 - counts.stale_reads as f64 / answered as f64),
        Metric::StaleAgeP50 => nearest_rank(&counts.stale_ages_us, 50),
        Metric::StaleAgeP95 => nearest_rank(&counts.stale_ages_us, 95),
        Metric::StaleAgeP99 => nearest_rank(&counts.stale_ages_us, 99),
        Metric::StaleAgeMax => nearest_rank(&counts.stale_ages_us, 100),
        Metric::ExposedChanges => count(counts.exposed_changes),
        Metric::ExposedRevocations => count(counts.exposed_revocations),
        Metric::WindowSum => Value::Micros(counts.window_sum_us),
        Metric::WindowP50 => nearest_rank(&counts.windows_us, 50),
        Metric::WindowP95 => nearest_rank(&counts.windows_us, 95),
        Metric::WindowMax => nearest_rank(&counts.windows_us, 100),
        Metric::BackgroundRuns => count(counts.background_runs),
        Metric::BackgroundChecks => count(counts.background_checks),
        Metric::BackgroundRemoved => count(counts.background_removed),
        Metric::CacheSize => count(counts.cache_size),
        Metric::CacheSizePeak => count(counts.cache_size_peak),
        Metric::LatencyP50 => nearest_rank(&counts.latencies_us, 50),
        Metric::LatencyP95 => nearest_rank(&counts.latencies_us, 95),
        Metric::LatencyP99 => nearest_rank(&counts.latencies_us, 99),
        Metric::LatencyMax => nearest_rank(&counts.latencies_us, 100),
        Metric::Refreshes => count(counts.refreshes),
        Metric::Polls => count(counts.polls),
        Metric::DbRows => count(counts.db_rows),
        Metric::DbChecks => count(counts.db_checks),
        Metric::StaleServed => count(counts.stale_served),
        Metric::L2Hits => count(counts.l2_hits),
        Metric::L2Misses => count(counts.l2_misses),
        Metric::Regressions => count(counts.regressions),
        Metric::SettledP50 => nearest_rank(&counts.settled_us, 50),
        Metric::SettledP95 => nearest_rank(&counts.settled_us, 95),
        Metric::SettledMax => nearest_rank(&counts.settled_us, 100),
        // It follows from the rules without a run, which only bounds the windows.
        Metric::GuaranteedWindow => Value::Undefined,
        Metric::RevocationsAsked => count(counts.revocations_asked),
        Metric::FreshWithin(span) => match counts.fresh_within.iter().find(|(us, _)| *us == span.us()) {
            Some((_, fresh)) if answered > 0 => {
                Value::Ratio(1.0 - (answered - fresh) as f64 / answered as f64)
            }
            _ => Value::Undefined,
        },
    }
}

/// The first thing in which the two disagree about a day, if there is any.
fn difference(random: &RandomDay, cache: &PolicySpec) -> Option<String> {
    let spans = spans();
    let (answers, measured) = engine(random, cache, &spans);
    let guaranteed_us = measured.get(Metric::GuaranteedWindow).whole().map(|us| us as u64);
    let (system, coming) = Coming::apart(&random.day, &random.system);
    let coming = Coming {
        slo_us: spans.iter().map(|span| span.us()).collect(),
        settling: true,
        asked_within_us: guaranteed_us,
        ..coming
    };
    let plain = naive::simulate_with(&random.day, &system, cache, &coming);
    let longest_us = plain.counts.windows_us.last().copied();
    if let (Some(guaranteed_us), Some(longest_us)) = (guaranteed_us, longest_us)
        && longest_us > guaranteed_us
    {
        return Some(format!("a window of {longest_us} us, and {guaranteed_us} us are guaranteed"));
    }
    for (index, (engine, plain)) in answers.iter().zip(&plain.answers).enumerate() {
        if engine != plain {
            return Some(format!("request {index}: the engine {engine:?}, the rules {plain:?}"));
        }
    }
    if answers.len() != plain.answers.len() {
        return Some(format!("answers: the engine {}, the rules {}", answers.len(), plain.answers.len()));
    }
    let differs = |metric: &Metric| measured.get(*metric) != expected(&plain.counts, *metric);
    measured.metrics().filter(|metric| *metric != Metric::GuaranteedWindow).find(differs).map(|metric| {
        let (engine, plain) = (measured.get(metric), expected(&plain.counts, metric));
        format!("{metric}: the engine {engine:?}, the rules {plain:?}")
    })
}

#[test]
fn the_engine_answers_as_the_plain_simulator_does() {
    for random in tier::seeds(DAYS).map(random_day) {
        for cache in &random.caches {
            if let Some(first) = difference(&random, cache) {
                let small = smallest(&random, cache, &difference);
                panic!("random_day({}) with {cache:?}: {first}\nThe smallest: {small}", random.seed);
            }
        }
    }
}

#[test]
fn a_cache_is_measured_alike_alone_and_beside_others() {
    for seed in tier::seeds(200) {
        let random = random_day(seed);
        let plan = random.plan();
        let together = simulate(&plan, None, &mut ()).unwrap();
        for (cache, outcome) in random.caches.iter().zip(together.caches) {
            assert_eq!(engine(&random, cache, &[]).1, outcome.total, "random_day({seed}) {cache:?}");
        }
    }
}
