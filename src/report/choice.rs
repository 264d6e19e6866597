//! A choice in words: the cheapest cache that keeps all limits, and a row for each candidate, the cheapest first.
//!
//! What was measured stands next to what the cache's rules guarantee: a limit that held on one day may have held by luck.

use super::columns::column;
use super::document::{Document, Element, Table};
use super::expectations::exact;
use super::runs::over;
use super::words::{Arg, Words};
use super::{CacheResult, Report};
use crate::gate::{Break, Choice, UpperLimit};
use crate::metrics::{Metric, Value};
use crate::model::escape;

/// The answer, then the candidates. Empty but for its title if nothing was chosen among.
pub(super) fn choice(report: &Report, words: &Words) -> Document {
    let scenario = &report.scenario;
    let seed = scenario.seed.to_string();
    let meta = match scenario.runs {
        1 => words.with("box-seed", &[("seed", Arg::Text(&seed))]),
        _ => over(scenario, words),
    };
    let mut document = Document::about(&scenario.name, scenario.description.as_deref(), vec![meta]);
    if let Some(choice) = &report.choice {
        let said = answer(choice, &report.results, words);
        document.push(None, said.into_iter().map(Element::Paragraph).collect());
        document.push(None, vec![Element::Table(candidates(choice, &report.results, words))]);
    }
    document
}

/// Which cache it is, and for how long it honours a revoked role.
fn answer(choice: &Choice, results: &[CacheResult], words: &Words) -> Vec<String> {
    let limits = choice.limits.iter().map(|limit| of_limit(limit, words)).collect::<Vec<_>>().join(", ");
    let all = ("n", Arg::Count(results.len() as u64));
    let chosen = choice.chosen.and_then(|place| results.get(place));
    let Some(chosen) = chosen else {
        return vec![words.with("choice-none", &[all, ("limits", Arg::Text(&limits))])];
    };
    let cache = escape(&chosen.label);
    let reads = column([chosen].into_iter(), Metric::DbReads, words).concat().replace('\n', " ");
    let key = if choice.limits.is_empty() { "choice-unlimited" } else { "choice-chosen" };
    let gaps =
        [all, ("cache", Arg::Text(&cache)), ("reads", Arg::Text(&reads)), ("limits", Arg::Text(&limits))];
    let window = longest(chosen, Metric::WindowMax);
    let measured = match window {
        Value::Undefined => words.text("choice-nothing-revoked"),
        window => {
            words.with("choice-measured", &[("time", Arg::Text(&words.value(window, "check-no-value")))])
        }
    };
    let guaranteed = match longest(chosen, Metric::GuaranteedWindow) {
        Value::Undefined => words.text("choice-no-bound"),
        bound => {
            words.with("choice-guaranteed", &[("time", Arg::Text(&words.value(bound, "choice-no-bound")))])
        }
    };
    let gaps_of_both = [("measured", Arg::Text(&measured)), ("guaranteed", Arg::Text(&guaranteed))];
    vec![words.with(key, &gaps), words.with("choice-windows", &gaps_of_both)]
}

/// The largest value of a metric in any run; undefined if a run has none.
fn longest(result: &CacheResult, metric: Metric) -> Value {
    let runs = result.runs.iter().map(|run| run.metrics.get(metric));
    let longer = |one: Value, other: Value| match (one.whole(), other.whole()) {
        (Some(one_us), Some(other_us)) if other_us > one_us => other,
        (Some(_), None) => other,
        _ => one,
    };
    runs.fold(result.metrics.get(metric), longer)
}

fn of_limit(limit: &UpperLimit, words: &Words) -> String {
    let name = limit.metric.name();
    words
        .with("choice-limit", &[("metric", Arg::Text(&name)), ("most", Arg::Text(&exact(limit.most, words)))])
}

/// A row for each candidate, the fewest reads first.
fn candidates(choice: &Choice, results: &[CacheResult], words: &Words) -> Table {
    let reads = column(results.iter(), Metric::DbReads, words);
    let mut order: Vec<usize> = (0..results.len()).collect();
    order.sort_by_key(|index| results[*index].metrics.get(Metric::DbReads).whole());
    let time = |value: Value, none: &str| words.value(value, none);
    let row = |index: usize| {
        let result = &results[index];
        let verdict = match choice.broken[index].as_slice() {
            _ if choice.chosen == Some(index) => words.text("choice-is-chosen"),
            [] => words.text("choice-keeps"),
            broken => broken.iter().map(|one| of_break(one, words)).collect::<Vec<_>>().join(", "),
        };
        vec![
            escape(&result.label),
            reads[index].clone(),
            time(longest(result, Metric::WindowMax), "check-no-value"),
            time(longest(result, Metric::GuaranteedWindow), "choice-unbounded"),
            verdict,
        ]
    };
    let header = ["compare-cache", "compare-reads", "choice-longest", "choice-bound", "choice-verdict"];
    Table::new(header.map(|key| words.text(key)).to_vec(), order.into_iter().map(row).collect())
}

fn of_break(one: &Break, words: &Words) -> String {
    let value = words.value(one.value, "choice-no-value");
    let name = one.limit.metric.name();
    words.with("choice-breaks", &[("metric", Arg::Text(&name)), ("value", Arg::Text(&value))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_reports::{event, none, report, ttl};
    use crate::report::words::Lang;
    use crate::report::{figures, json};

    fn chosen(limits: Vec<UpperLimit>) -> Report {
        let mut report = report(vec![event(), ttl(), none()]);
        report.choice = Some(Choice::of(&figures(&report), limits));
        report
    }

    #[test]
    fn the_answer_comes_first_and_a_rejected_cache_says_why() {
        let limit = UpperLimit { metric: Metric::WindowMax, most: Value::Micros(60_000_000) };
        let text = crate::report::markdown(&chosen(vec![limit]), Lang::En);
        assert!(text.contains("Of 3 caches, event is the cheapest that keeps all limits (window"), "{text}");
        assert!(text.contains("window_us.max is 4m 59s"), "{text}");
        let none = UpperLimit { metric: Metric::DbReads, most: Value::Count(10) };
        let text = crate::report::markdown(&chosen(vec![none]), Lang::En);
        assert!(text.contains("None of 3 caches keeps all limits (db"), "{text}");
    }

    #[test]
    fn json_names_the_choice_its_limits_and_what_others_break() {
        let limit = UpperLimit { metric: Metric::WindowMax, most: Value::Micros(60_000_000) };
        let tree: serde_json::Value = serde_json::from_str(&json(&chosen(vec![limit]))).unwrap();
        let choice = &tree["choice"];
        assert_eq!((&choice["label"], &choice["cache"]), (&"event".into(), &"event".into()));
        assert_eq!(choice["limits"][0]["metric"], "window_us.max");
        assert_eq!(choice["limits"][0]["value"], 60_000_000);
        let rejected = &choice["rejected"][0];
        assert_eq!(rejected["label"], "ttl:5m+sweep=1m");
        assert_eq!(rejected["breaks"][0]["value"], 299_000_000);
        assert_eq!(rejected["breaks"][0]["limit"], 60_000_000);
    }
}
