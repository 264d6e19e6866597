//! The house keeps its order: a module names only what is below it, files do not name each other in circles, and clocks,
//! randomness and long files stay where they belong.
//!
//! The layers are written once, in the table of `src/lib.rs`; ARCHITECTURE's must say the same. The sources are read
//! with `syn`, and every path, however it is spelled, is followed to the file in which the item is written.

mod graph;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use self::graph::{Reference, Target, circles, graph, references, shortest};
use self::sources::{Modules, Segments, modules};
use crate::ratchet;

pub(crate) use self::sources::root;

/// Maximum length of a source file and of a function, in lines.
const FILE_LINES_MOST: usize = 420;
const FUNCTION_LINES_MOST: usize = 75;

/// Circles that are left, as `name: file file …`.
const CIRCLES: &str = "tests/it/layers/circles.txt";

static MODULES: LazyLock<Modules> = LazyLock::new(modules);
static REFERENCES: LazyLock<Vec<Reference>> = LazyLock::new(|| references(&MODULES));

/// The names of all types that more than their own module can see.
pub(crate) fn seen_types() -> Vec<String> {
    MODULES.values().flat_map(|module| module.types.iter().cloned()).collect()
}

/// The layers by module, from the table in a text: `| 3 | `gate` | … |`.
fn layers(text: &str) -> BTreeMap<String, u8> {
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.trim_start_matches("//!").trim().strip_prefix('|')?.split('|').map(str::trim);
        let (layer, modules) = (cells.next()?.parse::<u8>().ok()?, cells.next()?);
        Some(modules.split('`').skip(1).step_by(2).map(move |module| (module.to_owned(), layer)))
    });
    rows.flatten().collect()
}

fn layers_of_the_library() -> BTreeMap<String, u8> {
    layers(&fs::read_to_string(root().join("src/lib.rs")).unwrap())
}

#[test]
fn both_tables_of_layers_are_one() {
    let own = layers_of_the_library();
    assert_eq!(own, layers(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()));
    let rooms = MODULES.keys().filter(|path| path.len() == 1 && path[0] != "fuzzing");
    let rooms: BTreeSet<&String> = rooms.map(|path| &path[0]).collect();
    assert_eq!(own.keys().collect::<BTreeSet<_>>(), rooms, "the rooms of the table, and those there are");
}

#[test]
fn a_module_names_only_what_is_below_it() {
    let layers = layers_of_the_library();
    let mut faults = BTreeSet::new();
    for reference in REFERENCES.iter() {
        let Some((own, layer)) = reference.from.first().and_then(|own| layers.get_key_value(own)) else {
            continue;
        };
        for other in reference.through.iter().filter_map(|module| module.first()) {
            let below = layers.get(other).is_some_and(|below| below < layer);
            if other != own && !below {
                let file = &MODULES[&reference.from].file;
                faults.insert(format!(
                    "{file}: `{own}` (layer {layer}) names `{other}` by `{}`",
                    reference.written
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The circles that are listed, by name.
fn listed() -> Vec<(String, BTreeSet<String>)> {
    let text = fs::read_to_string(root().join(CIRCLES)).unwrap();
    let groups = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (name, files) = line.split_once(':').unwrap_or_else(|| panic!("{CIRCLES}: `{line}` has no name"));
        (name.to_owned(), files.split_whitespace().map(str::to_owned).collect())
    });
    groups.collect()
}

#[test]
fn files_name_each_other_in_no_circle_but_those_listed() {
    let graph = graph(&MODULES, &REFERENCES);
    let (found, listed) = (circles(&graph), listed());
    let mut faults = Vec::new();
    for circle in &found {
        if !listed.iter().any(|(_, files)| circle.is_subset(files)) {
            let files = circle.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            faults.push(format!(
                "a circle of imports; move what both need into a file of its own:\n{}\n  all of it: {files}",
                shortest(&graph, circle)
            ));
        }
    }
    let mut left = String::new();
    for (name, files) in &listed {
        let inside = found.iter().filter(|circle| circle.is_subset(files)).flatten();
        let still: BTreeSet<&String> = inside.collect();
        for file in files.iter().filter(|file| !still.contains(file)) {
            faults.push(format!("{file} is in no circle any more: remove it from `{name}` in {CIRCLES}"));
        }
        if !still.is_empty() {
            let files: Vec<&str> = still.into_iter().map(String::as_str).collect();
            left.push_str(&format!("{name}: {}\n", files.join(" ")));
        }
    }
    if ratchet::overwrites() {
        let text = fs::read_to_string(root().join(CIRCLES)).unwrap();
        let head = text.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n"));
        fs::write(root().join(CIRCLES), head.collect::<String>() + &left).unwrap();
        faults.retain(|fault| fault.starts_with("a circle"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether a path has these segments next to each other.
fn has(path: &Segments, wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.split("::").collect();
    path.windows(wanted.len()).any(|part| part == wanted)
}

/// The paths out of the crate, with the files that name them.
fn beyond() -> impl Iterator<Item = (&'static Reference, &'static str, &'static Segments)> {
    REFERENCES.iter().filter_map(|reference| match &reference.to {
        Target::Beyond(path) => Some((reference, MODULES[&reference.from].file.as_str(), path)),
        _ => None,
    })
}

/// The crates that this one depends on, as code names them.
fn dependencies() -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let sections =
        manifest.split("\n[").filter(|section| section.split(']').next().unwrap().ends_with("dependencies"));
    let names = sections.flat_map(|section| section.lines().filter_map(|line| line.split_once(" = ")));
    names.map(|(name, _)| name.replace('-', "_")).collect()
}

#[test]
fn the_cache_needs_nothing_but_std() {
    let dependencies = dependencies();
    assert!(dependencies.contains("serde_json") && dependencies.contains("loom"), "{dependencies:?}");
    let std = ["std", "core", "alloc"];
    for (reference, file, path) in
        beyond().filter(|(reference, ..)| reference.from.first().is_some_and(|own| own == "cache"))
    {
        let foreign =
            dependencies.contains(&path[0]) || reference.is_import && !std.contains(&path[0].as_str());
        assert!(!foreign, "{file}: `{}`", reference.written);
    }
}

#[test]
fn clocks_and_randomness_stay_in_their_place() {
    const CLOCKS: &[&str] = &["Instant::now", "SystemTime::now", "Timestamp::now", "Zoned::now"];
    const RANDOM: &[&str] = &["rand", "rand_distr", "getrandom"];
    for (reference, file, path) in beyond() {
        let own = reference.from.first().map_or("", String::as_str);
        let is_clock = CLOCKS.iter().any(|clock| has(path, clock));
        // A face of the cache holds a clock; its core is told the time.
        assert!(!is_clock || own == "cli" || file == "src/cache/clock.rs", "{file}: `{}`", reference.written);
        // The cache hashes with the caller's hasher, std's random one unless told otherwise; the engine tells.
        let is_hasher = has(path, "RandomState::new") && own != "cache";
        let is_random = RANDOM.contains(&path[0].as_str()) || is_hasher;
        assert!(!is_random || own == "workload", "{file}: `{}`", reference.written);
    }
}

#[test]
fn no_map_with_a_random_order_is_used_above_the_cache() {
    for (reference, file, path) in
        beyond().filter(|(reference, ..)| reference.from.first().is_none_or(|own| own != "cache"))
    {
        let is_map = has(path, "collections::HashMap") || has(path, "collections::HashSet");
        assert!(!is_map, "{file}: `{}`", reference.written);
    }
}

/// Every source file with its text, tests included.
fn texts() -> Vec<(PathBuf, String)> {
    let (mut out, mut folders) = (Vec::new(), vec![root().join("src")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    out
}

#[test]
fn files_and_functions_stay_readable() {
    for (path, text) in texts() {
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
