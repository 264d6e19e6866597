//! The report as CSV: a row for each cache, a column for each metric.
//!
//! For spreadsheets and scripts. Several runs add columns with the means and what they come from; the metrics' own
//! columns are those of the first run. The hours and the expectations are not in it.

use super::{CacheResult, Report, ScenarioInfo};
use crate::metrics::{Metric, Spread, Value};
use crate::model::escape;

/// The rows under a header, quoted where RFC 4180 asks for it; what is undefined is an empty cell.
///
/// # Errors
/// When the CSV writer fails, which for rows of one length in memory it has no reason to.
pub fn csv(report: &Report) -> Result<String, csv::Error> {
    csv_of([report])
}

/// The rows of several reports under one header.
///
/// # Errors
/// As of [`csv()`].
pub fn csv_of<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Result<String, csv::Error> {
    let reports: Vec<&Report> = reports.into_iter().collect();
    let several = reports.iter().any(|report| report.scenario.runs > 1);
    let rows = reports.iter().flat_map(|report| {
        let ScenarioInfo { name, seed, .. } = &report.scenario;
        report.results.iter().map(move |result| (vec![inert(name), seed.to_string()], result))
    });
    rows_of(&["scenario", "seed"].map(str::to_owned), rows, several)
}

/// A row for each result: what stands before it, and what was measured.
pub(super) fn rows_of<'a>(
    before: &[String],
    rows: impl Iterator<Item = (Vec<String>, &'a CacheResult)>,
    several: bool,
) -> Result<String, csv::Error> {
    let rows: Vec<_> = rows.collect();
    let metrics = metrics_of(rows.iter().map(|(_, result)| *result));
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    let fixed = FIXED.map(str::to_owned).into_iter();
    let columns: Vec<String> = fixed.chain(metric_columns(&metrics, several)).collect();
    writer.write_record(apart(before, &columns).iter().chain(&columns))?;
    for (before, result) in rows {
        let fixed = [inert(&result.cache), inert(&result.label), result.fingerprint_hex()];
        let values = metrics.iter().map(|metric| cell(result.metrics.get(*metric)));
        let spreads = metrics.iter().filter(|_| several).flat_map(|metric| spread(result.spread(*metric)));
        let runs = several.then(|| result.runs.len().to_string());
        writer.write_record(before.into_iter().chain(fixed).chain(values).chain(runs).chain(spreads))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The columns before the metrics.
const FIXED: [&str; 3] = ["cache", "label", "fingerprint"];

/// The metrics of all results: those that every report has, and those of the scenarios' own spans.
fn metrics_of<'a>(results: impl Iterator<Item = &'a CacheResult>) -> Vec<Metric> {
    let mut all = Metric::ALL.to_vec();
    for metric in results.flat_map(|result| result.metrics.metrics().skip(Metric::ALL.len())) {
        if !all.contains(&metric) {
            all.push(metric);
        }
    }
    all
}

/// The columns of metrics, with what several runs add.
fn metric_columns(metrics: &[Metric], several: bool) -> impl Iterator<Item = String> {
    metrics.iter().map(|metric| metric.csv_name()).chain(spread_columns(metrics, several))
}

/// The names of the first columns, such as varied fields, each told apart from the columns before and behind it: a field
/// that is called as a column is goes by `varied_` and its name.
fn apart(before: &[String], columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in before {
        let mut name = name.clone();
        while columns.contains(&name) || names.contains(&name) {
            name = format!("varied_{name}");
        }
        names.push(name);
    }
    names
}

/// The names of what several runs add.
fn spread_columns(metrics: &[Metric], several: bool) -> impl Iterator<Item = String> {
    let of = |metric: &Metric| {
        let name = metric.csv_name();
        ["mean", "half_width", "min", "max"].map(|part| format!("{name}_{part}"))
    };
    let columns = std::iter::once("runs".to_owned()).chain(metrics.iter().flat_map(of));
    columns.filter(move |_| several)
}

fn spread(spread: Option<Spread>) -> [String; 4] {
    spread.map_or_else(Default::default, |Spread { mean, half_width, min, max }| {
        let half_width = half_width.map(|figure| figure.to_string()).unwrap_or_default();
        [mean.to_string(), half_width, min.to_string(), max.to_string()]
    })
}

fn cell(value: Value) -> String {
    match value {
        Value::Ratio(share) => share.to_string(),
        value => value.whole().map(|whole| whole.to_string()).unwrap_or_default(),
    }
}

/// The text with what does not print written out, and with an apostrophe before it where a spreadsheet would
/// take it for a formula.
pub(super) fn inert(text: &str) -> String {
    let text = escape(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    if formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_reports::{event, none, report, ttl};

    fn rows(report: &Report) -> Vec<Vec<String>> {
        let text = csv(report).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn each_cache_has_a_row_and_each_metric_a_column() {
        let rows = rows(&report(vec![event(), ttl(), none()]));
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.len() == 5 + Metric::ALL.len()));
        assert_eq!(rows[0][..7], ["scenario", "seed", "cache", "label", "fingerprint", "requests", "hits"]);
        assert_eq!(
            rows[1][..7],
            ["A day of a mail bot", "42", "event", "event", "000000000000beef", "10000", "8950"]
        );
        let window = rows[0].iter().position(|name| name == "window_us_max").unwrap();
        assert_eq!(rows[2][window], "299000000");
    }

    #[test]
    fn several_runs_add_their_means_behind_the_first_runs_values() {
        let rows = rows(&crate::report::test_reports::several(report(vec![event(), ttl()]), 3));
        assert_eq!(rows.len(), 3, "still a row for each cache");
        let cell = |row: usize, name: &str| {
            let column = rows[0].iter().position(|column| column == name).unwrap();
            rows[row][column].as_str()
        };
        assert_eq!((cell(1, "db_reads"), cell(1, "runs")), ("1050", "3"));
        assert_eq!(
            (cell(1, "db_reads_mean"), cell(1, "db_reads_min"), cell(1, "db_reads_max")),
            ("1051", "1050", "1052")
        );
        assert!(cell(1, "db_reads_half_width").starts_with("2.484"), "{}", cell(1, "db_reads_half_width"));
        assert_eq!(cell(2, "window_us_max_half_width"), "0");
    }

    #[test]
    fn a_sum_beyond_64_bits_is_exact() {
        let mut large = event();
        let metrics = large.metrics.clone();
        large.metrics = crate::metrics::Measured::collect(&[], |metric| match metric {
            Metric::WindowSum => Value::Micros(u128::from(u64::MAX) * 70_000),
            other => metrics.get(other),
        });
        let rows = rows(&report(vec![large.clone()]));
        let column = rows[0].iter().position(|name| name == "window_us_sum").unwrap();
        assert_eq!(rows[1][column], "1291272085159668613050000");
        let several = crate::report::test_reports::several(report(vec![large]), 2);
        let json = crate::report::json(&several);
        assert_eq!(json.matches("\"sum\": 1291272085159668613050000,").count(), 3, "{json}");
        let spread = several.results[0].spread(Metric::WindowSum).unwrap();
        assert_eq!((spread.mean, spread.max), (1.291_272_085_159_668_6e24, 1.291_272_085_159_668_6e24));
    }

    #[test]
    fn what_is_undefined_is_an_empty_cell() {
        let rows = rows(&report(vec![crate::report::test_reports::cache("event", &[])]));
        let column = |name| rows[0].iter().position(|column| column == name).unwrap();
        assert_eq!(rows[1][column("hit_ratio")], "");
        assert_eq!(rows[1][column("requests")], "0");
    }

    #[test]
    fn no_header_names_two_columns() {
        let one = report(vec![event(), ttl()]);
        let several = crate::report::test_reports::several(one.clone(), 3);
        let varied =
            ["cache", "label", "fingerprint", "hits", "window_us_max", "cache", "varied_cache", "runs"];
        let sweep = |runs| {
            let before: Vec<String> =
                ["scenario", "seed"].iter().chain(&varied).map(|name| (*name).to_owned()).collect();
            rows_of(&before, std::iter::empty(), runs > 1).unwrap()
        };
        for text in [csv(&one).unwrap(), csv_of([&one, &several]).unwrap(), sweep(1), sweep(3)] {
            let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
            let unique: std::collections::BTreeSet<_> = header.iter().collect();
            assert_eq!(unique.len(), header.len(), "{header:?}");
        }
        assert!(
            sweep(1).starts_with("scenario,seed,varied_cache,varied_label,varied_fingerprint,varied_hits,")
        );
    }

    #[test]
    fn no_cell_is_a_formula_and_quotes_hold_what_they_must() {
        for start in ["=", "+", "-", "@"] {
            let mut hostile = report(vec![event()]);
            hostile.scenario.name = format!("{start}1+1");
            hostile.results[0].label = format!("{start}cmd|' /C calc'!A0");
            let rows = rows(&hostile);
            assert_eq!(rows[1][0], format!("'{start}1+1"));
            assert!(rows[1][3].starts_with('\''));
        }
        let mut quoted = report(vec![event()]);
        quoted.results[0].label = "a,\"b\"".to_owned();
        assert_eq!(rows(&quoted)[1][3], "a,\"b\"");
        assert!(csv(&quoted).unwrap().contains("\"a,\"\"b\"\"\""));
        for (hidden, shown) in
            [("\t=1", "\\t=1"), ("a\nb", "a\\nb"), ("a\u{1b}\u{202e}", "a\\u{1b}\\u{202e}")]
        {
            quoted.results[0].label = hidden.to_owned();
            assert_eq!(rows(&quoted)[1][3], shown);
        }
    }
}
