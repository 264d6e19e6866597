//! S1 to S5, S9 and S10: how stale the answers of caches that hear of nothing are.
//!
//! "Stale" is by version here: `outdated_reads`. Laws for each role change speak of changes far apart; in their days every
//! user has exactly one, so they hold to the letter. The times of changes are random, so no phase is shared with fills.

use std::collections::HashMap;

use rand::RngExt;
use rolesim::cache::Applied;
use rolesim::metrics::Metric;
use rolesim::model::{Action, ChangeKind, RoleId, Step, UserId};
use rolesim::scenario::Scenario;
use rolesim::sim::{Answered, Moment, Observer, Request, Scene};

use crate::days::{
    Setup, UNIT_US, count, play, request, set_role, share, span, us, watch, with_script, without_event,
};
use crate::lab::{Experiment, crowd, grid, requests};
use crate::map::{Map, Slip};
use crate::table::{Line, Reading};
use crate::theory;

const RENEWS: &str = "every hit renews the life";

pub(crate) fn laws() -> Vec<Experiment> {
    let mut laws = Vec::new();
    laws.extend(
        grid(&[(3.0, 0.1), (3.0, 1.0), (1.0, 5.0)], &[(0.3, 1.0), (10.0, 0.1)])
            .into_iter()
            .map(outdated_share),
    );
    laws.extend(grid(&[0.3, 1.0, 3.0], &[10.0]).into_iter().map(per_change));
    laws.extend(grid(&[0.3, 3.0], &[10.0]).into_iter().map(unseen));
    laws.extend(grid(&[0.5, 3.0], &[1.0]).into_iter().map(up_and_down));
    laws.extend(grid(&[0.3, 1.0, 2.0], &[3.0]).into_iter().map(idle_per_change));
    laws.extend([drawn_up_and_down(), as_stale_as_ttl(), at_the_loss_as_stale_as_ttl()]);
    laws
}

/// S1.
fn outdated_share((x, m): (f64, f64)) -> Experiment {
    let line = Line::new("S1", "TTL: outdated share of hits", format!("x = {x}, μT = {m}")).rejects(RENEWS);
    Experiment::one(line, move |seed| {
        let setup = Setup::long_run(seed, x, requests() / m.max(1.0));
        let mut day = setup.scenario();
        day.day.script = setup.changes(m, 0.0);
        let wrong = Map::ttl(us(1.0), Slip::HitsRenew);
        let outcomes = play(&day, Some(wrong), &[&format!("ttl:{}", span(1.0))]);
        let outdated = |index: usize| share(&outcomes[index], Metric::OutdatedReads, Metric::Hits);
        Reading::new(theory::ttl_outdated(m), outdated(1), outdated(0))
    })
}

/// A day in which each user has one role change, at a random time in the long run of the cache and with two lives left.
fn lone(seed: u64, x: f64) -> (Setup, Vec<(f64, Step)>) {
    let warm = (1.0 + 1.0 / x) * ((1.0 + x).powi(2) + 5.0);
    // Longer than needed: a shared phase would be averaged over.
    let setup = Setup::new(seed, crowd(), x, warm + 5.0 + 2.0);
    let changes = setup.lone_changes(warm, warm + 5.0);
    (setup, changes)
}

/// S2 and S4, as the metrics have them.
fn per_change(x: f64) -> Experiment {
    let lines = vec![
        Line::new("S2", "TTL: outdated reads per change", format!("x = {x}, one change a user"))
            .rejects(RENEWS),
        Line::new("S4", "TTL: changes with a stale read", format!("x = {x}, one change a user"))
            .rejects(RENEWS),
    ];
    Experiment::new(lines, move |seed| {
        let (setup, changes) = lone(seed, x);
        let mut day = setup.scenario();
        day.day.script = changes.into_iter().map(|(_, step)| step).collect();
        let outcomes = play(&day, Some(Map::ttl(us(1.0), Slip::HitsRenew)), &[&format!("ttl:{}", span(1.0))]);
        let per_change = |index: usize, metric| share(&outcomes[index], metric, Metric::Events);
        let reading = |theory, metric| Reading::new(theory, per_change(1, metric), per_change(0, metric));
        vec![
            reading(theory::ttl_outdated_per_change(x), Metric::OutdatedReads),
            reading(theory::ttl_exposed(x), Metric::ExposedChanges),
        ]
    })
}

/// Scripted requests that got an outdated answer, by their step.
#[derive(Default)]
struct Probes(HashMap<u32, bool>);

impl Observer for Probes {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        let Answered { request, row, truth, .. } = answered;
        if request.step != Request::UNSCRIPTED {
            self.0.insert(request.step, row.is_some_and(|row| row.version < truth.version));
        }
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

/// So long after a change it is asked whether it has been seen, in lives. At exactly T it always has.
const PROBED: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// S3: each change is probed once, by a request at a share of the life after it.
fn unseen(x: f64) -> Experiment {
    let line = |u: &f64| {
        Line::new("S3", "TTL: a change unseen after uT", format!("x = {x}, u = {u}")).rejects(RENEWS)
    };
    Experiment::new(PROBED.iter().map(line).collect(), move |seed| {
        let (setup, changes) = lone(seed, x);
        let mut day = setup.scenario();
        let kinds = PROBED.len();
        // Steps in pairs: a change, and behind it its probe. Users take turns in when they are probed.
        let probed = changes.into_iter().enumerate().flat_map(|(index, (_, change))| {
            let after_us = (PROBED[index % kinds] * UNIT_US) as u64;
            let probe = request(change.at.0 + after_us, index as u64 + 1);
            [change, probe]
        });
        with_script(&mut day, probed.collect());
        let outdated = |map, caches: &[&str]| {
            let mut probes = Probes::default();
            watch(&day, map, caches, &mut probes);
            let mut found = [(0.0, 0.0); PROBED.len()];
            for (step, outdated) in probes.0 {
                let (all, of_them) = &mut found[step as usize / 2 % kinds];
                *all += 1.0;
                *of_them += f64::from(u8::from(outdated));
            }
            found.map(|(all, outdated)| outdated / all)
        };
        let right = outdated(None, &[&format!("ttl:{}", span(1.0))]);
        let wrong = outdated(Some(Map::ttl(us(1.0), Slip::HitsRenew)), &[]);
        let readings = PROBED.iter().zip(right).zip(wrong);
        readings.map(|((u, right), wrong)| Reading::new(theory::ttl_unseen(x, *u), right, wrong)).collect()
    })
}

/// S5.
fn idle_per_change(x: f64) -> Experiment {
    let line = Line::new("S5", "idle: outdated reads per change", format!("x = {x}, one change a user"));
    Experiment::one(line.rejects("no hit renews the life"), move |seed| {
        // Whether an entry is there is decided within one life. It then stays for e^x/x lives on average.
        let (warm, tail) = (2.0, 15.0 * x.exp() / x);
        let setup = Setup::new(seed, crowd() / 2, x, warm + 5.0 + tail);
        let mut day = setup.scenario();
        day.day.script = setup.lone_changes(warm, warm + 5.0).into_iter().map(|(_, step)| step).collect();
        let outcomes = play(&day, Some(Map::ttl(us(1.0), Slip::None)), &[&format!("idle:{}", span(1.0))]);
        let per_change = |index: usize| share(&outcomes[index], Metric::OutdatedReads, Metric::Events);
        Reading::new(theory::idle_outdated_per_change(x), per_change(1), per_change(0))
    })
}

/// S9: changes up and down alike, whatever is asked. A revoked user who asks again spoils it.
fn up_and_down(x: f64) -> Experiment {
    let line = Line::new("S9", "TTL: grants less denials per change", format!("x = {x}, μT = 0.5"));
    Experiment::one(line.rejects("revoked users ask again"), move |seed| {
        let setup = Setup::long_run(seed, x, requests());
        let mut day = setup.scenario();
        let changes = setup.changes(0.5, 0.0);
        day.day.script.clone_from(&changes);
        let ttl = format!("ttl:{}", span(1.0));
        let surplus = |day: &Scenario| {
            let outcome = &play(day, None, &[&ttl])[0];
            let surplus = count(outcome, Metric::StaleGrants) - count(outcome, Metric::StaleDenials);
            surplus / count(outcome, Metric::Events)
        };
        let independent = surplus(&day);
        with_script(&mut day, with_retries(&setup, changes));
        Reading::new(0.0, independent, surplus(&day))
    })
}

/// Behind each change to the lowest role, a request of its user within a tenth of a life.
fn with_retries(setup: &Setup, changes: Vec<Step>) -> Vec<Step> {
    let mut dice = setup.dice(4);
    let retry = |step: &Step| match &step.action {
        Action::Change(change) => match &change.kind {
            ChangeKind::SetRole { user: UserId::Number(user), role: RoleId(0) } => {
                let at_us = step.at.0 + us(dice.random_range(0.0..0.1));
                (at_us < us(setup.end)).then(|| request(at_us, *user))
            }
            _ => None,
        },
        _ => None,
    };
    let retries: Vec<Step> = changes.iter().filter_map(retry).collect();
    changes.into_iter().chain(retries).collect()
}

/// S10, turned around: outdated reads are in proportion to the loss where changes are far apart, so the loss at which the
/// event cache is as stale as TTL is the ratio of what a change costs under TTL and what a lost event costs.
fn as_stale_as_ttl() -> Experiment {
    const DAY: f64 = 100.0;
    let line = Line::new("S10", "loss as stale as TTL: q*", "x = 3, D = 100 T").rejects(RENEWS);
    Experiment::one(line, move |seed| {
        let setup = Setup::new(seed, crowd() / 8, 3.0, DAY);
        let mut day = setup.scenario();
        let lost = setup.lone_changes(0.0, DAY).into_iter().map(|(_, step)| without_event(step));
        day.day.script = lost.collect();
        let per_loss = share(&play(&day, None, &["event"])[0], Metric::OutdatedReads, Metric::EventsLost);
        let (setup, changes) = lone(seed, 3.0);
        let mut day = setup.scenario();
        day.day.script = changes.into_iter().map(|(_, step)| step).collect();
        let outcomes = play(&day, Some(Map::ttl(us(1.0), Slip::HitsRenew)), &[&format!("ttl:{}", span(1.0))]);
        let per_change = |index: usize| share(&outcomes[index], Metric::OutdatedReads, Metric::Events);
        // (T/D)·x/(1+x), with what a day of this length costs a lost event exactly: a user is not cached before the
        // first request.
        let exact = theory::ttl_outdated_per_change(3.0) / theory::lost_event_outdated(3.0, DAY);
        Reading::new(exact, per_change(1) / per_loss, per_change(0) / per_loss)
    })
}

/// S10 as it stands: at q* the event cache is as stale as TTL.
fn at_the_loss_as_stale_as_ttl() -> Experiment {
    const DAY: f64 = 100.0;
    let line = Line::new("S10", "event at q*: outdated reads per change, as TTL", "x = 3, D = 100 T");
    Experiment::one(line.rejects("twice the loss"), |seed| {
        let per_change = |loss: f64| {
            let setup = Setup::new(seed, crowd(), 3.0, DAY).with(format!("channel: {{loss: {loss:.9}}}"));
            let mut day = setup.scenario();
            day.day.script = setup.lone_changes(0.0, DAY).into_iter().map(|(_, step)| step).collect();
            share(&play(&day, None, &["event"])[0], Metric::OutdatedReads, Metric::Events)
        };
        let expected = theory::ttl_outdated_per_change(3.0);
        let loss = expected / theory::lost_event_outdated(3.0, DAY);
        Reading::new(expected, per_change(loss), per_change(2.0 * loss))
    })
}

/// S9 with drawn role changes; half of the users begin as admins, so that both ways stay open to most.
fn drawn_up_and_down() -> Experiment {
    let line = Line::new("S9", "TTL, drawn changes: grants less denials per change", "x = 2, μT = 0.05");
    Experiment::one(line.rejects("revoked users ask again"), |seed| {
        let setup = Setup::long_run(seed, 2.0, requests());
        let changes = 2 * (setup.users as f64 * setup.end * 0.025) as u64;
        let surplus = |retry: &str, retries: u64| {
            let database = format!("database: {{users: [{{ids: '1..={}', role: admin}}]}}", setup.users / 2);
            let more = format!("{database}, role_changes: {{count: {changes}, grants: 0.5{retry}}}");
            let mut day = setup.clone().with(more).scenario();
            // Requests that follow a change belong to the day's total, and here they come on top.
            day.day.traffic.as_mut().unwrap().requests += retries;
            let outcome = &play(&day, None, &[&format!("ttl:{}", span(1.0))])[0];
            let surplus = count(outcome, Metric::StaleGrants) - count(outcome, Metric::StaleDenials);
            surplus / count(outcome, Metric::Events)
        };
        let retry = format!(", retry: {{share: 1, after: {}}}", span(0.05));
        Reading::new(0.0, surplus("", 0), surplus(&retry, changes / 2))
    })
}

#[test]
fn a_probe_follows_its_change_in_the_script() {
    let mut day = Setup::new(1, 0, 0.0, 5.0).scenario();
    day.day.script = vec![set_role(1.0, 1, RoleId(1)), request(us(1.0), 1)];
    let mut probes = Probes::default();
    watch(&day, None, &["none"], &mut probes);
    assert_eq!(probes.0, HashMap::from([(1, false)]));
}
