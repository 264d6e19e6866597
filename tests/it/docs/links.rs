//! Links of the documentation lead somewhere, in the repository and in the book that mdBook makes of `docs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::{pages, root};

/// A page without fenced blocks of code.
fn unfenced(page: &str) -> String {
    let mut is_code = false;
    let lines = page.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Where a page's links and pictures lead, as they are written.
fn targets(page: &str) -> Vec<String> {
    let text = unfenced(page);
    let prose = text.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let mut out = Vec::new();
    for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"'), ("href=\"", '"')] {
        let rests = prose.split(opening).skip(1);
        out.extend(rests.filter_map(|rest| rest.split(closing).next()).map(str::to_owned));
    }
    out
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(page: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let text = unfenced(page);
    let headings = text.lines().filter(|line| line.starts_with('#')).filter_map(|line| line.split_once(' '));
    let anchor = |(_, heading): (&str, &str)| {
        let kept = heading.to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || " _-".contains(*c));
        let plain: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let repeated = seen.entry(plain.clone()).or_default();
        *repeated += 1;
        if *repeated == 1 { plain } else { format!("{plain}-{}", *repeated - 1) }
    };
    headings.map(anchor).collect()
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut out, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            part => out.push(part),
        }
        out
    })
}

/// What is wrong with a link of a page; `None` if it leads somewhere.
fn fault(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { page.to_owned() } else { plain(&page.parent().unwrap().join(file)) };
    let name = path.strip_prefix(root()).ok()?.display().to_string();
    if !path.exists() {
        return Some("leads to no file".to_owned());
    }
    if page.starts_with(root().join("docs")) && !path.starts_with(root().join("docs")) {
        return Some("leads out of the book; name the file without a link".to_owned());
    }
    let is_there =
        anchor.is_empty() || anchors(&fs::read_to_string(&path).unwrap()).iter().any(|at| at == anchor);
    (!is_there).then(|| format!("{name} has no heading with the anchor #{anchor}"))
}

#[test]
fn links_and_anchors_are_found_in_a_page() {
    let page = "# A `ttl:D`, *why*?\n[a](b.md#c) `[no](link)`\n```\n[nor](this)\n# nor this\n```\n## Your → keys\n# A\n# A\n";
    let shown = "<img src=\"d.svg\">";
    assert_eq!(targets(&format!("{page}{shown}")), ["b.md#c", "d.svg"]);
    assert_eq!(anchors(page), ["a-ttld-why", "your--keys", "a", "a-1"]);
}

#[test]
fn a_dead_link_is_found() {
    let page = root().join("docs/index.md");
    for dead in ["nowhere.md", "gate.md#no-such-heading", "#no-such-heading", "../README.md"] {
        assert!(fault(&page, dead).is_some(), "{dead}");
    }
    assert_eq!(fault(&page, "gate.md#tolerances"), None);
}

#[test]
fn no_link_of_the_documentation_is_dead() {
    let files = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root().join(name));
    let (mut dead, mut count) = (Vec::new(), 0);
    for page in pages().into_iter().chain(files) {
        for target in targets(&fs::read_to_string(&page).unwrap()) {
            count += 1;
            dead.extend(fault(&page, &target).map(|what| format!("{}: ({target}) {what}", page.display())));
        }
    }
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
    assert!(count >= 100, "only {count} links were found");
}

/// A page that the summary lacks is not in the book at all.
#[test]
fn the_book_has_every_page_once() {
    let docs = root().join("docs");
    let mut listed = targets(&fs::read_to_string(docs.join("SUMMARY.md")).unwrap());
    listed.sort();
    let there = pages().into_iter().filter(|page| page.starts_with(&docs) && !page.ends_with("SUMMARY.md"));
    let there: Vec<String> =
        there.map(|page| page.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(listed, there);
    let index = targets(&fs::read_to_string(docs.join("index.md")).unwrap());
    let missing: Vec<_> = there.iter().filter(|page| *page != "index.md" && !index.contains(page)).collect();
    assert!(missing.is_empty(), "the index does not lead to {missing:?}");
}
