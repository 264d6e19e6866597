//! The formats in which a report is written, and the file names that ask for them.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use super::check::Checks;
use super::csv::CsvRows;
use super::views::{checks_markdown, markdown};
use super::{Lang, Report, Shade, checks_html, checks_json, csv, csv_of, html, json, junit, picture};

/// A format of a report other than the text on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// For programs: everything.
    Json,
    /// For spreadsheets: rows of figures.
    Csv(CsvRows),
    /// For pages and comments: tables that people read.
    Markdown,
    /// For a browser: a page of its own.
    Html,
    /// For whatever shows tests, as JUnit writes them: what was checked, one by one.
    Junit,
    /// For a README or a slide: what each cache reads against what it lets in, as a picture. The shade is that of the
    /// reader's screen unless the file is called `.light.svg` or `.dark.svg`.
    Svg(Shade),
}

/// Every format, with the extension of its files.
const FORMATS: [(&str, OutputFormat); 6] = [
    ("json", OutputFormat::Json),
    ("csv", OutputFormat::Csv(CsvRows::Caches)),
    ("md", OutputFormat::Markdown),
    ("html", OutputFormat::Html),
    ("xml", OutputFormat::Junit),
    ("svg", OutputFormat::Svg(Shade::Auto)),
];

impl OutputFormat {
    /// The format that a file's name asks for by its extension, in upper or lower case.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let before = Path::new(path.file_stem()?).extension().and_then(OsStr::to_str);
        let shade = match before.map(str::to_ascii_lowercase).as_deref() {
            Some("light") => Shade::Light,
            Some("dark") => Shade::Dark,
            _ => Shade::Auto,
        };
        let format = FORMATS.iter().find_map(|(name, format)| (extension == *name).then_some(*format))?;
        Some(if format == Self::Svg(Shade::Auto) { Self::Svg(shade) } else { format })
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
            Self::Csv(CsvRows::Runs) => (0, 4_096),
            Self::Csv(_) | Self::Markdown | Self::Junit | Self::Svg(_) => (0, 2_048),
        }
    }

    /// The same with other rows, if it has rows.
    #[must_use]
    pub fn by(self, rows: CsvRows) -> Self {
        if matches!(self, Self::Csv(_)) { Self::Csv(rows) } else { self }
    }

    /// Whether every report has this format, and not only what was checked or compared.
    #[must_use]
    pub fn is_of_every_report(self) -> bool {
        !matches!(self, Self::Junit | Self::Svg(_))
    }
}

/// Why a report that nobody checked has no list of tests; the command line refuses it before.
pub(super) const NOT_CHECKED: &str = "only what was checked has one";

/// Why a report without several caches on one day has no picture; the command line refuses it before.
pub(super) const NOT_COMPARED: &str = "only a comparison of several caches has one";

/// Why a report could not be written. Completes "failed to write the report: …".
#[derive(Debug)]
pub enum FormatError {
    /// The table of cells failed.
    Csv(::csv::Error),
    /// The page failed.
    Html(minijinja::Error),
    /// The list of tests failed.
    Junit(String),
    /// A picture was asked for, and several caches are not compared.
    Svg(&'static str),
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv(error) => write!(f, "the table of cells: {error}"),
            Self::Html(error) => write!(f, "the page: {error:#}"),
            Self::Junit(error) => write!(f, "the list of tests: {error}"),
            Self::Svg(why) => write!(f, "the picture: {why}"),
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
        OutputFormat::Csv(rows) => csv(report, rows).map_err(FormatError::Csv),
        OutputFormat::Html => html(report, lang).map_err(FormatError::Html),
        OutputFormat::Markdown => Ok(markdown(report, lang)),
        OutputFormat::Junit => Err(FormatError::Junit(NOT_CHECKED.to_owned())),
        OutputFormat::Svg(shade) => {
            let drawn = picture(report, lang, shade).map_err(FormatError::Html)?;
            drawn.ok_or(FormatError::Svg(NOT_COMPARED))
        }
    }
}

/// What was checked in a format.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn checks_written<'c>(
    checks: impl Into<Checks<'c>>,
    format: OutputFormat,
    lang: Lang,
) -> Result<String, FormatError> {
    let checks = checks.into();
    match format {
        OutputFormat::Json => Ok(checks_json(checks)),
        OutputFormat::Csv(rows) => {
            csv_of(checks.checked.iter().map(|one| &one.report), rows).map_err(FormatError::Csv)
        }
        OutputFormat::Markdown => Ok(checks_markdown(checks, lang)),
        OutputFormat::Html => checks_html(checks.checked, lang).map_err(FormatError::Html),
        OutputFormat::Junit => junit(checks, lang).map_err(FormatError::Junit),
        OutputFormat::Svg(_) => Err(FormatError::Svg(NOT_COMPARED)),
    }
}
