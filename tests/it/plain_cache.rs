//! What the event cache with `guard=version`, and the TTL cache, should do, in the plainest words: the reference that
//! random operations on the state machine and recorded days in the engine are held against.

use std::collections::BTreeMap;

use rolesim::cache::{Applied, Fill, OnEvent, Options};

/// An entry of the model; the larger `used`, the more recent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) version: u64,
    pub(crate) expires: u64,
    used: u64,
}

/// A read in flight, in the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flight {
    user: u64,
    joinable: bool,
    known: u64,
    revoked: bool,
}

/// The cache: what it holds, and the reads in flight by their tickets.
#[derive(Debug, Default)]
pub(crate) struct PlainCache {
    pub(crate) entries: BTreeMap<u64, Entry>,
    pub(crate) flights: BTreeMap<usize, Flight>,
    pub(crate) floor: u64,
    uses: u64,
}

impl PlainCache {
    /// The version of a hit, or the ticket of the read that is joined; with neither, the read gets this ticket.
    pub(crate) fn lookup(
        &mut self,
        user: u64,
        ticket: usize,
        now: u64,
        options: &Options,
    ) -> (Option<u64>, Option<usize>) {
        self.uses += 1;
        let uses = self.uses;
        match self.entries.get_mut(&user) {
            Some(entry) if now < entry.expires => {
                entry.used = uses;
                return (Some(entry.version), None);
            }
            Some(_) if !options.swept => self.remove(user),
            _ => {}
        }
        if let Some((current, _)) =
            self.flights.iter().find(|(_, flight)| flight.user == user && flight.joinable)
        {
            return (None, Some(*current));
        }
        self.flights.insert(ticket, Flight { user, joinable: true, known: 0, revoked: false });
        (None, None)
    }

    pub(crate) fn fill(&mut self, ticket: usize, version: u64, now: u64, options: &Options) -> Fill {
        let flight = self.flights.remove(&ticket).unwrap();
        let newer = self.entries.get(&flight.user).is_some_and(|entry| entry.version > version);
        if flight.known > version || newer {
            return Fill::Overtaken;
        }
        if flight.revoked {
            return Fill::Revoked;
        }
        for other in self.flights.values_mut().filter(|other| other.user == flight.user) {
            other.known = other.known.max(version);
        }
        self.write(flight.user, version, now, options);
        Fill::Stored
    }

    pub(crate) fn apply(&mut self, user: u64, version: u64, now: u64, options: &Options) -> Applied {
        let known = self.entries.get(&user).copied();
        if known.is_some_and(|entry| version < entry.version) {
            return Applied::Older;
        }
        self.overtake(user, version);
        match (options.on_event, known) {
            (OnEvent::Invalidate, _) => {
                self.entries.remove(&user);
                Applied::Unwritten
            }
            (OnEvent::UpdateIfPresent, None) => Applied::Unwritten,
            (OnEvent::UpdateIfPresent, Some(entry)) if now >= entry.expires => Applied::Unwritten,
            (OnEvent::Update, None) if version <= self.floor => Applied::Older,
            _ => {
                self.write(user, version, now, options);
                Applied::Written
            }
        }
    }

    pub(crate) fn overtake(&mut self, user: u64, version: u64) {
        for flight in self.flights.values_mut().filter(|flight| flight.user == user) {
            flight.joinable = false;
            flight.known = flight.known.max(version);
        }
    }

    pub(crate) fn revoke(&mut self, whose: impl Fn(u64) -> bool) {
        for flight in self.flights.values_mut().filter(|flight| whose(flight.user)) {
            flight.joinable = false;
            flight.revoked = true;
        }
    }

    fn write(&mut self, user: u64, version: u64, now: u64, options: &Options) {
        self.uses += 1;
        let expires = options.ttl.map_or(u64::MAX, |ttl| now + ttl.as_micros() as u64);
        let full = options.capacity.is_some_and(|most| self.entries.len() >= most.get());
        if full && !self.entries.contains_key(&user) {
            let oldest = *self.entries.iter().min_by_key(|(_, entry)| entry.used).unwrap().0;
            self.remove(oldest);
        }
        self.entries.insert(user, Entry { version, expires, used: self.uses });
    }

    pub(crate) fn remove(&mut self, user: u64) {
        if let Some(entry) = self.entries.remove(&user) {
            self.floor = self.floor.max(entry.version);
        }
    }
}
