//! The figures of a saved report, read again. Unknown names are kept apart, so that a newer report is still understood.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::metrics::{FRESH_WITHIN, Measured, Metric, Unit, Value};
use crate::model::Span;

/// A fingerprint of 16 hexadecimal digits.
pub(super) struct Fingerprint(pub(super) u64);

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u64::from_str_radix(&text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or_else(|| de::Error::custom("a `fingerprint` has 16 hexadecimal digits"))
    }
}

/// The values of metrics, gathered as in a report.
pub(super) struct Metrics {
    /// What is absent is undefined here.
    pub(super) measured: Measured,
    /// Metrics that have no value, not even `null`.
    pub(super) absent: Vec<Metric>,
    /// Names that no metric has; the first [`UNKNOWN_MOST`] of them.
    pub(super) unknown: BTreeSet<String>,
}

/// Unknown names that are kept: a rolesim that knows more metrics than these is another one.
const UNKNOWN_MOST: usize = 100;

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut values, mut unknown) = (BTreeMap::new(), BTreeSet::new());
        deserializer.deserialize_map(Group { prefix: "", values: &mut values, unknown: &mut unknown })?;
        let absent = Metric::ALL.iter().copied().filter(|metric| !values.contains_key(metric)).collect();
        let span = |metric: &Metric| match metric {
            Metric::FreshWithin(span) => Some(*span),
            _ => None,
        };
        let spans: Vec<Span> = values.keys().filter_map(span).collect();
        let value = |metric| values.get(&metric).copied().unwrap_or(Value::Undefined);
        let measured = Measured::collect(&spans, value);
        Ok(Self { measured, absent, unknown })
    }
}

/// Metrics whose names begin alike, or all of them.
struct Group<'a> {
    prefix: &'a str,
    values: &'a mut BTreeMap<Metric, Value>,
    unknown: &'a mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("metrics by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let name = format!("{}{key}", self.prefix);
            let inside = format!("{name}.");
            if let Some(metric) = Metric::find(&name).filter(|metric| metric.name() == name) {
                let value = map.next_value_seed(Cell(metric))?;
                if self.values.insert(metric, value).is_some() {
                    return Err(de::Error::custom(format!("the metric `{metric}` is given twice")));
                }
            } else if name == FRESH_WITHIN || Metric::NAMES.iter().any(|name| name.starts_with(&inside)) {
                let (values, unknown) = (&mut *self.values, &mut *self.unknown);
                map.next_value_seed(Group { prefix: &inside, values, unknown })?;
            } else {
                map.next_value::<IgnoredAny>()?;
                if self.unknown.len() < UNKNOWN_MOST {
                    self.unknown.insert(name);
                }
            }
        }
        Ok(())
    }
}

/// The value of one metric.
struct Cell(Metric);

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Self(metric) = self;
        let wrong = |what: &str| de::Error::custom(format!("metric `{metric}`: expected {what}"));
        match metric.unit() {
            Unit::Count => match Option::<u64>::deserialize(deserializer) {
                Ok(Some(count)) => Ok(Value::Count(count)),
                _ => Err(wrong("a whole number, 0 or more")),
            },
            Unit::Micros => match Option::<u128>::deserialize(deserializer) {
                Ok(time) => Ok(time.map_or(Value::Undefined, Value::Micros)),
                Err(_) => Err(wrong("a whole number of microseconds")),
            },
            Unit::Ratio => match Option::<f64>::deserialize(deserializer) {
                Ok(Some(share)) if !(0.0..=1.0).contains(&share) => Err(wrong("a share from 0 to 1")),
                Ok(share) => Ok(share.map_or(Value::Undefined, Value::Ratio)),
                Err(_) => Err(wrong("a number")),
            },
        }
    }
}
