//! `snapshot`: a copy of all rows in each replica, loaded again and again.

use super::descriptor::{Hearing, Life, Memory, PolicyDescriptor};
use super::event::EVENT;
use super::option::{OptionDefault, OptionKind, OptionSpec, OptionValue, OptionValues, Word};
use crate::cache::{Applied, Fill, Row, Timestamp, Version};
use crate::model::{Micros, RoleId};
use crate::sim::{
    Background, CandidateLane, Certainty, CommittedRows, Contents, Coupling, DrawKeys, Event, HeldRole,
    Joinable, LaneSetting, Packed, Policy, Reply, Request, Scope, Timer,
};
use crate::workload::{Chance, Chances};

/// The copy of all rows.
pub static SNAPSHOT: PolicyDescriptor = PolicyDescriptor {
    example: "snapshot:1m",
    life: Life::Needed,
    options: &[
        OptionSpec {
            name: "period",
            kind: OptionKind::PositiveDuration,
            default: OptionDefault::Absent,
            doc: "from the answer of a load to the next load, D",
        },
        OptionSpec {
            name: "jitter",
            kind: OptionKind::Share,
            default: OptionDefault::Value(OptionValue::Share(0)),
            doc: "by which share of D that may be shorter or longer, drawn for each load",
        },
        OptionSpec {
            name: "on-event",
            kind: OptionKind::Word(&[
                Word { name: "ignore", doc: "it hears of no change" },
                Word {
                    name: "reload",
                    doc: "an event loads all rows at once, or once more after the load in flight",
                },
            ]),
            default: OptionDefault::Value(OptionValue::Word("ignore")),
            doc: "what an event brings about",
        },
        OptionSpec {
            name: "atomic",
            kind: OptionKind::Word(&[
                Word { name: "yes", doc: "the old copy answers until the new one is there" },
                Word {
                    name: "no",
                    doc: "from the issue of a load to its answer everybody has the first role",
                },
            ]),
            default: OptionDefault::Value(OptionValue::Word("yes")),
            doc: "what answers while a copy is loaded",
        },
    ],
    hearing: |options| match reloads(options) {
        true => Hearing::Hears,
        false => Hearing::Deaf,
    },
    coupling: |_| Coupling { all_users: true, ..Coupling::default() },
    memory: |_| Memory::None,
    longest_honoured_us: |options, certainty| {
        let period_us = options.duration("period")?.0;
        let stretched =
            u128::from(period_us) * u128::from(options.share_ppm("jitter").unwrap_or(0)) / 1_000_000;
        // A load that fails keeps the copy for another period, however often.
        let Certainty { longest_read_us, longest_lag_us, reads_fail, .. } = *certainty;
        let load_us = longest_read_us.filter(|_| !reads_fail)?;
        Some(
            period_us
                .saturating_add(stretched as u64)
                .saturating_add(load_us.saturating_mul(2))
                .saturating_add(longest_lag_us),
        )
    },
    hearing_counterpart: |_| Some((&EVENT, OptionValues::new(EVENT.options))),
    build,
    ..PolicyDescriptor::new("snapshot", "a copy of all rows in each replica, loaded again and again", build)
};

fn reloads(options: &OptionValues) -> bool {
    options.word("on-event") == Some("reload")
}

fn build(options: &OptionValues, setting: &LaneSetting) -> CandidateLane<'static> {
    let rules = Rules {
        period: options.duration("period").unwrap_or_default(),
        jitter_ppm: options.share_ppm("jitter").unwrap_or(0),
        reloads: reloads(options),
        is_atomic: options.word("atomic") != Some("no"),
        chances: setting.chances(),
        end_us: setting.end_us(),
    };
    let mut replicas = 0..;
    CandidateLane::new(setting, || Snapshot {
        rules,
        replica: replicas.next().unwrap_or_default(),
        state: State::Empty,
        rows: 0,
        is_loading: false,
        is_wanted: true,
        is_pending: false,
        loads: 0,
        due: 0,
        timer: None,
        is_released: false,
    })
}

#[derive(Clone, Copy)]
struct Rules {
    period: Micros,
    jitter_ppm: u32,
    reloads: bool,
    is_atomic: bool,
    chances: Chances,
    end_us: u64,
}

/// What answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing yet: requests wait.
    Empty,
    /// All rows up to a version.
    Copy(Version),
    /// The first role for everybody, while a copy is loaded.
    Blank,
}

/// One replica's copy. It is known by the version up to which it goes: what it holds is the database's history.
struct Snapshot {
    rules: Rules,
    replica: u32,
    state: State,
    rows: u64,
    is_loading: bool,
    /// Whether a load is to be issued now.
    is_wanted: bool,
    /// Whether another load follows the one in flight at once.
    is_pending: bool,
    /// How many loads were issued.
    loads: u32,
    /// The load that is due next: an earlier one's time no longer holds.
    due: Timer,
    timer: Option<(u64, Timer)>,
    is_released: bool,
}

/// A load of all rows.
#[derive(Debug)]
struct Load;

impl Joinable for Load {}

impl Snapshot {
    fn load(&mut self, now: Timestamp) {
        self.is_wanted = now.as_micros() < self.rules.end_us;
    }

    /// A load has ended, well or not.
    fn load_ended(&mut self, now: Timestamp) {
        self.is_loading = false;
        if std::mem::take(&mut self.is_pending) {
            return self.load(now);
        }
        self.due += 1;
        let key = DrawKeys::part(DrawKeys::loads(self.replica), self.loads.into());
        let Rules { period, jitter_ppm, chances, .. } = self.rules;
        let wait_us = match jitter_ppm {
            0 => period.0,
            ppm => chances.around_us(period.0, ppm, Chance::Life, key),
        };
        self.timer = Some((wait_us, self.due));
    }
}

impl Contents for Snapshot {
    fn len(&self) -> usize {
        self.rows as usize
    }

    /// The database's history knows them.
    fn entries(&self) -> Vec<(u32, RoleId)> {
        Vec::new()
    }
}

impl Policy for Snapshot {
    type Ticket = Load;

    fn streak(&mut self, requests: &[Request], truth: &[Packed], before_us: u64) -> usize {
        let State::Copy(version) = self.state else { return 0 };
        let pairs = requests.iter().zip(truth);
        pairs.take_while(|(request, row)| row.version() <= version && request.at_us < before_us).count()
    }

    fn ask(&mut self, _: u32, _: Timestamp, _: impl Fn() -> u64, _: Row<RoleId>) -> Reply<Load> {
        match self.state {
            State::Empty => Reply::Wait(Scope::All),
            State::Copy(version) => Reply::Copied(version),
            State::Blank => Reply::Hit(Row::default()),
        }
    }

    fn held(&self, _: u32, _: Timestamp) -> Option<HeldRole> {
        match self.state {
            State::Copy(version) => Some(HeldRole::Copy(version)),
            State::Empty | State::Blank => None,
        }
    }

    fn fill_all(&mut self, _: Load, rows: &CommittedRows<'_>, now: Timestamp) -> Fill {
        self.state = State::Copy(rows.version());
        self.rows = rows.len();
        self.is_released = true;
        self.load_ended(now);
        Fill::Stored
    }

    fn fail(&mut self, _: Load, now: Timestamp, _: bool) -> Option<Row<RoleId>> {
        self.load_ended(now);
        None
    }

    fn background(&mut self) -> Option<Background<Load>> {
        if !std::mem::take(&mut self.is_wanted) {
            return None;
        }
        self.loads += 1;
        self.due += 1;
        self.is_loading = true;
        if !self.rules.is_atomic && self.state != State::Empty {
            (self.state, self.rows) = (State::Blank, 0);
        }
        Some(Background { ticket: Load, scope: Scope::All, number: self.loads })
    }

    fn released(&mut self) -> Option<Scope> {
        std::mem::take(&mut self.is_released).then_some(Scope::All)
    }

    fn timer(&mut self) -> Option<(u64, Timer)> {
        self.timer.take()
    }

    fn timer_due(&mut self, timer: Timer, now: Timestamp) {
        if timer == self.due {
            self.load(now);
        }
    }

    fn hears(&self) -> bool {
        self.rules.reloads
    }

    fn deliver(&mut self, event: &Event, now: Timestamp) -> Applied {
        if !event.fails {
            match self.is_loading {
                true => self.is_pending = true,
                false => self.load(now),
            }
        }
        Applied::Unwritten
    }

    fn restart(&mut self, now: Timestamp) -> bool {
        (self.state, self.rows) = (State::Empty, 0);
        (self.is_loading, self.is_pending) = (false, false);
        self.load(now);
        true
    }
}
