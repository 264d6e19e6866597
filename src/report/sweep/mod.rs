//! What a sweep says: the points of a grid, the cache that they are held against, and the life that would be as
//! fresh.
//!
//! Plain data and its forms, as with a report. Nothing is judged here: a sweep asks, and expects nothing.

mod csv;
mod json;
mod markdown;
mod page;
mod plot;
mod text;

pub use text::sweep_text;

use super::form::NOT_CHECKED;
use super::{CacheResult, Form, FormError, Lang, ScenarioInfo};
use crate::model::Micros;

/// A whole sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// What was run, before anything was varied.
    pub scenario: ScenarioInfo,
    /// What was varied; the first field varies slowest.
    pub vary: Vec<Varied>,
    /// Each combination of values.
    pub points: Vec<Point>,
    /// The event-driven cache on the same day and system: the scenario's own, if it is one. Nothing where more than
    /// the cache was varied.
    pub reference: Option<CacheResult>,
    /// What life of a TTL cache would be as fresh as the reference; nothing where lives were not what was varied.
    pub as_fresh: Option<AsFresh>,
}

impl Sweep {
    /// Whether the draws of the points are decided by seeds of their own.
    fn varies_the_seed(&self) -> bool {
        self.vary.iter().any(|one| one.path == "seed")
    }
}

/// A field that was varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Varied {
    /// Its path in the scenario.
    pub path: String,
    /// What it was set to.
    pub values: Vec<String>,
}

/// One combination of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// A value for each varied field.
    pub values: Vec<String>,
    /// Identifies the day, in hex.
    pub digest: String,
    /// What was measured; without hours.
    pub result: CacheResult,
}

/// The longest life of an entry with which a TTL cache gave no more stale answers than the reference, and no more
/// with a revoked role.
#[derive(Clone, Debug, PartialEq)]
pub struct AsFresh {
    /// That life, up to which every tried one was as fresh, and what was measured with it; nothing where not even
    /// the shortest was.
    pub longest: Option<(Micros, CacheResult)>,
    /// The shortest life that was tried.
    pub shortest: Micros,
    /// The shortest life that was tried and not as fresh; nothing where all were.
    pub stale_from: Option<Micros>,
}

/// The sweep in a form.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn sweep_written(sweep: &Sweep, form: Form, lang: Lang) -> Result<String, FormError> {
    match form {
        Form::Json => Ok(json::json(sweep)),
        Form::Csv => csv::csv(sweep).map_err(FormError::Csv),
        Form::Markdown => Ok(markdown::markdown(sweep, lang)),
        Form::Html => page::sweep_html(sweep, lang).map_err(FormError::Html),
        Form::Junit => Err(FormError::Junit(NOT_CHECKED.to_owned())),
    }
}
