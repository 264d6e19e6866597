//! A story for programs: JSON lines, the first about the whole, then one for each thing that happened, then one
//! for each stale answer.

use serde::Serialize;

use super::cause::Cause;
use super::counterfactual::Then;
use super::story::{Item, Story};
use super::{Checked, Told};
use crate::cache::Applied;
use crate::model::{Clock, Day, Roles, escape_json};
use crate::report::{OWN_VERSION, ScenarioInfo};
use crate::sim::RequestOutcome;

/// A line.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line<'l> {
    Story {
        rolesim: &'static str,
        scenario: &'l str,
        digest: &'l str,
        seed: u64,
        cache: String,
        label: &'l str,
        user: Option<String>,
        requests: u64,
        stale_reads: u64,
        /// From when on metrics count; the story counts all. `None` if that is the start.
        #[serde(skip_serializing_if = "Option::is_none")]
        measure_from: Option<String>,
    },
    Request {
        number: usize,
        at: String,
        at_us: u64,
        answered: String,
        answered_us: u64,
        replica: u32,
        outcome: &'static str,
        asked_again: u8,
        role: Option<&'l str>,
        version: Option<u64>,
        true_role: &'l str,
        true_version: u64,
        stale: bool,
    },
    RoleChange {
        at: String,
        at_us: u64,
        role: &'l str,
        version: u64,
        event: bool,
        lost: u64,
        only_replica: Option<u32>,
    },
    WriteFailed {
        at: String,
        at_us: u64,
    },
    Event {
        at: String,
        at_us: u64,
        replica: u32,
        role: &'l str,
        version: u64,
        outcome: &'static str,
    },
    Invalidate {
        at: String,
        at_us: u64,
    },
    Clear {
        at: String,
        at_us: u64,
    },
    Restart {
        at: String,
        at_us: u64,
        replica: Option<u32>,
    },
    Database {
        at: String,
        at_us: u64,
        down: bool,
    },
    Why {
        request: usize,
        causes: Vec<CauseLine>,
        then: &'static str,
    },
}

/// A cause in a line; what does not belong to it is `null`.
#[derive(Default, Serialize)]
struct CauseLine {
    cause: &'static str,
    change: Option<u64>,
    changed: Option<String>,
    issued: Option<String>,
    answered: Option<String>,
    arrived: Option<String>,
    older: Option<u64>,
    older_arrived: Option<String>,
}

/// The whole story, a JSON object a line. Without a story, only the line about the whole, which then has no user.
#[must_use]
pub fn story_lines(told: Option<&Told>, info: &ScenarioInfo, cache: (String, &str), day: &Day) -> String {
    let (cache, label) = cache;
    let clock = &day.clock;
    let (scenario, digest, seed) = (info.name.as_str(), info.digest.as_str(), info.seed);
    let mut out = String::new();
    let whole = |user, requests, stale_reads| Line::Story {
        rolesim: OWN_VERSION,
        scenario,
        digest,
        seed,
        cache: cache.clone(),
        label,
        user,
        requests,
        stale_reads,
        measure_from: (clock.measure_from > clock.start).then(|| clock.measure_from.to_string()),
    };
    let Some(Told { story, checked }) = told else {
        push(&mut out, &whole(None, 0, 0));
        return out;
    };
    let requests = story.requests();
    let user = Some(story.user.to_string());
    push(&mut out, &whole(user, requests.len() as u64, checked.len() as u64));
    let mut numbers = vec![0; story.items.len()];
    for (index, place) in requests.into_iter().enumerate() {
        numbers[place] = index + 1;
    }
    for (item, number) in story.items.iter().zip(numbers) {
        push(&mut out, &line(item, number, story, &day.roles, day.clock));
    }
    for one in checked {
        push(&mut out, &why(one, day.clock));
    }
    out
}

fn push(out: &mut String, line: &Line<'_>) {
    // Lines hold texts and numbers only, which JSON can always say.
    if let Ok(text) = serde_json::to_string(line) {
        out.push_str(&escape_json(&text));
        out.push('\n');
    }
}

fn line<'l>(item: &Item, number: usize, story: &Story, roles: &'l Roles, clock: Clock) -> Line<'l> {
    let at_us = item.at_us();
    let at = clock.time_of(at_us).to_string();
    match *item {
        Item::Answered(answered) => Line::Request {
            number,
            at: clock.time_of(answered.request.at_us).to_string(),
            at_us: answered.request.at_us,
            answered: at,
            answered_us: at_us,
            replica: answered.replica,
            outcome: match answered.outcome {
                RequestOutcome::Hit => "hit",
                RequestOutcome::Load => "load",
                RequestOutcome::Coalesced => "coalesced",
                RequestOutcome::Failed => "failed",
            },
            asked_again: answered.asked_again,
            role: answered.row.map(|row| roles.name(row.role)),
            version: answered.row.map(|row| row.version.0),
            true_role: roles.name(answered.truth.role),
            true_version: answered.truth.version.0,
            stale: answered.is_stale(),
        },
        Item::Committed { row, event, lost, only, .. } => Line::RoleChange {
            at,
            at_us,
            role: roles.name(row.role),
            version: row.version.0,
            event,
            lost,
            only_replica: only.filter(|_| event && story.replicas.get() > 1),
        },
        Item::WriteFailed { .. } => Line::WriteFailed { at, at_us },
        Item::Delivered { row, replica, fails, applied, .. } => Line::Event {
            at,
            at_us,
            replica,
            role: roles.name(row.role),
            version: row.version.0,
            outcome: match applied {
                None => "unheard",
                Some(_) if fails => "failed",
                Some(Applied::Written) => "written",
                Some(Applied::Unwritten) => "unwritten",
                Some(Applied::Older) => "rejected",
            },
        },
        Item::Invalidated { .. } => Line::Invalidate { at, at_us },
        Item::Cleared { .. } => Line::Clear { at, at_us },
        Item::Restarted { replica, .. } => Line::Restart { at, at_us, replica },
        Item::Outage { down, .. } => Line::Database { at, at_us, down },
    }
}

fn why(checked: &Checked, clock: Clock) -> Line<'static> {
    Line::Why {
        request: checked.number,
        causes: checked.causes.iter().map(|cause| cause_line(cause, clock)).collect(),
        then: match checked.then {
            Then::True(_) => "true",
            Then::Failed => "failed",
            Then::Stale => "stale",
            Then::NotRun => "not_run",
        },
    }
}

fn cause_line(cause: &Cause, clock: Clock) -> CauseLine {
    let time = |us: u64| Some(clock.time_of(us).to_string());
    let (name, missed) = match cause {
        Cause::Deaf { missed, .. } => ("deaf", missed),
        Cause::OldRead { missed, .. } => ("old_read", missed),
        Cause::OutOfBand { missed } => ("out_of_band", missed),
        Cause::Lost { missed } => ("lost", missed),
        Cause::NotSent { missed } => ("not_sent", missed),
        Cause::Late { missed, .. } => ("late", missed),
        Cause::OvertakenFetch { missed, .. } => ("overtaken_fetch", missed),
        Cause::OvertakenEvent { missed, .. } => ("overtaken_event", missed),
        Cause::Unknown => return CauseLine { cause: "unknown", ..CauseLine::default() },
    };
    let named = CauseLine {
        cause: name,
        change: Some(missed.version),
        changed: time(missed.at_us),
        ..CauseLine::default()
    };
    match *cause {
        Cause::Deaf { read: Some((issued_us, answered_us)), .. } => {
            CauseLine { issued: time(issued_us), answered: time(answered_us), ..named }
        }
        Cause::OldRead { issued_us, .. } => CauseLine { issued: time(issued_us), ..named },
        Cause::Late { arrives_us, .. } => CauseLine { arrived: time(arrives_us), ..named },
        Cause::OvertakenFetch { arrived_us, issued_us, answered_us, .. } => CauseLine {
            issued: time(issued_us),
            answered: time(answered_us),
            arrived: time(arrived_us),
            ..named
        },
        Cause::OvertakenEvent { arrived_us, older_version, older_us, .. } => CauseLine {
            arrived: time(arrived_us),
            older: Some(older_version),
            older_arrived: time(older_us),
            ..named
        },
        _ => named,
    }
}
