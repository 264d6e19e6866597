//! All policies. A new one is a file of its own and a line here.

use super::descriptor::{Life, PolicyDescriptor};
use super::event::EVENT;
use super::idle::IDLE;
use super::option::YES;
use super::oracle::ORACLE;
use super::snapshot::SNAPSHOT;
use super::spec::{CacheSpec, PolicySpec};
use super::spec_error::{CacheSpecError, cut, listed};
use super::token::TOKEN;
use super::ttl::TTL;
use super::uncached::NONE;
use std::str::FromStr;

/// The policies, in the order in which messages and documentation list them.
pub static POLICIES: &[&PolicyDescriptor] = &[&EVENT, &TTL, &IDLE, &SNAPSHOT, &TOKEN, &NONE, &ORACLE];

impl PolicySpec {
    /// The policy of this name with these options, each a name and its value, as both the text form and the mapping form
    /// give them.
    ///
    /// # Errors
    /// When the policy or an option is unknown, given twice, or has a value that it cannot take.
    pub fn from_parts(name: &str, options: &[(&str, &str)]) -> Result<Self, CacheSpecError> {
        for (index, (option, _)) in options.iter().enumerate() {
            if options[..index].iter().any(|(earlier, _)| earlier == option) {
                return Err(CacheSpecError::Twice((*option).to_owned()));
            }
        }
        let policy = policy(name);
        let descriptor =
            policy.ok_or_else(|| CacheSpecError::UnknownPolicy { name: cut(name), known: POLICIES })?;
        Self::with_options(descriptor, options)
    }
}

/// The event-driven cache with its defaults: the product, against which others are held.
impl Default for PolicySpec {
    fn default() -> Self {
        Self::of(&EVENT)
    }
}

/// The names of all policies, as a sentence lists them.
#[must_use]
pub fn policy_names() -> String {
    let names: Vec<&str> = POLICIES.iter().map(|policy| policy.name).collect();
    listed(&names)
}

/// The policy of this name.
fn policy(name: &str) -> Option<&'static PolicyDescriptor> {
    POLICIES.iter().copied().find(|known| known.name == name)
}

/// The option that a duration behind a policy's name gives; for a name behind which none may stand, that of the first
/// policy that has a life.
#[must_use]
pub fn life_option(name: &str) -> &'static str {
    let named = policy(name).into_iter();
    let options = named.chain(POLICIES.iter().copied()).map(PolicyDescriptor::life_option);
    options.into_iter().find(|option| !option.is_empty()).unwrap_or_default()
}

impl FromStr for PolicySpec {
    type Err = CacheSpecError;

    /// Reads `NAME[:DURATION][+KEY=VALUE]...`.
    fn from_str(text: &str) -> Result<Self, CacheSpecError> {
        let mut parts = text.trim().split('+');
        let head = parts.next().unwrap_or_default();
        let (name, life) = match head.split_once(':') {
            Some((name, life)) => (name, Some(life)),
            None => (head, None),
        };
        let mut options = Vec::new();
        if let Some(life) = life {
            match policy(name) {
                Some(known) if known.life == Life::Forbidden => {
                    return Err(CacheSpecError::NoDurationHere(known.name));
                }
                _ => options.push((life_option(name), life)),
            }
        }
        for part in parts {
            let is_flag = || policy(name).is_some_and(|known| known.has_flag(part));
            let option = part.split_once('=').or_else(|| is_flag().then_some((part, YES)));
            options.push(option.ok_or_else(|| CacheSpecError::NoValue(cut(part)))?);
        }
        Self::from_parts(name, &options)
    }
}

impl FromStr for CacheSpec {
    type Err = CacheSpecError;

    /// Reads a policy; there is no label in this form.
    fn from_str(text: &str) -> Result<Self, CacheSpecError> {
        text.parse::<PolicySpec>().map(Self::from)
    }
}
