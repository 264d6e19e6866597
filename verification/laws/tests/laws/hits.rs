//! H1 to H6 and H12: hits and database reads of caches that forget.

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use rolesim::cache::Applied;
use rolesim::metrics::Metric;
use rolesim::sim::{Answered, Moment, Observer, RequestOutcome, Scene};
use rolesim::workload::{RecordedDay, RecordedError, RecordedRows, RowKind, Users};

use crate::days::{Setup, count, decoded, play, replay, share, span, us, watch};
use crate::lab::{Experiment, crowd, grid, nightly, requests};
use crate::map::{Map, Slip};
use crate::table::{Judge, Line, Reading};
use crate::theory;

pub(crate) fn laws() -> Vec<Experiment> {
    let mut laws = Vec::new();
    laws.extend(grid(&[0.3, 1.0, 3.0], &[0.1, 10.0]).into_iter().map(long_run));
    laws.extend(grid(&[0.5, 2.0], &[8.0]).into_iter().map(bursts));
    laws.extend([(60, 20), (50, 20), (60, 25), (60, 60), (60, 61)].map(|(life, gap)| apart(life, gap)));
    laws.extend(
        grid(&[(1.0, 20.0), (3.0, 20.0), (10.0, 20.0)], &[(0.1, 50.0), (1.0, 200.0)])
            .into_iter()
            .map(cold_day),
    );
    laws.push(cold_day_drawn());
    laws.extend(grid(&[(1.0, 0.5), (3.0, 0.2)], &[(4.0, 1.0), (0.3, 0.1)]).into_iter().map(single_flight));
    laws.extend(grid(&[0.3, 1.0, 3.0], &[5.0]).into_iter().map(idle_long_run));
    laws.extend(grid(&[0.3, 1.0, 3.0], &[5.0]).into_iter().map(idle_cold_day));
    laws.extend(grid(&[100, 300], &[30, 600]).into_iter().map(least_recently_used));
    laws
}

/// H1.
fn long_run(x: f64) -> Experiment {
    let line =
        Line::new("H1", "TTL, long run: hit ratio", format!("x = {x}")).rejects("every hit renews the life");
    Experiment::one(line, move |seed| {
        let day = Setup::long_run(seed, x, requests()).scenario();
        let wrong = Map::ttl(us(1.0), Slip::HitsRenew);
        let outcomes = play(&day, Some(wrong), &[&format!("ttl:{}", span(1.0))]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Requests);
        Reading::new(theory::ttl_hits(x), ratio(1), ratio(0))
    })
}

/// Requests of many users by renewal processes, as a recorded day.
struct Renewals {
    rows: Vec<(u64, u64)>,
    next: usize,
}

impl RecordedDay for Renewals {
    fn next_rows(&mut self, users: &mut Users, rows: &mut RecordedRows) -> Result<(), RecordedError> {
        let next = self.rows.iter().skip(self.next).take(4096);
        for (at_us, user) in next {
            let user = users.intern_number(*user);
            rows.push(*at_us, user, RowKind::Request, users);
        }
        self.next += rows.len();
        Ok(())
    }
}

/// The gaps of H2: with probability `BURST` short, else long; one unit on average.
const BURST: f64 = 0.8;
const BURST_RATE: f64 = 8.0;
const PAUSE_RATE: f64 = 0.2 / 0.9;

fn exponential(dice: &mut Xoshiro256PlusPlus, rate: f64) -> f64 {
    -libm::log(1.0 - dice.random::<f64>()) / rate
}

fn renewals(setup: &Setup) -> Renewals {
    let mut dice = setup.dice(3);
    let mut rows = Vec::new();
    for user in 1..=setup.users {
        let mut at = 0.0;
        loop {
            let rate = if dice.random::<f64>() < BURST { BURST_RATE } else { PAUSE_RATE };
            at += exponential(&mut dice, rate);
            if at >= setup.end {
                break;
            }
            rows.push((us(at), user));
        }
    }
    rows.sort_unstable();
    Renewals { rows, next: 0 }
}

/// H2. The arrivals are drawn here, not by the simulator, and come as a recorded day.
fn bursts(life: f64) -> Experiment {
    let parameters = format!("gaps at 8 (80 %) and 0.22, T = {life}");
    let line = Line::new("H2", "TTL, bursty arrivals: hit ratio", parameters);
    Experiment::one(line.rejects("every hit renews the life"), move |seed| {
        let measured = 60.0 + 6.0 * life;
        let users = (requests() / measured).ceil() as u64;
        let setup = Setup {
            warm: 40.0 * (1.0 + life),
            ..Setup::new(seed, users, 0.0, 40.0 * (1.0 + life) + measured)
        };
        let clock = Setup { users: 0, ..setup.clone() };
        let day = clock.scenario();
        let recorded = renewals(&setup);
        let wrong = Map::ttl(us(life), Slip::HitsRenew);
        let outcomes = replay(&day, recorded, Some(wrong), &[&format!("ttl:{}", span(life))]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Requests);
        let renewals = theory::hyperexponential_renewals(BURST, BURST_RATE, PAUSE_RATE, life);
        Reading::new(theory::renewal_hits(renewals), ratio(1), ratio(0))
    })
}

/// H3: an entry is expired at exactly T.
fn apart(life_s: u64, gap_s: u64) -> Experiment {
    let line = Line::new(
        "H3",
        "TTL, requests exactly d apart: hits per miss",
        format!("T = {life_s} s, d = {gap_s} s"),
    );
    let line = line.rejects("usable at exactly T (≤ for <)").judged(Judge::Exact);
    Experiment::one(line, move |seed| {
        let hits = (life_s * 1_000_000 - 1) / (gap_s * 1_000_000);
        let (users, rounds) = (seed, 100 * (hits + 1));
        let day = format!(
            "{{clock: {{end: '20d 00:00'}}, script: [{{at: '00:00', request: '1..={users}', count: {rounds}, every: {gap_s}s}}]}}"
        );
        let wrong = Map::ttl(life_s * 1_000_000, Slip::UsableAtExpiry);
        let outcomes = play(&decoded(&day, "apart.yaml"), Some(wrong), &[&format!("ttl:{life_s}s")]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Misses);
        Reading::new(hits as f64, ratio(1), ratio(0))
    })
}

/// Misses of each user.
#[derive(Default)]
struct MissesByUser(Vec<f64>);

impl Observer for MissesByUser {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        let user = answered.request.user as usize;
        if user >= self.0.len() {
            self.0.resize(user + 1, 0.0);
        }
        self.0[user] += f64::from(answered.outcome != RequestOutcome::Hit);
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

/// H4: mean and variance of a user's misses in a day from cold.
fn cold_day((x, end): (f64, f64)) -> Experiment {
    let parameters = format!("x = {x}, D = {end} T");
    let lines = vec![
        Line::new("H4", "TTL, a day from cold: misses per user", parameters.clone())
            .rejects("the day begins with everybody cached"),
        Line::new("H4", "  their variance over users", parameters),
    ];
    Experiment::new(lines, move |seed| {
        let users = (requests() / (x * end)).ceil() as u64;
        let day = Setup::new(seed, users, x, end).scenario();
        let mut misses = MissesByUser::default();
        watch(&day, None, &[&format!("ttl:{}", span(1.0))], &mut misses);
        let wrong = play(&day, Some(Map::ttl(us(1.0), Slip::BeginsWarm)), &[]);
        let (mean, square) = theory::ttl_day_misses(x, 1.0, end);
        let users = users as f64;
        let measured = misses.0.iter().sum::<f64>() / users;
        // Around the mean that theory knows: then nothing is lost to a mean of the sample's own.
        let silent = users - misses.0.len() as f64;
        let squares: f64 = misses.0.iter().map(|misses| (misses - mean).powi(2)).sum();
        let variance = (squares + silent * mean * mean) / users;
        vec![
            Reading::new(mean, measured, count(&wrong[0], Metric::Misses) / users),
            Reading::alone(square - mean * mean, variance),
        ]
    })
}

/// H4 over unequal users.
fn cold_day_drawn() -> Experiment {
    let line = Line::new("H4", "TTL, a day from cold: misses of all", "lognormal 1.5, mean x = 1, D = 30 T");
    let sums = theory::ByRate::new(1e-4, 1e3, |rate| theory::ttl_day_misses(rate, 1.0, 30.0).0);
    Experiment::one(line.rejects("all users alike"), move |seed| {
        let alike = Setup::new(seed, crowd(), 1.0, 30.0);
        let drawn = Setup { activity: "{lognormal: 1.5}".to_owned(), ..alike.clone() };
        let day = drawn.scenario();
        let ttl = format!("ttl:{}", span(1.0));
        let misses = |day| count(&play(day, None, &[&ttl])[0], Metric::Misses);
        let expected = drawn.rates(&day).iter().map(|rate| sums.at(*rate)).sum();
        Reading::new(expected, misses(&day), misses(&alike.scenario()))
    })
}

/// H5 in the long run.
fn idle_long_run(x: f64) -> Experiment {
    let line =
        Line::new("H5", "idle, long run: hit ratio", format!("x = {x}")).rejects("no hit renews the life");
    Experiment::one(line, move |seed| {
        let day = Setup::long_run(seed, x, requests()).scenario();
        let wrong = Map::ttl(us(1.0), Slip::None);
        let outcomes = play(&day, Some(wrong), &[&format!("idle:{}", span(1.0))]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Requests);
        Reading::new(theory::idle_hits(x), ratio(1), ratio(0))
    })
}

/// H5 from cold.
fn idle_cold_day(x: f64) -> Experiment {
    let line = Line::new("H5", "idle, a day from cold: misses per user", format!("x = {x}, D = 10 T"));
    Experiment::one(line.rejects("no hit renews the life"), move |seed| {
        let users = (requests() / (x * 10.0)).ceil() as u64;
        let day = Setup::new(seed, users, x, 10.0).scenario();
        let wrong = Map::ttl(us(1.0), Slip::None);
        let outcomes = play(&day, Some(wrong), &[&format!("idle:{}", span(1.0))]);
        let misses = |index: usize| count(&outcomes[index], Metric::Misses) / users as f64;
        Reading::new(theory::idle_day_misses(x, 1.0, 10.0), misses(1), misses(0))
    })
}

/// H6: hits : coalesced : loads = x : λL : 1.
fn single_flight((x, latency): (f64, f64)) -> Experiment {
    let parameters = format!("x = {x}, L = {latency} T");
    let lines = vec![
        Line::new("H6", "TTL with latency: hits per load", parameters.clone())
            .rejects("life from the request, as ttl:(T − L)"),
        Line::new("H6", "  coalesced per load", parameters).rejects("each reads for itself"),
    ];
    Experiment::new(lines, move |seed| {
        let latency_us = span(latency);
        let day = Setup::long_run_behind(seed, x, latency, requests())
            .with(format!("database: {{read_latency: {latency_us}}}"));
        let right = format!("ttl:{}", span(1.0));
        // Without changes, an event cache with a safety TTL and no guard is a TTL cache whose misses don't join.
        let alone = format!("event+guard=none+ttl={}", span(1.0));
        // At L = T nothing is left: the smallest life is then a microsecond.
        let early = format!("ttl:{}us", us(1.0 - latency).max(1));
        let outcomes = play(&day.scenario(), None, &[&right, &early, &alone]);
        let per_load = |index: usize, what| share(&outcomes[index], what, Metric::Loads);
        vec![
            Reading::new(x, per_load(0, Metric::Hits), per_load(1, Metric::Hits)),
            Reading::new(x * latency, per_load(0, Metric::Coalesced), per_load(2, Metric::Coalesced)),
        ]
    })
}

/// H12. The approximation is asymptotic, so it is held to one per cent.
fn least_recently_used(capacity: usize) -> Experiment {
    let line = Line::new("H12", "LRU (Che): hit ratio", format!("C = {capacity}, 1,000 users, Zipf 0.8"));
    Experiment::one(line.rejects("the first in goes first").judged(Judge::Within(0.01)), move |seed| {
        let total = if nightly() { 1_000_000.0 } else { 200_000.0 };
        let end = total / 1_000.0;
        let mut setup = Setup::new(seed, 1_000, 1.0, end);
        (setup.activity, setup.warm) = ("{zipf: 0.8}".to_owned(), end / 4.0);
        let day = setup.scenario();
        let rates = setup.rates(&day);
        let hits = theory::che_hits(&rates, capacity as f64);
        let expected =
            rates.iter().zip(hits).map(|(rate, hits)| rate * hits).sum::<f64>() / rates.iter().sum::<f64>();
        let outcomes =
            play(&day, Some(Map::first_in_first_out(capacity)), &[&format!("event+capacity={capacity}")]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Requests);
        Reading::new(expected, ratio(1), ratio(0))
    })
}

#[test]
fn the_gaps_of_h2_are_one_unit_on_average() {
    assert!((BURST / BURST_RATE + (1.0 - BURST) / PAUSE_RATE - 1.0).abs() < 1e-12);
}
