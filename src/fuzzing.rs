//! What fuzzing feeds: one function for each kind of input, which must take any bytes and neither panic, hang, nor grow.
//!
//! The targets under `fuzz/` call these, and so does a test with every file of their corpora, so that what was once found
//! is tried again by every run of the tests. Small days that can be read are also run: their books must balance.

use std::path::Path;

use crate::model::{DayTime, IdRange, Micros, Roles, Sets, TimeUnit, TraceFormat, TraceSpec, UserId};
use crate::policy::CacheSpec;
use crate::report::Accepted;
use crate::run::replications::{self, Effort};
use crate::run::{day, load};
use crate::scenario::{
    FaultKind, Limits, ProbeError, Question, VALUES_MOST, Vary, Written, assign, decode_within, parse, vary,
};
use crate::trace;

/// A day that is run may cost so much.
const SMALL: Limits = Limits {
    events: 20_000,
    memory_bytes: 64 << 20,
    runs: 1,
    at_once: 1,
    threads: 1,
    written: Written { hour_bytes: 0, figures_bytes: 0, change_bytes: 0 },
};

/// Takes what fuzzing makes up.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Target); 13] = [
    ("scenario_json", scenario_json),
    ("scenario_yaml", scenario_yaml),
    ("set_path", set_path),
    ("vary", vary_values),
    ("accepted", accepted),
    ("cache_spec", cache_spec),
    ("words", words),
    ("trace_csv", trace_csv),
    ("trace_tsv", trace_tsv),
    ("trace_jsonl", trace_jsonl),
    ("trace_combined", trace_combined),
    ("trace_twitter", trace_twitter),
    ("trace_oracle", trace_oracle),
];

/// A scenario in JSON: read, and if it is a small day, run.
pub fn scenario_json(bytes: &[u8]) {
    scenario(bytes, "fuzz.json");
}

/// The same in YAML.
pub fn scenario_yaml(bytes: &[u8]) {
    scenario(bytes, "fuzz.yaml");
}

fn scenario(bytes: &[u8], name: &str) {
    // A recorded day is asked for in a folder that is not there.
    let loaded = match load::load_bytes(bytes, name, Path::new("no such folder"), &[], &SMALL) {
        Ok(loaded) => loaded,
        Err(failure) => {
            let message = failure.lines().join("\n");
            // Every refusal has a reason; one that was written in the input is none of ours.
            let silent = "rolesim cannot say why";
            assert!(
                !message.contains(silent) || String::from_utf8_lossy(bytes).contains(silent),
                "{message}"
            );
            return shown_safely(&message, name);
        }
    };
    let valid = day::check(&loaded);
    let run = replications::run(
        &loaded,
        std::slice::from_ref(&loaded.scenario.cache),
        Effort { runs: 1, jobs: 1 },
        &|_, _| (),
        &mut (),
    );
    match (valid, run) {
        (Ok(()), Ok((report, _))) => assert_eq!(report.results.len(), 1),
        (Err(one), Err(other)) => assert_eq!((one.exit, one.lines()), (other.exit, other.lines())),
        (valid, run) => panic!("`validate` says {valid:?}, and `run` {run:?}"),
    }
}

/// A message names the file first and holds nothing that acts on a terminal.
fn shown_safely(message: &str, file: &str) {
    assert!(message.starts_with(file), "{message}");
    let acts = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}');
    assert!(!message.contains(acts), "{message:?}");
}

/// What `--set` takes: a path and a value, set in a scenario that has something of everything.
pub fn set_path(bytes: &[u8]) {
    const BASE: &str = "{cache: ttl:5m, traffic: {requests: 50}, population: {active: {count: 5}}, \
                        script: [{at: '08:00', request: [1, 2]}], compare: [none]}";
    let (Ok(text), Ok(mut tree)) = (std::str::from_utf8(bytes), parse(BASE.as_bytes(), "fuzz.yaml")) else {
        return;
    };
    if assign(&mut tree, "--set", text).is_ok() {
        let mut none = |_: Question<'_>| {
            Err(ProbeError { place: None, message: "none".to_owned(), kind: FaultKind::Unreadable })
        };
        let decoded = decode_within(&tree, "fuzz.yaml", &SMALL, &mut none);
        if let Err(faults) = decoded {
            shown_safely(&faults.to_string(), "fuzz.yaml:");
        }
    }
}

/// What `--vary` takes: a field and its values, of which there are some, none twice, and not too many.
pub fn vary_values(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match vary(text) {
        Ok(Vary { values, .. }) => assert!((1..=VALUES_MOST).contains(&values.len()), "`{text}`"),
        Err(fault) => shown_safely(&fault.to_string(), "--vary"),
    }
}

/// Accepted results: every cache has the figures of each run, and the first run is the one whose seed is told.
pub fn accepted(bytes: &[u8]) {
    match Accepted::read(bytes) {
        Ok(accepted) => {
            assert!(!accepted.results.is_empty(), "no cache");
            assert!(
                accepted.results.iter().all(|cache| cache.runs.len() as u64 == accepted.runs),
                "{accepted:?}"
            );
        }
        Err(error) => shown_safely(&error.to_string(), ""),
    }
}

/// A cache's spec: what is read is written in normal form, which means the same.
pub fn cache_spec(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(spec) = text.parse::<CacheSpec>() {
        let normal = spec.policy.to_string();
        let again = normal.parse::<CacheSpec>().map(|spec| spec.policy);
        assert_eq!(again, Ok(spec.policy), "`{text}` became `{normal}`");
    }
}

/// Durations, times of day, users and sets of users: what is written is read back as the same.
pub fn words(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(duration) = text.parse::<Micros>() {
        assert_eq!(duration.to_string().parse::<Micros>(), Ok(duration), "`{text}`");
    }
    if let Ok(time) = text.parse::<DayTime>() {
        assert_eq!(time.to_string().parse::<DayTime>(), Ok(time), "`{text}`");
    }
    let user = UserId::new(text);
    assert_eq!(UserId::new(&user.to_string()), user, "`{text}`");
    if let Ok(range) = IdRange::parse(text) {
        assert!(!range.is_empty(), "`{text}`");
        assert!(range.iter().take(3).all(|user| range.contains(&user)), "`{text}`");
    }
}

/// A recorded day in csv, whatever it is compressed with.
pub fn trace_csv(bytes: &[u8]) {
    recorded(bytes, TraceFormat::Csv);
}

/// The same in tsv.
pub fn trace_tsv(bytes: &[u8]) {
    recorded(bytes, TraceFormat::Tsv);
}

/// The same in lines of JSON.
pub fn trace_jsonl(bytes: &[u8]) {
    recorded(bytes, TraceFormat::Jsonl);
}

/// The log of a web server.
pub fn trace_combined(bytes: &[u8]) {
    recorded(bytes, TraceFormat::Combined);
}

/// A trace of Twitter's form.
pub fn trace_twitter(bytes: &[u8]) {
    recorded(bytes, TraceFormat::Twitter);
}

/// A trace of records.
pub fn trace_oracle(bytes: &[u8]) {
    recorded(bytes, TraceFormat::OracleGeneral);
}

/// Its first byte says the unit of its times, and what becomes of sets.
fn recorded(bytes: &[u8], format: TraceFormat) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Some(roles) = Roles::new(vec!["user".to_owned(), "admin".to_owned()]) else { return };
    let units = [TimeUnit::Seconds, TimeUnit::Millis, TimeUnit::Micros, TimeUnit::Nanos];
    let mut spec = TraceSpec::new("fuzz", format);
    spec.unit = (first & 8 == 0).then(|| units[usize::from(first % 4)]);
    spec.timezone = (first & 16 != 0).then(|| "Europe/Berlin".to_owned());
    spec.sets = if first & 4 == 0 { Sets::Ignore } else { Sets::Changes };
    match trace::check_bytes(rest, &spec, &roles) {
        Ok(counts) => assert!(counts.rows >= counts.requests + counts.changes, "{counts:?}"),
        Err(error) => shown_safely(&error.to_string(), "fuzz"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_input_of_the_corpora_is_taken() {
        let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
        for (name, target) in TARGETS {
            let mut count = 0;
            for entry in fs::read_dir(corpora.join(name)).unwrap() {
                target(&fs::read(entry.unwrap().path()).unwrap());
                count += 1;
            }
            assert!(count >= 5, "the corpus of {name} has {count} inputs");
        }
    }
}
