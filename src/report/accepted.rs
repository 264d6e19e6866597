//! Accepted results: a report that somebody looked at and kept, as it is written and read again.
//!
//! What is written is the report without the hours and without expectations, so that a change of it is small to
//! review. What is read is that, or any whole report. Unknown fields are skipped without being kept; what is needed
//! is needed. Nothing is judged here, and no file is opened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;

use super::OWN_VERSION;
use super::json::{VERSION, accepted_result, object, text};
use super::{CacheResult, Report, ScenarioInfo};
use crate::gate::{Figures, OtherVersion, Run};
use crate::metrics::{FRESH_WITHIN, Measured, Metric, Unit, Value};
use crate::model::{Span, shown};

/// Accepted results, as they were read.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The scenario's name then.
    pub name: String,
    /// Identifies the day, in hex.
    pub digest: String,
    /// What decided the draws.
    pub seed: u64,
    /// How often it was run.
    pub runs: u64,
    /// Each cache, the scenario's own first; at least one.
    pub results: Vec<Figures>,
    /// What another version of rolesim did otherwise; `None` if this one wrote them.
    pub other_version: Option<OtherVersion>,
}

/// Why a text cannot be read as accepted results. Reads as "what is wrong; what to do".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptedError {
    /// There is nothing in it.
    Empty,
    /// It ends amid a value.
    Cut(Spot),
    /// A merge left its markers.
    Conflict {
        /// The line of the first one.
        line: usize,
    },
    /// It is not valid JSON.
    NoJson(Spot, String),
    /// It is JSON and no report.
    Foreign,
    /// It is a report of another version.
    OtherVersion(u64),
    /// It is a report, and something that is needed is missing or wrong.
    NotWhole(Spot, String),
}

/// A line and a column, both from 1; 0 where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The column, in bytes.
    pub column: usize,
}

impl AcceptedError {
    /// Line and column, both from 1; `None` if the whole text is meant.
    #[must_use]
    pub fn place(&self) -> Option<(u64, u64)> {
        match self {
            Self::Cut(spot) | Self::NoJson(spot, _) | Self::NotWhole(spot, _) if spot.line > 0 => {
                Some((spot.line as u64, spot.column as u64))
            }
            Self::Conflict { line } => Some((*line as u64, 1)),
            _ => None,
        }
    }
}

impl fmt::Display for AcceptedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the accepted results are empty"),
            Self::Cut(_) => f.write_str("the accepted results end amid a value: the file is cut"),
            Self::Conflict { .. } => f.write_str("the accepted results hold the markers of a merge conflict"),
            Self::NoJson(_, what) => write!(f, "the accepted results are not valid JSON: {what}"),
            Self::Foreign => f.write_str("this is valid JSON, but not a rolesim report"),
            Self::OtherVersion(version) => write!(
                f,
                "the accepted results are a report of version {version}, and this rolesim reads version {VERSION}"
            ),
            Self::NotWhole(_, what) => write!(f, "the accepted results are not whole: {what}"),
        }
    }
}

impl std::error::Error for AcceptedError {}

/// The accepted results that a report gives, as JSON with a line end at its end.
#[must_use]
pub fn accepted_json(report: &Report) -> String {
    let ScenarioInfo { name, digest, seed, runs, .. } = &report.scenario;
    let scenario = object([
        ("name", name.as_str().into()),
        ("digest", digest.as_str().into()),
        ("seed", (*seed).into()),
        ("runs", (*runs).into()),
    ]);
    text(&object([
        ("report", VERSION.into()),
        ("rolesim", OWN_VERSION.into()),
        ("scenario", scenario),
        ("results", report.results.iter().map(accepted_result).collect()),
    ]))
}

/// The figures of a report, as a gate compares them.
#[must_use]
pub fn figures(report: &Report) -> Vec<Figures> {
    let of = |result: &CacheResult| {
        let own = || Run {
            seed: report.scenario.seed,
            fingerprint: result.fingerprint,
            metrics: result.metrics.clone(),
        };
        let several = result.runs.iter().map(|run| Run {
            seed: run.seed,
            fingerprint: run.fingerprint,
            metrics: run.metrics.clone(),
        });
        let mut runs: Vec<Run> = several.collect();
        if runs.is_empty() {
            runs.push(own());
        }
        Figures { cache: result.cache.clone(), label: result.label.clone(), runs }
    };
    report.results.iter().map(of).collect()
}

impl Accepted {
    /// Reads accepted results from JSON.
    ///
    /// # Errors
    /// When the text is none.
    pub fn read(bytes: &[u8]) -> Result<Self, AcceptedError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(AcceptedError::Empty);
        }
        // What it claims to be comes before what it holds: a later version may hold something else.
        let claim: Claim = serde_json::from_slice(bytes).map_err(|error| syntax(&error, bytes))?;
        match claim.report {
            Some(VERSION) => {}
            Some(version) => return Err(AcceptedError::OtherVersion(version)),
            None => return Err(AcceptedError::Foreign),
        }
        let whole: Whole = serde_json::from_slice(bytes)
            .map_err(|error| AcceptedError::NotWhole(spot(&error), bare(&error)))?;
        whole.accepted().map_err(|what| AcceptedError::NotWhole(Spot { line: 0, column: 0 }, what))
    }
}

fn spot(error: &serde_json::Error) -> Spot {
    Spot { line: error.line(), column: error.column() }
}

/// The error without its place.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

fn syntax(error: &serde_json::Error, bytes: &[u8]) -> AcceptedError {
    const BEGIN: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];
    // An editor may have indented the markers or joined their lines: these two are found wherever they stand.
    let anywhere = |line: &[u8]| line.windows(7).any(|part| part == BEGIN[0] || part == BEGIN[3]);
    let marked =
        |line: &[u8]| BEGIN.iter().any(|mark| line.trim_ascii_start().starts_with(mark)) || anywhere(line);
    let conflict = bytes.split(|byte| *byte == b'\n').position(marked);
    match (conflict, error.classify()) {
        (Some(index), _) => AcceptedError::Conflict { line: index + 1 },
        (None, Category::Eof) => AcceptedError::Cut(spot(error)),
        (None, Category::Data) => AcceptedError::Foreign,
        (None, _) => AcceptedError::NoJson(spot(error), bare(error)),
    }
}

/// The version of a report; nothing of other JSON.
#[derive(Deserialize)]
struct Claim {
    report: Option<u64>,
}

#[derive(Deserialize)]
struct Whole {
    rolesim: Option<String>,
    scenario: Scenario,
    results: Vec<CacheFigures>,
}

#[derive(Deserialize)]
struct Scenario {
    name: String,
    digest: String,
    seed: u64,
    runs: u64,
}

#[derive(Deserialize)]
struct CacheFigures {
    cache: String,
    label: String,
    fingerprint: Fingerprint,
    metrics: Metrics,
    #[serde(default)]
    runs: Vec<RunOf>,
}

#[derive(Deserialize)]
struct RunOf {
    seed: u64,
    fingerprint: Fingerprint,
    metrics: Metrics,
}

impl Whole {
    fn accepted(self) -> Result<Accepted, String> {
        let Scenario { name, digest, seed, runs } = self.scenario;
        if self.results.is_empty() {
            return Err("`results` is empty".to_owned());
        }
        let mut results: Vec<Figures> = Vec::new();
        let mut labels = BTreeSet::new();
        let mut other_version = self.rolesim.filter(|version| version != OWN_VERSION).map(OtherVersion::new);
        for CacheFigures { cache, label, fingerprint, metrics, runs: several } in self.results {
            let mut all: Vec<RunOf> = several;
            if all.is_empty() {
                all.push(RunOf { seed, fingerprint, metrics });
            }
            if all.len() as u64 != runs {
                return Err(format!("`scenario.runs` is {runs}, and a result has {} of them", all.len()));
            }
            if !labels.insert(label.clone()) {
                return Err("two results have one label".to_owned());
            }
            for RunOf { metrics, .. } in &all {
                match (&mut other_version, metrics.absent.first()) {
                    (Some(other), _) => other.note(&metrics.absent, &metrics.unknown),
                    (None, Some(metric)) => {
                        return Err(format!("the metric `{metric}` is missing in {}", shown(&label)));
                    }
                    (None, None) => {}
                }
            }
            let runs = all.into_iter().map(|RunOf { seed, fingerprint, metrics }| Run {
                seed,
                fingerprint: fingerprint.0,
                metrics: metrics.measured,
            });
            results.push(Figures { cache, label, runs: runs.collect() });
        }
        Ok(Accepted { name, digest, seed, runs, results, other_version })
    }
}

/// A fingerprint of 16 hexadecimal digits.
struct Fingerprint(u64);

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u64::from_str_radix(&text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or_else(|| de::Error::custom("a `fingerprint` has 16 hexadecimal digits"))
    }
}

/// The values of metrics, gathered as in a report.
struct Metrics {
    /// What is absent is undefined here.
    measured: Measured,
    /// Metrics that have no value, not even `null`.
    absent: Vec<Metric>,
    /// Names that no metric has; the first [`UNKNOWN_MOST`] of them.
    unknown: BTreeSet<String>,
}

/// Unknown names that are kept: a rolesim that knows more metrics than these is another one.
const UNKNOWN_MOST: usize = 100;

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut values, mut unknown) = (BTreeMap::new(), BTreeSet::new());
        deserializer.deserialize_map(Group { prefix: "", values: &mut values, unknown: &mut unknown })?;
        let absent = Metric::ALL.iter().copied().filter(|metric| !values.contains_key(metric)).collect();
        let span = |metric: &Metric| match metric {
            Metric::FreshWithin(span) => Some(*span),
            _ => None,
        };
        let spans: Vec<Span> = values.keys().filter_map(span).collect();
        let value = |metric| values.get(&metric).copied().unwrap_or(Value::Undefined);
        let measured = Measured::collect(&spans, value);
        Ok(Self { measured, absent, unknown })
    }
}

/// Metrics whose names begin alike, or all of them.
struct Group<'a> {
    prefix: &'a str,
    values: &'a mut BTreeMap<Metric, Value>,
    unknown: &'a mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("metrics by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let name = format!("{}{key}", self.prefix);
            let inside = format!("{name}.");
            if let Some(metric) = Metric::find(&name).filter(|metric| metric.name() == name) {
                let value = map.next_value_seed(Cell(metric))?;
                if self.values.insert(metric, value).is_some() {
                    return Err(de::Error::custom(format!("the metric `{metric}` is given twice")));
                }
            } else if name == FRESH_WITHIN || Metric::NAMES.iter().any(|name| name.starts_with(&inside)) {
                let (values, unknown) = (&mut *self.values, &mut *self.unknown);
                map.next_value_seed(Group { prefix: &inside, values, unknown })?;
            } else {
                map.next_value::<IgnoredAny>()?;
                if self.unknown.len() < UNKNOWN_MOST {
                    self.unknown.insert(name);
                }
            }
        }
        Ok(())
    }
}

/// The value of one metric.
struct Cell(Metric);

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Self(metric) = self;
        let wrong = |what: &str| de::Error::custom(format!("metric `{metric}`: expected {what}"));
        match metric.unit() {
            Unit::Count => match Option::<u64>::deserialize(deserializer) {
                Ok(Some(count)) => Ok(Value::Count(count)),
                _ => Err(wrong("a whole number, 0 or more")),
            },
            Unit::Micros => match Option::<u128>::deserialize(deserializer) {
                Ok(time) => Ok(time.map_or(Value::Undefined, Value::Micros)),
                Err(_) => Err(wrong("a whole number of microseconds")),
            },
            Unit::Ratio => match Option::<f64>::deserialize(deserializer) {
                Ok(Some(share)) if !(0.0..=1.0).contains(&share) => Err(wrong("a share from 0 to 1")),
                Ok(share) => Ok(share.map_or(Value::Undefined, Value::Ratio)),
                Err(_) => Err(wrong("a number")),
            },
        }
    }
}

#[cfg(test)]
mod tests;
