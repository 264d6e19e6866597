//! The report as CSV: a row for each cache, a column for each metric.
//!
//! For spreadsheets and scripts. The hours and the expectations are not in it.

use super::Report;
use crate::metrics::{Metric, Value};

/// The rows under a header, quoted where RFC 4180 asks for it; what is undefined is an empty cell.
///
/// # Errors
/// When the CSV writer fails, which for rows of one length in memory it has no reason to.
pub fn csv(report: &Report) -> Result<String, csv::Error> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    let fixed = ["scenario", "seed", "cache", "label", "fingerprint"].map(str::to_owned);
    writer.write_record(fixed.into_iter().chain(Metric::ALL.iter().map(|metric| metric.csv_name())))?;
    for result in &report.results {
        let fixed = [
            inert(&report.scenario.name),
            report.scenario.seed.to_string(),
            inert(&result.cache),
            inert(&result.label),
            result.fingerprint_hex(),
        ];
        let values = Metric::ALL.iter().map(|metric| cell(result.metrics.get(*metric)));
        writer.write_record(fixed.into_iter().chain(values))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cell(value: Value) -> String {
    match value {
        Value::Count(count) | Value::Micros(count) => count.to_string(),
        Value::Ratio(share) => share.to_string(),
        Value::Undefined => String::new(),
    }
}

/// The text, with an apostrophe before it where a spreadsheet would take it for a formula.
fn inert(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}
