//! Reports as Markdown, for pull requests, wikis and the summary of a CI step.
//!
//! GitHub's dialect, and nothing in it that another one would not show as text. Every text from outside goes
//! through [`cell`], so that no name can end a table, begin a link or become markup.

mod check;

pub use check::{checks_markdown, checks_summary};

use super::compare::{cells, tables};
use super::expectations::{self, bounds, measured, outcome};
use super::mark::Mark;
use super::runs::{differences, over, spreads};
use super::summary::groups;
use super::words::{Arg, Lang, Words};
use super::{CacheResult, Report, escape_prose};
use crate::gate::Judged;

/// The report in Markdown: the figures of each cache, and the expectations.
#[must_use]
pub fn markdown(report: &Report, lang: Lang) -> String {
    let words = Words::new(lang);
    let mut out = format!("## {}\n", cell(&report.scenario.name));
    if let Some(description) = &report.scenario.description {
        out.push_str(&format!("\n{}\n", cell(&escape_prose(description))));
    }
    let seed = report.scenario.seed.to_string();
    let which = match report.scenario.runs {
        1 => words.with("box-seed", &[("seed", Arg::Text(&seed))]),
        _ => over(&report.scenario, &words),
    };
    out.push_str(&format!("\n{which}\n"));
    out.push_str(&results(report, &words));
    let all: Vec<&Judged> = report.expectations.iter().collect();
    if !all.is_empty() {
        out.push_str(&format!(
            "\n### {}\n\n{}",
            words.text("expect-title"),
            expected(&all, report.scenario.runs, &words)
        ));
    }
    out
}

/// One cache line by line, or several side by side; what several runs say of them, where there are several.
fn results(report: &Report, words: &Words) -> String {
    if let [one] = report.results.as_slice() {
        let title = words.with("box-title", &[("cache", Arg::Text(&cell(&one.label)))]);
        return titled(&title, if one.runs.is_empty() { lines(one, words) } else { spreads(one, words) });
    }
    let mut out = String::new();
    for (title, columns) in tables(report) {
        out.push_str(&titled(&words.text(title), cells(&report.results, columns, words)));
    }
    for (title, header, rows) in differences(report, words) {
        out.push_str(&titled(&cell(&title), (header, rows)));
    }
    out
}

/// The figures of one cache: a header and a line for each.
fn lines(result: &CacheResult, words: &Words) -> (Vec<String>, Vec<Vec<String>>) {
    let header = vec![words.text("check-md-metric"), words.text("check-md-value")];
    let lines = groups(result, words).into_iter().flatten();
    (header, lines.map(|(name, value)| vec![name.trim().to_owned(), value]).collect())
}

/// A table of names with their figures, below a title. A cell of two lines becomes one.
fn titled(title: &str, (header, rows): (Vec<String>, Vec<Vec<String>>)) -> String {
    let figures: Vec<usize> = (1..header.len()).collect();
    let safe = |row: Vec<String>| row.iter().map(|text| cell(&text.trim().replace('\n', " "))).collect();
    let rows = rows.into_iter().map(safe).collect();
    format!("\n### {title}\n\n{}", table(&header, rows, &figures))
}

/// Expectations in a table.
fn expected(judged: &[&Judged], runs: u64, words: &Words) -> String {
    let header =
        ["check-md-metric", "check-md-expected", "check-md-measured", "check-md-verdict", "check-md-because"];
    let header: Vec<String> =
        std::iter::once(String::new()).chain(header.map(|key| words.text(key))).collect();
    let rows = judged.iter().map(|one| {
        let because = one.expectation.because.as_deref().map(escape_prose).unwrap_or_default();
        vec![
            Mark::of_judged(one).sign.to_owned(),
            cell(&expectations::subject(one, words)),
            cell(&bounds(&one.expectation.bounds, words)),
            cell(&measured(one, words)),
            cell(&outcome(one, runs, words)),
            cell(&because),
        ]
    });
    table(&header, rows.collect(), &[3])
}

/// A table of cells that are safe already; `right` are the columns that hold figures.
pub(super) fn table(header: &[String], rows: Vec<Vec<String>>, right: &[usize]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rules = (0..header.len()).map(|column| if right.contains(&column) { "---:" } else { "---" });
    let rule = line(&rules.map(str::to_owned).collect::<Vec<_>>());
    let rows: String = rows.iter().map(|row| line(row)).collect();
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
    use crate::report::samples::{event, expecting, none, report, several, ttl};

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
    fn a_run_is_a_list_of_figures_and_a_comparison_a_table_of_caches() {
        let one = markdown(&expecting(), Lang::En);
        assert!(
            one.starts_with("## A day of a mail bot\n\nSeed 42\n\n### The day’s totals: event\n"),
            "{one}"
        );
        assert!(one.contains("| Hits | 8,950 |\n"), "{one}");
        assert!(one.contains("| ✓ | hits at 13:00:00 | exactly 77 | 77 | holds |  |\n"), "{one}");
        let three = markdown(&report(vec![event(), ttl(), none()]), Lang::En);
        assert!(three.contains("| event | 89.50 % | 1,050 | 12 | 0 | 1,050 |\n"), "{three}");
        assert!(three.contains("| Cache | Hit ratio | Database reads |"), "{three}");
    }
}
