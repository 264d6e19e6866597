//! What was checked, in Markdown: a table of scenarios, and below it what is not as it should be.

use super::{cell, expected, table};
use crate::gate::{Change, Comparison, Judged, Pair};
use crate::report::check::{
    Checked, about, amount, change_of, heading, hint, is_news, is_worth_accepting, is_worth_saying,
    of_version, standing, sum, values,
};
use crate::report::mark::Mark;
use crate::report::words::{Lang, Words};

/// All that was checked.
#[must_use]
pub fn checks_markdown(checks: &[Checked], lang: Lang) -> String {
    let words = Words::new(lang);
    let verdict = Checked::verdict(checks);
    let passes =
        words.text(if verdict == crate::gate::Verdict::Pass { "check-passes" } else { "check-fails" });
    let mut out = format!("## {} rolesim check: {passes}\n\n", Mark::of(verdict).sign);
    let rows = checks.iter().map(|one| {
        vec![
            Mark::of(one.report.verdict).sign.to_owned(),
            cell(&one.file),
            cell(&one.report.scenario.name),
            cell(&sum(one, &words)),
        ]
    });
    let header = vec![String::new(); 4];
    out.push_str(&table(&header, rows.collect(), &[]));
    out.extend(checks.iter().map(|one| details(one, &words)));
    out
}

/// The same, cut where it would take more than so many bytes. Nothing where not even that fits.
#[must_use]
pub fn checks_summary(checks: &[Checked], lang: Lang, most: usize) -> String {
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

fn details(checked: &Checked, words: &Words) -> String {
    let broken: Vec<&Judged> =
        checked.report.expectations.iter().filter(|one| is_worth_saying(one)).collect();
    let is_told = |gate: &&Comparison| is_worth_accepting(gate) || gate.other_version.is_some();
    let gate = checked.report.gate.as_ref().filter(is_told);
    if broken.is_empty() && gate.is_none() {
        return String::new();
    }
    let mut out = format!("\n### {} {}\n", Mark::of(checked.report.verdict).sign, cell(&checked.file));
    if !broken.is_empty() {
        out.push_str(&format!("\n{}", expected(&broken, checked.report.scenario.runs, words)));
    }
    if let Some(gate) = gate {
        out.extend(gate.pairs.iter().map(|pair| changes(pair, words)));
        out.push_str(&remarks(gate, words));
    }
    if let Some(key) = hint(checked) {
        out.push_str(&format!("\n{}\n", words.text(key)));
    }
    out
}

fn changes(pair: &Pair, words: &Words) -> String {
    let news: Vec<&Change> = pair.changes.iter().filter(|change| is_news(change.standing)).collect();
    if news.is_empty() {
        return String::new();
    }
    let keys = [
        "check-md-metric",
        "check-md-accepted",
        "check-md-now",
        "check-md-change",
        "check-md-tolerance",
        "check-md-verdict",
    ];
    let header: Vec<String> = keys.map(|key| words.text(key)).to_vec();
    let rows = news.into_iter().map(|change| {
        let (accepted, actual) = values(change, words);
        let tolerance =
            change.tolerance.map_or_else(|| words.text("check-md-none"), |one| amount(one, words));
        vec![
            cell(change.metric.name()),
            cell(&accepted),
            cell(&actual),
            cell(&change_of(change, words).unwrap_or_default()),
            cell(&tolerance),
            cell(&standing(change.standing, words)),
        ]
    });
    format!("\n{}\n\n{}", cell(&heading(pair, words)), table(&header, rows.collect(), &[1, 2, 3, 4]))
}

/// What is said of caches as a whole.
fn remarks(gate: &Comparison, words: &Words) -> String {
    let line = |(key, label): (&str, &String)| format!("- {}\n", cell(&about(key, label, words)));
    let answers = gate
        .pairs
        .iter()
        .filter(|pair| pair.only_answers_differ())
        .map(|pair| ("check-answers", &pair.label));
    let missing = gate.missing.iter().map(|label| ("check-missing", label));
    let new = gate.unaccepted.iter().map(|label| ("check-unaccepted", label));
    let version = of_version(gate, words).into_iter().map(|line| format!("- {}\n", cell(&line)));
    let lines: String = missing.chain(new).chain(answers).map(line).chain(version).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::check::samples::{checked, hostile, worse};

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
            assert!(cut.len() <= most && cut.ends_with("1 MiB at the most.\n"), "{most}: {cut}");
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
