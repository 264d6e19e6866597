//! Which module a path means, through imports and re-exports, and which files so name each other.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Meaning, Modules, Segments, modules_of};

/// More imports than this lead in a circle.
const IMPORTS_MOST: usize = 32;

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An item, and the module in which it is written.
    Item(Segments),
    Module(Segments),
    /// A path that leaves the crate, or begins with a type parameter, a primitive or a name of the prelude.
    Beyond(Segments),
}

/// A path of a module, followed to its end.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) written: String,
    pub(super) from: Segments,
    pub(super) to: Target,
    /// The modules on the way.
    pub(super) through: Vec<Segments>,
    /// A re-export of something below the module itself.
    pub(super) is_own_export: bool,
    pub(super) is_import: bool,
    pub(super) is_glob: bool,
}

/// Every reference of every module.
pub(super) fn references(modules: &Modules) -> Vec<Reference> {
    let mut references = Vec::new();
    for (from, module) in modules {
        let imports = module.imports.iter().map(|import| (&import.path, import.public, true, import.glob));
        let paths = module.paths.iter().map(|path| (path, false, false, false));
        for (path, public, is_import, is_glob) in imports.chain(paths) {
            let mut through = Vec::new();
            let to = resolve(modules, from, path, &mut through, 0);
            let below = |to: &Segments| to.len() > from.len() && to.starts_with(from);
            let is_own_export = public && matches!(&to, Target::Item(to) | Target::Module(to) if below(to));
            let (written, from) = (path.join("::"), from.clone());
            references.push(Reference { written, from, to, through, is_own_export, is_import, is_glob });
        }
    }
    references
}

fn resolve(
    modules: &Modules,
    from: &Segments,
    path: &[String],
    through: &mut Vec<Segments>,
    depth: usize,
) -> Target {
    assert!(depth < IMPORTS_MOST, "{}: imports of {} lead in a circle", from.join("::"), path.join("::"));
    let mut here = from.clone();
    let mut is_inside = false;
    for (at, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" | "$crate" => here.clear(),
            "self" => {}
            "super" => drop(here.pop()),
            name => match meaning(modules, &here, name, at + 1 == path.len()) {
                Some(Meaning::Module) => here.push(name.to_owned()),
                Some(Meaning::Item) => return Target::Item(here),
                Some(Meaning::Import(import)) => {
                    let whole = [&import[..], &path[at + 1..]].concat();
                    // An import of a name by itself, as `use serde;`, leaves the crate.
                    let outside = import.len() == 1 && import[0] == *name;
                    return if outside {
                        Target::Beyond(whole)
                    } else {
                        resolve(modules, &here, &whole, through, depth + 1)
                    };
                }
                None if is_inside => return Target::Item(here),
                None => return Target::Beyond(path.to_vec()),
            },
        }
        is_inside = true;
        through.push(here.clone());
    }
    Target::Module(here)
}

/// What a name means in a module: where more of the path follows a module, otherwise rather an item of that name.
fn meaning(modules: &Modules, module: &Segments, name: &str, is_last: bool) -> Option<Meaning> {
    let module_names = &modules.get(module)?.names;
    if let Some(meanings) = module_names.get(name) {
        let is_module = |meaning: &&Meaning| matches!(meaning, Meaning::Module);
        let wanted = meanings.iter().find(|meaning| is_module(meaning) != is_last);
        return wanted.or(meanings.first()).cloned();
    }
    let globs = modules[module].imports.iter().filter(|import| import.glob);
    globs.into_iter().find_map(|import| {
        let Target::Module(inside) = resolve(modules, module, &import.path, &mut Vec::new(), 1) else {
            return None;
        };
        let known = inside != *module && modules.get(&inside)?.names.contains_key(name);
        let path = [&["crate".to_owned()][..], &inside, &[name.to_owned()]].concat();
        known.then_some(Meaning::Import(path))
    })
}

/// The files that each file names, with one path by which it does.
pub(super) type Graph = BTreeMap<String, BTreeMap<String, String>>;

pub(super) fn graph(modules: &Modules, references: &[Reference]) -> Graph {
    let mut graph = Graph::new();
    for reference in references.iter().filter(|reference| !reference.is_own_export) {
        let to = match &reference.to {
            Target::Item(to) => to,
            Target::Module(to) if reference.is_glob => to,
            _ => continue,
        };
        let (from, to) = (&modules[&reference.from].file, &modules[to].file);
        if from != to {
            let own = graph.entry(from.clone()).or_default();
            own.entry(to.clone()).or_insert_with(|| reference.written.clone());
        }
    }
    graph
}

/// Groups of files each of which leads to all others of its group, by Kosaraju's two walks.
pub(super) fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let mut backwards: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (from, to) in graph.iter().flat_map(|(from, all)| all.keys().map(move |to| (from, to))) {
        backwards.entry(to).or_default().push(from);
    }
    let forwards =
        |file: &str| graph.get(file).into_iter().flat_map(|all| all.keys().map(String::as_str)).collect();
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for file in graph.keys() {
        walk(file, &forwards, &mut seen, &mut order);
    }
    let back = |file: &str| backwards.get(file).cloned().unwrap_or_default();
    let (mut seen, mut groups) = (BTreeSet::new(), Vec::new());
    for file in order.into_iter().rev() {
        let mut group = Vec::new();
        walk(file, &back, &mut seen, &mut group);
        if group.len() > 1 {
            groups.push(group.into_iter().map(str::to_owned).collect());
        }
    }
    groups
}

fn walk<'g>(
    file: &'g str,
    next: &impl Fn(&'g str) -> Vec<&'g str>,
    seen: &mut BTreeSet<&'g str>,
    out: &mut Vec<&'g str>,
) {
    if seen.insert(file) {
        next(file).into_iter().for_each(|other| walk(other, next, seen, out));
        out.push(file);
    }
}

/// The shortest way from a file of a circle back to it, with the paths by which each file names the next.
pub(super) fn shortest(graph: &Graph, circle: &BTreeSet<String>) -> String {
    let ways = circle.iter().filter_map(|start| way_back(graph, start));
    let shortest = ways.min_by_key(Vec::len).unwrap_or_default();
    let steps = shortest
        .windows(2)
        .map(|pair| format!("  {} names {} by `{}`", pair[0], pair[1], graph[&pair[0]][&pair[1]]));
    steps.collect::<Vec<_>>().join("\n")
}

fn way_back(graph: &Graph, start: &String) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while at < ways.len() {
        let way = ways[at].clone();
        for next in graph.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            let longer = [&way[..], std::slice::from_ref(next)].concat();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push(longer);
            }
        }
        at += 1;
    }
    None
}

#[test]
fn every_spelling_is_followed_to_where_the_item_is() {
    let modules = modules_of(
        "mod low { pub struct Low; }
         mod middle { pub use super::low::Low as Renamed; pub(crate) use crate::low; }
         mod top { mod deep {
             use crate::{low::{self, Low as Own}, middle::{Renamed, low as other}};
             use super::super::low::*;
             fn f(_: Own, _: Renamed, _: Low) { (low::Low, other::Low, super::super::middle::Renamed);
                 assert!(crate::middle::low::Low == { self::low::Low }); }
         } }
         #[cfg(test)] mod tests { use super::top::Absent; }",
    );
    let deep = ["top".to_owned(), "deep".to_owned()];
    let low = vec!["low".to_owned()];
    let own: Vec<Reference> = references(&modules).into_iter().filter(|one| one.from == deep).collect();
    assert_eq!(own.len(), 13, "{own:#?}");
    for one in own {
        assert!([Target::Item(low.clone()), Target::Module(low.clone())].contains(&one.to), "{one:?}");
    }
    assert!(!modules.contains_key(&vec!["tests".to_owned()]), "tests may name what they test");
}

#[test]
fn a_circle_is_found_with_the_way_around_it() {
    let edge = |from: &str, to: &str| (from.to_owned(), [(to.to_owned(), format!("{to}::X"))].into());
    let graph: Graph = [edge("a", "b"), edge("b", "c"), edge("c", "b")].into();
    let circle: BTreeSet<String> = ["b".to_owned(), "c".to_owned()].into();
    assert_eq!(circles(&graph), std::slice::from_ref(&circle));
    assert_eq!(shortest(&graph, &circle), "  b names c by `c::X`\n  c names b by `b::X`");
}
