//! The house keeps its order: a module names only what is below it, and clocks, randomness and long files
//! stay where they belong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by layer, the lowest first. Modules of one layer do not name each other, but for these pairs.
const LAYERS: &[(&str, u8)] = &[
    ("cache", 0),
    ("model", 1),
    ("metrics", 1),
    ("workload", 2),
    ("sim", 2),
    ("policy", 3),
    ("gate", 4),
    ("scenario", 5),
    ("trace", 5),
    ("report", 5),
    ("run", 6),
    ("testbed", 7),
    ("cli", 7),
];

/// Who may name whom within a layer: what is measured has the model's units, and the engine runs the workload.
const NEIGHBOURS: &[(&str, &str)] = &[("metrics", "model"), ("sim", "workload")];

/// Lines that a source file has at the most, and a function.
const FILE_LINES_MOST: usize = 420;
const FUNCTION_LINES_MOST: usize = 75;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    let mut out = Vec::new();
    collect(&root(), &mut out);
    out.sort();
    out
}

/// The code of a source without comments, and without its tests where they stand at its end.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The top-level module of a source file; none for the crate's root.
fn module(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root()).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    (!first.ends_with(".rs")).then_some(first)
}

/// The modules that a source names by `crate::`, also within braces.
fn named(code: &str) -> Vec<String> {
    let heads = code.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(group) => {
            let group = group.split('}').next().unwrap_or_default();
            group.split(',').map(str::trim).collect::<Vec<_>>()
        }
        None => vec![rest],
    });
    heads
        .map(|head| head.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>())
        .filter(|head| !head.is_empty())
        .collect()
}

#[test]
fn a_module_names_only_what_is_below_it() {
    let layers: BTreeMap<&str, u8> = LAYERS.iter().copied().collect();
    for (path, text) in sources() {
        let Some(own) = module(&path) else { continue };
        let layer = layers.get(own.as_str()).unwrap_or_else(|| panic!("`{own}` has no layer"));
        for other in named(&code(&text)) {
            let Some(below) = layers.get(other.as_str()) else { continue };
            let neighbours = NEIGHBOURS.contains(&(own.as_str(), other.as_str()));
            assert!(
                other == own || below < layer || neighbours,
                "{}: `{own}` (layer {layer}) names `{other}` (layer {below})",
                path.display()
            );
        }
    }
}

#[test]
fn the_cache_needs_nothing_but_std() {
    for (path, text) in sources().iter().filter(|(path, _)| module(path).as_deref() == Some("cache")) {
        for line in code(text).lines().filter(|line| line.starts_with("use ")) {
            let root = line.trim_start_matches("use ").split("::").next().unwrap_or_default();
            assert!(["std", "self", "super", "crate", "core"].contains(&root), "{}: {line}", path.display());
        }
    }
}

#[test]
fn clocks_and_randomness_stay_in_their_place() {
    const CLOCKS: &[&str] = &["Instant::now", "SystemTime", "Timestamp::now", "Zoned::now"];
    const RANDOM: &[&str] = &["rand::", "rand_distr::", "RandomState::new", "getrandom"];
    // Tests may draw what they try.
    let tests = |path: &Path| path.components().any(|part| part.as_os_str() == "tests");
    for (path, text) in sources().into_iter().filter(|(path, _)| !tests(path.strip_prefix(root()).unwrap())) {
        let own = module(&path).unwrap_or_default();
        let code = code(&text);
        let clock = CLOCKS.iter().find(|word| code.contains(**word));
        // A face of the cache holds a clock; its core is told the time.
        let face = path.ends_with("cache/clock.rs");
        assert!(clock.is_none() || own == "cli" || face, "{}: {clock:?}", path.display());
        let random = RANDOM.iter().find(|word| code.contains(**word));
        // The cache hashes with the caller's hasher, std's random one unless told otherwise; the engine tells.
        let allowed = own == "workload" || (own == "cache" && random == Some(&"RandomState::new"));
        assert!(random.is_none() || allowed, "{}: {random:?}", path.display());
    }
}

#[test]
fn no_map_with_a_random_order_is_used_above_the_cache() {
    let above = |path: &Path| module(path).as_deref() != Some("cache") && !path.ends_with("tests.rs");
    for (path, text) in sources().iter().filter(|(path, _)| above(path)) {
        let code = code(text);
        assert!(
            !code.contains("collections::HashMap") && !code.contains("collections::HashSet"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn files_and_functions_stay_readable() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= FILE_LINES_MOST, "{} has {lines} lines", path.display());
        let mut begun: Option<(usize, usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let opens = line.contains("fn ")
                && line.trim_end().ends_with(['{', '('])
                && !line.trim_start().starts_with("//");
            match &begun {
                None if opens => begun = Some((number, indent, line.trim().to_owned())),
                Some((start, depth, name)) if line.trim_end() == format!("{}}}", " ".repeat(*depth)) => {
                    let length = number - start + 1;
                    assert!(length <= FUNCTION_LINES_MOST, "{}: `{name}` has {length} lines", path.display());
                    begun = None;
                }
                _ => {}
            }
        }
    }
}
