//! H7 to H10: caches that forget nothing by themselves, from a cold start.

use rolesim::cache::{Applied, OnEvent};
use rolesim::metrics::Metric;
use rolesim::model::{Action, DayTime, Step};
use rolesim::scenario::Scenario;
use rolesim::sim::{Answered, Moment, Observer, RequestOutcome, Scene};

use crate::days::{Setup, count, play, us, watch};
use crate::lab::{Experiment, crowd, grid, requests};
use crate::map::{Map, Slip};
use crate::table::{Judge, Line, Reading};
use crate::theory;

pub(crate) fn laws() -> Vec<Experiment> {
    let mut laws = Vec::new();
    let hours = "[0, 0, 0, 1, 0, 0, 0, 0, 9, 9, 1, 1, 1, 1, 1, 0, 0, 0, 5, 0, 0, 0, 0, 2]";
    laws.extend(["flat", "day", hours].map(cold_misses));
    laws.push(spread_of_cold_misses());
    laws.extend(grid(&[0.2, 1.0], &[5.0]).into_iter().map(written_uncached));
    laws.extend(["{zipf: 1.1}", "{lognormal: 1.5}"].map(distinct));
    laws.extend(grid(&[1, 5], &[20]).into_iter().map(restarts));
    laws.extend(grid(&[(1.0, 0.5), (1.0, 3.0)], &[(4.0, 1.0), (0.2, 0.2)]).into_iter().map(invalidated));
    laws.extend(grid(&[2, 4], &[16]).into_iter().map(spread_over_replicas));
    laws.push(sticky());
    laws
}

/// Users of a day from cold: half of them ask once or not at all.
fn cold(seed: u64) -> Setup {
    // 864 units of a hundred seconds are a day, so that shapes have their 24 hours.
    Setup { activity: "{lognormal: 1.5}".to_owned(), ..Setup::new(seed, 5 * crowd(), 3.0 / 864.0, 864.0) }
}

fn asked(rates: &[f64], end: f64) -> f64 {
    rates.iter().map(|rate| theory::event_day_misses(*rate, 0.0, end)).sum()
}

/// H7, the same for any shape of the day.
fn cold_misses(shape: &'static str) -> Experiment {
    let named = if shape.starts_with('[') { "24 weights" } else { shape };
    let line =
        Line::new("H7", "event: cold misses of a day", format!("lognormal 1.5, mean 3 a day, shape {named}"));
    Experiment::one(line.rejects("entries live for half a day"), move |seed| {
        let setup = Setup { traffic: format!("shape: {shape}"), ..cold(seed) };
        let day = setup.scenario();
        let outcomes = play(&day, Some(Map::ttl(us(432.0), Slip::None)), &["event"]);
        let misses = |index: usize| count(&outcomes[index], Metric::Misses);
        Reading::new(asked(&setup.rates(&day), setup.end), misses(1), misses(0))
    })
}

/// Which users missed, by the scenario's id.
struct Missed(Vec<f64>);

impl Observer for Missed {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        // The population is numbered first, in order, so a dense number is the id less one.
        self.0[answered.request.user as usize] += f64::from(answered.outcome == RequestOutcome::Load);
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

/// H7's variance Σp(1−p), over groups of a hundred users: a run of all of them would give one value for each seed.
fn spread_of_cold_misses() -> Experiment {
    let line = Line::new("H7", "  their squared deviation per Σp(1−p)", "in groups of 100 users");
    Experiment::one(line.rejects("users come in pairs"), move |seed| {
        let setup = cold(seed);
        let day = setup.scenario();
        let mut missed = Missed(vec![0.0; setup.users as usize]);
        watch(&day, None, &["event"], &mut missed);
        let rates = setup.rates(&day);
        let deviation = |missed: &[f64]| {
            let groups = rates.chunks(100).zip(missed.chunks(100)).map(|(rates, missed)| {
                let p = |rate: &f64| theory::event_day_misses(*rate, 0.0, 864.0);
                let variance: f64 = rates.iter().map(|rate| p(rate) * (1.0 - p(rate))).sum();
                (missed.iter().sum::<f64>() - asked(rates, 864.0)).powi(2) / variance
            });
            groups.sum::<f64>() / (rates.len() as f64 / 100.0)
        };
        let in_pairs: Vec<f64> = missed.0.chunks(2).flat_map(|pair| [pair[0], pair[0]]).collect();
        Reading::new(1.0, deviation(&missed.0), deviation(&in_pairs))
    })
}

/// H7 with role changes that write users who were not cached.
fn written_uncached(changes: f64) -> Experiment {
    let line = Line::new("H7", "event, with role changes: cold misses", format!("λD = 2, μ = {changes} λ"));
    Experiment::one(line.rejects("events write only what is cached"), move |seed| {
        let setup = Setup::new(seed, crowd(), 1.0, 2.0);
        let mut day = setup.scenario();
        day.day.script = setup.changes(changes, 0.0);
        let outcomes = play(&day, None, &["event", "event+on-event=update-if-present"]);
        let misses = |index: usize| count(&outcomes[index], Metric::Misses) / setup.users as f64;
        Reading::new(theory::event_day_misses(1.0, changes, 2.0), misses(0), misses(1))
    })
}

/// H8. Here the total is fixed, and theory is exact for it.
fn distinct(activity: &'static str) -> Experiment {
    let line = Line::new("H8", "distinct users among N requests", format!("{activity}, N = 2 users"));
    Experiment::one(line.rejects("all users alike"), move |seed| {
        let users = 5 * crowd();
        let (of_each, activity) = (2.0, activity.to_owned());
        let drawn = Setup { activity, ..Setup::new(seed, users, of_each, 1.0) };
        let exact = |setup: &Setup| {
            let mut day = setup.scenario();
            day.day.traffic.as_mut().unwrap().requests = 2 * users;
            day
        };
        let day = exact(&drawn);
        let misses = |day| count(&play(day, None, &["event"])[0], Metric::Misses);
        let requests = 2.0 * users as f64;
        let shares = drawn.rates(&day).into_iter().map(|rate| rate / requests);
        let expected = shares.map(|share| -(requests * (-share).ln_1p()).exp_m1()).sum();
        Reading::new(expected, misses(&day), misses(&exact(&Setup::new(seed, users, of_each, 1.0))))
    })
}

/// H9 with restarts: the sum over the pieces between them.
fn restarts(count_of: u32) -> Experiment {
    let line = Line::new(
        "H9",
        "event, restarts: cold misses",
        format!("k = {count_of}, lognormal 1.5, mean 3 a day"),
    );
    Experiment::one(line.rejects("entries survive a restart"), move |seed| {
        let setup = cold(seed);
        let mut day = setup.scenario();
        let pieces = count_of + 1;
        // Unequal pieces: the squares' shares of the day.
        let bound = |k: u32| 864.0 * (f64::from(k) / f64::from(pieces)).powi(2);
        let restart = |k| Step { at: DayTime(us(bound(k))), action: Action::Restart(None) };
        day.day.script = (1..pieces).map(restart).collect();
        let wrong = Map::event(OnEvent::Update, None, Slip::SurvivesRestart);
        let outcomes = play(&day, Some(wrong), &["event"]);
        let misses = |index: usize| count(&outcomes[index], Metric::Misses);
        let rates = setup.rates(&day);
        let expected = (0..pieces).map(|k| asked(&rates, bound(k + 1) - bound(k))).sum();
        Reading::new(expected, misses(1), misses(0))
    })
}

fn with_replicas(setup: &Setup, replicas: u32, routing: &str) -> Scenario {
    setup.clone().with(format!("replicas: {{count: {replicas}, routing: {routing}}}")).scenario()
}

/// H9 with replicas: each sees its part of every user's requests.
fn spread_over_replicas(replicas: u32) -> Experiment {
    let line =
        Line::new("H9", "event, random routing: cold misses", format!("R = {replicas}, lognormal 1.5"));
    Experiment::one(line.rejects("a user always reaches the same"), move |seed| {
        let setup = cold(seed);
        let random = with_replicas(&setup, replicas, "random");
        let misses = |day| count(&play(day, None, &["event"])[0], Metric::Misses);
        let parts = f64::from(replicas);
        let expected = parts * asked(&setup.rates(&random), setup.end / parts);
        Reading::new(expected, misses(&random), misses(&with_replicas(&setup, replicas, "sticky")))
    })
}

/// H9: where a user always reaches the same replica, there might as well be one.
fn sticky() -> Experiment {
    let line =
        Line::new("H9", "event, sticky routing: misses beyond one replica's", "R = 4").judged(Judge::Exact);
    Experiment::one(line.rejects("random routing"), move |seed| {
        let setup = cold(seed);
        let misses = |day| count(&play(&day, None, &["event"])[0], Metric::Misses);
        let alone = misses(setup.scenario());
        let beyond = |routing| misses(with_replicas(&setup, 4, routing)) - alone;
        Reading::new(0.0, beyond("sticky"), beyond("random"))
    })
}

/// H10.
fn invalidated((rate, changes): (f64, f64)) -> Experiment {
    let line =
        Line::new("H10", "on-event=invalidate: reads per user", format!("λ = {rate}, μ = {changes}, D = 8"));
    Experiment::one(line.rejects("an event with the same role drops nothing"), move |seed| {
        let users = (requests() / (8.0 * rate.max(changes))).ceil() as u64;
        let setup = Setup::new(seed, users, rate, 8.0);
        let mut day = setup.scenario();
        day.day.script = setup.changes(changes, 0.0);
        let wrong = Map::event(OnEvent::Invalidate, None, Slip::SameRoleIgnored);
        let outcomes = play(&day, Some(wrong), &["event+on-event=invalidate"]);
        let reads = |index: usize| count(&outcomes[index], Metric::DbReads) / users as f64;
        Reading::new(theory::invalidated_day_misses(rate, changes, 8.0), reads(1), reads(0))
    })
}
