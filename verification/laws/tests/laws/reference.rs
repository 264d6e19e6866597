//! A reference day: ten thousand users of very different activity, and two hundred role changes.
//!
//! Its table is in docs/theory.md. Users ask Poisson-distributed, each at a rate drawn from LogNormal(ln 12, 1.5) a day;
//! theory is summed over the rates that each run drew. Changes are so rare that none falls into the shadow of
//! another, and so few that the ends of the day don't show in outdated reads.

use rolesim::metrics::Metric;
use rolesim::model::Probability;

use crate::days::{Setup, count, play};
use crate::lab::{Experiment, SEEDS, measure};
use crate::table::{Line, Reading, Row, markdown};
use crate::theory;

/// A day in units of a hundred seconds.
const DAY: f64 = 864.0;
const USERS: u64 = 10_000;
const CHANGES: f64 = 200.0;

/// A cache of the table.
#[derive(Clone, Copy)]
struct Shown {
    spec: &'static str,
    name: &'static str,
    /// Lost events, of all.
    loss: f64,
    /// In units.
    life: Option<f64>,
    idle: bool,
}

const CACHES: [Shown; 7] = [
    Shown { spec: "ttl:30s", name: "ttl:30s", loss: 0.0, life: Some(0.3), idle: false },
    Shown { spec: "ttl:5m", name: "ttl:5m", loss: 0.0, life: Some(3.0), idle: false },
    Shown { spec: "ttl:1h", name: "ttl:1h", loss: 0.0, life: Some(36.0), idle: false },
    Shown { spec: "idle:1h", name: "idle:1h", loss: 0.0, life: Some(36.0), idle: true },
    Shown { spec: "event", name: "event", loss: 0.0, life: None, idle: false },
    Shown { spec: "event", name: "event, 1 % lost", loss: 0.01, life: None, idle: false },
    Shown { spec: "event+ttl=1h", name: "event+ttl=1h, 1 % lost", loss: 0.01, life: Some(36.0), idle: false },
];

/// What a user of some rate costs: misses of a day, and outdated reads for each role change.
struct PerUser {
    misses: theory::ByRate,
    outdated: theory::ByRate,
    /// Of the outdated reads of a change, the square, where it is known.
    square: Option<theory::ByRate>,
}

impl PerUser {
    fn new(cache: &Shown) -> Self {
        let tabled = |value: &dyn Fn(f64) -> f64| theory::ByRate::new(1e-6, 1e3, value);
        let changes = CHANGES / USERS as f64 / DAY;
        let lost = cache.loss;
        match (cache.life, cache.idle) {
            (None, _) => Self {
                misses: tabled(&|rate| theory::event_day_misses(rate, changes, DAY)),
                outdated: tabled(&|rate| lost * theory::lost_event_outdated(rate, DAY)),
                // All requests of a uniform part of the day.
                square: Some(tabled(&|rate| lost * uniform_square(rate * DAY))),
            },
            (Some(life), true) => Self {
                misses: tabled(&|rate| theory::idle_day_misses(rate, life, DAY)),
                outdated: tabled(&|rate| theory::idle_day_outdated_per_change(rate, life, DAY)),
                square: None,
            },
            (Some(life), false) => {
                let of_all = if cache.spec.starts_with("event") { lost } else { 1.0 };
                Self {
                    misses: tabled(&|rate| theory::ttl_day_misses(rate, life, DAY).0),
                    outdated: tabled(&|rate| of_all * theory::ttl_outdated_per_change(rate * life)),
                    square: Some(tabled(&|rate| {
                        of_all * theory::ttl_hits(rate * life) * uniform_square(rate * life)
                    })),
                }
            }
        }
    }
}

/// The mean square of a Poisson number whose mean is uniform from 0 to `most`.
fn uniform_square(most: f64) -> f64 {
    most * most / 3.0 + most / 2.0
}

/// Four lines of a cache: hit ratio, database reads, outdated reads, and the variance of these.
fn experiment(cache: Shown) -> Experiment {
    let line = |what| Line::new("day", what, cache.name);
    let lines = ["hit ratio", "database reads", "outdated reads", "their variance"].map(line).to_vec();
    let per_user = PerUser::new(&cache);
    Experiment::new(lines, move |seed| {
        // The mean of LogNormal(ln 12, 1.5) is 12·e^(1.5²/2).
        let mean = 12.0 * (1.5f64 * 1.5 / 2.0).exp();
        let setup =
            Setup { activity: "{lognormal: 1.5}".to_owned(), ..Setup::new(seed, USERS, mean / DAY, DAY) };
        let mut day = setup.scenario();
        day.day.script = setup.changes(CHANGES / USERS as f64 / DAY, 0.0);
        day.system.channel.loss = Probability::new(cache.loss).unwrap();
        let outcome = &play(&day, None, &[cache.spec])[0];
        let rates = setup.rates(&day);
        let sum = |of: &theory::ByRate| rates.iter().map(|rate| of.at(*rate)).sum::<f64>();
        let (misses, outdated) = (sum(&per_user.misses), sum(&per_user.outdated) / USERS as f64 * CHANGES);
        // Changes are a Poisson process, and each costs what its user makes of it: a compound Poisson number.
        let variance =
            per_user.square.as_ref().map_or(f64::NAN, |square| sum(square) / USERS as f64 * CHANGES);
        let requests = count(outcome, Metric::Requests);
        vec![
            Reading::alone(1.0 - misses / requests, count(outcome, Metric::HitRatio)),
            Reading::alone(misses, count(outcome, Metric::DbReads)),
            Reading::alone(outdated, count(outcome, Metric::OutdatedReads)),
            Reading::alone(variance, f64::NAN),
        ]
    })
}

/// Prints the table, and holds every figure against theory.
pub(crate) fn show() {
    let experiments: Vec<Experiment> = CACHES.into_iter().map(experiment).collect();
    let rows = measure(&experiments);
    let head = ["cache", "hit ratio", "theory", "database reads", "theory", "outdated reads", "theory"];
    let mut cells = vec![head.map(str::to_owned).to_vec()];
    cells.extend(rows.chunks(4).map(|of_cache| {
        let [hits, reads, outdated, _] = of_cache else { panic!("four lines for each cache") };
        let percent = |ratio: f64| format!("{:.2} %", 100.0 * ratio);
        let few = |value: f64| format!("{value:.*}", usize::from(value < 100.0));
        vec![
            hits.line.parameters.clone(),
            percent(hits.measured),
            percent(hits.theory),
            few(reads.measured),
            few(reads.theory),
            few(outdated.measured),
            few(outdated.theory),
        ]
    }));
    println!("\nA reference day, the mean of twenty\n\n{}", markdown(&cells));
    for of_cache in rows.chunks(4) {
        let [hits, reads, outdated, variance] = of_cache else { panic!("four lines for each cache") };
        for Row { line, z, .. } in [hits, reads] {
            assert!(z.abs() <= 4.0, "{}, {}: z = {z:.2}", line.parameters, line.what);
        }
        let z = z_of_rare(outdated, variance.theory);
        assert!(z.abs() <= 4.0, "{}, outdated reads: z = {z:.2}", outdated.line.parameters);
    }
}

/// A handful of lost events, most of them of users who hardly ask: twenty days cannot tell their own error, so it comes
/// from theory where that knows it.
fn z_of_rare(outdated: &Row, variance: f64) -> f64 {
    if variance > 0.0 {
        (outdated.measured - outdated.theory) / (variance / SEEDS as f64).sqrt()
    } else {
        outdated.z
    }
}
