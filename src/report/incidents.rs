//! What to know of a day when looking at its hours: faults, restarts and changes by hand, each with its time.

use super::words::{Arg, Words};
use crate::model::{Action, Day, DayTime, System, Trouble};

/// Incidents of one kind beyond which none of the kind is marked: a picture full of marks shows nothing.
const MOST: usize = 12;

/// Something to know of when looking at a day by the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident {
    /// When it began.
    pub from: DayTime,
    /// When it ended; `None` if it took no time.
    pub to: Option<DayTime>,
    /// What it was.
    pub kind: IncidentKind,
}

/// What an incident was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentKind {
    /// The database was down.
    DatabaseDown,
    /// Events were lost, all or some.
    EventsLost,
    /// Events took longer.
    EventsDelayed,
    /// The connection was broken.
    ChannelDown,
    /// The caches' updates failed.
    UpdateFails,
    /// Reads took longer.
    SlowReads,
    /// A process started again.
    Restart,
    /// A role was changed by the script.
    RoleChange,
}

/// What reports in JSON call each kind.
pub(super) const INCIDENT_KINDS: [(&str, IncidentKind); 8] = [
    ("database_down", IncidentKind::DatabaseDown),
    ("events_lost", IncidentKind::EventsLost),
    ("events_delayed", IncidentKind::EventsDelayed),
    ("channel_down", IncidentKind::ChannelDown),
    ("update_fails", IncidentKind::UpdateFails),
    ("slow_reads", IncidentKind::SlowReads),
    ("restart", IncidentKind::Restart),
    ("role_change", IncidentKind::RoleChange),
];

impl Incident {
    /// Those of a day on a system, by their time.
    #[must_use]
    pub fn all(day: &Day, system: &System) -> Vec<Self> {
        let faults = system.faults.iter().map(|fault| Self {
            from: fault.window.from,
            to: Some(fault.window.to),
            kind: kind_of(&fault.trouble),
        });
        let scripted = |kind| {
            let some: Vec<Self> = day
                .script
                .iter()
                .filter(|step| match step.action {
                    Action::Restart(_) => kind == IncidentKind::Restart,
                    Action::Change(_) | Action::WriteDb { .. } => kind == IncidentKind::RoleChange,
                    _ => false,
                })
                .map(|step| Self { from: step.at, to: None, kind })
                .take(MOST + 1)
                .collect();
            if some.len() > MOST { Vec::new() } else { some }
        };
        let mut all: Vec<Self> = faults.take(MOST).collect();
        all.extend(scripted(IncidentKind::Restart));
        all.extend(scripted(IncidentKind::RoleChange));
        all.sort_by_key(|one| (one.from, one.to));
        all
    }

    /// What it was and when, in words.
    pub(super) fn said(&self, words: &Words) -> String {
        let kind = words.text(match self.kind {
            IncidentKind::DatabaseDown => "html-mark-database",
            IncidentKind::EventsLost => "html-mark-lost",
            IncidentKind::EventsDelayed => "html-mark-delayed",
            IncidentKind::ChannelDown => "html-mark-channel",
            IncidentKind::UpdateFails => "html-mark-update",
            IncidentKind::SlowReads => "html-mark-slow",
            IncidentKind::Restart => "html-mark-restart",
            IncidentKind::RoleChange => "html-mark-change",
        });
        let from = clock(self.from);
        let time = self.to.map_or_else(|| from.clone(), |to| format!("{from}–{}", clock(to)));
        words.with("html-mark", &[("kind", Arg::Text(&kind)), ("time", Arg::Text(&time))])
    }
}

/// A time without seconds where it has none.
fn clock(at: DayTime) -> String {
    let full = at.to_string();
    full.strip_suffix(":00").map_or_else(|| full.clone(), str::to_owned)
}

fn kind_of(trouble: &Trouble) -> IncidentKind {
    match trouble {
        Trouble::DatabaseDown => IncidentKind::DatabaseDown,
        Trouble::ChannelLost | Trouble::ChannelLoss(_) => IncidentKind::EventsLost,
        Trouble::ChannelDown => IncidentKind::ChannelDown,
        Trouble::ChannelDelay(_) => IncidentKind::EventsDelayed,
        Trouble::UpdateFails => IncidentKind::UpdateFails,
        Trouble::ReadLatency(_) => IncidentKind::SlowReads,
    }
}
