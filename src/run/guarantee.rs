//! What the event-driven cache publishes, held against every run of it: where each change is told at once to everybody,
//! no answer is older than what was committed when its request started.
//!
//! The tests prove that promise for the cache; here it is watched wherever a simulated day depends on it. It does not
//! know why an answer was old.

use super::failure::{Exit, Failure};
use crate::metrics::{Measured, Metric, Value};
use crate::model::{Day, System, shown};
use crate::sim::{Candidate, Certainty, Guarantee};

/// Whether each change of this day is told to every cache at once and without fail.
pub(super) fn is_due(day: &Day, system: &System) -> bool {
    let Certainty { longest_delay_us, all_told, .. } = Certainty::of(day, system);
    all_told && longest_delay_us == 0
}

/// Holds the caches of a plan to what they promise, on a day on which it is due.
///
/// # Errors
/// When an answer was outdated, with the command that runs the day again.
pub(super) fn hold_all<'m>(
    caches: &[&dyn Candidate],
    measured: impl Iterator<Item = &'m Measured>,
    file: &str,
    seed: u64,
) -> Result<(), Failure> {
    caches.iter().zip(measured).try_for_each(|(cache, measured)| hold(*cache, measured, file, seed))
}

fn hold(cache: &dyn Candidate, measured: &Measured, file: &str, seed: u64) -> Result<(), Failure> {
    let promises = cache.guarantee() == Guarantee::NeverOutdated;
    match measured.get(Metric::OutdatedReads) {
        Value::Count(outdated @ 1..) if promises => {
            let cache = shown(&cache.name());
            let promise = format!(
                "the cache {cache} gave {outdated} outdated answers, though each change was told at once to everybody: it \
                 broke a guarantee that it publishes"
            );
            let again = format!("run it again: rolesim run {file} --cache {cache} --seed {seed}");
            Err(Failure::new(Exit::Broken, promise).with([again]))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PolicySpec;
    use crate::run::load::{Loaded, load_bytes};
    use crate::scenario::Limits;

    fn loaded(text: &str) -> Loaded {
        load_bytes(text.as_bytes(), "day.yaml", std::path::Path::new(""), &[], &Limits::default()).unwrap()
    }

    #[test]
    fn the_promise_is_due_if_every_replica_hears_at_once() {
        for (text, due) in [
            ("script: [{at: '09:00', add_admin: 1}]", true),
            ("replicas: {count: 4}", true),
            ("database: {read_latency: 1s, write_latency: 1s, read_errors: 0.1}", true),
            ("faults: [{from: '09:00', to: '10:00', update: fails}]", true),
            ("script: [{at: '09:00', add_admin: 1, update: fails}, {at: '10:00', restart: all}]", true),
            ("channel: {reach: local}", true),
            ("{channel: {reach: local}, replicas: {count: 2}}", false),
            ("channel: {delay: 1us}", false),
            ("channel: {loss: 0.001}", false),
            ("faults: [{from: '09:00', to: '10:00', channel: lost}]", false),
            ("faults: [{from: '09:00', to: '10:00', channel: {delay: 1s}}]", false),
            ("script: [{at: '09:00', add_admin: 1, event: lost}]", false),
            ("script: [{at: '09:00', write_db: {user: 1, role: admin}}]", false),
            ("script: [{at: '09:00', create_user: {id: 1}}]", false),
        ] {
            let loaded = loaded(text);
            assert_eq!(is_due(&loaded.scenario.day, &loaded.scenario.system), due, "{text}");
        }
    }

    #[test]
    fn an_outdated_answer_breaks_it_for_the_guard_by_versions_alone() {
        let measured = |outdated| {
            Measured::collect(&[], |metric| {
                Value::Count(if metric == Metric::OutdatedReads { outdated } else { 0 })
            })
        };
        let kind = |text: &str| text.parse::<PolicySpec>().unwrap();
        let failure = hold(&kind("event+ttl=1h"), &measured(3), "day.json", 7).unwrap_err();
        assert_eq!(failure.exit as u8, 5);
        assert!(failure.lines()[0].contains("gave 3 outdated answers"));
        assert!(failure.lines()[1].ends_with("rolesim run day.json --cache `event+ttl=1h` --seed 7"));
        assert!(hold(&kind("event"), &measured(0), "day.json", 7).is_ok());
        assert!(hold(&kind("event+guard=none"), &measured(3), "day.json", 7).is_ok());
        assert!(hold(&kind("ttl:5m"), &measured(3), "day.json", 7).is_ok());
        // Each is held by its own figures.
        let (ttl, event) = (kind("ttl:5m"), kind("event"));
        let all = |figures: [u64; 2]| {
            hold_all(&[&ttl, &event], figures.map(measured).iter(), "day.json", 7).is_ok()
        };
        assert!(all([3, 0]) && !all([0, 1]));
    }
}
