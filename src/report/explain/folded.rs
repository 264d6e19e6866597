//! Which lines a story has on a page: what repeats itself is folded, and a request that waits for its answer is shown twice.

use super::story::{Item, Story};
use crate::model::RoleId;
use crate::sim::{Answered, RequestOutcome};

/// True answers from memory in a row from which on they are one line.
const FOLDED_LEAST: usize = 3;

/// A line of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The request whose answer is at this place begins to wait.
    Asks(usize),
    /// What is at this place.
    One(usize),
    /// A number of true answers from memory, from one place to another.
    Hits(usize, usize, usize),
    /// A number of answers like that of the line before, from one place to another.
    More(usize, usize, usize),
}

/// The lines of a story, in order.
pub(super) fn lines(story: &Story) -> Vec<Line> {
    let shown: Vec<usize> = story
        .items
        .iter()
        .enumerate()
        // A cache that hears no events makes nothing of them.
        .filter(|(_, item)| !matches!(item, Item::Delivered { applied: None, .. }))
        .map(|(place, _)| place)
        .collect();
    let mut placed: Vec<(usize, Line)> = Vec::new();
    let mut rest = &shown[..];
    while let Some((&first, after)) = rest.split_first() {
        let Some(answered) = story.answer(first) else {
            placed.push((first, Line::One(first)));
            rest = after;
            continue;
        };
        let alike = |place: &&usize| story.answer(**place).is_some_and(|other| key(other) == key(answered));
        let count = rest.iter().take_while(alike).count();
        let last = rest.get(count - 1).copied().unwrap_or(first);
        let second = rest.get(1).copied().unwrap_or(last);
        rest = rest.get(count..).unwrap_or_default();
        let is_hit = answered.outcome == RequestOutcome::Hit && !answered.is_stale();
        if is_hit && count >= FOLDED_LEAST {
            placed.push((first, Line::Hits(count, first, last)));
            continue;
        }
        if answered.at_us > answered.request.at_us {
            placed.push((start(story, answered), Line::Asks(first)));
        }
        placed.push((first, Line::One(first)));
        match count {
            1 => {}
            2 => placed.push((last, Line::One(last))),
            _ => placed.push((second, Line::More(count - 1, second, last))),
        }
    }
    placed.sort_by_key(|(place, line)| (*place, !matches!(line, Line::Asks(_))));
    placed.into_iter().map(|(_, line)| line).collect()
}

/// What answers have in common that are alike: how, with what, whether it is true, and for how long they waited.
type Key = (RequestOutcome, Option<RoleId>, RoleId, bool, Option<(u64, u64)>);

fn key(answered: &Answered) -> Key {
    let (start_us, at_us) = (answered.request.at_us, answered.at_us);
    let waited = (at_us > start_us).then_some((start_us, at_us));
    let role = answered.row.map(|row| row.role);
    (answered.outcome, role, answered.truth.role, answered.is_stale(), waited)
}

/// The place in the story before which a request was asked: after all of its instant but for later commits.
fn start(story: &Story, answered: &Answered) -> usize {
    let start_us = answered.request.at_us;
    let first = story.items.partition_point(|item| item.at_us() < start_us);
    let count = story.items[first..].partition_point(|item| item.at_us() <= start_us);
    let later =
        |item: &Item| matches!(item, Item::Committed { row, .. } if row.version > answered.truth.version);
    first + story.items[first..first + count].iter().position(later).unwrap_or(count)
}
