//! The forms in which a report is written, and the file names that ask for them.

use std::fmt;

use super::{Lang, Report, csv, html, json};

/// A form of a report other than the words on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For programs: everything.
    Json,
    /// For spreadsheets: a row for each cache.
    Csv,
    /// For a browser: a page of its own.
    Html,
}

/// Every form, with the extension of its files.
const FORMS: [(&str, Form); 3] = [("json", Form::Json), ("csv", Form::Csv), ("html", Form::Html)];

impl Form {
    /// The form that a file's extension asks for, in upper or lower case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let of = |(name, form): &(&str, Self)| extension.eq_ignore_ascii_case(name).then_some(*form);
        FORMS.iter().find_map(of)
    }

    /// The extensions that ask for a form, each with its dot.
    #[must_use]
    pub fn extensions() -> Vec<String> {
        FORMS.iter().map(|(name, _)| format!(".{name}")).collect()
    }
}

/// Why a report could not be written. Completes "failed to write the report: …".
#[derive(Debug)]
pub enum FormError {
    /// The table of cells failed.
    Csv(::csv::Error),
    /// The page failed.
    Html(minijinja::Error),
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csv(error) => write!(f, "the table of cells: {error}"),
            Self::Html(error) => write!(f, "the page: {error:#}"),
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
    }
}
