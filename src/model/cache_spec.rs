//! A cache as a scenario names it: `event+guard=none`, `ttl:5m+sweep=1m`, `idle:5m`, `none`, `oracle`.

use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use super::{CacheSpecError, Micros};
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
    pub const KINDS: [&'static str; 5] = ["event", "ttl", "idle", "none", "oracle"];
    /// The options of `event`.
    pub const EVENT_OPTIONS: [&'static str; 4] = ["on-event", "guard", "ttl", "capacity"];
    /// The options of `ttl` and `idle`.
    pub const TTL_OPTIONS: [&'static str; 5] = ["ttl", "sweep", "jitter", "deny", "capacity"];

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
            "ttl" => ttl(options, "ttl").map(CacheKind::Ttl),
            "idle" => ttl(options, "idle").map(CacheKind::Idle),
            "none" => no_options(options, "none").map(|()| CacheKind::None),
            "oracle" => no_options(options, "oracle").map(|()| CacheKind::Oracle),
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
            "capacity" => event.capacity = Some(capacity(value)?),
            other => return Err(unknown_option(other, "event", &CacheSpec::EVENT_OPTIONS)),
        }
    }
    Ok(event)
}

fn ttl(options: &[(&str, &str)], kind: &'static str) -> Result<TtlOptions, CacheSpecError> {
    let (mut ttl, mut read) = (None, TtlOptions::new(Micros(0)));
    for (name, value) in options {
        match *name {
            "ttl" => ttl = Some(duration("ttl", value)?),
            "sweep" => match duration("sweep", value)? {
                Micros(0) => return Err(CacheSpecError::ZeroSweep),
                period => read.sweep = Some(period),
            },
            "jitter" => read.jitter_ppm = jitter_ppm(value)?,
            "deny" => read.deny = Some(duration("deny", value)?),
            "capacity" => read.capacity = Some(capacity(value)?),
            other => return Err(unknown_option(other, kind, &CacheSpec::TTL_OPTIONS)),
        }
    }
    let ttl = ttl.ok_or(CacheSpecError::NoTtl(kind))?;
    // A life that is no other is the default.
    Ok(TtlOptions { ttl, deny: read.deny.filter(|deny| *deny != ttl), ..read })
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

fn capacity(value: &str) -> Result<NonZeroUsize, CacheSpecError> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits).ok_or_else(|| CacheSpecError::Number {
        option: "capacity",
        value: value.chars().take(80).collect(),
        right: "a whole number, 1 or more",
    })
}

/// A share from 0 to below 1, as a number or in per cent, in millionths, exactly.
fn jitter_ppm(value: &str) -> Result<u32, CacheSpecError> {
    let (number, decimals) = match value.strip_suffix('%') {
        Some(per_cent) => (per_cent.trim_end(), 4),
        None => (value, 6),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let kept = fraction.trim_end_matches('0');
    let ppm = format!("{whole}{kept:0<decimals$}").parse().ok();
    let right = digits(whole) && digits(fraction) && kept.len() <= decimals;
    ppm.filter(|ppm| right && *ppm < 1_000_000).ok_or_else(|| CacheSpecError::Number {
        option: "jitter",
        value: value.chars().take(80).collect(),
        right: "a share from 0 to below 1 with at most six decimals, as in 0.1, or per cent, as in 10%",
    })
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
                Some(known) if !matches!(*known, "ttl" | "idle") => {
                    return Err(CacheSpecError::NoDurationHere(known));
                }
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
            Self::Event(EventOptions { on_event, guard, ttl, capacity }) => {
                write!(f, "event")?;
                if *on_event != OnEvent::default() {
                    write!(f, "+on-event={}", name_of(&ON_EVENT, *on_event))?;
                }
                if *guard != Guard::default() {
                    write!(f, "+guard={}", name_of(&GUARDS, *guard))?;
                }
                ttl.map_or(Ok(()), |ttl| write!(f, "+ttl={}", ttl.compact()))?;
                capacity.map_or(Ok(()), |most| write!(f, "+capacity={most}"))
            }
            Self::Ttl(options) => write!(f, "ttl:{options}"),
            Self::Idle(options) => write!(f, "idle:{options}"),
            Self::None => write!(f, "none"),
            Self::Oracle => write!(f, "oracle"),
        }
    }
}

impl fmt::Display for TtlOptions {
    /// The life, then the other options as in the normal form of a cache.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.ttl.compact())?;
        self.sweep.map_or(Ok(()), |sweep| write!(f, "+sweep={}", sweep.compact()))?;
        if self.jitter_ppm > 0 {
            let millionths = format!("{:06}", self.jitter_ppm);
            write!(f, "+jitter=0.{}", millionths.trim_end_matches('0'))?;
        }
        self.deny.map_or(Ok(()), |deny| write!(f, "+deny={}", deny.compact()))?;
        self.capacity.map_or(Ok(()), |most| write!(f, "+capacity={most}"))
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
            ("event+capacity=10+ttl=60m", "event+ttl=1h+capacity=10"),
            (
                "ttl:5m+capacity=1+deny=30s+jitter=0.10+sweep=1m",
                "ttl:5m+sweep=1m+jitter=0.1+deny=30s+capacity=1",
            ),
            ("ttl:5m+jitter=0+deny=300s", "ttl:5m"),
            ("idle:300s", "idle:5m"),
            ("idle:5m+deny=0s+jitter=0.000001", "idle:5m+jitter=0.000001+deny=0s"),
            ("ttl:5m+jitter=0.999999", "ttl:5m+jitter=0.999999"),
            ("ttl:5m+jitter=10%", "ttl:5m+jitter=0.1"),
            ("ttl:5m+jitter=0.0001 %", "ttl:5m+jitter=0.000001"),
            ("ttl:5m+jitter=99.9999%", "ttl:5m+jitter=0.999999"),
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
            ("lru", "no cache is called `lru`; caches are event, ttl:5m, idle:5m, none and oracle"),
            ("ttl", "`ttl` needs a duration, as in `ttl:5m`"),
            ("idle+sweep=1m", "`idle` needs a duration, as in `idle:5m`"),
            ("ttl:5", "the duration of `ttl` has no unit; write one of us, ms, s, m, h, d, as in \"5m\""),
            ("ttl:5m+sweep=0s", "`sweep` must be longer than 0s"),
            ("ttl:5m+sweep", "`sweep` has no value; write it behind `=`"),
            ("event:5m", "`event` takes no duration behind a colon"),
            ("event+guard=locks", "`guard` cannot be `locks`; it is one of version, singleflight, none"),
            (
                "event+gard=none",
                "`event` has no option `gard`; its options are on-event, guard, ttl, capacity",
            ),
            (
                "idle:5m+guard=none",
                "`idle` has no option `guard`; its options are ttl, sweep, jitter, deny, capacity",
            ),
            ("none+ttl=5m", "`none` takes no options, so not `ttl`"),
            ("ttl:5m+ttl=6m", "`ttl` is given twice"),
            (
                "ttl:5m+deny=x",
                "the duration of `deny` has `x` where a number with a unit should be, as in \"1h 30m\"",
            ),
            ("ttl:213503982335d", "the duration of `ttl` is too large; write at most 213503982d"),
            ("event+capacity=0", "`capacity` cannot be `0`; write a whole number, 1 or more"),
        ] {
            assert_eq!(text.parse::<CacheSpec>().map_err(|e| e.to_string()), Err(message.to_owned()));
        }
        for (option, values) in [
            ("capacity", &["", "-1", "+1", "1.5", "1e3", "99999999999999999999", "many"][..]),
            (
                "jitter",
                &[
                    "",
                    "1",
                    "1.0",
                    "-0.1",
                    "0.1234567",
                    "0.",
                    ".1",
                    "0.1e1",
                    "0.-1",
                    "NaN",
                    "0.1.1",
                    "%",
                    "100%",
                    "-1%",
                    "0.00001%",
                    "1%%",
                    "99999999999%",
                ],
            ),
        ] {
            for value in values {
                let read = CacheSpec::from_parts("ttl", &[("ttl", "5m"), (option, value)]);
                assert!(matches!(read, Err(CacheSpecError::Number { .. })), "{option}={value}: {read:?}");
            }
        }
    }
}
