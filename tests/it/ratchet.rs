//! Lists of faults that are left, which can only grow shorter.
//!
//! A list has a line for each fault: how often, a tab, and what. More than that is a new fault and fails; less is a fault
//! that was mended, and fails too until the list says so. `ROLESIM_TIDY=overwrite cargo test --test it tidy` writes the
//! lists; it refuses where the sum would grow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use crate::layers::root;

fn path(list: &str) -> PathBuf {
    root().join("tests/it/tidy").join(list)
}

/// Whether lists are to be written.
pub(crate) fn overwrites() -> bool {
    std::env::var_os("ROLESIM_TIDY").is_some_and(|value| value == "overwrite")
}

/// Holds what was found against a list. `what` says what is counted, and `remedy` what to do about
/// an entry.
pub(crate) fn hold(list: &str, found: &BTreeMap<String, usize>, what: &str, remedy: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path(list)).unwrap_or_default();
    let left: BTreeMap<String, usize> = text.lines().map(|line| entry(list, line)).collect();
    if overwrites() {
        let (before, now) = (left.values().sum::<usize>(), found.values().sum::<usize>());
        assert!(left.is_empty() || now <= before, "{list}: {now} {what}, and there were {before}");
        let mut text = String::new();
        found.iter().for_each(|(key, count)| writeln!(text, "{count}\t{key}").unwrap());
        return fs::write(path(list), text).unwrap();
    }
    let mut faults = Vec::new();
    for key in found.keys().chain(left.keys()).collect::<BTreeSet<_>>() {
        let count = |map: &BTreeMap<String, usize>| map.get(key).copied().unwrap_or(0);
        let (now, before) = (count(found), count(&left));
        if now > before {
            faults.push(format!("{key}: {now} {what}, at most {before}; {}", remedy(key)));
        } else if now < before {
            let change = if now == 0 { "remove it from".to_owned() } else { format!("write {now} into") };
            faults.push(format!("{key}: {now} {what}, listed as {before}; {change} tests/it/tidy/{list}"));
        }
    }
    assert!(
        faults.is_empty(),
        "{}\nAll lists at once: ROLESIM_TIDY=overwrite cargo test --test it tidy",
        faults.join("\n")
    );
}

fn entry(list: &str, line: &str) -> (String, usize) {
    let parts = line.split_once('\t').and_then(|(count, key)| Some((key.to_owned(), count.parse().ok()?)));
    parts.unwrap_or_else(|| panic!("{list}: expected a count, a tab and a name; found `{line}`"))
}
