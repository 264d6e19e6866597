//! A field: a value, its path, and how to read it as what its place in a scenario expects.
//!
//! Every reader notes what is wrong in the [`Sink`] and returns nothing, so that its caller goes on and
//! finds the other faults too.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;

use super::mapping::Mapping;
use crate::metrics::Metric;
use crate::model::{DayTime, Micros, Probability, TimeError, shown};
use crate::scenario::fault::{Fault, FaultKind, Gathering};
use crate::scenario::node::{Node, NodeKind, Place};
use crate::scenario::suggest::{instead, no_metric};

/// Where faults go while a tree is decoded.
#[derive(Debug, Default)]
pub(super) struct Sink(RefCell<Gathering>);

impl Sink {
    pub(super) fn push(&self, fault: Fault) {
        self.0.borrow_mut().push(fault);
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.borrow().is_full()
    }

    pub(super) fn into_inner(self) -> Gathering {
        self.0.into_inner()
    }
}

/// A value to read, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
    pub(super) sink: &'a Sink,
}

impl<'a> Field<'a> {
    pub(super) fn root(node: &'a Node, sink: &'a Sink) -> Self {
        Self { node, path: String::new(), sink }
    }

    /// The field of this name or number inside this one.
    pub(super) fn child(&self, name: impl fmt::Display, node: &'a Node) -> Self {
        let gap = if self.path.is_empty() { "" } else { "." };
        Self { node, path: format!("{}{gap}{name}", self.path), sink: self.sink }
    }

    /// The field behind a key of this one, and this one itself where there is no such key: the place for a
    /// message about the key.
    pub(super) fn at(&self, key: &str) -> Self {
        self.node.get(key).map_or_else(|| self.clone(), |node| self.child(key, node))
    }

    /// Notes a whole message. Always nothing, so that a reader can end with it.
    pub(super) fn fault<T>(&self, message: impl Into<String>) -> Option<T> {
        self.fault_of(FaultKind::Content, message)
    }

    pub(super) fn fault_of<T>(&self, kind: FaultKind, message: impl Into<String>) -> Option<T> {
        self.fault_at(&self.node.place, kind, message)
    }

    pub(super) fn fault_at<T>(
        &self,
        place: &Place,
        kind: FaultKind,
        message: impl Into<String>,
    ) -> Option<T> {
        self.sink.push(Fault::new(place.clone(), self.path.clone(), message).of_kind(kind));
        None
    }

    /// Notes what is wrong, what stands here, and what would be right.
    pub(super) fn wrong<T>(&self, what: &str, right: &str) -> Option<T> {
        self.fault(format!("{what}, found {}; {right}", self.found()))
    }

    /// Notes a word that is none of the known ones, and which of them was probably meant.
    pub(super) fn misnamed<T>(&self, what: &str, word: &str, known: &[&str]) -> Option<T> {
        // Comparing words takes time, and what nobody will see is only counted.
        let right = if self.sink.is_full() { String::new() } else { instead(word, known) };
        self.wrong(what, &right)
    }

    /// As [`wrong`](Self::wrong), for an error that may leave out what would be right.
    pub(super) fn refuse<T>(&self, what: &str, remedy: Option<&str>) -> Option<T> {
        match remedy {
            Some(right) => self.wrong(what, right),
            None => self.fault(format!("{what}, found {}", self.found())),
        }
    }

    fn found(&self) -> String {
        match &self.node.kind {
            _ if self.node.is_null() => "nothing".to_owned(),
            NodeKind::Scalar { text, quoted: false } => shown(text),
            NodeKind::Scalar { text, quoted: true } => shown(&format!("\"{text}\"")),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// The metric of this name, which stands at `place`.
    pub(super) fn metric_named(&self, name: &str, place: &Place) -> Option<Metric> {
        if let Some(metric) = Metric::find(name) {
            return Some(metric);
        }
        let message = if self.sink.is_full() { String::new() } else { no_metric(name) };
        self.fault_at(place, FaultKind::Content, message)
    }

    /// The line where it stands, unless it came by an option.
    pub(super) fn line(&self) -> Option<u32> {
        match self.node.place {
            Place::File { line, .. } => Some(line),
            _ => None,
        }
    }

    /// The text of a single value, and whether it was quoted.
    pub(super) fn scalar(&self) -> Option<(&'a str, bool)> {
        match &self.node.kind {
            NodeKind::Scalar { text, quoted } if !self.node.is_null() => Some((text, *quoted)),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&self) -> Option<String> {
        match self.scalar() {
            Some(("", _)) => self.wrong("is empty", "write a text"),
            Some((text, _)) => Some(text.to_owned()),
            None => self.wrong("is not text", "write a text, in quotes where it is `null`"),
        }
    }

    /// The text of an unquoted value, for numbers and truth values.
    fn unquoted(&self, what: &str, right: &str) -> Option<&'a str> {
        match self.scalar() {
            Some((text, false)) => Some(text),
            Some((_, true)) => self.wrong(what, &format!("{right}, without quotes")),
            None => self.wrong(what, right),
        }
    }

    /// A whole number between two others, both inside.
    pub(super) fn whole(&self, least: u64, most: u64) -> Option<u64> {
        let right = match most {
            u64::MAX => format!("write a whole number, {least} or more"),
            _ if least == most => format!("only {least} can stand here"),
            _ => format!("write a whole number from {least} to {most}"),
        };
        let text = self.unquoted("is not a whole number", &right)?;
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            // In older YAML this would be octal.
            _ if digits && text.len() > 1 && text.starts_with('0') => {
                self.wrong("begins with a zero", "leave the zero out")
            }
            Ok(number) if digits && (least..=most).contains(&number) => Some(number),
            Ok(number) if digits && number < least => self.wrong("is too small", &right),
            Ok(_) if digits => self.wrong("is too large", &right),
            Err(_) if digits => self.wrong("is too large", &format!("a whole number is at most {}", most)),
            _ if text.starts_with('-') => self.wrong("is negative or no number", &right),
            _ => self.wrong("is not a whole number", &right),
        }
    }

    /// A finite number between two others, both inside.
    pub(super) fn number(&self, least: f64, most: f64) -> Option<f64> {
        let right = match most {
            f64::MAX => format!("write a number, {least} or more"),
            _ => format!("write a number from {least} to {most}"),
        };
        self.number_within(least, most, &right)
    }

    /// The same; `right` says what could stand here.
    fn number_within(&self, least: f64, most: f64, right: &str) -> Option<f64> {
        let text = self.unquoted("is not a number", right)?;
        let Some(number) = decimal(text) else { return self.wrong("is not a number", right) };
        if !number.is_finite() {
            return self.wrong("is too large for a number", right);
        }
        if !(least..=most).contains(&number) {
            return self.wrong("is out of range", right);
        }
        // Minus zero is zero, also to a digest of the bits.
        Some(number + 0.0)
    }

    /// A share, as a number from 0 to 1 or in per cent.
    pub(super) fn share(&self) -> Option<f64> {
        let text = self.scalar().map_or("", |(text, _)| text.trim());
        // A number above 1 was probably meant in per cent.
        let meant = decimal(text).filter(|number| (1.0..=100.0).contains(number)).map_or("95", |_| text);
        let right = format!("write a number from 0 to 1, or per cent, as in \"{meant} %\"");
        let Some(number) = text.strip_suffix('%').map(str::trim) else {
            return self.number_within(0.0, 1.0, &right);
        };
        // Read as a hundredth, not divided: 0.7 % is 0.007 to the last bit.
        let share = decimal(&format!("{number}e-2")).or_else(|| decimal(number).map(|number| number / 100.0));
        match share {
            Some(share) if (0.0..=1.0).contains(&share) => Some(share + 0.0),
            _ => self.wrong("is not a share", &right),
        }
    }

    pub(super) fn probability(&self) -> Option<Probability> {
        self.share().and_then(Probability::new)
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.unquoted("is neither true nor false", "write true or false")? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => self.wrong("is neither true nor false", "write true or false"),
        }
    }

    fn parsed<T: FromStr<Err = TimeError>>(&self, what: &str, right: &str) -> Option<T> {
        let Some((text, _)) = self.scalar() else { return self.wrong(what, right) };
        text.parse().map_or_else(|error: TimeError| self.refuse(&error.what(), error.remedy()), Some)
    }

    pub(super) fn duration(&self) -> Option<Micros> {
        self.parsed("is not a duration", "write a number with a unit, as in \"5m\" or \"250ms\"")
    }

    pub(super) fn day_time(&self) -> Option<DayTime> {
        self.parsed("is not a time of day", "write \"HH:MM\", \"HH:MM:SS\" or \"1d 08:00\"")
    }

    /// One of a few words.
    pub(super) fn one_of<T: Clone>(&self, words: &[(&str, T)]) -> Option<T> {
        let text = self.scalar().map_or("", |(text, _)| text);
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meant)) => Some(meant.clone()),
            None => self.misnamed("is none of the words that can stand here", text, &known),
        }
    }

    pub(super) fn list(&self) -> Option<Vec<Field<'a>>> {
        match &self.node.kind {
            NodeKind::List(items) => {
                Some(items.iter().enumerate().map(|(index, item)| self.child(index, item)).collect())
            }
            _ => self.wrong("is not a list", "write a list, as in `[…]`, or leave the key out"),
        }
    }

    /// Reads every item of a list; nothing if one of them cannot be read.
    pub(super) fn each<T>(&self, mut read: impl FnMut(Field<'a>) -> Option<T>) -> Option<Vec<T>> {
        let items = self.list()?;
        let count = items.len();
        let read: Vec<T> = items.into_iter().filter_map(&mut read).collect();
        (read.len() == count).then_some(read)
    }

    pub(super) fn mapping(&self) -> Option<Mapping<'a>> {
        match &self.node.kind {
            NodeKind::Mapping(entries) => Some(Mapping::new(self.clone(), entries)),
            _ => self.wrong("is not a mapping", "write keys with values, as in `{key: value}`"),
        }
    }
}

/// The number that an unquoted text is; words such as `.inf` and `NaN` are none.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let begins = text.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    begins.then(|| text.parse().ok()).flatten()
}
