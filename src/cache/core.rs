//! The state machine: entries, what events do to them, and when an answer may be stored.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use super::ageing_rules::Ageing;
use super::flights::{Flights, Landing, Ticket, TicketId, TicketIds};
use super::row::micros;
use super::store::{Hashed, Store};
use super::{Guard, OnEvent, Options, Row, Stats, Timestamp, Version};

/// What a cache says to a reader.
#[derive(Debug, PartialEq, Eq)]
pub enum Lookup<U, R> {
    /// Answered from memory.
    Hit(Row<R>),
    /// The reader must fetch, and hand the ticket back with what it read.
    Miss(Ticket<U>),
    /// Somebody is fetching already; wait for that ticket.
    Pending(TicketId),
    /// Answered from an entry past its life, since a fetch failed a moment ago.
    Stale(Row<R>),
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
    /// It is the answer, and is not kept.
    Unkept,
}

impl Fill {
    /// Whether the fetch's readers get the row.
    #[must_use]
    pub fn answers(self) -> bool {
        matches!(self, Self::Stored | Self::Unkept)
    }
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

/// The cache's state machine for users `U` and roles `R`. See the [module](super) for an example.
///
/// A hit costs one look into a hash map and no allocation; an entry takes the size of its key, its
/// role, and 16 bytes, or 24 with a capacity, apart from what the map keeps free. `E` is where entries are kept: a map,
/// or what the simulator has instead.
#[derive(Debug)]
pub struct Core<U, R, S = RandomState, E = Hashed<U, R, S>> {
    pub(super) entries: E,
    roles: PhantomData<R>,
    pub(super) flights: Flights<U, S>,
    pub(super) tickets: TicketIds,
    options: Options,
    pub(super) life_us: Option<u64>,
    pub(super) ageing: Ageing,
    /// Until when a user is answered past an entry's life without another fetch.
    pub(super) held_off: HashMap<U, Timestamp>,
    /// The largest version that a removed entry or a failed update had: what was removed must not come
    /// back as an older event. One floor for all users, since one for each would grow without bound.
    floor: Version,
    stats: Stats,
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
        Self::with_store(options, Hashed::new(options.capacity, hasher.clone()), hasher)
    }

    /// The row, where it is in memory: what a lookup tries first, and all that a hit has to do.
    // Inlined, so that the answer stays in registers; a miss, which reads a database, can afford a call.
    #[inline(always)]
    pub(super) fn hit(&mut self, user: &U, now: Timestamp) -> Option<&Row<R>> {
        let row = self.entries.use_row(user, now)?;
        self.stats.hits += 1;
        Some(row)
    }

    /// The entries, in no particular order.
    pub fn entries(&self) -> impl Iterator<Item = (&U, &Row<R>)> {
        self.entries.rows()
    }
}

impl<U: Eq + Hash + Clone, R: Clone, S: BuildHasher, E: Store<U, R>> Core<U, R, S, E> {
    /// A cache that keeps its entries in an empty store, which alone knows of a capacity; users in flight are hashed
    /// with `hasher`.
    pub(crate) fn with_store(options: Options, store: E, hasher: S) -> Self {
        Self {
            entries: store,
            roles: PhantomData,
            flights: Flights::new(hasher),
            tickets: TicketIds::new(),
            life_us: options.ttl.map(micros),
            ageing: Ageing::default(),
            held_off: HashMap::new(),
            options,
            floor: Version::UNKNOWN,
            stats: Stats::default(),
        }
    }

    /// Asks for a user's role.
    #[inline(always)]
    pub fn lookup(&mut self, user: &U, now: Timestamp) -> Lookup<U, R> {
        if let Some(row) = self.entries.use_at(user, now) {
            self.stats.hits += 1;
            return Lookup::Hit(row);
        }
        self.miss(user, now)
    }

    /// Asks for a user's role although an entry may still answer.
    #[cold]
    #[inline(never)]
    pub(crate) fn miss(&mut self, user: &U, now: Timestamp) -> Lookup<U, R> {
        if self.held_off.get(user).is_some_and(|until| now < *until)
            && let Some(row) = self.stale(user, now)
        {
            return Lookup::Stale(row);
        }
        if self.life_us.is_some() && !self.options.swept && self.stale(user, now).is_none() {
            self.remove(user);
        }
        let ticket = if self.options.guard == Guard::None {
            Ticket { user: user.clone(), id: self.tickets.take(), renews: false }
        } else {
            match self.flights.join_or_start(user, &mut self.tickets) {
                Err(ticket) => ticket,
                Ok(current) => {
                    self.stats.coalesced += 1;
                    return Lookup::Pending(current);
                }
            }
        };
        self.stats.loads += 1;
        Lookup::Miss(ticket)
    }

    /// Hands in the row that a fetch read.
    ///
    /// Under [`Guard::Version`] the row is refused when a change with a larger version, or without one, was
    /// applied since, or the entry was invalidated; the other guards store whatever comes.
    pub fn fill(&mut self, ticket: Ticket<U>, row: Row<R>, now: Timestamp) -> Fill {
        self.fill_until(ticket, row, self.expiry(now))
    }

    /// As [`fill`](Self::fill), with an end of the entry's life that the caller chose.
    pub fn fill_until(&mut self, ticket: Ticket<U>, row: Row<R>, expires: Timestamp) -> Fill {
        let fill = self.land(&ticket, row.version, true);
        if fill == Fill::Stored {
            self.stats.fills += 1;
            self.write(ticket.user, row, expires);
        }
        fill
    }

    /// As [`fill`](Self::fill), but for a row that may only answer.
    #[cfg(feature = "sim")]
    pub(crate) fn fill_unkept(&mut self, ticket: &Ticket<U>, version: Version) -> Fill {
        match self.land(ticket, version, false) {
            Fill::Stored => Fill::Unkept,
            refused => refused,
        }
    }

    /// Ends a fetch that brings a row of this version, and says what is to become of it.
    fn land(&mut self, ticket: &Ticket<U>, version: Version, is_kept: bool) -> Fill {
        if self.options.guard == Guard::None {
            return Fill::Stored;
        }
        let landing = self.flights.land(ticket, Some(version), is_kept);
        if self.options.guard == Guard::Version {
            let known = self.entries.known(&ticket.user).map(|(known, _)| known);
            let overtaken = landing == Landing::Overtaken || known > Some(version);
            if overtaken || landing == Landing::Revoked {
                self.stats.fills_refused += 1;
                return if overtaken { Fill::Overtaken } else { Fill::Revoked };
            }
        }
        if ticket.renews && landing == Landing::Revoked { Fill::Unkept } else { Fill::Stored }
    }

    /// Gives the user's entry, if there is one, another end of its life. It does not count as a use.
    pub fn prolong(&mut self, user: &U, expires: Timestamp) {
        self.entries.prolong(user, expires);
    }

    /// Hands back the ticket of a fetch that brought no row; the next reader fetches again.
    pub fn fail(&mut self, ticket: Ticket<U>) {
        self.stats.fetches_failed += 1;
        if self.options.guard != Guard::None {
            self.flights.land(&ticket, None, false);
        }
    }

    /// A role change that was committed to the database reaches the cache.
    pub fn apply(&mut self, user: U, row: Row<R>, now: Timestamp) -> Applied {
        let versioned = self.options.guard == Guard::Version;
        let numbered = versioned && row.version != Version::UNKNOWN;
        let known = self.entries.known(&user).map(|(version, expires)| (version, now < expires));
        if numbered && known.is_some_and(|(version, _)| row.version < version) {
            self.stats.updates_older += 1;
            return Applied::Older;
        }
        if versioned {
            self.flights.overtake(&user, row.version, &self.tickets);
        }
        let is_rejected = self.options.on_event == OnEvent::Update
            && known.is_none()
            && numbered
            && row.version <= self.floor;
        if self.ageing.scope_all && !is_rejected {
            self.keep_only(&user);
        }
        match (self.options.on_event, known) {
            (OnEvent::Update, None) if is_rejected => {
                self.stats.updates_older += 1;
                Applied::Older
            }
            (OnEvent::Invalidate, _) => {
                // What an event drops needs no floor: no later event writes here.
                self.entries.remove(&user);
                self.stats.updates += 1;
                Applied::Unwritten
            }
            (OnEvent::UpdateIfPresent, None | Some((_, false))) => {
                if self.ageing.stale_us > 0 {
                    // What the event says is newer than what is kept past its life.
                    self.entries.remove(&user);
                }
                self.stats.updates += 1;
                Applied::Unwritten
            }
            (OnEvent::Update | OnEvent::UpdateIfPresent, _) => {
                self.stats.updates += 1;
                self.write(user, row, self.expiry(now));
                Applied::Written
            }
        }
    }

    /// A role change whose update failed: the entry goes, so that the next read asks the database, and
    /// under [`Guard::Version`] what is in flight may not bring the old role back.
    pub fn fail_update(&mut self, user: &U, version: Version) {
        self.stats.updates_failed += 1;
        self.remove(user);
        self.floor = self.floor.max(version);
        if self.options.guard == Guard::Version {
            self.flights.overtake(user, version, &self.tickets);
        }
    }

    /// Drops a user's entry; under [`Guard::Version`] also what is in flight.
    pub fn invalidate(&mut self, user: &U) {
        self.remove(user);
        if self.options.guard == Guard::Version {
            self.flights.revoke(user, &self.tickets);
        } else if self.ageing.refresh_us.is_some() {
            self.flights.entry_dropped(user, &self.tickets);
        }
    }

    /// Drops all entries; under [`Guard::Version`] also what is in flight.
    pub fn clear(&mut self) {
        self.floor = self.floor.max(self.entries.clear());
        if self.options.guard == Guard::Version {
            self.flights.revoke_all(&self.tickets);
        } else if self.ageing.refresh_us.is_some() {
            self.flights.all_dropped(&self.tickets);
        }
    }

    /// Examines all entries and removes the expired ones.
    pub fn sweep(&mut self, now: Timestamp) -> Swept {
        let checked = self.entries.len();
        let (floor, stale_us) = (&mut self.floor, self.ageing.stale_us);
        if now.as_micros() >= stale_us {
            let kept_until = Timestamp::from_micros(now.as_micros() - stale_us);
            self.entries.expire(kept_until, |version| *floor = (*floor).max(version));
        }
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
        self.entries.len() == 0
    }

    /// What happened so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Its store.
    #[cfg(feature = "sim")]
    pub(crate) fn store(&self) -> &E {
        &self.entries
    }

    /// Its store, to look at or to prolong entries without asking for them one by one.
    #[cfg(feature = "sim")]
    pub(crate) fn store_mut(&mut self) -> &mut E {
        &mut self.entries
    }

    /// Writes an entry; what has to go for it may not come back as an older event.
    fn write(&mut self, user: U, row: Row<R>, expires: Timestamp) {
        if let Some(evicted) = self.entries.insert(user, row, expires) {
            self.stats.evictions += 1;
            self.floor = self.floor.max(evicted);
        }
    }

    fn remove(&mut self, user: &U) {
        if let Some(removed) = self.entries.remove(user) {
            self.floor = self.floor.max(removed);
        }
    }

    fn expiry(&self, now: Timestamp) -> Timestamp {
        self.life_us.map_or(Timestamp::NEVER, |life_us| now.after_us(life_us))
    }
}
