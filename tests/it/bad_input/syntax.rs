//! Texts that are no JSON, no YAML, or both and still no scenario; and texts that look strange and are fine.

use super::Input::{Json, Made, Yaml};
use super::Row;

fn utf16() -> Vec<u8> {
    "\u{feff}seed: 1".encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn quadratic() -> Vec<u8> {
    format!("a: &a {}\nb: [{}]", "x".repeat(60_000), "*a,".repeat(33_000)).into_bytes()
}

fn exponential() -> Vec<u8> {
    let text = (1..40).fold("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, n| {
        let names = vec![format!("*a{}", n - 1); 10].join(",");
        format!("{text}a{n}: &a{n} [{names}]\n")
    });
    text.into_bytes()
}

fn deep(open: &str, close: &str) -> Vec<u8> {
    format!("{{\"a\": {}{}}}", open.repeat(200_000), close.repeat(200_000)).into_bytes()
}

fn many(item: &str, count: usize) -> Vec<u8> {
    format!("{{\"a\": [{}1]}}", item.repeat(count)).into_bytes()
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("a byte-order mark is fine",    Made("day.yaml", || [b"\xEF\xBB\xBF", super::GOOD.as_bytes()].concat()), 0, &[]),
    ("carriage returns are fine",    Yaml("population:\r\n  active: {count: 5}\r\ntraffic: {requests: 9}\r\n"), 0, &[]),
    ("JSON with a mark is fine",     Made("day.json", || b"\xEF\xBB\xBF{\"seed\": 1}".to_vec()), 0, &[]),
    ("JSON in YAML is fine",         Yaml("{\"seed\": 1, \"cache\": \"event\"}"),                0, &[]),
    ("a role called no is a role",   Yaml("{roles: [no, 1e3, yes], script: [{at: '09:00', set_role: {user: 5, role: 1e3}}]}"), 0, &[]),
    ("UTF-16",                       Made("day.yaml", utf16),                                    2, &["day.yaml:1:1", "UTF-16"]),
    ("UTF-16 without a mark",        Made("day.yaml", || b"s\0e\0e\0d\0:\0 \x005\0".to_vec()),   2, &["day.yaml:1:1", "UTF-16", "save it as UTF-8"]),
    ("UTF-16, the other way round",  Made("day.json", || b"\0{\0\"\0s".to_vec()),                2, &["day.json:1:1", "UTF-16"]),
    ("broken UTF-8",                 Made("day.yaml", || b"seed: 1\nname: a\xff".to_vec()),      2, &["day.yaml:2:8", "0xFF"]),
    ("Latin-1",                      Made("day.json", || b"{\"name\": \"caf\xe9\"}".to_vec()),   2, &["day.json:1:14", "0xE9"]),
    ("a NUL",                        Made("day.yaml", || b"seed: 1\nna\0me: x".to_vec()),        2, &["day.yaml:2:3", "NUL"]),
    ("only blanks",                  Yaml("   \n\n  "),                                          2, &["the file is empty"]),
    ("only a comment",               Yaml("# nothing yet\n"),                                    2, &["the file is empty"]),
    ("null",                         Yaml("null"),                                               2, &["the file is empty"]),
    ("a list at the top",            Yaml("- seed: 1\n"),                                        2, &["day.yaml:1:1", "found a list"]),
    ("a list at the top, JSON",      Json("[]"),                                                 2, &["found a list"]),
    ("a word at the top",            Yaml("hello"),                                              2, &["found a single value"]),
    ("a number at the top, JSON",    Json("5"),                                                  2, &["found a single value"]),
    ("a tab for a blank",            Yaml("traffic:\n\trequests: 5\n"),                          2, &["day.yaml:2:", "not YAML"]),
    ("two documents",                Yaml("seed: 1\n---\nseed: 2\n"),                            2, &["day.yaml:2:1", "second document"]),
    ("a key twice",                  Yaml("seed: 1\nname: x\nseed: 2\n"),                        2, &["day.yaml:3:1", "`seed` is given twice", "1:1"]),
    ("a key twice, JSON",            Json("{\"seed\": 1,\n \"seed\": 2}"),                       2, &["day.json:2:2", "twice"]),
    ("a key twice in a map of roles", Yaml("population: {active: {count: 5, roles: {admin: 0.1, admin: 0.2}}}"), 2, &["`admin` is given twice"]),
    ("a tag that executes",          Yaml("name: !!python/object/apply:os.system ['id']"),       2, &["a tag", "part of a scenario"]),
    ("a harmless tag",               Yaml("seed: !!int 5"),                                      2, &["a tag"]),
    ("a key that is a list",         Yaml("? [a]\n: 1"),                                         2, &["keys are plain text"]),
    ("an alias of nothing",          Yaml("name: *nobody"),                                      2, &["not YAML"]),
    ("an alias of itself",           Yaml("script: &a [*a]"),                                    2, &["inside the value that it names"]),
    ("merge keys are no keys",       Yaml("a: &a {seed: 1}\n<<: *a"),                            2, &["`<<`"]),
    ("a bomb of aliases",            Made("day.yaml", exponential),                              4, &["too much", "200000 values"]),
    ("a quadratic bomb of 160 KB",   Made("day.yaml", quadratic),                                4, &["too much", "64 MiB"]),
    ("deep lists, JSON",             Made("day.json", || deep("[", "]")),                        2, &["too deep", "64"]),
    ("deep lists, YAML",             Made("day.yaml", || deep("[", "]")),                        2, &["too deep", "64"]),
    ("deep mappings, JSON",          Made("day.json", || deep("{\"a\":", "}")),                  2, &["day.json:1:"]),
    ("deep lists without an end",    Made("day.json", || deep("[", "")),                         2, &["day.json:1:"]),
    ("a million values",             Made("day.json", || many("1,", 1_000_000)),                 4, &["200000 values"]),
    ("a million faults",             Made("day.json", || many("\"\\u202e\",", 190_000)),         2, &["`a`"]),
    ("a huge scalar",                Made("day.yaml", || format!("name: {}", "x".repeat(70 << 20)).into_bytes()), 4, &["64 MiB"]),
    ("a name of sixty megabytes",   Made("day.yaml", || format!("name: {}", "x".repeat(60 << 20)).into_bytes()), 4, &["day.yaml:1:7", "61440 KiB", "64 KiB"]),
    ("a key of a hundred kilobytes", Made("day.json", || format!("{{\"{}\": 1}}", "x".repeat(100 << 10)).into_bytes()), 4, &["day.json:1:2", "100 KiB"]),
    ("a long name cut in messages",  Made("day.yaml", || format!("seed: {}", "y".repeat(50_000)).into_bytes()), 2, &["…"]),
    ("a hundred thousand lines",     Made("day.yaml", || "\n".repeat(100_000).into_bytes()),     2, &["the file is empty"]),
    ("trailing text",                Json("{\"seed\": 1} and more"),                             2, &["day.json:1:13", "trailing"]),
    ("a comment in JSON",            Json("{\"seed\": 1} // why"),                               2, &["not JSON"]),
    ("a comma too many",             Json("{\"seed\": 1,}"),                                     2, &["day.json:1:12", "not JSON", "a comma stands before the closing bracket; leave it out"]),
    ("a comma too many in a list",   Json("{\"compare\": [\"none\",\n]}"),                     2, &["day.json:2:1", "a comma stands before the closing bracket"]),
    ("single quotes in JSON",        Json("{'seed': 1}"),                                        2, &["not JSON"]),
    ("cut JSON",                     Json("{\"traffic\": {\"requests\": 5"),                     2, &["not JSON"]),
    ("cut YAML",                     Yaml("traffic: {requests: 5"),                              2, &["not YAML"]),
    ("an open quote",                Yaml("name: \"no end"),                                     2, &["not YAML"]),
    ("a lone surrogate",             Json("{\"name\": \"\\ud800\"}"),                            2, &["only go in pairs"]),
    ("a lone surrogate, YAML",       Yaml("name: \"\\ud800\""),                                  2, &["not YAML"]),
    ("a line break in a string",     Json("{\"name\": \"a\nb\"}"),                               2, &["control character"]),
    ("NaN in JSON",                  Json("{\"seed\": NaN}"),                                    2, &["not JSON"]),
    ("infinity in JSON",             Json("{\"seed\": 1e999}"),                                  2, &["seed"]),
    ("a key full of escapes",        Yaml("\"\\e[31m\\u202Eseed\": 1"),                          2, &["\\u{1b}[31m\\u{202e}seed"]),
    ("a value that begins a command", Yaml("cache: \"::error::x\""),                             2, &["cache"]),
    ("an anchor on a key",           Yaml("&a seed: x"),                                         2, &["seed"]),
    ("a block scalar for a number",  Yaml("seed: |\n  5\n"),                                     2, &["seed", "without quotes"]),
];

#[test]
fn syntax() {
    super::hold(ROWS);
}
