//! "Did you mean", for the words of scenarios.

use crate::metrics::Metric;
pub(super) use crate::model::instead;
pub use crate::model::nearest;
use crate::model::shown;

/// What to say of a name that no metric has.
#[must_use]
pub fn no_metric(name: &str) -> String {
    let known = Metric::NAMES;
    // `window_us` alone is the name of a group.
    let group = format!("{name}.");
    let parts: Vec<&str> = known.iter().copied().filter(|known| known.starts_with(&group)).collect();
    let right = match parts.as_slice() {
        [] => match with_words(name, known) {
            Some(meant) if nearest(name, known.iter().copied()).is_none() => {
                format!("did you mean `{meant}`?")
            }
            _ => instead(name, known),
        },
        parts => format!("write one of {}", parts.join(", ")),
    };
    format!("is not a metric, found {}; {right}", shown(name))
}

/// The one known name that has all words of another, as `latency_us.p99` has those of `latency_p99`.
fn with_words<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let words =
        |name: &str| -> Vec<String> { name.split(['_', '.', '-', ' ']).map(str::to_lowercase).collect() };
    let wanted = words(name);
    let mut found = known.iter().filter(|known| {
        let known = words(known);
        wanted.iter().all(|word| known.contains(word))
    });
    found.next().copied().filter(|_| found.next().is_none())
}

/// Fields that lie in one mapping alone, by that mapping, for those who leave it out.
const NESTED: [(&str, &[&str]); 6] = [
    ("cache", &["ttl", "sweep", "jitter", "deny", "quantize", "capacity", "guard", "on-event"]),
    ("channel", &["loss", "duplicate", "reach"]),
    ("clock", &["start", "end", "measure_from"]),
    ("database", &["users", "mailboxes", "read_latency", "write_latency", "read_errors", "concurrency"]),
    ("replicas", &["routing"]),
    ("traffic", &["requests", "shape", "sessions", "every_active_user"]),
];

/// What to say of a key at the top of a scenario that belongs into a mapping of it.
pub(super) fn nested(key: &str) -> Option<String> {
    let (mapping, _) = NESTED.iter().find(|(_, keys)| keys.contains(&key))?;
    Some(format!("did you mean `{mapping}.{key}`?"))
}
