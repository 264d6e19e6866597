//! The commands that lead on from a verdict, as they can be typed.

use super::checked::Checked;
use crate::gate::{Comparison, Standing};
use crate::metrics::Metric;
use crate::model::escape;

/// The command that accepts the figures of a scenario.
pub(super) fn accepting(checked: &Checked) -> String {
    let runs = checked.report.scenario.runs;
    let runs = if runs > 1 { format!(" --runs {runs}") } else { String::new() };
    let accepted = checked.accepted.as_ref().map(|file| format!(" --accepted {}", word(file)));
    let accepted = accepted.unwrap_or_default();
    format!("rolesim check --accept{}{runs}{accepted} {}", options(checked), word(&checked.file))
}

/// The commands that tell the first stale answer of each cache that gave more of them than was accepted.
pub(super) fn explaining(checked: &Checked) -> Vec<String> {
    let grew = |gate: &Comparison| {
        let changes = gate
            .changes()
            .filter(|(_, change)| change.metric == Metric::StaleReads && change.standing == Standing::Worse);
        changes.map(|(pair, _)| (pair.own, pair.label.clone())).collect::<Vec<_>>()
    };
    let command = |(own, label): (bool, String)| {
        let result = checked.report.results.iter().find(|result| result.label == label);
        let cache = result.filter(|_| !own).map(|result| format!(" --cache {}", word(&result.cache)));
        let cache = cache.unwrap_or_default();
        format!("rolesim explain --first-stale{}{cache} {}", options(checked), word(&checked.file))
    };
    checked.report.gate.iter().flat_map(grew).map(command).collect()
}

/// What was typed that makes the day or the system another one.
fn options(checked: &Checked) -> String {
    checked.options.iter().map(|option| format!(" {}", word(option))).collect()
}

/// A text as one word of a shell.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    let text = escape(text);
    if !text.is_empty() && text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::check::test_checks::worse;

    #[test]
    fn a_command_has_what_was_typed_as_words_of_a_shell() {
        let mut one = worse();
        assert_eq!(accepting(&one), "rolesim check --accept scenarios/day.json");
        one.file = "my day's.json".to_owned();
        one.options = ["--seed", "7", "--set", "name=a b"].map(str::to_owned).to_vec();
        one.accepted = Some("x.json".to_owned());
        one.report.scenario.runs = 3;
        assert_eq!(
            accepting(&one),
            "rolesim check --accept --seed 7 --set 'name=a b' --runs 3 --accepted x.json 'my day'\\''s.json'"
        );
        assert!(explaining(&one).is_empty(), "no stale answer more");
    }
}
