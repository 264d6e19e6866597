//! Why words name no cache.

use std::fmt;

use super::{TimeError, shown};

/// Why words name no cache. Completes "failed to read the cache: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheSpecError {
    /// No cache has this name.
    UnknownKind(String),
    /// The cache has no such option; the names are those that it has.
    UnknownOption {
        /// What was written.
        option: String,
        /// The cache.
        kind: &'static str,
        /// What could have been written.
        known: &'static [&'static str],
    },
    /// An option is given twice.
    Twice(String),
    /// An option has no value.
    NoValue(String),
    /// A cache whose entries need a life, without one.
    NoTtl(&'static str),
    /// A duration behind the name of a cache that takes none there.
    NoDurationHere(&'static str),
    /// A value is none of those that the option takes.
    UnknownValue {
        /// The option.
        option: &'static str,
        /// What was written.
        value: String,
        /// What could have been written.
        known: &'static [&'static str],
    },
    /// A duration cannot be read.
    Time {
        /// The option.
        option: &'static str,
        /// Why.
        error: TimeError,
    },
    /// A sweep period of zero would never end.
    ZeroSweep,
    /// A number cannot be read, or is out of range.
    Number {
        /// The option.
        option: &'static str,
        /// What was written.
        value: String,
        /// What could have been written.
        right: &'static str,
    },
}

impl fmt::Display for CacheSpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind(kind) => {
                write!(
                    f,
                    "no cache is called {}; caches are event, ttl:5m, idle:5m, none and oracle",
                    shown(kind)
                )
            }
            Self::UnknownOption { option, kind, known: [] } => {
                write!(f, "`{kind}` takes no options, so not {}", shown(option))
            }
            Self::UnknownOption { option, kind, known } => {
                write!(f, "`{kind}` has no option {}; its options are {}", shown(option), known.join(", "))
            }
            Self::Twice(option) => write!(f, "{} is given twice", shown(option)),
            Self::NoValue(option) => write!(f, "{} has no value; write it behind `=`", shown(option)),
            Self::NoTtl(kind) => write!(f, "`{kind}` needs a duration, as in `{kind}:5m`"),
            Self::NoDurationHere(kind) => write!(f, "`{kind}` takes no duration behind a colon"),
            Self::UnknownValue { option, value, known } => {
                write!(f, "`{option}` cannot be {}; it is one of {}", shown(value), known.join(", "))
            }
            Self::Time { option, error } => write!(f, "the duration of `{option}` {error}"),
            Self::ZeroSweep => write!(f, "`sweep` must be longer than 0s"),
            Self::Number { option, value, right } => {
                write!(f, "`{option}` cannot be {}; write {right}", shown(value))
            }
        }
    }
}

impl std::error::Error for CacheSpecError {}
