//! Names and language: what is banned, and lists of what is left of it that can only grow shorter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::layers::{root, seen_types};
use crate::ratchet;

/// The longest name of a test, in characters.
const TEST_NAME_MOST: usize = 60;

/// A phrase, and what to write instead.
const BANNED: &[(&str, &str)] = &[
    ("so many", "say how many of what"),
    ("who, headless", "name the person: a user, a caller"),
    ("nothing where", "`None` if"),
    ("is no", "is not a valid"),
    ("at the most", "at most"),
    ("anew", "again"),
    ("beside", "next to, compared with"),
    ("manieth", "every n-th, the 1-based index"),
];

/// Files below the repository's root whose names end so.
fn files(places: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    fn collect(path: &Path, endings: &[&str], out: &mut Vec<(String, String)>) {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
            return entries.for_each(|path| collect(&path, endings, out));
        }
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if endings.iter().any(|ending| name.ends_with(ending)) && !name.starts_with("tests/it/tidy") {
            out.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    let mut out = Vec::new();
    places.iter().for_each(|place| collect(&root().join(place), endings, &mut out));
    out.sort();
    out
}

/// Whether a word stands at `at` of a text as prose, and not as a name of the code.
fn is_prose(text: &str, at: usize, word: &str) -> bool {
    let before = text[..at].chars().next_back();
    let mut after = text[at + word.len()..].chars();
    let opens = before.is_none_or(|c| c.is_whitespace() || "(\"'“*>-".contains(c));
    opens
        && after.next().is_none_or(|c| c.is_whitespace() || ",.;:!?)\"'”*<".contains(c))
        && after.next() != Some(':')
}

/// How often a banned phrase stands in a text.
fn count(text: &str, phrase: &str) -> usize {
    let found = |word: &str, fits: &dyn Fn(usize) -> bool| {
        text.match_indices(word).filter(|(at, _)| is_prose(text, *at, word) && fits(*at)).count()
    };
    let before = |at: usize| text[..at].trim_end_matches([' ', '\n', '/', '!']);
    match phrase {
        "who, headless" => {
            let heads = ["Who", "Whose", "Whom"].iter().map(|word| {
                // A question is none.
                let is_question =
                    |at: usize| text[at..].split(['.', '\n']).next().is_some_and(|line| line.contains('?'));
                found(word, &|at| !is_question(at))
            });
            heads.sum::<usize>() + found("whoever", &|_| true) + found("Whoever", &|_| true)
        }
        "is no" => found(phrase, &|at| {
            let after = text[at + phrase.len()..].trim_start();
            let there = before(at).rsplit(' ').next().is_some_and(|word| word.eq_ignore_ascii_case("there"));
            !there && !["longer", "more"].iter().any(|word| after.starts_with(word))
        }),
        "manieth" => text.matches(phrase).count(),
        _ => found(phrase, &|_| true),
    }
}

#[test]
fn phrases_are_counted_as_prose() {
    assert_eq!(count("bed.beside(\"x\"); // one beside another\n/// Beside.", "beside"), 1);
    assert_eq!(count("/// Who asks gets it.\n/// Who asks?\n// whoever", "who, headless"), 2);
    assert_eq!(count("there is no x; `y` is no role; it is no longer", "is no"), 1);
    assert_eq!(count("written_anew, written anew.", "anew"), 1);
}

#[test]
fn banned_phrases_only_grow_fewer() {
    let places = [
        "src",
        "tests",
        "verification",
        "examples",
        "docs",
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
    ];
    let mut found = BTreeMap::new();
    for (name, text) in files(&places, &[".rs", ".md", ".ftl", ".json", ".yaml", ".yml", ".sh", ".py"]) {
        for (phrase, _) in BANNED {
            let count = count(&text, phrase);
            if count > 0 {
                found.insert(format!("{name}: {phrase}"), count);
            }
        }
    }
    let instead = |key: &str| {
        let banned = BANNED.iter().find(|(phrase, _)| key.ends_with(&format!(": {phrase}")));
        format!("write instead: {}", banned.map_or("", |(_, instead)| instead))
    };
    ratchet::hold("phrases.txt", &found, "found", instead);
}

#[test]
fn names_of_tests_are_short_enough() {
    let mut found = BTreeMap::new();
    for (name, text) in files(&["src", "tests", "verification", "examples"], &[".rs"]) {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in
            lines.iter().enumerate().filter(|(_, line)| line.starts_with("#[") && line.contains("test"))
        {
            if !line.contains("#[test]") && !line.contains("::test") {
                continue;
            }
            let head =
                lines[at..].iter().find_map(|line| line.split_once("fn ")).map_or("", |(_, head)| head);
            let test = head.split(['(', '<']).next().unwrap_or_default();
            if test.chars().count() > TEST_NAME_MOST {
                found.insert(format!("{name}: {test}"), 1);
            }
        }
    }
    ratchet::hold("test_names.txt", &found, "name of more than 60 characters", |_| {
        "put the rest into the test's body".to_owned()
    });
}

#[test]
fn no_two_files_have_one_name() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in files(&["src"], &[".rs"]) {
        let stem = Path::new(&name).file_stem().unwrap().to_string_lossy().into_owned();
        let is_test = Path::new(&name).components().any(|part| part.as_os_str() == "tests");
        if !is_test && !["mod", "tests"].contains(&stem.as_str()) {
            *found.entry(stem).or_default() += 1;
        }
    }
    found.retain(|_, count| *count > 1);
    ratchet::hold("file_names.txt", &found, "files of this name", |_| {
        "name each by what is in it".to_owned()
    });
}

#[test]
fn no_two_visible_types_have_one_name() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    seen_types().into_iter().for_each(|name| *found.entry(name).or_default() += 1);
    found.retain(|_, count| *count > 1);
    ratchet::hold("type_names.txt", &found, "types of this name", |_| {
        "give one of them another name".to_owned()
    });
}
