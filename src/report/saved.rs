//! Whole reports, read again from JSON: what `run`, `compare`, `choose` and `check` wrote.
//!
//! What JSON does not hold stays empty: the lines of expectations, and the changes of a gate that were none. Of a metric
//! that an older version did not have, there is no value. Nothing is judged again: the verdicts are those that were
//! written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

mod parsed;
mod saved_choice;

use parsed::{metric, value, verdict_of};
use saved_choice::Chosen;

use super::accepted::claimed;
use super::check::Against;
use super::incidents::{INCIDENT_KINDS, Incident};
use super::saved_figures::{Fingerprint, Metrics};
use super::{AcceptedError, CacheResult, Checked, Replayed, Report, RunFigures, ScenarioInfo, Spot};
use crate::gate::{
    Amount, Bounds, Change, Comparison, Expectation, Judged, Level, OtherVersion, Pair, Paired, Standing,
    Verdict,
};
use crate::metrics::{HourRow, Metric, Spread, Value};
use crate::model::{DayTime, HOUR_US};

/// A report that was saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// Of one scenario that was run.
    Report(Box<Report>),
    /// Of scenarios that were checked.
    Checks(Vec<Checked>),
}

impl Saved {
    /// Reads a saved report.
    ///
    /// # Errors
    /// When the text is none, or is the report of a sweep.
    pub fn read(bytes: &[u8]) -> Result<Self, AcceptedError> {
        let kind: Kind = claimed(bytes)?;
        let saved = match kind {
            Kind { sweep: Some(_), .. } => {
                Err("this is the report of a sweep, which has no other forms; run the sweep with -o"
                    .to_owned())
            }
            Kind { scenarios: Some(_), .. } => {
                let many: Many = claimed(bytes)?;
                many.scenarios.into_iter().map(One::checked).collect::<Result<_, _>>().map(Self::Checks)
            }
            Kind { .. } => {
                let one: One = claimed(bytes)?;
                match one.scenario.file.is_some() {
                    true => one.checked().map(|one| Self::Checks(vec![one])),
                    false => one.report().map(|report| Self::Report(Box::new(report))),
                }
            }
        };
        saved.map_err(|what| AcceptedError::NotWhole(Spot { line: 0, column: 0 }, what))
    }
}

/// What kind of a report it is.
#[derive(Deserialize)]
struct Kind {
    scenarios: Option<IgnoredAny>,
    sweep: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Many {
    scenarios: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    scenario: Scenario,
    results: Vec<CacheFigures>,
    #[serde(default)]
    expectations: Vec<Expected>,
    gate: Option<Gate>,
    choice: Option<Chosen>,
    verdict: Option<String>,
}

#[derive(Deserialize)]
struct Scenario {
    file: Option<String>,
    name: String,
    description: Option<String>,
    digest: String,
    seed: u64,
    runs: u64,
    trace: Option<Rows>,
    #[serde(default)]
    incidents: Vec<SavedIncident>,
}

#[derive(Deserialize)]
struct SavedIncident {
    from: String,
    to: Option<String>,
    kind: String,
}

impl SavedIncident {
    /// The incident; `None` if it is of a kind that a later version knows.
    fn incident(self) -> Option<Incident> {
        let (_, kind) = INCIDENT_KINDS.into_iter().find(|(name, _)| *name == self.kind)?;
        let to = self.to.map(|to| to.parse()).transpose().ok()?;
        Some(Incident { from: self.from.parse().ok()?, to, kind })
    }
}

#[derive(Deserialize)]
struct Rows {
    rows: u64,
    used: u64,
    #[serde(default)]
    skipped: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct CacheFigures {
    cache: String,
    label: String,
    fingerprint: Fingerprint,
    metrics: Metrics,
    #[serde(default)]
    hourly: Vec<Hour>,
    #[serde(default)]
    runs: Vec<RunOf>,
}

#[derive(Deserialize)]
struct RunOf {
    seed: u64,
    fingerprint: Fingerprint,
    metrics: Metrics,
}

#[derive(Deserialize)]
struct Hour {
    hour: u64,
    requests: u64,
    hits: u64,
    db_reads: u64,
    failed: u64,
    stale_reads: u64,
    stale_grants: u64,
    cache_size: u64,
}

#[derive(Deserialize)]
struct Expected {
    metric: String,
    cache: Option<String>,
    at: Option<String>,
    min: Json,
    max: Json,
    equals: Json,
    within: Json,
    actual: Json,
    level: String,
    verdict: String,
    because: Option<String>,
    seed: Option<u64>,
    #[serde(default)]
    failing_seeds: Vec<u64>,
}

#[derive(Deserialize)]
struct Gate {
    strict: bool,
    caches: Vec<GatePair>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    unaccepted: Vec<String>,
    accepted_by: Option<AcceptedBy>,
}

#[derive(Deserialize)]
struct AcceptedBy {
    rolesim: String,
    absent: Vec<String>,
    unknown: Vec<String>,
}

#[derive(Deserialize)]
struct GatePair {
    label: String,
    accepted_label: String,
    own: bool,
    same_cache: bool,
    same_answers: bool,
    compared: usize,
    changes: Vec<GateChange>,
}

#[derive(Deserialize)]
struct GateChange {
    metric: String,
    accepted: Json,
    actual: Json,
    tolerance: Json,
    seed: Option<u64>,
    paired: Option<GatePaired>,
    verdict: String,
}

#[derive(Deserialize)]
struct GatePaired {
    accepted_mean: f64,
    actual_mean: f64,
    mean: f64,
    half_width: Option<f64>,
}

impl One {
    fn checked(self) -> Result<Checked, String> {
        let file = self.scenario.file.clone().unwrap_or_default();
        let against = if self.gate.is_some() { Against::Accepted } else { Against::Nothing };
        Ok(Checked { file, options: Vec::new(), accepted: None, against, report: self.report()? })
    }

    fn report(self) -> Result<Report, String> {
        let Self { scenario, results, expectations, gate, choice, verdict } = self;
        let results: Vec<CacheResult> = results.into_iter().map(CacheFigures::result).collect();
        let own = results.first().map(|result| result.label.clone());
        let expectations = expectations
            .into_iter()
            .map(|one| one.judged(own.as_deref(), &scenario))
            .collect::<Result<_, _>>()?;
        let gate = gate.map(|gate| gate.comparison(&results)).transpose()?;
        let choice = choice.map(|choice| choice.choice(&results)).transpose()?;
        let verdict = verdict.as_deref().map_or(Ok(Verdict::Pass), verdict_of)?;
        Ok(Report { scenario: scenario.info(), results, expectations, gate, choice, verdict })
    }
}

impl Scenario {
    fn info(self) -> ScenarioInfo {
        let Self { file: _, name, description, digest, seed, runs, trace, incidents } = self;
        let trace = trace.map(|Rows { rows, used, skipped }| {
            let of = |reason: &str| skipped.get(reason).copied().unwrap_or(0);
            let (outside_clock, neither) = (of("outside_clock"), of("neither_asks_nor_writes"));
            let (sets, deletes) = (of("sets"), of("deletes"));
            Replayed { rows, used, outside_clock, sets, deletes, neither, ..Replayed::default() }
        });
        ScenarioInfo {
            name,
            description,
            digest,
            seed,
            runs,
            trace,
            incidents: incidents.into_iter().filter_map(SavedIncident::incident).collect(),
        }
    }
}

impl CacheFigures {
    fn result(self) -> CacheResult {
        let Self { cache, label, fingerprint, metrics, hourly, runs } = self;
        let hour = |hour: Hour| {
            let Hour { hour, requests, hits, db_reads, failed, stale_reads, stale_grants, cache_size } = hour;
            let from = DayTime(hour.saturating_mul(HOUR_US));
            HourRow { from, requests, hits, db_reads, failed, stale_reads, stale_grants, cache_size }
        };
        let run = |RunOf { seed, fingerprint, metrics }| RunFigures {
            seed,
            fingerprint: fingerprint.0,
            metrics: metrics.measured,
        };
        CacheResult {
            cache,
            label,
            fingerprint: fingerprint.0,
            metrics: metrics.measured,
            hourly: hourly.into_iter().map(hour).collect(),
            runs: runs.into_iter().map(run).collect(),
        }
    }
}

impl Expected {
    fn judged(self, own: Option<&str>, scenario: &Scenario) -> Result<Judged, String> {
        let metric = metric(&self.metric)?;
        let bound = |json: &Json| -> Result<Option<Value>, String> {
            Ok(Some(value(metric, json)?).filter(|value| *value != Value::Undefined))
        };
        let bounds = Bounds {
            min: bound(&self.min)?,
            max: bound(&self.max)?,
            equals: bound(&self.equals)?,
            within: bound(&self.within)?,
        };
        let at = self.at.as_deref().map(str::parse).transpose();
        let expectation = Expectation {
            metric,
            cache: self.cache.filter(|cache| Some(cache.as_str()) != own),
            at: at.map_err(|_| "an expectation has a time that is none".to_owned())?,
            bounds,
            level: match self.level.as_str() {
                "error" => Level::Error,
                "warn" => Level::Warn,
                "note" => Level::Note,
                other => return Err(format!("`{other}` is not a level")),
            },
            because: self.because,
            line: None,
        };
        let verdict = verdict_of(&self.verdict)?;
        // One run has no seed but the scenario's.
        let failing_seeds = match scenario.runs {
            1 if verdict != Verdict::Pass => vec![scenario.seed],
            _ => self.failing_seeds,
        };
        let (actual, seed) = (value(metric, &self.actual)?, self.seed);
        Ok(Judged { expectation, actual, verdict, seed, failing_seeds })
    }
}

impl Gate {
    fn comparison(self, results: &[CacheResult]) -> Result<Comparison, String> {
        let Self { strict, caches, missing, unaccepted, accepted_by } = self;
        let other = |AcceptedBy { rolesim, absent, unknown }| -> Result<OtherVersion, String> {
            let absent = absent.iter().map(|name| metric(name)).collect::<Result<_, _>>()?;
            Ok(OtherVersion { version: rolesim, absent, unknown: unknown.into_iter().collect() })
        };
        let other_version = accepted_by.map(other).transpose()?;
        let absent = other_version.as_ref().map(|other| &other.absent);
        let pairs = caches.into_iter().map(|pair| pair.pair(results, absent)).collect::<Result<_, _>>()?;
        Ok(Comparison { pairs, missing, unaccepted, strict, other_version })
    }
}

impl GatePair {
    /// The pair, with as many unchanged metrics as were compared.
    fn pair(self, results: &[CacheResult], absent: Option<&BTreeSet<Metric>>) -> Result<Pair, String> {
        let Self { label, accepted_label, own, same_cache, same_answers, compared, changes } = self;
        let mut changes = changes.into_iter().map(GateChange::change).collect::<Result<Vec<_>, _>>()?;
        let same = |metric: Metric, value: Value| Change {
            metric,
            tolerance: None,
            accepted: value,
            actual: value,
            seed: None,
            paired: None,
            standing: Standing::Same,
        };
        let measured = results.iter().find(|result| result.label == label).map(|result| &result.metrics);
        let unchanged = measured.into_iter().flat_map(|metrics| {
            metrics.metrics().map(|metric| same(metric, metrics.get(metric))).collect::<Vec<_>>()
        });
        let known: Vec<Metric> = changes.iter().map(|change| change.metric).collect();
        let more = compared.saturating_sub(changes.len());
        let is_told =
            |metric: &Metric| known.contains(metric) || absent.is_some_and(|absent| absent.contains(metric));
        changes.extend(unchanged.filter(|change| !is_told(&change.metric)).take(more));
        changes.sort_by_key(|change| change.metric);
        Ok(Pair { label, accepted_label, own, same_cache, same_answers, changes })
    }
}

impl GateChange {
    fn change(self) -> Result<Change, String> {
        let metric = metric(&self.metric)?;
        let tolerance = match &self.tolerance {
            Json::Null => None,
            Json::String(percent) => {
                Some(Amount::parse(percent, metric.unit()).map_err(|error| error.to_string())?)
            }
            most => Some(Amount::Absolute(value(metric, most)?)),
        };
        let of = |mean: f64, half_width| Spread { mean, half_width, min: mean, max: mean };
        let paired = self.paired.map(|paired| Paired {
            accepted: of(paired.accepted_mean, None),
            actual: of(paired.actual_mean, None),
            difference: of(paired.mean, paired.half_width),
        });
        let (accepted, actual) = (value(metric, &self.accepted)?, value(metric, &self.actual)?);
        let standing =
            Standing::find(&self.verdict).ok_or_else(|| format!("`{}` is not a verdict", self.verdict))?;
        Ok(Change { metric, tolerance, accepted, actual, seed: self.seed, paired, standing })
    }
}

#[cfg(test)]
mod tests;
