//! A cache as a scenario names it: `event+guard=none`, `ttl:5m+sweep=1m`, `none`, `oracle`.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use super::{Micros, TimeError, shown};
use crate::cache::{Guard, OnEvent};

/// A cache to simulate, with the label that reports show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSpec {
    /// Which cache, and its options.
    pub kind: CacheKind,
    /// What reports call it, where that is not the spec itself.
    pub label: Option<String>,
}

/// The kinds of caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheKind {
    /// The real, event-driven cache.
    Event(EventOptions),
    /// Read-through with a life for each entry, deaf to events.
    Ttl(TtlOptions),
    /// The same, but every hit starts the entry's life anew.
    Idle(TtlOptions),
    /// No cache: every request reads the database.
    None,
    /// The bound: never stale, one read a user.
    Oracle,
}

/// Options of the event-driven cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventOptions {
    /// What an event does to an entry.
    pub on_event: OnEvent,
    /// What protects a fetch in flight from a change that overtakes it.
    pub guard: Guard,
    /// The safety net: the life of an entry.
    pub ttl: Option<Micros>,
    /// How many entries there may be; none is no bound.
    pub capacity: Option<NonZeroUsize>,
}

/// Options of a TTL cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtlOptions {
    /// The life of an entry, from the moment its answer is stored.
    pub ttl: Micros,
    /// How often all entries are examined and expired ones removed.
    pub sweep: Option<Micros>,
    /// By how much of its length a life may be longer or shorter, in millionths; each is drawn.
    pub jitter_ppm: u32,
    /// The life of entries with the lowest role, where it is another.
    pub deny: Option<Micros>,
    /// How many entries there may be; none is no bound.
    pub capacity: Option<NonZeroUsize>,
}

impl TtlOptions {
    /// A life, and nothing else.
    #[must_use]
    pub fn new(ttl: Micros) -> Self {
        Self { ttl, sweep: None, jitter_ppm: 0, deny: None, capacity: None }
    }
}

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
    /// The option, or the whole cache, is part of the language and not of this release.
    Later(&'static str),
    /// An option is given twice.
    Twice(String),
    /// An option has no value.
    NoValue(String),
    /// A TTL cache without a life.
    NoTtl,
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
}

impl fmt::Display for CacheSpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKind(kind) => {
                write!(f, "no cache is called {}; caches are event, ttl:5m, none and oracle", shown(kind))
            }
            Self::UnknownOption { option, kind, known: [] } => {
                write!(f, "`{kind}` takes no options, so not {}", shown(option))
            }
            Self::UnknownOption { option, kind, known } => {
                write!(f, "`{kind}` has no option {}; its options are {}", shown(option), known.join(", "))
            }
            Self::Later(what) => {
                write!(f, "`{what}` is in the language, but this release cannot simulate it")
            }
            Self::Twice(option) => write!(f, "{} is given twice", shown(option)),
            Self::NoValue(option) => write!(f, "{} has no value; write it behind `=`", shown(option)),
            Self::NoTtl => write!(f, "`ttl` needs a duration, as in `ttl:5m`"),
            Self::NoDurationHere(kind) => write!(f, "`{kind}` takes no duration behind a colon"),
            Self::UnknownValue { option, value, known } => {
                write!(f, "`{option}` cannot be {}; it is one of {}", shown(value), known.join(", "))
            }
            Self::Time { option, error } => write!(f, "the duration of `{option}` {error}"),
            Self::ZeroSweep => write!(f, "`sweep` must be longer than 0s"),
        }
    }
}

impl std::error::Error for CacheSpecError {}

const ON_EVENT: [(&str, OnEvent); 3] = [
    ("update", OnEvent::Update),
    ("update-if-present", OnEvent::UpdateIfPresent),
    ("invalidate", OnEvent::Invalidate),
];
const ON_EVENT_NAMES: [&str; 3] = ["update", "update-if-present", "invalidate"];
const GUARDS: [(&str, Guard); 3] =
    [("version", Guard::Version), ("singleflight", Guard::SingleFlight), ("none", Guard::None)];
const GUARD_NAMES: [&str; 3] = ["version", "singleflight", "none"];

impl CacheSpec {
    /// The names of the caches.
    pub const KINDS: [&'static str; 4] = ["event", "ttl", "none", "oracle"];

    /// The cache of this kind with these options, each a name and its value, as both the text form and
    /// the mapping form give them.
    ///
    /// # Errors
    /// When the kind or an option is unknown, given twice, or has a value that it cannot take.
    pub fn from_parts(kind: &str, options: &[(&str, &str)]) -> Result<CacheKind, CacheSpecError> {
        for (index, (name, _)) in options.iter().enumerate() {
            if options[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(CacheSpecError::Twice((*name).to_owned()));
            }
        }
        match kind {
            "event" => event(options).map(CacheKind::Event),
            "ttl" => ttl(options).map(CacheKind::Ttl),
            "none" => no_options(options, "none").map(|()| CacheKind::None),
            "oracle" => no_options(options, "oracle").map(|()| CacheKind::Oracle),
            "idle" => Err(CacheSpecError::Later("idle")),
            other => Err(CacheSpecError::UnknownKind(other.chars().take(80).collect())),
        }
    }

    /// The label if there is one, else the spec in normal form.
    #[must_use]
    pub fn title(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.kind.to_string())
    }
}

fn event(options: &[(&str, &str)]) -> Result<EventOptions, CacheSpecError> {
    let mut event = EventOptions::default();
    for (name, value) in options {
        match *name {
            "on-event" => event.on_event = one_of("on-event", value, &ON_EVENT, &ON_EVENT_NAMES)?,
            "guard" => event.guard = one_of("guard", value, &GUARDS, &GUARD_NAMES)?,
            "ttl" => event.ttl = Some(duration("ttl", value)?),
            "capacity" => return Err(CacheSpecError::Later("capacity")),
            other => return Err(unknown_option(other, "event", &["on-event", "guard", "ttl"])),
        }
    }
    Ok(event)
}

fn ttl(options: &[(&str, &str)]) -> Result<TtlOptions, CacheSpecError> {
    let (mut ttl, mut sweep) = (None, None);
    for (name, value) in options {
        match *name {
            "ttl" => ttl = Some(duration("ttl", value)?),
            "sweep" => match duration("sweep", value)? {
                Micros(0) => return Err(CacheSpecError::ZeroSweep),
                period => sweep = Some(period),
            },
            "jitter" => return Err(CacheSpecError::Later("jitter")),
            "deny" => return Err(CacheSpecError::Later("deny")),
            "capacity" => return Err(CacheSpecError::Later("capacity")),
            other => return Err(unknown_option(other, "ttl", &["ttl", "sweep"])),
        }
    }
    Ok(TtlOptions { sweep, ..TtlOptions::new(ttl.ok_or(CacheSpecError::NoTtl)?) })
}

fn no_options(options: &[(&str, &str)], kind: &'static str) -> Result<(), CacheSpecError> {
    match options.first() {
        None => Ok(()),
        Some((name, _)) => Err(unknown_option(name, kind, &[])),
    }
}

fn unknown_option(option: &str, kind: &'static str, known: &'static [&'static str]) -> CacheSpecError {
    CacheSpecError::UnknownOption { option: option.chars().take(80).collect(), kind, known }
}

fn one_of<T: Copy>(
    option: &'static str,
    value: &str,
    table: &[(&str, T)],
    known: &'static [&'static str],
) -> Result<T, CacheSpecError> {
    table.iter().find(|(name, _)| *name == value).map(|(_, meant)| *meant).ok_or_else(|| {
        CacheSpecError::UnknownValue { option, value: value.chars().take(80).collect(), known }
    })
}

fn duration(option: &'static str, value: &str) -> Result<Micros, CacheSpecError> {
    value.parse().map_err(|error| CacheSpecError::Time { option, error })
}

impl FromStr for CacheSpec {
    type Err = CacheSpecError;

    /// Reads `NAME[:DURATION][+KEY=VALUE]...`.
    fn from_str(text: &str) -> Result<Self, CacheSpecError> {
        let mut parts = text.trim().split('+');
        let head = parts.next().unwrap_or_default();
        let (kind, duration) = match head.split_once(':') {
            Some((kind, duration)) => (kind, Some(duration)),
            None => (head, None),
        };
        let mut options = Vec::new();
        if let Some(duration) = duration {
            match CacheSpec::KINDS.iter().find(|known| **known == kind) {
                Some(known) if *known != "ttl" => return Err(CacheSpecError::NoDurationHere(known)),
                _ => options.push(("ttl", duration)),
            }
        }
        for part in parts {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| CacheSpecError::NoValue(part.chars().take(80).collect()))?;
            options.push((name, value));
        }
        Ok(Self { kind: Self::from_parts(kind, &options)?, label: None })
    }
}

impl fmt::Display for CacheKind {
    /// The normal form: options in a fixed order, defaults left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(EventOptions { on_event, guard, ttl, .. }) => {
                write!(f, "event")?;
                if *on_event != OnEvent::default() {
                    write!(f, "+on-event={}", name_of(&ON_EVENT, *on_event))?;
                }
                if *guard != Guard::default() {
                    write!(f, "+guard={}", name_of(&GUARDS, *guard))?;
                }
                ttl.map_or(Ok(()), |ttl| write!(f, "+ttl={}", ttl.compact()))
            }
            Self::Ttl(TtlOptions { ttl, sweep, .. }) | Self::Idle(TtlOptions { ttl, sweep, .. }) => {
                let name = if matches!(self, Self::Idle(_)) { "idle" } else { "ttl" };
                write!(f, "{name}:{}", ttl.compact())?;
                sweep.map_or(Ok(()), |sweep| write!(f, "+sweep={}", sweep.compact()))
            }
            Self::None => write!(f, "none"),
            Self::Oracle => write!(f, "oracle"),
        }
    }
}

fn name_of<T: PartialEq>(table: &[(&'static str, T)], value: T) -> &'static str {
    table.iter().find(|(_, meant)| *meant == value).map_or("?", |(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_prints_in_normal_form() {
        for (text, normal) in [
            ("event", "event"),
            ("event+guard=version+on-event=update", "event"),
            ("event+guard=none+on-event=invalidate", "event+on-event=invalidate+guard=none"),
            ("event+ttl=60m", "event+ttl=1h"),
            ("ttl:300s", "ttl:5m"),
            ("ttl:5m+sweep=60s", "ttl:5m+sweep=1m"),
            ("ttl:90m", "ttl:1h30m"),
            ("none", "none"),
            ("oracle", "oracle"),
        ] {
            let spec: CacheSpec = text.parse().unwrap();
            assert_eq!(spec.kind.to_string(), normal);
            assert_eq!(normal.parse(), Ok(spec), "the normal form reads back");
        }
    }

    #[test]
    fn what_names_no_cache_says_what_would() {
        for (text, message) in [
            ("lru", "no cache is called `lru`; caches are event, ttl:5m, none and oracle"),
            ("ttl", "`ttl` needs a duration, as in `ttl:5m`"),
            ("ttl:5", "the duration of `ttl` has no unit; write one of us, ms, s, m, h, d, as in \"5m\""),
            ("ttl:5m+sweep=0s", "`sweep` must be longer than 0s"),
            ("ttl:5m+sweep", "`sweep` has no value; write it behind `=`"),
            ("event:5m", "`event` takes no duration behind a colon"),
            ("event+guard=locks", "`guard` cannot be `locks`; it is one of version, singleflight, none"),
            ("event+gard=none", "`event` has no option `gard`; its options are on-event, guard, ttl"),
            ("none+ttl=5m", "`none` takes no options, so not `ttl`"),
            ("ttl:5m+ttl=6m", "`ttl` is given twice"),
            ("idle:5m", "`idle` is in the language, but this release cannot simulate it"),
        ] {
            assert_eq!(text.parse::<CacheSpec>().map_err(|e| e.to_string()), Err(message.to_owned()));
        }
    }
}
