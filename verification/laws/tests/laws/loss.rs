//! S6, S7, S11 and H11: events that are lost or late, with and without a safety TTL.

use rand::RngExt;
use rolesim::cache::{Applied, OnEvent};
use rolesim::metrics::Metric;
use rolesim::model::{Action, DayTime, IdRange, IdSet, Micros, Probability, RoleId, Spacing, Step};
use rolesim::scenario::Scenario;
use rolesim::sim::{Answered, Moment, Observer, Scene};

use crate::days::{Setup, play, request, set_role, share, span, us, watch, without_event};
use crate::lab::{Experiment, crowd, grid, requests};
use crate::map::{Map, Slip};
use crate::table::{Judge, Line, Reading};
use crate::theory;

const KEEPS_LIFE: &str = "an event leaves the life as it was";
const LOSSES: [f64; 4] = [0.0, 0.05, 0.2, 1.0];

pub(crate) fn laws() -> Vec<Experiment> {
    let mut laws: Vec<Experiment> = Vec::new();
    for m in [0.1, 1.0, 5.0, f64::INFINITY] {
        laws.extend(LOSSES.map(|loss| outdated_share(loss, m, By::TheChannel)));
    }
    laws.extend(
        grid(&[(0.2, 1.0)], &[(0.2, 5.0), (0.05, 0.1)])
            .into_iter()
            .map(|(q, m)| outdated_share(q, m, By::Steps)),
    );
    for loss in [0.0, 0.2] {
        let points = grid(&[(1.0, 0.5), (0.3, 2.0)], &[(3.0, 1.0), (1.0, 4.0)]);
        laws.extend(points.into_iter().map(|(x, m)| safety_ttl(x, m, loss)));
    }
    for delays in [Delays::Fixed, Delays::Exponential] {
        laws.extend(grid(&[0.1, 1.0], &[3.0]).into_iter().map(|late| late_events(late, delays)));
    }
    let points = [(2, 0.2, "round-robin"), (2, 0.2, "random"), (4, 0.5, "random")];
    laws.extend(points.map(|(replicas, loss, routing)| disagreement(replicas, loss, routing)));
    laws
}

/// How events are lost.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    /// The channel's `loss`.
    TheChannel,
    /// The test draws which steps say `event: lost`.
    Steps,
}

/// A day with role changes whose events are lost with a probability.
fn lossy(setup: &Setup, changes: f64, loss: f64, by: By) -> Scenario {
    let mut day = setup.scenario();
    day.day.script = setup.changes(changes, if by == By::Steps { loss } else { 0.0 });
    if by == By::TheChannel {
        day.system.channel.loss = Probability::new(loss).unwrap();
    }
    day
}

/// S6. Without a TTL the unit of time is the mean time between changes.
fn outdated_share(loss: f64, m: f64, by: By) -> Experiment {
    let forever = m.is_infinite();
    let shown = if forever { "∞".to_owned() } else { m.to_string() };
    let steps = if by == By::Steps { ", by steps" } else { "" };
    let parameters = format!("q = {loss}, μT = {shown}{steps}");
    let line = Line::new("S6", "event, loss q, safety TTL: outdated share of hits", parameters);
    // Where no event arrives, or no entry expires, the life makes no difference: there the loss is the wrong one.
    let other_loss = if loss == 0.0 { 0.01 } else { 0.9 * loss };
    let lives = !forever && loss > 0.0 && loss < 1.0;
    let line = match loss {
        0.0 => line.judged(Judge::Exact).rejects("one event in a hundred is lost"),
        _ if lives => line.rejects(KEEPS_LIFE),
        _ => line.rejects("one lost event in ten arrives"),
    };
    Experiment::one(line, move |seed| {
        let changes = if forever { 1.0 } else { m };
        let rate = 1.0;
        let mut setup = Setup::long_run(seed, rate, requests() / changes.max(1.0));
        if forever {
            // By then everybody has had a change.
            (setup.warm, setup.end) = (25.0, setup.end + 25.0 - setup.warm);
        }
        let day = lossy(&setup, changes, loss, by);
        let life = if forever { String::new() } else { format!("+ttl={}", span(1.0)) };
        let outdated = |day, map: Option<Map>, caches: &[&str]| {
            share(&play(day, map, caches)[0], Metric::OutdatedReads, Metric::Hits)
        };
        let right = outdated(&day, None, &[&format!("event{life}")]);
        let wrong = if lives {
            outdated(&day, Some(Map::event(OnEvent::Update, Some(us(1.0)), Slip::EventKeepsLife)), &[])
        } else {
            outdated(&lossy(&setup, changes, other_loss, by), None, &[&format!("event{life}")])
        };
        Reading::new(theory::lossy_outdated(loss, m), right, wrong)
    })
}

/// H11.
fn safety_ttl(x: f64, m: f64, loss: f64) -> Experiment {
    let parameters = format!("x = {x}, μT = {m}, q = {loss}");
    let line = Line::new("H11", "event with a safety TTL: hit ratio", parameters).rejects(KEEPS_LIFE);
    Experiment::one(line, move |seed| {
        let setup = Setup::long_run(seed, x, requests() / (m / x).max(1.0));
        let day = lossy(&setup, m, loss, By::TheChannel);
        let wrong = Map::event(OnEvent::Update, Some(us(1.0)), Slip::EventKeepsLife);
        let outcomes = play(&day, Some(wrong), &[&format!("event+ttl={}", span(1.0))]);
        let ratio = |index: usize| share(&outcomes[index], Metric::Hits, Metric::Requests);
        Reading::new(theory::safety_ttl_hits(x, m * (1.0 - loss), 1.0), ratio(1), ratio(0))
    })
}

/// How events are late.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Delays {
    /// All alike.
    Fixed,
    /// Exponentially, so that they overtake each other; who is late is rejected as older.
    Exponential,
}

/// S7. An answer is outdated while the event of the latest change is under way; that change is Exp(μ) old, so its share
/// is 1 − E[e^(−μδ)].
fn late_events(late: f64, delays: Delays) -> Experiment {
    let (named, wrong) = match delays {
        Delays::Fixed => ("fixed δ", "the event comes at the commit"),
        Delays::Exponential => ("exponential δ", "the last event wins (guard=none)"),
    };
    let line = Line::new("S7", "late events, always cached: outdated share", format!("μδ = {late}, {named}"));
    Experiment::one(line.rejects(wrong), move |seed| {
        let mut setup = Setup::long_run(seed, 1.0, requests());
        (setup.warm, setup.end) = (25.0 + 10.0 * late, setup.end + 25.0);
        let delay = match delays {
            Delays::Fixed => span(late),
            Delays::Exponential => format!("{{exponential: {}}}", span(late)),
        };
        let outdated = |more: String, cache: &str| {
            let mut day = setup.clone().with(more).scenario();
            day.day.script = setup.changes(1.0, 0.0);
            share(&play(&day, None, &[cache])[0], Metric::OutdatedReads, Metric::Hits)
        };
        let right = outdated(format!("channel: {{delay: {delay}}}"), "event");
        let (theory, wrong) = match delays {
            Delays::Fixed => (-(-late).exp_m1(), outdated(String::new(), "event")),
            Delays::Exponential => {
                (late / (1.0 + late), outdated(format!("channel: {{delay: {delay}}}"), "event+guard=none"))
            }
        };
        Reading::new(theory, right, wrong)
    })
}

/// The versions that scripted requests were answered, in order of the steps.
struct Versions(Vec<u64>);

impl Observer for Versions {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        if let Some(version) = self.0.get_mut(answered.request.step as usize) {
            *version = answered.row.map_or(0, |row| row.version.0);
        }
    }

    fn happened(&mut self, _: &Moment, _: Option<Applied>, _: &Scene<'_>) {}
}

/// S11: each user is known to all replicas, is changed once, and asks twice afterwards. The two reads disagree with
/// probability 2q(1−q) where they reach different replicas, which random routing does for 1 − 1/R of them and
/// round-robin always.
fn disagreement(replicas: u32, loss: f64, routing: &'static str) -> Experiment {
    let parameters = format!("R = {replicas}, q = {loss}, {routing}");
    let line = Line::new("S11", "two successive reads disagree", parameters);
    Experiment::one(line.rejects("one loss for all replicas"), move |seed| {
        let clock = Setup::new(seed, 0, 0.0, 10.0);
        // An odd number, so that rounds of all of them don't come to the same replica again.
        let users = crowd() | 1;
        let disagree = |one_loss: bool| {
            let mut dice = clock.dice(5);
            let replicated =
                clock.clone().with(format!("replicas: {{count: {replicas}, routing: {routing}}}"));
            let mut day = replicated.scenario();
            day.system.channel.loss = Probability::new(if one_loss { 0.0 } else { loss }).unwrap();
            let steps = (1..=users).flat_map(|user| {
                let at = dice.random_range(1.0..9.0);
                let change = set_role(at, user, RoleId(1));
                let lost = one_loss && dice.random::<f64>() < loss;
                let change = if lost { without_event(change) } else { change };
                // At one instant and in a row, so that nobody else's request comes between.
                [change, request(us(at) + 1, user), request(us(at) + 1, user)]
            });
            day.day.script = steps.collect();
            let mut versions = Versions(vec![0; day.day.script.len()]);
            // Twelve visits of every user to every replica, on average.
            day.day.script.push(rounds(users, 12 * u64::from(replicas)));
            watch(&day, None, &["event"], &mut versions);
            let apart = versions.0.chunks(3).filter(|three| three[1] != three[2]).count();
            apart as f64 / users as f64
        };
        let met = if routing == "random" { 1.0 - 1.0 / f64::from(replicas) } else { 1.0 };
        Reading::new(2.0 * loss * (1.0 - loss) * met, disagree(false), disagree(true))
    })
}

/// Before the first unit is over, all users ask in rounds.
fn rounds(users: u64, count: u64) -> Step {
    let users = IdSet(vec![IdRange::Numbers(1, users)]);
    let action = Action::Request { users, count, spacing: Spacing::Over(Micros(us(0.9))) };
    Step { at: DayTime(0), action }
}
