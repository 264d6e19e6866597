//! The narration of a run in the order of the clock: each scripted step at its time, and what it brings later at the
//! time of that.

use super::{Asked, Fate, StepStories, Story, What};
use crate::cache::Applied;
use crate::model::{Action, ChangeKind, Day, RoleId, UserId, escape};
use crate::report::render::layout::wrapped;
use crate::report::render::text::Style;
use crate::report::words::{Arg, Words};
use crate::sim::{Callback, RequestOutcome};

impl StepStories {
    /// The narration. `calls` are the tracker's, with their steps.
    #[must_use]
    pub fn text(&self, calls: &[(u32, u64, Callback)], style: &Style) -> String {
        let words = Words::new(style.lang);
        let mut out = String::new();
        for (story, waits) in self.in_order() {
            let step = &self.day.script[story.step as usize];
            let (number, at) =
                ((story.step + 1).to_string(), self.day.clock.time_of(story.at_us).to_string());
            let (key, at) = match waits || self.is_at_its_step(story) {
                true => ("step-heading", step.at.to_string()),
                false => ("step-later", at),
            };
            let what = name(&step.action, &self.day);
            let gaps = [("number", Arg::Text(&number)), ("at", Arg::Text(&at)), ("what", Arg::Text(&what))];
            out.push_str(&wrapped("", 2, &escape(&words.with(key, &gaps))));
            let lines = if waits { self.waits(story, &words) } else { self.lines(story, calls, &words) };
            for (index, line) in lines.iter().enumerate() {
                out.push_str(&wrapped(&format!("  {}. ", index + 1), 5, &escape(line)));
            }
            out.push('\n');
        }
        if self.told.is_empty() {
            out = format!("{}\n", words.text("step-none"));
        }
        out
    }

    /// What is told, by the clock. Requests whose answers come later are told twice: at their step, where they only wait,
    /// and when all have an answer.
    fn in_order(&self) -> Vec<(&Story, bool)> {
        let mut all: Vec<(&Story, bool)> = self.told.iter().map(|story| (story, false)).collect();
        let later =
            |story: &&Story| matches!(story.what[..], [What::Asked(_), ..]) && !self.is_at_its_step(story);
        for story in self.told.iter().filter(later) {
            let at_us = self.step_us(story.step);
            // At one instant what was under way comes first, then steps as they stand in the file.
            let place = all.iter().position(|(other, waits)| {
                let other_us = if *waits { self.step_us(other.step) } else { other.at_us };
                let is_step = *waits || self.is_at_its_step(other);
                other_us > at_us || other_us == at_us && is_step && other.step > story.step
            });
            all.insert(place.unwrap_or(all.len()), (story, true));
        }
        all
    }

    /// The time of a step, in microseconds since the clock's start.
    fn step_us(&self, step: u32) -> u64 {
        self.day.script[step as usize].at.0 - self.day.clock.start.0
    }

    fn is_at_its_step(&self, story: &Story) -> bool {
        story.at_us == self.step_us(story.step)
    }

    /// What is told of requests before they have their answers.
    fn waits(&self, story: &Story, words: &Words) -> Vec<String> {
        let [What::Asked(asked), ..] = &story.what[..] else { return Vec::new() };
        let waits = words.text("step-waits");
        if asked.last_us > self.step_us(story.step) {
            let at = self.day.clock.time_of(asked.last_us).to_string();
            return vec![words.with("step-until", &[("n", Arg::Count(asked.count)), ("at", Arg::Text(&at))])];
        }
        vec![format!("{} → {waits}", called(asked, words))]
    }

    fn lines(&self, story: &Story, calls: &[(u32, u64, Callback)], words: &Words) -> Vec<String> {
        let mut lines = Vec::new();
        for what in &story.what {
            match what {
                What::Asked(asked) => lines.extend(self.asked(asked, words)),
                What::Begun if story.what.len() == 1 && self.writes(story.step) => {
                    lines.push(words.text("step-begun"));
                }
                What::Begun | What::Acted => {}
                What::Written { user, role } => lines.extend(self.written(story.step, user, *role)),
                What::Failed => lines.push(words.text("step-write-failed")),
                What::Heard { user, role, fate, replica } => {
                    lines.extend(heard(user, self.day.roles.name(*role), *fate, *replica, words));
                }
            }
        }
        lines.push(words.with("step-cache", &[("entries", Arg::Text(&self.cache(story, words)))]));
        // The tracker hears of a change when it is committed.
        let commits = story.what.iter().any(|what| matches!(what, What::Written { .. }));
        for (.., call) in calls.iter().filter(|(step, ..)| commits && *step == story.step) {
            lines.push(format!("tracker.{call}"));
            lines.extend(call.log_line().map(|line| words.with("step-log", &[("line", Arg::Text(&line))])));
        }
        let counts = [("hits", Arg::Count(story.hits)), ("misses", Arg::Count(story.misses))];
        lines.push(words.with("step-counts", &counts));
        lines
    }

    /// Whether a step writes to the database.
    fn writes(&self, step: u32) -> bool {
        let action = self.action(step);
        matches!(action, Some(Action::Change(_) | Action::CreateUser { .. } | Action::WriteDb { .. }))
    }

    fn asked(&self, asked: &Asked, words: &Words) -> Vec<String> {
        const OUTCOMES: [(RequestOutcome, &str); 4] = [
            (RequestOutcome::Hit, "step-hits"),
            (RequestOutcome::Load, "step-loads"),
            (RequestOutcome::Coalesced, "step-coalesced"),
            (RequestOutcome::Failed, "step-failed"),
        ];
        let outcomes: Vec<String> = OUTCOMES
            .iter()
            .map(|(outcome, key)| (asked.outcomes[*outcome as usize], key))
            .filter(|(count, _)| *count > 0)
            .map(|(count, key)| words.with(key, &[("n", Arg::Count(count))]))
            .collect();
        let roles: Vec<String> = asked
            .roles
            .iter()
            .map(|(role, count)| {
                let times = if asked.count == 1 {
                    String::new()
                } else {
                    format!(" × {}", words.lang().count(*count))
                };
                format!("{:?}{times}", self.day.roles.name(*role))
            })
            .collect();
        let mut lines = vec![format!("{} → {}", called(asked, words), outcomes.join(", "))];
        if !roles.is_empty() {
            lines.push(words.with("step-answers", &[("roles", Arg::Text(&roles.join(", ")))]));
        }
        if asked.asked_again > 0 {
            lines.push(words.with("step-asked-again", &[("n", Arg::Count(asked.asked_again))]));
        }
        if asked.stale > 0 {
            lines.push(words.with("step-stale", &[("n", Arg::Count(asked.stale))]));
        }
        lines
    }

    /// What a write does to the database.
    fn written(&self, step: u32, user: &UserId, role: RoleId) -> Vec<String> {
        let role = self.day.roles.name(role);
        let mut lines = Vec::new();
        if let Some(Action::Change(change)) = self.action(step)
            && let ChangeKind::Transfer { mailbox, to, .. } = &change.kind
        {
            lines.push(format!("MailboxesRepo: UPDATE mailboxes SET creator_id={to} WHERE id={mailbox}"));
        }
        if let Some(Action::CreateUser { .. }) = self.action(step) {
            return vec![format!("DB: INSERT INTO users (user_id, role) VALUES ({user}, {role:?})")];
        }
        lines.push(format!("UsersRepo.upsert({user}, role={role:?})"));
        lines.push(format!("DB: UPDATE users SET role={role:?} WHERE user_id={user}"));
        lines
    }

    fn cache(&self, story: &Story, words: &Words) -> String {
        let shown: Vec<String> = story
            .entries
            .iter()
            .map(|(user, role)| format!("{user}: {:?}", self.day.roles.name(*role)))
            .collect();
        let more = match (story.size - story.entries.len()) as u64 {
            0 => String::new(),
            more => format!(", … {}", words.with("step-more", &[("n", Arg::Count(more))])),
        };
        format!("{{{}{more}}}", shown.join(", "))
    }
}

/// The call, or how many there are.
fn called(asked: &Asked, words: &Words) -> String {
    match (asked.count, asked.users.first()) {
        (1, Some(user)) => format!("cache.get_role({user}, fetch_from_db)"),
        _ => words.with("step-requests", &[("n", Arg::Count(asked.count))]),
    }
}

/// What a replica makes of an event.
fn heard(user: &UserId, role: &str, fate: Fate, replica: Option<u32>, words: &Words) -> Vec<String> {
    let fate = match fate {
        Fate::Lost => "step-lost",
        Fate::Unheard => "step-unheard",
        Fate::Failed => "step-update-failed",
        Fate::Arrived(Applied::Written) => "step-written",
        Fate::Arrived(Applied::Unwritten) => "step-unwritten",
        Fate::Arrived(Applied::Older) => "step-rejected",
    };
    let cache = replica.map_or_else(|| "role_cache".to_owned(), |replica| format!("role_cache[{replica}]"));
    let mut lines = vec![format!("{cache}.update_role({user}, {role:?}) → {}", words.text(fate))];
    if fate == "step-update-failed" {
        let warning = format!("Failed to update cache: {user}");
        lines.push(words.with("step-log", &[("line", Arg::Text(&warning))]));
    }
    lines
}

/// The step as the scenario names it.
fn name(action: &Action, day: &Day) -> String {
    match action {
        Action::Request { users, count: 1, .. } => format!("request {users}"),
        Action::Request { users, count, .. } => format!("request {users} × {count}"),
        Action::Change(change) => match &change.kind {
            ChangeKind::AddAdmin { user, .. } => format!("add_admin {user}"),
            ChangeKind::RemoveAdmin { user, .. } => format!("remove_admin {user}"),
            ChangeKind::Transfer { mailbox, from, to } => format!("transfer {mailbox}: {from} → {to}"),
            ChangeKind::SetRole { user, role } => format!("set_role {user}: {}", day.roles.name(*role)),
        },
        Action::CreateUser { user, .. } => format!("create_user {user}"),
        Action::WriteDb { user, role } => format!("write_db {user}: {}", day.roles.name(*role)),
        Action::Restart(None) => "restart".to_owned(),
        Action::Restart(Some(replica)) => format!("restart {replica}"),
        Action::Invalidate(user) => format!("invalidate {user}"),
        Action::Clear => "clear".to_owned(),
        Action::Poll(None) => "poll all".to_owned(),
        Action::Poll(Some(replica)) => format!("poll {replica}"),
    }
}
