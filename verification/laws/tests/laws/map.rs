//! A plain cache of a map: the rules in twenty lines, and the rules that can be replaced by wrong ones.
//!
//! Right, it has to answer as the engine's own caches do where every miss reads for itself. With a slip it is the
//! wrong engine that a law must reject.

use std::collections::VecDeque;

use rolesim::cache::{OnEvent, Row, Timestamp};
use rolesim::model::{RoleId, UserId};
use rolesim::sim::ExternalCache;

/// A rule that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// All rules hold.
    None,
    /// An entry is still usable at the very instant at which it expires.
    UsableAtExpiry,
    /// Every hit starts the life again.
    HitsRenew,
    /// The day begins with everybody cached.
    BeginsWarm,
    /// An event that writes leaves the life as it was.
    EventKeepsLife,
    /// An event that brings the role which is already there is taken for nothing new.
    SameRoleIgnored,
    /// A process that starts again still has its entries.
    SurvivesRestart,
}

/// The cache.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    life_us: u64,
    on_event: Option<OnEvent>,
    slip: Slip,
    /// By the user's number: the row, and when its life began.
    entries: Vec<Option<(Row<RoleId>, u64)>>,
    /// The most entries, and their users in the order in which they came.
    bound: Option<(usize, VecDeque<UserId>)>,
}

impl Map {
    /// As `ttl`: read-through and deaf to events.
    pub(crate) fn ttl(life_us: u64, slip: Slip) -> Self {
        Self { life_us, on_event: None, slip, entries: Vec::new(), bound: None }
    }

    /// As `event+guard=none`, for ever or with a safety TTL.
    pub(crate) fn event(on_event: OnEvent, life_us: Option<u64>, slip: Slip) -> Self {
        Self {
            life_us: life_us.unwrap_or(u64::MAX),
            on_event: Some(on_event),
            slip,
            entries: Vec::new(),
            bound: None,
        }
    }

    /// For ever, but bounded: who came first goes first, however often it was used.
    pub(crate) fn first_in_first_out(capacity: usize) -> Self {
        Self { bound: Some((capacity, VecDeque::new())), ..Self::event(OnEvent::Update, None, Slip::None) }
    }

    fn make_room(&mut self, user: &UserId) {
        if self.entry(user).is_some() {
            return;
        }
        let Some((capacity, users)) = &mut self.bound else { return };
        users.push_back(user.clone());
        let leaves = if users.len() > *capacity { users.pop_front() } else { None };
        if let Some(leaves) = leaves {
            *self.entry(&leaves) = None;
        }
    }

    fn entry(&mut self, user: &UserId) -> &mut Option<(Row<RoleId>, u64)> {
        let UserId::Number(number) = user else { panic!("users of laws are numbers") };
        let index = *number as usize;
        if index >= self.entries.len() {
            self.entries.resize(index + 1, None);
        }
        &mut self.entries[index]
    }

    fn lives(&self, since_us: u64, now: Timestamp) -> bool {
        let age_us = now.as_micros() - since_us;
        age_us < self.life_us || self.slip == Slip::UsableAtExpiry && age_us == self.life_us
    }
}

impl ExternalCache for Map {
    fn get(&mut self, user: &UserId, now: Timestamp) -> Option<Row<RoleId>> {
        let slip = self.slip;
        let entry = *self.entry(user);
        match entry {
            Some((row, since_us)) if self.lives(since_us, now) => {
                if slip == Slip::HitsRenew {
                    *self.entry(user) = Some((row, now.as_micros()));
                }
                Some(row)
            }
            None if slip == Slip::BeginsWarm => {
                let row = Row { role: RoleId(0), version: Default::default() };
                *self.entry(user) = Some((row, now.as_micros()));
                Some(row)
            }
            _ => {
                // With this slip an empty place means the first request, so an expired entry stays.
                if slip != Slip::BeginsWarm {
                    *self.entry(user) = None;
                }
                None
            }
        }
    }

    fn fill(&mut self, user: &UserId, row: Row<RoleId>, now: Timestamp) {
        self.make_room(user);
        *self.entry(user) = Some((row, now.as_micros()));
    }

    fn hears(&self) -> bool {
        self.on_event.is_some()
    }

    fn apply(&mut self, user: &UserId, row: Row<RoleId>, now: Timestamp) {
        let present = self.entry(user).filter(|(_, since_us)| self.lives(*since_us, now));
        let since_us = match present {
            Some((held, _)) if self.slip == Slip::SameRoleIgnored && held.role == row.role => return,
            Some((_, since_us)) if self.slip == Slip::EventKeepsLife => since_us,
            _ => now.as_micros(),
        };
        *self.entry(user) = match self.on_event {
            Some(OnEvent::Update) => Some((row, since_us)),
            Some(OnEvent::UpdateIfPresent) => present.map(|_| (row, since_us)),
            _ => None,
        };
    }

    fn fail_update(&mut self, user: &UserId, _: Timestamp) {
        *self.entry(user) = None;
    }

    fn invalidate(&mut self, user: &UserId) {
        *self.entry(user) = None;
    }

    fn clear(&mut self) {
        self.entries.clear();
    }

    fn restart(&mut self) {
        if self.slip != Slip::SurvivesRestart {
            self.entries.clear();
        }
    }

    fn entries(&self) -> usize {
        self.entries.iter().flatten().count()
    }
}
