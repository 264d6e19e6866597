//! The tree between text and meaning: scalars, lists and mappings, each knowing its place.
//!
//! A scalar is only text and whether it was quoted. What it *is* (a number, a role, a time) is decided by
//! the field that reads it, so that a role called `no` or `1e3` stays a role. Knows nothing of scenarios.

use std::sync::Arc;

use crate::model::RowPlace;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the file; both count from 1, the column in characters.
    File {
        /// The line.
        line: u32,
        /// The column.
        column: u32,
    },
    /// In an option of the command line, as in `--set traffic.requests=5`.
    Option(Arc<str>),
    /// In the recorded day.
    Row(Box<RowPlace>),
}

impl Place {
    /// The first character of the file.
    pub const START: Self = Self::File { line: 1, column: 1 };

    /// Places of the file in their order, then all others alike.
    pub(crate) fn order(&self) -> (u32, u32) {
        match self {
            Self::File { line, column } => (*line, *column),
            Self::Option(_) | Self::Row(_) => (u32::MAX, u32::MAX),
        }
    }
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub kind: NodeKind,
}

/// The kinds of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A text, a number, a truth value or nothing.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// Whether it stood in quotes (or in a block); then it is text for certain.
        quoted: bool,
    },
    /// Values in order.
    List(Vec<Node>),
    /// Keys and values in order; no key twice.
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key begins.
    pub key_place: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// An unquoted scalar.
    #[must_use]
    pub fn plain(text: &str, place: Place) -> Self {
        Self { place, kind: NodeKind::Scalar { text: text.to_owned(), quoted: false } }
    }

    /// A mapping without entries.
    #[must_use]
    pub fn empty_mapping(place: Place) -> Self {
        Self { place, kind: NodeKind::Mapping(Vec::new()) }
    }

    /// Whether this is nothing: an unquoted `null`, `~` or an empty place.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, quoted: false }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The value behind a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            NodeKind::Mapping(entries) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
            }
            _ => None,
        }
    }
}

/// What a text may grow to in memory. Aliases make a small text large, so their copies count too.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: usize,
    bytes: usize,
}

/// The deepest nesting; every walk over a tree may recurse.
pub(super) const DEPTH_LIMIT: usize = 64;
/// The most values.
pub(super) const NODE_LIMIT: usize = 200_000;
/// The longest text, in a file and in the values made from it.
pub(super) const BYTE_LIMIT: usize = 64 << 20;

impl Budget {
    pub(super) fn new() -> Self {
        Self { nodes: NODE_LIMIT, bytes: BYTE_LIMIT }
    }

    /// Takes a value of this many bytes from the budget; false where too little is left.
    pub(super) fn spend(&mut self, size: Size) -> bool {
        match (self.nodes.checked_sub(size.nodes), self.bytes.checked_sub(size.bytes)) {
            (Some(nodes), Some(bytes)) => {
                (self.nodes, self.bytes) = (nodes, bytes);
                true
            }
            _ => false,
        }
    }
}

/// How large a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Its values.
    pub(super) nodes: usize,
    /// The bytes of its texts.
    pub(super) bytes: usize,
    /// Its nesting; a scalar has none.
    pub(super) depth: usize,
}

impl Size {
    /// Of a single scalar or key.
    pub(super) fn scalar(text: &str) -> Self {
        Self { nodes: 1, bytes: text.len(), depth: 0 }
    }

    /// Of a whole tree.
    pub(super) fn of(node: &Node) -> Self {
        let around = |inside: Self, child: &Node| {
            let size = Self::of(child);
            Self {
                nodes: inside.nodes + size.nodes,
                bytes: inside.bytes + size.bytes,
                depth: inside.depth.max(size.depth + 1),
            }
        };
        let empty = Self { nodes: 1, bytes: 0, depth: 1 };
        match &node.kind {
            NodeKind::Scalar { text, .. } => Self::scalar(text),
            NodeKind::List(items) => items.iter().fold(empty, around),
            NodeKind::Mapping(entries) => entries.iter().fold(empty, |inside, entry| {
                let sum = around(inside, &entry.value);
                Self { bytes: sum.bytes + entry.key.len(), ..sum }
            }),
        }
    }
}
