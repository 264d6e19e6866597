//! The forms in which a report is written, and the file names that ask for them.

use std::fmt;

use super::check::Checked;
use super::{
    Lang, Report, checks_html, checks_json, checks_markdown, csv, csv_of, html, json, junit, markdown,
};

/// A form of a report other than the words on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For programs: everything.
    Json,
    /// For spreadsheets: a row for each cache.
    Csv,
    /// For pages and comments: tables that people read.
    Markdown,
    /// For a browser: a page of its own.
    Html,
    /// For whatever shows tests, as JUnit writes them: what was checked, one by one.
    Junit,
}

/// Every form, with the extension of its files.
const FORMS: [(&str, Form); 5] = [
    ("json", Form::Json),
    ("csv", Form::Csv),
    ("md", Form::Markdown),
    ("html", Form::Html),
    ("xml", Form::Junit),
];

impl Form {
    /// The form that a file's extension asks for, in upper or lower case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let of = |(name, form): &(&str, Self)| extension.eq_ignore_ascii_case(name).then_some(*form);
        FORMS.iter().find_map(of)
    }

    /// The extensions that ask for one of these forms, each with its dot.
    #[must_use]
    pub fn extensions(fits: impl Fn(Self) -> bool) -> Vec<String> {
        FORMS.iter().filter(|(_, form)| fits(*form)).map(|(name, _)| format!(".{name}")).collect()
    }

    /// The most memory in which the form is made, in bytes, by what it is made of: for each hour of a cache, and for the
    /// figures of a cache in each of several runs. Measured, rounded up.
    #[must_use]
    pub fn made_in(self) -> (u64, u64) {
        match self {
            Self::Json => (3_072, 8_192),
            Self::Html => (3_584, 12_288),
            Self::Csv | Self::Markdown | Self::Junit => (0, 2_048),
        }
    }

    /// Whether every report has this form, and not only what was checked.
    #[must_use]
    pub fn is_of_every_report(self) -> bool {
        self != Self::Junit
    }
}

/// Why a report that nobody checked has no list of tests; the command line refuses it before.
pub(super) const NOT_CHECKED: &str = "only what was checked has one";

/// Why a report could not be written. Completes "failed to write the report: …".
#[derive(Debug)]
pub enum FormError {
    /// The table of cells failed.
    Csv(::csv::Error),
    /// The page failed.
    Html(minijinja::Error),
    /// The list of tests failed.
    Junit(String),
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv(error) => write!(f, "the table of cells: {error}"),
            Self::Html(error) => write!(f, "the page: {error:#}"),
            Self::Junit(error) => write!(f, "the list of tests: {error}"),
        }
    }
}

impl std::error::Error for FormError {}

/// The report in a form; what people read of it is in this language.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn written(report: &Report, form: Form, lang: Lang) -> Result<String, FormError> {
    match form {
        Form::Json => Ok(json(report)),
        Form::Csv => csv(report).map_err(FormError::Csv),
        Form::Html => html(report, lang).map_err(FormError::Html),
        Form::Markdown => Ok(markdown(report, lang)),
        Form::Junit => Err(FormError::Junit(NOT_CHECKED.to_owned())),
    }
}

/// What was checked in a form.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn checks_written(checks: &[Checked], form: Form, lang: Lang) -> Result<String, FormError> {
    match form {
        Form::Json => Ok(checks_json(checks)),
        Form::Csv => csv_of(checks.iter().map(|one| &one.report)).map_err(FormError::Csv),
        Form::Markdown => Ok(checks_markdown(checks, lang)),
        Form::Html => checks_html(checks, lang).map_err(FormError::Html),
        Form::Junit => junit(checks, lang),
    }
}
