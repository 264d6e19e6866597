//! Every whole scenario that the documentation shows is one, and what it expects holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = docs.chain([root.join("README.md")]).collect();
    pages.sort();
    pages
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
                let output =
                    Command::new(env!("CARGO_BIN_EXE_rolesim")).arg("run").arg(&path).output().unwrap();
                let message = String::from_utf8_lossy(&output.stderr).into_owned()
                    + &String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{}:\n{scenario}\n{message}", page.display());
                count += 1;
            }
        }
    }
    assert!(count >= 3, "only {count} examples were found");
}
