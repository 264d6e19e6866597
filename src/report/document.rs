//! A view of a report as a document: what is said, in which order, and what kind of thing each part is.
//!
//! Each view is built once, in the language of its words; [`super::render`] gives it a form. A document knows neither
//! columns of a terminal, nor markup, nor colours. Names from outside are escaped when they enter it, so that no
//! control character is in it but in prose, whose line breaks each form treats in its way; each form escapes what is
//! markup there.

use serde::Serialize;

use super::mark::Mark;

/// A title, what the document is about, and its parts.
#[derive(Default, Serialize)]
pub(super) struct Document {
    /// `None` if the parts speak for themselves.
    pub(super) title: Option<Title>,
    /// The question that is asked, in prose.
    pub(super) lead: Option<String>,
    /// What the figures come from: size, seed, number of runs.
    pub(super) meta: Vec<String>,
    /// What it says before all else.
    pub(super) answer: Option<Headline>,
    pub(super) parts: Vec<Chapter>,
}

/// What a reader wants to know first.
#[derive(Serialize)]
pub(super) struct Headline {
    /// `None` if the lines speak for themselves.
    pub(super) lead: Option<String>,
    pub(super) lines: Vec<AnswerLine>,
    /// What to know of how far this can be trusted.
    pub(super) more: Vec<String>,
    /// Whether the lines are the figures of one cache; else each is about a cache.
    pub(super) is_of_one: bool,
}

/// A cache, or a figure, and what is to be said of it.
#[derive(Serialize)]
pub(super) struct AnswerLine {
    pub(super) name: String,
    pub(super) text: String,
}

impl AnswerLine {
    /// The line as it is read aloud.
    pub(super) fn sentence(&self) -> String {
        format!("{}: {}", self.name, self.text)
    }
}

/// A title with the mark of a verdict, if it has one.
#[derive(Serialize)]
pub(super) struct Title {
    pub(super) mark: Option<Mark>,
    pub(super) text: String,
}

/// Blocks that belong together.
#[derive(Default, Serialize)]
pub(super) struct Chapter {
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<Element>,
}

/// A piece of a part.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Element {
    Paragraph(String),
    Table(Table),
    Statements(Statements),
    Chart(Chart),
    Timeline(Vec<TimelineEntry>),
    /// Lines that stay as they are.
    Verbatim(String),
}

/// A name and figures in each row: the first column is text, the others are figures. A cell may have two lines, a mean
/// above its half-width.
#[derive(Default, Serialize)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    /// Rows with a line between groups.
    pub(super) groups: Vec<Vec<Vec<String>>>,
    /// Whether each row is a name and one value: the facts about the document's subject.
    pub(super) is_facts: bool,
    /// Columns that may be left out where there is no room for all, in this order.
    pub(super) dispensable: Vec<usize>,
    /// The row that the others are compared with, counted from 0; `None` if there is none.
    pub(super) own: Option<usize>,
    /// Cells that are bad news, as row and column.
    pub(super) alarms: Vec<(usize, usize)>,
}

impl Table {
    pub(super) fn new(header: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        Self { header, groups: vec![rows], ..Self::default() }
    }
}

/// Statements with the mark of a verdict each: as sentences where there is little room, else as rows of a table.
#[derive(Default, Serialize)]
pub(super) struct Statements {
    /// What they are about, if not what the part is about.
    pub(super) about: Option<String>,
    /// Names of the cells; empty where the sentences are all there is. One more than there are cells if reasons are
    /// shown.
    pub(super) header: Vec<String>,
    /// Columns that hold figures, counted from the first cell.
    pub(super) figures: Vec<usize>,
    pub(super) items: Vec<Statement>,
}

/// A sentence, and the same in cells.
#[derive(Serialize)]
pub(super) struct Statement {
    pub(super) mark: Mark,
    pub(super) sentence: String,
    pub(super) cells: Vec<String>,
    /// Why this is so or should be so, as it was written, line breaks included.
    pub(super) reason: Option<String>,
    /// What follows from it, or is to be done about it.
    pub(super) details: Vec<Element>,
}

impl Statement {
    /// A sentence that has no cells.
    pub(super) fn plain(mark: Mark, sentence: String) -> Self {
        Self { mark, sentence, cells: Vec::new(), reason: None, details: Vec::new() }
    }
}

/// What happened at a time.
#[derive(Serialize)]
pub(super) struct TimelineEntry {
    pub(super) mark: Option<Mark>,
    pub(super) time: String,
    pub(super) text: String,
}

/// Two curves over the same values, and a level that the first one is compared with.
#[derive(Serialize)]
pub(super) struct Chart {
    pub(super) legend: String,
    pub(super) first: Series,
    pub(super) second: Series,
    pub(super) level: Option<f64>,
    /// What the curves begin and end with.
    pub(super) ends: [String; 2],
}

/// A curve.
#[derive(Serialize)]
pub(super) struct Series {
    /// `None` leaves a gap.
    pub(super) figures: Vec<Option<f64>>,
    /// The largest figure of its scale, as it is written.
    pub(super) largest: String,
}

impl Document {
    /// A document about a scenario: its name, its description, and what the figures come from.
    pub(super) fn about(name: &str, description: Option<&str>, meta: Vec<String>) -> Self {
        let title = Title { mark: None, text: crate::model::escape(name) };
        Self {
            title: Some(title),
            lead: description.map(str::to_owned),
            meta,
            answer: None,
            parts: Vec::new(),
        }
    }

    /// Adds a part, unless it is empty.
    pub(super) fn push(&mut self, title: Option<String>, blocks: Vec<Element>) {
        if !blocks.is_empty() {
            self.parts.push(Chapter { title, blocks });
        }
    }
}
