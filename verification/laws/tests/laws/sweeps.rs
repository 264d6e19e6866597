//! W1 to W3: work in the background.

use rolesim::metrics::Metric;

use crate::days::{Setup, count, play, span};
use crate::lab::{Experiment, grid, requests};
use crate::table::{Judge, Line, Reading};
use crate::theory;

pub(crate) fn laws() -> Vec<Experiment> {
    let points = grid(&[(0.5, 0.37), (2.0, 0.11), (1.0, 2.3)], &[(0.2, 1.0), (4.0, 0.73)]);
    let mut laws: Vec<Experiment> = points.into_iter().map(|(x, period)| sweeps(x, period)).collect();
    laws.push(none());
    laws
}

/// W1 and W2. Users differ a little, and the sums are over their rates.
fn sweeps(x: f64, period: f64) -> Experiment {
    let parameters = format!("mean x = {x}, lognormal 0.3, P = {period} T");
    let lines = vec![
        Line::new("W1", "entries examined per sweep", parameters.clone())
            .rejects("only expired ones are examined"),
        Line::new("W2", "entries removed per sweep", parameters).rejects("every miss counts as a removal"),
    ];
    Experiment::new(lines, move |seed| {
        let plain = Setup::long_run(seed, x, requests());
        let setup = Setup { activity: "{lognormal: 0.3}".to_owned(), ..plain };
        let day = setup.scenario();
        let swept = format!("ttl:{}+sweep={}", span(1.0), span(period));
        let outcome = &play(&day, None, &[&swept])[0];
        let runs = count(outcome, Metric::BackgroundRuns);
        let per_sweep = |metric| count(outcome, metric) / runs;
        let rates = setup.rates(&day);
        let sum =
            |of: fn(f64, f64, f64) -> f64| rates.iter().map(|rate| of(*rate, *rate, period)).sum::<f64>();
        vec![
            Reading::new(
                sum(theory::examined),
                per_sweep(Metric::BackgroundChecks),
                per_sweep(Metric::BackgroundRemoved),
            ),
            Reading::new(
                sum(theory::removed),
                per_sweep(Metric::BackgroundRemoved),
                per_sweep(Metric::Loads),
            ),
        ]
    })
}

/// W3.
fn none() -> Experiment {
    let line = Line::new("W3", "event-driven: entries examined", "x = 1, μT = 0.1").judged(Judge::Exact);
    Experiment::one(line.rejects("a safety TTL by sweeping"), |seed| {
        let setup = Setup::new(seed, 100, 1.0, 20.0);
        let mut day = setup.scenario();
        day.day.script = setup.changes(0.1, 0.0);
        let swept = format!("ttl:{}+sweep={}", span(1.0), span(0.5));
        let outcomes = play(&day, None, &[&format!("event+ttl={}", span(1.0)), &swept]);
        let work = |index: usize| {
            let metrics = [Metric::BackgroundRuns, Metric::BackgroundChecks, Metric::BackgroundRemoved];
            metrics.map(|metric| count(&outcomes[index], metric)).iter().sum()
        };
        Reading::new(0.0, work(0), work(1))
    })
}
