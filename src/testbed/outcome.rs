//! What a run of the test bed gives back: figures by name, verdicts, and the report in its forms.

use std::fmt;

use crate::gate::{Judged, Level, Verdict};
use crate::metrics::Metric;
use crate::model::shown;
use crate::policy::PolicySpec;
use crate::report::{self, CacheResult, Report, Style, Tables};
use crate::run::failure::Failure;
use crate::scenario::nearest;

/// What was measured of a team's own cache and of those next to it.
///
/// It displays as the report that the command line prints: of one cache the day's summary, of several the
/// comparison; then the scenario's expectations.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub(super) report: Report,
}

impl Outcome {
    /// A metric of the own cache by its name in a report, as `hit_ratio` or `window_us.max`: counts and
    /// microseconds as they are, ratios between 0 and 1. Nothing where it is undefined, as the hit ratio of no
    /// requests.
    ///
    /// # Errors
    /// When no metric has this name.
    pub fn metric(&self, name: &str) -> Result<Option<f64>, Error> {
        self.report.results.first().map_or(Ok(None), |own| value(own, name))
    }

    /// The same of any cache of the report, by its label or its spec, in any form that the spec can be written.
    ///
    /// # Errors
    /// When no metric, or no cache, has this name.
    pub fn metric_of(&self, cache: &str, name: &str) -> Result<Option<f64>, Error> {
        value(self.result(cache)?, name)
    }

    /// A hash of what every request was answered by a cache, as 16 digits: equal for two caches that never
    /// answered differently.
    ///
    /// # Errors
    /// When no cache has this label or spec.
    pub fn fingerprint(&self, cache: &str) -> Result<String, Error> {
        Ok(self.result(cache)?.fingerprint_hex())
    }

    /// Whether every expectation of level `error` holds; those that name no cache are about the own one.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.report.verdict == Verdict::Pass
    }

    /// The metrics whose expectations of level `error` do not hold, in the scenario's order.
    pub fn failed(&self) -> impl Iterator<Item = String> {
        let fails = |one: &&Judged| one.expectation.level == Level::Error && one.verdict != Verdict::Pass;
        self.report.expectations.iter().filter(fails).map(|one| one.expectation.metric.to_string())
    }

    /// The report as JSON, as `--format json` prints it.
    #[must_use]
    pub fn json(&self) -> String {
        report::json(&self.report)
    }

    fn result(&self, cache: &str) -> Result<&CacheResult, Error> {
        let labels = || {
            let labels: Vec<String> = self.report.results.iter().map(|result| shown(&result.label)).collect();
            labels.join(", ")
        };
        let results = &self.report.results;
        let labelled = results.iter().find(|result| result.label == cache);
        let specified = || {
            let spec = cache.parse::<PolicySpec>().ok()?.to_string();
            results.iter().find(|result| result.cache == spec)
        };
        labelled.or_else(specified).ok_or_else(|| {
            Error::new(format!("no cache of this run is called {}; there are {}", shown(cache), labels()))
        })
    }
}

fn value(result: &CacheResult, name: &str) -> Result<Option<f64>, Error> {
    let metric = Metric::find(name).ok_or_else(|| {
        let hint =
            nearest(name, Metric::NAMES.iter().copied()).map(|name| format!("; did you mean `{name}`?"));
        Error::new(format!("{} is not a metric{}", shown(name), hint.unwrap_or_default()))
    })?;
    Ok(result.metrics.get(metric).number())
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = Style::default();
        f.write_str(&match self.report.results.len() {
            1 => report::run_text(&self.report, &style, false),
            _ => report::compare_text(&self.report, &style, Tables::Main),
        })
    }
}

/// Why there is no result: a file that cannot be read, a fault in the scenario, a name that means nothing.
///
/// Its debugging form is its message, since that is what a test prints which fails by `?`.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    lines: Vec<String>,
}

impl Error {
    pub(super) fn new(line: String) -> Self {
        Self { lines: vec![line] }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self { lines: failure.lines() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
