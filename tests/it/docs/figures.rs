//! The table on the README's first screen is what the program measures.

use std::fs;

use serde_json::Value;

use super::{rolesim, root};

const SCENARIO: &str = "scenarios/field-defaults.yaml";

/// `66298` as `66,298`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let ends =
        (1..=digits.len()).filter(|end| *end == digits.len() || (digits.len() - end).is_multiple_of(3));
    let mut from = 0;
    let groups: Vec<&str> = ends.map(|end| &digits[std::mem::replace(&mut from, end)..end]).collect();
    groups.join(",")
}

/// A time in whole seconds, rounded up since it stands behind "for up to": `3m 45s`.
fn whole_seconds(time_us: u64) -> String {
    let seconds = time_us.div_ceil(1_000_000);
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let shown: Vec<String> =
        parts.iter().filter(|part| part.0 > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if shown.is_empty() { "0s".to_owned() } else { shown.join(" ") }
}

#[test]
fn the_first_table_of_the_readme_is_measured() {
    let output = rolesim(&["compare", "-q", "--format", "json", SCENARIO]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, behind) = readme.split_once(&format!("<!-- figures of {SCENARIO}")).unwrap();
    let rows = behind.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let mut count = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let name = row.split('|').nth(1).unwrap().trim();
        let mut results = report["results"].as_array().unwrap().iter();
        let result = results.find(|result| name.contains(result["label"].as_str().unwrap()));
        let metrics =
            &result.unwrap_or_else(|| panic!("{SCENARIO} has no cache for the row \"{name}\""))["metrics"];
        let figure = |value: &Value| value.as_u64().unwrap();
        let measured = format!(
            "| {name} | {} | {} | {} |",
            grouped(figure(&metrics["db_reads"])),
            grouped(figure(&metrics["stale_grants"])),
            whole_seconds(figure(&metrics["window_us"]["max"])),
        );
        assert_eq!(row, measured, "the README must have the second of these rows");
        count += 1;
    }
    assert!(count >= 5, "only {count} rows were found");
}

#[test]
fn figures_are_written_as_people_read_them() {
    assert_eq!([0, 12, 1301, 66_298, 1_000_000].map(grouped), ["0", "12", "1,301", "66,298", "1,000,000"]);
    assert_eq!([0, 1, 60_000_000, 3_897_561_350].map(whole_seconds), ["0s", "1s", "1m", "1h 4m 58s"]);
}
