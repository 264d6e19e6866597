//! A scenario whose generated day resembles a recorded one, and how well it does.
//!
//! What is measured of the recorded day (users, bursts, hours) becomes the words of a scenario; how unequally users ask
//! is found by trying: of a few distributions the one is taken whose generated day comes closest. Both days are then
//! really run. What a scenario cannot say is lost: who in particular asks when, and whatever connects users.

use std::path::Path;

use super::day::simulated;
use super::failure::Failure;
use super::load::{Loaded, load_bytes};
use crate::metrics::{DayFigures, DayReader, Metric, Value};
use crate::model::{Activity, DAY_US, DayTime, HOUR_US, Micros, SECOND_US};
use crate::policy::CacheSpec;
use crate::report::{DaySide, Likeness, TraceReport, Words};
use crate::scenario::Limits;
use crate::sim::{Answered, Observer, Plan, Scene};
use crate::workload::{NumberedMembers, Users};

/// Caches whose hit ratios are put side by side.
const CACHES: [&str; 4] = ["event", "ttl:1m", "ttl:5m", "ttl:1h"];
/// Requests that are generated while trying, all tries together.
const TRIED_MOST: u64 = 20_000_000;
/// At most this many distributions are tried.
const TRIES_MOST: u64 = 14;
/// More active users than this times those who ask are not looked for.
const SILENT_MOST: u64 = 50;
/// How often the number of active users is corrected by what came of it.
const ROUNDS: usize = 3;
/// Requests of a session on average, below which sessions are not worth a word.
const SESSIONS_LEAST: f64 = 1.05;
/// A session that lasts longer on average is none that anybody would notice, and what is generated would blur the hours.
const SESSION_US_MOST: f64 = 3_600_000_000.0;

/// A scenario, and both days side by side.
pub(crate) struct Resembling {
    /// Both days.
    pub(crate) likeness: Likeness,
    /// The file of the recorded day.
    file: String,
    /// What a scenario says to replay that day.
    replay: String,
    /// The scenario without comments.
    scenario: String,
}

impl Resembling {
    /// The scenario's text, with both days in its comments.
    pub(crate) fn text(&self, words: &Words) -> String {
        format!("{}{}", self.likeness.comments(&self.file, &self.replay, words), self.scenario)
    }
}

/// Measures a recorded day and writes a scenario that resembles it. Each of the days that are run for it keeps within the
/// limits.
pub(crate) fn resemble(report: &TraceReport, name: &str, limits: &Limits) -> Result<Resembling, Failure> {
    let recorded = &report.figures;
    let tries = (TRIED_MOST / ROUNDS as u64 / recorded.requests.max(1)).clamp(2, TRIES_MOST) as usize;
    let mut best: Option<(f64, String)> = None;
    for activity in candidates(recorded).into_iter().take(tries) {
        let (mut target, mut body, mut day) = (recorded.asking as f64, String::new(), DayFigures::default());
        for _ in 0..ROUNDS {
            body = self::body(recorded, activity, active_users(recorded, activity, target, limits)?);
            day = generated(&loaded(&body, "generated.yaml", limits)?)?;
            // Sessions that the end of the day cuts are made up for by others, which bring more users.
            target *= recorded.asking as f64 / day.asking.max(1) as f64;
        }
        let distance = distance(recorded, &day);
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, body));
        }
    }
    let body = best.map(|(_, body)| body).unwrap_or_default();
    let replay = report.spec_yaml();
    let recorded = measured(&loaded(&replay, "recorded.yaml", limits)?)?;
    let generated = measured(&loaded(&body, "generated.yaml", limits)?)?;
    Ok(Resembling {
        likeness: Likeness { recorded, generated },
        file: report.spec.named(),
        replay,
        scenario: scenario(name, &format!("{}{body}", report.roles_yaml())),
    })
}

fn loaded(text: &str, name: &str, limits: &Limits) -> Result<Loaded, Failure> {
    load_bytes(text.as_bytes(), name, Path::new(""), &[], limits)
}

/// Distributions to try, the likeliest first.
fn candidates(recorded: &DayFigures) -> Vec<Activity> {
    let s = recorded.zipf.unwrap_or(0.0);
    let zipf = |s: f64| Activity::Zipf((s.clamp(0.0, 10.0) * 100.0).round() / 100.0);
    let mut all = vec![zipf(s), Activity::Lognormal(1.0)];
    for step in 1..=3u8 {
        let step = f64::from(step);
        all.extend([zipf(s - 0.2 * step), zipf(s + 0.2 * step)]);
        all.extend([Activity::Lognormal(1.0 - 0.3 * step), Activity::Lognormal(1.0 + 0.4 * step)]);
    }
    all
}

/// How many users must be active so that about `target` of them ask: some are silent for a day by chance.
fn active_users(
    recorded: &DayFigures,
    activity: Activity,
    target: f64,
    limits: &Limits,
) -> Result<u64, Failure> {
    // Each decides by itself who asks.
    let bursts = if sessions(recorded).is_some() { recorded.sessions.count } else { recorded.requests };
    let bursts = bursts.max(1) as f64;
    let asking = |count: u64| -> Result<f64, Failure> {
        let text = body(recorded, activity, count);
        let loaded = loaded(&text, "generated.yaml", limits)?;
        let mut users = Users::default();
        let shares =
            NumberedMembers::new(&loaded.scenario.day, &mut users).shares(&loaded.scenario.day, &users);
        Ok(shares.iter().map(|share| 1.0 - libm::exp(-bursts * share)).sum())
    };
    let (mut low, mut high) = ((target / 2.0) as u64 + 1, recorded.asking.max(1).saturating_mul(SILENT_MOST));
    while low < high {
        let middle = low + (high - low) / 2;
        if asking(middle)? < target {
            low = middle + 1
        } else {
            high = middle
        }
        // Half a percent is closer than chance is.
        if high - low <= low / 200 {
            break;
        }
    }
    Ok(high)
}

/// How far two days are apart in how unequally users ask.
fn distance(recorded: &DayFigures, generated: &DayFigures) -> f64 {
    let apart = |share: fn(&DayFigures) -> Option<f64>| {
        let (left, right) = (share(recorded).unwrap_or(0.0), share(generated).unwrap_or(0.0));
        (left - right).abs() / left.max(0.01)
    };
    apart(DayFigures::top_share)
        + apart(DayFigures::once_share)
        + apart(|day| day.perfect_hit_ratio().map(|hits| 1.0 - hits))
}

/// The words of the scenario, without comments.
fn body(recorded: &DayFigures, activity: Activity, count: u64) -> String {
    let (first_us, last_us) = recorded.span_us.unwrap_or_default();
    let days = last_us / DAY_US + 1;
    let end = if days == 1 { "24:00".to_owned() } else { format!("{days}d 00:00") };
    let activity = match activity {
        Activity::Uniform => "uniform".to_owned(),
        Activity::Zipf(s) => format!("{{zipf: {s}}}"),
        Activity::Lognormal(sigma) => format!("{{lognormal: {sigma:.1}}}"),
    };
    let to_us = (last_us / SECOND_US + 1) * SECOND_US;
    let weights = weights(recorded, first_us, to_us).map(|weight| weight.to_string()).join(", ");
    let (from, to) = (DayTime(first_us / SECOND_US * SECOND_US), DayTime(to_us));
    let sessions = sessions(recorded).map_or_else(String::new, |words| format!("  sessions: {words}\n"));
    format!(
        "clock: {{end: \"{end}\"}}\npopulation:\n  active: {{count: {count}, activity: {activity}}}\ntraffic:\n  \
         requests: {}\n  between: [\"{from}\", \"{to}\"]\n  shape: [{weights}]\n{sessions}",
        recorded.requests
    )
}

/// Requests in an hour of the clock, over all days and as if each were whole.
fn weights(recorded: &DayFigures, first_us: u64, to_us: u64) -> [u64; 24] {
    let (mut requests, mut covered_us) = ([0u64; 24], [0u64; 24]);
    for (hour, count) in recorded.hours.iter().enumerate() {
        let begin = hour as u64 * HOUR_US;
        let inside = (begin + HOUR_US).min(to_us).saturating_sub(begin.max(first_us));
        requests[hour % 24] += count;
        covered_us[hour % 24] += inside;
    }
    let rate =
        |hour: usize| u128::from(requests[hour]) * u128::from(HOUR_US) / u128::from(covered_us[hour].max(1));
    let rates: [u128; 24] = std::array::from_fn(rate);
    // Six digits are more than chance leaves.
    let scale = (rates.iter().max().copied().unwrap_or(0) / 1_000_000).max(1);
    rates.map(|rate| (rate / scale) as u64)
}

/// The words for bursts; `None` if requests come singly.
fn sessions(recorded: &DayFigures) -> Option<String> {
    let mean = recorded.session_mean().filter(|mean| *mean >= SESSIONS_LEAST)?;
    let figures = &recorded.sessions;
    let (median, long, mean_gap) = (figures.gap_p50_us?, figures.gap_p95_us?, figures.gap_mean_us?);
    if (mean - 1.0) * mean_gap as f64 > SESSION_US_MOST {
        return None;
    }
    let gap = if median > 0 && long > median {
        // 95 of 100 draws of a normal distribution lie below 1.645 deviations.
        let sigma = libm::log(long as f64 / median as f64) / 1.645;
        format!("{{lognormal: {{median: {}, sigma: {:.2}}}}}", plain(median), sigma.min(5.0))
    } else if mean_gap > 0 {
        format!("{{exponential: {}}}", plain(mean_gap))
    } else {
        "0s".to_owned()
    };
    Some(format!("{{requests: {mean:.2}, gap: {gap}}}"))
}

/// A duration to three digits.
fn plain(us: u64) -> String {
    let mut grain = 1;
    while us / grain >= 1000 {
        grain *= 10;
    }
    format!("\"{}\"", Micros(us / grain * grain))
}

/// What a generated day is like.
fn generated(loaded: &Loaded) -> Result<DayFigures, Failure> {
    Ok(play(loaded, &[])?.0)
}

/// Looks at who asks.
#[derive(Default)]
struct Watching(DayReader);

impl Observer for Watching {
    fn answered(&mut self, answered: &Answered, _: &Scene<'_>) {
        self.0.request(answered.request.at_us, answered.request.user);
    }
}

fn play(loaded: &Loaded, caches: &[CacheSpec]) -> Result<(DayFigures, Vec<Value>), Failure> {
    let scenario = &loaded.scenario;
    let caches = if caches.is_empty() { std::slice::from_ref(&scenario.cache) } else { caches };
    let policies = caches.iter().map(|cache| &cache.policy);
    let plan = Plan::new(&scenario.day, &scenario.system, policies);
    let mut watching = Watching::default();
    let played = simulated(loaded, plan, 1, &mut watching)?;
    let ratios = played.outcome.caches.iter().map(|cache| cache.total.get(Metric::HitRatio)).collect();
    Ok((watching.0.finish(), ratios))
}

/// What is put side by side of a day.
fn measured(loaded: &Loaded) -> Result<DaySide, Failure> {
    let caches: Vec<CacheSpec> = CACHES.iter().filter_map(|spec| spec.parse().ok()).collect();
    let (figures, ratios) = play(loaded, &caches)?;
    Ok(DaySide { figures, hit_ratios: CACHES.into_iter().zip(ratios).collect() })
}

/// The whole scenario, without comments.
fn scenario(name: &str, body: &str) -> String {
    // A JSON text is a quoted text of YAML too, and stays on its line.
    let name = crate::model::escape_json(&serde_json::Value::from(name).to_string());
    format!("version: 1\nname: {name}\n{body}cache: event\ncompare: [\"ttl:5m+sweep=1m\", none]\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceFormat, TraceSpec};
    use crate::report::{Lang, Replayed};
    use crate::trace::{TraceFiles, survey};

    /// A figure that is compared, and by which share it may be off.
    type Bound = (fn(&DaySide) -> f64, f64);

    const REQUESTS: fn(&DaySide) -> f64 = |day| day.figures.requests as f64;
    const ASKING: fn(&DaySide) -> f64 = |day| day.figures.asking as f64;
    const BUSIEST: fn(&DaySide) -> f64 =
        |day| day.figures.hours.iter().max().copied().unwrap_or_default() as f64;

    /// The generated day that resembles a file, whose figures are at most so far apart; also its scenario.
    fn resembling(spec: TraceSpec, name: &str, bounds: &[Bound]) -> String {
        let figures = survey(&TraceFiles::of(Path::new(""), &spec), &spec).unwrap().figures;
        let report = TraceReport {
            spec,
            packing: "plain".to_owned(),
            unit: None,
            rows: Replayed::default(),
            figures,
            span: Default::default(),
            odd_days: Vec::new(),
            roles: Vec::new(),
        };
        let found = resemble(&report, name, &Limits::default()).unwrap();
        let text = found.text(&Words::new(Lang::En));
        for (place, (figure, most)) in bounds.iter().enumerate() {
            let (left, right) = (figure(&found.likeness.recorded), figure(&found.likeness.generated));
            assert!((left - right).abs() <= *most * left, "bound {place}: {left} and {right}\n{text}");
        }
        text
    }

    #[test]
    fn the_nasa_day_is_resembled() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/nasa/nasa-1995-08-01.tsv");
        let bounds: [Bound; 7] = [
            (REQUESTS, 0.0),
            (ASKING, 0.03),
            (|day| day.figures.top_share().unwrap(), 0.25),
            (BUSIEST, 0.1),
            (|day| day.figures.sessions.count as f64, 0.15),
            (|day| day.hit_ratios[0].1.number().unwrap(), 0.01),
            (|day| day.hit_ratios[2].1.number().unwrap(), 0.05),
        ];
        let text = resembling(TraceSpec::new(file, TraceFormat::Tsv), "like NASA's", &bounds);
        assert!(text.contains("sessions: "));
        let loaded = loaded(&text, "like.yaml", &Limits::default()).unwrap();
        assert_eq!(loaded.scenario.name, "like NASA's");
    }

    #[test]
    fn who_asks_every_few_minutes_all_day_has_no_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("steady.csv");
        let rows = (0..40_000).map(|at| format!("{at},{}\n", at % 500));
        std::fs::write(&file, "time,user\n".to_owned() + &rows.collect::<String>()).unwrap();
        let bounds: [Bound; 3] = [(REQUESTS, 0.0), (ASKING, 0.03), (BUSIEST, 0.1)];
        let text = resembling(TraceSpec::new(file.to_string_lossy(), TraceFormat::Csv), "steady", &bounds);
        assert!(!text.contains("sessions: "), "{text}");
    }
}
