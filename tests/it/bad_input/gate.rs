//! Accepted results that are none, are others', or are broken; and tolerances that make no sense.

use std::sync::OnceLock;

use super::Input::{Accepted, Arguments, Json, Yaml};
use super::{Ground, Row};

/// What is accepted of the good day.
fn whole() -> String {
    static WHOLE: OnceLock<String> = OnceLock::new();
    let accepted = || {
        let ground = Ground::new();
        let output = ground.run(&["check", "good.yaml", "--accept", "-q"], std::process::Stdio::null());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(ground.path().join("good.accepted.json")).unwrap()
    };
    WHOLE.get_or_init(accepted).clone()
}

fn with(old: &str, new: &str) -> Vec<u8> {
    let whole = whole();
    assert!(whole.contains(old), "`{old}` is not in\n{whole}");
    whole.replace(old, new).into_bytes()
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("nothing is accepted yet",     Arguments(&["check", "good.yaml"]),                          2, &["good.accepted.json", "--accept"]),
    ("nothing is accepted yet, as JSON", Arguments(&["check", "good.yaml", "--format", "json"]), 2, &["good.accepted.json", "--accept"]),
    ("what is accepted holds",      Accepted(&[], || whole().into_bytes()),                      0, &[]),
    ("accepted results are empty",  Accepted(&[], Vec::new),                                     2, &["good.accepted.json", "--accept"]),
    ("accepted results are cut",    Accepted(&[], || { let whole = whole(); whole.as_bytes()[..whole.len() / 2].to_vec() }), 2, &["good.accepted.json", "--accept"]),
    ("accepted results in conflict", Accepted(&[], || format!("<<<<<<< ours\n{}=======\n>>>>>>> theirs\n", whole()).into_bytes()), 2, &["good.accepted.json", "conflict"]),
    ("a conflict that an editor indented", Accepted(&[], || with("\"hits\": ", "\n   <<<<<<< ours\n   =======\n   >>>>>>> theirs\n\"hits\": ")), 2, &["good.accepted.json:", ":1: the accepted results hold the markers of a merge conflict"]),
    ("a conflict amid a line",      Accepted(&[], || with("\"hits\": ", "<<<<<<< ours \"hits\": ")), 2, &["markers of a merge conflict"]),
    ("a metric that this version has", Accepted(&[], || with("\"hits\": ", "\"hitz\": ")),       2, &["are not whole: the metric `hits` is missing in `event`"]),
    ("accepted results of noise",   Accepted(&[], || b"\xff\xfe\x00".to_vec()),                 2, &["good.accepted.json"]),
    ("accepted results that are a list", Accepted(&[], || b"[]".to_vec()),                       2, &["good.accepted.json"]),
    ("accepted results are another's", Accepted(&[], || b"{\"name\": \"a package\"}".to_vec()),  2, &["good.accepted.json"]),
    ("another version of reports",  Accepted(&[], || with("\"report\": 1", "\"report\": 2")),    2, &["good.accepted.json", "2"]),
    ("accepted NaN",                Accepted(&[], || with("\"hits\": ", "\"hits\": NaN, \"x\": ")), 2, &["good.accepted.json"]),
    ("accepted words for numbers",  Accepted(&[], || with("\"hits\": ", "\"hits\": \"many\", \"x\": ")), 2, &["good.accepted.json", "hits"]),
    ("accepted half a hit",         Accepted(&[], || with("\"hits\": ", "\"hits\": 0.5, \"x\": ")), 2, &["good.accepted.json", "hits"]),
    ("accepted deep nesting",       Accepted(&[], || [vec![b'['; 500_000], vec![b']'; 500_000]].concat()), 2, &["good.accepted.json"]),
    ("accepted name that acts",     Accepted(&[], || with("\"scenario\": {", "\"\\u001b[31m\\u202e\": 1, \"scenario\": {")), 0, &[]),
    ("a seed that is not the digest's", Accepted(&[], || with("\"seed\": 42", "\"seed\": 43")),    2, &["good.accepted.json", "their seed is 43"]),
    ("another day by its seed",     Accepted(&["--seed", "7"], || whole().into_bytes()),         2, &["good.accepted.json", "seed"]),
    ("another day by its requests", Accepted(&["--set", "traffic.requests=101"], || whole().into_bytes()), 2, &["good.accepted.json"]),
    ("accepted of several runs",    Accepted(&["--runs", "3"], || whole().into_bytes()),         2, &["good.accepted.json"]),
    ("a tolerance of nothing",      Accepted(&["--tolerance", "hit_ratio"], || whole().into_bytes()), 2, &["METRIC=AMOUNT"]),
    ("a tolerance of no metric",    Accepted(&["--tolerance", "hit_ration=1pp"], || whole().into_bytes()), 2, &["did you mean `hit_ratio`?"]),
    ("a negative tolerance",        Accepted(&["--tolerance", "hits=-5"], || whole().into_bytes()), 2, &["--tolerance hits=-5"]),
    ("a tolerance that is NaN",     Accepted(&["--tolerance", "hit_ratio=NaN"], || whole().into_bytes()), 2, &["NaN"]),
    ("an endless tolerance",        Accepted(&["--tolerance", "hit_ratio=infpp"], || whole().into_bytes()), 2, &["infpp"]),
    ("points of a count",           Accepted(&["--tolerance", "hits=1pp"], || whole().into_bytes()), 2, &["1pp"]),
    ("a wrong gate in the file",    Yaml("gate: {hit_ration: 0.5pp, hits: -1}"),                 2, &["did you mean `hit_ratio`?", "gate.hits"]),
    ("a gate that is a list",       Json("{\"gate\": [1]}"),                                     2, &["gate"]),
    ("accepted and refused at once", Arguments(&["check", "good.yaml", "--accept", "--expectations-only"]), 2, &["cannot be used with"]),
    ("one accepted file for two",   Arguments(&["check", "good.yaml", "good.yaml", "--accepted", "x.json"]), 2, &["--accepted"]),
    ("accepted in no folder",       Arguments(&["check", "good.yaml", "--accept", "--accepted", "no/such/a.json"]), 3, &["no/such/a.json", "cannot be written"]),
    ("a gate on standard input",    Arguments(&["check", "-"]),                                  2, &["--accepted"]),
    ("a scenario that is not there", Arguments(&["check", "nothing.yaml", "--accept"]), 3, &["nothing.yaml"]),
    ("values of nothing",           Arguments(&["sweep", "good.yaml", "--vary", "cache.ttl"]),   2, &["--vary cache.ttl"]),
    ("values of no field",          Arguments(&["sweep", "good.yaml", "--vary", "cashe.ttl=1m,2m"]), 2, &["did you mean `cache`?"]),
    ("a range that never ends",     Arguments(&["sweep", "good.yaml", "--vary", "seed=1..=9*1"]), 2, &["--vary seed=1..=9*1"]),
    ("a range without a step",      Arguments(&["sweep", "good.yaml", "--vary", "seed=1..=9"]),  2, &["--vary seed=1..=9"]),
    ("too many values",             Arguments(&["sweep", "good.yaml", "--vary", "seed=1..=1000000000000+1"]), 4, &["--vary", "1000000000000"]),
    ("too many points",             Arguments(&["sweep", "good.yaml", "--vary", "seed=1..=1000+1", "--vary", "traffic.requests=100..=1100+1"]), 4, &["points"]),
    ("one bad value of three",      Arguments(&["sweep", "good.yaml", "--vary", "cache=event,tll:5m,none"]), 2, &["did you mean `ttl`?"]),
];

#[test]
fn the_gate() {
    super::hold(ROWS);
}
