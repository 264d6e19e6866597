//! A sweep as Markdown, for pull requests and wikis: the table, and what life would be as fresh.

use super::Sweep;
use super::text::{cells, said_of};
use crate::report::Lang;
use crate::report::markdown::{cell, table};
use crate::report::words::Words;

/// The sweep in Markdown.
pub(super) fn markdown(sweep: &Sweep, lang: Lang) -> String {
    let words = Words::new(lang);
    let (header, rows) = cells(sweep, &words);
    let figures: Vec<usize> = (1..header.len()).collect();
    let header: Vec<String> = header.iter().map(|text| cell(text)).collect();
    // A half-width stands below its mean, and a row of Markdown is one line.
    let in_line = |text: &String| cell(&text.replace('\n', " "));
    let rows = rows.iter().map(|row| row.iter().map(in_line).collect()).collect();
    let mut out = format!("## {}\n\n{}", cell(&sweep.scenario.name), table(&header, rows, &figures));
    if let (Some(as_fresh), Some(reference)) = (&sweep.as_fresh, &sweep.reference) {
        out.push_str(&format!("\n{}\n", cell(&said_of(as_fresh, reference, &words))));
    }
    out
}
