//! The report as CSV: a row for each cache, for each run of it, or for each hour.
//!
//! For spreadsheets and scripts. A column has one meaning: over several runs a metric's own column is its mean, and the
//! columns behind say what it comes from; a row for each run has the figures of that run. Expectations are not in it.

use super::hourly::hour_name;
use super::{CacheResult, Report, ScenarioInfo};
use crate::metrics::{HourRow, Measured, Metric, Spread, Value};
use crate::model::{HOUR_US, escape};

/// What a row of the table is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CsvRows {
    /// A cache, over all runs.
    #[default]
    Caches,
    /// A run of a cache.
    Runs,
    /// An hour of a cache, of several runs in the first.
    Hours,
}

/// The rows under a header, quoted where RFC 4180 asks for it; what is undefined is an empty cell.
///
/// # Errors
/// When the CSV writer fails, which for rows of one length in memory it has no reason to.
pub fn csv(report: &Report, rows: CsvRows) -> Result<String, csv::Error> {
    csv_of([report], rows)
}

/// The rows of several reports under one header.
///
/// # Errors
/// As of [`csv()`].
pub fn csv_of<'a>(
    reports: impl IntoIterator<Item = &'a Report>,
    rows: CsvRows,
) -> Result<String, csv::Error> {
    let reports: Vec<&Report> = reports.into_iter().collect();
    let several = reports.iter().any(|report| report.scenario.runs > 1);
    if rows == CsvRows::Hours {
        return hours_of(&reports);
    }
    let results = reports.iter().flat_map(|report| {
        let ScenarioInfo { name, seed, .. } = &report.scenario;
        report.results.iter().map(move |result| (vec![inert(name)], *seed, result))
    });
    let before = ["scenario"].map(str::to_owned);
    match rows {
        CsvRows::Runs => runs_of(&before, results),
        CsvRows::Caches | CsvRows::Hours => {
            let results =
                results.map(|(before, seed, result)| ([before, vec![seed.to_string()]].concat(), result));
            rows_of(&["scenario", "seed"].map(str::to_owned), results, several)
        }
    }
}

/// A row for each result: what stands before it, and what was measured.
pub(super) fn rows_of<'a>(
    before: &[String],
    rows: impl Iterator<Item = (Vec<String>, &'a CacheResult)>,
    several: bool,
) -> Result<String, csv::Error> {
    let rows: Vec<_> = rows.collect();
    let metrics = metrics_of(rows.iter().map(|(_, result)| *result));
    let fixed = FIXED.map(str::to_owned).into_iter();
    let columns: Vec<String> = fixed.chain(metric_columns(&metrics, several)).collect();
    let header = apart(before, &columns).into_iter().chain(columns);
    let row = |(before, result): (Vec<String>, &CacheResult)| {
        let fixed = [inert(&result.cache), inert(&result.label), result.fingerprint_hex()];
        let values = metrics.iter().map(|metric| match result.runs.is_empty() {
            true => cell(result.metrics.get(*metric)),
            false => result.spread(*metric).map(|spread| spread.mean.to_string()).unwrap_or_default(),
        });
        let spreads = metrics.iter().filter(|_| several).flat_map(|metric| spread(result.spread(*metric)));
        let runs = several.then(|| result.runs.len().to_string());
        before.into_iter().chain(fixed).chain(values).chain(runs).chain(spreads).collect()
    };
    written(header.collect(), rows.into_iter().map(row))
}

/// A row for each run of each result: what stands before it, the number and the seed of the run, and its figures.
/// Results come with the seed of their first run.
pub(super) fn runs_of<'a>(
    before: &[String],
    rows: impl Iterator<Item = (Vec<String>, u64, &'a CacheResult)>,
) -> Result<String, csv::Error> {
    let rows: Vec<_> = rows.collect();
    let metrics = metrics_of(rows.iter().map(|(.., result)| *result));
    let fixed = ["run", "seed"].into_iter().chain(FIXED).map(str::to_owned);
    let columns: Vec<String> = fixed.chain(metric_columns(&metrics, false)).collect();
    let header = apart(before, &columns).into_iter().chain(columns);
    let row =
        |before: &[String], run: usize, seed: u64, result: &CacheResult, print: String, of: &Measured| {
            let fixed =
                [run.to_string(), seed.to_string(), inert(&result.cache), inert(&result.label), print];
            let values = metrics.iter().map(|metric| cell(of.get(*metric)));
            before.iter().cloned().chain(fixed).chain(values).collect::<Vec<String>>()
        };
    let all = rows.into_iter().flat_map(|(before, seed, result)| {
        if result.runs.is_empty() {
            return vec![row(&before, 1, seed, result, result.fingerprint_hex(), &result.metrics)];
        }
        let runs = result.runs.iter().enumerate();
        let of = runs.map(|(index, run)| {
            row(&before, index + 1, run.seed, result, super::hex(run.fingerprint), &run.metrics)
        });
        of.collect()
    });
    written(header.collect(), all)
}

/// The columns of an hour, behind those that say whose it is.
const HOUR: [&str; 11] = [
    "hour",
    "from",
    "requests",
    "hits",
    "misses",
    "hit_ratio",
    "db_reads",
    "failed",
    "stale_reads",
    "stale_grants",
    "cache_size",
];

fn hours_of(reports: &[&Report]) -> Result<String, csv::Error> {
    let header = ["scenario", "seed", "cache", "label"].into_iter().chain(HOUR).map(str::to_owned);
    let rows = reports.iter().flat_map(|report| {
        let ScenarioInfo { name, seed, .. } = &report.scenario;
        let of = move |result: &CacheResult| {
            let before = [inert(name), seed.to_string(), inert(&result.cache), inert(&result.label)];
            let row = |hour: &HourRow| before.iter().cloned().chain(of_hour(hour)).collect::<Vec<String>>();
            result.hourly.iter().map(row).collect::<Vec<_>>()
        };
        report.results.iter().flat_map(of)
    });
    written(header.collect(), rows)
}

fn of_hour(hour: &HourRow) -> [String; HOUR.len()] {
    let count = |count: u64| count.to_string();
    [
        count(hour.from.0 / HOUR_US),
        hour_name(hour.from),
        count(hour.requests),
        count(hour.hits),
        count(hour.misses()),
        cell(hour.hit_ratio()),
        count(hour.db_reads),
        count(hour.failed),
        count(hour.stale_reads),
        count(hour.stale_grants),
        count(hour.cache_size),
    ]
}

fn written(header: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> Result<String, csv::Error> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
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
        let text = csv(report, CsvRows::Caches).unwrap();
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
    fn over_several_runs_a_metrics_column_is_its_mean() {
        let rows = rows(&crate::report::test_reports::several(report(vec![event(), ttl()]), 3));
        assert_eq!(rows.len(), 3, "still a row for each cache");
        let cell = |row: usize, name: &str| {
            let column = rows[0].iter().position(|column| column == name).unwrap();
            rows[row][column].as_str()
        };
        assert_eq!((cell(1, "db_reads"), cell(1, "runs")), ("1051", "3"));
        assert_eq!(
            (cell(1, "db_reads_mean"), cell(1, "db_reads_min"), cell(1, "db_reads_max")),
            ("1051", "1050", "1052")
        );
        assert!(cell(1, "db_reads_half_width").starts_with("2.484"), "{}", cell(1, "db_reads_half_width"));
        assert_eq!(cell(2, "window_us_max_half_width"), "0");
    }

    fn table(report: &Report, rows: CsvRows) -> Vec<Vec<String>> {
        let text = csv(report, rows).unwrap();
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_row_for_each_run_has_the_figures_of_that_run() {
        let several = crate::report::test_reports::several(report(vec![event(), ttl()]), 3);
        let rows = table(&several, CsvRows::Runs);
        assert_eq!(rows.len(), 1 + 2 * 3);
        assert_eq!(rows[0][..6], ["scenario", "run", "seed", "cache", "label", "fingerprint"]);
        assert_eq!(rows[2][1..6], ["2", "43", "event", "event", "000000000000bef0"]);
        let reads = rows[0].iter().position(|name| name == "db_reads").unwrap();
        let reads: Vec<&str> = rows[1..4].iter().map(|row| row[reads].as_str()).collect();
        assert_eq!(reads, ["1050", "1051", "1052"]);
        let once = table(&report(vec![event()]), CsvRows::Runs);
        assert_eq!((once.len(), &once[1][1..3]), (2, &["1".to_owned(), "42".to_owned()][..]));
    }

    #[test]
    fn a_row_for_each_hour_has_its_number() {
        let rows = table(&report(vec![event()]), CsvRows::Hours);
        assert_eq!(rows.len(), 4);
        assert_eq!(rows[0][..6], ["scenario", "seed", "cache", "label", "hour", "from"]);
        assert_eq!(
            rows[1][3..],
            ["event", "8", "08:00", "3", "1", "2", "0.3333333333333333", "2", "0", "0", "0", "2"]
        );
        assert_eq!(rows[2][9], "", "no request has no ratio");
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
        for text in [
            csv(&one, CsvRows::Caches).unwrap(),
            csv_of([&one, &several], CsvRows::Caches).unwrap(),
            csv_of([&one, &several], CsvRows::Runs).unwrap(),
            csv_of([&one, &several], CsvRows::Hours).unwrap(),
            sweep(1),
            sweep(3),
        ] {
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
        assert!(csv(&quoted, CsvRows::Caches).unwrap().contains("\"a,\"\"b\"\"\""));
        for (hidden, shown) in
            [("\t=1", "\\t=1"), ("a\nb", "a\\nb"), ("a\u{1b}\u{202e}", "a\\u{1b}\\u{202e}")]
        {
            quoted.results[0].label = hidden.to_owned();
            assert_eq!(rows(&quoted)[1][3], shown);
        }
    }
}
