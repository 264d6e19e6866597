//! Each view of a report as text for people and as Markdown: a document in a language, and its form.

use super::check::checked;
use super::choice::choice;
use super::compare::{Tables, compare};
use super::day_totals::run;
use super::document::{Document, Title};
use super::mark::Mark;
use super::render::layout::wrapped;
use super::render::markdown::markdown as as_markdown;
use super::render::text::{Style, text};
use super::sweep::{Sweep, swept};
use super::words::{Lang, Words};
use super::{Checks, Report};
use crate::gate::Verdict;
use unicode_width::UnicodeWidthStr;

/// The day's totals of each cache, the table by the hour if wanted, and the expectations.
#[must_use]
pub fn run_text(report: &Report, style: &Style, by_the_hour: bool) -> String {
    text(&run(report, by_the_hour, &Words::new(style.lang)), style.colour)
}

/// The answer, these tables, and the expectations.
#[must_use]
pub fn compare_text(report: &Report, style: &Style, tables: Tables) -> String {
    text(&compare(report, Some(tables), &Words::new(style.lang)), style.colour)
}

/// Which cache was chosen and why, and a line for each candidate.
#[must_use]
pub fn choice_text(report: &Report, style: &Style) -> String {
    text(&choice(report, &Words::new(style.lang)), style.colour)
}

/// The report in Markdown: a choice, a run of one cache, or a comparison of several.
#[must_use]
pub fn markdown(report: &Report, lang: Lang) -> String {
    let words = Words::new(lang);
    as_markdown(&match report.results.as_slice() {
        _ if report.choice.is_some() => choice(report, &words),
        [_] => run(report, false, &words),
        _ => compare(report, Some(Tables::All), &words),
    })
}

/// What was checked: a line for each scenario, details where there are any, and a sum of several.
#[must_use]
pub fn checks_text<'c>(checks: impl Into<Checks<'c>>, style: &Style) -> String {
    text(&checked(checks.into(), &Words::new(style.lang)), style.colour)
}

/// What was checked, in Markdown. Its title says what a terminal shows above the text: the command.
#[must_use]
pub fn checks_markdown<'c>(checks: impl Into<Checks<'c>>, lang: Lang) -> String {
    let checks = checks.into();
    let words = Words::new(lang);
    let verdict = checks.verdict();
    let passes = words.text(if verdict == Verdict::Pass { "check-passes" } else { "check-fails" });
    let title = Title { mark: Some(Mark::of(verdict)), text: format!("rolesim check: {passes}") };
    as_markdown(&Document { title: Some(title), ..checked(checks, &words) })
}

/// The same, cut where it would take more than `most` bytes. Empty if not even that fits.
#[must_use]
pub fn checks_summary<'c>(checks: impl Into<Checks<'c>>, lang: Lang, most: usize) -> String {
    let whole = checks_markdown(checks, lang);
    if whole.len() <= most {
        return whole;
    }
    let sentence = format!("\n{}\n", Words::new(lang).text("check-cut"));
    let Some(room) = most.checked_sub(sentence.len()) else { return String::new() };
    // A line is whole or missing: half a row would end the table.
    let end = whole.bytes().take(room).rposition(|byte| byte == b'\n').map_or(0, |newline| newline + 1);
    format!("{}{sentence}", &whole[..end])
}

/// The whole sweep in words.
#[must_use]
pub fn sweep_text(sweep: &Sweep, style: &Style) -> String {
    text(&swept(sweep, &Words::new(style.lang)), style.colour)
}

/// The sweep in Markdown.
pub(super) fn sweep_markdown(sweep: &Sweep, lang: Lang) -> String {
    as_markdown(&swept(sweep, &Words::new(lang)))
}

/// Names in a column, each with what is to be said of it.
#[must_use]
pub fn list_text(entries: &[(&str, String)]) -> String {
    let column = entries.iter().map(|(name, _)| name.width()).max().unwrap_or(0) + 2;
    let line = |(name, text): &(&str, String)| {
        let gap = " ".repeat(column - name.width());
        wrapped(&format!("{name}{gap}"), column, text)
    };
    entries.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Checked;
    use crate::report::check::test_checks::{checked, hostile, worse};

    #[test]
    fn a_failure_is_a_row_with_both_values() {
        let text = checks_markdown(&[worse(), checked()], Lang::En);
        assert!(text.starts_with("## ✗ rolesim check: fails\n"), "{text}");
        let row = "| hit_ratio | 89.50 % | 89.49 % | −0.01 pp | none | worse |\n";
        assert!(text.contains(row), "{text}");
        assert_eq!(text.matches("\n### ").count(), 1, "what is well has its line and no more\n{text}");
    }

    #[test]
    fn a_summary_is_cut_between_lines_and_says_so() {
        let all: Vec<Checked> = (0..50).map(|_| worse()).collect();
        let whole = checks_markdown(&all, Lang::En);
        assert_eq!(checks_summary(&all, Lang::En, whole.len()), whole);
        for most in [whole.len() - 1, 5_000, 1_000, 200] {
            let cut = checks_summary(&all, Lang::En, most);
            assert!(cut.len() <= most && cut.ends_with("at most 1 MiB.\n"), "{most}: {cut}");
            let kept = cut.trim_end().rsplit_once('\n').unwrap().0;
            assert!(whole.starts_with(kept.trim_end()), "{cut}");
        }
        assert_eq!(checks_summary(&all, Lang::En, 10), "");
    }

    #[test]
    fn hostile_names_stay_text() {
        let text = checks_markdown(&[hostile()], Lang::En);
        for absent in ["<script>", "](http://", "\u{1b}", "\u{202e}", "`["] {
            assert!(!text.contains(absent), "{absent}: {text}");
        }
        assert!(text.lines().all(|line| !line.starts_with("::")), "{text}");
    }
}
