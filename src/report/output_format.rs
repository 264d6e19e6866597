//! The formats in which a report is written, and the file names that ask for them.

use std::fmt;

use super::check::Checked;
use super::views::{checks_markdown, markdown};
use super::{Lang, Report, checks_html, checks_json, csv, csv_of, html, json, junit};

/// A format of a report other than the text on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
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

/// Every format, with the extension of its files.
const FORMATS: [(&str, OutputFormat); 5] = [
    ("json", OutputFormat::Json),
    ("csv", OutputFormat::Csv),
    ("md", OutputFormat::Markdown),
    ("html", OutputFormat::Html),
    ("xml", OutputFormat::Junit),
];

impl OutputFormat {
    /// The format that a file's extension asks for, in upper or lower case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let of = |(name, format): &(&str, Self)| extension.eq_ignore_ascii_case(name).then_some(*format);
        FORMATS.iter().find_map(of)
    }

    /// The extensions that ask for one of these formats, each with its dot.
    #[must_use]
    pub fn extensions(fits: impl Fn(Self) -> bool) -> Vec<String> {
        FORMATS.iter().filter(|(_, format)| fits(*format)).map(|(name, _)| format!(".{name}")).collect()
    }

    /// The most memory in which the format is made, in bytes, by what it is made of: for each hour of a cache, and for the
    /// figures of a cache in each of several runs. Measured, rounded up.
    #[must_use]
    pub fn made_in(self) -> (u64, u64) {
        match self {
            Self::Json => (3_072, 8_192),
            Self::Html => (3_584, 12_288),
            Self::Csv | Self::Markdown | Self::Junit => (0, 2_048),
        }
    }

    /// Whether every report has this format, and not only what was checked.
    #[must_use]
    pub fn is_of_every_report(self) -> bool {
        self != Self::Junit
    }
}

/// Why a report that nobody checked has no list of tests; the command line refuses it before.
pub(super) const NOT_CHECKED: &str = "only what was checked has one";

/// Why a report could not be written. Completes "failed to write the report: …".
#[derive(Debug)]
pub enum FormatError {
    /// The table of cells failed.
    Csv(::csv::Error),
    /// The page failed.
    Html(minijinja::Error),
    /// The list of tests failed.
    Junit(String),
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv(error) => write!(f, "the table of cells: {error}"),
            Self::Html(error) => write!(f, "the page: {error:#}"),
            Self::Junit(error) => write!(f, "the list of tests: {error}"),
        }
    }
}

impl std::error::Error for FormatError {}

/// The report in a format; what people read of it is in this language.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn written(report: &Report, format: OutputFormat, lang: Lang) -> Result<String, FormatError> {
    match format {
        OutputFormat::Json => Ok(json(report)),
        OutputFormat::Csv => csv(report).map_err(FormatError::Csv),
        OutputFormat::Html => html(report, lang).map_err(FormatError::Html),
        OutputFormat::Markdown => Ok(markdown(report, lang)),
        OutputFormat::Junit => Err(FormatError::Junit(NOT_CHECKED.to_owned())),
    }
}

/// What was checked in a format.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn checks_written(checks: &[Checked], format: OutputFormat, lang: Lang) -> Result<String, FormatError> {
    match format {
        OutputFormat::Json => Ok(checks_json(checks)),
        OutputFormat::Csv => csv_of(checks.iter().map(|one| &one.report)).map_err(FormatError::Csv),
        OutputFormat::Markdown => Ok(checks_markdown(checks, lang)),
        OutputFormat::Html => checks_html(checks, lang).map_err(FormatError::Html),
        OutputFormat::Junit => junit(checks, lang).map_err(FormatError::Junit),
    }
}
