//! Names and values of a saved report, read back.

use serde_json::Value as Json;

use crate::gate::Verdict;
use crate::metrics::{Metric, Unit, Value};

pub(super) fn metric(name: &str) -> Result<Metric, String> {
    Metric::find(name).ok_or_else(|| format!("`{}` is not a metric", crate::model::escape_cut(name, 80)))
}

pub(super) fn verdict_of(name: &str) -> Result<Verdict, String> {
    match name {
        "pass" => Ok(Verdict::Pass),
        "fail" => Ok(Verdict::Fail),
        "undefined" => Ok(Verdict::Undefined),
        other => Err(format!("`{}` is not a verdict", crate::model::escape_cut(other, 80))),
    }
}

/// A value in the metric's unit; undefined if it is `null`.
pub(super) fn value(metric: Metric, json: &Json) -> Result<Value, String> {
    let found = match (metric.unit(), json) {
        (_, Json::Null) => Some(Value::Undefined),
        (Unit::Count, json) => json.as_u64().map(Value::Count),
        (Unit::Ratio, json) => json.as_f64().map(Value::Ratio),
        (Unit::Micros, json) => json.as_u64().map(|us| Value::Micros(us.into())),
    };
    found.ok_or_else(|| format!("metric `{metric}`: a value is not of its unit"))
}
