//! A sweep in its forms. Nothing is judged here: a sweep asks, and expects nothing.

mod csv;
mod json;
mod page;
mod swept;
mod view;

pub use swept::{AsFresh, Point, Sweep, Varied};
pub(super) use view::swept;

use super::output_format::{FormatError, NOT_CHECKED, NOT_COMPARED, OutputFormat};
use super::views::sweep_markdown;
use super::words::Lang;

/// The sweep in a format.
///
/// # Errors
/// When a writer fails, which in memory it has no reason to.
pub fn sweep_written(sweep: &Sweep, format: OutputFormat, lang: Lang) -> Result<String, FormatError> {
    match format {
        OutputFormat::Json => Ok(json::json(sweep)),
        OutputFormat::Csv(rows) => csv::csv(sweep, rows).map_err(FormatError::Csv),
        OutputFormat::Markdown => Ok(sweep_markdown(sweep, lang)),
        OutputFormat::Html => page::sweep_html(sweep, lang).map_err(FormatError::Html),
        OutputFormat::Junit => Err(FormatError::Junit(NOT_CHECKED.to_owned())),
        OutputFormat::Svg(_) => Err(FormatError::Svg(NOT_COMPARED)),
    }
}
