//! The documentation says what is so: its scenarios run and hold, its links lead somewhere, its figures are measured.

mod commands;
mod figures;
mod keys;
mod links;
mod pictures;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of `docs`, and the README.
fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> =
        docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

fn rolesim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rolesim")).current_dir(root()).args(arguments).output().unwrap()
}

/// The fenced blocks of a language that begin with the key `version`.
fn scenarios<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    let blocks = page.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    blocks.filter(|block| block.trim_start_matches(['{', ' ', '\n', '"']).starts_with("version")).collect()
}

#[test]
fn the_scenarios_of_the_documentation_run_and_hold() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for language in ["yaml", "json"] {
            for scenario in scenarios(&text, language) {
                let path = folder.path().join(format!("example.{language}"));
                fs::write(&path, scenario).unwrap();
                let output = rolesim(&["run", path.to_str().unwrap()]);
                let message = String::from_utf8_lossy(&output.stderr).into_owned()
                    + &String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{}:\n{scenario}\n{message}", page.display());
                count += 1;
            }
        }
    }
    assert!(count >= 3, "only {count} examples were found");
}

/// What a visitor sees without scrolling is an answer, and the rest is short enough to be read.
#[test]
fn the_readme_is_short_and_begins_without_failures() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let lines: Vec<&str> = readme.lines().collect();
    assert!(lines.len() <= 250, "{} lines; move what is not for everybody into docs", lines.len());
    assert!(lines[..50].iter().all(|line| !line.contains('✗')), "the first screen shows a failure");
}
