//! Why answers were stale, in sentences: a paragraph for all answers with the same causes.

use std::collections::BTreeMap;

use super::cause::{Cause, Missed};
use super::counterfactual::{Checked, Mends, Then, is_guarded};
use super::story_page::Page;
use crate::gate::Verdict;
use crate::model::{RoleId, escape};
use crate::report::document::{Chapter, Element, Statement, Statements};
use crate::report::mark::Mark;
use crate::report::words::Arg;

/// Answers with the same causes.
struct Group<'c> {
    first: &'c Checked,
    last: &'c Checked,
    count: u64,
}

/// What they have in common: their causes, how they fare without, the role of the answer and the true one.
type Key<'c> = (&'c [Cause], Then, Option<(RoleId, RoleId)>);

/// A part for each group of answers; empty if no answer was stale.
pub(super) fn why(page: &Page<'_>, checked: &[Checked]) -> Vec<Chapter> {
    if checked.is_empty() {
        return Vec::new();
    }
    let part = |block| Chapter { title: None, blocks: vec![block] };
    let title = part(Element::Paragraph(page.words.text("explain-why")));
    let groups = groups(page, checked).into_iter().map(|group| {
        let mut details = Vec::new();
        let mut mends = Mends::default();
        for (index, cause) in group.first.causes.iter().enumerate() {
            let text = sentence(page, cause, is_guarded(&mends.cache(&page.story.cache)));
            let text = if index == 0 { text } else { page.with("explain-even-then", "cause", &text) };
            details.push(Element::Paragraph(text));
            mends = mends.without(cause, &page.story.cache).unwrap_or(mends);
        }
        details.push(Element::Paragraph(then(page, &group, &mends)));
        let heading = Statement::plain(Mark::of(Verdict::Fail), heading(page, &group));
        let items = vec![Statement { details, ..heading }];
        part(Element::Statements(Statements { items, ..Statements::default() }))
    });
    std::iter::once(title).chain(groups).collect()
}

fn groups<'c>(page: &Page<'_>, checked: &'c [Checked]) -> Vec<Group<'c>> {
    let mut groups: Vec<Group<'c>> = Vec::new();
    let mut known: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for one in checked {
        let key = (one.causes.as_slice(), one.then, roles(page, one));
        let place = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => {
                group.count += 1;
                group.last = one;
            }
            None => groups.push(Group { first: one, last: one, count: 1 }),
        }
    }
    groups
}

/// The role of the answer, and the true one.
fn roles(page: &Page<'_>, checked: &Checked) -> Option<(RoleId, RoleId)> {
    let answered = page.story.answer(checked.place)?;
    Some((answered.row?.role, answered.truth.role))
}

fn heading(page: &Page<'_>, group: &Group<'_>) -> String {
    let asked = |checked: &Checked| {
        page.story
            .answer(checked.place)
            .map_or_else(String::new, |answered| page.time(answered.request.at_us))
    };
    let (role, truth) = roles(page, group.first).unwrap_or_default();
    let (from, to) = (asked(group.first), asked(group.last));
    let (role, truth) = (page.role(role), page.role(truth));
    let gaps = [
        ("n", Arg::Count(group.count)),
        ("from", Arg::Text(&from)),
        ("to", Arg::Text(&to)),
        ("role", Arg::Text(&role)),
        ("truth", Arg::Text(&truth)),
    ];
    let key = match group.count {
        1 => "explain-group-one",
        _ if from == to => "explain-group-at",
        _ => "explain-group",
    };
    page.words.with(key, &gaps)
}

/// A cause in words; `guarded` says whether the cache numbers what it holds.
fn sentence(page: &Page<'_>, cause: &Cause, guarded: bool) -> String {
    let change = |missed: &Missed| page.time(missed.at_us);
    let say = |key: &str, times: &[(&str, u64)], missed: &Missed| {
        let texts: Vec<(&str, String)> = times.iter().map(|(name, us)| (*name, page.time(*us))).collect();
        let change = change(missed);
        let mut gaps = vec![("change", Arg::Text(&change))];
        gaps.extend(texts.iter().map(|(name, text)| (*name, Arg::Text(text.as_str()))));
        page.words.with(key, &gaps)
    };
    match cause {
        Cause::Deaf { missed, read: Some((issued, stored)) } => {
            let key = if issued == stored { "explain-deaf" } else { "explain-deaf-slow" };
            let times = [("issued", *issued), ("stored", *stored)];
            say(key, if issued == stored { &times[1..] } else { &times }, missed)
        }
        Cause::Deaf { missed, read: None } => say("explain-deaf-only", &[], missed),
        Cause::OldRead { missed, issued_us } => say("explain-old-read", &[("issued", *issued_us)], missed),
        Cause::OutOfBand { missed } => say("explain-out-of-band", &[], missed),
        Cause::Lost { missed } => say("explain-lost", &[], missed),
        Cause::NotSent { missed } => say("explain-not-sent", &[], missed),
        Cause::Late { missed, arrives_us } => {
            let after = page.words.lang().exact_duration(arrives_us - missed.at_us);
            let (arrives, change) = (page.time(*arrives_us), change(missed));
            let gaps = [
                ("change", Arg::Text(&change)),
                ("arrives", Arg::Text(&arrives)),
                ("after", Arg::Text(&after)),
            ];
            page.words.with("explain-late", &gaps)
        }
        Cause::OvertakenFetch { missed, arrived_us, issued_us, answered_us, joined } => {
            let key = if *joined { "explain-joined" } else { "explain-overtaken" };
            let times = [("issued", *issued_us), ("answered", *answered_us), ("arrived", *arrived_us)];
            say(key, &times, missed)
        }
        Cause::OvertakenEvent { missed, arrived_us, older_us, older_version } => {
            let times = [("arrived", *arrived_us), ("older", *older_us)];
            let text = say("explain-older-event", &times, missed);
            let key = if guarded { "explain-older-forgotten" } else { "explain-older-version" };
            format!("{text} {}", page.with(key, "version", &older_version.to_string()))
        }
        Cause::Unknown => page.words.text("explain-unknown"),
    }
}

/// What the day is like without the causes.
fn then(page: &Page<'_>, group: &Group<'_>, mends: &Mends) -> String {
    let words = &page.words;
    let own = &page.story.cache;
    let cache = mends.cache(own);
    let mut without = Vec::new();
    if cache != *own {
        without.push(page.with("explain-with-cache", "cache", &escape(&cache.to_string())));
    }
    let heard = mends.versions().len() as u64;
    if heard > 0 {
        without.push(words.with("explain-with-heard", &[("n", Arg::Count(heard))]));
    }
    let without = without.join(words.text("explain-and").as_str());
    let key = match group.first.then {
        Then::True(_) => "explain-then-true",
        Then::Failed => "explain-then-failed",
        Then::Stale => "explain-then-stale",
        Then::NotRun => return words.text("explain-then-not-run"),
    };
    if without.is_empty() {
        return words.text("explain-then-unknown");
    }
    words.with(key, &[("n", Arg::Count(group.count)), ("without", Arg::Text(&without))])
}
