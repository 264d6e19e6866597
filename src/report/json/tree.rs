//! A JSON tree whose whole numbers have 128 bits: `serde_json`'s own values hold 64.
//!
//! It is written and never read. Keys stand in the order in which they were put in.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::gate::Verdict;
use crate::metrics::Value;

/// A value of JSON.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) enum Json {
    Null,
    Bool(bool),
    Whole(u128),
    /// A whole number below 0, by its size.
    Minus(u128),
    /// Not a number and infinity are written as `null`.
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    /// The text, indented, without a line end.
    pub(in crate::report) fn indented(&self) -> String {
        // Writing to memory fails for keys that are no texts alone, and these are texts.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The text in one line.
    pub(in crate::report) fn compact(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Takes every list of single runs out.
    pub(in crate::report) fn without_runs(&mut self) {
        match self {
            Self::Object(entries) => {
                entries.retain(|(key, value)| key != "runs" || !matches!(value, Self::List(_)));
                entries.iter_mut().for_each(|(_, value)| value.without_runs());
            }
            Self::List(items) => items.iter_mut().for_each(Self::without_runs),
            _ => {}
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Whole(number) => serializer.serialize_u128(*number),
            Self::Minus(size) => serializer.serialize_i128(0i128.saturating_sub_unsigned(*size)),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

macro_rules! from {
    ($($source:ty: $value:ident => $json:expr;)*) => {
        $(impl From<$source> for Json {
            fn from($value: $source) -> Self {
                $json
            }
        })*
    };
}

from! {
    bool: value => Self::Bool(value);
    u64: number => Self::Whole(number.into());
    u128: number => Self::Whole(number);
    usize: number => Self::Whole(number as u128);
    f64: number => Self::Float(number);
    &str: text => Self::Text(text.to_owned());
    String: text => Self::Text(text);
    &[String]: texts => texts.iter().map(|text| Self::Text(text.clone())).collect();
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl FromIterator<Self> for Json {
    fn from_iter<I: IntoIterator<Item = Self>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}

pub(in crate::report) fn object<const N: usize>(entries: [(&str, Json); N]) -> Json {
    some(entries.map(Some))
}

/// An object of those entries that there are.
pub(in crate::report) fn some<'a>(entries: impl IntoIterator<Item = Option<(&'a str, Json)>>) -> Json {
    Json::Object(entries.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A number in its own unit; null where there is none.
pub(super) fn number(value: Option<Value>) -> Json {
    match value {
        Some(Value::Ratio(share)) => share.into(),
        value => value.and_then(Value::whole).into(),
    }
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Undefined => "undefined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_can_hold_reads_as_serde_json_writes_it() {
        use serde_json::json;
        for (own, theirs) in [
            (Json::Null, json!(null)),
            (true.into(), json!(true)),
            (u64::MAX.into(), json!(u64::MAX)),
            (Json::Minus(7), json!(-7)),
            (0.895.into(), json!(0.895)),
            (1e300.into(), json!(1e300)),
            (f64::NAN.into(), json!(f64::NAN)),
            ("a \"\n\u{1b}".into(), json!("a \"\n\u{1b}")),
            (Json::List(Vec::new()), json!([])),
            (Json::Object(Vec::new()), json!({})),
            (None::<u64>.into(), json!(null)),
            ([1u64, 2].map(Json::from).into_iter().collect(), json!([1, 2])),
            (
                Json::Object(vec![("b".to_owned(), 1u64.into()), ("a".to_owned(), Json::Null)]),
                json!({"b": 1, "a": null}),
            ),
        ] {
            assert_eq!(own.indented(), format!("{theirs:#}"));
        }
    }

    #[test]
    fn whole_numbers_beyond_64_bits_are_exact() {
        let sum = 70_000 * u128::from(u64::MAX);
        assert_eq!(Json::from(sum).indented(), "1291272085159668613050000");
        assert_eq!(Json::Minus(sum).indented(), "-1291272085159668613050000");
    }
}
