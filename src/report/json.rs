//! The report as JSON, for programs.
//!
//! Keys have a fixed order and nothing depends on time or place, so the same report has the same bytes.
//! How a gate compared it is said by [`gate`]; what a gate is, nobody here knows.

mod answered;
mod chosen;
mod gate;
mod tree;

use super::hourly::hour_name;
use super::incidents::INCIDENT_KINDS;
use super::{
    CacheResult, Checked, Checks, Difference, HourRow, Incident, OWN_VERSION, Replayed, Report, RunFigures,
    ScenarioInfo, hex,
};
use crate::gate::{Judged, Level};
use crate::metrics::{Measured, Metric, Spread, Unit};
use crate::model::{HOUR_US, escape_json};
pub(super) use tree::{Json, object, some};
use tree::{number, verdict};

/// The version of this form.
pub(super) const VERSION: u64 = 1;

/// The whole report, indented, with a line end at the end.
#[must_use]
pub fn json(report: &Report) -> String {
    text(&whole(report, None))
}

/// What was checked: the report of one scenario, or those of several under one verdict.
#[must_use]
pub fn checks_json<'c>(checks: impl Into<Checks<'c>>) -> String {
    text(&checked(checks.into()))
}

fn checked(checks: Checks<'_>) -> Json {
    let Checks { checked, unchecked } = checks;
    if let ([one], []) = (checked, unchecked) {
        return whole(&one.report, Some(&one.file));
    }
    let errors = unchecked.iter().map(|one| {
        let messages = one.troubles.iter().map(|trouble| Json::from(trouble.message.as_str())).collect();
        object([("file", one.file.as_deref().into()), ("messages", messages)])
    });
    some([
        Some(("report", VERSION.into())),
        Some(("rolesim", OWN_VERSION.into())),
        Some(("scenarios", checked.iter().map(|one| whole(&one.report, Some(&one.file))).collect())),
        (!unchecked.is_empty()).then(|| ("unchecked", errors.collect())),
        Some(("verdict", verdict(checks.verdict()).into())),
    ])
}

/// Runs whose figures a page holds one by one; of more it holds how they spread.
const PAGE_RUNS_MOST: u64 = 100;

/// The report as a page holds it: in one line, and of many runs only how they spread.
pub(super) fn page_json(report: &Report) -> String {
    let mut whole = whole(report, None);
    if report.scenario.runs > PAGE_RUNS_MOST {
        whole.without_runs();
    }
    escape_json(&whole.compact())
}

/// The same of what was checked.
pub(super) fn checks_page_json(checks: &[Checked]) -> String {
    let mut all = checked(Checks::from(checks));
    if checks.iter().any(|one| one.report.scenario.runs > PAGE_RUNS_MOST) {
        all.without_runs();
    }
    escape_json(&all.compact())
}

/// The text, with a line end at its end.
pub(super) fn text(json: &Json) -> String {
    escape_json(&format!("{}\n", json.indented()))
}

/// A report; one that was checked names its scenario's file.
fn whole(report: &Report, file: Option<&str>) -> Json {
    let own = report.results.first().map(|result| result.label.as_str());
    let several = report.scenario.runs > 1;
    let differences = report.differences().map(difference).collect();
    let expectations = report.expectations.iter().map(|one| judged(one, own, several)).collect();
    let [version, program, scenario] = head(&report.scenario, file);
    some([
        Some(version),
        Some(program),
        Some(scenario),
        answered::of_report(report).map(|answer| ("answer", answer)),
        Some(("results", report.results.iter().map(result).collect())),
        (several && report.results.len() > 1).then_some(("differences", differences)),
        Some(("expectations", expectations)),
        report.gate.as_ref().map(|comparison| ("gate", gate::comparison(comparison))),
        report.choice.as_ref().map(|choice| ("choice", chosen::choice(choice, &report.results))),
        Some(("verdict", verdict(report.verdict).into())),
    ])
}

/// What every report begins with; one that was checked names its scenario's file.
pub(super) fn head(scenario: &ScenarioInfo, file: Option<&str>) -> [(&'static str, Json); 3] {
    let scenario = some([
        file.map(|file| ("file", file.into())),
        Some(("name", scenario.name.as_str().into())),
        Some(("description", scenario.description.as_deref().into())),
        Some(("digest", scenario.digest.as_str().into())),
        Some(("seed", scenario.seed.into())),
        Some(("runs", scenario.runs.into())),
        scenario.trace.as_ref().map(|replayed| ("trace", trace(replayed))),
        (!scenario.incidents.is_empty())
            .then(|| ("incidents", scenario.incidents.iter().map(incident).collect())),
    ]);
    [("report", VERSION.into()), ("rolesim", OWN_VERSION.into()), ("scenario", scenario)]
}

/// A result as it is accepted: nothing of it but its figures.
pub(super) fn accepted_result(result: &CacheResult) -> Json {
    some([
        Some(("cache", result.cache.as_str().into())),
        Some(("label", result.label.as_str().into())),
        Some(("fingerprint", result.fingerprint_hex().into())),
        Some(("metrics", metrics(&result.metrics))),
        (!result.runs.is_empty()).then(|| ("runs", result.runs.iter().map(figures).collect())),
    ])
}

fn incident(incident: &Incident) -> Json {
    let kind = INCIDENT_KINDS.iter().find(|(_, kind)| *kind == incident.kind).map(|(name, _)| *name);
    object([
        ("from", incident.from.to_string().into()),
        ("to", incident.to.map(|to| to.to_string()).into()),
        ("kind", kind.into()),
    ])
}

fn trace(replayed: &Replayed) -> Json {
    object([
        ("rows", replayed.rows.into()),
        ("used", replayed.used.into()),
        ("skipped", some(replayed.skipped().into_iter().map(|(reason, count)| Some((reason, count.into()))))),
    ])
}

fn result(result: &CacheResult) -> Json {
    let [cache, label, fingerprint, metrics] = measured(result);
    some([
        Some(cache),
        Some(label),
        Some(fingerprint),
        Some(metrics),
        Some(("hourly", result.hourly.iter().map(hour).collect())),
        spreads(result),
        (!result.runs.is_empty()).then(|| ("runs", result.runs.iter().map(figures).collect())),
    ])
}

/// What was measured of a cache, in its first run if there were several.
pub(super) fn measured(result: &CacheResult) -> [(&'static str, Json); 4] {
    [
        ("cache", result.cache.as_str().into()),
        ("label", result.label.as_str().into()),
        ("fingerprint", result.fingerprint_hex().into()),
        ("metrics", metrics(&result.metrics)),
    ]
}

/// What several runs say together.
pub(super) fn spreads(result: &CacheResult) -> Option<(&'static str, Json)> {
    let spread = |metric: Metric| spread(result.spread(metric), metric);
    (!result.runs.is_empty()).then(|| ("spread", nested(&result.metrics, spread)))
}

/// One of several runs.
fn figures(run: &RunFigures) -> Json {
    object([
        ("seed", run.seed.into()),
        ("fingerprint", hex(run.fingerprint).into()),
        ("metrics", metrics(&run.metrics)),
    ])
}

/// A cache compared with the first.
fn difference(difference: Difference<'_>) -> Json {
    let paired = |metric: Metric| match difference.spread(metric) {
        None => Json::Null,
        Some(spread) => object([("mean", spread.mean.into()), ("half_width", spread.half_width.into())]),
    };
    object([
        ("cache", difference.other.cache.as_str().into()),
        ("label", difference.other.label.as_str().into()),
        ("metrics", nested(&difference.other.metrics, paired)),
    ])
}

/// A mean and what it comes from, the extremes in the metric's own unit.
fn spread(spread: Option<Spread>, metric: Metric) -> Json {
    let Some(Spread { mean, half_width, min, max }) = spread else { return Json::Null };
    let own = |figure: f64| match metric.unit() {
        Unit::Ratio => figure.into(),
        Unit::Count | Unit::Micros => (figure as u128).into(),
    };
    object([("mean", mean.into()), ("half_width", half_width.into()), ("min", own(min)), ("max", own(max))])
}

fn metrics(measured: &Measured) -> Json {
    nested(measured, |metric| number(Some(measured.get(metric))))
}

/// Something of all metrics; those with a dot in their name are gathered under what stands before it.
fn nested(measured: &Measured, of: impl Fn(Metric) -> Json) -> Json {
    let mut all: Vec<(String, Json)> = Vec::new();
    for metric in measured.metrics() {
        let value = of(metric);
        let name = metric.name();
        match name.split_once('.') {
            None => all.push((name.into_owned(), value)),
            Some((group, part)) => {
                let part = (part.to_owned(), value);
                match all.iter_mut().find(|(name, _)| name == group) {
                    Some((_, Json::Object(parts))) => parts.push(part),
                    _ => all.push((group.to_owned(), Json::Object(vec![part]))),
                }
            }
        }
    }
    Json::Object(all)
}

fn hour(hour: &HourRow) -> Json {
    object([
        ("from", hour_name(hour.from).into()),
        ("hour", (hour.from.0 / HOUR_US).into()),
        ("requests", hour.requests.into()),
        ("hits", hour.hits.into()),
        ("misses", hour.misses().into()),
        ("hit_ratio", number(Some(hour.hit_ratio()))),
        ("db_reads", hour.db_reads.into()),
        ("failed", hour.failed.into()),
        ("stale_reads", hour.stale_reads.into()),
        ("stale_grants", hour.stale_grants.into()),
        ("cache_size", hour.cache_size.into()),
    ])
}

fn judged(judged: &Judged, own: Option<&str>, several: bool) -> Json {
    let expectation = &judged.expectation;
    let bounds = &expectation.bounds;
    let entries = [
        ("metric", expectation.metric.name().into_owned().into()),
        ("cache", expectation.cache.as_deref().or(own).into()),
        ("at", expectation.at.map(|at| at.to_string()).into()),
        ("min", number(bounds.min)),
        ("max", number(bounds.max)),
        ("equals", number(bounds.equals)),
        ("within", number(bounds.within)),
        ("actual", number(Some(judged.actual))),
        ("level", level(expectation.level).into()),
        ("verdict", verdict(judged.verdict).into()),
        ("because", expectation.because.as_deref().into()),
    ];
    let mut entries = entries.map(Some).to_vec();
    entries.push(several.then_some(("runs_failing", (judged.failing_seeds.len() as u64).into())));
    entries.push(judged.seed.filter(|_| several).map(|seed| ("seed", seed.into())));
    let failing = judged.failing_seeds.iter().map(|seed| Json::from(*seed)).collect();
    entries.push(several.then_some(("failing_seeds", failing)));
    some(entries)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::report::test_reports::{cache, event, expecting, report, several, ttl};

    fn keys(json: &Json) -> Vec<&str> {
        json.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn read(report: &Report) -> Json {
        serde_json::from_str(&json(report)).unwrap()
    }

    #[test]
    fn keys_stand_in_their_order() {
        let whole = read(&expecting());
        assert_eq!(
            keys(&whole),
            ["report", "rolesim", "scenario", "answer", "results", "expectations", "verdict"]
        );
        assert_eq!(keys(&whole["scenario"]), ["name", "description", "digest", "seed", "runs"]);
        let own = &whole["results"][0];
        assert_eq!(keys(own), ["cache", "label", "fingerprint", "metrics", "hourly"]);
        assert_eq!(keys(&own["metrics"])[..3], ["requests", "hits", "misses"]);
        assert_eq!(keys(&own["metrics"]["stale_age_us"]), ["p50", "p95", "p99", "max"]);
        assert_eq!(keys(&own["metrics"]["window_us"]), ["sum", "p50", "p95", "max"]);
        assert_eq!(
            keys(&own["hourly"][0]),
            [
                "from",
                "hour",
                "requests",
                "hits",
                "misses",
                "hit_ratio",
                "db_reads",
                "failed",
                "stale_reads",
                "stale_grants",
                "cache_size"
            ]
        );
        assert_eq!(
            keys(&whole["expectations"][0]),
            [
                "metric", "cache", "at", "min", "max", "equals", "within", "actual", "level", "verdict",
                "because"
            ]
        );
    }

    #[test]
    fn values_are_plain_numbers_and_what_is_undefined_is_null() {
        let whole = read(&report(vec![event(), ttl(), cache("empty", &[])]));
        let metrics = |index: usize| &whole["results"][index]["metrics"];
        assert_eq!(metrics(0)["hit_ratio"], 0.895);
        assert_eq!(metrics(0)["requests"].as_u64(), Some(10_000));
        assert_eq!(metrics(1)["window_us"]["max"].as_u64(), Some(299_000_000));
        assert!(metrics(2)["hit_ratio"].is_null() && metrics(2)["window_us"]["max"].is_null());
        let hours = &whole["results"][0]["hourly"];
        assert_eq!((&hours[0]["from"], &hours[0]["misses"]), (&"08:00".into(), &2.into()));
        assert!(hours[1]["hit_ratio"].is_null());
        assert_eq!(whole["results"][0]["fingerprint"], "000000000000beef");
        assert_eq!(whole["verdict"], "pass");
    }

    #[test]
    fn several_runs_bring_spreads_runs_and_paired_differences() {
        let mut whole = expecting();
        whole.results.extend([ttl(), cache("empty", &[])]);
        let whole = read(&several(whole, 3));
        assert_eq!(
            keys(&whole),
            ["report", "rolesim", "scenario", "answer", "results", "differences", "expectations", "verdict"]
        );
        let own = &whole["results"][0];
        assert_eq!(keys(own), ["cache", "label", "fingerprint", "metrics", "hourly", "spread", "runs"]);
        assert_eq!(keys(&own["spread"]["db_reads"]), ["mean", "half_width", "min", "max"]);
        assert_eq!(own["spread"]["db_reads"]["mean"], 1_051.0);
        assert_eq!(own["spread"]["window_us"]["max"]["max"].as_u64(), Some(0));
        assert!(whole["results"][2]["spread"]["hit_ratio"].is_null());
        assert_eq!(keys(&own["runs"][0]), ["seed", "fingerprint", "metrics"]);
        assert_eq!(
            (&own["runs"][2]["seed"], &own["runs"][2]["fingerprint"]),
            (&44.into(), &"000000000000bef1".into())
        );
        let paired = &whole["differences"][0];
        assert_eq!(
            (&paired["label"], keys(&paired["metrics"]["db_reads"])),
            (&"ttl:5m+sweep=1m".into(), vec!["mean", "half_width"])
        );
        assert_eq!(paired["metrics"]["db_reads"]["mean"], 8_412.0);
        assert!(whole["differences"][1]["metrics"]["hit_ratio"].is_null());
        assert_eq!(whole["expectations"][2]["runs_failing"], 1);
    }

    #[test]
    fn an_expectation_names_its_cache_time_and_verdict() {
        let whole = read(&expecting());
        let expectation = |index: usize| &whole["expectations"][index];
        assert_eq!(expectation(0)["cache"], "event");
        assert_eq!(expectation(0)["at"], "13:00:00");
        assert_eq!(expectation(0)["equals"].as_u64(), Some(77));
        assert!(expectation(0)["min"].is_null() && expectation(0)["because"].is_null());
        assert_eq!(expectation(3)["verdict"], "undefined");
        assert!(expectation(3)["actual"].is_null());
        assert_eq!(expectation(6)["cache"], "ttl:5m+sweep=1m");
        assert_eq!((&expectation(6)["level"], &expectation(6)["within"]), (&"note".into(), &0.05.into()));
    }

    #[test]
    fn the_text_is_indented_whole_and_always_the_same() {
        let text = json(&expecting());
        assert!(text.starts_with("{\n  \"report\": 1,\n") && text.ends_with("\n}\n"));
        assert_eq!(text, json(&expecting()));
    }

    #[test]
    fn the_answer_is_sentences_and_the_same_as_data() {
        let mut oracle = event();
        (oracle.cache, oracle.label) = ("oracle".to_owned(), "oracle".to_owned());
        let whole = read(&report(vec![event(), ttl(), oracle]));
        let answer = &whole["answer"];
        assert_eq!(keys(answer), ["sentences", "candidates", "others"]);
        let sentence = answer["sentences"][0].as_str().unwrap();
        assert!(sentence.starts_with("1 of 2 caches is worth a look"), "{sentence}");
        let own = &answer["candidates"][0];
        assert_eq!(
            (&own["label"], own["db_reads"].as_u64(), &own["times_own"]),
            (&"event".into(), Some(1_050), &1.0.into())
        );
        assert_eq!(
            (&answer["others"][0]["rank"], &answer["others"][0]["by"], &answer["others"][1]["rank"]),
            (&"beaten".into(), &"event".into(), &"bound".into())
        );
        assert!(keys(&read(&report(vec![cache("empty", &[])]))).iter().all(|key| *key != "answer"));
    }
}
