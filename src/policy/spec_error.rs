//! Why words name no cache.

use std::fmt;

use super::descriptor::PolicyDescriptor;
use super::option::{Conflict, OptionError, Requirement};
use crate::model::shown;

/// Why words name no cache. Completes "failed to read the cache: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheSpecError {
    /// No policy has this name.
    UnknownPolicy {
        /// What was written.
        name: String,
        /// What could have been written.
        known: &'static [&'static PolicyDescriptor],
    },
    /// The policy has no such option.
    UnknownOption {
        /// What was written.
        option: String,
        /// The policy.
        policy: &'static PolicyDescriptor,
    },
    /// An option is given twice.
    Twice(String),
    /// An option has no value.
    NoValue(String),
    /// A policy whose entries need a life, without one.
    NoLife(&'static PolicyDescriptor),
    /// A duration behind the name of a policy that takes none there.
    NoDurationHere(&'static str),
    /// Two options that make no sense together.
    Conflict(&'static Conflict),
    /// An option that asks of another what that is not.
    Requirement(&'static Requirement),
    /// A value that the option does not take.
    Value {
        /// The option.
        option: &'static str,
        /// What was written.
        value: String,
        /// Why it is none.
        error: OptionError,
    },
}

impl CacheSpecError {
    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::UnknownPolicy { name, .. } => format!("no cache is called {}", shown(name)),
            Self::UnknownOption { option, policy } if policy.options.is_empty() => {
                format!("`{}` takes no options, so not {}", policy.name, shown(option))
            }
            Self::UnknownOption { option, policy } => {
                format!("`{}` has no option {}", policy.name, shown(option))
            }
            Self::Twice(option) => format!("{} is given twice", shown(option)),
            Self::NoValue(option) => format!("{} has no value", shown(option)),
            Self::NoLife(policy) => {
                format!("`{}` needs a duration, as in `{}`", policy.name, policy.example)
            }
            Self::NoDurationHere(policy) => format!("`{policy}` takes no duration behind a colon"),
            Self::Conflict(Conflict { option, other, .. }) => {
                format!("`{option}` makes no sense together with `{other}`")
            }
            Self::Requirement(Requirement::Needs(option, other)) => {
                format!("`{option}` means nothing without `{other}`")
            }
            Self::Requirement(Requirement::Shorter(option, other)) => {
                format!("`{option}` is not shorter than `{other}`")
            }
            Self::Value { option, value, error } => match error {
                OptionError::Number(_) | OptionError::Word(_) => {
                    format!("`{option}` cannot be {}", shown(value))
                }
                OptionError::Time(error) => format!("the duration of `{option}` {}", error.what()),
                OptionError::Zero => format!("`{option}` must be longer than 0s"),
            },
        }
    }

    /// What would be right; `None` if the error says it already.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::UnknownPolicy { known, .. } => {
                let examples: Vec<&str> = known.iter().map(|policy| policy.example).collect();
                Some(format!("caches are {}", listed(&examples)))
            }
            Self::UnknownOption { policy, .. } if policy.options.is_empty() => None,
            Self::UnknownOption { .. } => Some(format!("its options are {}", self.known().join(", "))),
            Self::NoValue(_) => Some("write it behind `=`".to_owned()),
            Self::Conflict(conflict) => Some(format!("leave one of them out: {}", conflict.why)),
            Self::Requirement(Requirement::Needs(option, other)) => {
                Some(format!("add `{other}` or leave `{option}` out"))
            }
            Self::Requirement(Requirement::Shorter(..)) => Some("write a shorter one".to_owned()),
            Self::Value { error, .. } => match error {
                OptionError::Word(_) => Some(format!("it is one of {}", self.known().join(", "))),
                OptionError::Time(error) => error.remedy().map(str::to_owned),
                OptionError::Number(right) => Some(format!("write {right}")),
                OptionError::Zero => None,
            },
            Self::Twice(_) | Self::NoLife(_) | Self::NoDurationHere(_) => None,
        }
    }

    /// The word that is wrong, if it is none of some known ones.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::UnknownPolicy { name, .. } => name,
            Self::UnknownOption { option, .. } => option,
            Self::Value { value, error: OptionError::Word(_), .. } => value,
            _ => "",
        }
    }

    /// The words that could have been written in its place.
    #[must_use]
    pub fn known(&self) -> Vec<&'static str> {
        match self {
            Self::UnknownPolicy { known, .. } => known.iter().map(|policy| policy.name).collect(),
            Self::UnknownOption { policy, .. } => policy.options.iter().map(|option| option.name).collect(),
            Self::Value { error: OptionError::Word(words), .. } => {
                words.iter().map(|word| word.name).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The option that the error is about.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        match self {
            Self::UnknownOption { option, .. } | Self::Twice(option) | Self::NoValue(option) => Some(option),
            Self::Value { option, .. } | Self::Conflict(Conflict { option, .. }) => Some(option),
            Self::Requirement(demand) => Some(demand.options().0),
            Self::UnknownPolicy { .. } | Self::NoLife(_) | Self::NoDurationHere(_) => None,
        }
    }
}

/// Words as a sentence lists them.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// What is kept of a word that may be very long.
pub(super) fn cut(word: &str) -> String {
    word.chars().take(80).collect()
}

impl fmt::Display for CacheSpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        self.remedy().map_or(Ok(()), |remedy| write!(f, "; {remedy}"))
    }
}

impl std::error::Error for CacheSpecError {}
