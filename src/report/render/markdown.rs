//! A document as Markdown, for pull requests, wikis and the summary of a CI step.
//!
//! GitHub's dialect, and nothing in it that another one would not show as text. Every text goes through [`cell`], so
//! that no name can end a table, begin a link or become markup.

use crate::report::document::{
    AnswerLine, Chapter, Document, Element, Headline, Statements, Table, TimelineEntry, Title,
};
use crate::report::prose::escape_prose;

/// The document. Charts of characters are left out: what they show is in a table.
pub(in crate::report) fn markdown(document: &Document) -> String {
    let mut blocks = Vec::new();
    if let Some(Title { mark, text }) = &document.title {
        let mark = mark.map(|mark| format!("{} ", mark.sign)).unwrap_or_default();
        blocks.push(format!("## {mark}{}\n", cell(text)));
    }
    blocks.extend(document.lead.iter().map(|lead| format!("{}\n", cell(&escape_prose(lead)))));
    blocks.extend(document.meta.iter().map(|line| format!("{}\n", cell(line))));
    blocks.extend(document.answer.iter().flat_map(answer));
    for Chapter { title, blocks: inside } in &document.parts {
        blocks.extend(title.iter().map(|title| format!("### {}\n", cell(title))));
        blocks.extend(inside.iter().flat_map(block));
    }
    blocks.join("\n")
}

/// What comes first, as a list.
fn answer(answer: &Headline) -> Vec<String> {
    let line = |line: &AnswerLine| format!("- **{}**: {}\n", cell(&line.name), cell(&line.text));
    let paragraph = |text: &String| format!("{}\n", cell(text));
    let lines = answer.lines.iter().map(line).collect();
    answer.lead.iter().map(paragraph).chain([lines]).chain(answer.more.iter().map(paragraph)).collect()
}

fn block(block: &Element) -> Vec<String> {
    match block {
        Element::Paragraph(text) => vec![format!("{}\n", cell(text))],
        Element::Table(one) => vec![figures(one)],
        Element::Statements(list) => statements(list),
        Element::Timeline(moments) => {
            let row = |one: &TimelineEntry| {
                let mark = one.mark.map(|mark| mark.sign.to_owned()).unwrap_or_default();
                vec![mark, cell(&one.time), cell(&one.text)]
            };
            vec![table(&[const { String::new() }; 3], moments.iter().map(row), &[])]
        }
        // Its lines begin with words or blanks, so that none ends the fence.
        Element::Verbatim(text) => vec![format!("~~~~\n{text}~~~~\n")],
        Element::Chart(_) => Vec::new(),
    }
}

/// Names with their figures. A cell of two lines becomes one.
fn figures(one: &Table) -> String {
    let columns: Vec<usize> = (1..one.header.len()).collect();
    let safe = |row: &Vec<String>| -> Vec<String> {
        row.iter().map(|text| cell(&text.trim().replace('\n', " "))).collect()
    };
    table(&safe(&one.header), one.groups.iter().flatten().map(safe), &columns)
}

/// A table with a mark in each row, or a list if the sentences are all there is; then the details of each statement that
/// has any, below a heading.
fn statements(list: &Statements) -> Vec<String> {
    let mut blocks: Vec<String> = list.about.iter().map(|about| format!("{}\n", cell(about))).collect();
    if list.header.is_empty() {
        let lines = list.items.iter().map(|item| format!("- {}\n", cell(&item.sentence)));
        blocks.push(lines.collect());
    } else {
        let header = std::iter::once(String::new()).chain(list.header.iter().map(|name| cell(name)));
        let header: Vec<String> = header.collect();
        let rows = list.items.iter().map(|item| {
            let reason = item.reason.as_deref().map(escape_prose).unwrap_or_default();
            let cells =
                std::iter::once(item.mark.sign.to_owned()).chain(item.cells.iter().map(|text| cell(text)));
            cells.chain([cell(&reason)]).take(list.header.len() + 1).collect()
        });
        let right: Vec<usize> = list.figures.iter().map(|column| column + 1).collect();
        blocks.push(table(&header, rows, &right));
    }
    for item in list.items.iter().filter(|item| !item.details.is_empty()) {
        let name = item.cells.first().unwrap_or(&item.sentence);
        blocks.push(format!("### {} {}\n", item.mark.sign, cell(name)));
        blocks.extend(item.details.iter().flat_map(block));
    }
    blocks
}

/// A table of cells that are safe already; `right` are the columns that hold figures.
fn table(header: &[String], rows: impl Iterator<Item = Vec<String>>, right: &[usize]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rules = (0..header.len()).map(|column| if right.contains(&column) { "---:" } else { "---" });
    let rule = line(&rules.map(str::to_owned).collect::<Vec<_>>());
    let rows: String = rows.map(|row| line(&row)).collect();
    format!("{}{rule}{rows}", line(header))
}

/// A text from outside as text in Markdown: in a table, a heading or a paragraph.
pub(super) fn cell(text: &str) -> String {
    let text = crate::model::escape(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // As entities: a backslash before them is not understood everywhere.
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '`' => out.push_str("&#96;"),
            '@' => out.push_str("&#64;"),
            '$' => out.push_str("&#36;"),
            // An underscore within a word is one: `hit_ratio`.
            '_' if out.ends_with(char::is_alphanumeric)
                && rest.peek().is_some_and(|c| c.is_alphanumeric()) =>
            {
                out.push(c);
            }
            '\\' | '*' | '_' | '[' | ']' | '~' | '#' | '!' => out.extend(['\\', c]),
            // No text becomes a link by itself.
            ':' if rest.peek() == Some(&'/') => out.push_str("&#58;"),
            '.' if ends_in_www(&out) => out.push_str("&#46;"),
            c => out.push(c),
        }
    }
    out
}

/// Whether a text ends in the word that begins a link by itself.
fn ends_in_www(text: &str) -> bool {
    let begin = text.len().checked_sub("www".len());
    begin.and_then(|begin| text.get(begin..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_reports::{event, expecting, none, report, several, ttl};
    use crate::report::{Lang, markdown};

    #[test]
    fn no_text_is_markup() {
        for (text, safe) in [
            ("event+guard=none", "event+guard=none"),
            ("hit_ratio", "hit_ratio"),
            ("_x_", "\\_x\\_"),
            ("a|b", "a&#124;b"),
            ("`rm`", "&#96;rm&#96;"),
            ("<b>&", "&lt;b&gt;&amp;"),
            ("[x](http://y)", "\\[x\\](http&#58;//y)"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("www.evil.example", "www&#46;evil.example"),
            ("(WWW.x", "(WWW&#46;x"),
            ("w.ww.x", "w.ww.x"),
            ("**x** ~~y~~", "\\*\\*x\\*\\* \\~\\~y\\~\\~"),
            ("# x #", "\\# x \\#"),
            ("two\nlines", "two\\\\nlines"),
            ("\\|", "\\\\&#124;"),
            ("@team $x$", "&#64;team &#36;x&#36;"),
            ("\u{202e}", "\\\\u{202e}"),
        ] {
            assert_eq!(cell(text), safe);
        }
    }

    #[test]
    fn every_row_of_a_table_has_the_cells_of_its_header() {
        let mut hostile = expecting();
        hostile.scenario.name = "a|b\n# c".to_owned();
        hostile.results[0].label = "x | y".to_owned();
        let compared = report(vec![event(), ttl(), none()]);
        let runs = [several(compared.clone(), 3), several(expecting(), 3)];
        for report in [hostile, compared].into_iter().chain(runs) {
            for lang in [Lang::En, Lang::Ru] {
                let text = markdown(&report, lang);
                let mut cells = None;
                for line in text.lines() {
                    let count = line.matches('|').count();
                    if count == 0 {
                        cells = None;
                    } else {
                        assert_eq!(*cells.get_or_insert(count), count, "{line}\n{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_run_lists_figures_and_a_comparison_is_a_table() {
        let one = markdown(&expecting(), Lang::En);
        assert!(
            one.starts_with(
                "## A day of a mail bot\n\nSeed 42\n\n- **Let in with a revoked role**: none (guaranteed"
            ),
            "{one}"
        );
        assert!(one.contains("| Hits | 8,950 |\n"), "{one}");
        assert!(one.contains("| ✓ | hits at 13:00:00 | exactly 77 | 77 | holds |  |\n"), "{one}");
        let three = markdown(&report(vec![event(), ttl(), none()]), Lang::En);
        assert!(three.contains("| event | 89.50 % | 1,050 | 12 | 0 | 1,050 |\n"), "{three}");
        assert!(three.contains("| Cache | Hit ratio | Database reads |"), "{three}");
    }
}
