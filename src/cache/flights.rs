//! Fetches in flight: who may fill which entry, and whether a change came in between.
//!
//! Knows nothing of entries. A [`Ticket`] is the right to fill one entry once; numbers are never used
//! twice in a process, so a late completion cannot be taken for a later fetch's.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Version;

/// The number of a ticket, unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(u64);

impl TicketId {
    /// The number itself.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The right to fill one user's entry once. It goes back to the cache by
/// [`fill`](super::Core::fill) or [`fail`](super::Core::fail).
#[must_use = "a ticket that is not handed back leaves its fetch in flight for ever"]
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket<U> {
    pub(super) user: U,
    pub(super) id: TicketId,
    /// Whether it renews an entry that still answers.
    pub(super) renews: bool,
}

impl<U> Ticket<U> {
    /// The user whose entry it fills.
    pub fn user(&self) -> &U {
        &self.user
    }

    /// Its number, by which readers who joined it can be found.
    pub fn id(&self) -> TicketId {
        self.id
    }
}

/// Numbers of tickets: each cache takes a range of its own, 2^40 long, so that they are unique in the
/// process without a counter that all caches share.
#[derive(Debug)]
pub(super) struct TicketIds {
    next: u64,
}

impl TicketIds {
    pub(super) fn new() -> Self {
        static CACHES: AtomicU64 = AtomicU64::new(1);
        Self { next: CACHES.fetch_add(1, Ordering::Relaxed) << 40 }
    }

    pub(super) fn take(&mut self) -> TicketId {
        self.next += 1;
        TicketId(self.next)
    }

    /// A number below which all tickets taken so far lie.
    fn horizon(&self) -> TicketId {
        TicketId(self.next + 1)
    }
}

/// What one user's fetches in flight must know.
#[derive(Debug)]
struct Flight {
    /// The fetch that readers may join.
    current: Option<TicketId>,
    /// Fetches in flight, the joinable one included.
    open: u32,
    /// The newest version known while any of them was in flight: of a change that was applied, or of a row that
    /// another of them stored. An entry may come and go meanwhile; what was known stays known.
    known: Version,
    /// Tickets below were overtaken by a change without a version.
    overtaken_below: TicketId,
    /// Tickets below were revoked by hand.
    revoked_below: TicketId,
}

/// How a fetch ended, as far as changes during its flight go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    /// Nothing came in between.
    Clear,
    /// A change newer than what it read was applied.
    Overtaken,
    /// It was revoked by hand.
    Revoked,
}

/// All fetches in flight of a cache.
#[derive(Debug)]
pub(super) struct Flights<U, S> {
    by_user: HashMap<U, Flight, S>,
}

impl<U: Eq + Hash + Clone, S: BuildHasher> Flights<U, S> {
    pub(super) fn new(hasher: S) -> Self {
        Self { by_user: HashMap::with_hasher(hasher) }
    }

    /// Joins the user's current fetch, or starts one.
    pub(super) fn join_or_start(&mut self, user: &U, ids: &mut TicketIds) -> Result<TicketId, Ticket<U>> {
        if let Some(current) = self.by_user.get(user).and_then(|flight| flight.current) {
            return Ok(current);
        }
        // Copied before anything is noted: a user whose `clone` panics leaves no flight behind.
        let ticket = Ticket { user: user.clone(), id: ids.take(), renews: false };
        let flight = self.by_user.entry(user.clone()).or_insert(Flight {
            current: None,
            open: 0,
            known: Version::UNKNOWN,
            overtaken_below: TicketId(0),
            revoked_below: TicketId(0),
        });
        flight.current = Some(ticket.id);
        flight.open += 1;
        Err(ticket)
    }

    /// A change of this version reached the cache: nobody joins what started before it.
    pub(super) fn overtake(&mut self, user: &U, version: Version, ids: &TicketIds) {
        // Nearly always nothing is in flight; this spares a hash of the key.
        if self.by_user.is_empty() {
            return;
        }
        if let Some(flight) = self.by_user.get_mut(user) {
            if version == Version::UNKNOWN {
                flight.overtaken_below = ids.horizon();
            }
            flight.known = flight.known.max(version);
            flight.current = None;
        }
    }

    /// The user's entry was dropped; readers may still join what is in flight.
    pub(super) fn entry_dropped(&mut self, user: &U, ids: &TicketIds) {
        if let Some(flight) = self.by_user.get_mut(user) {
            flight.revoked_below = ids.horizon();
        }
    }

    /// All entries were dropped; readers may still join what is in flight.
    pub(super) fn all_dropped(&mut self, ids: &TicketIds) {
        self.by_user.values_mut().for_each(|flight| flight.revoked_below = ids.horizon());
    }

    /// Revokes the user's fetches in flight, whatever they read.
    pub(super) fn revoke(&mut self, user: &U, ids: &TicketIds) {
        if let Some(flight) = self.by_user.get_mut(user) {
            flight.revoked_below = ids.horizon();
            flight.current = None;
        }
    }

    /// Revokes every fetch in flight.
    pub(super) fn revoke_all(&mut self, ids: &TicketIds) {
        for flight in self.by_user.values_mut() {
            flight.revoked_below = ids.horizon();
            flight.current = None;
        }
    }

    /// Ends the ticket's flight. `read` is the version that it brings, if it brings one, and `is_kept` says whether that will
    /// be known to the others.
    pub(super) fn land(&mut self, ticket: &Ticket<U>, read: Option<Version>, is_kept: bool) -> Landing {
        let Some(flight) = self.by_user.get_mut(&ticket.user) else {
            // Only a ticket of another cache has no flight here; it has no right to fill this one.
            return Landing::Revoked;
        };
        let outdated = |read| read < flight.known || ticket.id < flight.overtaken_below;
        let landing = if read.is_some_and(outdated) {
            Landing::Overtaken
        } else if ticket.id < flight.revoked_below {
            Landing::Revoked
        } else {
            flight.known = flight.known.max(read.filter(|_| is_kept).unwrap_or_default());
            Landing::Clear
        };
        if flight.current == Some(ticket.id) {
            flight.current = None;
        }
        flight.open -= 1;
        if flight.open == 0 {
            self.by_user.remove(&ticket.user);
        }
        landing
    }
}
