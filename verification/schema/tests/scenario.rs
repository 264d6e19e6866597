//! The JSON Schema and the decoder agree: over good files, and over thousands of mutations of them.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use rolesim::metrics::{Metric, Unit};
use rolesim::scenario::{Node, NodeKind, Question, Recorded, SCHEMA, decode, parse};
use serde_json::{Map, Value as Json, json};

/// A day that uses every part of the language.
const FULL_YAML: &str = include_str!("../../../src/scenario/tests/full.yaml");

/// The end of the recorded day that scenarios name here: 03:00 of its second day.
const RECORDED_END_US: u64 = 27 * 3_600_000_000;

/// What a schema cannot say, by words of the decoder's messages: values that must fit each other or something
/// outside, and how a number is written.
const BEYOND_A_SCHEMA: &[&str] = &[
    // Times, durations and numbers that must fit each other.
    "past the clock's end",
    "before the clock's start",
    "outside the clock",
    "the clock ends at",
    "the clock runs too long",
    "after the window's start",
    "makes repetitions come after the day's end",
    "is shorter than the first",
    "is smaller than `min`",
    "must be longer than 0s",
    "ends before it begins",
    "is finer than a microsecond",
    "is too large",
    " plain whole number",
    // Percentages and weights.
    " share, found ",
    "the shares add up to",
    "weights of zero",
    "all weights within `between` are zero",
    // The day's sum and its limits.
    "to generate",
    "leaves",
    "the run would need",
    "would ask about",
    // Names that must be known, or not known yet.
    "role of this scenario",
    "replica of this scenario",
    "no cache is called",
    "cache of this scenario",
    "two caches are called",
    "is given twice",
    "needs a duration",
    "takes no duration",
    "has no value; write it behind",
    "has no option",
    "makes no sense together with",
    "no such mailbox is defined",
    "is not the mailbox's creator",
    "the user has a row in the database by then",
    "names a user a second time",
    "names a mailbox a second time",
    "gives one `name` to several users",
    "nobody whose role",
    "there is only one role",
    // The recorded day.
    "has an extension that names no format",
    "has no meaning for `format:",
    "two columns are called",
    " time zone",
    "both columns are called",
    // Tolerances that do not fit their metric.
    "tolerance of this metric",
    "has percentage points",
    "is too fine",
    "as a duration",
    "has a tolerance already",
];

fn validator() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

/// The tree as JSON, with the types that YAML gives to plain scalars.
fn as_json(node: &Node) -> Json {
    match &node.kind {
        NodeKind::Scalar { text, quoted: false } => match serde_json::from_str::<Json>(text) {
            Ok(plain @ (Json::Number(_) | Json::Bool(_))) => plain,
            _ => Json::String(text.clone()),
        },
        NodeKind::Scalar { text, quoted: true } => Json::String(text.clone()),
        NodeKind::List(items) => items.iter().map(as_json).collect(),
        NodeKind::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.value))).collect()
        }
    }
}

/// Every whole scenario that the repository ships or shows.
fn good() -> Vec<(String, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files: Vec<_> = ["scenarios", "src/cli/starters"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.display().to_string().ends_with(".accepted.json"))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json" || extension == "yaml"))
        .collect();
    files.sort();
    let texts = files.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap()));
    let full = [("full.yaml".to_owned(), FULL_YAML.as_bytes().to_vec())];
    texts.chain(full).map(|(name, text)| (name.clone(), as_json(&parse(&text, &name).unwrap()))).collect()
}

/// The decoder's faults; `None` if it takes the scenario.
fn refused(scenario: &Json) -> Option<String> {
    let mut probe =
        |question: Question<'_>| Ok(Recorded { end_us: if question.end { RECORDED_END_US } else { 0 } });
    let node = parse(scenario.to_string().as_bytes(), "day.json");
    node.and_then(|node| decode(&node, "day.json", &mut probe)).err().map(|faults| faults.to_string())
}

/// What schema and decoder disagree about, where it is more than a schema can say.
fn disagreement(schema: &jsonschema::Validator, scenario: &Json, what: &str) -> Option<String> {
    match (schema.validate(scenario), refused(scenario)) {
        (Err(error), None) => Some(format!("{what}: only the schema refuses it: {error}")),
        (Ok(()), Some(faults)) => {
            let beyond = |line: &str| BEYOND_A_SCHEMA.iter().any(|words| line.contains(words));
            let known = faults.lines().all(|line| beyond(line) || line.starts_with("and "));
            (!known).then(|| format!("{what}: only the decoder refuses it:\n{faults}"))
        }
        _ => None,
    }
}

#[test]
fn every_scenario_of_the_repository_passes_both() {
    let schema = validator();
    let all = good();
    assert!(all.len() >= 20, "only {} scenarios were found", all.len());
    for (name, scenario) in all {
        let wrong: Vec<String> = schema.iter_errors(&scenario).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        assert_eq!(refused(&scenario), None, "{name}");
    }
}

/// The paths of all values inside a value, itself excluded.
fn paths(value: &Json, here: &str, out: &mut Vec<String>) {
    let mut visit = |name: String, inner: &Json| {
        let path = format!("{here}/{}", name.replace('~', "~0").replace('/', "~1"));
        out.push(path.clone());
        paths(inner, &path, out);
    };
    match value {
        Json::Object(entries) => entries.iter().for_each(|(key, inner)| visit(key.clone(), inner)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| visit(index.to_string(), inner))
        }
        _ => {}
    }
}

fn without(scenario: &Json, path: &str) -> Json {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let mut changed = scenario.clone();
    match changed.pointer_mut(parent).unwrap() {
        Json::Object(entries) => drop(entries.remove(name)),
        Json::Array(items) => drop(items.remove(name.parse().unwrap())),
        _ => {}
    }
    changed
}

fn with(scenario: &Json, path: &str, value: Json) -> Json {
    let mut changed = scenario.clone();
    *changed.pointer_mut(path).unwrap() = value;
    changed
}

fn values() -> Vec<Json> {
    vec![
        Json::Null,
        json!(true),
        json!(0),
        json!(5),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("5"),
        json!("5m"),
        json!("5 minutes"),
        json!("1h 30m"),
        json!("-5m"),
        json!("09:30"),
        json!("9:30"),
        json!("25:00"),
        json!("10 %"),
        json!("1..=3"),
        json!("1..3"),
        json!("ttl:5m"),
        json!("ttl:5m+guard=none"),
        json!("all"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"x": 1}),
    ]
}

/// And about every key that is added.
#[test]
fn both_agree_about_every_value_replaced_or_left_out() {
    let schema = validator();
    let (mut tried, mut disagreements) = (0, Vec::new());
    let mut agree = |scenario: &Json, what: String| {
        tried += 1;
        disagreements.extend(disagreement(&schema, scenario, &what));
    };
    for (name, scenario) in good().into_iter().filter(|(name, _)| !name.contains("day.json")) {
        let mut all = vec![];
        paths(&scenario, "", &mut all);
        for path in &all {
            agree(&without(&scenario, path), format!("{name} without {path}"));
            for value in values() {
                agree(&with(&scenario, path, value.clone()), format!("{name}: {path} = {value}"));
            }
            if scenario.pointer(path).is_some_and(Json::is_object) {
                let mut more = scenario.clone();
                more.pointer_mut(path).unwrap().as_object_mut().unwrap().insert("xyzzy".into(), json!(1));
                agree(&more, format!("{name}: another key in {path}"));
            }
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements[..disagreements.len().min(20)].join("\n"));
    assert!(tried > 10_000, "only {tried} mutations were tried");
}

/// Each case is a fragment of a scenario that both refuse.
#[test]
fn structural_faults_are_refused_by_both() {
    let schema = validator();
    for fragment in [
        json!([]),
        json!({"sed": 4}),
        json!({"version": 2}),
        json!({"seed": "4"}),
        json!({"seed": -1}),
        json!({"clock": {"start": 8}}),
        json!({"roles": []}),
        json!({"script": [{"at": "09:00"}]}),
        json!({"script": [{"request": 1}]}),
        json!({"script": [{"at": "09:00", "request": 1, "clear": "all"}]}),
        json!({"script": [{"at": "09:00", "request": 1, "every": "1m"}]}),
        json!({"script": [{"at": "09:00", "request": 1, "count": 2, "every": "1m", "over": "1h"}]}),
        json!({"script": [{"at": "09:00", "request": 1, "name": "x"}]}),
        json!({"script": [{"at": "09:00", "add_admin": 1, "count": 2}]}),
        json!({"script": [{"at": "09:00", "add_admin": 1, "update": "fails", "event": "lost"}]}),
        json!({"script": [{"at": "09:00", "add_admin": "1..=3"}]}),
        json!({"script": [{"at": "09:00", "clear": "everything"}]}),
        json!({"script": [{"at": "09:00", "invalidate": 1, "replica": 0}]}),
        json!({"script": [{"at": 9, "request": 1}]}),
        json!({"script": {"at": "09:00", "request": 1}}),
        json!({"faults": [{"from": "09:00", "to": "10:00"}]}),
        json!({"faults": [{"from": "09:00", "to": "10:00", "database": "down", "update": "fails"}]}),
        json!({"faults": [{"from": "09:00", "to": "10:00", "database": "slow"}]}),
        json!({"database": {"read_latency": 5}}),
        json!({"database": {"read_latency": {"exponential": "1s", "uniform": ["1s", "2s"]}}}),
        json!({"database": {"users": [{"id": 1, "ids": [2], "role": "user"}]}}),
        json!({"cache": "ttl"}),
        json!({"cache": "ttl:5"}),
        json!({"cache": "ttl+sweep=1m"}),
        json!({"cache": "none+ttl=5m"}),
        json!({"cache": "event:5m"}),
        json!({"cache": {"kind": "ttl"}}),
        json!({"cache": {"kind": "event", "guard": "locks"}}),
        json!({"cache": {"kind": "ttl", "ttl": "5m", "guard": "none"}}),
        json!({"cache": {"kind": "event", "capacity": 0}}),
        json!({"expect": [{"metric": "hits"}]}),
        json!({"expect": [{"metric": "hit", "min": 1}]}),
        json!({"expect": [{"metric": "hits", "within": 1, "min": 1}]}),
        json!({"expect": [{"metric": "hits", "min": "5m"}]}),
        json!({"expect": [{"metric": "hit_ratio", "min": 2}]}),
        json!({"expect": [{"metric": "window_us.max", "max": 5}]}),
        json!({"expect": [{"metric": "hits", "min": 1, "level": "fatal"}]}),
        json!({"traffic": {}}),
        json!({"traffic": {"requests": 1, "shape": [1, 2]}}),
        json!({"traffic": {"requests": 1, "sessions": {"requests": 3}}}),
        json!({"population": {"active": {}}}),
        json!({"population": {"active": {"count": 1, "activity": {"zipf": 1, "lognormal": 1}}}}),
        json!({"role_changes": {"grants": 0.5}}),
        json!({"trace": {"unit": "s"}}),
        json!({"trace": {"file": "a.csv", "unit": "minutes"}}),
    ] {
        assert!(!schema.is_valid(&fragment), "the schema takes {fragment}");
        assert!(refused(&fragment).is_some(), "the decoder takes {fragment}");
    }
}

/// Subsets of the full scenario: every one of its optional parts is there or not, by a plain generator.
#[test]
fn both_agree_about_scenarios_made_of_random_parts() {
    fn thinned(value: &Json, dice: &mut impl FnMut() -> bool) -> Json {
        match value {
            Json::Object(entries) => {
                let kept: Vec<_> = entries.iter().filter(|_| dice()).collect();
                kept.into_iter()
                    .map(|(key, value)| (key.clone(), thinned(value, dice)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            Json::Array(items) => {
                let kept: Vec<_> = items.iter().filter(|_| dice()).collect();
                kept.into_iter().map(|value| thinned(value, dice)).collect()
            }
            other => other.clone(),
        }
    }
    let schema = validator();
    let full = as_json(&parse(FULL_YAML.as_bytes(), "full.yaml").unwrap());
    let mut state = 1u64;
    // Nearly all parts stay, so that many of the scenarios are good.
    let mut dice = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        !(state >> 33).is_multiple_of(60)
    };
    let mut taken = 0;
    for round in 0..3_000 {
        let scenario = thinned(&full, &mut dice);
        assert_eq!(disagreement(&schema, &scenario, &format!("round {round}")), None, "{scenario:#}");
        taken += u32::from(refused(&scenario).is_none());
    }
    assert!(taken > 100, "only {taken} of the scenarios were good");
}

#[test]
fn the_schema_knows_every_metric_by_its_unit() {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap();
    for (list, unit) in
        [("metricCount", Unit::Count), ("metricShare", Unit::Ratio), ("metricTime", Unit::Micros)]
    {
        let mut known: Vec<String> = Metric::ALL
            .iter()
            .filter(|metric| metric.unit() == unit)
            .flat_map(|metric| [metric.name().into_owned(), metric.csv_name()])
            .collect();
        let mut listed: Vec<String> = serde_json::from_value(schema["$defs"][list]["enum"].clone()).unwrap();
        known.sort();
        known.dedup();
        listed.sort();
        assert_eq!(listed, known, "{list}");
    }
}
