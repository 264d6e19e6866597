//! The library's modules as `syn` reads them: what each declares, imports and names. Items that are only there for
//! tests, or for a model checker, are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree, Visibility};

/// A path as it is written, segment by segment.
pub(super) type Segments = Vec<String>;

/// What a name of a module stands for.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    Module,
    Item,
    Import(Segments),
}

/// An import; a glob has no name.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) path: Segments,
    pub(super) public: bool,
    pub(super) glob: bool,
}

#[derive(Debug, Default)]
pub(super) struct Module {
    /// The file it is written in, from the repository's root.
    pub(super) file: String,
    pub(super) names: BTreeMap<String, Vec<Meaning>>,
    pub(super) imports: Vec<Import>,
    /// The paths that its code names, those within macros included.
    pub(super) paths: BTreeSet<Segments>,
    /// Types that other modules can see.
    pub(super) types: Vec<String>,
}

/// Modules by their paths below the crate, whose own is empty.
pub(super) type Modules = BTreeMap<Segments, Module>;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the library.
pub(super) fn modules() -> Modules {
    let mut modules = Modules::new();
    read(&root().join("src/lib.rs"), &root().join("src"), Segments::new(), &mut modules);
    modules
}

/// The modules of a text; all are written in it.
pub(super) fn modules_of(text: &str) -> Modules {
    let mut modules = Modules::new();
    let items = syn::parse_file(text).unwrap().items;
    add(&items, &root().join("text.rs"), root(), Segments::new(), &mut modules);
    modules
}

fn read(file: &Path, folder: &Path, path: Segments, modules: &mut Modules) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    add(&parsed.items, file, folder, path, modules);
}

/// Adds a module; `folder` is where the files of its submodules are.
fn add(items: &[Item], file: &Path, folder: &Path, path: Segments, modules: &mut Modules) {
    let name = file.strip_prefix(root()).unwrap().display().to_string();
    let mut module = Module { file: name, ..Module::default() };
    for item in items.iter().filter(|item| !left_out(attributes(item))) {
        let Item::Mod(inner) = item else {
            module.declare(item);
            module.visit_item(item);
            continue;
        };
        let ident = inner.ident.to_string();
        module.names.entry(ident.clone()).or_default().push(Meaning::Module);
        let (below, path) = (folder.join(&ident), [&path[..], std::slice::from_ref(&ident)].concat());
        match &inner.content {
            Some((_, items)) => add(items, file, &below, path, modules),
            None => read(&file_of(folder, &ident), &below, path, modules),
        }
    }
    modules.insert(path, module);
}

fn file_of(folder: &Path, module: &str) -> PathBuf {
    let flat = folder.join(format!("{module}.rs"));
    if flat.exists() { flat } else { folder.join(module).join("mod.rs") }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item is compiled for tests alone, or under a model checker.
fn left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        let mut words = Vec::new();
        idents(&list.tokens, &mut words);
        let has = |word: &str| words.iter().any(|own| own == word);
        list.path.is_ident("cfg") && !has("not") && (has("test") || has("checker"))
    })
}

fn idents(tokens: &TokenStream, out: &mut Vec<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => out.push(ident.to_string()),
            TokenTree::Group(group) => idents(&group.stream(), out),
            _ => {}
        }
    }
}

impl Module {
    fn declare(&mut self, item: &Item) {
        let hidden = Visibility::Inherited;
        let (ident, visibility, is_type) = match item {
            Item::Enum(item) => (&item.ident, &item.vis, true),
            Item::Struct(item) => (&item.ident, &item.vis, true),
            Item::Trait(item) => (&item.ident, &item.vis, true),
            Item::Type(item) => (&item.ident, &item.vis, true),
            Item::Const(item) => (&item.ident, &item.vis, false),
            Item::Fn(item) => (&item.sig.ident, &item.vis, false),
            Item::Static(item) => (&item.ident, &item.vis, false),
            Item::Macro(item) if item.ident.is_some() => (item.ident.as_ref().unwrap(), &hidden, false),
            _ => return,
        };
        self.names.entry(ident.to_string()).or_default().push(Meaning::Item);
        if is_type && !matches!(visibility, Visibility::Inherited) {
            self.types.push(ident.to_string());
        }
    }

    /// Adds the imports of a `use`, nested groups included.
    fn import(&mut self, tree: &UseTree, before: &Segments, public: bool) {
        let with = |ident: &syn::Ident| {
            // `a::{self}` is `a`.
            let own = if ident == "self" && !before.is_empty() { None } else { Some(ident.to_string()) };
            before.iter().cloned().chain(own).collect::<Segments>()
        };
        let (path, name) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &with(&path.ident), public),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, before, public));
            }
            UseTree::Name(name) => (with(&name.ident), with(&name.ident).last().cloned()),
            UseTree::Rename(rename) => (with(&rename.ident), Some(rename.rename.to_string())),
            UseTree::Glob(_) => (before.clone(), None),
        };
        self.imports.push(Import { path: path.clone(), public, glob: name.is_none() });
        if let Some(name) = name {
            self.names.entry(name).or_default().push(Meaning::Import(path));
        }
    }

    /// The paths of several segments within a macro, of which only tokens are known.
    fn paths_in(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.note(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                other => {
                    self.note(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.paths_in(group.stream());
                    }
                }
            }
        }
        self.note(&mut path);
    }

    fn note(&mut self, path: &mut Segments) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !left_out(&item.attrs) {
            self.import(&item.tree, &Segments::new(), !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !left_out(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.paths_in(found.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}
