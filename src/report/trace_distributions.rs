//! How a recorded day's requests are spread, which decides what a cache can do: over time since the user's one before, over
//! users, and after role changes. As tables for people and as data.

use serde_json::{Map, Value as Json};

use super::document::{Chapter, Element, Table};
use super::words::{Arg, Words};
use crate::metrics::{DayFigures, GapCounts};
use crate::model::Micros;

/// The chapters of a page: those of them that have anything to say.
pub(super) fn chapters(figures: &DayFigures, words: &Words) -> Vec<Chapter> {
    let keys = ["trace-gaps", "trace-gaps-at-most", "trace-requests", "trace-gap-first"];
    let gaps = timed(keys, &figures.gaps, figures.asking, words);
    let users = Chapter {
        title: Some(words.text("trace-by-requests")),
        blocks: vec![Element::Table(by_requests(figures, words))],
    };
    let keys = ["trace-followed", "trace-followed-at-most", "trace-role-changes", "trace-never"];
    let followed = timed(keys, &figures.followed, figures.unfollowed(), words);
    let (asks, changes) = (figures.requests > 0, figures.changes > 0);
    let all = [(asks, gaps), (asks, users), (changes, followed)];
    all.into_iter().filter(|(says, _)| *says).map(|(_, chapter)| chapter).collect()
}

/// Classes of times, and the number of those that have none; shares are of all. The keys are those of the title, of the
/// headings of times and of counts, and of what has no time.
fn timed(keys: [&str; 4], counts: &GapCounts, others: u64, words: &Words) -> Chapter {
    let [title, at_most, count, others_key] = keys;
    let lang = words.lang();
    let all = (counts.sum() + others).max(1) as f64;
    let name = |bound: Option<u64>| {
        bound.map_or_else(|| words.text("trace-gap-longer"), |us| Micros(us).to_string())
    };
    let mut below = 0;
    let row = |(bound, count): (Option<u64>, u64)| {
        below += count;
        let shares = [count, below].map(|count| lang.percent(count as f64 / all));
        [vec![name(bound), lang.count(count)], shares.to_vec()].concat()
    };
    let mut rows: Vec<Vec<String>> = counts.classes().map(row).collect();
    let share = lang.percent(others as f64 / all);
    rows.push(vec![words.text(others_key), lang.count(others), share, String::new()]);
    let header = [at_most, count, "trace-gap-share", "trace-gap-below"];
    let table = Table::new(header.iter().map(|key| words.text(key)).collect(), rows);
    Chapter { title: Some(words.text(title)), blocks: vec![Element::Table(table)] }
}

fn by_requests(figures: &DayFigures, words: &Words) -> Table {
    let lang = words.lang();
    let row = |(from, users, requests): &(u64, u64, u64)| {
        let gaps = [("from", Arg::Count(*from)), ("to", Arg::Count(from.saturating_mul(10) - 1))];
        let name = if *from == 1 { "1–9".to_owned() } else { words.with("trace-from-to", &gaps) };
        vec![name, lang.count(*users), lang.count(*requests)]
    };
    let header = ["trace-requests-of-one", "trace-users", "trace-requests"].map(|key| words.text(key));
    Table::new(header.into(), figures.by_requests.iter().map(row).collect())
}

/// The same as data.
pub(super) fn data(figures: &DayFigures) -> [(&'static str, Json); 3] {
    let object = |pairs: &[(&str, Json)]| {
        Json::Object(Map::from_iter(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone()))))
    };
    let classes = |counts: &GapCounts, name: &str| -> Json {
        counts
            .classes()
            .map(|(bound, count)| object(&[("at_most_us", bound.into()), (name, count.into())]))
            .collect()
    };
    let users = figures.by_requests.iter().map(|(from, users, requests)| {
        object(&[("from", (*from).into()), ("users", (*users).into()), ("requests", (*requests).into())])
    });
    [
        ("gaps", classes(&figures.gaps, "requests")),
        ("users_by_requests", users.collect()),
        ("changes_followed", classes(&figures.followed, "role_changes")),
    ]
}
