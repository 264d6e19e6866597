//! Tests of the whole way from text to meaning.

mod bad_input;
mod meaning;
mod patching;
mod robustness;
mod variation;

use super::{FaultKind, Faults, ProbeError, Question, Recorded, Scenario, decode, parse};
use crate::model::{DAY_US, RowPlace};

/// A recorded day that ends at 03:00 of its second day; a file called `gone.csv` cannot be read.
fn probe(question: Question<'_>) -> Result<Recorded, ProbeError> {
    let error = |place, message: &str, kind| Err(ProbeError { place, message: message.into(), kind });
    let bad = || RowPlace { file: "bad.csv".to_owned(), line: Some(7), ..RowPlace::default() };
    match question.spec.named().as_str() {
        "gone.csv" => error(None, "no such file", FaultKind::Unreadable),
        "bad.csv" => error(Some(bad()), "no number", FaultKind::Content),
        _ => Ok(Recorded { end_us: if question.end { 2 * DAY_US } else { 0 } }),
    }
}

fn read_as(text: &str, file_name: &str) -> Result<Scenario, Faults> {
    decode(&parse(text.as_bytes(), file_name)?, file_name, &mut probe)
}

fn read(text: &str) -> Result<Scenario, Faults> {
    read_as(text, "day.yaml")
}

/// A day that uses every part of the language that this release knows.
const FULL_YAML: &str = include_str!("full.yaml");
