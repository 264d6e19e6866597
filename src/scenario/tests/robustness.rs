//! Hostile and broken texts: a fault with a place, in little time and memory, and never a panic.

use proptest::prelude::*;
use serde_json::Value;

use super::{FULL_YAML, read, read_as};
use crate::scenario::{FaultKind, Node, NodeKind, parse};

#[test]
fn a_file_cut_anywhere_is_read_or_refused() {
    let json =
        r#"{"seed": 5, "script": [{"at": "08:00", "request": [1, "2..=5"]}], "name": "é\ud83d\ude00"}"#;
    for cut in 0..FULL_YAML.len() {
        let _ = parse(&FULL_YAML.as_bytes()[..cut], "day.yaml")
            .map(|node| super::decode(&node, "day.yaml", &mut super::probe));
    }
    for cut in 0..json.len() {
        assert!(parse(&json.as_bytes()[..cut], "day.json").is_err(), "{cut}");
    }
}

#[test]
fn what_is_no_scenario_at_all_is_refused_plainly() {
    let long = format!("name: {}", "x".repeat(70 << 20));
    let deep_json = format!("{{\"a\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_block = (0..100).fold(String::new(), |text, depth| text + &" ".repeat(depth) + "a:\n");
    let aliases =
        (1..70).fold("a0: &a0 [x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{}]\n", n - 1));
    for (bytes, file, place, words) in [
        (&b""[..], "a.yaml", "a.yaml:1:1: ", "the file is empty"),
        (b"  \n\n", "a.json", "a.json:1:1: ", "the file is empty"),
        (b"# nothing\n", "a.yaml", "a.yaml:1:1: ", "the file is empty"),
        (b"---\n", "a.yaml", "a.yaml:", "the file is empty"),
        (b"- 1\n", "a.yaml", "a.yaml:1:1: ", "the top level is not a mapping, found a list"),
        (b"[]", "a.json", "a.json:1:1: ", "found a list"),
        (b"hello", "-", "-:1:1: ", "found a single value"),
        (b"seed: 1", "a.toml", "a.toml:1:1: ", ".json, .yaml or .yml"),
        (b"seed: 1", "a", "a:1:1: ", ".json, .yaml or .yml"),
        (b"a: 1\nb: \xff\xfe", "a.yaml", "a.yaml:2:4: ", "byte 8 is not UTF-8 text, found 0xFF"),
        (b"\xff\xfea\0", "a.yaml", "a.yaml:1:1: ", "UTF-16"),
        (b"a: 1\nb\0: 1", "a.yaml", "a.yaml:2:2: ", "a NUL byte stands at byte 6"),
        (b"a: 1\n---\nb: 2\n", "a.yaml", "a.yaml:2:1: ", "a second document begins"),
        (b"seed: 1\nseed: 2\n", "a.yaml", "a.yaml:2:1: ", "the key `seed` is given twice, first at 1:1"),
        (b"{\"a\": 1,\n \"a\": 2}", "a.json", "a.json:2:2: ", "given twice, first at 1:2"),
        (b"a: {x: 1, x: 2}", "a.yaml", "a.yaml:1:11: ", "given twice, first at 1:5"),
        (b"a: !!python/object:os.system x", "a.yaml", "a.yaml:1:", "a tag is not part of a scenario"),
        (b"a: !!str 5", "a.yaml", "a.yaml:1:", "found `!!str`"),
        (b"? [a]\n: 1", "a.yaml", "a.yaml:1:3: ", "keys are plain text"),
        (b"a: *b", "a.yaml", "a.yaml:1:4: ", "not YAML"),
        (b"a: &a [*a]", "a.yaml", "a.yaml:1:8: ", "an alias stands inside the value that it names"),
        (b"a:\n\t- b", "a.yaml", "a.yaml:2:", "not YAML"),
        (b"a: [1, 2", "a.yaml", "a.yaml:", "not YAML"),
        (
            b"{\"a\": 1,}",
            "a.json",
            "a.json:1:9: ",
            "the text is not JSON: a comma stands before the closing bracket",
        ),
        (b"{\"a\": 1} // x", "a.json", "a.json:1:10: ", "the text is not JSON: trailing characters"),
        (b"  {\"a\": 'x'}", "-", "-:1:9: ", "the text is not JSON"),
        (b"{\"\xc3\xa9\": nul}", "a.json", "a.json:1:10: ", "the text is not JSON"),
        (b"{\"a\": \"\\ud800\"}", "a.json", "a.json:1:7: ", "only go in pairs"),
        (b"a: \"\\ud800\"", "a.yaml", "a.yaml:1:", "not YAML"),
        (b"{\"a\": \"x\ny\"}", "a.json", "a.json:", "the text is not JSON: control character"),
        (deep_json.as_bytes(), "a.json", "a.json:1:", "nested too deep; at most 64"),
        (deep_json.as_bytes(), "a.yaml", "a.yaml:1:", "nested too deep; at most 64"),
        (deep_block.as_bytes(), "a.yaml", "a.yaml:65:", "nested too deep"),
        (aliases.as_bytes(), "a.yaml", "a.yaml:", "nested too deep"),
        (long.as_bytes(), "a.yaml", "a.yaml:1:1: ", "the file is too large, found 70 MiB"),
    ] {
        let fault = parse(bytes, file).map(drop).unwrap_err().to_string();
        let start: String = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert!(fault.starts_with(place) && fault.contains(words), "{start:?}: {fault}");
    }
}

#[test]
fn bombs_cost_little() {
    let lol = (1..40).fold("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, n| {
        let names = vec![format!("*a{}", n - 1); 10].join(",");
        format!("{text}a{n}: &a{n} [{names}]\n")
    });
    let quadratic = format!("a: &a {}\nb: [{}]", "x".repeat(60_000), "*a,".repeat(26_000));
    let flat_json = format!("{{\"a\": [{}1]}}", "1,".repeat(1_000_000));
    let flat_yaml = format!("a: [{}1]", "1,".repeat(1_000_000));
    let keys: String = (0..90_000).map(|key| format!("key{key}: 1\n")).collect();
    let boxes: String = (0..12_000).map(|n| format!("{{id: m{n}, creator: 5}},")).collect();
    let transfers: String = (0..12_000)
        .map(|n| format!("{{at: '01:00', transfer: {{mailbox: x{n}, from: 5, to: 6}}}},"))
        .collect();
    let transfers = format!("database: {{mailboxes: [{boxes}]}}\nscript: [{transfers}]");
    let roles: String = (0..99_000).map(|n| format!("r{n}: 0,")).collect();
    let shares = format!("population: {{active: {{count: 5, roles: {{{roles}}}}}}}");
    let options: String = (0..99_000).map(|n| format!("o{n}: 0,")).collect();
    let options = format!("cache: {{kind: event, {options}}}");
    for (text, file, kind) in [
        (&transfers, "a.yaml", FaultKind::Content),
        (&shares, "a.yaml", FaultKind::Content),
        (&options, "a.yaml", FaultKind::Content),
        (&lol, "a.yaml", FaultKind::Limit),
        (&quadratic, "a.yaml", FaultKind::Limit),
        (&flat_json, "a.json", FaultKind::Limit),
        (&flat_yaml, "a.yaml", FaultKind::Limit),
        (&keys, "a.yaml", FaultKind::Content),
    ] {
        let faults = read_as(text, file).unwrap_err();
        assert_eq!(faults.kind(), kind, "{faults}");
    }
}

#[test]
fn ten_to_the_18_users_are_refused_with_an_estimate() {
    for (text, words) in [
        ("population: {active: {count: 1000000000000000000}}", "about 1000000000000000000 users"),
        (
            "population: {active: {ids: '1..=1000000000000000000'}}\ntraffic: {requests: 5, every_active_user: true}",
            "users",
        ),
        ("population: {new: {count: 18446744073709551615, requests_each: 18446744073709551615}}", "users"),
        (
            "database: {users: [{ids: '0..=18446744073709551615', role: user}]}",
            "about 18446744073709551615 users",
        ),
        ("script: [{at: '01:00', request: '1..=1000000000000000000'}]", "users"),
        (
            "script: [{at: '01:00', request: 1, count: 1000000000000000000}]",
            "about 1000000000000000000 requests",
        ),
        (
            "population: {active: {count: 5}}\ntraffic: {requests: 100000000001}",
            "about 100000000001 events (100000000001 requests",
        ),
        ("replicas: {count: 10001}", "10001 replicas; at most 10000 can be simulated"),
        ("replicas: {count: 18446744073709551615}\nscript: [{at: '01:00', restart: 7}]", "replicas"),
        ("role_changes: {count: 100000001}", "100000001 role changes; at most 100000000"),
        (
            "role_changes: {count: 18446744073709551615, newcomers: {share: 1, after: 0s}}",
            "18446744073709551615 role changes",
        ),
        (
            "role_changes: {count: 6000, grants: 1, newcomers: {share: 1, after: 0s}}\npopulation: {active: {count: 99999999}}",
            "about 100005999 users",
        ),
    ] {
        let faults = read(text).unwrap_err();
        assert_eq!(faults.kind(), FaultKind::Limit, "{text}: {faults}");
        assert!(faults.to_string().contains(words), "{text}: {faults}");
    }
    assert!(
        read("script: [{at: '01:00', request: '1..=1000000'}, {at: '02:00', create_user: {id: 5}}]").is_ok()
    );
}

/// What a tree read from JSON says, for comparison with what `serde_json` says.
fn same(node: &Node, value: &Value) -> bool {
    match (&node.kind, value) {
        (NodeKind::Scalar { text, quoted: true }, Value::String(string)) => text == string,
        (NodeKind::Scalar { text, quoted: false }, value) => {
            serde_json::to_string(value).is_ok_and(|written| written == *text)
        }
        (NodeKind::List(items), Value::Array(values)) => {
            items.len() == values.len() && items.iter().zip(values).all(|(item, value)| same(item, value))
        }
        (NodeKind::Mapping(entries), Value::Object(object)) => {
            entries.len() == object.len()
                && entries
                    .iter()
                    .zip(object)
                    .all(|(entry, (key, value))| entry.key == *key && same(&entry.value, value))
        }
        _ => false,
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The value as text, with blanks between the tokens, and characters escaped here and there.
fn scattered(value: &Value, dice: &mut impl FnMut() -> usize, text: &mut String) {
    let blank = |text: &mut String, dice: &mut dyn FnMut() -> usize| {
        for _ in 0..dice() % 3 {
            text.push([' ', '\t', '\n', '\r'][dice() % 4]);
        }
    };
    let string = |content: &str, dice: &mut dyn FnMut() -> usize, text: &mut String| {
        text.push('"');
        for c in content.chars() {
            if dice().is_multiple_of(4) || c.is_control() || matches!(c, '"' | '\\') {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| *text += &format!("\\u{unit:04x}"));
            } else if c == '/' && dice().is_multiple_of(2) {
                text.push_str("\\/");
            } else {
                text.push(c);
            }
        }
        text.push('"');
    };
    blank(text, dice);
    match value {
        Value::String(content) => string(content, dice, text),
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                scattered(value, dice, text);
            }
            text.push(']');
        }
        Value::Object(object) => {
            text.push('{');
            for (index, (key, value)) in object.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                blank(text, dice);
                string(key, dice, text);
                blank(text, dice);
                text.push(':');
                scattered(value, dice, text);
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
    blank(text, dice);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn every_json_text_is_read_as_serde_json_reads_it(value in json_value(), dice in prop::collection::vec(any::<usize>(), 64)) {
        let value = serde_json::json!({ "a": value });
        let mut throws = dice.iter().copied().cycle();
        let mut text = String::new();
        scattered(&value, &mut || throws.next().unwrap_or(0), &mut text);
        let node = parse(text.as_bytes(), "a.json").unwrap();
        prop_assert!(same(&node, &value), "{}", text);
    }

    #[test]
    fn a_changed_file_is_read_or_refused(at in 0..FULL_YAML.len(), length in 0usize..30, new in "[-\\[\\]{}:,#&*!|>'\"%@` \n\t0-9a-z.é\u{202e}]{0,12}") {
        let (from, to) = (at, (at + length).min(FULL_YAML.len()));
        let text = [&FULL_YAML.as_bytes()[..from], new.as_bytes(), &FULL_YAML.as_bytes()[to..]].concat();
        if let Err(faults) = parse(&text, "a.yaml").and_then(|node| super::decode(&node, "a.yaml", &mut super::probe)) {
            for line in faults.to_string().lines() {
                prop_assert!(line.starts_with("a.yaml:") || line.starts_with("and "), "{}", line);
                prop_assert!(!line.contains('\u{202e}'), "{}", line);
                prop_assert!(!line.contains("cannot say why"), "{}", line);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), file in prop::sample::select(vec!["a.yaml", "a.json", "-"])) {
        let _ = parse(&bytes, file);
    }
}
