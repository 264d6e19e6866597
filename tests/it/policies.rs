//! What the documentation and the schema say of cache policies is what their descriptors say.
//!
//! With `ROLESIM_WRITE_DOCS=1` the generated parts are written; otherwise a difference fails.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, fs};

use rolesim::policy::{
    CacheSpec, Life, OptionDefault, OptionKind, OptionSpec, POLICIES, PolicyDescriptor, PolicySpec,
    Requirement,
};
use serde_json::{Value as Json, json};

const DURATION: &str = r"\s*([0-9]+(\.[0-9]+)?\s*(us|ms|s|m|h|d)\s*)+";

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(file)
}

/// Tests write different parts of one page, and run at the same time.
static PAGES: Mutex<()> = Mutex::new(());

/// The page with what stands between two lines replaced; it has to be that already unless it is to be written.
fn hold(file: &str, from: &str, to: &str, generated: &str) {
    // A part that differs fails its own test alone.
    let _alone = PAGES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let page = fs::read_to_string(docs(file)).unwrap();
    let start = page.find(from).unwrap_or_else(|| panic!("{file} has no line `{from}`")) + from.len();
    let end = start + page[start..].find(to).unwrap_or_else(|| panic!("{file} has no end of `{from}`"));
    if env::var_os("ROLESIM_WRITE_DOCS").is_some() {
        fs::write(docs(file), format!("{}{generated}{}", &page[..start], &page[end..])).unwrap();
    } else {
        assert_eq!(&page[start..end], generated, "{file} differs; write it with ROLESIM_WRITE_DOCS=1");
    }
}

/// The first letter as a capital, and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// Values as a regular expression.
fn pattern(kind: &OptionKind) -> String {
    match kind {
        OptionKind::Duration | OptionKind::PositiveDuration => DURATION.to_owned(),
        OptionKind::Share => r"0(\.[0-9]{1,6}0*)?".to_owned(),
        OptionKind::Count => "0*[1-9][0-9]*".to_owned(),
        OptionKind::Flag => "(yes|no|true|false)".to_owned(),
        OptionKind::Word(words) => {
            format!("({})", words.iter().map(|word| word.name).collect::<Vec<_>>().join("|"))
        }
    }
}

/// An option with its value as a regular expression.
fn given_pattern(option: &OptionSpec) -> String {
    match option.kind {
        OptionKind::Flag => format!("{}(={})?", option.name, pattern(&option.kind)),
        _ => format!("{}={}", option.name, pattern(&option.kind)),
    }
}

/// A policy as one word.
fn spec_schema(policy: &PolicyDescriptor) -> Json {
    let options: Vec<String> = policy.options.iter().map(given_pattern).collect();
    let options = if options.is_empty() { String::new() } else { format!(r"(\+({}))*", options.join("|")) };
    let life = if policy.life == Life::Forbidden { String::new() } else { format!("(:{DURATION})?") };
    let pattern = format!(r"^\s*{}{life}{options}\s*$", policy.name);
    let mut schema = json!({"description": sentence(policy.summary), "type": "string", "pattern": pattern});
    if let (Life::Needed, [_, others @ ..]) = (policy.life, policy.options) {
        let others: Vec<&str> = others.iter().map(|option| option.name).collect();
        let without = format!(r"^\s*{}\s*($|\+(({})(=[^+]*)?($|\+))*$)", policy.name, others.join("|"));
        schema["not"] = json!({"pattern": without});
    }
    schema
}

/// An option's value in a mapping.
fn option_schema(option: &OptionSpec) -> Json {
    let mut schema = match option.kind {
        OptionKind::Duration | OptionKind::PositiveDuration => json!({"$ref": "#/$defs/duration"}),
        OptionKind::Count => json!({"$ref": "#/$defs/capacity"}),
        OptionKind::Share => json!({"anyOf": [
            {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
            {"type": "string", "pattern": format!("^{}$", pattern(&option.kind))},
        ]}),
        OptionKind::Flag => json!({"enum": [true, false, "yes", "no", "true", "false"]}),
        OptionKind::Word(words) => json!({"enum": words.iter().map(|word| word.name).collect::<Vec<_>>()}),
    };
    schema["description"] = json!(sentence(option.doc));
    if let OptionDefault::Value(value) = option.default {
        let text = value.to_string();
        schema["default"] = serde_json::from_str(&text).unwrap_or(json!(text));
    }
    schema
}

/// A policy as a mapping.
fn mapping_schema(policy: &PolicyDescriptor) -> Json {
    let mut properties = json!({
        "kind": {"const": policy.name},
        "label": {"description": "What reports call it.", "$ref": "#/$defs/text"},
    });
    for option in policy.options {
        properties[option.name] = option_schema(option);
    }
    let mut required = vec!["kind"];
    required.extend((policy.life == Life::Needed).then(|| policy.life_option()));
    json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required})
}

#[test]
fn the_schema_of_caches_is_that_of_the_policies() {
    let words = POLICIES.iter().map(|policy| spec_schema(policy));
    let mappings = POLICIES.iter().map(|policy| mapping_schema(policy));
    let lines: Vec<String> = words.chain(mappings).map(|schema| format!("        {schema}")).collect();
    let generated = format!("\n{}\n      ]\n    ", lines.join(",\n"));
    let from = "      \"description\": \"NAME[:DURATION][+KEY=VALUE]..., or the same as a mapping.\",\n      \"anyOf\": [";
    hold("scenario.schema.json", from, "},\n    \"userAndRole\"", &generated);
}

#[test]
fn the_documentation_lists_every_policy() {
    let rows = POLICIES.iter().map(|policy| format!("| `{}` | {} |\n", policy.usage(), policy.summary));
    let table = format!("\n\n| spec | what it is |\n|---|---|\n{}\n", rows.collect::<String>());
    hold("caches.md", "<!-- policies -->", "<!-- end -->", &table);
}

/// The table of a policy's options.
fn options_table(policy: &PolicyDescriptor) -> String {
    let mut table = "\n\n| option | value | default | meaning |\n|---|---|---|---|\n".to_owned();
    for option in policy.options {
        let value = match &option.kind {
            OptionKind::Duration => "a duration",
            OptionKind::PositiveDuration => "a duration longer than 0s",
            OptionKind::Share => "from 0 to below 1",
            OptionKind::Count => "1 or more",
            OptionKind::Flag => "the name alone",
            OptionKind::Word(words) => {
                for (index, word) in words.iter().enumerate() {
                    let name = if index == 0 { format!("`{}` ", option.name) } else { String::new() };
                    let is_default = matches!(option.default, OptionDefault::Value(value) if value.to_string() == word.name);
                    let tick = if is_default { "✓ " } else { "" };
                    let _ = writeln!(table, "| {name}| `{}` | {tick}| {} |", word.name, word.doc);
                }
                continue;
            }
        };
        let default = match &option.default {
            OptionDefault::Value(_) if option.kind == OptionKind::Flag => "off".to_owned(),
            OptionDefault::Value(value) => value.to_string(),
            OptionDefault::SameAs(other) => format!("`{other}`"),
            OptionDefault::If(other, with, without) => format!("{without}; {with} with `{other}`"),
            OptionDefault::Absent if option.name == policy.life_option() => "needed".to_owned(),
            OptionDefault::Absent => "none".to_owned(),
        };
        let not_with = policy.conflicts.iter().filter(|conflict| conflict.option == option.name);
        let asks = policy.demands.iter().filter(|demand| demand.options().0 == option.name);
        let asks: String = asks
            .map(|demand| match demand {
                Requirement::Needs(_, other) => format!("; needs `{other}`"),
                Requirement::Shorter(_, other) => format!("; shorter than `{other}`"),
            })
            .collect();
        let not_with: String = not_with.map(|conflict| format!("; not with `{}`", conflict.other)).collect();
        let _ =
            writeln!(table, "| `{}` | {value} | {default} | {}{asks}{not_with} |", option.name, option.doc);
    }
    table + "\n"
}

#[test]
fn the_documentation_has_the_options_of_every_policy() {
    for (index, policy) in POLICIES.iter().enumerate() {
        let same = POLICIES[..index].iter().any(|earlier| earlier.options == policy.options);
        if !policy.options.is_empty() && !same {
            let from = format!("<!-- options of {} -->", policy.name);
            hold("caches.md", &from, "<!-- end -->", &options_table(policy));
        }
        let title = format!("## `{}`", policy.usage());
        let page = fs::read_to_string(docs("caches.md")).unwrap();
        assert!(page.contains(&title), "no heading {title}");
    }
}

#[test]
fn every_policy_reads_its_own_example() {
    for policy in POLICIES {
        let spec: PolicySpec = policy.example.parse().unwrap();
        assert_eq!((spec.descriptor().name, spec.to_string().as_str()), (policy.name, policy.example));
        assert_eq!(CacheSpec::from(spec.clone()).title(), policy.example);
        assert_eq!(spec.life().is_some(), policy.life == Life::Needed);
        assert!(policy.options.iter().all(|option| option.name != "kind" && option.name != "label"));
        let again = spec.hearing_counterpart().or(spec.guarded_counterpart());
        assert!(again.is_none_or(|other| other.hears_events()), "{}", policy.name);
    }
}
