//! A document as text on a page of 80 columns, for a terminal or a file.
//!
//! Statements are sentences behind their marks, and a table of facts is a box that names what it is about, so that it
//! can be cut out. It does not know whether there is a terminal: the use of colour is told to it.

use unicode_width::UnicodeWidthStr;

use super::layout::{boxed, framed, wrapped};
use super::plot::plot;
use crate::report::document::{
    AnswerLine, Chapter, Document, Element, Headline, Statements, Table, TimelineEntry, Title,
};
use crate::report::mark::Mark;
use crate::report::prose::escape_prose;
use crate::report::words::Lang;

/// How a report for people looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Whether titles stand out, and marks and bad news are coloured.
    pub colour: bool,
}

/// The document, with an empty line between its parts.
pub(in crate::report) fn text(document: &Document, colour: bool) -> String {
    let head = head(document, colour);
    let parts = document.parts.iter().map(|part| self::part(part, document, colour));
    let answer = document.answer.as_ref().map(|answer| self::answer(answer, colour));
    let all = std::iter::once(head).chain(answer).chain(parts).filter(|part| !part.is_empty());
    let all: Vec<String> = all.collect();
    all.join("\n")
}

/// What comes first: figures in a column, or a line for each cache that is worth a look.
fn answer(answer: &Headline, colour: bool) -> String {
    let column = answer.lines.iter().map(|line| line.name.width()).max().unwrap_or(0) + 2;
    let line = |AnswerLine { name, text }: &AnswerLine| {
        let lines = match answer.is_of_one {
            true => wrapped(&format!("{name}{}", " ".repeat(column - name.width())), column, text),
            false => wrapped("  ", 4, &format!("{name}: {text}")),
        };
        standing_out(&lines, name, colour && !answer.is_of_one)
    };
    let lead = answer.lead.iter().map(|lead| wrapped("", 0, lead));
    let more = answer.more.iter().map(|more| wrapped("", 0, more));
    lead.chain(answer.lines.iter().map(line)).chain(more).collect()
}

/// Lines in which a text stands out; unchanged where it was broken.
fn standing_out(lines: &str, text: &str, colour: bool) -> String {
    match colour {
        true => lines.replacen(text, &bold(text), 1),
        false => lines.to_owned(),
    }
}

fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

/// A title, each of its lines bold.
fn title(text: &str, colour: bool) -> String {
    let lines = wrapped("", 0, text);
    match colour {
        true => lines.lines().map(|line| format!("{}\n", bold(line))).collect(),
        false => lines,
    }
}

/// The facts of the part, if it has any: their box bears the titles.
fn facts(part: &Chapter) -> Option<&Table> {
    part.blocks.iter().find_map(|block| match block {
        Element::Table(table) if table.is_facts => Some(table),
        _ => None,
    })
}

fn head(document: &Document, colour: bool) -> String {
    let lead = document.lead.as_deref().map(|lead| wrapped("", 0, &escape_prose(lead)));
    if document.parts.iter().any(|part| facts(part).is_some()) {
        return lead.unwrap_or_default();
    }
    let title = document.title.iter().map(|Title { mark, text }| match mark {
        None => self::title(text, colour),
        Some(mark) => marked(wrapped("* ", 2, text), *mark, colour),
    });
    title.chain(lead).chain(document.meta.iter().map(|line| wrapped("", 0, line))).collect()
}

fn part(part: &Chapter, document: &Document, colour: bool) -> String {
    let Some(facts) = facts(part) else {
        let title = part.title.iter().map(|title| self::title(title, colour));
        // Statements under a title are set in.
        let indent = |block: &Element| match block {
            Element::Statements(_) if part.title.is_some() => 2,
            _ => 0,
        };
        return title.chain(part.blocks.iter().map(|one| block(one, indent(one), colour))).collect();
    };
    let title = document.title.iter().map(|title| title.text.as_str());
    let mut lines: Vec<&str> = title.chain(part.title.as_deref()).collect();
    lines.extend(document.meta.iter().map(String::as_str));
    lines.extend(part.blocks.iter().filter_map(|block| match block {
        Element::Paragraph(text) => Some(text.as_str()),
        _ => None,
    }));
    let after = part.blocks.iter().filter(|one| !matches!(one, Element::Paragraph(_) | Element::Table(_)));
    std::iter::once(boxed(&lines.join("\n"), &facts.groups))
        .chain(after.map(|one| block(one, 0, colour)))
        .collect()
}

fn block(block: &Element, indent: usize, colour: bool) -> String {
    match block {
        Element::Paragraph(text) => wrapped(&" ".repeat(indent), indent, text),
        Element::Table(table) => framed(table, colour),
        Element::Statements(list) => statements(list, indent, colour),
        Element::Timeline(moments) => timeline(moments, colour),
        Element::Verbatim(text) => text.clone(),
        Element::Chart(chart) => format!("{}{}", wrapped("", 0, &chart.legend), plot(chart)),
    }
}

fn timeline(moments: &[TimelineEntry], colour: bool) -> String {
    let width = moments.iter().map(|moment| moment.time.width()).max().unwrap_or(0);
    let line = |TimelineEntry { mark, time, text }: &TimelineEntry| match mark {
        None => wrapped(&format!("  {time:width$}  "), width + 4, text),
        Some(mark) => marked(wrapped(&format!("* {time:width$}  "), width + 4, text), *mark, colour),
    };
    moments.iter().map(line).collect()
}

/// Lines whose star is the place of a mark. It is put there after they are laid out: a colour has no width.
fn marked(lines: String, mark: Mark, colour: bool) -> String {
    lines.replacen('*', &mark.on_terminal(colour), 1)
}

/// Statements under what they are about, with their reasons and details set in below them.
fn statements(list: &Statements, indent: usize, colour: bool) -> String {
    let mut out = String::new();
    let mut indent = indent;
    if let Some(about) = &list.about {
        out.push_str(&wrapped(&" ".repeat(indent), indent, &format!("{about}:")));
        indent += 2;
    }
    let blanks = " ".repeat(indent);
    for item in &list.items {
        let lines = wrapped(&format!("{blanks}* "), indent + 2, &item.sentence);
        out.push_str(&marked(lines, item.mark, colour));
        let reason = item
            .reason
            .iter()
            .map(|reason| wrapped(&format!("{blanks}  "), indent + 2, &escape_prose(reason)));
        out.extend(reason.chain(item.details.iter().map(|one| block(one, indent + 2, colour))));
    }
    out
}

#[cfg(test)]
mod tests;
