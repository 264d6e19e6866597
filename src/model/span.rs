//! A span of time that a scenario names: what a service promises its users.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

use super::{Micros, TimeError};

/// How long a text is kept as it was written; a longer one takes its normal form.
const TEXT_MOST: usize = 16;

/// A span, called as the scenario writes it: `60s` stays `60s`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Span {
    us: u64,
    text: ArrayString<TEXT_MOST>,
}

impl Span {
    /// Its length in microseconds.
    #[must_use]
    pub fn us(self) -> u64 {
        self.us
    }
}

/// The span that is reported where a scenario names none: a minute.
impl Default for Span {
    fn default() -> Self {
        let text = ArrayString::from("60s").unwrap_or_default();
        Self { us: 60_000_000, text }
    }
}

impl FromStr for Span {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        let length: Micros = text.parse()?;
        let normal = length.compact();
        let text = ArrayString::from(text).or_else(|_| ArrayString::from(&normal));
        Ok(Self { us: length.0, text: text.unwrap_or_default() })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Two spans are the same if they are equally long, however they are written.
impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        self.us == other.us
    }
}

impl Eq for Span {}

impl PartialOrd for Span {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Span {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.us.cmp(&other.us)
    }
}

impl std::hash::Hash for Span {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.us.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_called_as_it_is_written_and_equals_its_like() {
        let (seconds, minute): (Span, Span) = ("60s".parse().unwrap(), " 1m ".parse().unwrap());
        assert_eq!((seconds.to_string(), minute.to_string()), ("60s".to_owned(), "1m".to_owned()));
        assert_eq!(seconds, minute);
        assert_eq!(seconds, Span::default());
        let long: Span = "0h 0m 3600s 0ms 0us 0s 0s".parse().unwrap_or_default();
        assert!(long.to_string().len() <= TEXT_MOST);
        assert!("soon".parse::<Span>().is_err());
    }
}
