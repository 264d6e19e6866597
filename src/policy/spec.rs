//! A cache as a scenario names it: `event+guard=none`, `ttl:5m+sweep=1m`, `idle:5m`, `none`, `oracle`.

use std::fmt;

use super::descriptor::{Counterpart, Hearing, Life, Memory, PolicyDescriptor};
use super::option::{Conflict, OptionKind, OptionValue, OptionValues};
use super::spec_error::{CacheSpecError, cut};
use crate::model::Micros;
use crate::sim::{Candidate, CandidateLane, Certainty, Coupling, Guarantee, LaneSetting};

/// A cache to simulate, with the label that reports show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheSpec {
    /// Which policy, and its options.
    pub policy: PolicySpec,
    /// What reports call it, if that is not the spec itself.
    pub label: Option<String>,
}

impl CacheSpec {
    /// The label if there is one, else the spec in normal form.
    #[must_use]
    pub fn title(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.policy.to_string())
    }
}

impl From<PolicySpec> for CacheSpec {
    fn from(policy: PolicySpec) -> Self {
        Self { policy, label: None }
    }
}

/// A policy and the values of its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySpec {
    descriptor: &'static PolicyDescriptor,
    options: OptionValues,
}

impl PolicySpec {
    /// A policy with its defaults.
    #[must_use]
    pub fn of(descriptor: &'static PolicyDescriptor) -> Self {
        Self { descriptor, options: OptionValues::new(descriptor.options) }
    }

    /// A policy of this life, otherwise with its defaults.
    #[must_use]
    pub fn living(descriptor: &'static PolicyDescriptor, life: Micros) -> Self {
        Self::of(descriptor).with_life(life)
    }

    /// A policy with options by name.
    pub(super) fn with_options(
        descriptor: &'static PolicyDescriptor,
        given: &[(&str, &str)],
    ) -> Result<Self, CacheSpecError> {
        let mut options = OptionValues::new(descriptor.options);
        for (name, text) in given {
            let Some((_, spec)) = options.find(name) else {
                return Err(CacheSpecError::UnknownOption { option: cut(name), policy: descriptor });
            };
            let value = spec.parse(text).map_err(|error| {
                let (option, value) = (spec.name, cut(text));
                CacheSpecError::Value { option, value, error }
            })?;
            options = options.with(name, Some(value));
        }
        if descriptor.life == Life::Needed && options.duration(descriptor.life_option()).is_none() {
            return Err(CacheSpecError::NoLife(descriptor));
        }
        let met =
            |conflict: &&Conflict| options.is_given(conflict.option) && options.is_given(conflict.other);
        if let Some(conflict) = descriptor.conflicts.iter().find(met) {
            return Err(CacheSpecError::Conflict(conflict));
        }
        if let Some(demand) = options.unmet(descriptor.demands) {
            return Err(CacheSpecError::Requirement(demand));
        }
        Ok(Self { descriptor, options })
    }

    /// What is known of the policy.
    #[must_use]
    pub fn descriptor(&self) -> &'static PolicyDescriptor {
        self.descriptor
    }

    /// The values of its options.
    #[must_use]
    pub fn options(&self) -> &OptionValues {
        &self.options
    }

    /// The duration behind its name; `None` if it takes none.
    #[must_use]
    pub fn life(&self) -> Option<Micros> {
        self.options.duration(self.descriptor.life_option())
    }

    /// The same with another life; unchanged if it takes none.
    #[must_use]
    pub fn with_life(&self, life: Micros) -> Self {
        self.with(self.descriptor.life_option(), Some(OptionValue::Duration(life)))
    }

    /// Whether another one differs from it in nothing but the life.
    #[must_use]
    pub fn is_kin(&self, other: &Self) -> bool {
        let life = self.descriptor.life_option();
        self.descriptor == other.descriptor && self.with(life, None) == other.with(life, None)
    }

    /// The same with another value of an option, or without one; unchanged if it has no such option.
    #[must_use]
    pub fn with(&self, option: &str, value: Option<OptionValue>) -> Self {
        Self { descriptor: self.descriptor, options: self.options.clone().with(option, value) }
    }

    /// Whether events arrive at it.
    #[must_use]
    pub fn hears_events(&self) -> bool {
        self.hearing() == Hearing::Hears
    }

    /// What events are to it.
    #[must_use]
    pub fn hearing(&self) -> Hearing {
        (self.descriptor.hearing)(&self.options)
    }

    /// The memory that its entries take.
    #[must_use]
    pub fn memory(&self) -> Memory {
        (self.descriptor.memory)(&self.options)
    }

    /// For how long after a heartbeat of the channel its entries are usable; `None` if always.
    #[must_use]
    pub fn lease(&self) -> Option<Micros> {
        self.options.duration("lease")
    }

    /// How often it examines all its entries; `None` for never.
    #[must_use]
    pub fn cleanup(&self) -> Option<Micros> {
        (self.descriptor.cleanup)(&self.options)
    }

    /// The policy that is like this one but hears events, and forgets as soon; `None` if there is none, or it hears.
    #[must_use]
    pub fn hearing_counterpart(&self) -> Option<Self> {
        (self.descriptor.hearing_counterpart)(&self.options).map(Self::from)
    }

    /// The policy that is like this one but guarded by versions; `None` if there is none.
    #[must_use]
    pub fn guarded_counterpart(&self) -> Option<Self> {
        (self.descriptor.guarded_counterpart)(&self.options).map(Self::from)
    }
}

impl From<Counterpart> for PolicySpec {
    fn from((descriptor, options): Counterpart) -> Self {
        Self { descriptor, options }
    }
}

impl Candidate for PolicySpec {
    fn name(&self) -> String {
        self.to_string()
    }

    fn coupling(&self) -> Coupling {
        (self.descriptor.coupling)(&self.options)
    }

    fn guarantee(&self) -> Guarantee {
        (self.descriptor.guarantee)(&self.options)
    }

    fn longest_honoured_us(&self, certainty: &Certainty) -> Option<u64> {
        (self.descriptor.longest_honoured_us)(&self.options, certainty)
    }

    fn divisible(&self) -> Option<&(dyn Candidate + Sync)> {
        Some(self)
    }

    fn lane<'l>(&'l self, setting: &LaneSetting) -> CandidateLane<'l> {
        (self.descriptor.build)(&self.options, setting)
    }
}

impl fmt::Display for PolicySpec {
    /// The normal form: options in a fixed order, defaults left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.descriptor.name)?;
        let life = self.descriptor.life_option();
        for (spec, value) in self.options.given() {
            match (spec.name == life, spec.kind == OptionKind::Flag) {
                (true, _) => write!(f, ":{value}")?,
                // A flag is off by default, so one that is given is on.
                (false, true) => write!(f, "+{}", spec.name)?,
                (false, false) => write!(f, "+{}={value}", spec.name)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::option::OptionError;
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
            ("ttl:5m+capacity=9+quantize=60s+sweep=1h", "ttl:5m+sweep=1h+quantize=1m+capacity=9"),
            ("ttl:5m+quantize=5s+jitter=0+deny=5m", "ttl:5m+quantize=5s"),
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
            assert_eq!(spec.policy.to_string(), normal);
            assert_eq!(normal.parse(), Ok(spec), "the normal form reads back");
        }
    }

    #[test]
    fn options_that_make_no_sense_together_are_refused() {
        for (text, option) in
            [("ttl:5m+quantize=5s+jitter=10%", "jitter"), ("ttl:5m+deny=1s+quantize=5s", "deny")]
        {
            let message = format!(
                "`{option}` makes no sense together with `quantize`; leave one of them out: up to the next multiple of \
                 `quantize`, where entries end, every read brings the same row"
            );
            assert_eq!(text.parse::<CacheSpec>().map_err(|e| e.to_string()), Err(message));
        }
    }

    #[test]
    fn what_names_no_cache_says_what_would() {
        for (text, message) in [
            (
                "lru",
                "no cache is called `lru`; caches are event, ttl:5m, idle:5m, snapshot:1m, token:15m, none and oracle",
            ),
            ("ttl", "`ttl` needs a duration, as in `ttl:5m`"),
            ("idle+sweep=1m", "`idle` needs a duration, as in `idle:5m`"),
            ("ttl:5", "the duration of `ttl` has no unit; write one of us, ms, s, m, h, d, as in \"5m\""),
            ("ttl:5m+sweep=0s", "`sweep` must be longer than 0s"),
            ("ttl:5m+sweep", "`sweep` has no value; write it behind `=`"),
            ("event:5m", "`event` takes no duration behind a colon"),
            ("event+guard=locks", "`guard` cannot be `locks`; it is one of version, singleflight, none"),
            (
                "event+gard=none",
                "`event` has no option `gard`; its options are on-event, guard, ttl, scope, lease, on-gap, hold, stale-if-error, retry, recheck, capacity",
            ),
            (
                "idle:5m+guard=none",
                "`idle` has no option `guard`; its options are ttl, sweep, jitter, deny, stale-if-error, retry, recheck, capacity",
            ),
            (
                "idle:5m+quantize=5s",
                "`idle` has no option `quantize`; its options are ttl, sweep, jitter, deny, stale-if-error, retry, recheck, capacity",
            ),
            ("ttl:5m+quantize=0s", "`quantize` must be longer than 0s"),
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
                let read = PolicySpec::from_parts("ttl", &[("ttl", "5m"), (option, value)]);
                assert!(
                    matches!(read, Err(CacheSpecError::Value { error: OptionError::Number(_), .. })),
                    "{option}={value}: {read:?}"
                );
            }
        }
    }
}
