//! JSON by the book, with the place of every key and value.
//!
//! Two passes: `serde_json` says whether the text is JSON at all, then a short walk over what is known to
//! be JSON notes the places. (A YAML reader accepts most JSON and stumbles over some: a colon on a line of
//! its own, keys beyond 1,024 characters. It would also let comments and trailing commas pass.)

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use super::fault::Fault;
use super::node::{Budget, DEPTH_LIMIT, Entry, Node, NodeKind, Place, Size};
use super::syntax_limits::{count, duplicate_key, short, too_deep, too_large};
use crate::model::shown;

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| syntax_fault(text, &error))?;
    let mut walk = Walk { rest: text, line: 1, column: 1, budget: Budget::new() };
    walk.value(0)
}

fn syntax_fault(text: &str, error: &serde_json::Error) -> Fault {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = error.column().saturating_sub(1).min(line.len());
    let column = String::from_utf8_lossy(&line.as_bytes()[..before]).chars().count() + 1;
    let message = error.to_string();
    let reason = match message.split(" at line ").next().unwrap_or_default() {
        _ if ends_in_comma(text, error.line(), before) => {
            "a comma stands before the closing bracket; leave it out"
        }
        reason => reason,
    };
    let place = Place::File { line: count(error.line().max(1)), column: count(column) };
    Fault::new(place, "", format!("the text is not JSON: {reason}"))
}

/// Whether a comma stands before the closing bracket at a byte of a line, which counts from 1. The parser only says of it
/// what would have to follow.
fn ends_in_comma(text: &str, line: usize, byte: usize) -> bool {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at = before + byte;
    match (text.get(..at), text.get(at..)) {
        (Some(before), Some(rest)) => rest.starts_with(['}', ']']) && before.trim_end().ends_with(','),
        _ => false,
    }
}

/// A walk over text that is known to be JSON.
struct Walk<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
    budget: Budget,
}

impl<'a> Walk<'a> {
    /// Moves on by this many bytes and returns them.
    fn eat(&mut self, length: usize) -> &'a str {
        let (eaten, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        for c in eaten.chars() {
            (self.line, self.column) =
                if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.rest = rest;
        eaten
    }

    /// The first character after blanks.
    fn next(&mut self) -> Option<char> {
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let blanks = self.rest.find(|c| !blank(c)).unwrap_or(self.rest.len());
        self.eat(blanks);
        self.rest.chars().next()
    }

    fn place(&self) -> Place {
        Place::File { line: self.line, column: self.column }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        let first = self.next();
        let place = self.place();
        if depth >= DEPTH_LIMIT && matches!(first, Some('{' | '[')) {
            return Err(too_deep(place));
        }
        let kind = match first {
            Some('{') => self.mapping(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => NodeKind::Scalar { text: self.string()?, quoted: true },
            _ => {
                let end = |c: char| matches!(c, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
                let length = self.rest.find(end).unwrap_or(self.rest.len());
                NodeKind::Scalar { text: self.eat(length).to_owned(), quoted: false }
            }
        };
        let size = match &kind {
            NodeKind::Scalar { text, .. } => {
                short(text, &place)?;
                Size::scalar(text)
            }
            NodeKind::List(_) | NodeKind::Mapping(_) => Size { nodes: 1, bytes: 0, depth: 0 },
        };
        if self.budget.spend(size) { Ok(Node { place, kind }) } else { Err(too_large(place)) }
    }

    fn list(&mut self, depth: usize) -> Result<NodeKind, Fault> {
        let mut items = Vec::new();
        self.eat(1);
        while let Some(c) = self.next() {
            match c {
                ']' => {
                    self.eat(1);
                    break;
                }
                ',' => {
                    self.eat(1);
                }
                _ => items.push(self.value(depth + 1)?),
            }
        }
        Ok(NodeKind::List(items))
    }

    fn mapping(&mut self, depth: usize) -> Result<NodeKind, Fault> {
        let mut entries = Vec::new();
        let mut seen = BTreeMap::new();
        self.eat(1);
        while let Some(c) = self.next() {
            match c {
                '}' => {
                    self.eat(1);
                    break;
                }
                '"' => {
                    let key_place = self.place();
                    let key = self.string()?;
                    short(&key, &key_place)?;
                    if let Some(first) = seen.insert(key.clone(), key_place.clone()) {
                        return Err(duplicate_key(&key, &first, key_place));
                    }
                    self.next();
                    self.eat(1);
                    let value = self.value(depth + 1)?;
                    entries.push(Entry { key, key_place, value });
                }
                _ => {
                    self.eat(1);
                }
            }
        }
        Ok(NodeKind::Mapping(entries))
    }

    /// A string whose opening quote is next.
    fn string(&mut self) -> Result<String, Fault> {
        let place = self.place();
        let mut escaped = false;
        let end = self.rest.bytes().skip(1).position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let literal = self.eat(end.map_or(self.rest.len(), |end| end + 2));
        serde_json::from_str(literal).map_err(|_| {
            let message = format!(
                "a string names no characters, found {}; the escapes \\ud800 to \\udfff only go in pairs",
                shown(literal)
            );
            Fault::new(place, "", message)
        })
    }
}
