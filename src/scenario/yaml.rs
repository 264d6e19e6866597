//! YAML with the place of every key and value, and with what makes YAML dangerous left out: tags, keys
//! that are no text, several documents, and aliases that grow beyond measure.

use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span};

use super::fault::Fault;
use super::node::{Budget, DEPTH_LIMIT, Entry, Node, NodeKind, Place, Size};
use super::syntax_limits::{count, duplicate_key, short, too_deep, too_large};
use crate::model::shown;

/// Reads a whole text; `None` if it holds no value at all.
pub(super) fn parse(text: &str) -> Result<Option<Node>, Fault> {
    Builder::new(None).build(text)
}

/// Reads the value of an option; all of it has the option's place.
pub(super) fn parse_option(text: &str, option: Place) -> Result<Node, Fault> {
    let value = Builder::new(Some(option.clone())).build(text)?;
    Ok(value.unwrap_or_else(|| Node::plain("", option)))
}

/// A list or mapping that is not complete yet.
struct Open {
    place: Place,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Mapping { entries: Vec<Entry>, seen: BTreeMap<String, Place>, key: Option<(String, Place)> },
}

struct Builder {
    /// The place of everything, where the text is not a file.
    fixed: Option<Place>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    /// Complete anchored values by the parser's number for them.
    anchored: BTreeMap<usize, (Node, Size)>,
    budget: Budget,
}

impl Builder {
    fn new(fixed: Option<Place>) -> Self {
        Self {
            fixed,
            open: Vec::new(),
            root: None,
            documents: 0,
            anchored: BTreeMap::new(),
            budget: Budget::new(),
        }
    }

    fn build(mut self, text: &str) -> Result<Option<Node>, Fault> {
        for next in Parser::new_from_str(text) {
            let (event, span) = next.map_err(|error| self.syntax_fault(&error))?;
            self.event(event, &span)?;
        }
        Ok(self.root)
    }

    fn syntax_fault(&self, error: &ScanError) -> Fault {
        let marker = error.marker();
        let place = self.place(marker.line(), marker.col());
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return too_deep(place);
        }
        Fault::new(place, "", format!("the text is not YAML: {}", error.info()))
    }

    fn place(&self, line: usize, column: usize) -> Place {
        match &self.fixed {
            Some(place) => place.clone(),
            None => Place::File { line: count(line.max(1)), column: count(column + 1) },
        }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Fault> {
        let place = self.place(span.start.line(), span.start.col());
        if let Some(tag) = event.tag() {
            let tag = shown(&tag.original());
            return Err(Fault::new(
                place,
                "",
                format!("a tag is not part of a scenario, found {tag}; leave it out"),
            ));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second document begins; a scenario is one document";
                    return Err(Fault::new(place, "", message));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, _) => {
                short(&text, &place)?;
                self.spend(Size::scalar(&text), &place)?;
                let quoted = style != ScalarStyle::Plain;
                let kind = NodeKind::Scalar { text: text.into_owned(), quoted };
                self.complete(Node { place, kind }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.begin(place, anchor, Inside::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let inside = Inside::Mapping { entries: Vec::new(), seen: BTreeMap::new(), key: None };
                self.begin(place, anchor, inside)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, &place),
            _ => Ok(()),
        }
    }

    fn spend(&mut self, size: Size, place: &Place) -> Result<(), Fault> {
        if self.budget.spend(size) { Ok(()) } else { Err(too_large(place.clone())) }
    }

    fn begin(&mut self, place: Place, anchor: usize, inside: Inside) -> Result<(), Fault> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(too_deep(place));
        }
        if self.key_is_next() {
            let message = "a key is a list or a mapping; keys are plain text";
            return Err(Fault::new(place, "", message));
        }
        self.spend(Size { nodes: 1, bytes: 0, depth: 0 }, &place)?;
        self.open.push(Open { place, anchor, inside });
        Ok(())
    }

    fn key_is_next(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Mapping { key: None, .. }, .. }))
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(Open { place, anchor, inside }) = self.open.pop() else { return Ok(()) };
        let kind = match inside {
            Inside::List(items) => NodeKind::List(items),
            Inside::Mapping { entries, .. } => NodeKind::Mapping(entries),
        };
        self.complete(Node { place, kind }, anchor)
    }

    /// Puts a complete value where it belongs, and keeps a copy if aliases may ask for it.
    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        if anchor != 0 {
            let size = Size::of(&node);
            self.spend(size, &node.place)?;
            self.anchored.insert(anchor, (node.clone(), size));
        }
        self.attach(node)
    }

    fn alias(&mut self, anchor: usize, place: &Place) -> Result<(), Fault> {
        let Some((node, size)) = self.anchored.get(&anchor) else {
            return Err(Fault::new(place.clone(), "", "an alias stands inside the value that it names"));
        };
        if self.open.len() + size.depth > DEPTH_LIMIT {
            return Err(too_deep(place.clone()));
        }
        if !self.budget.spend(*size) {
            return Err(too_large(place.clone()));
        }
        let node = node.clone();
        self.attach(node)
    }

    fn attach(&mut self, node: Node) -> Result<(), Fault> {
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Mapping { entries, seen, key }) => match key.take() {
                Some((key, key_place)) => entries.push(Entry { key, key_place, value: node }),
                None => {
                    let NodeKind::Scalar { text, .. } = node.kind else {
                        let message = "a key is a list or a mapping; keys are plain text";
                        return Err(Fault::new(node.place, "", message));
                    };
                    if let Some(first) = seen.insert(text.clone(), node.place.clone()) {
                        return Err(duplicate_key(&text, &first, node.place));
                    }
                    *key = Some((text, node.place));
                }
            },
        }
        Ok(())
    }
}
