//! A story for people: its head, its lines, and why answers were stale.

use super::folded::{Line, lines};
use super::story::Item;
use super::story_page::Page;
use super::why::why;
use super::{Checked, Told};
use crate::cache::Applied;
use crate::gate::Verdict;
use crate::model::{Clock, Day, escape};
use crate::policy::Hearing;
use crate::report::document::{Document, Element, TimelineEntry};
use crate::report::mark::Mark;
use crate::report::render::text::{Style, text};
use crate::report::words::{Arg, Words};
use crate::report::{ScenarioInfo, escape_prose};
use crate::sim::{Answered, RequestOutcome};

/// The whole story. `cache` is what reports call the cache.
#[must_use]
pub fn story_text(told: &Told, info: &ScenarioInfo, cache: &str, day: &Day, style: &Style) -> String {
    let Told { story, checked } = told;
    let commits = story.items.iter().filter_map(|item| match item {
        Item::Committed { at_us, row, .. } => Some((row.version.0, *at_us)),
        _ => None,
    });
    let committed_us = commits.collect();
    let page =
        Page { words: Words::new(style.lang), clock: day.clock, roles: &day.roles, story, committed_us };
    let head = [
        page.with("explain-user", "user", &escape(&story.user.to_string())),
        page.with("explain-cache", "cache", &escape(cache)),
        page.with("explain-seed", "seed", &info.seed.to_string()),
    ];
    let meta = vec![head.join(" · "), sum(&page, checked)];
    let mut document = Document::about(&escape_prose(&info.name), None, meta);
    document.push(None, vec![Element::Timeline(timeline(&page))]);
    document.parts.extend(why(&page, checked));
    text(&document, style.colour)
}

/// What is said if no answer of the day was stale.
#[must_use]
pub fn no_story_text(info: &ScenarioInfo, cache: &str, style: &Style) -> String {
    let words = Words::new(style.lang);
    let cache = words.with("explain-cache", &[("cache", Arg::Text(&escape(cache)))]);
    let seed = words.with("explain-seed", &[("seed", Arg::Text(&info.seed.to_string()))]);
    let meta = vec![format!("{cache} · {seed}"), words.text("explain-no-stale-read")];
    text(&Document::about(&escape_prose(&info.name), None, meta), style.colour)
}

fn sum(page: &Page<'_>, checked: &[Checked]) -> String {
    let requests = page.count("explain-requests", page.story.requests().len() as u64);
    let stale = match checked.len() as u64 {
        0 => page.words.text("explain-none-stale"),
        stale => page.count("explain-stale-answers", stale),
    };
    let mut parts = vec![requests, stale];
    let Clock { start, measure_from, .. } = page.clock;
    if measure_from > start {
        // A story has a beginning, so nothing of it is left out.
        let (from, measured) = (page.time(0), page.time(measure_from.0 - start.0));
        let gaps = [("from", Arg::Text(&from)), ("measured", Arg::Text(&measured))];
        parts.push(page.words.with("explain-warm-up", &gaps));
    }
    parts.join(", ")
}

fn timeline(page: &Page<'_>) -> Vec<TimelineEntry> {
    let moment = |line| {
        let (stale, at_us, text) = told(page, line)?;
        Some(TimelineEntry { mark: stale.then_some(Mark::of(Verdict::Fail)), time: page.time(at_us), text })
    };
    lines(page.story).into_iter().filter_map(moment).collect()
}

/// A line: whether it is marked as stale, its time, and its text.
fn told(page: &Page<'_>, line: Line) -> Option<(bool, u64, String)> {
    let story = page.story;
    match line {
        Line::Asks(place) => {
            let answered = story.answer(place)?;
            let text = page.words.text(match answered.outcome {
                RequestOutcome::Coalesced => "explain-asks-joining",
                RequestOutcome::Failed => "explain-asks-waiting",
                _ => "explain-asks-reading",
            });
            Some((false, answered.request.at_us, text))
        }
        Line::One(place) => {
            let item = story.items.get(place)?;
            let stale = story.answer(place).is_some_and(Answered::is_stale);
            Some((stale, item.at_us(), one(page, item)))
        }
        Line::Hits(count, first, last) => {
            let (first, last) = (story.answer(first)?, story.answer(last)?);
            let gaps = [
                ("n", Arg::Count(count as u64)),
                ("at", Arg::Text(&page.time(last.at_us))),
                ("role", Arg::Text(&page.role(first.row?.role))),
            ];
            Some((false, first.at_us, page.words.with("explain-hits", &gaps)))
        }
        Line::More(count, first, last) => {
            let (first, last) = (story.answer(first)?, story.answer(last)?);
            let gaps = [("n", Arg::Count(count as u64)), ("at", Arg::Text(&page.time(last.at_us)))];
            Some((first.is_stale(), first.at_us, page.words.with("explain-more", &gaps)))
        }
    }
}

fn one(page: &Page<'_>, item: &Item) -> String {
    let words = &page.words;
    match item {
        Item::Answered(answered) => answer(page, answered),
        Item::Committed { row, event, lost, only, .. } => {
            let (role, version) = (page.role(row.role), row.version.0.to_string());
            let gaps = [("role", Arg::Text(&role)), ("version", Arg::Text(&version))];
            let commit = words.with("explain-commit", &gaps);
            fate(page, *event, *lost, *only).map_or(commit.clone(), |fate| format!("{commit}; {fate}"))
        }
        Item::WriteFailed { .. } => words.text("explain-write-failed"),
        Item::Delivered { at_us, row, replica, fails, applied } => {
            let version = row.version.0;
            let mut parts = vec![page.with("explain-event", "version", &version.to_string())];
            parts.extend(page.at_replica(*replica));
            if let Some(late_us @ 1..) = page.committed_us.get(&version).map(|commit_us| at_us - commit_us) {
                let after = words.lang().exact_duration(late_us);
                parts.push(page.with("explain-event-late", "after", &after));
            }
            let became = words.text(match applied {
                _ if *fails => "step-update-failed",
                Some(Applied::Written) => "step-written",
                Some(Applied::Older) => "step-rejected",
                Some(Applied::Unwritten) | None => "step-unwritten",
            });
            format!("{}: {became}", parts.join(", "))
        }
        Item::Invalidated { .. } => words.text("explain-invalidated"),
        Item::Cleared { .. } => words.text("explain-cleared"),
        Item::Restarted { replica: None, .. } => words.text("explain-restarted"),
        Item::Restarted { replica: Some(replica), .. } => match page.at_replica(*replica) {
            Some(replica) => format!("{}: {replica}", words.text("explain-restarted")),
            None => words.text("explain-restarted"),
        },
        Item::Outage { down: true, .. } => words.text("explain-down"),
        Item::Outage { down: false, .. } => words.text("explain-up"),
    }
}

/// What becomes of a commit's event, as far as the commit tells; `None` if no cache could care.
fn fate(page: &Page<'_>, event: bool, lost: u64, only: Option<u32>) -> Option<String> {
    let several = page.story.replicas.get() > 1;
    Some(match (page.story.cache.hearing(), only) {
        _ if !event => page.words.text("explain-no-event"),
        (Hearing::Indifferent, _) => return None,
        (Hearing::Deaf, _) => page.words.text("explain-event-unheard"),
        _ if lost > 0 && several => page.count("explain-event-lost-to", lost),
        _ if lost > 0 => page.words.text("explain-event-lost"),
        (_, Some(only)) if several => page.count("explain-event-only", only.into()),
        _ => page.words.text("explain-event-sent"),
    })
}

fn answer(page: &Page<'_>, answered: &Answered) -> String {
    let role = answered.row.map(|row| page.role(row.role)).unwrap_or_default();
    let mut parts = vec![page.with(
        match answered.outcome {
            RequestOutcome::Hit => "explain-hit",
            RequestOutcome::Load => "explain-load",
            RequestOutcome::Coalesced => "explain-coalesced",
            RequestOutcome::Failed => "explain-failed",
        },
        "role",
        &role,
    )];
    parts.extend(page.at_replica(answered.replica));
    if answered.at_us > answered.request.at_us {
        parts.push(page.with("explain-asked-at", "at", &page.time(answered.request.at_us)));
    }
    if answered.asked_again > 0 {
        parts.push(page.count("explain-asked-again", answered.asked_again.into()));
    }
    let judgement = match answered.row {
        None => return parts.join(", "),
        Some(_) if answered.is_stale() => page.with("explain-stale", "role", &page.role(answered.truth.role)),
        Some(row) if row.role != answered.truth.role => page.words.text("explain-newer"),
        Some(_) => page.words.text("explain-true"),
    };
    format!("{}: {judgement}", parts.join(", "))
}
