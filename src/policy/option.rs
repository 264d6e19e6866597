//! Options of policies: what each is called, which values it takes, and how these are read and written.
//!
//! One parser and one normal form serve all policies. Knows nothing of what an option brings about.

use std::fmt;
use std::num::NonZeroUsize;

use crate::model::{Micros, TimeError};

/// An option of a policy.
#[derive(Debug, PartialEq, Eq)]
pub struct OptionSpec {
    /// Its name, as in `NAME=VALUE`.
    pub name: &'static str,
    /// Which values it takes.
    pub kind: OptionKind,
    /// What holds where it is not given.
    pub default: OptionDefault,
    /// One line of documentation.
    pub doc: &'static str,
}

/// Which values an option takes.
#[derive(Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// A duration, 0 or longer.
    Duration,
    /// A duration longer than 0.
    PositiveDuration,
    /// A share from 0 to below 1, exact in millionths.
    Share,
    /// A whole number, 1 or more.
    Count,
    /// One of some words.
    Word(&'static [Word]),
    /// On or off: the name alone puts it on.
    Flag,
}

/// The values of a flag.
pub(super) const YES: &str = "yes";
pub(super) const NO: &str = "no";

/// What they mean.
pub(super) const FLAG_WORDS: &[Word] =
    &[Word { name: YES, doc: "as the name alone" }, Word { name: NO, doc: "not so" }];

/// A word that an option takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// One line of documentation.
    pub doc: &'static str,
}

/// What holds where an option is not given.
#[derive(Debug, PartialEq, Eq)]
pub enum OptionDefault {
    /// Nothing: what the option is about does not take place.
    Absent,
    /// This value.
    Value(OptionValue),
    /// The value of another option.
    SameAs(&'static str),
    /// One value if another option is given, and else another value.
    If(&'static str, OptionValue, OptionValue),
}

/// A value of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A duration.
    Duration(Micros),
    /// A share in millionths, below 1,000,000.
    Share(u32),
    /// A number.
    Count(NonZeroUsize),
    /// A word.
    Word(&'static str),
}

/// Two options that make no sense together: where both have other values than their defaults, a cache is refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The option that messages point at.
    pub option: &'static str,
    /// The other one.
    pub other: &'static str,
    /// Why, as a clause of a message.
    pub why: &'static str,
}

/// What the value of one option asks of another.
#[derive(Debug, PartialEq, Eq)]
pub enum Requirement {
    /// An option means nothing without another.
    Needs(&'static str, &'static str),
    /// A duration must be shorter than another.
    Shorter(&'static str, &'static str),
}

impl Requirement {
    /// The option that asks, and the one that is asked.
    #[must_use]
    pub fn options(&self) -> (&'static str, &'static str) {
        match self {
            Self::Needs(option, other) | Self::Shorter(option, other) => (option, other),
        }
    }

    /// Whether these values meet it.
    fn is_met(&self, values: &OptionValues) -> bool {
        let (option, other) = self.options();
        if !values.is_given(option) {
            return true;
        }
        match self {
            Self::Needs(..) => values.get(other).is_some(),
            Self::Shorter(..) => values.duration(option) < values.duration(other),
        }
    }
}

/// A bound on the entries of each replica, whatever the policy.
pub(super) const CAPACITY: OptionSpec = OptionSpec {
    name: "capacity",
    kind: OptionKind::Count,
    default: OptionDefault::Absent,
    doc: "at most this many entries in each replica: the least recently used one goes first",
};

/// Why a text is not a value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionError {
    /// A duration cannot be read.
    Time(TimeError),
    /// A duration of zero, and the option needs a longer one.
    Zero,
    /// A number cannot be read, or is out of range; with what would be right.
    Number(&'static str),
    /// A word is none of these.
    Word(&'static [Word]),
}

impl OptionSpec {
    /// The words that it takes; none if it takes other values.
    #[must_use]
    pub fn words(&self) -> &'static [Word] {
        match self.kind {
            OptionKind::Word(words) => words,
            OptionKind::Flag => FLAG_WORDS,
            _ => &[],
        }
    }

    /// Reads a value.
    pub(super) fn parse(&self, text: &str) -> Result<OptionValue, OptionError> {
        let duration = || text.parse().map_err(OptionError::Time);
        match self.kind {
            OptionKind::Duration => duration().map(OptionValue::Duration),
            OptionKind::PositiveDuration => match duration()? {
                Micros(0) => Err(OptionError::Zero),
                duration => Ok(OptionValue::Duration(duration)),
            },
            OptionKind::Share => share_ppm(text).map(OptionValue::Share).ok_or(OptionError::Number(
                "a share from 0 to below 1 with at most six decimals, as in 0.1, or per cent, as in 10%",
            )),
            OptionKind::Count => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let count = text.parse().ok().filter(|_| digits).map(OptionValue::Count);
                count.ok_or(OptionError::Number("a whole number, 1 or more"))
            }
            OptionKind::Word(_) | OptionKind::Flag => {
                let words = self.words();
                let text = match (text, &self.kind) {
                    ("true", OptionKind::Flag) => YES,
                    ("false", OptionKind::Flag) => NO,
                    _ => text,
                };
                let word = words.iter().find(|word| word.name == text);
                word.map(|word| OptionValue::Word(word.name)).ok_or(OptionError::Word(words))
            }
        }
    }
}

/// A share from 0 to below 1, as a number or in per cent, in millionths, exactly.
fn share_ppm(value: &str) -> Option<u32> {
    let (number, decimals) = match value.strip_suffix('%') {
        Some(per_cent) => (per_cent.trim_end(), 4),
        None => (value, 6),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let kept = fraction.trim_end_matches('0');
    let right = digits(whole) && digits(fraction) && kept.len() <= decimals;
    let ppm = format!("{whole}{kept:0<decimals$}").parse().ok();
    ppm.filter(|ppm| right && *ppm < 1_000_000)
}

impl fmt::Display for OptionValue {
    /// The value in normal form, without blanks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(duration) => f.write_str(&duration.compact()),
            Self::Share(0) => f.write_str("0"),
            Self::Share(ppm) => write!(f, "0.{}", format!("{ppm:06}").trim_end_matches('0')),
            Self::Count(count) => write!(f, "{count}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// The values of a policy's options, in the order of its [`OptionSpec`]s. A value that is the default is not kept, so two
/// are equal if and only if they mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValues {
    specs: &'static [OptionSpec],
    given: Vec<Option<OptionValue>>,
}

impl OptionValues {
    /// The defaults of these options.
    #[must_use]
    pub fn new(specs: &'static [OptionSpec]) -> Self {
        Self { specs, given: vec![None; specs.len()] }
    }

    /// The option of this name, and its place.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &'static OptionSpec)> {
        self.specs.iter().enumerate().find(|(_, spec)| spec.name == name)
    }

    /// The value of an option; that of its default where it is not given. `None` if there is neither, or no such option.
    fn get(&self, name: &str) -> Option<OptionValue> {
        let (place, spec) = self.find(name)?;
        self.given[place].or_else(|| self.default(spec))
    }

    /// The value of an option that is not given.
    fn default(&self, spec: &OptionSpec) -> Option<OptionValue> {
        match spec.default {
            OptionDefault::Absent => None,
            OptionDefault::Value(value) => Some(value),
            OptionDefault::SameAs(other) => self.get(other),
            OptionDefault::If(other, with, without) => {
                Some(if self.is_given(other) { with } else { without })
            }
        }
    }

    /// A duration; `None` if there is none, or no such option.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<Micros> {
        match self.get(name) {
            Some(OptionValue::Duration(duration)) => Some(duration),
            _ => None,
        }
    }

    /// A share in millionths; `None` if there is none, or no such option.
    #[must_use]
    pub fn share_ppm(&self, name: &str) -> Option<u32> {
        match self.get(name) {
            Some(OptionValue::Share(ppm)) => Some(ppm),
            _ => None,
        }
    }

    /// A number; `None` if there is none, or no such option.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<NonZeroUsize> {
        match self.get(name) {
            Some(OptionValue::Count(count)) => Some(count),
            _ => None,
        }
    }

    /// A word; `None` if there is none, or no such option.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&'static str> {
        match self.get(name) {
            Some(OptionValue::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// Whether a flag is on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.word(name) == Some(YES)
    }

    /// The same with another value of an option, or without one; unchanged if there is no such option.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<OptionValue>) -> Self {
        if let Some((place, _)) = self.find(name) {
            self.given[place] = value;
            self.normalise();
        }
        self
    }

    /// Forgets values that are their defaults.
    fn normalise(&mut self) {
        for (place, spec) in self.specs.iter().enumerate() {
            if self.given[place] == self.default(spec) {
                self.given[place] = None;
            }
        }
    }

    /// Whether an option has another value than its default.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.find(name).is_some_and(|(place, _)| self.given[place].is_some())
    }

    /// The first demand that is not met.
    pub(super) fn unmet(&self, demands: &'static [Requirement]) -> Option<&'static Requirement> {
        demands.iter().find(|demand| !demand.is_met(self))
    }

    /// The options that are given, with their values, in their order.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static OptionSpec, OptionValue)> {
        self.specs.iter().zip(&self.given).filter_map(|(spec, value)| value.map(|value| (spec, value)))
    }
}
