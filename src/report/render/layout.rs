//! How text lies on a page of 80 columns: frames and broken lines.
//!
//! The page is the same for every terminal, so that the same report has the same bytes everywhere. It
//! knows nothing of reports and languages.

use comfy_table::ColumnConstraint::Absolute;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Row, TableStyle, Width};
use unicode_width::UnicodeWidthStr;

use crate::report::document::Table;

/// Columns of the page.
pub(in crate::report) const WIDTH: usize = 80;

/// Columns that a cell takes in addition to its text: two blanks, counting the one between columns.
const BLANKS: usize = 2;

/// Names may be broken for the sake of figures, but not into less than this.
const LEAST_NAME: usize = 6;

/// Headers of more lines than this would be a column of syllables.
const MOST_HEADER_LINES: usize = 4;

/// A border, a line below the header and a blank between columns.
const FRAME: TableStyle = UTF8_BORDERS_ONLY.header_separator(RULE);

const RULE: LineStyle = LineStyle::new('├', '─', '─', '┤');

/// An empty table in a frame: one line below the header, none between rows.
fn empty_frame() -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(FRAME).set_width(WIDTH as u16).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// A table with one name and any number of figures in each row, and a line between groups of rows. Dispensable columns
/// go, one after the other, where the figures are too wide for the page. In colour the own row is bold and bad news are
/// red.
pub(in crate::report) fn framed(table: &Table, colour: bool) -> String {
    let without = |count: usize| -> Vec<usize> {
        let gone = table.dispensable.get(..count).unwrap_or_default();
        (0..table.header.len()).filter(|column| !gone.contains(column)).collect()
    };
    let cut = |kept: &[usize]| {
        let of_row = |row: &Vec<String>| -> Vec<String> {
            kept.iter().filter_map(|column| row.get(*column).cloned()).collect()
        };
        let rows: Vec<Vec<String>> = table.groups.iter().flatten().map(of_row).collect();
        (of_row(&table.header), rows)
    };
    // Rather a column less than a broken name, and rather a broken name than a broken figure.
    let first = |has_room: fn(&[String], &[Vec<String>]) -> bool| {
        (0..=table.dispensable.len()).find(|count| {
            let (header, rows) = cut(&without(*count));
            has_room(&header, &rows)
        })
    };
    let count = first(has_whole_names).or_else(|| first(fits)).unwrap_or(table.dispensable.len());
    let kept = without(count);
    let (header, rows) = cut(&kept);
    let alarms = |row: usize| {
        let of_row = table.alarms.iter().filter(move |alarm| alarm.0 == row);
        of_row.filter_map(|(_, column)| kept.iter().position(|one| one == column)).collect::<Vec<_>>()
    };
    let looks: Vec<RowLook> = (0..rows.len())
        .filter(|_| colour)
        .map(|row| RowLook { cells: rows[row].clone(), is_bold: table.own == Some(row), alarms: alarms(row) })
        .collect();
    let ends = table.groups.iter().scan(0, |end, group| {
        *end += group.len();
        Some(*end)
    });
    let mut ends: Vec<usize> = ends.collect();
    ends.dedup();
    let count = rows.len();
    with_lines(&table_of(header, rows), count, &ends, &looks)
}

/// Whether a table with this header and these rows has room on the page without a figure or a word broken.
pub(in crate::report) fn fits(header: &[String], rows: &[Vec<String>]) -> bool {
    widths(header, rows).is_some()
}

/// The same without a name broken.
fn has_whole_names(header: &[String], rows: &[Vec<String>]) -> bool {
    let widest = rows.iter().filter_map(|row| row.first()).map(|name| name.width()).max().unwrap_or(0);
    widths(header, rows).is_some_and(|widths| widths.first().is_some_and(|names| *names >= widest))
}

/// How a row of a table stands out.
struct RowLook {
    cells: Vec<String>,
    is_bold: bool,
    /// Columns that are bad news.
    alarms: Vec<usize>,
}

impl RowLook {
    /// The row's line with its colours, which have no width.
    fn on(&self, line: &str) -> String {
        let bold = if self.is_bold { "\u{1b}[1m" } else { "" };
        let (mut out, mut rest) = (String::new(), line);
        for (column, cell) in self.cells.iter().enumerate() {
            let Some((before, behind)) = rest.split_once(cell.as_str()).filter(|_| !cell.is_empty()) else {
                continue;
            };
            let look =
                if self.alarms.contains(&column) { format!("{bold}\u{1b}[31m") } else { bold.to_owned() };
            let end = if look.is_empty() { "" } else { "\u{1b}[0m" };
            out.extend([before, &look, cell, end]);
            rest = behind;
        }
        out + rest
    }
}

/// A table's text with a line below the rows at these ends of groups.
fn with_lines(text: &str, count: usize, ends: &[usize], looks: &[RowLook]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(rule) = lines.iter().position(|line| line.starts_with('├')) else { return text.to_owned() };
    // A row whose name had to be broken takes several lines; then the groups stay together.
    if lines.len() != rule + 1 + count + 1 {
        return text.to_owned();
    }
    for (look, line) in looks.iter().zip(&mut lines[rule + 1..]) {
        *line = look.on(line);
    }
    let line = lines[rule].clone();
    for end in ends.iter().rev().filter(|end| **end > 0 && **end < count) {
        lines.insert(rule + 1 + end, line.clone());
    }
    lines.join("\n") + "\n"
}

fn table_of(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = empty_frame();
    let widths = widths(&header, &rows);
    table.set_header(Row::from(header)).add_rows(rows.into_iter().map(Row::from));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((1, u16::from(index == last)));
    }
    if let Some(widths) = widths {
        let full = |(index, width)| Absolute(Width::Fixed(width as u16 + 1 + u16::from(index == last)));
        table.set_constraints(widths.into_iter().enumerate().map(full));
    }
    finished(&table)
}

/// The width of each column, so that no figure and no word of a header is broken, with headers of as few
/// lines as there is room for; where names are too long, they get what is left. Nothing where the page is
/// too narrow even for that.
fn widths(header: &[String], rows: &[Vec<String>]) -> Option<Vec<usize>> {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let lines = |column| cells(column).flat_map(|cell| cell.lines());
    let widest = |column| lines(column).map(UnicodeWidthStr::width).max().unwrap_or(0);
    let room = WIDTH.checked_sub(2 + BLANKS * header.len())?;
    let names = widest(0);
    let mut figures = Vec::new();
    for lines in 1..=MOST_HEADER_LINES {
        figures =
            (1..header.len()).map(|column| widest(column).max(narrowest(&header[column], lines))).collect();
        let names = names.max(narrowest(header.first()?, lines));
        if names + figures.iter().sum::<usize>() <= room {
            return Some(std::iter::once(names).chain(figures).collect());
        }
    }
    let left = room.checked_sub(figures.iter().sum())?;
    (left >= LEAST_NAME).then(|| std::iter::once(left).chain(figures).collect())
}

/// The least width at which a header takes at most this many lines, without breaking a word.
fn narrowest(text: &str, lines: usize) -> usize {
    let word = text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
    (word..text.width()).find(|width| broken(text, *width) <= lines).unwrap_or_else(|| text.width())
}

/// Into how many lines of this width the words of a text go.
fn broken(text: &str, width: usize) -> usize {
    let mut lines = 1;
    let mut used = 0;
    for word in text.split(' ').map(UnicodeWidthStr::width) {
        if used > 0 && used + 1 + word > width {
            (lines, used) = (lines + 1, word);
        } else {
            used += word + usize::from(used > 0);
        }
    }
    lines
}

/// A box: a title above groups of rows of a name and a value, with a line between groups.
pub(super) fn boxed(title: &str, groups: &[Vec<Vec<String>>]) -> String {
    let width = |cell: &String| cell.width();
    let full = |row: &Vec<String>| row.iter().map(width).sum::<usize>() + 3;
    let widest = groups.iter().flatten().map(full).max().unwrap_or(0);
    let mut table = empty_frame();
    table.load_style(FRAME.row_separator(RULE));
    table.set_header([title]);
    for group in groups {
        let lines = group.iter().map(|row| row.join(&" ".repeat(widest + 3 - full(row))));
        table.add_row([lines.collect::<Vec<_>>().join("\n")]);
    }
    finished(&table)
}

fn finished(table: &comfy_table::Table) -> String {
    format!("{table}\n")
}

/// Breaks a text into lines of the page: the first begins with `first`, the others with as many blanks
/// as `hang` says. A word longer than a line is cut.
pub(in crate::report) fn wrapped(first: &str, hang: usize, text: &str) -> String {
    let (mut out, mut line) = (String::new(), first.to_owned());
    let mut at_start = true;
    for word in words_of(text) {
        let mut word = word.as_str();
        if !at_start && line.width() + 1 + word.width() > WIDTH {
            end_line(&mut out, &mut line, hang);
            at_start = true;
        }
        if !at_start {
            line.push(' ');
        }
        while line.width() + word.width() > WIDTH {
            let cut = fitting(word, WIDTH.saturating_sub(line.width()));
            line.push_str(&word[..cut]);
            word = &word[cut..];
            end_line(&mut out, &mut line, hang);
        }
        line.push_str(word);
        at_start = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

fn end_line(out: &mut String, line: &mut String, hang: usize) {
    out.push_str(line.trim_end());
    out.push('\n');
    *line = " ".repeat(hang);
}

/// The words of a text; a percent sign stays with its number, and the parts of a duration together.
fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if word.starts_with('%') || is_time(word) && last.split(' ').all(is_time) => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// A number with a unit of time, as in `59s`.
fn is_time(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < word.len() && matches!(unit, "d" | "h" | "m" | "s" | "ms" | "us")
}

/// How many bytes of the word fit into this number of columns; at least one character.
fn fitting(word: &str, columns: usize) -> usize {
    let ends = word.char_indices().map(|(index, c)| index + c.len_utf8());
    let fits = ends.clone().take_while(|end| word[..*end].width() <= columns).last();
    fits.or_else(|| ends.clone().next()).unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_percent_stays_with_its_number() {
        let text = format!("{} 89.50 % of it", "x".repeat(72));
        assert_eq!(wrapped("- ", 2, &text), format!("- {}\n  89.50 % of it\n", "x".repeat(72)));
    }

    #[test]
    fn a_word_longer_than_a_line_is_cut_by_its_width() {
        let text = wrapped("* ", 2, &"茶".repeat(100));
        assert!(text.lines().all(|line| line.width() <= WIDTH), "{text}");
        assert_eq!(text.matches('茶').count(), 100);
    }

    #[test]
    fn groups_of_rows_have_a_line_between_them() {
        let row = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
        let header = row("Name", "Value");
        let groups = vec![vec![row("a", "1"), row("b", "2")], vec![], vec![row("c", "3")]];
        assert_eq!(
            framed(&Table { header, groups, ..Table::default() }, false),
            "┌─────────────┐\n\
             │ Name  Value │\n\
             ├─────────────┤\n\
             │ a         1 │\n\
             │ b         2 │\n\
             ├─────────────┤\n\
             │ c         3 │\n\
             └─────────────┘\n"
        );
    }

    #[test]
    fn names_and_values_line_up_whatever_the_alphabet() {
        let pair = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
        let text = boxed("Title", &[vec![pair("Hits", "9"), pair("Промахи", "10")], vec![pair("茶", "100")]]);
        assert_eq!(
            text,
            "┌──────────────┐\n\
             │ Title        │\n\
             ├──────────────┤\n\
             │ Hits       9 │\n\
             │ Промахи   10 │\n\
             ├──────────────┤\n\
             │ 茶       100 │\n\
             └──────────────┘\n"
        );
    }

    #[test]
    fn the_own_row_and_bad_news_stand_out_in_colour_alone() {
        let row = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
        let rows = vec![row("event", "5"), row("ttl", "15")];
        let table =
            Table { own: Some(0), alarms: vec![(0, 1), (1, 1)], ..Table::new(row("Cache", "In"), rows) };
        let coloured = framed(&table, true);
        assert!(coloured.contains("\u{1b}[1mevent\u{1b}[0m   \u{1b}[1m\u{1b}[31m5\u{1b}[0m"), "{coloured:?}");
        assert!(coloured.contains("│ ttl    \u{1b}[31m15\u{1b}[0m │"), "{coloured:?}");
        assert!(!framed(&table, false).contains('\u{1b}'));
    }
}
