//! What is wrong with a scenario, as plain data and as the lines that a user reads.
//!
//! Knows nothing of what a scenario means, nor of streams and exit codes.

use std::fmt;

use super::node::Place;
use crate::model::{escape, escape_cut};

/// What kind of trouble a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// What is written is wrong.
    Content,
    /// A file could not be read.
    Unreadable,
    /// The run would need more than a stated limit.
    Limit,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// The field, as in `script.0.at`; empty where the text itself is wrong.
    pub path: String,
    /// What is wrong, what was found, what would be right.
    pub message: String,
    /// What kind of trouble it is.
    pub kind: FaultKind,
}

impl Fault {
    /// A fault of the content.
    pub fn new(place: Place, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place, path: path.into(), message: message.into(), kind: FaultKind::Content }
    }

    /// The same fault, of another kind.
    #[must_use]
    pub fn of_kind(self, kind: FaultKind) -> Self {
        Self { kind, ..self }
    }
}

impl Fault {
    /// Where it is in this file, as messages show it: file, line, column or option, and field.
    #[must_use]
    pub fn at(&self, file: &str) -> String {
        let file = escape(file);
        let place = match &self.place {
            Place::File { line, column } => format!("{file}:{line}:{column}"),
            Place::Option(option) => format!("{file}: {}", escape_cut(option, OPTION_LENGTH)),
            Place::Row(place) => place.to_string(),
        };
        if self.path.is_empty() {
            return place;
        }
        format!("{place}: {}", escape_cut(&self.path, OPTION_LENGTH))
    }
}

impl fmt::Display for Fault {
    /// Everything but the file's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at("");
        write!(f, "{}: {}", at.trim_start_matches([':', ' ']), escape(&self.message))
    }
}

/// All faults of a file, in the order of their places; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    /// The file, as messages show it.
    pub file: String,
    /// The faults.
    pub list: Vec<Fault>,
    /// How many more were found than the list holds.
    pub more: usize,
}

/// At most this many faults are shown.
const SHOWN_FAULTS: usize = 20;
/// At most this many faults are kept: a thousand have one cause.
const KEPT_FAULTS: usize = 1_000;
/// At most this many characters of an option or a path are shown.
const OPTION_LENGTH: usize = 120;

impl Faults {
    /// Sorts the faults of a file.
    #[must_use]
    pub fn new(file: &str, mut list: Vec<Fault>) -> Self {
        list.sort_by_key(|fault| fault.place.order());
        Self { file: file.to_owned(), list, more: 0 }
    }

    /// The faults that are shown.
    #[must_use]
    pub fn shown(&self) -> &[Fault] {
        &self.list[..self.list.len().min(SHOWN_FAULTS)]
    }

    /// How many more there are.
    #[must_use]
    pub fn not_shown(&self) -> usize {
        self.list.len().saturating_sub(SHOWN_FAULTS) + self.more
    }

    /// What kind of trouble they are together: wrong content outweighs what may follow from it.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        let any = |kind| self.list.iter().any(|fault| fault.kind == kind);
        [FaultKind::Content, FaultKind::Unreadable]
            .into_iter()
            .find(|kind| any(*kind))
            .unwrap_or(if self.list.is_empty() { FaultKind::Content } else { FaultKind::Limit })
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.shown().iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}{}: {}", fault.at(&self.file), escape(&fault.message))?;
        }
        match self.not_shown() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for Faults {}

/// Faults while they are found.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    list: Vec<Fault>,
    more: usize,
}

impl Gathering {
    /// Whether further faults are only counted.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= KEPT_FAULTS
    }

    pub(super) fn push(&mut self, fault: Fault) {
        if self.is_full() { self.more += 1 } else { self.list.push(fault) }
    }

    /// The faults of the file, if there are any.
    pub(super) fn of_file(self, file: &str) -> Option<Faults> {
        let found = !self.list.is_empty();
        found.then(|| Faults { more: self.more, ..Faults::new(file, self.list) })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_sorted_counted_and_cut_at_twenty() {
        let at = |line| Place::File { line, column: 3 };
        let list = (0..25).rev().map(|line| Fault::new(at(line + 1), "a.b", "is wrong")).collect();
        let text = Faults::new("day.yaml", list).to_string();
        assert!(text.starts_with("day.yaml:1:3: a.b: is wrong\nday.yaml:2:3: "), "{text}");
        assert!(text.ends_with("day.yaml:20:3: a.b: is wrong\nand 5 more"), "{text}");
    }

    #[test]
    fn a_fault_of_an_option_names_it_instead_of_a_line() {
        let fault = Fault::new(Place::Option("--set seed=x".into()), "seed", "is not a whole number");
        let faults = Faults::new("day.yaml", vec![fault]);
        assert_eq!(faults.to_string(), "day.yaml: --set seed=x: seed: is not a whole number");
    }

    #[test]
    fn wrong_content_outweighs_limits() {
        let fault = |kind| Fault::new(Place::START, "", "x").of_kind(kind);
        for (kinds, together) in [
            (vec![FaultKind::Limit], FaultKind::Limit),
            (vec![FaultKind::Limit, FaultKind::Content], FaultKind::Content),
            (vec![FaultKind::Limit, FaultKind::Unreadable], FaultKind::Unreadable),
        ] {
            let faults = Faults::new("x", kinds.into_iter().map(fault).collect());
            assert_eq!(faults.kind(), together);
        }
    }
}
