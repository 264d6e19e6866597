//! One metric and its accepted value, in words: the same ones for terminal, Markdown, JUnit and annotations.

use crate::gate::{Amount, Change, Pair, Paired, Standing};
use crate::metrics::{Unit, Value};
use crate::model::escape;
use crate::report::expectations::{distance, exact};
use crate::report::words::{Arg, Words};

const MINUS: char = '−';

/// The metric and its cache, as in `hit_ratio of event`. The scenario's own cache goes by its accepted label where only
/// that tells it from another pair.
pub(in crate::report) fn subject(pair: &Pair, change: &Change, words: &Words) -> String {
    let cache = words.with("expect-cache", &[("cache", Arg::Text(&escape(&pair.label)))]);
    format!("{} {cache}", change.metric)
}

/// Which cache is compared with which.
pub(in crate::report) fn heading(pair: &Pair, words: &Words) -> String {
    let (label, accepted) = (escape(&pair.label), escape(&pair.accepted_label));
    let key = match (pair.own, pair.same_cache) {
        (true, true) => "check-own",
        (true, false) if pair.label != pair.accepted_label => "check-own-other",
        (_, false) => "check-other-spec",
        (false, true) => return label,
    };
    words.with(key, &[("cache", Arg::Text(&label)), ("accepted", Arg::Text(&accepted))])
}

/// The whole sentence about a metric: both values, the change, the verdict and the tolerance.
pub(in crate::report) fn sentence(subject: &str, change: &Change, words: &Words) -> String {
    let (accepted, actual) = values(change, words);
    let standing = standing(change.standing, words);
    let unit = change.metric.unit();
    let half_width = |paired: Paired| match (words.lang().half_width(&paired.difference, unit), unit) {
        (half, Unit::Ratio) => words.with("expect-points", &[("value", Arg::Text(&half))]),
        (half, _) => half,
    };
    let half = change.paired.map(half_width).unwrap_or_default();
    let moved = change_of(change, words);
    let valueless = change.accepted == Value::Undefined && change.actual == Value::Undefined;
    let key = match (change.paired, &moved) {
        (Some(_), _) => "check-paired",
        (None, Some(_)) => "check-change",
        (None, None) if valueless => "check-valueless",
        (None, None) => "check-change-none",
    };
    let text = words.with(
        key,
        &[
            ("metric", Arg::Text(subject)),
            ("accepted", Arg::Text(&accepted)),
            ("actual", Arg::Text(&actual)),
            ("change", Arg::Text(&moved.unwrap_or_default())),
            ("half", Arg::Text(&half)),
            ("standing", Arg::Text(&standing)),
        ],
    );
    let text = match change.seed {
        Some(seed) => {
            words.with("check-seed", &[("text", Arg::Text(&text)), ("seed", Arg::Text(&seed.to_string()))])
        }
        None => text,
    };
    match change.tolerance.map(|tolerance| amount(tolerance, words)) {
        Some(amount) => {
            words.with("check-tolerance", &[("text", Arg::Text(&text)), ("amount", Arg::Text(&amount))])
        }
        None => words.with("check-no-tolerance", &[("text", Arg::Text(&text))]),
    }
}

/// How it stands, in a word or a few.
pub(in crate::report) fn standing(standing: Standing, words: &Words) -> String {
    words.text(match standing {
        Standing::Same => "check-is-same",
        Standing::Within => "check-is-within",
        Standing::Changed => "check-is-changed",
        Standing::Better => "check-is-better",
        Standing::Inconclusive => "check-is-inconclusive",
        Standing::Worse => "check-is-worse",
        Standing::Undefined => "check-is-undefined",
    })
}

/// The accepted value and the one now; with all their digits where the short forms would read the same.
pub(in crate::report) fn values(change: &Change, words: &Words) -> (String, String) {
    if let Some(paired) = change.paired {
        let mean = |spread| words.lang().mean(spread, change.metric.unit());
        return (mean(&paired.accepted), mean(&paired.actual));
    }
    let short = |value| words.value(value, "check-no-value");
    let whole = |value| match value {
        Value::Undefined => short(value),
        value => exact(value, words),
    };
    let (accepted, actual) = (short(change.accepted), short(change.actual));
    let same = accepted == actual && change.accepted != change.actual;
    if same { (whole(change.accepted), whole(change.actual)) } else { (accepted, actual) }
}

/// How far the value moved, with its sign; `None` if it did not, or a value is undefined.
pub(in crate::report) fn change_of(change: &Change, words: &Words) -> Option<String> {
    if let Some(paired) = change.paired {
        return Some(words.lang().change(&paired.difference, change.metric.unit()));
    }
    let (less, text) = match (change.accepted, change.actual) {
        (Value::Count(old), Value::Count(new)) => (new < old, words.lang().count(old.abs_diff(new))),
        (Value::Micros(old), Value::Micros(new)) => (new < old, words.lang().duration(old.abs_diff(new))),
        (Value::Ratio(old), Value::Ratio(new)) => {
            let points = words.lang().short_points(new - old);
            (new < old, words.with("expect-points", &[("value", Arg::Text(&points))]))
        }
        _ => return None,
    };
    let moved = change.accepted != change.actual;
    moved.then(|| format!("{}{text}", if less { MINUS } else { '+' }))
}

/// A tolerance as it could have been written.
pub(in crate::report) fn amount(amount: Amount, words: &Words) -> String {
    match amount {
        Amount::Absolute(most) => distance(most, words),
        Amount::Percent(parts) => words.lang().with_percent_sign(&Amount::percent_text(parts)),
    }
}
