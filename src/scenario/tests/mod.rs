//! Tests of the whole way from text to meaning.

mod bad_input;
mod meaning;
mod patching;
mod robustness;
mod schema;
mod variation;

use super::{FaultKind, Faults, ProbeError, Question, Recorded, Scenario, decode, parse};
use crate::model::{DAY_US, HOUR_US, RowPlace};

/// A recorded day that ends at 03:00 of its second day; a file called `gone.csv` cannot be read.
fn probe(question: Question<'_>) -> Result<Recorded, ProbeError> {
    let error = |place, message: &str, kind| Err(ProbeError { place, message: message.into(), kind });
    let bad = || RowPlace { file: "bad.csv".to_owned(), line: Some(7), ..RowPlace::default() };
    match question.spec.file.as_str() {
        "gone.csv" => error(None, "no such file", FaultKind::Unreadable),
        "bad.csv" => error(Some(bad()), "no number", FaultKind::Content),
        _ => Ok(Recorded { last_us: if question.end { DAY_US + 3 * HOUR_US } else { 0 } }),
    }
}

fn read_as(text: &str, file_name: &str) -> Result<Scenario, Faults> {
    decode(&parse(text.as_bytes(), file_name)?, file_name, &mut probe)
}

fn read(text: &str) -> Result<Scenario, Faults> {
    read_as(text, "day.yaml")
}

/// A day that uses every part of the language that this release knows.
const FULL_YAML: &str = r#"
version: 1
name: full
description: All there is
seed: 7
clock: {start: "00:00", end: "24:00", measure_from: "01:00"}
roles: [user, editor, "no", admin]
database:
  users:
    - {id: 123, role: admin, name: "@first"}
    - {ids: ["456", "800..=810"], role: user}
  mailboxes: [{id: 1, creator: 123}]
  read_latency: {lognormal: {median: 5ms, sigma: 0.5}}
  write_latency: {uniform: [1ms, 3ms]}
  read_errors: 0.7 %
  concurrency: 20
cache: {kind: event, guard: none, ttl: 1h, capacity: 500, label: ours}
compare: ["ttl:5m+sweep=1m", none, {kind: ttl, ttl: 300s, sweep: 60s}, oracle, "idle:5m+jitter=0.25+deny=1m"]
replicas: {count: 3, routing: round-robin}
channel: {delay: {exponential: 20ms}, loss: 0.01, duplicate: 1 %, reach: local}
population:
  active: {count: 1000, activity: {zipf: 1.1}, roles: {admin: 0.02, editor: 0.1}}
  new: {ids: "2000..=2049", between: ["14:00", "14:30"], requests_each: 2}
traffic:
  requests: 10000
  between: ["08:00", "20:00"]
  shape: [0,0,0,0,0,0,0,0,1,2,3,4,5.5,4,3,2,1,1,1,1,0,0,0,0]
  every_active_user: true
  sessions: {requests: 3.5, gap: {exponential: 30s}}
role_changes:
  count: 40
  between: ["09:00", "17:00"]
  grants: 60 %
  retry: {share: 0.5, after: 1m}
  newcomers: {share: 0.25, after: {uniform: [1m, 5m]}}
faults:
  - {from: "10:00", to: "10:05", database: down}
  - {from: "11:00", to: "11:05", channel: lost}
  - {from: "12:00", to: "12:05", channel: {delay: 5s}}
  - {from: "13:00", to: "13:05", update: fails}
  - {from: "23:00", to: "24:00", read_latency: {exponential: 1s}}
script:
  - {at: "08:00", request: [123, 456, 123456], count: 3, every: 1m}
  - {at: "09:00", request: "1000..=1049", count: 2, over: 10m}
  - {at: "10:00", add_admin: 789, name: "@new_admin"}
  - {at: "16:00", remove_admin: 789, update: fails}
  - {at: "18:00", transfer: {mailbox: 1, from: 123, to: 2000}}
  - {at: "18:30", set_role: {user: alice, role: editor}, event: lost, replica: 2}
  - {at: "19:00", create_user: {id: 9999, role: "no", name: x}}
  - {at: "19:01", write_db: {user: 9999, role: admin}}
  - {at: "19:02", restart: 0}
  - {at: "19:02", restart: all}
  - {at: "19:03", invalidate: 123}
  - {at: "19:04", clear: all}
expect:
  - {metric: hit_ratio, equals: 0.89, within: "1 %", level: note, because: the document says so}
  - {metric: window_us.max, max: 69m, cache: "ttl:300s+sweep=60s"}
  - {metric: hits, min: 78, cache: ours, at: "24:00"}
"#;
