//! What `--vary PATH=VALUES` means: a field and the values that it takes one after the other.
//!
//! Values stand behind commas, and a range stands for many: `30s..=1h*2` doubles, `0..=0.1+0.01` adds. Ranges are of
//! numbers and durations and are reckoned in whole billionths, so that the same text means the same values
//! everywhere. It does not know what the field makes of a value.

use super::fault::{Fault, FaultKind};
use super::node::Place;
use super::patch::path_parts;
use crate::model::{Micros, shown};

/// A field that takes several values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary {
    /// The field's path, dotted.
    pub path: String,
    /// What it is set to, as `--set` reads it; at least one, none twice.
    pub values: Vec<String>,
}

/// One field takes at most this many values.
pub const VALUES_MOST: usize = 10_000;

/// Reads `PATH=VALUES`.
///
/// # Errors
/// When there is no `=`, no value, a value twice, a range that is none or never ends, or too many values.
pub fn vary(text: &str) -> Result<Vary, Fault> {
    let place = Place::Option(format!("--vary {text}").into());
    let Some((path, values)) = text.split_once('=') else {
        let message =
            "no values are given; write PATH=A,B,C or PATH=FROM..=TO*FACTOR, as in cache.ttl=30s..=1h*2";
        return Err(Fault::new(place, "", message));
    };
    let path = path.trim();
    path_parts(path, &place)?;
    let fault = |(kind, message): (FaultKind, String)| Fault::new(place.clone(), path, message).of_kind(kind);
    let mut all: Vec<String> = Vec::new();
    for part in split(values) {
        let part = part.trim();
        if part.is_empty() {
            return Err(fault(wrong("a value is empty; write values apart by commas, as in 30s,1m,5m")));
        }
        let new = match part.split_once("..=") {
            Some((from, rest)) if !part.starts_with(['"', '\'', '{', '[']) => {
                range(from, rest).map_err(fault)?
            }
            _ => vec![part.to_owned()],
        };
        all.extend(new);
        if all.len() > VALUES_MOST {
            return Err(fault(too_many(all.len())));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = all.iter().find(|value| !seen.insert(value.as_str())) {
        return Err(fault(wrong(format!("the value {} is given twice", shown(twice)))));
    }
    Ok(Vary { path: path.to_owned(), values: all })
}

/// Why a range is none.
type Refused = (FaultKind, String);

fn wrong(message: impl Into<String>) -> Refused {
    (FaultKind::Content, message.into())
}

fn too_many(count: impl std::fmt::Display) -> Refused {
    (FaultKind::Limit, format!("these are {count} values; at most {VALUES_MOST} can be tried"))
}

/// The parts between commas that stand in no quotes, brackets or braces.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Billionths of a number, or of a microsecond.
const ONE: u128 = 1_000_000_000;

/// What a range counts in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Numbers without a fraction: between them there are none.
    Whole,
    Decimal,
    Duration,
}

/// A number or a duration in billionths.
fn quantity(text: &str) -> Option<(u128, Kind)> {
    let text = text.trim();
    if let Some(number) = decimal(text) {
        return Some((number, if text.contains('.') { Kind::Decimal } else { Kind::Whole }));
    }
    let Micros(us) = text.parse().ok()?;
    Some((u128::from(us) * ONE, Kind::Duration))
}

/// A decimal number in billionths.
fn decimal(text: &str) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let whole = u128::from(whole.parse::<u64>().ok()?);
    Some(whole * ONE + format!("{fraction:0<9}").parse::<u128>().ok()?)
}

/// The values of `FROM..=TO*FACTOR` and `FROM..=TO+STEP`, `TO` among them where it is met.
fn range(from: &str, rest: &str) -> Result<Vec<String>, Refused> {
    let Some(at) = rest.rfind(['*', '+']) else {
        return Err(wrong(
            "the range has no step; write FROM..=TO+STEP or FROM..=TO*FACTOR, or in quotes what is a set of ids",
        ));
    };
    let (to, step) = (&rest[..at], rest[at + 1..].trim());
    let read = |text: &str| {
        let right = "a range is of numbers or durations, as in 1..=10+1 or 30s..=1h*2; a cache is varied by its \
                     fields, as in cache.ttl";
        quantity(text).ok_or_else(|| wrong(format!("{} is not the end of a range; {right}", shown(text))))
    };
    let ((from, from_kind), (to, to_kind)) = (read(from)?, read(to)?);
    let kind = match (from_kind, to_kind) {
        (Kind::Duration, Kind::Duration) => Kind::Duration,
        (Kind::Duration, _) | (_, Kind::Duration) => {
            return Err(wrong("one end of the range is a duration and the other a number"));
        }
        (Kind::Whole, Kind::Whole) => Kind::Whole,
        _ => Kind::Decimal,
    };
    if from > to {
        return Err(wrong("the range ends before it begins"));
    }
    if rest[at..].starts_with('+') { added(from, to, step, kind) } else { multiplied(from, to, step, kind) }
}

fn added(from: u128, to: u128, step: &str, kind: Kind) -> Result<Vec<String>, Refused> {
    let alike = |(_, other): &(u128, Kind)| (*other == Kind::Duration) == (kind == Kind::Duration);
    let Some((step, step_kind)) = quantity(step).filter(alike).filter(|(step, _)| *step > 0) else {
        let right = if kind == Kind::Duration { "a duration above 0s" } else { "a number above 0" };
        return Err(wrong(format!("the step cannot be {}; write {right}", shown(step))));
    };
    let kind = if kind == Kind::Whole { step_kind } else { kind };
    let count = (to - from) / step + 1;
    if count > VALUES_MOST as u128 {
        return Err(too_many(count));
    }
    Ok((0..count).map(|index| text(from + index * step, kind)).collect())
}

fn multiplied(from: u128, to: u128, factor: &str, kind: Kind) -> Result<Vec<String>, Refused> {
    let Some(factor) = decimal(factor).filter(|factor| *factor > ONE) else {
        return Err(wrong(format!("the factor cannot be {}; write a number above 1", shown(factor))));
    };
    if from == 0 {
        return Err(wrong("0 stays 0 whatever it is multiplied by; begin the range above 0"));
    }
    let mut values: Vec<String> = Vec::new();
    let (mut value, mut steps) = (from, 0);
    while value <= to {
        let text = text(value, kind);
        // Whole numbers and microseconds may grow by less than one.
        if values.last() != Some(&text) {
            values.push(text);
        }
        steps += 1;
        if values.len() > VALUES_MOST || steps > 100 * VALUES_MOST {
            return Err(too_many(format!("more than {VALUES_MOST}")));
        }
        // What does not fit is beyond the end.
        let Some(product) = value.checked_mul(factor) else { break };
        value = (product / ONE).max(value + 1);
    }
    Ok(values)
}

/// A quantity as `--set` reads it, rounded to what its kind has.
fn text(value: u128, kind: Kind) -> String {
    let rounded = (value + ONE / 2) / ONE;
    match kind {
        Kind::Whole => rounded.to_string(),
        // Both ends fit into 64 bits, so all between them do.
        Kind::Duration => Micros(u64::try_from(rounded).unwrap_or(u64::MAX)).compact(),
        Kind::Decimal => {
            let fraction = format!("{:09}", value % ONE);
            match fraction.trim_end_matches('0') {
                "" => (value / ONE).to_string(),
                fraction => format!("{}.{fraction}", value / ONE),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_are_written_out() {
        for (text, path, values) in [
            ("cache.ttl=30s,1m,5m", "cache.ttl", "30s 1m 5m"),
            ("cache=event,ttl:5m+sweep=1m", "cache", "event ttl:5m+sweep=1m"),
            ("cache={kind: ttl, ttl: 5m},\"none\"", "cache", "{kind: ttl, ttl: 5m} \"none\""),
            (" cache.ttl =30s..=1h*2", "cache.ttl", "30s 1m 2m 4m 8m 16m 32m"),
            ("cache.ttl=15m..=1h*2", "cache.ttl", "15m 30m 1h"),
            ("cache.ttl=30s..=2m+30s", "cache.ttl", "30s 1m 1m30s 2m"),
            ("cache.ttl=1s,5s..=10s+5s,1h", "cache.ttl", "1s 5s 10s 1h"),
            ("traffic.requests=10..=100*1.5", "traffic.requests", "10 15 23 34 51 76"),
            ("seed=1..=4*1.2", "seed", "1 2 3 4"),
            ("seed=7..=7+1", "seed", "7"),
            ("channel.loss=0..=0.03+0.01", "channel.loss", "0 0.01 0.02 0.03"),
            ("channel.loss=0.001..=0.1*10", "channel.loss", "0.001 0.01 0.1"),
            ("x=0..=1+0.25", "x", "0 0.25 0.5 0.75 1"),
            ("x=1us..=3us*1.5", "x", "1us 2us"),
            ("x=18446744073709551615..=18446744073709551615*2", "x", "18446744073709551615"),
            ("script.0.request=\"1000..=1049\"", "script.0.request", "\"1000..=1049\""),
        ] {
            let varied = vary(text).unwrap();
            assert_eq!((varied.path.as_str(), varied.values.join(" ").as_str()), (path, values), "{text}");
        }
    }

    #[test]
    fn what_is_no_list_and_no_range_is_told_why() {
        for (text, message) in [
            ("cache.ttl", "no values are given"),
            ("cache.ttl=", "a value is empty"),
            ("cache.ttl=1s,,2s", "a value is empty"),
            ("cache.ttl=1s,2s,1s", "the value `1s` is given twice"),
            ("cache.ttl=1s..=2s*2,2s", "the value `2s` is given twice"),
            ("x=1..=5", "the range has no step"),
            ("x=5..=1+1", "the range ends before it begins"),
            ("x=1..=5+0", "the step cannot be `0`; write a number above 0"),
            ("x=1s..=5s+1", "the step cannot be `1`; write a duration above 0s"),
            ("x=1..=5*1", "the factor cannot be `1`; write a number above 1"),
            ("x=1..=5*-2", "the factor cannot be `-2`"),
            ("x=1..=5*2s", "the factor cannot be `2s`"),
            ("x=0s..=5s*2", "0 stays 0"),
            ("x=1..=5s*2", "one end of the range is a duration"),
            ("x=-1..=5+1", "`-1` is not the end of a range"),
            ("x=0.1234567891..=5+1", "`0.1234567891` is not the end of a range"),
            ("cache=ttl:1s..=ttl:1h*2", "`ttl:1s` is not the end of a range"),
            ("x=..=5+1", "`` is not the end of a range"),
            ("x=1..=5..=9+1", "`5..=9` is not the end of a range"),
        ] {
            let fault = vary(text).unwrap_err();
            assert!(fault.message.contains(message), "{text}: {}", fault.message);
            assert_eq!(fault.kind, FaultKind::Content);
        }
    }

    #[test]
    fn too_many_values_are_a_limit_that_is_told_with_the_number() {
        for (text, message) in [
            ("seed=0..=10000+1", "these are 10001 values; at most 10000"),
            ("seed=0..=18446744073709551615+1", "these are 18446744073709551616 values"),
            ("x=1us..=1d+1us", "these are 86400000000 values"),
            ("x=1.0..=2.0*1.000000001", "these are more than 10000 values"),
            ("x=1..=3*1.000000001", "these are more than 10000 values"),
        ] {
            let fault = vary(text).unwrap_err();
            assert!(fault.message.contains(message), "{text}: {}", fault.message);
            assert_eq!(fault.kind, FaultKind::Limit);
        }
    }
}
