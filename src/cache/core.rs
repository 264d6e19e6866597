//! The state machine: entries, what events do to them, and when an answer may be stored.

use std::collections::HashMap;
use std::collections::hash_map::{Entry as MapEntry, RandomState};
use std::hash::{BuildHasher, Hash};

use super::flights::{Flights, Landing, Ticket, TicketId, TicketIds};
use super::row::micros;
use super::{Guard, OnEvent, Options, Row, Timestamp, Version};

/// What a cache says to a reader.
#[derive(Debug, PartialEq, Eq)]
pub enum Lookup<U, R> {
    /// Answered from memory.
    Hit(Row<R>),
    /// The reader must fetch, and hand the ticket back with what it read.
    Miss(Ticket<U>),
    /// Somebody is fetching already; wait for that ticket.
    Pending(TicketId),
}

/// What became of a fetched row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// It is in the cache, and is the answer.
    Stored,
    /// A newer change was applied meanwhile: nothing is stored, and the fetch's readers ask again.
    Overtaken,
    /// The entry was invalidated meanwhile: nothing is stored, and the fetch's readers ask again.
    Revoked,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The entry has the new role.
    Written,
    /// No entry was written, because the options say so; an entry that there was may be dropped.
    Unwritten,
    /// The event is older than what the cache knows, and changed no entry.
    Older,
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries examined.
    pub checked: u64,
    /// Entries removed.
    pub removed: u64,
}

#[derive(Debug)]
struct Entry<R> {
    row: Row<R>,
    expires: Timestamp,
}

/// The cache's state machine for users `U` and roles `R`. See the [module](super) for an example.
///
/// A hit costs one look into a hash map and no allocation; an entry takes the size of its key, its
/// role, and 16 bytes.
#[derive(Debug)]
pub struct Core<U, R, S = RandomState> {
    entries: HashMap<U, Entry<R>, S>,
    flights: Flights<U, S>,
    tickets: TicketIds,
    options: Options,
    life_us: Option<u64>,
    /// The largest version that a removed entry or a failed update had: what was removed must not come
    /// back as an older event. One floor for all users, since one for each would grow without bound.
    floor: Version,
}

impl<U: Eq + Hash + Clone, R: Clone> Core<U, R> {
    /// An empty cache.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self::with_hasher(options, RandomState::new())
    }
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher + Clone> Core<U, R, S> {
    /// An empty cache that hashes its keys with `hasher`.
    #[must_use]
    pub fn with_hasher(options: Options, hasher: S) -> Self {
        Self {
            entries: HashMap::with_hasher(hasher.clone()),
            flights: Flights::new(hasher),
            tickets: TicketIds::new(),
            life_us: options.ttl.map(micros),
            options,
            floor: Version(0),
        }
    }

    /// Asks for a user's role.
    pub fn lookup(&mut self, user: &U, now: Timestamp) -> Lookup<U, R> {
        match self.entries.get(user) {
            Some(entry) if now < entry.expires => return Lookup::Hit(entry.row.clone()),
            Some(_) if !self.options.swept => {
                self.remove(user);
            }
            _ => {}
        }
        if self.options.guard == Guard::None {
            return Lookup::Miss(Ticket { user: user.clone(), id: self.tickets.take() });
        }
        match self.flights.join_or_start(user, &mut self.tickets) {
            Ok(current) => Lookup::Pending(current),
            Err(ticket) => Lookup::Miss(ticket),
        }
    }

    /// Hands in the row that a fetch read.
    ///
    /// Under [`Guard::Version`] the row is refused when a change with a larger version was applied
    /// since, or the entry was invalidated; the other guards store whatever comes.
    pub fn fill(&mut self, ticket: Ticket<U>, row: Row<R>, now: Timestamp) -> Fill {
        if self.options.guard != Guard::None {
            let landing = self.flights.land(&ticket, Some(row.version));
            if self.options.guard == Guard::Version {
                let known = self.entries.get(&ticket.user).map(|entry| entry.row.version);
                if landing == Landing::Overtaken || known > Some(row.version) {
                    return Fill::Overtaken;
                }
                if landing == Landing::Revoked {
                    return Fill::Revoked;
                }
            }
        }
        let expires = self.expiry(now);
        self.entries.insert(ticket.user, Entry { row, expires });
        Fill::Stored
    }

    /// Hands back the ticket of a fetch that brought no row; the next reader fetches anew.
    pub fn fail(&mut self, ticket: Ticket<U>) {
        if self.options.guard != Guard::None {
            self.flights.land(&ticket, None);
        }
    }

    /// A role change that was committed to the database reaches the cache.
    pub fn apply(&mut self, user: U, row: Row<R>, now: Timestamp) -> Applied {
        let versioned = self.options.guard == Guard::Version;
        let expires = self.expiry(now);
        match self.entries.entry(user) {
            MapEntry::Occupied(entry) if versioned && row.version < entry.get().row.version => Applied::Older,
            MapEntry::Occupied(mut entry) => {
                if versioned {
                    self.flights.overtake(entry.key(), row.version);
                }
                let present = now < entry.get().expires;
                match self.options.on_event {
                    OnEvent::Invalidate => {
                        entry.remove();
                        Applied::Unwritten
                    }
                    OnEvent::UpdateIfPresent if !present => Applied::Unwritten,
                    OnEvent::Update | OnEvent::UpdateIfPresent => {
                        entry.insert(Entry { row, expires });
                        Applied::Written
                    }
                }
            }
            MapEntry::Vacant(place) => {
                if versioned {
                    self.flights.overtake(place.key(), row.version);
                }
                if self.options.on_event != OnEvent::Update {
                    return Applied::Unwritten;
                }
                if versioned && row.version <= self.floor {
                    return Applied::Older;
                }
                place.insert(Entry { row, expires });
                Applied::Written
            }
        }
    }

    /// A role change whose update failed: the entry goes, so that the next read asks the database, and
    /// under [`Guard::Version`] what is in flight may not bring the old role back.
    pub fn fail_update(&mut self, user: &U, version: Version) {
        self.remove(user);
        self.floor = self.floor.max(version);
        if self.options.guard == Guard::Version {
            self.flights.overtake(user, version);
        }
    }

    /// Drops a user's entry; under [`Guard::Version`] also what is in flight.
    pub fn invalidate(&mut self, user: &U) {
        self.remove(user);
        if self.options.guard == Guard::Version {
            self.flights.revoke(user, &self.tickets);
        }
    }

    /// Drops all entries; under [`Guard::Version`] also what is in flight.
    pub fn clear(&mut self) {
        let newest = self.entries.values().map(|entry| entry.row.version).max();
        self.floor = self.floor.max(newest.unwrap_or_default());
        self.entries.clear();
        if self.options.guard == Guard::Version {
            self.flights.revoke_all(&self.tickets);
        }
    }

    /// Examines all entries and removes the expired ones.
    pub fn sweep(&mut self, now: Timestamp) -> Swept {
        let checked = self.entries.len();
        let floor = &mut self.floor;
        self.entries.retain(|_, entry| {
            let lives = now < entry.expires;
            if !lives {
                *floor = (*floor).max(entry.row.version);
            }
            lives
        });
        Swept { checked: checked as u64, removed: (checked - self.entries.len()) as u64 }
    }

    /// Entries held, expired ones that nobody removed included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries, in no particular order.
    pub fn entries(&self) -> impl Iterator<Item = (&U, &Row<R>)> {
        self.entries.iter().map(|(user, entry)| (user, &entry.row))
    }

    fn remove(&mut self, user: &U) {
        if let Some(entry) = self.entries.remove(user) {
            self.floor = self.floor.max(entry.row.version);
        }
    }

    fn expiry(&self, now: Timestamp) -> Timestamp {
        self.life_us.map_or(Timestamp::NEVER, |life_us| now.after_us(life_us))
    }
}
