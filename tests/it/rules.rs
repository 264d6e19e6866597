//! The rules of a day, one by one: a row names a rule, the smallest day that shows it, and what must be measured
//! there, worked out by hand. The engine and the plain simulator both have to measure that.

mod caches;
mod guards;
mod measures;
mod order;
mod serving;
mod system;

use rolesim::metrics::{Metric, Unit, Value};
use rolesim::model::Micros;
use rolesim::policy::PolicySpec;

use crate::day::{decoded, outcome};
use crate::differential::expected;
use crate::naive;

struct Rule {
    /// The sentence that the row holds the simulators to.
    rule: &'static str,
    /// The scenario without its outer braces.
    day: &'static str,
    cache: &'static str,
    /// Metrics with their values, as in `loads=2 latency_us.max=10m`.
    measures: &'static str,
}

impl Rule {
    /// What the engine or the plain simulator measures otherwise.
    fn differences(&self) -> Vec<String> {
        let Self { rule, day, cache, measures } = self;
        let scenario = decoded(&format!("{{{day}}}"), "rule.yaml");
        let policy: PolicySpec = cache.parse().unwrap();
        let engine = outcome(&scenario, &[cache]).remove(0).total;
        let plain = naive::simulate(&scenario.day, &scenario.system, &policy).counts;
        let mut differences = Vec::new();
        for (metric, right) in measures.split_whitespace().map(value) {
            for (who, found) in
                [("engine", engine.get(metric)), ("plain simulator", expected(&plain, metric))]
            {
                if found != right {
                    let found = format!("{metric} is {found:?} by the {who}, not {right:?}");
                    differences.push(format!("{rule}\n  with {cache}: {found}\n  {day}"));
                }
            }
        }
        differences
    }
}

/// Reads `metric=value`.
fn value(text: &str) -> (Metric, Value) {
    let (name, value) = text.split_once('=').unwrap();
    let metric = Metric::find(name).unwrap_or_else(|| panic!("no metric {name}"));
    let value = match metric.unit() {
        Unit::Micros => Value::Micros(value.parse::<Micros>().unwrap().0.into()),
        Unit::Count => Value::Count(value.parse().unwrap()),
        Unit::Ratio => panic!("{name} is better held to by the counts that it is made of"),
    };
    (metric, value)
}

/// Holds every row, and shows all that fail.
#[track_caller]
fn check(rules: &[Rule]) {
    let differences: Vec<_> = rules.iter().flat_map(Rule::differences).collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
