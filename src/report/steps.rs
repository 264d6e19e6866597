//! The narration of a run: each scripted step when it is complete, what the cache held then, and the
//! counts so far.
//!
//! It looks on at a simulation and remembers; it does not know where its text goes.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::wrapped;
use super::text::Style;
use super::words::{Arg, Words};
use crate::cache::Applied;
use crate::model::escape;
use crate::model::{Action, ChangeKind, Day, RoleId, UserId};
use crate::sim::{Answered, Callback, Moment, MomentKind, RequestOutcome, Scene};

/// Entries of a cache that are shown before it is cut short.
const SHOWN_ENTRIES: usize = 8;

/// Collects what happens to each scripted step.
#[derive(Debug)]
pub struct StepStories {
    day: Day,
    under_way: BTreeMap<u32, Asked>,
    told: Vec<Story>,
    replicas: u32,
}

/// The requests of a step so far.
#[derive(Clone, Debug, Default)]
struct Asked {
    count: u64,
    outcomes: [u64; 4],
    roles: BTreeMap<RoleId, u64>,
    stale: u64,
    asked_again: u64,
    users: BTreeSet<UserId>,
    /// When the last request started, and when the last answer came.
    last_us: u64,
    answered_us: u64,
}

/// What happened to a step.
#[derive(Clone, Debug)]
enum What {
    /// Its requests were answered.
    Asked(Asked),
    /// Its write was committed, and its event, if it had one, met this fate.
    Written { user: UserId, role: RoleId, fate: Fate, replica: Option<u32> },
    /// It acted on the cache alone.
    Acted,
}

/// The fate of an event.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Silent,
    Lost,
    Unheard,
    Failed,
    Arrived(Applied),
}

/// A complete step, with the cache and the counts as they were then.
#[derive(Clone, Debug)]
struct Story {
    step: u32,
    what: What,
    entries: Vec<(UserId, RoleId)>,
    size: usize,
    hits: u64,
    misses: u64,
}

impl StepStories {
    /// Nothing told yet.
    #[must_use]
    pub fn new(day: &Day, replicas: u32) -> Self {
        Self { day: day.clone(), replicas, under_way: BTreeMap::new(), told: Vec::new() }
    }

    /// A request was answered.
    pub fn answered(&mut self, answered: &Answered, scene: &Scene<'_>) {
        let step = answered.request.step;
        let Some(Action::Request { users, count, .. }) = self.action(step) else { return };
        let expected = users.len().saturating_mul(*count);
        let asked = self.under_way.entry(step).or_default();
        asked.count += 1;
        asked.outcomes[answered.outcome as usize] += 1;
        asked.last_us = asked.last_us.max(answered.request.at_us);
        asked.answered_us = answered.at_us;
        asked.asked_again += u64::from(answered.asked_again);
        if asked.users.len() < SHOWN_ENTRIES {
            asked.users.insert(scene.users.id(answered.request.user).clone());
        }
        if let Some(row) = answered.row {
            *asked.roles.entry(row.role).or_default() += 1;
            asked.stale += u64::from(row.version < answered.truth.version && row.role != answered.truth.role);
        }
        if asked.count == expected
            && let Some(asked) = self.under_way.remove(&step)
        {
            let involved = asked.users.clone();
            self.tell(step, What::Asked(asked), &involved, scene);
        }
    }

    /// Something happened between requests.
    pub fn happened(&mut self, moment: &Moment, applied: Option<Applied>, scene: &Scene<'_>) {
        let Some(action) = self.action(moment.step) else { return };
        let (user, role, fate, replica) = match (moment.kind, action) {
            (MomentKind::Committed { user, row, event: false, .. }, _) => {
                (user, row.role, Fate::Silent, None)
            }
            (MomentKind::Committed { user, row, lost: 1.., .. }, _) => (user, row.role, Fate::Lost, None),
            (MomentKind::Delivered(event), _) => {
                let fate = match applied {
                    None => Fate::Unheard,
                    Some(_) if event.fails => Fate::Failed,
                    Some(applied) => Fate::Arrived(applied),
                };
                (event.user, event.row.role, fate, (self.replicas > 1).then_some(event.replica))
            }
            (MomentKind::Restarted(_) | MomentKind::Cleared, _) | (_, Action::Invalidate(_)) => {
                return self.tell(moment.step, What::Acted, &BTreeSet::new(), scene);
            }
            _ => return,
        };
        let user = scene.users.id(user).clone();
        let involved = BTreeSet::from([user.clone()]);
        self.tell(moment.step, What::Written { user, role, fate, replica }, &involved, scene);
    }

    fn action(&self, step: u32) -> Option<&Action> {
        self.day.script.get(step as usize).map(|step| &step.action)
    }

    /// Remembers a complete step; of a long cache, those whom the step is about and the first others.
    fn tell(&mut self, step: u32, what: What, involved: &BTreeSet<UserId>, scene: &Scene<'_>) {
        let mut entries: Vec<(UserId, RoleId)> = scene
            .cache
            .entries()
            .into_iter()
            .map(|(user, role)| (scene.users.id(user).clone(), role))
            .collect();
        let size = entries.len();
        entries.sort_by_cached_key(|(user, _)| (!involved.contains(user), user.clone()));
        entries.truncate(SHOWN_ENTRIES);
        entries.sort();
        let (hits, misses) = (scene.tally.hits, scene.tally.misses());
        self.told.push(Story { step, what, entries, size, hits, misses });
    }

    /// The narration. `calls` are the tracker's, with their steps.
    #[must_use]
    pub fn text(&self, calls: &[(u32, u64, Callback)], style: &Style) -> String {
        let words = Words::new(style.lang);
        let mut out = String::new();
        let mut told = BTreeSet::new();
        for story in &self.told {
            let step = &self.day.script[story.step as usize];
            let heading = words.with(
                "step-heading",
                &[
                    ("number", Arg::Text(&(story.step + 1).to_string())),
                    ("at", Arg::Text(&step.at.to_string())),
                    ("what", Arg::Text(&name(&step.action, &self.day))),
                ],
            );
            out.push_str(&wrapped("", 2, &escape(&heading)));
            // What happens at several replicas is one write, and the tracker hears of it once.
            let first = told.insert(story.step);
            let calls = calls.iter().filter(|(step, ..)| first && *step == story.step).map(|(.., call)| call);
            for (index, line) in self.lines(story, first, calls, &words).iter().enumerate() {
                out.push_str(&wrapped(&format!("  {}. ", index + 1), 5, &escape(line)));
            }
            out.push('\n');
        }
        if self.told.is_empty() {
            out = format!("{}\n", words.text("step-none"));
        }
        out
    }

    fn lines<'c>(
        &self,
        story: &Story,
        first: bool,
        calls: impl Iterator<Item = &'c Callback>,
        words: &Words,
    ) -> Vec<String> {
        let mut lines = match &story.what {
            What::Asked(asked) => self.asked(asked, words),
            What::Written { user, role, fate, replica } => {
                let written = if first { self.written(story.step, user, *role) } else { Vec::new() };
                let heard = heard(user, self.day.roles.name(*role), *fate, *replica, words);
                written.into_iter().chain(heard).collect()
            }
            What::Acted => Vec::new(),
        };
        lines.push(words.with("step-cache", &[("entries", Arg::Text(&self.cache(story, words)))]));
        for call in calls {
            lines.push(format!("tracker.{call}"));
            lines.extend(call.log_line().map(|line| words.with("step-log", &[("line", Arg::Text(&line))])));
        }
        let counts = [("hits", Arg::Count(story.hits)), ("misses", Arg::Count(story.misses))];
        lines.push(words.with("step-counts", &counts));
        lines
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
        let mut lines = vec![match (asked.count, asked.users.first()) {
            (1, Some(user)) => format!("cache.get_role({user}, fetch_from_db) → {}", outcomes.join(", ")),
            _ => {
                let count = words.with("step-requests", &[("n", Arg::Count(asked.count))]);
                format!("{count} → {}", outcomes.join(", "))
            }
        }];
        if !roles.is_empty() {
            lines.push(words.with("step-answers", &[("roles", Arg::Text(&roles.join(", ")))]));
        }
        if asked.asked_again > 0 {
            lines.push(words.with("step-asked-again", &[("n", Arg::Count(asked.asked_again))]));
        }
        if asked.answered_us > asked.last_us {
            let at = self.day.clock.time_of(asked.answered_us).to_string();
            lines.push(words.with("step-answered-at", &[("at", Arg::Text(&at))]));
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

/// What a replica makes of an event.
fn heard(user: &UserId, role: &str, fate: Fate, replica: Option<u32>, words: &Words) -> Vec<String> {
    let fate = match fate {
        Fate::Silent => return Vec::new(),
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
    }
}
