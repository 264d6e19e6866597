//! Findings as the commands that GitHub's runner reads from a log.
//!
//! The runner shows ten annotations of each kind for a step; what goes beyond is counted in the tenth. It does not
//! know whether a runner listens.

use super::check::{Checks, Finding, Unchecked, Weight, findings};
use super::words::{Arg, Lang, Words};
use crate::model::escape;

/// Annotations of each kind that a step shows.
const SHOWN_MOST: usize = 10;

/// A step's annotations, as lines of its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    errors: Vec<String>,
    warnings: Vec<String>,
    notices: Vec<String>,
}

impl Annotations {
    /// The annotations of all that was checked.
    #[must_use]
    pub fn of<'c>(checks: impl Into<Checks<'c>>, lang: Lang) -> Self {
        let Checks { checked, unchecked } = checks.into();
        let words = Words::new(lang);
        let mut all = Self { errors: unchecked.iter().flat_map(of_unchecked).collect(), ..Self::default() };
        // The first finding of each scenario comes before the second of any: a step shows few.
        let mut found: Vec<Vec<Finding>> = checked.iter().map(|one| findings(one, &words)).collect();
        let most = found.iter().map(Vec::len).max().unwrap_or(0);
        found.iter_mut().for_each(|findings| findings.reverse());
        for _ in 0..most {
            for (checked, findings) in checked.iter().zip(&mut found) {
                let Some(finding) = findings.pop() else { continue };
                let (command, list) = match finding.weight {
                    Weight::Error => ("error", &mut all.errors),
                    Weight::Warning => ("warning", &mut all.warnings),
                    Weight::Notice => ("notice", &mut all.notices),
                };
                list.push(line(command, &checked.file, &finding));
            }
        }
        for (command, list) in
            [("error", &mut all.errors), ("warning", &mut all.warnings), ("notice", &mut all.notices)]
        {
            if list.len() > SHOWN_MOST {
                let more = (list.len() - (SHOWN_MOST - 1)) as u64;
                list.truncate(SHOWN_MOST - 1);
                let more = words.with("check-more", &[("n", Arg::Count(more))]);
                list.push(format!("::{command} title=rolesim check::{}", data(&more)));
            }
        }
        all
    }

    /// All lines, the errors first.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        [self.errors(), self.warnings.clone(), self.notices.clone()].concat()
    }

    /// The lines of errors alone.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        self.errors.clone()
    }
}

/// A line for each reason why a scenario could not be checked, at its place.
fn of_unchecked(unchecked: &Unchecked) -> impl Iterator<Item = String> {
    unchecked.troubles.iter().map(|trouble| {
        let mut properties = Vec::new();
        if let Some(file) = trouble.file.as_ref().or(unchecked.file.as_ref()).filter(|file| *file != "-") {
            properties.push(format!("file={}", property(file)));
            properties.extend(trouble.line.map(|line| format!("line={line}")));
            properties.extend(trouble.column.map(|column| format!("col={column}")));
        }
        properties.push("title=rolesim check".to_owned());
        format!("::error {}::{}", properties.join(","), data(&trouble.message))
    })
}

fn line(command: &str, file: &str, finding: &Finding) -> String {
    let mut properties = Vec::new();
    if file != "-" {
        properties.push(format!("file={}", property(file)));
        properties.extend(finding.line.map(|line| format!("line={line}")));
    }
    properties.push("title=rolesim check".to_owned());
    let message = format!("{}: {}", escape(file), finding.sentence);
    format!("::{command} {}::{}", properties.join(","), data(&message))
}

/// A text as the message of a command: in one line, and with its per cent signs doubled up.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as the value of a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    // The runner needs the name as it is, and decodes it; only what could end the line must not reach it raw.
    let hidden = |c: char| c.is_control() || escape(c.encode_utf8(&mut [0; 4])).len() > 4;
    let shown = |c: char| if hidden(c) { escape(&c.to_string()) } else { c.to_string() };
    data(&text.chars().map(shown).collect::<String>()).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Checked;
    use crate::report::check::test_checks::{checked, worse};

    #[test]
    fn an_error_names_file_scenario_metric_and_both_values() {
        let lines = Annotations::of(&[worse()], Lang::En).all();
        assert_eq!(
            lines[2],
            "::error file=scenarios/day.json,title=rolesim check::scenarios/day.json: hit_ratio of event: accepted \
             89.50 %25, now 89.49 %25, −0.01 pp – worse (no tolerance)"
        );
        assert!(lines.iter().all(|line| line.starts_with("::error ")), "{lines:?}");
    }

    #[test]
    fn an_expectation_has_its_line() {
        let mut one = worse();
        one.report.gate = None;
        one.report.expectations = crate::report::test_reports::expecting().expectations;
        one.report.expectations[1].verdict = crate::gate::Verdict::Fail;
        one.report.expectations[1].expectation.line = Some(17);
        let lines = Annotations::of(&[one], Lang::En).all();
        assert!(
            lines[0].starts_with("::error file=scenarios/day.json,line=17,title=rolesim check::"),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("::warning file=scenarios/day.json,title="), "{lines:?}");
    }

    #[test]
    fn a_step_gets_ten_of_a_kind_and_a_count() {
        let all: Vec<Checked> = (0..8).map(|_| worse()).collect();
        let each = Annotations::of(&[worse()], Lang::En).errors().len();
        let lines = Annotations::of(&all, Lang::En).all();
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[9], format!("::error title=rolesim check::and {} more", 8 * each - 9));
    }

    #[test]
    fn no_name_can_speak_to_the_runner() {
        let mut hostile = worse();
        hostile.file = "a,b:c%\n::error::x\u{202e}.json".to_owned();
        let lines = Annotations::of(&[hostile], Lang::En).all();
        assert!(
            lines[0].starts_with(
                "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3Ax\\u{202e}.json,title=rolesim check::a,b:c%25\\n\\u{3a}:error"
            ),
            "{}",
            lines[0]
        );
        assert!(lines.iter().all(|line| !line.contains(['\n', '\u{202e}'])));
        assert!(Annotations::of(&[checked()], Lang::En).all().is_empty());
    }
}
