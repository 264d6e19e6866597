//! A column that a trace does not have exactly once, and those that it has.

use std::fmt;

use crate::model::escape_cut;

/// Maximum number of characters of a found value that a message shows.
pub(in crate::trace) const SHOWN_CHARS: usize = 80;
/// Maximum number of columns that a message lists.
pub(super) const SHOWN_COLUMNS: usize = 20;
/// Most characters of what looks like the name of a column.
const NAME_CHARS: usize = 32;

/// A named column that is not there exactly once, and the columns that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongColumn {
    /// The name that was looked for.
    pub name: String,
    /// The first columns of the header, as they are shown: by name, or by their length.
    pub present: Vec<String>,
    /// How many columns the header has.
    pub total: usize,
    /// What should stand between cells.
    pub delimiter: u8,
}

impl WrongColumn {
    pub(in crate::trace) fn new(name: &str, header: &[String], delimiter: u8) -> Self {
        Self {
            name: escape_cut(name, SHOWN_CHARS),
            present: header.iter().take(SHOWN_COLUMNS).map(|column| shown(column)).collect(),
            total: header.len(),
            delimiter,
        }
    }

    pub(super) fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "column is" } else { "columns are" };
        write!(f, "; the {noun} {}", self.present.join(", "))?;
        match self.total - self.present.len() {
            // A whole header in one cell is what the wrong delimiter looks like.
            0 if self.total == 1 => match self.delimiter {
                b',' => write!(f, "; are the cells separated by commas?"),
                b'\t' => write!(f, "; are the cells separated by tabs?"),
                other => write!(f, "; are the cells separated by `{}`?", char::from(other)),
            },
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// A column's name, or its length where it does not look like one: a scenario may name any file, and that file's first
/// line must not get into a log.
fn shown(column: &str) -> String {
    let count = column.chars().count();
    let is_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
    if (1..=NAME_CHARS).contains(&count) && column.chars().all(is_name) {
        return format!("`{column}`");
    }
    let noun = if count == 1 { "character" } else { "characters" };
    format!("one of {count} {noun}")
}
