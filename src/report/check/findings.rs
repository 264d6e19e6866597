//! What a check found, one by one and by how serious it is, for those who list findings.

use super::{about, is_news, is_worth_saying, of_version, sentence, subject};
use crate::gate::{Comparison, Level, Standing};
use crate::report::words::Words;
use crate::report::{Checked, expectations};

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Weight {
    /// The check fails by it.
    Error,
    /// It does not, and somebody should look.
    Warning,
    /// Worth knowing.
    Notice,
}

/// Something that is not as it should be, or not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::report) struct Finding {
    pub(in crate::report) weight: Weight,
    /// The line of the scenario that asks for it.
    pub(in crate::report) line: Option<u32>,
    /// The whole of it in a sentence.
    pub(in crate::report) sentence: String,
}

/// All findings of a scenario: its expectations, then its gate.
pub(in crate::report) fn findings(checked: &Checked, words: &Words) -> Vec<Finding> {
    let broken = checked.report.expectations.iter().filter(|one| is_worth_saying(one)).map(|one| Finding {
        weight: if one.expectation.level == Level::Error { Weight::Error } else { Weight::Warning },
        line: one.expectation.line,
        sentence: expectations::sentence(one, checked.report.scenario.runs, words),
    });
    broken.chain(checked.report.gate.iter().flat_map(|gate| of_gate(gate, words))).collect()
}

fn of_gate(gate: &Comparison, words: &Words) -> Vec<Finding> {
    let finding = |weight, sentence| Finding { weight, line: None, sentence };
    let changes = gate.changes().filter(|(_, change)| is_news(change.standing)).map(|(pair, change)| {
        let weight = match change.standing {
            _ if gate.fails(change) => Weight::Error,
            Standing::Inconclusive => Weight::Warning,
            _ => Weight::Notice,
        };
        finding(weight, sentence(&subject(pair, change, words), change, words))
    });
    let missing =
        gate.missing.iter().map(|label| finding(Weight::Error, about("check-missing", label, words)));
    let new =
        gate.unaccepted.iter().map(|label| finding(Weight::Notice, about("check-unaccepted", label, words)));
    let answers = gate.pairs.iter().filter(|pair| pair.only_answers_differ());
    let answers = answers.map(|pair| finding(Weight::Notice, about("check-answers", &pair.label, words)));
    let version = of_version(gate, words).into_iter().map(|line| finding(Weight::Notice, line));
    changes.chain(missing).chain(new).chain(answers).chain(version).collect()
}
